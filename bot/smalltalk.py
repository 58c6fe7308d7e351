"""Greetings, thanks and questions about the bot itself: answered from prompts/replies/talk/, without pretending to be document facts.

In: what somebody said. Out: the name of the reply that fits, or None where it is a question for the documents.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from bot.prompts import PromptLibrary

FOLDER = "replies/talk/"
CLOSE_ENOUGH = 90.0  # of 100: forgives a slip of the finger in a phrase of a few words
SHORTEST = 6  # characters of a phrase in which a slip is forgiven
LONGEST = 60  # characters; whoever says more than a phrase has a question


def small_talk(text: str, prompts: PromptLibrary) -> str | None:
    """The reply whose `said` phrases hold `text`, or whose `begins` it begins with and asks nothing; None where there is none.

    By its name below prompts/replies/.
    """
    said = _plain(text)
    if not said or len(said) > LONGEST:
        return None
    for talk in _talks(prompts):
        if said in talk.phrases or process.extractOne(said, talk.long, scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH):
            return talk.reply
        if "?" not in text and said.startswith(talk.begins):
            return talk.reply
    return None


@dataclass(frozen=True, slots=True)
class _Talk:
    """What is said for which there is a `reply`: its `phrases`, those of them that are `long` enough for a slip, and what it `begins` with."""

    reply: str
    phrases: frozenset[str]
    long: tuple[str, ...]
    begins: tuple[str, ...]


@lru_cache(maxsize=4)  # they are the same for every question
def _talks(prompts: PromptLibrary) -> tuple[_Talk, ...]:
    return tuple(_talk(prompts, name) for name in prompts.names() if name.startswith(FOLDER))


def _talk(prompts: PromptLibrary, name: str) -> _Talk:
    phrases = frozenset(map(_plain, prompts[name].label("said").split("|")))
    begins = tuple(filter(None, prompts[name].label("begins").split("|")))
    return _Talk(name.removeprefix("replies/"), phrases, tuple(phrase for phrase in phrases if len(phrase) >= SHORTEST), begins)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("’", "'").replace("'", "")))
