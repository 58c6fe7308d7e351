"""Which lines of a document are its body, and what the others are.

In: a document's text. Out: its Blocks, in order: every line that is not blank belongs to exactly one, and nothing is deleted. Rules are
about how articles, speeches and notes are laid out; what they get wrong, `kinds` in corpus.toml overrides by line number.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from bot.corpus.dates import find_dates
from bot.corpus.documents import Block, Kind
from bot.corpus.sentences import split_sentences

_LIST_MARK = re.compile(r"\s*(?:(?:\d{1,3}[.)]|[•▪◦‣*–—-]|\([a-z\d]{1,2}\))\s+|\d{1,3}、\s*)(?=\S)")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_TERMINAL = re.compile(r"""[.!?…。！？;；]["'’”»)\]』」]*$""")
_NOTE = re.compile(r"^\[\s*(?:correction|editor['’]?s?['’]? note|clarification|update[d]?|note)\b.*\]$", re.IGNORECASE | re.DOTALL)
_METADATA = re.compile(
    r"^/?\s*(?:date|source|author|by|byline|published(?: on| at)?|posted(?: on)?|updated|last updated|publisher|category|tags?|url"
    r"|reading time|作者|来源|日期|发布时间|发布日期)\b\s*[:：](?=\s*\S)",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w.'’-]+(?:\s+(?:[A-Z][\w.'’-]+|and|de|van|von|bin|al)){1,5}$"
