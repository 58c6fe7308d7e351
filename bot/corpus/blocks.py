"""Which lines of a document are its body, and what the others are.

In: a document's text. Out: its Blocks, in order: every line that is not blank belongs to exactly one, and nothing is deleted. Rules are
about how articles, speeches and notes are laid out, from what `lines` says of each line; what they get wrong, `kinds` in corpus.toml overrides by
line number.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

from bot.corpus.documents import FRONT_MATTER, Block, Kind
from bot.corpus.instructions import gives_orders
from bot.corpus.lines import SHORTEST_PROSE, Piece, pieces_of
from bot.corpus.sentences import split_sentences

LONGEST_HEAD = 12  # lines; title, bylines and dates of a page are among its first
LONGEST_CAPTION = 60  # words
_FENCE = re.compile(r"```|~~~")


def read_blocks(text: str, overrides: Mapping[int, Kind] | None = None, head: int = 0) -> tuple[Block, ...]:
    """The blocks of a document; `text[:head]` is front matter. `overrides` says what the block beginning at a line is, and wins."""
    pieces = pieces_of(text)
    front = [Block(p.start, p.end, p.line, Kind.METADATA, FRONT_MATTER) for p in pieces if p.start < head]
    blocks = [*front, *_mark_captions(text, _Layout(pieces[len(front) :]).classify())]
    blocks = _mark_code(text, blocks)
    chosen = overrides or {}
    return tuple(replace(b, kind=chosen[b.line], reason="corpus.toml says so") if b.line in chosen else b for b in blocks)


def _mark_code(text: str, blocks: list[Block]) -> list[Block]:
    """What stands between two fences is code: text that has no headings."""
    fences = [at for at, block in enumerate(blocks) if _FENCE.match(text, block.start)]
    for opening, closing in zip(fences[::2], fences[1::2], strict=False):
        for at in range(opening, closing + 1):
            is_fence = at in {opening, closing}
            kind, reason = (Kind.BOILERPLATE, "a fence around code") if is_fence else (Kind.BODY, "code")
            if blocks[at].kind is not Kind.INSTRUCTION:
                blocks[at] = replace(blocks[at], kind=kind, reason=reason)
    return blocks


class _Layout:
    """The order of a page: a head (title, standfirst, byline, dates), the text, a tail of links and forms."""

    def __init__(self, pieces: list[Piece]) -> None:
        self._pieces = pieces
        prose = [i for i, piece in enumerate(pieces) if piece.is_prose and not piece.is_note]
        self._first_prose = prose[0] if prose else len(pieces)
        self._title = pieces[0].title if pieces else None
        self._tail = self._find_tail()
        self._head_end = min(self._first_prose, LONGEST_HEAD)
        self._last_mark = self._find_last_mark() if prose else 0

    def classify(self) -> list[Block]:
        return [Block(p.start, p.end, p.line, *self._kind(i, p)) for i, p in enumerate(self._pieces)]

    def _find_tail(self) -> int:
        """The index from which all is links and forms: a line that opens such a part, late in the page."""
        whole = sum(len(p.text) for p in self._pieces)
        rest = whole
        for i, piece in enumerate(self._pieces):
            if piece.opens_a_tail and i > self._first_prose and rest <= 0.25 * whole:
                return i
            rest -= len(piece.text)
        return len(self._pieces)

    def _find_last_mark(self) -> int:
        """The index of the last line in the head that only an article has there: a date, a source, a byline, its title again."""
        marks = [i for i, p in enumerate(self._pieces[: self._head_end]) if i and (p.is_metadata or self._repeats_title(p.text))]
        return max(marks, default=0)

    def _repeats_title(self, text: str) -> bool:
        if not self._title:
            return False
        return not " ".join(text.split()).replace(" ".join(self._title.split()), "").strip()

    def _kind(self, i: int, piece: Piece) -> tuple[Kind, str]:
        furniture = self._furniture(i, piece)
        if furniture:
            return furniture
        if self._is_numbered_heading(i):
            return Kind.HEADING, "a short numbered line above text"
        if i < self._head_end:
            return self._head(i, piece)
        if piece.is_list_item:
            return Kind.LIST_ITEM, "begins with a list mark"
        if piece.ends_like_a_sentence or piece.is_prose:
            return Kind.BODY, "ends like a sentence"
        return self._short_line(i, piece)

    def _furniture(self, i: int, piece: Piece) -> tuple[Kind, str] | None:
        """What a line is by its own words, wherever it stands."""
        if i == 0 and self._title:
            return Kind.TITLE, "a short first line"
        if self._repeats_title(piece.text) and i < self._head_end:
            return Kind.TITLE, "repeats the title"
        if gives_orders(piece.text):
            return Kind.INSTRUCTION, "gives orders to a language model"
        if piece.is_note:
            return Kind.NOTE, "an editor's note in brackets"
        if i >= self._tail:
            return Kind.BOILERPLATE, "below the article"
        return self._frame(i, piece) or ((Kind.LIST_ITEM, "a row of a table") if piece.is_row else None)

    def _frame(self, i: int, piece: Piece) -> tuple[Kind, str] | None:
        if piece.is_contact and i > self._first_prose:
            return Kind.CONTACT, "says how to reach the author"
        if piece.is_frame:
            return Kind.BOILERPLATE, "words of a web page's frame"
        if piece.is_wordless:
            return Kind.BOILERPLATE, "has no word in it"
        return None

    def _head(self, i: int, piece: Piece) -> tuple[Kind, str]:
        """Only what stands above a date, a source or the title's repetition is taken for a standfirst: below them the text may begin."""
        if piece.is_metadata:
            return Kind.METADATA, "names a date, source or author"
        if piece.is_list_item:
            is_standfirst = i < self._last_mark
            return (Kind.STANDFIRST, "a bullet between title and text") if is_standfirst else (Kind.LIST_ITEM, "begins with a list mark")
        if self._last_mark and i <= self._last_mark + 1 and piece.is_name:
            return Kind.METADATA, "looks like an author's name"
        if i < self._last_mark and not piece.ends_like_a_sentence:
            return Kind.STANDFIRST, "a short line between title and text"
        return self._heading_or_body(piece)

    def _short_line(self, i: int, piece: Piece) -> tuple[Kind, str]:
        """A line within the text that does not end like a sentence: a heading, another story's headline, or text after all."""
        if self._is_underlined(i):
            return Kind.HEADING, "is underlined"
        if piece.is_markdown_heading and i + 1 < min(self._tail, len(self._pieces)):
            return self._heading_or_body(piece)
        if self._is_other_headline(i):
            return Kind.RELATED, "a headline within the text"
        followed = any(p.is_prose or p.is_list_item or p.is_key_line for p in self._pieces[i + 1 : i + 2])
        if not followed:
            return Kind.BODY, "a short line that heads nothing"
        return self._heading_or_body(piece)

    def _is_numbered_heading(self, i: int) -> bool:
        """A section's heading, as in statutes and contracts: a short numbered line, alone, and text below it that is no further item."""
        piece, before, after = self._pieces[i], self._pieces[max(0, i - 1) : i], self._pieces[i + 1 : min(i + 2, self._tail)]
        is_alone = all(piece.line - p.last_line > 1 for p in before) and all(p.line - piece.last_line > 1 for p in after)
        return is_alone and piece.is_numbered and bool(piece.heads) and any(p.is_prose or p.text.endswith(":") for p in after)

    def _is_underlined(self, i: int) -> bool:
        piece, below = self._pieces[i], self._pieces[i + 1 : i + 2]
        return any(next_.line == piece.last_line + 1 and next_.is_underline for next_ in below)

    def _is_other_headline(self, i: int) -> bool:
        """A headline that stands alone between paragraphs, or between one and the next headline."""
        piece, before, after = self._pieces[i], self._pieces[max(0, i - 1) : i], self._pieces[i + 1 : min(i + 2, self._tail)]
        is_alone = all(piece.line - p.last_line > 1 for p in before) and all(p.line - piece.last_line > 1 for p in after)
        return is_alone and piece.is_headline and all(p.is_prose or p.ends_like_a_sentence or p.is_headline for p in before + after)

    @staticmethod
    def _heading_or_body(piece: Piece) -> tuple[Kind, str]:
        return (Kind.HEADING, piece.heads) if piece.heads else (Kind.BODY, "text")


