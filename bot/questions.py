"""A question as it was asked: its words, who asked, what was said before, and where the answer goes; and the command's grammar.

In: the text after a slash command. Out: one of the requests below. Nothing here knows Slack's payloads.
"""

import re
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from bot.characters import showable

MAX_QUESTION_CHARS = 3000  # what Slack's own text inputs hold (docs.slack.dev, plain_text_input)


class Surface(StrEnum):
    """Where a question came from."""

    COMMAND = "command"
    MENTION = "mention"
    DIRECT = "direct"
    CLI = "cli"


class Wanted(StrEnum):
    """What is wanted of a question: an answer, or what each dated document says of a topic, in order."""

    ANSWER = "answer"
    TIMELINE = "timeline"


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said earlier in the same conversation: `question` and the answer's `text`. Never evidence."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question was asked, and so where its answer goes. Ids and ts are Slack's, empty on the command line."""

    surface: Surface = Surface.CLI
    team: str = ""
    channel: str = ""
    thread_ts: str = ""
    message_ts: str = ""
    response_url: str = ""

    @property
    def conversation(self) -> str:
        """What follow-ups share: a thread, or nothing for a command, which cannot be followed up."""
        return f"{self.team}:{self.channel}:{self.thread_ts}" if self.thread_ts else ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `until` limits the evidence to what was published by that day; `dedupe_keys` are equal for every delivery of the same question.
    """

    text: str
    asker: str = ""
    place: Place = Place()
    history: tuple[Turn, ...] = ()
    wanted: Wanted = Wanted.ANSWER
    until: date | None = None
    dedupe_keys: tuple[str, ...] = ()
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


def declined_for(text: str) -> str | None:
    """Why a question is not taken, as a label of prompts/replies/declined.md; None where it is."""
    if not any(character.isalnum() for character in text):
        return "empty"
    return "too_long" if len(text) > MAX_QUESTION_CHARS else None


_MARKUP = re.compile(r"<[!#@/]?[^<>\n]{1,80}>")


def plain(text: str) -> str:
    """A question without Slack's markup and without characters nobody sees: what is searched for and answered."""
    return " ".join(_MARKUP.sub(" ", showable(text)).split())


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


Request = Ask | Help | ListSources

# The one list of the command's words; whatever is not in it is a question.
_WORDS: dict[str, Request] = {"": Help(), "help": Help(), "sources": ListSources()}


_AS_OF = re.compile(r"^as[- ]of\s+(?P<year>\d{4})(?:-(?P<month>\d{1,2}))?(?:-(?P<day>\d{1,2}))?\s+(?P<question>\S.*)$", re.IGNORECASE)
_TIMELINE = re.compile(r"^timeline\s+(?:of\s+|for\s+)?(?P<topic>\S.*)$", re.IGNORECASE)


def parse_command(text: str) -> Request:
    """What `/command TEXT` asks for.

    `help`, `sources`, `ask QUESTION`, `as-of YEAR[-MONTH[-DAY]] QUESTION`, `timeline TOPIC`, or the question itself.
    """
    words = " ".join(text.split())
    if known := _WORDS.get(words.lower()):
        return known
    if topic := _TIMELINE.match(words):
        return Ask(topic["topic"], wanted=Wanted.TIMELINE)
    limited = _AS_OF.match(words)
    until = _last_day(limited["year"], limited["month"], limited["day"]) if limited else None
    if limited and until:
        return Ask(limited["question"], until=until)
    return Ask(re.sub(r"^ask\s+(?=\S)", "", words, flags=re.IGNORECASE))


def _last_day(year: str, month: str | None, day: str | None) -> date | None:
    """The last day that "2018", "2018-03" or "2018-03-26" names; None where there is no such day."""
    try:
        if day:
            return date(int(year), int(month or 12), int(day))
        first = date(int(year), int(month or 12), 1)
    except ValueError:
        return None
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
