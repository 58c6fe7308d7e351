"""What `corpus.toml` says of the documents, over what they say of themselves.

In: the file, what was found in a document. Out: a `Catalogue`, `Facts`. An entry that is wrong is reported with file and line, and left out.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from bot.corpus.documents import Correction, Fact, Kind, Known
from bot.corpus.folder import FILE_NAME
from bot.corpus.metadata import Facts
from bot.errors import CorpusError

LONGEST_LINK = 3_000  # characters; what Slack takes for a link


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _TextEntry(_Strict):
    """`{ value = "…", how = "stated", evidence = "line 4" }`; `{ how = "unknown" }` says that it was looked for in vain."""

    value: str | None = None
    how: Known = Known.STATED
    evidence: str = ""

    @model_validator(mode="after")
    def _known_or_not(self) -> "_TextEntry":
        return _checked(self)


class _DateEntry(_Strict):
    value: date | None = None
    how: Known = Known.STATED
    evidence: str = ""

    @model_validator(mode="after")
    def _known_or_not(self) -> "_DateEntry":
        return _checked(self)

    @field_validator("value", mode="before")
    @classmethod
    def _a_whole_day(cls, value: object) -> object:
        if isinstance(value, datetime) or not isinstance(value, date | None):
            raise ValueError("please write a date as 2018-03-26, without quotation marks")  # noqa: TRY004  # pydantic wants ValueError
        return value


_AnyEntry = TypeVar("_AnyEntry", _TextEntry, _DateEntry)


def _checked(entry: _AnyEntry) -> _AnyEntry:
    if (entry.value is None) != (entry.how is Known.UNKNOWN):
        raise ValueError('please give a value, or how = "unknown" and no value')
    return entry


class _CorrectionEntry(_Strict):
    line: int
    subject: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    withdrawn: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    supersedes: tuple[int, ...] = ()


class Entry(_Strict):
    """A document's table in corpus.toml; every key may be left out."""

    title: _TextEntry | None = None
    publisher: _TextEntry | None = None
    author: _TextEntry | None = None
    published: _DateEntry | None = None
    language: str | None = None
    first_person: str | None = None
    link: str | None = None
    kinds: dict[int, Kind] = {}
    corrections: tuple[_CorrectionEntry, ...] = ()

    @field_validator("link")
    @classmethod
    def _on_the_web(cls, value: str | None) -> str | None:
        # Blanks, brackets and bars would end a link in Slack's own notation.
        if value is not None and not re.fullmatch(rf"https?://[^\s<>|]{{1,{LONGEST_LINK - 8}}}", value):
            raise ValueError("please write an address that begins with https://, without blanks")
        return value


@dataclass(frozen=True)
class Catalogue:
    """corpus.toml, read: an entry a document, groups of alternative names, what was wrong with the rest, and the file's text."""

    entries: dict[str, Entry] = field(default_factory=dict)
    names: tuple[frozenset[str], ...] = ()
    problems: tuple[CorpusError, ...] = ()
    text: str = ""

    def line_of(self, document_id: str, *keys: str) -> int | None:
        """The line of a document's table, or of what `keys` lead to in it."""
        return _line_of(self.text, ("documents", document_id, *keys))


def read_catalogue(folder: Path) -> Catalogue:
    """Read `folder`/corpus.toml; without one, an empty catalogue."""
    path = folder / FILE_NAME
    if not path.is_file():
        return Catalogue()
    try:
        text = path.read_text(encoding="utf-8-sig")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Catalogue(problems=(CorpusError(path, line, "is not UTF-8. Please save it as UTF-8."),))
    except (OSError, tomllib.TOMLDecodeError) as error:
        return Catalogue(
            problems=(
                CorpusError(
                    path,
                    _line_in(str(error)),
                    f"cannot be read as TOML: {error}. Please correct it; `corpus check` says whether it is right.",
                ),
            )
        )
    return _read_tables(path, text, tables)


def _line_in(message: str) -> int | None:
    found = re.search(r"at line (\d+)", message)
    return int(found.group(1)) if found else None


