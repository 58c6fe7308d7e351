"""Which messages of a thread are for the bot although they do not mention it.

In: a message of a thread. Out: whether it is to be answered. The bot never joins in where people talk to each other, so in doubt it is not:

1. The thread's last question was the author's own: whoever was spoken to speaks next, and the bot spoke to them (Sacks, Schegloff and
   Jefferson, "A simplest systematics for the organization of turn-taking for conversation", Language 50, 1974, rule 1a).
2. Nobody else said anything since the bot's answer: from then on the talk is between people, until the bot is mentioned again.
3. It is addressed to nobody else: no mention of a person or a group, and no name with a comma, at its beginning.
4. It asks something: it has a question mark or begins as a question or a request does. "Thanks, that helps" needs no answer.

Everybody else, and everything else, needs a mention; so do other Slack bots that follow threads, which answer whatever is said there, need one
to be kept out (slack.md section 3, "follow-ups need a new mention").
"""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from bot.questions import Place, Surface
from bot.slack.events import place_of
from bot.slack.mrkdwn import mentions
from bot.store import Row, Store

Payload = Mapping[str, Any]

_TO_SOMEBODY = re.compile(r"^(?:[^\s<]+\s+){0,2}<[@!]")
_BY_NAME = re.compile(r"^(?!(?:And|But|So|Also|Ok|Okay|Well|Then|Or|Now|Thanks|Great|Yes|No|Hi|Hello|Hey|In|For|Please)\b)[A-Z][\w'’-]+,\s")
_ASKS = re.compile(
    r"[?？]|^(?:and|but|so|or|ok(?:ay)?|also|please|thanks|well|now|then)?[,\s]*(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|"
    r"does|do|did|has|have|can|could|will|would|should|tell|show|list|explain|summari[sz]e|compare|describe|give|find)\b"
    r"|[吗呢么](?:[。.!！]|$)|什么|为何|怎么|怎样|多少|哪[里个些]|几[个年月]|谁|如何|是否",
    re.IGNORECASE,
)


class FollowUps:
    """Follows the threads in which the bot was asked something. `is_on` is the setting."""

    def __init__(self, *, store: Store, is_on: bool) -> None:
        self._store = store
        self._is_on = is_on

    async def is_one(self, body: Payload, bot_user: str) -> bool:
        """Whether a person's message is a question to the bot; what is not is remembered as talk of the thread."""
        event = body["event"]
        if not self._is_on or event.get("thread_ts") in {None, event["ts"]} or mentions(event.get("text"), bot_user):
            return False
        return await asyncio.to_thread(self._decide, place_of(body, Surface.MENTION, event), event["user"], event.get("text") or "")

    def _decide(self, place: Place, author: str, text: str) -> bool:
        asked = self._store.last_asked(place.conversation)
        if asked is None:
            return False
        if author != asked["asker"] or is_to_somebody_else(text):
            self._store.heard(place.conversation, place.message_ts)
            return False
        return asks(text) and not _later(self._store.last_heard(place.conversation), asked)


def is_to_somebody_else(text: str) -> bool:
    """Whether a message begins by addressing a person or a group.

    >>> is_to_somebody_else("<@U2> what do you think?"), is_to_somebody_else("Sam, is that right?"), is_to_somebody_else("And in 2019?")
    (True, True, False)
    """
    return bool(_TO_SOMEBODY.search(text) or _BY_NAME.search(text))


def asks(text: str) -> bool:
    """Whether a message asks for something.

    >>> asks("and in Germany?"), asks("tell me more"), asks("那么收入呢"), asks("thanks, that helps")
    (True, True, True, False)
    """
    return bool(_ASKS.search(text.strip()))


def _later(heard: str, asked: Row) -> bool:
    """Whether something was said after the bot's answer, or while it is still to come after the question."""
    answered = (asked["reply_ts"] or asked["message_ts"]).split()[-1]
    return bool(heard) and float(heard) > float(answered)
