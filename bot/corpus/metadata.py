"""What a document says of itself: outside its text, or in its head.

In: its text and blocks, what its file says outside the text. Out: `Facts`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.characters import showable
from bot.corpus.dates import find_dates
from bot.corpus.documents import CITABLE, FRONT_MATTER, Block, Correction, Fact, Kind, Known
from bot.corpus.formats import Stated
from bot.corpus.instructions import gives_orders

LONGEST_NAME = 300  # characters
LONGEST_OPENING = 80  # characters of a title made of a document's first words: Chinese has no blanks between them


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


def _said(value: str | None, where: str) -> Fact[str] | None:
    """Words from outside a text, as one line; none where they are too long for a name, or speak to a model."""
    words = " ".join(showable(value or "").split())
    return Fact(words, Known.STATED, where) if words and len(words) <= LONGEST_NAME and not gives_orders(words) else None


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