def _mark_captions(text: str, blocks: list[Block]) -> list[Block]:
    """A sentence standing alone that says nothing but what was said before, most of it right before it, is a picture's caption."""
    captions = set()
    said: set[str] = set()
    words = [_words(text, block) for block in blocks]
    for (before, words_before), (after, words_after) in pairwise(zip(blocks, words, strict=True)):
        said.update(words_before)
        if after.kind is before.kind is Kind.BODY and _repeats(words_before, words_after, said) and _is_one_sentence(text, after):
            captions.add(after)
    return [replace(b, kind=Kind.CAPTION, reason="repeats the paragraph before it") if b in captions else b for b in blocks]


def _is_one_sentence(text: str, block: Block) -> bool:
    return len(split_sentences(text, block.start, block.end)) == 1


def _words(text: str, block: Block) -> list[str]:
    return re.findall(r"\w+", text[block.start : block.end].lower())


def _repeats(before: list[str], after: list[str], said: set[str]) -> bool:
    """Whether the end of `after`, half of it and no fewer than eight words, stands in `before` in one run, and its every word in `said`."""
    if len(after) > LONGEST_CAPTION or not said.issuperset(after) or any(word.isdigit() for word in after[:1]):
        return False
    run = SequenceMatcher(None, before, after, autojunk=False).find_longest_match()
    return run.size >= max(SHORTEST_PROSE, len(after) / 2) and run.b + run.size == len(after)
