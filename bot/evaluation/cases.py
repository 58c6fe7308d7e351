"""Cases: a question, what was said before it, and what a right answer has in it.

In: a YAML file, or a folder of them, one a category. Out: Cases, or a CaseError that names the file, the line and the case.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, StrictStr, StringConstraints, ValidationError, model_validator

from bot.errors import BotError
from bot.questions import Question, Turn


class CaseError(BotError):
    """A file of cases cannot be used: `path`, `line` (from 1, or None) and the reason."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(f"{path if line is None else f'{path}:{line}'}: {reason}")


def _alternatives(given: object) -> object:
    return given if isinstance(given, list | tuple) else (given,)


Words = Annotated[StrictStr, StringConstraints(min_length=1, strip_whitespace=True)]
Alternatives = Annotated[tuple[Words, ...], BeforeValidator(_alternatives)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EarlierTurn(_Strict):
    """Something said earlier in the thread."""

    question: StrictStr
    answer: StrictStr = ""


class Case(_Strict):
    """One question and what is right for it.

    `must_contain`: of each entry, one alternative is in what the bot says; `must_not_contain`: none of these is. `quotes` are words of the
    documents, verbatim: those that support the answer or, where `answerable` is false, those that deny what the question takes for granted
    and may therefore be posted.
    """

    id: Annotated[StrictStr, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    question: StrictStr
    history: tuple[EarlierTurn, ...] = ()
    answerable: StrictBool
    category: StrictStr = ""
    must_contain: tuple[Alternatives, ...] = ()
    must_not_contain: tuple[Words, ...] = ()
    quotes: tuple[Words, ...] = ()
    notes: StrictStr = ""

    @model_validator(mode="after")
    def _can_be_scored(self) -> "Case":
        if self.answerable and not (self.must_contain and self.quotes):
            raise ValueError("an answerable case needs must_contain and quotes")
        if not all(self.must_contain):
            raise ValueError("an entry of must_contain has no alternatives")
        return self

    def as_question(self) -> Question:
        """As the pipeline takes it."""
        turns = tuple(Turn(turn.question, turn.answer) for turn in self.history)
        return Question(self.question, history=turns, id=self.id)


class _CaseFile(_Strict):
    category: Words
    description: StrictStr = ""
    cases: Annotated[tuple[Case, ...], BeforeValidator(lambda given: given or ())]

    @model_validator(mode="after")
    def _has_cases(self) -> "_CaseFile":
        if not self.cases:
            raise ValueError("there is no case in it")
        return self


def load_cases(path: Path) -> tuple[Case, ...]:
    """Every case of a file, or of the `*.yaml` files of a folder in the order of their names. Raises CaseError."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise CaseError(path, None, "has no *.yaml files with cases")
    found: dict[str, tuple[Case, Path]] = {}
    for file in files:
        for case, line in _read_file(file):
            if case.id in found:
                raise CaseError(file, line, f"case {case.id}: {found[case.id][1].name} has a case of that id already")
            found[case.id] = (case, file)
    return tuple(case for case, _ in found.values())


def _read_file(path: Path) -> Iterator[tuple[Case, int]]:
    """The cases of one file, each with the line it begins at."""
    loader = yaml.SafeLoader(_decode(path))
    try:
        root = loader.get_single_node()
        _refuse_twins(path, root)
        data = loader.construct_document(root) if root else None
    except yaml.YAMLError as error:
        raise CaseError(path, *_place_of(error)) from None
    finally:
        loader.dispose()
    try:
        read = _CaseFile.model_validate(data)
    except ValidationError as error:
        raise CaseError(path, *_first_problem(error, root, data)) from None
    for number, case in enumerate(read.cases):
        in_category = case if case.category else case.model_copy(update={"category": read.category})
        yield in_category, _line_at(root, ("cases", number))


def _decode(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CaseError(path, None, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise CaseError(path, None, "is not UTF-8") from None


def _place_of(error: yaml.YAMLError) -> tuple[int | None, str]:
    mark = getattr(error, "problem_mark", None)
    return (mark.line + 1 if mark else None), f"is not YAML: {getattr(error, 'problem', None) or error}"


def _refuse_twins(path: Path, node: yaml.Node | None) -> None:
    """YAML's reader takes the last of two equal keys in silence, and a case would lose what it demands."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_twins(path, item)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                raise CaseError(path, key.start_mark.line + 1, f"{key.value} stands there twice")
            seen.add(key.value)
            _refuse_twins(path, value)


def _first_problem(error: ValidationError, root: yaml.Node | None, data: object) -> tuple[int, str]:
    """The line and the sentence of the problem that stands first in the file, and how many there are."""
    problems = sorted((_line_at(root, each["loc"]), _sentence(each["loc"], each["msg"], data)) for each in error.errors())
    line, sentence = problems[0]
    return line, sentence + (f" (and {len(problems) - 1} more)" if len(problems) > 1 else "")


def _sentence(place: tuple[int | str, ...], message: str, data: object) -> str:
    if len(place) < 2 or place[0] != "cases" or not isinstance(data, dict):
        return ": ".join([*map(str, place), message])
    case = data["cases"][place[1]]
    name = case.get("id", f"number {int(place[1]) + 1}") if isinstance(case, dict) else f"number {int(place[1]) + 1}"
    return ": ".join([f"case {name}", *map(str, place[2:]), message])


def _line_at(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """The line, from 1, of the innermost node on the way to `place`."""
    line = 1
    while node is not None:
        line = node.start_mark.line + 1
        step, place = (place[0], place[1:]) if place else (None, ())
        node = _child(node, step)
    return line


def _child(node: yaml.Node, step: int | str | None) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None
