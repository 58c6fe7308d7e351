"""Lines of a document: which of them are one paragraph, and what each says of itself, wherever it stands.

In: a document's text. Out: its Pieces, in order. Where on the page a piece stands is `blocks`' part. Rules are about how articles, speeches and
notes are written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.corpus.dates import find_dates
from bot.corpus.instructions import gives_orders

_LIST_MARK = re.compile(r"\s*(?:(?:\d{1,3}[.)]|[•▪◦‣*–—-]|\([a-z\d]{1,2}\))\s+|\d{1,3}、\s*)(?=\S)")
_NUMBERED = re.compile(r"(?:§ ?)?\d{1,2}(?:\.\d{1,2})*[.)]?\s+[^\W\d_]")
_KEY_LINE = re.compile(r"\w[^:.]{0,60}: \S")
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
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_QUOTE_MARK = re.compile(r"(?:>[ \t]?)+(?=\S)")
_BOX = re.compile(r"\[[ xX]\]\s+(?=\S)")
_CELL = re.compile(r"\|[ \t]*(?=\S)")
_ROW_END = re.compile(r"[ \t]*\|\s*$")
_DATED_BYLINE = re.compile(
    r"^(?:By|BY)\s+[A-Z][\w.'’-]+(?:\s+(?:[A-Z][\w.'’-]+|and|de|van|von|bin|al)){1,5}?\s*(?:[,|·•–—-]|\bon\b)\s*(?=\w)"
)
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z .,'’/]{2,40}(?:,\s+\w+\.?\s+\d{1,2})?\s*)?\([A-Z][\w .&'’/-]{1,40}\)\s*(?:\w+\.?\s+\d{1,2}(?:,\s*\d{4})?\s*)?(?:--|[-–—])\s*(?=\S)"
)

LONGEST_HEADING = 120  # characters; measured on nothing: headings of news and reports run to about 90
SHORTEST_HEADLINE = 6  # words; "Kitchen closes at 22:00" is a note of opening hours
SHORTEST_SENTENCE = 6  # words; "Click here to subscribe." is shorter
SHORTEST_PROSE = 8  # words; a sentence this long at the top of a page is text, a shorter one may be a slogan
LONGEST_MARK = 400  # characters of a line in which the words of a page's frame are looked for


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of lines, which begins at the number `line` from 1, and what its words alone say of it."""

    start: int
    end: int
    line: int
    text: str

    @property
    def ends_like_a_sentence(self) -> bool:
        """By its last characters."""
        return bool(_TERMINAL.search(self.text, max(0, len(self.text) - 20)))

    @property
    def last_line(self) -> int:
        """The number of its last line."""
        return self.line + len(_LINE_END.findall(self.text))

    @property
    def is_sentence(self) -> bool:
        """Whether it says or asks something, be it an item of a list: too much to be the label of a form."""
        return self.ends_like_a_sentence and (self.text.endswith("?") or len(self.text.split()) >= SHORTEST_SENTENCE)

    @property
    def is_prose(self) -> bool:
        """Whether it is long enough, and ends, as text does."""
        if self.is_list_item or self.is_row or self.is_markdown_heading:
            return False
        long = len(self.text.split()) >= SHORTEST_PROSE or len(self.text) >= 200 or (len(self.text) >= 15 and not self.text.isascii())
        return long and (self.ends_like_a_sentence or len(self.text) >= 200)

    @property
    def is_list_item(self) -> bool:
        """Whether it begins with a list mark."""
        return bool(_LIST_MARK.match(self.text))

    @property
    def is_numbered(self) -> bool:
        """Whether it begins with the number of a section or an item."""
        return bool(_NUMBERED.match(self.text))

    @property
    def is_key_line(self) -> bool:
        """Whether it is a line "Key: value"."""
        return self.is_one_line and not self.ends_like_a_sentence and bool(_KEY_LINE.match(self.text))

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a Markdown table, or the rule below its header."""
        return len(self.text) > 1 and self.text.startswith("|") and self.text.endswith("|") and self.is_one_line

    @property
    def is_markdown_heading(self) -> bool:
        """Whether it begins with Markdown's hashes."""
        return bool(_MARKDOWN_HEADING.match(self.text))

    @property
    def is_underline(self) -> bool:
        """Whether it only underlines the line above it."""
        return bool(_UNDERLINE.fullmatch(self.text))

    @property
    def is_note(self) -> bool:
        """Whether it is an editor's note in brackets."""
        return bool(_NOTE.match(self.text))

    @property
    def is_wordless(self) -> bool:
        """Whether it has no letter and no digit."""
        return not any(character.isalnum() for character in self.text)

    @property
    def is_one_line(self) -> bool:
        """Whether it does not go on in a second line."""
        return not _LINE_END.search(self.text)

    @property
    def title(self) -> str | None:
        """What it says as a document's first words, where they can be its title."""
        if not self.is_one_line or self.is_wordless or gives_orders(self.text):
            return None
        if heading := _MARKDOWN_HEADING.match(self.text):
            return self.text[heading.end() :]
        is_short = len(self.text) <= 200 and not _TERMINAL.search(self.text.rstrip("?!")) and not self.text.endswith((".", ":"))
        return self.text if is_short and not self.is_list_item and not self.is_row and not _METADATA.match(self.text) else None

    @property
    def is_metadata(self) -> bool:
        """`DATE: …`, `By Jane Doe`, `By Jane Doe, 12 March 2024`, `Published 12 March 2024`, or a date alone."""
        if _METADATA.match(self.text) or _STATED_BYLINE.match(self.text):
            return True
        named = _DATED_BYLINE.match(self.text)
        begin = named.end() if named else 0
        day = next((found for found in find_dates(self.text) if found.as_date()), None) if len(self.text) - begin <= 60 else None
        return day is not None and _DATE_LABEL.fullmatch(self.text, begin, day.start) is not None and len(self.text[day.end :].split()) <= 3

    @property
    def is_name(self) -> bool:
        """Whether it looks like an author's name, with or without "By"."""
        return bool(_BYLINE.match(self.text))

    @property
    def is_contact(self) -> bool:
        """Whether it says how to reach the author."""
        return bool(_CONTACT.search(self.text[:LONGEST_MARK]))

    @property
    def opens_a_tail(self) -> bool:
        """Whether such words stand above the links and forms that follow an article."""
        return bool(_TAIL.match(self.text)) and not self.is_sentence

    @property
    def is_frame(self) -> bool:
        """Whether it is what a web page prints around its text. A whole sentence is that only where no text would say it."""
        words = self.text[:LONGEST_MARK]
        return bool(_FRAME.search(words)) or (not self.is_sentence and bool(_FRAME_WORDS.search(words) or _TAIL.match(words)))

    @property
    def is_headline(self) -> bool:
        """Whether it reads like the headline of a story: names, a verb of headlines, and more."""
        verb = _HEADLINE.match(self.text)
        is_long = len(self.text.split()) >= SHORTEST_HEADLINE and self.is_one_line
        return verb is not None and verb.group(1) in _HEADLINE_VERBS and is_long and not self.ends_like_a_sentence

    @property
    def heads(self) -> str:
        """Why it may be a heading, where it is; empty where it is text."""
        if self.is_markdown_heading:
            return "a Markdown heading"
        is_short = len(self.text) <= LONGEST_HEADING and not self.ends_like_a_sentence and ":" not in self.text[:-1]
        return "a short line above text" if is_short else ""


