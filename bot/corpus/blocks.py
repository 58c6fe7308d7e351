"""Which lines of a document are its body, and what the others are.

In: a document's text. Out: its Blocks, in order: every line that is not blank belongs to exactly one, and nothing is deleted. Rules are
about how articles, speeches and notes are laid out; what they get wrong, `kinds` in corpus.toml overrides by line number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from bot.corpus.documents import Block, Kind
from bot.corpus.sentences import split_sentences

_LIST_MARK = re.compile(r"\s*(?:\d{1,3}[.)、]|[•▪◦‣*–—-]|\([a-z\d]{1,2}\))[\s\u00a0]+(?=\S)")
_NUMBERED = re.compile(r"\s*\d{1,3}[.)、]\s")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_TERMINAL = re.compile(r"""[.!?…。！？;；]["'’”»)\]』」]*$""")
_NOTE = re.compile(r"^\[\s*(?:correction|editor['’]?s?['’]? note|clarification|update[d]?|note)\b.*\]$", re.IGNORECASE | re.DOTALL)
_METADATA = re.compile(
    r"^/?\s*(?:date|source|author|by|byline|published(?: on| at)?|posted(?: on)?|updated|last updated|publisher|category|tags?|language|url"
    r"|reading time|location)\b\s*:(?=[\s\u00a0]*\S)",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"^(?:by\s+)?[A-Z][\w.'’-]+(?:\s+(?:[A-Z][\w.'’-]+|and|de|van|von|bin|al)){1,5}$")
_CONTACT = re.compile(
    r"\bI can be reached\b|\breach (?:me|the (?:author|writer))\b|\[\s*at\s*\]|\babout the author\b|\bfollow (?:me|him|her) on\b",
    re.IGNORECASE,
)
# What web pages print below an article. The first group also opens a tail of such lines.
_TAIL = re.compile(
    r"^(?:leave a (?:comment|reply)|(?:\d+ )?comments?(?: \(\d+\))?$|related (?:stories|articles|posts|links|reading)|you (?:may|might) also like"
    r"|read (?:more|next|also)\b|recommended for you|most (?:read|popular)|share this|keyword(?:s|\(s\))?\s*:|tags?\s*:|author name\s*:"
    r"|follow [\w .'’]{2,40} on\b|subscribe\b|sign up (?:for|to)\b|about the author|advertisement$)",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\bakismet\b|\bhow your comment data is processed\b|\ball rights reserved\b|^(?:©|copyright\b)|\bcookie policy\b|\bprivacy policy\b"
    r"|^(?:get and )?download\b[^.]*\b(?:pdf|copy|app|e-?book|report)\b[^.]*$|^(?:skip to|back to top|log ?in|sign in|click here|print this)\b"
    r"|\bsubscribe to our newsletter\b|^[\w ()]{3,20}\s*:$(?<!following:)(?<!follows:)",
    re.IGNORECASE,
)
_HEADLINE_VERBS = frozenset(
    """
    accuses acquires adds admits agrees aims announces appoints asks backs bans becomes begins bets blames blocks boosts brings buys
    calls challenges claims closes considers cuts defends delays denies drops eyes faces fails falls files finds fines gains gets
    gives goes grows hails halts hires hits hopes introduces invests joins jumps keeps launches leads leaves looks loses makes meets
    merges moves names needs offers opens orders outlines overtakes picks plans pledges plunges posts probes promises pulls pushes
    quits raises reaches recalls rejects releases removes replaces reports resigns reveals rises rolls rules says seeks sees sells
    sets shows shuts signs slams slows snaps soars spends splits starts steps stops sues suspends takes taps targets teams tells tests
    tightens tops touts tries tumbles turns unveils urges vows wants warns weighs wins withdraws
    """.split()
)
_HEADLINE = re.compile(r"^(?:[A-Z][\w.&'’-]*\s+){1,4}([a-z]+s)\s+\S+")

