"""What is known of each document: what `corpus.toml` says, and below it what the document's own head says.

In: the TOML file, a document's text and blocks. Out: `Facts`. An entry that is wrong is reported with file and line, and left out.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic_core import ErrorDetails

from bot.corpus.dates import find_dates
from bot.corpus.documents import Block, Correction, Fact, Kind, Known
from bot.errors import CorpusError

FILE_NAME = "corpus.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _TextEntry(_Strict):
    """`{ value = "…", how = "stated", evidence = "line 4" }`; `{ how = "unknown" }` says that it was looked for in vain."""

    value: str | None = None
    how: Known = Known.STATED
    evidence: str = ""


class _DateEntry(_Strict):
    value: date | None = None
    how: Known = Known.STATED
    evidence: str = ""

    @field_validator("value", mode="before")
    @classmethod
    def _a_whole_day(cls, value: object) -> object:
        if isinstance(value, datetime) or not isinstance(value, date | None):
            raise ValueError("please write a date as 2018-03-26, without quotation marks")  # noqa: TRY004  # pydantic wants ValueError
        return value


class _CorrectionEntry(_Strict):
    line: int
    subject: str
    withdrawn: str
    supersedes: tuple[int, ...] = ()


class Entry(_Strict):
    """A document's table in corpus.toml; every key may be left out."""

    title: _TextEntry | None = None
    publisher: _TextEntry | None = None
    author: _TextEntry | None = None
    published: _DateEntry | None = None
    language: str | None = None
    first_person: str | None = None
    kinds: dict[int, Kind] = {}
    corrections: tuple[_CorrectionEntry, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """corpus.toml, read: an entry a document, groups of alternative names, and what was wrong with the rest."""

    entries: dict[str, Entry] = field(default_factory=dict)
    names: tuple[frozenset[str], ...] = ()
    problems: tuple[CorpusError, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one document."""

    title: Fact[str]
    publisher: Fact[str]
    author: Fact[str]
    published: Fact[date]
    language: str
    first_person: str | None
    corrections: tuple[Correction, ...]


def read_catalogue(folder: Path) -> Catalogue:
    """Read `folder`/corpus.toml; without one, an empty catalogue."""
    path = folder / FILE_NAME
    if not path.is_file():
        return Catalogue()
    try:
        text = path.read_text(encoding="utf-8")
        tables = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return Catalogue(problems=(CorpusError(path, _line_in(str(error)), f"cannot be read as TOML: {error}"),))
    return _read_tables(path, text, tables)


def _line_in(message: str) -> int | None:
    found = re.search(r"at line (\d+)", message)
    return int(found.group(1)) if found else None


def _read_tables(path: Path, text: str, tables: dict[str, Any]) -> Catalogue:
    entries: dict[str, Entry] = {}
    problems: list[CorpusError] = []
    for key in tables.keys() - {"names", "documents"}:
        problems.append(CorpusError(path, _line_of(text, key), f"'{key}' is not known here: please use [names] or [documents.\"FILE\"]"))
    documents = tables.get("documents", {})
    for document_id, table in documents.items() if isinstance(documents, dict) else ():
        try:
            entries[document_id] = Entry.model_validate(table)
        except ValidationError as error:
            problems.extend(_entry_problems(path, text, document_id, error))
    names, name_problems = _read_names(path, text, tables.get("names", {}))
    return Catalogue(entries, names, tuple(problems + name_problems))


def _entry_problems(path: Path, text: str, document_id: str, error: ValidationError) -> list[CorpusError]:
    def problem(detail: ErrorDetails) -> CorpusError:
        keys = [str(part) for part in detail["loc"]]
        line = _line_of(text, keys[0] if keys else "", after=document_id)
        return CorpusError(path, line, f"{document_id}: {'.'.join(keys)}: {detail['msg']}; this entry is left out")

    return [problem(detail) for detail in error.errors(include_url=False, include_input=False)]


def _line_of(text: str, key: str, after: str = "") -> int | None:
    """The line where `key` is set, in the table of `after` where one is given; the table's own line where the key is not found."""
    begun: int | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("["):
            begun = number if after in line else (begun if after and f".{key}]]" in line else None)
        inside = begun is not None or not after
        if inside and re.match(rf"\s*(?:\[*[^=#]*\b)?{re.escape(key)}\b", line) and number != begun:
            return number
    return next((n for n, line in enumerate(text.splitlines(), start=1) if after and after in line), None)


def _read_names(path: Path, text: str, table: object) -> tuple[tuple[frozenset[str], ...], list[CorpusError]]:
    """`"Pony Ma" = ["Ma Huateng", …]` as groups of names for the same."""
    groups, problems = [], []
    for name, others in table.items() if isinstance(table, dict) else ():
        if isinstance(others, list) and all(isinstance(other, str) for other in others):
            groups.append(frozenset({name, *others}))
        else:
            problems.append(CorpusError(path, _line_of(text, name), f"[names] {name!r}: please give a list of names in quotation marks"))
    return tuple(groups), problems


# --- what the document says of itself


def describe(text: str, blocks: Sequence[Block], entry: Entry | None) -> Facts:
    """The facts of one document: the entry's, else what its head states, else unknown."""
    said = entry or Entry()
    return Facts(
        title=_fact(said.title) or _title(text, blocks),
        publisher=_fact(said.publisher) or _labelled(text, blocks, r"source|publisher"),
        author=_fact(said.author) or _labelled(text, blocks, r"author|by|byline") or Fact(),
        published=_date_fact(said.published) or _published(text, blocks),
        language=said.language or _language(text),
        first_person=said.first_person,
        corrections=tuple(Correction(**c.model_dump()) for c in said.corrections) or _corrections(text, blocks),
    )


def _fact(entry: _TextEntry | None) -> Fact[str] | None:
    return Fact(entry.value, entry.how, entry.evidence) if entry else None


def _date_fact(entry: _DateEntry | None) -> Fact[date] | None:
    return Fact(entry.value, entry.how, entry.evidence) if entry else None


def _title(text: str, blocks: Sequence[Block]) -> Fact[str]:
    for block in blocks:
        if block.kind is Kind.TITLE:
            return Fact(re.sub(r"^#+\s*", "", text[block.start : block.end]), Known.STATED, f"line {block.line}")
    words = next((text[b.start : b.end].split() for b in blocks if b.kind is Kind.BODY), [])
    return Fact(" ".join(words[:8]) + "…", Known.DERIVED, "its first words") if words else Fact()


def _labelled(text: str, blocks: Sequence[Block], label: str) -> Fact[str]:
    for block in blocks:
        found = re.match(rf"/?\s*(?:{label})\s*:\s*(.+)", text[block.start : block.end], re.IGNORECASE)
        if block.kind is Kind.METADATA and found:
            return Fact(found.group(1).strip(), Known.STATED, f"line {block.line}")
    return Fact()


def _published(text: str, blocks: Sequence[Block]) -> Fact[date]:
    """A date in a line that says it is one: never a date of the text itself, nor one of a banner."""
    for block in blocks:
        line = text[block.start : block.end]
        if block.kind is Kind.METADATA and re.match(r"/?\s*(?:date|published|posted)", line, re.IGNORECASE):
            day = next((d for found in find_dates(line) if (d := found.as_date())), None)
            if day:
                return Fact(day, Known.STATED, f"line {block.line}")
    return Fact()


def _language(text: str) -> str:
    """`zh`, `ja`, `ko` by the script that most letters are in, else `en`: what analysis and fixed phrases go by."""
    counts = {
        "ja": len(re.findall(r"[\u3040-\u30ff]", text)) * 3,  # Japanese mixes its own letters with Chinese ones
        "ko": len(re.findall(r"[\uac00-\ud7a3]", text)),
        "zh": len(re.findall(r"[\u4e00-\u9fff]", text)),
    }
    language, count = max(counts.items(), key=lambda item: item[1])
    return language if count > len(re.findall(r"[A-Za-z]", text)) / 4 else "en"


_WRONGLY_CALLED = re.compile(
    r"\b(?:incorrectly|wrongly|mistakenly|erroneously)\s+(?:referred\s+to|identified|described|named|listed|gave|called)\s+"
    r"(?P<subject>.+?)\s+(?:as|to be)\s+(?:the\s+|an?\s+)?(?P<withdrawn>.+?)(?=\s+(?:of|at|for|in)\b|[.;,\]]|$)",
    re.IGNORECASE,
)


def _corrections(text: str, blocks: Sequence[Block]) -> tuple[Correction, ...]:
    found = []
    for note in blocks:
        match = _WRONGLY_CALLED.search(text[note.start : note.end]) if note.kind is Kind.NOTE else None
        if match:
            withdrawn = match.group("withdrawn")
            stale = tuple(b.line for b in blocks if b is not note and re.search(rf"\b{re.escape(withdrawn)}\b", text[b.start : b.end]))
            found.append(Correction(note.line, match.group("subject"), withdrawn, stale))
    return tuple(found)
