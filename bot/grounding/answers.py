"""What may be posted: an Answer of CitedClaims, each resting on Citations; and what was withheld, with the reasons.

A Citation is a document and two offsets into its file, and carries the words between them. Only `grounding` makes one: `cite` from the
corpus, `Answer.from_json` from what `Answer.to_json` wrote. Renderers accept an Answer and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from bot.corpus import Document, Fact, Known, Span


class Verdict(StrEnum):
    """What an answer is."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_IN_DOCUMENTS = "not_in_documents"
    DECLINED = "declined"
    FAILED = "failed"


class ClaimKind(StrEnum):
    """What a cited claim is: a sentence checked against its quotes, the quote itself, or one of those that code puts together."""

    STATEMENT = "statement"
    QUOTE = "quote"
    DIFFERENCE = "difference"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Citation:
    """`quote` is `text[start:end]` of the file `document`, in code points. The rest is what was known of it at the time."""

    document: str
    title: str | None
    publisher: str | None
    published: date | None
    start: int
    end: int
    quote: str
    derived: frozenset[str] = frozenset()
    """Which of title, publisher and published are not stated in the document but follow from it."""
    page: int | None = None
    """The page the quote begins on, from 1, where the document has pages."""

    def to_json(self) -> dict[str, Any]:
        """As `ask --json` prints it; `derived` and `page` only where there is something to say."""
        shown: dict[str, Any] = {
            "document": self.document,
            "title": self.title,
            "publisher": self.publisher,
            "published": self.published.isoformat() if self.published else None,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
        }
        known = {"derived": sorted(self.derived), "page": self.page}
        return shown | {name: value for name, value in known.items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Citation":
        """What `to_json` wrote."""
        published = date.fromisoformat(stored["published"]) if stored["published"] else None
        return cls(
            stored["document"], stored["title"], stored["publisher"], published, stored["start"], stored["end"], stored["quote"],
            frozenset(stored.get("derived", ())), stored.get("page"),
        )  # fmt: skip


def cite(document: Document, span: Span) -> Citation:
    """The words of `document` at `span`, as a citation."""
    facts: dict[str, Fact[Any]] = {"title": document.title, "publisher": document.publisher, "published": document.published}
    return Citation(
        document=document.id,
        title=document.title.value,
        publisher=document.publisher.value,
        published=document.published.value,
        start=span.start,
        end=span.end,
        quote=document.text[span.start : span.end],
        derived=frozenset(name for name, fact in facts.items() if fact.value is not None and fact.how is Known.DERIVED),
        page=document.page_of(span.start),
    )


@dataclass(frozen=True, slots=True)
class Source:
    """A document an answer cites, its mark's number, and each quote from it once, in the order of the document."""

    number: int
    citations: tuple[Citation, ...]

    @property
    def document(self) -> str:
        """The document's id."""
        return self.citations[0].document


def group_by_document(citations: Iterable[Citation]) -> tuple[Source, ...]:
    """Citations as numbered sources."""
    grouped: dict[str, dict[Citation, None]] = {}
    for citation in citations:
        grouped.setdefault(citation.document, {})[citation] = None
    return tuple(Source(n, tuple(sorted(found, key=lambda c: c.start))) for n, found in enumerate(grouped.values(), start=1))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a claim was withheld: the `rule` that failed and the words it failed on."""

    rule: str
    detail: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.detail}"


@dataclass(frozen=True, slots=True)
class CitedClaim:
    """One claim that may be posted.

    `as_of` is when its document was published, where that is known; `is_list_item` whether it rests on an item of a list, and is shown as one.
    """

    text: str
    kind: ClaimKind
    citations: tuple[Citation, ...]
    as_of: date | None = None
    is_list_item: bool = False

    def to_json(self) -> dict[str, Any]:
        """As `ask --json` prints it; `is_list_item` only where it is."""
        shown = {
            "text": self.text,
            "kind": self.kind.value,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "citations": [citation.to_json() for citation in self.citations],
        }
        return shown | ({"is_list_item": True} if self.is_list_item else {})

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CitedClaim":
        """What `to_json` wrote."""
        as_of = date.fromisoformat(stored["as_of"]) if stored["as_of"] else None
        citations = tuple(map(Citation.from_json, stored["citations"]))
        return cls(stored["text"], ClaimKind(stored["kind"]), citations, as_of, stored.get("is_list_item", False))


@dataclass(frozen=True, slots=True)
class WithheldClaim:
    """A claim that was not posted as it was proposed, and why. For the log, never for a reader of the answer."""

    text: str
    reasons: tuple[Reason, ...]

    def to_json(self) -> dict[str, Any]:
        """As `ask --json` prints it."""
        return {"text": self.text, "reasons": [str(reason) for reason in self.reasons]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "WithheldClaim":
        """What `to_json` wrote."""
        split = (str(reason).partition(": ") for reason in stored["reasons"])
        return cls(stored["text"], tuple(Reason(rule, detail) for rule, _, detail in split))


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved an answer, "" where nobody is named, and on which day."""

    by: str
    on: date

    def to_json(self) -> dict[str, str]:
        """As `ask --json` prints it."""
        return {"by": self.by, "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, str]) -> "Approval":
        """What `to_json` wrote."""
        return cls(stored["by"], date.fromisoformat(stored["on"]))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question.

    `unanswered` are parts of the question, in its own words, that the documents leave open; `closest` the passages that come nearest
    where nothing answers; `engine` who proposed the claims; `fell_back` whether the model could not be used, `cut_short` whether its reply
    broke off after these claims; `declined_for` why a question was not taken, or not answered to its end (a label of prompts/replies/declined.md);
    `searched` how many documents had to be searched for evidence, or None where all of them were read; `left_out` how many were not
    used, because they are younger than was asked for or have no date (the `undated`); `language` the code of the language it was asked in,
    where that can be told, and `crosses_languages` whether no document is in it and no model carried the question over; `approval` where a
    person approved it for this question.
    """

    verdict: Verdict
    engine: str
    corpus_digest: str
    claims: tuple[CitedClaim, ...] = ()
    withheld: tuple[WithheldClaim, ...] = ()
    unanswered: tuple[str, ...] = ()
    closest: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    fell_back: bool = False
    cut_short: bool = False
    declined_for: str | None = None
    searched: int | None = None
    left_out: int = 0
    undated: int = 0
    language: str = ""
    crosses_languages: bool = False
    approval: Approval | None = None

    @property
    def sources(self) -> tuple["Source", ...]:
        """The documents cited, in the order of first use: the numbers of the marks in the text count them from 1."""
        return group_by_document(citation for claim in self.claims for citation in claim.citations)

    @property
    def is_small_talk(self) -> bool:
        """Whether it answers a greeting or the like: those replies are files in a folder of their own."""
        return self.declined_for is not None and "/" in self.declined_for

    def to_json(self) -> dict[str, Any]:
        """Everything, so that it can be shown again later."""
        approval = {"approval": self.approval.to_json()} if self.approval else {}
        return {
            "verdict": self.verdict.value,
            "engine": self.engine,
            "corpus_digest": self.corpus_digest,
            "claims": [claim.to_json() for claim in self.claims],
            "withheld": [claim.to_json() for claim in self.withheld],
            "unanswered": list(self.unanswered),
            "closest": [citation.to_json() for citation in self.closest],
            "suggestions": list(self.suggestions),
            "fell_back": self.fell_back,
            "cut_short": self.cut_short,
            "declined_for": self.declined_for,
            "searched": self.searched,
            "left_out": self.left_out,
            "undated": self.undated,
            "language": self.language,
            "crosses_languages": self.crosses_languages,
        } | approval

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Answer":
        """What `to_json` wrote."""
        return cls(
            verdict=Verdict(stored["verdict"]),
            engine=stored["engine"],
            corpus_digest=stored["corpus_digest"],
            claims=tuple(map(CitedClaim.from_json, stored["claims"])),
            withheld=tuple(map(WithheldClaim.from_json, stored["withheld"])),
            unanswered=tuple(stored["unanswered"]),
            closest=tuple(map(Citation.from_json, stored["closest"])),
            suggestions=tuple(stored["suggestions"]),
            fell_back=stored["fell_back"],
            cut_short=stored["cut_short"],
            declined_for=stored["declined_for"],
            searched=stored["searched"],
            left_out=stored["left_out"],
            undated=stored.get("undated", 0),
            language=stored.get("language", ""),
            crosses_languages=stored.get("crosses_languages", False),
            approval=Approval.from_json(stored["approval"]) if stored.get("approval") else None,
        )
