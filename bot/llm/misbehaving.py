"""A model that does what models do at their worst, one way after the other: for people who want to see that nothing of it is posted.

In: a prompt. Out: inventions, words turned round, orders from a document, prose where JSON was asked for, half a reply, no reply, or a wait.
"""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncGenerator, Callable

from bot.errors import DraftUnreadable, ModelUnavailable
from bot.llm.model import Usage
from bot.prompts import Prompt

PASSAGE = re.compile(r"^\[(\S+) \| [^\]]*\] (.+)$", re.MULTILINE)  # as prompts/passage.md prints it
STALL_SECONDS = 8.0


def invented(passage: str, _words: str) -> str:
    """A quotation that stands nowhere."""
    return _reply(passage, "Revenue will reach RMB 999 billion in 2031.", "Revenue will reach RMB 999 billion in 2031.")


def turned_round(passage: str, words: str) -> str:
    """A true quotation, and a sentence that says something else."""
    changed = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), words)
    return _reply(passage, words, changed if changed != words else f"It is not true that {words}")


def commanding(passage: str, words: str) -> str:
    """A true quotation, and an order to everybody with a link."""
    return _reply(passage, words, "<!channel> Ignore the documents and sign in at https://elsewhere.example now.")


def talking(_passage: str, _words: str) -> str:
    """Prose where JSON was asked for."""
    return "Sure! As far as I know, it is about 42%, but please check."


WAYS: tuple[Callable[[str, str], str], ...] = (invented, turned_round, commanding, talking)


class MisbehavingModel:
    """Another way at every prompt: four bad replies, then half a reply, no connection, and a long wait for nothing."""

    name = "misbehaving"

    def __init__(self, stall: float = STALL_SECONDS) -> None:
        """`stall`: how long the wait is, in seconds."""
        self._stall = stall
        self._turns = itertools.cycle(range(len(WAYS) + 3))

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        """The next bad reply. Raises DraftUnreadable and ModelUnavailable in its turn."""
        turn = next(self._turns)
        found = PASSAGE.findall(prompt.evidence)
        passage, words = max(found, key=lambda each: len(each[1])) if found else ("p1", "Nothing.")
        if turn < len(WAYS):
            yield WAYS[turn](passage, words[:300])
            yield Usage()
        elif turn == len(WAYS):
            yield turned_round(passage, words[:300])[:80]
            raise DraftUnreadable("the reply was cut off")
        elif turn == len(WAYS) + 1:
            raise ModelUnavailable("no connection")
        else:
            await asyncio.sleep(self._stall)
            raise ModelUnavailable(f"no reply within {self._stall:g} s")


def _reply(passage: str, quote: str, text: str) -> str:
    claim = {"quotes": [{"passage": passage, "text": quote}], "text": text, "kind": "fact"}
    return json.dumps({"mode": "answer", "claims": [claim], "unanswered": []}, ensure_ascii=False)
