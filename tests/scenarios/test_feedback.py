"""Thumbs below answers and the form after a thumb down."""

import asyncio
from pathlib import Path

from bot.playground.conversations import Message
from bot.playground.faults import Refused
from bot.store import Rating
from tests.scenarios.stage import Scene, scene

STAKE = "What stake does Tencent hold in JD?"


def the_row(s: Scene) -> str:
    return str(next(iter(s.bot.store.rows()))["id"])


async def vote(s: Scene, message: Message, word: str, *, user: str | None = None) -> None:
    value = f"{word}:{the_row(s)}"
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