def _read_tables(path: Path, text: str, tables: dict[str, Any]) -> Catalogue:
    entries: dict[str, Entry] = {}
    hint = 'please use [names] or [documents."FILE"]'
    problems = [
        CorpusError(path, _line_of(text, (key,)), f"'{key}' is not known here: {hint}")
        for key, table in tables.items()
        if key not in {"names", "documents"} or not isinstance(table, dict)
    ]
    documents = tables.get("documents", {})
    for document_id, table in documents.items() if isinstance(documents, dict) else ():
        try:
            entries[document_id] = Entry.model_validate(table)
        except ValidationError as error:
            problems.extend(_entry_problems(path, text, document_id, error))
    names, name_problems = _read_names(path, text, tables.get("names", {}))
    return Catalogue(entries, names, tuple(problems + name_problems), text)


def _entry_problems(path: Path, text: str, document_id: str, error: ValidationError) -> list[CorpusError]:
    def problem(detail: ErrorDetails) -> CorpusError:
        keys = [str(part) for part in detail["loc"]]
        line = _line_of(text, ("documents", document_id, *keys))
        return CorpusError(path, line, f"{'.'.join([document_id, *keys])}: {_what_is_wrong(detail)}; this entry is left out")

    return [problem(detail) for detail in error.errors(include_url=False, include_input=False)]


def _what_is_wrong(detail: ErrorDetails) -> str:
    if detail["type"] == "model_type":
        return "please write it as a table, { value = …, how = … }"
    return "is not a key that is known here" if detail["type"] == "extra_forbidden" else detail["msg"].removeprefix("Value error, ")


_KEY = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)"""
_TABLE_LINE = re.compile(rf"\s*(\[\[?)\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*\]")
_KEY_LINE = re.compile(rf"\s*({_KEY}(?:\s*\.\s*{_KEY})*)\s*=")


def _line_of(text: str, keys: Sequence[str]) -> int | None:
    """The line that sets `keys`, a table's names and a key in it, or as many of the first of them as any line does."""
    best, best_line = 0, None
    for number, path in _paths(text):
        if len(path) > best and tuple(keys[: len(path)]) == path:
            best, best_line = len(path), number
    return best_line


def _paths(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Each line that begins a table or sets a key: its number, and the names that lead there, an array's index among them."""
    table: tuple[str, ...] = ()
    met: Counter[tuple[str, ...]] = Counter()
    for number, line in enumerate(text.split("\n"), start=1):
        if begun := _TABLE_LINE.match(line):
            table = _names_in(begun.group(2))
            if begun.group(1) == "[[":
                met[table] += 1
                table = (*table, str(met[table] - 1))
            yield number, table
        elif key := _KEY_LINE.match(line):
            yield number, (*table, *_names_in(key.group(1)))


def _names_in(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(_KEY, dotted))


def _read_names(path: Path, text: str, table: object) -> tuple[tuple[frozenset[str], ...], list[CorpusError]]:
    """`"Pony Ma" = ["Ma Huateng", …]` as groups of names for the same."""
    groups, problems = [], []
    for name, others in table.items() if isinstance(table, dict) else ():
        if isinstance(others, list) and all(isinstance(other, str) for other in others):
            groups.append(frozenset({name, *others}))
        else:
            problems.append(
                CorpusError(path, _line_of(text, ("names", name)), f"[names] {name!r}: please give a list of names in quotation marks")
            )
    return tuple(groups), problems


def described(found: Facts, entry: Entry | None) -> Facts:
    """What is known of one document: what its entry says, and of the rest what was found."""
    if entry is None:
        return found
    return Facts(
        title=_fact(entry.title) or found.title,
        publisher=_fact(entry.publisher) or found.publisher,
        author=_fact(entry.author) or found.author,
        published=_date_fact(entry.published) or found.published,
        language=entry.language or found.language,
        first_person=entry.first_person or found.first_person,
        corrections=tuple(Correction(**c.model_dump()) for c in entry.corrections) or found.corrections,
        link=entry.link,
    )


def _fact(entry: _TextEntry | None) -> Fact[str] | None:
    return Fact(entry.value, entry.how, entry.evidence) if entry else None


def _date_fact(entry: _DateEntry | None) -> Fact[date] | None:
    return Fact(entry.value, entry.how, entry.evidence) if entry else None
