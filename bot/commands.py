"""The command's grammar, in one place: what `/command TEXT` asks for, and so what a mention or a direct message does.

In: the words after the command. Out: one of the requests below. What is no subcommand is a question; what nearly is one is asked about.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz.distance import OSA

from bot.questions import Question, Wanted


@dataclass(frozen=True, slots=True)
class Ask:
    """Answer this question: `wanted` and `until` as in Question."""

    text: str
    wanted: Wanted = Wanted.ANSWER
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Help:
    """Say what the command can do."""


@dataclass(frozen=True, slots=True)
class ListSources:
    """List the documents."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show an answer of the asker's again, by the beginning of its id."""

    reference: str


@dataclass(frozen=True, slots=True)
class OpenSettings:
    """Show the channel's settings and let them be changed."""


@dataclass(frozen=True, slots=True)
class MyData:
    """Say what is kept of the asker."""


@dataclass(frozen=True, slots=True)
class ForgetMe:
    """Delete what is kept of the asker."""


@dataclass(frozen=True, slots=True)
class Suggest:
    """Ask whether `meant` was meant: `typed` begins with what is nearly a subcommand."""

    typed: str
    meant: str


Request = Ask | Help | ListSources | Show | OpenSettings | MyData | ForgetMe | Suggest


def _alone(request: Request) -> Callable[[str], Request | None]:
    """A subcommand that takes no words: with words it was no subcommand."""
    return lambda rest: None if rest else request


def _about(wanted: Wanted) -> Callable[[str], Request | None]:
    """A subcommand that takes a topic or a name."""

    def parse(rest: str) -> Request | None:
        topic = re.sub(r"^(?:of|for)\s+(?=\S)", "", rest, flags=re.IGNORECASE)
        return Ask(topic, wanted) if topic else None

    return parse


def _search(rest: str) -> Request | None:
    # "Search engines in China?" is a question.
    return Ask(rest, Wanted.SEARCH) if rest and not rest.endswith(("?", "？")) else None


def _compare(rest: str) -> Request | None:
    return Ask(rest, Wanted.COMPARISON) if compared(rest) else None


def _as_of(rest: str) -> Request | None:
    limited = re.match(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?(?:-(?P<day>\d{1,2}))?\s+(?P<question>\S.*)$", rest)
    until = _last_day(limited["year"], limited["month"], limited["day"]) if limited else None
    return Ask(limited["question"], until=until) if limited and until else None


def _show(rest: str) -> Request | None:
    return Show(rest.lower()) if re.fullmatch(r"[0-9a-fA-F]{4,32}", rest) else None


# The one list of the command's words. Help has a line for each (prompts/replies/help.md).
SUBCOMMANDS: dict[str, Callable[[str], Request | None]] = {
    "ask": lambda rest: Ask(rest) if rest else Help(),
    "search": _search,
    "timeline": _about(Wanted.TIMELINE),
    "as-of": _as_of,
    "summarize": _about(Wanted.SUMMARY),
    "compare": _compare,
    "sources": _alone(ListSources()),
    "show": _show,
    "settings": _alone(OpenSettings()),
    "my-data": _alone(MyData()),
    "forget-me": _alone(ForgetMe()),
    "help": _alone(Help()),
}
_SPELLINGS = {"as of": "as-of", "my data": "my-data", "forget me": "forget-me", "summarise": "summarize", "summary": "summarize"}
_SHORTEST_TYPO = 5  # letters: of shorter words many questions begin with one that is nearly a subcommand ("how", "held")


def parse_command(text: str) -> Request:
    """What `/command TEXT` asks for; without words, help."""
    words = _spelled(" ".join(text.split()))
    if not words:
        return Help()
    return _subcommand(words) or _suggestion(words) or Ask(words)


def as_typed(wanted: Wanted, text: str) -> str:
    """The words that ask for it, as a sentence.

    >>> as_typed(Wanted.COMPARISON, "prices and wages")
    'Compare prices and wages'
    """
    name = next((name for name, parse in SUBCOMMANDS.items() if parse(text) == Ask(text, wanted)), "")
    return f"{name.capitalize()} {text}".strip()


def as_asked(question: Question) -> str:
    """What was asked, to be read again: with the subcommand it was asked by, where that says more than its words.

    >>> as_asked(Question("Who owns it?", until=date(2018, 12, 31)))
    'As-of 2018-12-31 Who owns it?'
    """
    text = question.text if question.wanted is Wanted.ANSWER else as_typed(question.wanted, question.text)
    return f"As-of {question.until} {text}" if question.until else text


def compared(text: str) -> tuple[str, str] | None:
    """The two names in "A with B"; None where there are not two."""
    found = re.fullmatch(r"(\S.*?)\s+(?:with|and|to|versus|vs\.?|against)\s+(\S.*)", text, re.IGNORECASE)
    return (found[1], found[2]) if found else None


def _subcommand(words: str) -> Request | None:
    name, _, rest = words.partition(" ")
    parse = SUBCOMMANDS.get(name.lower())
    if parse is None:
        return None
    # A subcommand that lacks its words is no question either: help shows what it takes.
    return parse(rest) or (None if rest else Help())


def _suggestion(words: str) -> Suggest | None:
    """What nearly is a subcommand, and would be one as it should be spelled."""
    name, _, rest = words.partition(" ")
    if words.endswith(("?", "？")) or len(name) < (_SHORTEST_TYPO if rest else _SHORTEST_TYPO - 1) or name.lower() in SUBCOMMANDS:
        return None
    near = [known for known in SUBCOMMANDS if OSA.distance(name.lower(), known) == 1]
    corrected = [f"{known} {rest}".strip() for known in near]
    meant = next((one for one in corrected if _subcommand(one)), None)
    return Suggest(words, meant) if meant else None


def _spelled(words: str) -> str:
    """Other spellings of a subcommand as the one in the list."""
    for other, known in _SPELLINGS.items():
        if re.match(rf"{other}(?:\s|$)", words, re.IGNORECASE):
            return known + words[len(other) :]
    return words


def _last_day(year: str, month: str | None, day: str | None) -> date | None:
    """The last day that "2018", "2018-03" or "2018-03-26" names; None where there is no such day."""
    try:
        if day:
            return date(int(year), int(month or 12), int(day))
        first = date(int(year), int(month or 12), 1)
    except ValueError:
        return None
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