def pieces_of(text: str) -> list[Piece]:
    """Runs of lines between blank ones; a run that is not one hard-wrapped paragraph falls into its lines."""
    pieces: list[Piece] = []
    run: list[Piece] = []
    for number, start, line in _lines(text):
        if visible := _LINE.search(line):
            run.append(Piece(start + visible.start(), start + visible.end(), number, visible.group()))
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


def _unwrap(run: list[Piece], text: str) -> list[Piece]:
    if any(_METADATA.match(piece.text) for piece in run):
        return run
    return [piece for part in _parts(run) for piece in _unwrap_part(part, text)]


def _parts(run: list[Piece]) -> list[list[Piece]]:
    """A run cut before each list item and around each Markdown heading."""
    parts: list[list[Piece]] = []
    for piece in run:
        begins = piece.is_list_item or piece.is_row or piece.is_markdown_heading
        if not parts or begins or parts[-1][-1].is_markdown_heading or parts[-1][-1].is_row:
            parts.append([])
        parts[-1].append(piece)
    return parts


def _unwrap_part(part: list[Piece], text: str) -> list[Piece]:
    """One piece where the lines are one paragraph; a title may stand right above it."""
    for above in (0, 1):
        first, last = part[min(above, len(part) - 1)], part[-1]
        whole = Piece(first.start, last.end, first.line, text[first.start : last.end])
        if _is_wrapped(part[above:], whole):
            return [*part[:above], whole]
    return part


def _is_wrapped(lines: list[Piece], whole: Piece) -> bool:
    """Whether lines were broken by their width: nearly as long as each other, the last one ending the paragraph."""
    longest = max((len(line.text) for line in lines), default=0)
    if len(lines) < 2 or not 40 <= longest <= 200 or any(len(line.text) < 0.6 * longest for line in lines[:-1]):
        return False
    ends = whole.ends_like_a_sentence or whole.text.endswith(":") or whole.is_note or len(lines) > 3
    # Wider lines are as often paragraphs, each on a line of its own: those end like sentences.
    broken = sum(not line.ends_like_a_sentence for line in lines[:-1])
    return bool(ends) and (longest <= 100 or 2 * broken > len(lines) - 1)


def content_start(block_text: str) -> int:
    """How many characters of a block are its list mark, the edge of its table, Markdown hashes or dateline, which no quote needs."""
    quoted = _QUOTE_MARK.match(block_text)
    at = quoted.end() if quoted else 0
    for mark in (_MARKDOWN_HEADING, _LIST_MARK, _CELL, _DATELINE):
        if found := mark.match(block_text, at):
            box = _BOX.match(block_text, found.end()) if mark is _LIST_MARK else None
            return box.end() if box else found.end()
    return at


def content_end(block_text: str) -> int:
    """Where a block ends without the edge of its table."""
    edge = _ROW_END.search(block_text) if block_text.startswith("|") else None
    return edge.start() if edge else len(block_text)
