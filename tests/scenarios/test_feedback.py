"""Thumbs below answers and the form after a thumb down."""

import asyncio
import threading
from pathlib import Path
from typing import Any, cast

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.conversations import Message
from bot.playground.faults import Refused
from bot.slack.feedback import FeedbackForm
from bot.store import Rating, Store
from tests.scenarios.stage import PROMPTS, Scene, scene

STAKE = "What stake does Tencent hold in JD?"


def the_row(s: Scene) -> str:
    return str(next(iter(s.bot.store.rows()))["id"])


async def vote(s: Scene, message: Message, word: str, *, user: str | None = None) -> None:
    value = f"{word}:{the_row(s)}:en"
    await s.slack.workspace.press(user or s.you, channel=message.channel, ts=message.ts, action_id="feedback", value=value)


def ratings(s: Scene) -> list[tuple[str, bool, tuple[str, ...], str]]:
    found: list[Rating] = s.bot.store.ratings([the_row(s)])
    return [(rating.user, rating.is_good, rating.reasons, rating.comment) for rating in found]


async def answered(s: Scene, text: str = STAKE) -> Message:
    ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {text}")
    await s.reply(s.general, ts)
    await s.settled()
    return await s.reply(s.general, ts)


def test_a_thumb_up_is_kept_and_asks_nothing(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await vote(s, await answered(s), "good")
            assert ratings(s) == [(s.you, True, (), "")]
            assert s.slack.workspace.open_views(s.you) == []

    asyncio.run(conversation())


def test_a_thumb_down_is_kept_at_once_and_its_form_adds_why(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await vote(s, await answered(s), "bad")
            assert ratings(s) == [(s.you, False, (), "")]
            (view,) = s.slack.workspace.open_views(s.you)
            ticked = [{"text": {"type": "plain_text", "text": "x"}, "value": value} for value in ("source", "unclear")]
            filled = {"reasons": {"reasons": {"selected_options": ticked}}, "comment": {"comment": {"value": "Not <there>."}}}
            assert await s.slack.workspace.submit(s.you, view.id, filled) is None
            assert ratings(s) == [(s.you, False, ("source", "unclear"), "Not <there>.")]
            (thanks,) = s.slack.workspace.open_views(s.you)
            assert "kept that with the answer" in str(thanks.blocks)

    asyncio.run(conversation())


def test_a_changed_vote_changes_and_others_votes_stand_beside_it(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            reply = await answered(s)
            colleague = next(u.id for u in s.slack.workspace.people if u.id != s.you)
            await vote(s, reply, "bad")
            await vote(s, reply, "bad", user=colleague)
            await vote(s, reply, "good")
            assert sorted(ratings(s)) == sorted([(colleague, False, (), ""), (s.you, True, (), "")])

    asyncio.run(conversation())


def test_a_private_answer_and_a_refusal_have_thumbs_too_and_a_greeting_has_none(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.command(s.you, s.general, "/tencent", "What was Tencent's revenue in 2024?")
            await vote(s, await s.private_answer(), "good")
            assert ratings(s) == [(s.you, True, (), "")]
            greeting = await answered(s, "hello")
            assert not any(block["type"] == "context_actions" for block in greeting.blocks or [])

    asyncio.run(conversation())


def test_a_form_that_slack_refuses_loses_no_vote(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            reply = await answered(s)
            s.slack.faults.next("views.open", Refused("expired_trigger_id"))
            await vote(s, reply, "bad")
            assert ratings(s) == [(s.you, False, (), "")]

    asyncio.run(conversation())


class StuckStore:
    """A database that answers nothing before its `release`."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.kept: list[str] = []

    def rate(self, reference: str, user: str, **_: object) -> None:
        assert self.release.wait(10)
        self.kept.append(f"{user} {reference}")

    def answer(self, *_: object, **__: object) -> None:
        assert self.release.wait(10)


class Opener:
    """A client that opens views, and frees the database once it has."""

    def __init__(self, store: StuckStore) -> None:
        self._store = store
        self.opened: list[Any] = []

    async def views_open(self, *, trigger_id: str, view: Any) -> None:
        assert not self._store.release.is_set(), f"{trigger_id} was not waiting for the database"
        self.opened.append(view)
        self._store.release.set()


async def acknowledged() -> None:
    """Any time is fine."""


def test_the_form_opens_in_the_answer_s_language_before_a_slow_database_has_kept_the_vote() -> None:
    async def press() -> None:
        store = StuckStore()
        slack = Opener(store)
        form = FeedbackForm(store=cast("Store", store), prompts=PROMPTS)
        body = {"actions": [{"value": "bad:abc:de"}], "user": {"id": "U1"}, "trigger_id": "1.2"}
        async with asyncio.timeout(5):
            await form.rate(cast("AsyncAck", acknowledged), body, cast("AsyncWebClient", slack), AsyncBoltContext({"team_id": "T1"}))
        (view,) = slack.opened
        assert view["title"]["text"] == PROMPTS.reply("feedback", "de").label("title")
        assert view["private_metadata"] == "abc:de"
        assert store.kept == ["U1 abc"]

    asyncio.run(press())


def test_the_thumbs_know_the_language_and_the_thanks_speak_it_too(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            reply = await answered(s, "Wer ist Martin Lau?")
            (thumbs,) = (block["elements"][0] for block in reply.blocks or [] if block["type"] == "context_actions")
            value = thumbs["negative_button"]["value"]
            await s.slack.workspace.press(s.you, channel=reply.channel, ts=reply.ts, action_id="feedback", value=value)
            (view,) = s.slack.workspace.open_views(s.you)
            await s.slack.workspace.submit(s.you, view.id, {"reasons": {"reasons": {}}, "comment": {"comment": {"value": "Nein."}}})
            assert ratings(s) == [(s.you, False, (), "Nein.")]
            (thanks,) = s.slack.workspace.open_views(s.you)
            assert PROMPTS.reply("feedback", "de").label("thanks") in str(thanks.blocks)

    asyncio.run(conversation())