_BYLINE = re.compile(rf"^(?:[Bb][Yy]\s+)?{_NAME}")
_STATED_BYLINE = re.compile(rf"^(?:By|BY)\s+{_NAME}")
_DATE_LABEL = re.compile(
    r"(?:(?:published|posted|updated|last updated)(?: on| at)?\b)?\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?)?\W*", re.IGNORECASE
)
_CONTACT = re.compile(
    r"\bI can be reached\b|\breach (?:me|the (?:author|writer)) (?:at|on|via|by)\b|\[\s*at\s*\]"
    r"|\bfollow (?:me|him|her) on (?:@|twitter|x\b|linkedin|facebook|instagram|threads|mastodon|bluesky|weibo|medium)",
    re.IGNORECASE,
)
# What web pages print below an article. The first group also opens a tail of such lines.
_TAIL = re.compile(
    r"^(?:leave a (?:comment|reply)|(?:\d+ )?comments?(?: \(\d+\))?$|related (?:stories|articles|posts|links|reading)|you (?:may|might) also like"
    r"|read (?:more|next|also)\b|recommended for you|most (?:read|popular)|share this|keyword(?:s|\(s\))?\s*:|tags?\s*:|author name\s*:"
    r"|follow [\w .'’]{2,40} on\b|subscribe\b|sign up (?:for|to)\b|about the author|advertisement$)",
    re.IGNORECASE,
)
# Sentences that only the frame of a web page says.
_FRAME = re.compile(
    r"\bthis (?:web)?site uses (?:akismet|cookies)\b|\bhow your comment data is processed\b|\ball rights reserved\.?$|^©"
    r"|\bsubscribe to our newsletter\b",
    re.IGNORECASE,
)
# Words of that frame where they are no sentence: a handbook or a contract has sentences about privacy policies and logging in.
_FRAME_WORDS = re.compile(
    r"\bakismet\b|^copyright\b|\b(?:cookie|privacy) policy\b|^(?:skip to|back to top|log ?in|sign in|click here|print this)\b"
    r"|^(?:get and )?download\b[^.]*\b(?:pdf|copy|app|e-?book|report)\b[^.]*$",
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
_LINE = re.compile(r"[^\s\ufeff\u200b\u2060](?:.*[^\s\ufeff\u200b\u2060])?", re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")

LONGEST_HEADING = 120  # characters; measured on nothing: headings of news and reports run to about 90
SHORTEST_HEADLINE = 6  # words; "Kitchen closes at 22:00" is a note of opening hours
SHORTEST_SENTENCE = 6  # words; "Click here to subscribe." is shorter
SHORTEST_PROSE = 8  # words; a sentence this long at the top of a page is text, a shorter one may be a slogan
LONGEST_HEAD = 12  # lines; title, bylines and dates of a page are among its first
LONGEST_MARK = 400  # characters of a line in which the words of a page's frame are looked for
LONGEST_CAPTION = 60  # words


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of lines before it is known what it is."""

    start: int
    end: int
    line: int
    text: str

    @property
    def ends_like_a_sentence(self) -> bool:
        return bool(_TERMINAL.search(self.text, max(0, len(self.text) - 20)))

    @property
    def last_line(self) -> int:
        return self.line + len(_LINE_END.findall(self.text))

    @property
    def is_sentence(self) -> bool:
        """Whether it says or asks something, be it an item of a list: too much to be the label of a form."""
        return self.ends_like_a_sentence and (self.text.endswith("?") or len(self.text.split()) >= SHORTEST_SENTENCE)

    @property
    def is_prose(self) -> bool:
        if _LIST_MARK.match(self.text) or _MARKDOWN_HEADING.match(self.text):
            return False
        long = len(self.text.split()) >= SHORTEST_PROSE or len(self.text) >= 200 or (len(self.text) >= 15 and not self.text.isascii())
        return long and (self.ends_like_a_sentence or len(self.text) >= 200)


def read_blocks(text: str, overrides: Mapping[int, Kind] | None = None, head: int = 0) -> tuple[Block, ...]:
    """The blocks of a document; `text[:head]` is front matter. `overrides` says what the block beginning at a line is, and wins."""
    pieces = _pieces(text)
    front = [Block(p.start, p.end, p.line, Kind.METADATA, "front matter") for p in pieces if p.start < head]
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


def content_start(block_text: str) -> int:
    """How many characters of a block are its list mark, Markdown hashes or dateline, which no quote needs."""
    quoted = _QUOTE_MARK.match(block_text)
    at = quoted.end() if quoted else 0
    for mark in (_MARKDOWN_HEADING, _LIST_MARK, _DATELINE):
        if found := mark.match(block_text, at):
            box = _BOX.match(block_text, found.end()) if mark is _LIST_MARK else None
            return box.end() if box else found.end()
    return at


_QUOTE_MARK = re.compile(r"(?:>[ \t]?)+(?=\S)")
_BOX = re.compile(r"\[[ xX]\]\s+(?=\S)")
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_FENCE = re.compile(r"```|~~~")
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z .,'’/]{2,40}(?:,\s+\w+\.?\s+\d{1,2})?\s*)?\([A-Z][\w .&'’/-]{1,40}\)\s*(?:\w+\.?\s+\d{1,2}(?:,\s*\d{4})?\s*)?(?:--|[-–—])\s*(?=\S)"
)


def _pieces(text: str) -> list[_Piece]:
    """Runs of lines between blank ones; a run that is not one hard-wrapped paragraph falls into its lines."""
    pieces: list[_Piece] = []
    run: list[_Piece] = []
    for number, start, line in _lines(text):
        if visible := _LINE.search(line):
            run.append(_Piece(start + visible.start(), start + visible.end(), number, visible.group()))
        elif run:
            pieces.extend(_unwrap(run, text))
            run = []
    return pieces + (_unwrap(run, text) if run else [])


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Number, offset and words of every line, whichever system ended it."""
    start = 0
    for number, end in enumerate(_LINE_END.finditer(text), start=1):
        yield number, start, text[start : end.start()]
        start = end.end()
    yield len(_LINE_END.findall(text)) + 1, start, text[start:]


def _unwrap(run: list[_Piece], text: str) -> list[_Piece]:
    if any(_METADATA.match(piece.text) for piece in run):
        return run
    return [piece for part in _parts(run) for piece in _unwrap_part(part, text)]


def _parts(run: list[_Piece]) -> list[list[_Piece]]:
    """A run cut before each list item and around each Markdown heading."""
    parts: list[list[_Piece]] = []
    for piece in run:
        begins = _LIST_MARK.match(piece.text) or _MARKDOWN_HEADING.match(piece.text)
        if not parts or begins or _MARKDOWN_HEADING.match(parts[-1][-1].text):
            parts.append([])
        parts[-1].append(piece)
    return parts


def _unwrap_part(part: list[_Piece], text: str) -> list[_Piece]:
    """One piece where the lines are one paragraph; a title may stand right above it."""
    for above in (0, 1):
        first, last = part[min(above, len(part) - 1)], part[-1]
        whole = _Piece(first.start, last.end, first.line, text[first.start : last.end])
        if _is_wrapped(part[above:], whole):
            return [*part[:above], whole]
    return part


def _is_wrapped(lines: list[_Piece], whole: _Piece) -> bool:
    """Whether lines were broken by their width: nearly as long as each other, the last one ending the paragraph."""
    longest = max((len(line.text) for line in lines), default=0)
    if len(lines) < 2 or not 40 <= longest <= 200 or any(len(line.text) < 0.6 * longest for line in lines[:-1]):
        return False
    ends = whole.ends_like_a_sentence or whole.text.endswith(":") or _NOTE.match(whole.text) or len(lines) > 3
    # Wider lines are as often paragraphs, each on a line of its own: those end like sentences.
    broken = sum(not line.ends_like_a_sentence for line in lines[:-1])
    return bool(ends) and (longest <= 100 or 2 * broken > len(lines) - 1)


# Orders to a model, as those who plant them write them (grounding.md 3.4, "Injection"). A text about such orders is stopped as well:
# `kinds` in corpus.toml lets it in.
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.]{0,30}\b(?:previous|prior|above|earlier|all|your|these|any)\b[^.]{0,20}\b(?:instructions?|prompts?|rules|context)\b"
    r"|\bsystem prompt\b|\byou are (?:an? |now (?:an? |the )?(?:\w+ ){0,2})?(?:ai|assistant|language model|chatbot)\b"
    r"|<\|?(?:system|im_start|endoftext)\|?>|^\s*(?:system|assistant)\s*:"
    r"|\b(?:as|dear) (?:an? )?(?:ai|language model)\b[^.]{0,40}\byou (?:must|should|will)\b|忽略.{0,10}(?:指令|指示|提示)",
    re.IGNORECASE,
)