LONGEST_HEADING = 120  # characters; measured on nothing: headings of news and reports run to about 90
SHORTEST_PROSE = 8  # words; a sentence this long at the top of a page is text, a shorter one may be a slogan


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of lines before it is known what it is."""

    start: int
    end: int
    line: int
    text: str

    @property
    def ends_like_a_sentence(self) -> bool:
        return bool(_TERMINAL.search(self.text))

    @property
    def is_prose(self) -> bool:
        if _LIST_MARK.match(self.text) or _MARKDOWN_HEADING.match(self.text):
            return False
        long = len(self.text.split()) >= SHORTEST_PROSE or len(self.text) >= 200 or (len(self.text) >= 15 and not self.text.isascii())
        return long and (self.ends_like_a_sentence or len(self.text) >= 200)


def read_blocks(text: str, overrides: Mapping[int, Kind] | None = None) -> tuple[Block, ...]:
    """The blocks of a document; `overrides` says what the block beginning at a line is, and wins."""
    pieces = _pieces(text)
    blocks = _Layout(pieces).classify()
    blocks = _mark_captions(text, blocks)
    chosen = overrides or {}
    return tuple(replace(b, kind=chosen[b.line], reason="corpus.toml says so") if b.line in chosen else b for b in blocks)


def content_start(block_text: str) -> int:
    """How many characters of a block are its list mark, Markdown hashes or dateline, which no quote needs."""
    for mark in (_MARKDOWN_HEADING, _LIST_MARK, _DATELINE):
        if found := mark.match(block_text):
            return found.end()
    return 0


_DATELINE = re.compile(
    r"(?:[A-Z][A-Z .,'’/]{2,40}(?:,\s+\w+\.?\s+\d{1,2})?\s*)?\([A-Z][\w .&'’/-]{1,40}\)\s*(?:\w+\.?\s+\d{1,2}(?:,\s*\d{4})?\s*)?(?:--|[-–—])\s*(?=\S)"
)


def is_numbered(block_text: str) -> bool:
    """Whether a list item carries a number rather than a bullet."""
    return bool(_NUMBERED.match(block_text))


def _pieces(text: str) -> list[_Piece]:
    """Runs of lines between blank ones; a run that is not one hard-wrapped paragraph falls into its lines."""
    pieces: list[_Piece] = []
    run: list[_Piece] = []
    offset = 0
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped:
            start = offset + line.index(stripped[0])
            run.append(_Piece(start, start + len(stripped), number, stripped))
        elif run:
            pieces.extend(_unwrap(run, text))
            run = []
        offset += len(line) + 1
    return pieces + (_unwrap(run, text) if run else [])


def _unwrap(run: list[_Piece], text: str) -> list[_Piece]:
    first, last = run[0], run[-1]
    longest = max(len(piece.text) for piece in run)
    marked = any(_LIST_MARK.match(p.text) or _MARKDOWN_HEADING.match(p.text) or _METADATA.match(p.text) for p in run)
    evenly_filled = all(len(p.text) >= 0.6 * longest for p in run[:-1])
    if len(run) > 1 and 40 <= longest <= 100 and evenly_filled and not marked:
        return [_Piece(first.start, last.end, first.line, text[first.start : last.end])]
    return run


class _Layout:
    """The order of a page: a head (title, standfirst, byline, dates), the text, a tail of links and forms."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        prose = [i for i, piece in enumerate(pieces) if piece.is_prose and not _NOTE.match(piece.text)]
        self._first_prose = prose[0] if prose else len(pieces)
        self._title = self._find_title()
        self._tail = self._find_tail()
        head = pieces[: self._first_prose]
        self._is_article = any(_METADATA.match(p.text) or self._repeats_title(p.text) for p in head[1:])

    def classify(self) -> list[Block]:
        return [Block(p.start, p.end, p.line, *self._kind(i, p)) for i, p in enumerate(self._pieces)]

    def _find_title(self) -> str | None:
        if not self._pieces:
            return None
        first = self._pieces[0].text
        heading = _MARKDOWN_HEADING.match(first)
        if heading:
            return first[heading.end() :]
        is_short = len(first) <= 200 and not _TERMINAL.search(first.rstrip("?!")) and not first.endswith((".", ":"))
        return first if is_short and not _LIST_MARK.match(first) and not _METADATA.match(first) else None

    def _find_tail(self) -> int:
        """The index from which all is links and forms: a line that opens such a part, late in the page."""
        whole = sum(len(p.text) for p in self._pieces)
        rest = whole
        for i, piece in enumerate(self._pieces):
            if _TAIL.match(piece.text) and i > self._first_prose and rest <= 0.25 * whole:
                return i
            rest -= len(piece.text)
        return len(self._pieces)

    def _repeats_title(self, text: str) -> bool:
        if not self._title:
            return False
        return not " ".join(text.split()).replace(" ".join(self._title.split()), "").strip()

    def _kind(self, i: int, piece: _Piece) -> tuple[Kind, str]:
        furniture = self._furniture(i, piece)
        if furniture:
            return furniture
        if i < self._first_prose:
            return self._head(piece)
        if _LIST_MARK.match(piece.text):
            return Kind.LIST_ITEM, "begins with a list mark"
        if piece.ends_like_a_sentence or piece.is_prose:
            return Kind.BODY, "ends like a sentence"
        return self._short_line(i, piece)

    def _furniture(self, i: int, piece: _Piece) -> tuple[Kind, str] | None:
        """What a line is by its own words, wherever it stands."""
        if i == 0 and self._title:
            return Kind.TITLE, "a short first line"
        if self._repeats_title(piece.text) and i < self._first_prose:
            return Kind.TITLE, "repeats the title"
        if _NOTE.match(piece.text):
            return Kind.NOTE, "an editor's note in brackets"
        if i >= self._tail:
            return Kind.BOILERPLATE, "below the article"
        if _CONTACT.search(piece.text) and i > self._first_prose:
            return Kind.CONTACT, "says how to reach the author"
        if _BOILERPLATE.search(piece.text) or (_TAIL.match(piece.text) and not piece.is_prose):
            return Kind.BOILERPLATE, "words of a web page's frame"
        return None

    def _head(self, piece: _Piece) -> tuple[Kind, str]:
        if _METADATA.match(piece.text):
            return Kind.METADATA, "names a date, source or author"
        if _LIST_MARK.match(piece.text):
            return (Kind.STANDFIRST, "a bullet between title and text") if self._is_article else (Kind.LIST_ITEM, "begins with a list mark")
        if self._is_article and _BYLINE.match(piece.text):
            return Kind.METADATA, "looks like an author's name"
        if self._is_article:
            return Kind.STANDFIRST, "a short line between title and text"
        return self._heading_or_body(piece)

    def _short_line(self, i: int, piece: _Piece) -> tuple[Kind, str]:
        """A line within the text that does not end like a sentence: a heading, another story's headline, or text after all."""
        headline = _HEADLINE.match(piece.text)
        if headline and headline.group(1) in _HEADLINE_VERBS:
            return Kind.RELATED, "a headline within the text"
        followed = i + 1 < len(self._pieces) and (self._pieces[i + 1].is_prose or _LIST_MARK.match(self._pieces[i + 1].text))
        if not followed:
            return Kind.BODY, "a short line that heads nothing"
        return self._heading_or_body(piece)

    @staticmethod
    def _heading_or_body(piece: _Piece) -> tuple[Kind, str]:
        if _MARKDOWN_HEADING.match(piece.text):
            return Kind.HEADING, "a Markdown heading"
        if len(piece.text) <= LONGEST_HEADING and not piece.ends_like_a_sentence and ":" not in piece.text[:-1]:
            return Kind.HEADING, "a short line above text"
        return Kind.BODY, "text"


def _mark_captions(text: str, blocks: list[Block]) -> list[Block]:
    """A sentence standing alone that says again what the paragraph before it said is a picture's caption."""
    captions = set()
    for before, after in pairwise(blocks):
        alone = len(split_sentences(text, after.start, after.end)) == 1
        if after.kind is before.kind is Kind.BODY and alone and _repeats(text[before.start : before.end], text[after.start : after.end]):
            captions.add(after)
    return [replace(b, kind=Kind.CAPTION, reason="repeats the paragraph before it") if b in captions else b for b in blocks]


def _repeats(before: str, after: str) -> bool:
    """Whether half of `after`, and no fewer than eight words, stands in `before` in one run."""
    said, again = re.findall(r"\w+", before.lower()), re.findall(r"\w+", after.lower())
    run = SequenceMatcher(None, said, again, autojunk=False).find_longest_match().size
    return run >= max(SHORTEST_PROSE, len(again) / 2)
