"""What becomes of a question after it was asked: its message is edited or deleted, or somebody presses Stop.

In: Slack's events. Out: a further row in the queue, which the worker takes after the one before, and what runs interrupted. Nothing here waits
for it: an event is acknowledged as soon as it is recorded.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.answering import Interruption
from bot.commands import Ask
from bot.questions import Place, Question, Surface, Wanted
from bot.slack.events import deleted_message, edited_question, request_of
from bot.slack.intake import Intake
from bot.slack.mrkdwn import mentions
from bot.store import Row, Store, message_key
from bot.worker import Worker

Payload = Mapping[str, Any]


class Changes:
    """Hears of changes."""

    def __init__(self, *, store: Store, intake: Intake, worker: Worker) -> None:
        self._store = store
        self._intake = intake
        self._worker = worker

    def register(self, app: AsyncApp) -> None:
        """Hear Slack's Stop button. Edits and deletions come as messages, from whoever hears those."""
        app.event("agent_session_stopped")(self.stopped)

    async def stopped(self, body: Payload) -> None:
        """Answer no further in this thread."""
        event = body["event"]
        place = Place(Surface.MENTION, body["team_id"], event["channel"], event["thread_ts"])
        await self._worker.interrupt(Interruption.STOPPED, conversation=place.conversation)

    async def take(self, body: Payload, bot_user: str) -> Question | None:
        """A `message_changed` or `message_deleted`; a message that was not for the bot and is since its edit, to be taken as any other."""
        event = body["event"]
        if deleted := deleted_message(event):
            await self._withdraw(body, deleted, bot_user)
        elif question := edited_question(body, bot_user):
            return await self._ask_anew(question, event, bot_user)
        return None

    async def _withdraw(self, body: Payload, deleted: Payload, bot_user: str) -> None:
        event, ts = body["event"], deleted["ts"]
        row = await asyncio.to_thread(self._store.asked_in, event["channel"], ts)
        if row is None and (event.get("channel_type") == "im" or mentions(deleted.get("text"), bot_user)):
            row = await self._overtaken(event["channel"], ts)
        if row is None or row["wanted"] == Wanted.WITHDRAWAL.value:
            return
        place = Place(Surface(row["surface"]), row["team"], row["channel"], row["thread_ts"], row["message_ts"])
        keys = (f"event:{body['event_id']}", f"deleted:{event['channel']}:{ts}")
        await self._receive(Question("", row["asker"], place, wanted=Wanted.WITHDRAWAL, dedupe_keys=keys), instead_of=row)

    async def _overtaken(self, channel: str, ts: str) -> Row | None:
        """A deletion that comes before its question: that is not taken any more, or it was taken in this very moment, and is given back."""
        if await asyncio.to_thread(self._store.first_time, message_key(channel, ts)):
            return None
        return await asyncio.to_thread(self._store.asked_in, channel, ts)

    async def _ask_anew(self, question: Question, event: Payload, bot_user: str) -> Question | None:
        row = await asyncio.to_thread(self._store.asked_in, question.place.channel, question.place.message_ts)
        request = request_of(question)
        if row is None:
            return _meant_now(question, event, bot_user)
        if isinstance(request, Ask) and row["wanted"] != Wanted.WITHDRAWAL.value and not _is_same(request, row):
            place = replace(question.place, thread_ts=row["thread_ts"])
            await self._receive(
                replace(question, text=request.text, wanted=request.wanted, until=request.until, place=place), instead_of=row
            )
        return None

    async def _receive(self, question: Question, *, instead_of: Row) -> None:
        await self._intake.take(question)
        await self._worker.interrupt(Interruption.NO_LONGER_ASKED, question_id=instead_of["id"])


def _meant_now(question: Question, event: Payload, bot_user: str) -> Question | None:
    """A message of a channel that was not for the bot is, once it mentions it."""
    was_meant = mentions((event.get("previous_message") or {}).get("text"), bot_user)
    if was_meant or not mentions(event["message"].get("text"), bot_user):
        return None
    return replace(question, dedupe_keys=(*question.dedupe_keys, message_key(question.place.channel, question.place.message_ts)))


def _is_same(request: Ask, row: Row) -> bool:
    until = request.until.isoformat() if request.until else None
    return (request.text, request.wanted.value, until) == (row["question"], row["wanted"], row["until"])
