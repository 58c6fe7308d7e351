"""A question as it was asked: its words, who asked, what was said before, and where the answer goes. Nothing here knows Slack's payloads."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.characters import showable

MAX_QUESTION_CHARS = 3000  # what Slack's own text inputs hold (docs.slack.dev, plain_text_input)


class Surface(StrEnum):
    """Where a question came from."""

    COMMAND = "command"
    MENTION = "mention"
    DIRECT = "direct"
    CLI = "cli"
    CORRECTION = "correction"
    """Nobody asks it: it is asked again because a source of its answer changed."""


class Wanted(StrEnum):
    """What is wanted of a question: an answer, one of the overviews that `overviews` gives, or that the reply be taken back."""

    ANSWER = "answer"
    TIMELINE = "timeline"
    SEARCH = "search"
    SUMMARY = "summary"
    COMPARISON = "comparison"
    WITHDRAWAL = "withdrawal"


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

    `until` limits the evidence to what was published by that day; `dedupe_keys` are equal for every delivery of the same question;
    `corrects` is the id of the interaction whose answer this one is to correct.
    """

    text: str
    asker: str = ""
    place: Place = Place()
    history: tuple[Turn, ...] = ()
    wanted: Wanted = Wanted.ANSWER
    until: date | None = None
    dedupe_keys: tuple[str, ...] = ()
    corrects: str = ""
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
