"""Greetings, thanks and questions about the bot itself: answered from prompts/replies/talk/, without pretending to be document facts.

In: what somebody said. Out: the name of the reply that fits, or None where it is a question for the documents.
"""

import re
from functools import lru_cache

from rapidfuzz import fuzz

from bot.prompts import PromptLibrary

FOLDER = "replies/talk/"
CLOSE_ENOUGH = 90.0  # of 100: forgives a slip of the finger in a phrase of a few words
LONGEST = 60  # characters; whoever says more than a phrase has a question


def small_talk(text: str, prompts: PromptLibrary) -> str | None:
    """The reply whose `said` phrases hold `text`, or whose `begins` it begins with and asks nothing; None where there is none.

    By its name below prompts/replies/.
    """
    said = _plain(text)
    if not said or len(said) > LONGEST:
        return None
    for name in prompts.names():
        if name.startswith(FOLDER):
            phrases = prompts[name].label("said").split("|")
            opened = prompts[name].label("begins").split("|")
            if any(_fits(said, _plain(phrase)) for phrase in phrases) or ("?" not in text and said.startswith(tuple(filter(None, opened)))):
                return name.removeprefix("replies/")
    return None


def _fits(said: str, phrase: str) -> bool:
    return said == phrase or (len(phrase) >= 6 and fuzz.ratio(said, phrase) >= CLOSE_ENOUGH)


@lru_cache(maxsize=1_000)  # the phrases are the same for every question
def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower().replace("’", "'").replace("'", "")))
