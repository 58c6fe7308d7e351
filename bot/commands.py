"""The command's grammar, in one place: what `/command TEXT` asks for, and so what a mention or a direct message does.

In: the words after the command. Out: one of the requests below. What is no subcommand is a question; what nearly is one is asked about, and of one
that is not used as it can be it is said how it is used.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

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


@dataclass(frozen=True, slots=True)
class Explain:
    """Say how a subcommand is used: `typed` begins with it and goes on with what it does not take, or is "" where it lacks its words."""

    name: str
    typed: str = ""


Request = Ask | Help | ListSources | Show | OpenSettings | MyData | ForgetMe | Suggest | Explain


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
    limited = re.match(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?(?:-(?P<day>\d{1,2}))?[,:]?\s+(?P<question>\S.*)$", rest)
    until = _last_day(limited["year"], limited["month"], limited["day"]) if limited else None
    return Ask(limited["question"], until=until) if limited and until else None


def _show(rest: str) -> Request | None:
    reference = rest.strip("`\"'#").lower()
    return Show(reference) if re.fullmatch(r"[0-9a-f]{4,32}", reference) else None


def _help(rest: str) -> Request | None:
    if (name := _spelled(rest).lower()) in SUBCOMMANDS:
        return Explain(name)
    return Help() if not rest or _is_short(rest) else None


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
    "help": _help,
}
_SPELLINGS = {
    "as of": "as-of", "asof": "as-of", "my data": "my-data", "mydata": "my-data", "forget me": "forget-me", "forgetme": "forget-me",
    "summarise": "summarize", "summary": "summarize",
}  # fmt: skip
_JOINTS = ("with|versus|vs\\.?|against", "and|to")
_MOST_JOINTS = 8  # each has its names looked up among all documents
_SHORTEST_TYPO = 5  # letters: of shorter words many questions begin with one that is nearly a subcommand ("how", "held")
_SHORTEST_ALONE = 3
_LONG = 8  # letters in which two may be wrong
_MOST_MISUSED = {"compare": 3, "as-of": 2}  # words, else one: behind a subcommand, more of them are a question that begins with its word


def parse_command(text: str) -> Request:
    """What `/command TEXT` asks for; without words, help."""
    typed = " ".join(text.split())
    if not typed:
        return Help()
    words = _spelled(typed)
    return _subcommand(words) or _misused(words, typed) or _suggestion(words) or Ask(typed)


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


def compared(text: str) -> tuple[tuple[str, str], ...]:
    """Every two names that "A with B" may mean, the likeliest first: titles have an "and", a "to" and a "with" of their own."""
    joints = (found for words in _JOINTS for found in re.finditer(rf"(?<=\S)\s+(?:{words})\s+(?=\S)", text, re.IGNORECASE))
    return tuple((text[: joint.start()], text[joint.end() :]) for joint in islice(joints, _MOST_JOINTS))


def _subcommand(words: str) -> Request | None:
    name, _, rest = words.partition(" ")
    parse = SUBCOMMANDS.get(name.lower())
    return parse(rest) if parse else None


def _misused(words: str, typed: str) -> Request | None:
    """A subcommand that lacks its words, or has others than it takes: what is too short for a question, or begins as none does ("as-of")."""
    name, _, rest = words.partition(" ")
    name = name.lower()
    if name not in SUBCOMMANDS:
        return None
    if not rest:
        return Explain(name)
    is_spelled_out = "-" in name and typed.lower().startswith(name)
    return Explain(name, typed) if is_spelled_out or _is_short(rest, _MOST_MISUSED.get(name, 1)) else None


def _is_short(rest: str, most: int = 1) -> bool:
    """Whether words are too few to be a question's. Chinese has no blanks to count by."""
    return len(rest.split()) <= most and rest.isascii() and not rest.endswith("?")


def _suggestion(words: str) -> Suggest | None:
    """What nearly is a subcommand, and would be one as it should be spelled, if only it had its words too."""
    name, _, rest = words.partition(" ")
    if words.endswith(("?", "？")) or len(name) < (_SHORTEST_TYPO if rest else _SHORTEST_ALONE) or name.lower() in SUBCOMMANDS:
        return None
    corrected = [f"{known} {rest}".strip() for known in SUBCOMMANDS if _is_near(name.lower(), known)]
    meant = next((one for one in corrected if _subcommand(one) or (not rest and len(name) >= _SHORTEST_TYPO)), None)
    return Suggest(words, meant) if meant else None


def _is_near(name: str, known: str) -> bool:
    """A slip of a finger; in a long word, which begins rightly, two."""
    wrong = OSA.distance(name, known)
    return wrong == 1 or (wrong == 2 and len(name) >= _LONG and name[0] == known[0])


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
