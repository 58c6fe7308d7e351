"""A document's blocks as the passages that may be cited.

In: a Document. Out: its citable blocks, in order, long ones cut between sentences, each with what it stands under.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.corpus.documents import CITABLE, Block, Document, Kind, Passage
from bot.corpus.lines import content_end, content_start
from bot.corpus.sentences import split_sentences
from bot.corpus.spans import Span

LONGEST_PASSAGE = 1_500  # characters, some 250 words: longer paragraphs are cut between sentences (retrieval.md, "Passages")
_CELLS = " | "  # between the cells of a table's row; the first row of several says what the others hold
_VISIBLE = re.compile(r"\S")


class Place(NamedTuple):
    """Where a passage is, and what it stands under: the `number`th of the block that begins at `line`, both from 1."""

    start: int
    end: int
    line: int
    number: int
    kind: Kind
    heading: Span | None
    lead_in: Span | None


def passages_of(document: Document, prefix: str) -> Iterator[Passage]:
    """A document's citable blocks, in order, with what each stands under. Ids are `PREFIX-LINE`, and `PREFIX-LINE.N` where one is cut."""
    return passages_at(document, prefix, places_of(document.text, document.blocks))


def passages_at(document: Document, prefix: str, places: Iterable[Place]) -> Iterator[Passage]:
    """The same, where the places are known."""
    headings: dict[Span | None, str | None] = {None: None}
    for start, end, line, number, kind, heading, lead_in in places:
        if heading not in headings:
            headings[heading] = document.text[slice(*heading)] if heading else None
        id_ = f"{prefix}-{line}.{number}" if number > 1 else f"{prefix}-{line}"
        yield Passage(id_, document, start, end, kind, line, headings[heading], lead_in)


def whole_block(document: Document, block: Block) -> Passage:
    """A block as it stands, of whatever kind: the line that says who wrote a document is no passage, and yet a question may ask for it."""
    words = document.text[block.start : block.end]
    start, end = block.start + content_start(words), block.start + content_end(words)
    return Passage(f"{document.id}#{block.line}", document, start, end, block.kind, block.line)


def places_of(text: str, blocks: Iterable[Block]) -> tuple[Place, ...]:
    """Where the passages of a text are."""
    return tuple(_places(text, blocks))


def _places(text: str, blocks: Iterable[Block]) -> Iterator[Place]:
    heading: Span | None = None
    paragraph: Block | None = None
    lead_in: Span | None = None
    header: Span | None = None
    for block in blocks:
        if block.kind not in CITABLE:
            continue
        words = text[block.start : block.end]
        start, end = block.start + content_start(words), block.start + content_end(words)
        is_row = block.kind is Kind.LIST_ITEM and _CELLS in words
        if block.kind is Kind.HEADING:
            heading, paragraph, lead_in = Span(start, block.end), None, None
        elif block.kind is Kind.BODY:
            paragraph, lead_in = block, None
        elif paragraph:
            lead_in, paragraph = _last_sentence(text, paragraph), None
        above = (header if is_row and header else lead_in) if block.kind is Kind.LIST_ITEM else None
        header = (header or Span(start, end)) if is_row else None
        for number, part in enumerate(_portions(text, start, end), start=1):
            yield Place(
                part.start, part.end, block.line, number, block.kind, None if block.kind is Kind.HEADING else heading, above,
            )  # fmt: skip


def _last_sentence(text: str, block: Block) -> Span:
    """What introduces a list is the end of the paragraph above it."""
    return split_sentences(text, block.start + content_start(text[block.start : block.end]), block.end)[-1]


def _portions(text: str, start: int, end: int) -> list[Span]:
    """A block as stretches that are not longer than a passage may be, cut between sentences."""
    if end - start <= LONGEST_PASSAGE:
        return [Span(_visible_from(text, start), end)]
    parts: list[Span] = []
    for sentence in split_sentences(text, start, end):
        for piece in _pieces(text, sentence):
            if parts and piece.end - parts[-1].start <= LONGEST_PASSAGE:
                parts[-1] = Span(parts[-1].start, piece.end)
            else:
                parts.append(piece)
    return parts


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence longer than a passage may be, as a table without full stops is, cut at white space."""
    start = sentence.start
    while sentence.end - start > LONGEST_PASSAGE:
        cut = max(text.rfind(" ", start, start + LONGEST_PASSAGE), text.rfind("\n", start, start + LONGEST_PASSAGE))
        cut = cut if cut > start else start + LONGEST_PASSAGE
        yield Span(start, start + len(text[start:cut].rstrip()))
        start = _visible_from(text, cut)
    yield Span(start, sentence.end)


def _visible_from(text: str, start: int) -> int:
    found = _VISIBLE.search(text, start)
    return found.start() if found else len(text)