# Each order has one of these in it, in some case: looking for them first is 50 times faster than looking for orders.
_ORDER_WORDS = (
    "ignore",
    "disregard",
    "forget",
    "override",
    "system",
    "you are",
    "im_start",
    "endoftext",
    "assistant",
    "as a",
    "dear",
    "忽略",
)


def gives_orders(words: str) -> bool:
    """Whether `words` speak to a language model, not to a reader."""
    folded = words.casefold()
    return any(word in folded for word in _ORDER_WORDS) and bool(_INSTRUCTION.search(words))


class _Layout:
    """The order of a page: a head (title, standfirst, byline, dates), the text, a tail of links and forms."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        prose = [i for i, piece in enumerate(pieces) if piece.is_prose and not _NOTE.match(piece.text)]
        self._first_prose = prose[0] if prose else len(pieces)
        self._title = self._find_title()
        self._tail = self._find_tail()
        self._head_end = min(self._first_prose, LONGEST_HEAD)
        self._last_mark = self._find_last_mark() if prose else 0

    def classify(self) -> list[Block]:
        return [Block(p.start, p.end, p.line, *self._kind(i, p)) for i, p in enumerate(self._pieces)]

    def _find_title(self) -> str | None:
        if not self._pieces:
            return None
        first = self._pieces[0].text
        if _LINE_END.search(first) or _is_wordless(first) or gives_orders(first):
            return None
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
            if _TAIL.match(piece.text) and not piece.is_sentence and i > self._first_prose and rest <= 0.25 * whole:
                return i
            rest -= len(piece.text)
        return len(self._pieces)

    def _find_last_mark(self) -> int:
        """The index of the last line in the head that only an article has there: a date, a source, a byline, its title again."""
        marks = [i for i, p in enumerate(self._pieces[: self._head_end]) if i and (_is_metadata(p.text) or self._repeats_title(p.text))]
        return max(marks, default=0)

    def _repeats_title(self, text: str) -> bool:
        if not self._title:
            return False
        return not " ".join(text.split()).replace(" ".join(self._title.split()), "").strip()

    def _kind(self, i: int, piece: _Piece) -> tuple[Kind, str]:
        furniture = self._furniture(i, piece)
        if furniture:
            return furniture
        if i < self._head_end:
            return self._head(i, piece)
        if _LIST_MARK.match(piece.text):
            return Kind.LIST_ITEM, "begins with a list mark"
        if piece.ends_like_a_sentence or piece.is_prose:
            return Kind.BODY, "ends like a sentence"
        return self._short_line(i, piece)

    def _furniture(self, i: int, piece: _Piece) -> tuple[Kind, str] | None:
        """What a line is by its own words, wherever it stands."""
        if i == 0 and self._title:
            return Kind.TITLE, "a short first line"
        if self._repeats_title(piece.text) and i < self._head_end:
            return Kind.TITLE, "repeats the title"
        if gives_orders(piece.text):
            return Kind.INSTRUCTION, "gives orders to a language model"
        if _NOTE.match(piece.text):
            return Kind.NOTE, "an editor's note in brackets"
        if i >= self._tail:
            return Kind.BOILERPLATE, "below the article"
        return self._frame(i, piece)

    def _frame(self, i: int, piece: _Piece) -> tuple[Kind, str] | None:
        """What a web page prints around its text. A whole sentence is that only where no text would say it."""
        words = piece.text[:LONGEST_MARK]
        if _CONTACT.search(words) and i > self._first_prose:
            return Kind.CONTACT, "says how to reach the author"
        if _FRAME.search(words) or (not piece.is_sentence and (_FRAME_WORDS.search(words) or _TAIL.match(words))):
            return Kind.BOILERPLATE, "words of a web page's frame"
        if _is_wordless(piece.text):
            return Kind.BOILERPLATE, "has no word in it"
        return None

    def _head(self, i: int, piece: _Piece) -> tuple[Kind, str]:
        """Only what stands above a date, a source or the title's repetition is taken for a standfirst: below them the text may begin."""
        if _is_metadata(piece.text):
            return Kind.METADATA, "names a date, source or author"
        if _LIST_MARK.match(piece.text):
            is_standfirst = i < self._last_mark
            return (Kind.STANDFIRST, "a bullet between title and text") if is_standfirst else (Kind.LIST_ITEM, "begins with a list mark")
        if self._last_mark and i <= self._last_mark + 1 and _BYLINE.match(piece.text):
            return Kind.METADATA, "looks like an author's name"
        if i < self._last_mark and not piece.ends_like_a_sentence:
            return Kind.STANDFIRST, "a short line between title and text"
        return self._heading_or_body(piece)

    def _short_line(self, i: int, piece: _Piece) -> tuple[Kind, str]:
        """A line within the text that does not end like a sentence: a heading, another story's headline, or text after all."""
        if self._is_underlined(i):
            return Kind.HEADING, "is underlined"
        if self._is_other_headline(i):
            return Kind.RELATED, "a headline within the text"
        followed = i + 1 < len(self._pieces) and (self._pieces[i + 1].is_prose or _LIST_MARK.match(self._pieces[i + 1].text))
        if not followed:
            return Kind.BODY, "a short line that heads nothing"
        return self._heading_or_body(piece)

    def _is_underlined(self, i: int) -> bool:
        piece, below = self._pieces[i], self._pieces[i + 1 : i + 2]
        return any(next_.line == piece.last_line + 1 and _UNDERLINE.fullmatch(next_.text) for next_ in below)

    def _is_other_headline(self, i: int) -> bool:
        """A headline that stands alone between paragraphs, or between one and the next headline."""
        piece, before, after = self._pieces[i], self._pieces[max(0, i - 1) : i], self._pieces[i + 1 : min(i + 2, self._tail)]
        is_alone = all(piece.line - p.last_line > 1 for p in before) and all(p.line - piece.last_line > 1 for p in after)
        return is_alone and _is_headline(piece) and all(p.is_prose or p.ends_like_a_sentence or _is_headline(p) for p in before + after)

    @staticmethod
    def _heading_or_body(piece: _Piece) -> tuple[Kind, str]:
        if _MARKDOWN_HEADING.match(piece.text):
            return Kind.HEADING, "a Markdown heading"
        if len(piece.text) <= LONGEST_HEADING and not piece.ends_like_a_sentence and ":" not in piece.text[:-1]:
            return Kind.HEADING, "a short line above text"
        return Kind.BODY, "text"


def _is_metadata(text: str) -> bool:
    """`DATE: …`, `By Jane Doe`, `Published 12 March 2024`, or a date alone."""
    if _METADATA.match(text) or _STATED_BYLINE.match(text):
        return True
    day = next((found for found in find_dates(text) if found.as_date()), None) if len(text) <= 60 else None
    return day is not None and _DATE_LABEL.fullmatch(text, 0, day.start) is not None and len(text[day.end :].split()) <= 3


def _is_headline(piece: _Piece) -> bool:
    verb = _HEADLINE.match(piece.text)
    is_long = len(piece.text.split()) >= SHORTEST_HEADLINE and not _LINE_END.search(piece.text)
    return verb is not None and verb.group(1) in _HEADLINE_VERBS and is_long and not piece.ends_like_a_sentence


def _is_wordless(text: str) -> bool:
    return not any(character.isalnum() for character in text)


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
