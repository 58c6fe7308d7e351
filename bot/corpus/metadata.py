"""What is known of each document: what `corpus.toml` says, and below it what the document's own head says.

In: the TOML file, a document's text and blocks, what its file says outside its text. Out: `Facts`. An entry that is wrong is reported with
file and line, and left out.
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

from bot.characters import showable
from bot.corpus.dates import find_dates
from bot.corpus.documents import CITABLE, FRONT_MATTER, Block, Correction, Fact, Kind, Known
from bot.corpus.folder import FILE_NAME
from bot.corpus.formats import Stated
from bot.corpus.instructions import gives_orders
from bot.errors import CorpusError

LONGEST_NAME = 300  # characters
LONGEST_LINK = 3_000  # characters; what Slack takes for a link
LONGEST_OPENING = 80  # characters of a title made of a document's first words: Chinese has no blanks between them


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
    link: str | None = None


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


# --- what the document says of itself


def detect(text: str, blocks: Sequence[Block], stated: Stated | None = None) -> Facts:
    """What one document says of itself: outside its text, else in its head, else nothing is known."""
    said = stated or Stated()
    return Facts(
        title=_said(said.title, said.where) or _title(text, blocks),
        publisher=_said(said.publisher, said.where) or _labelled(text, blocks, r"(?:source|publisher|来源)\s*[:：]"),
        author=_said(said.author, said.where) or _author(text, blocks),
        published=Fact(said.published, Known.STATED, said.where) if said.published else _published(text, blocks),
        language=said.language if said.language in {"zh", "ja", "ko", "en"} else _language(text),
        first_person=_first_person(text),
        corrections=_corrections(text, blocks),
    )


_NAMED = r"(?<!\w)[A-Z][\w&’'.-]{0,40}(?<![.’'-])(?:[ \u00a0](?:[A-Z][\w&’'.-]{0,40}(?<![.’'-])|&)){0,5}"  # no longer: texts without blanks exist
# Each with a string that is quickly looked for: most documents have none of them.
_FIRST_PERSON = tuple(
    (hint, re.compile(pattern))
    for hint, pattern in (
        (", we ", rf"\b[Aa]t (?P<name>{_NAMED}), we\b"),
        (", our ", rf"\b[Aa]t (?P<name>{_NAMED}), our\b"),
        ("e at ", rf"\b[Ww]e at (?P<name>{_NAMED})"),
        ("e, ", rf"\b[Ww]e, (?P<name>{_NAMED}),"),
        ("ur ", rf"\b[Oo]ur (?:company|firm|organi[sz]ation|club|school|museum), (?P<name>{_NAMED}),"),
    )
)
_CALLED_WE = re.compile(r" \([^()]{0,60}[“\"'‘](?:[Ww]e|[Uu]s|[Oo]ur)[”\"'’][^()]{0,30}\)")
_LAST_NAME = re.compile(rf"(?P<name>{_NAMED})$")


def _first_person(text: str) -> str | None:
    """Who "we" is, where the text says so itself ("At Sund Marine, we …", "Sund Marine (“we”)") and of one name only."""
    matches = [match for hint, pattern in _FIRST_PERSON if hint in text for match in pattern.finditer(text)]
    before = (text[max(0, called.start() - 120) : called.start()] for called in _CALLED_WE.finditer(text))
    matches += filter(None, map(_LAST_NAME.search, before))
    found = {" ".join(match["name"].split()) for match in matches}
    shortest = min(found, key=len, default="")
    return shortest if shortest and all(name.startswith(shortest) for name in found) else None


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


def _said(value: str | None, where: str) -> Fact[str] | None:
    """Words from outside a text, as one line; none where they are too long for a name, or speak to a model."""
    words = " ".join(showable(value or "").split())
    return Fact(words, Known.STATED, where) if words and len(words) <= LONGEST_NAME and not gives_orders(words) else None


def _fact(entry: _TextEntry | None) -> Fact[str] | None:
    return Fact(entry.value, entry.how, entry.evidence) if entry else None


def _date_fact(entry: _DateEntry | None) -> Fact[date] | None:
    return Fact(entry.value, entry.how, entry.evidence) if entry else None


def _title(text: str, blocks: Sequence[Block]) -> Fact[str]:
    for block in blocks:
        if block.kind is Kind.TITLE:
            return Fact(re.sub(r"^#+\s*", "", text[block.start : block.end]), Known.STATED, f"line {block.line}")
    words = next((text[b.start : b.end].split() for b in blocks if b.kind is Kind.BODY), [])
    return Fact(" ".join(words[:8])[:LONGEST_OPENING] + "…", Known.DERIVED, "its first words") if words else Fact()


def _labelled(text: str, blocks: Sequence[Block], label: str) -> Fact[str]:
    for block in blocks:
        found = re.match(rf"/?\s*(?:{label})\s*(.+)", text[block.start : block.end], re.IGNORECASE)
        if block.kind is Kind.METADATA and found:
            return Fact(found.group(1).strip(), Known.STATED, f"line {block.line}")
    return Fact()


def _author(text: str, blocks: Sequence[Block]) -> Fact[str]:
    labelled = _labelled(text, blocks, r"(?:author|by|byline|作者)\s*[:：]|by\b")
    return labelled if labelled.value else _named_alone(text, blocks)


def _named_alone(text: str, blocks: Sequence[Block]) -> Fact[str]:
    """A name that stands among the dates and sources of the head, without a word that says whose it is."""
    for block in blocks:
        words = text[block.start : block.end]
        if block.kind is Kind.METADATA and block.reason != FRONT_MATTER and not re.search(r"[:：\d]", words):
            return Fact(words, Known.DERIVED, f"line {block.line}")
    return Fact()


def _published(text: str, blocks: Sequence[Block]) -> Fact[date]:
    """A date in a line that says it is one: never a date of the text itself, nor one of a banner."""
    for block in blocks:
        line = text[block.start : block.end][:200]
        if block.kind is Kind.METADATA and not re.match(r"/?\s*(?!date|published|posted)[a-z ]+:|(?:last )?updated", line, re.IGNORECASE):
            day = next((d for found in find_dates(line) if (d := found.as_date())), None)
            if day:
                return Fact(day, Known.STATED, f"line {block.line}")
    return Fact()


def _language(text: str) -> str:
    """`zh`, `ja`, `ko` by the script that most letters are in, else `en`: what analysis and fixed phrases go by."""
    if text.isascii():
        return "en"
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
            subject, withdrawn = (" ".join(match.group(name).split()) for name in ("subject", "withdrawn"))
            stale = tuple(b.line for b in blocks if b is not note and _says(text, b, subject, withdrawn))
            found.append(Correction(note.line, subject, withdrawn, stale))
    return tuple(found)


def _says(text: str, block: Block, subject: str, withdrawn: str) -> bool:
    """Whether a block says what was withdrawn: a paragraph must also name the subject, for others may rightly be called so."""
    words = " ".join(text[block.start : block.end].split())
    names = subject.split()[-1:] if block.kind in CITABLE else []
    return all(re.search(rf"(?<!\w){re.escape(said)}(?!\w)", words, re.IGNORECASE) for said in [withdrawn, *names])
