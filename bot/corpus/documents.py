"""What the corpus is made of. Every offset counts Unicode code points of a document's text.

Of a `.txt` or `.md` file that text is the file as decoded, line ends untouched; of any other what `formats` extracts, always the same from
the same bytes. A Document is a file and what is known of it; its Blocks say of every line what it is; its Passages are the blocks that may be
cited.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from bot.corpus.sentences import split_sentences
from bot.corpus.spans import Span
from bot.errors import CorpusError

T = TypeVar("T")


class Known(StrEnum):
    """How a fact about a document is known."""

    STATED = "stated"
    """The document says so."""
    DERIVED = "derived"
    """It follows from what the document says; shown with a mark."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value, how it is known, and the words it rests on."""

    value: T | None = None
    how: Known = Known.UNKNOWN
    evidence: str = ""


class Kind(StrEnum):
    """What a block of a document is."""

    TITLE = "title"
    STANDFIRST = "standfirst"
    METADATA = "metadata"
    BODY = "body"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    NOTE = "note"
    CAPTION = "caption"
    RELATED = "related"
    CONTACT = "contact"
    BOILERPLATE = "boilerplate"
    INSTRUCTION = "instruction"
    """Words that speak to a model, not to a reader: never cited, and reported."""


CITABLE = frozenset({Kind.BODY, Kind.LIST_ITEM, Kind.HEADING})


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a line: where it is, its first line's number (from 1), what it is, and why it was taken for that."""

    start: int
    end: int
    line: int
    kind: Kind
    reason: str


FRONT_MATTER = "front matter"
"""Why a line of it is no text; what it says of the document is read by whoever reads the file's format."""


@dataclass(frozen=True, slots=True)
class Correction:
    """An editor's correction: `subject` was wrongly called `withdrawn`. `line` is the note's; `supersedes` the lines it corrects."""

    line: int
    subject: str
    withdrawn: str
    supersedes: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)  # each is itself: comparing or hashing a whole file would say no more
class Document:
    """One file.

    `id` is its path below the corpus folder; `names` are groups of names for one person or thing; `first_person` is who "we" is in it.
    Where the file has pages, page N begins at `pages[N - 1]`. `link` is where people find it on the web, if they do.
    """

    id: str
    text: str
    title: Fact[str] = Fact()
    publisher: Fact[str] = Fact()
    author: Fact[str] = Fact()
    published: Fact[date] = Fact()
    language: str = "en"
    first_person: str | None = None
    blocks: tuple[Block, ...] = ()
    corrections: tuple[Correction, ...] = ()
    names: tuple[frozenset[str], ...] = ()
    pages: tuple[int, ...] = ()
    link: str | None = None

    def page_of(self, offset: int) -> int | None:
        """The number of the page that `text[offset]` stands on, from 1; None where the file has no pages."""
        return bisect_right(self.pages, offset) or None

    @property
    def label(self) -> str:
        """What to call it: its title, or the name of its file."""
        return self.title.value or self.id

    @cached_property
    def digest(self) -> str:
        """Of its text and of all that is known of it."""
        known = (
            self.id, self.title, self.publisher, self.author, self.published, self.language, self.first_person, self.corrections, self.pages,
            [(block.start, block.end, block.kind.value) for block in self.blocks], sorted(map(sorted, self.names)),
            *filter(None, [self.link]),
        )  # fmt: skip
        return hashlib.sha256(f"{known!r}\0{self.text}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Passage:
    """A citable block: `document.text[start:end]`.

    `heading` is the heading it stands under, `lead_in` the sentence that introduces the list it belongs to.
    """

    id: str
    document: Document = field(repr=False)
    start: int
    end: int
    kind: Kind
    line: int
    heading: str | None = None
    lead_in: Span | None = None

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The spans of its sentences in the document, in order."""
        return split_sentences(self.document.text, self.start, self.end)

    @property
    def page(self) -> int | None:
        """The page it begins on, where its document has pages."""
        return self.document.page_of(self.start)

    @property
    def text(self) -> str:
        """Its words, as they stand in the file."""
        return self.document.text[self.start : self.end]


@dataclass(frozen=True)
class Corpus:
    """Every document that could be read, its passages in order, and what could not be read.

    `catalogue_problems` are those of `problems` that corpus.toml itself has: something it says of a document is not heeded. `notices` are
    about documents that serve all the same.
    """

    documents: tuple[Document, ...] = ()
    passages: tuple[Passage, ...] = ()
    problems: tuple[CorpusError, ...] = ()
    catalogue_problems: tuple[CorpusError, ...] = ()
    notices: tuple[CorpusError, ...] = ()

    @cached_property
    def digest(self) -> str:
        """16 hex digits that change whenever a document, or what is known of one, does."""
        return hashlib.sha256("".join(d.digest for d in self.documents).encode()).hexdigest()[:16]

    @cached_property
    def _documents_by_id(self) -> Mapping[str, Document]:
        return {document.id: document for document in self.documents}

    @cached_property
    def _passages_by_id(self) -> Mapping[str, Passage]:
        return {passage.id: passage for passage in self.passages}

    def document(self, document_id: str) -> Document | None:
        """The document of that id, if it is there."""
        return self._documents_by_id.get(document_id)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage of that id, if it is there."""
        return self._passages_by_id.get(passage_id)

    def digests(self, document_ids: Iterable[str]) -> dict[str, str]:
        """The digest of each of these documents that is there."""
        found = (self.document(document_id) for document_id in document_ids)
        return {document.id: document.digest for document in found if document}

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """When its documents were published, those with a known date, in order."""
        return tuple(sorted(d.published.value for d in self.documents if d.published.value))

    def passages_of(self, document_id: str) -> tuple[Passage, ...]:
        """A document's passages, in order."""
        return self._passages_by_document.get(document_id, ())

    @cached_property
    def _passages_by_document(self) -> Mapping[str, tuple[Passage, ...]]:
        grouped: dict[str, list[Passage]] = {}
        for passage in self.passages:
            grouped.setdefault(passage.document.id, []).append(passage)
        return {document_id: tuple(passages) for document_id, passages in grouped.items()}


def sentences_around(passage: Passage, spans: Iterable[Span]) -> tuple[Span, ...]:
    """The whole sentences of `passage` that any of `spans` touches, in order."""
    wanted = tuple(spans)
    return tuple(s for s in passage.sentences if any(s.start < w.end and w.start < s.end for w in wanted))
