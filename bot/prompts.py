"""The files of prompts/: every word a model is told and every word the bot says.

In: a folder of markdown files with flat `key: value` front matter and `$name` placeholders. Out: filled texts, labels, and a digest
that changes whenever a word a model reads does.
"""

import hashlib
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.errors import PromptError

FENCE = "---"
LANGUAGES = "languages/"


@dataclass(frozen=True, slots=True)
class Template:
    """One file: its front matter as `labels`, its body as a string.Template; `place` is where it lies, for whoever is to mend it."""

    name: str
    labels: Mapping[str, str]
    body: str
    place: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """A template that was read from no file lies where it would be by default."""
        object.__setattr__(self, "place", self.place or f"prompts/{self.name}.md")

    def fill(self, **values: object) -> str:
        """The body with every `$name` replaced. Raises PromptError where a value is missing."""
        return self._substitute(self.body, values)

    def label(self, key: str, **values: object) -> str:
        """A line of the front matter, filled alike. Raises PromptError where the file has no such line."""
        if key not in self.labels:
            raise PromptError(f"{self.place} has no line '{key}: …' in its front matter. Please add it.")
        return self._substitute(self.labels[key], values)

    def _substitute(self, text: str, values: Mapping[str, object]) -> str:
        if "$" not in text:
            return text
        try:
            return string.Template(text).substitute(values)
        except KeyError as error:
            raise PromptError(f"{self.place} asks for ${error.args[0]}, which is not given to it.") from None
        except ValueError as error:
            raise PromptError(f"{self.place}: {error}. Write $$ for a dollar sign.") from None


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is sent.

    `instructions` and `evidence` come first and are equal from question to question, so that providers can cache them; the `question`
    comes last. `digest` identifies the templates it was made from; `schema` is the JSON schema its reply shall have.
    """

    instructions: str
    evidence: str
    question: str
    digest: str
    schema: Mapping[str, Any]

    def asking(self, question: str) -> "Prompt":
        """The same prompt up to its question."""
        return replace(self, question=question)


def names_in(text: str) -> set[str]:
    """Every `$name` of a template's text. Raises ValueError where a `$` begins none."""
    template = string.Template(text)
    if not template.is_valid():
        raise ValueError("a $ in it begins no name")
    return set(template.get_identifiers())


def parse_template(name: str, text: str, place: str = "") -> Template:
    """A file's text as a Template. Raises PromptError naming the line that is not `key: value`."""
    place = place or f"prompts/{name}.md"
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() != FENCE:
        return Template(name, {}, "\n".join(lines).strip(), place)
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == FENCE), None)
    if end is None:
        raise PromptError(f"{place}: its front matter is not closed by a line of '{FENCE}'.")
    labels: dict[str, str] = {}
    for number, line in enumerate(lines[1:end], start=2):
        if not line.strip():
            continue
        key, colon, value = line.partition(":")
        if not colon or not key.strip():
            raise PromptError(f"{place}:{number}: please write 'key: value', not {line!r}.")
        labels[key.strip()] = value.strip()
    return Template(name, labels, "\n".join(lines[end + 1 :]).strip(), place)


class PromptLibrary:
    """Every template of a folder, by its path without `.md`."""

    def __init__(self, templates: Mapping[str, Template], folder: Path = Path("prompts")) -> None:
        self._templates = templates
        self._folder = folder
        self._replies: dict[tuple[str, str], Template] = {}
        self._digests: dict[tuple[str, ...], str] = {}

    @classmethod
    def load(cls, folder: Path) -> "PromptLibrary":
        """Read all of `folder`. Raises PromptError where there is none, or a file cannot be read."""
        if not folder.is_dir():
            raise PromptError(f"There is no folder of prompts at {folder}. Set PROMPTS_DIR to one.")
        templates = {}
        for path in sorted(folder.rglob("*.md")):
            name = path.relative_to(folder).with_suffix("").as_posix()
            try:
                templates[name] = parse_template(name, path.read_text(encoding="utf-8"), str(path))
            except (OSError, UnicodeDecodeError) as error:
                raise PromptError(f"{path} cannot be read: {error}") from None
        return cls(templates, folder)

    def __getitem__(self, name: str) -> Template:
        if name not in self._templates:
            raise PromptError(f"{self.place_of(name)} is missing.")
        return self._templates[name]

    def place_of(self, name: str) -> str:
        """Where the template of that name lies, or would."""
        return str(self._folder / f"{name}.md")

    def reply(self, name: str, language: str = "") -> Template:
        """Something the bot says: a file in prompts/replies/, its words those of prompts/languages/LANGUAGE/ as far as they are there."""
        if (name, language) not in self._replies:
            said = self[f"replies/{name}"]
            other = self._templates.get(f"{LANGUAGES}{language}/{name}")
            self._replies[name, language] = (
                Template(other.name, {**said.labels, **other.labels}, other.body or said.body, other.place) if other else said
            )
        return self._replies[name, language]

    def names(self) -> tuple[str, ...]:
        """Every template's name."""
        return tuple(self._templates)

    def digest(self, *names: str) -> str:
        """16 hex digits that change whenever a word of the templates `names` does."""
        if names not in self._digests:
            whole = hashlib.sha256()
            for template in map(self.__getitem__, names):
                whole.update(repr((template.name, sorted(template.labels.items()), template.body)).encode())
            self._digests[names] = whole.hexdigest()[:16]
        return self._digests[names]
