"""Threads: follow-ups without a mention, edits, deletions, Stop; and people who talk to each other, undisturbed."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.llm.scripted import ScriptedModel
from bot.playground.conversations import Message
from bot.playground.faults import AckLost, DeliveredTwice, DroppedAfterActing, Refused, ServerError
from bot.slack.follow_ups import asks, is_to_somebody_else
from tests.fakes.drafts import NOT_FOUND
from tests.scenarios.scripts import AREAS, STAKE, quoting, slowly
from tests.scenarios.stage import Scene, scene

QUESTION = "What stake does Tencent hold in JD?"
OTHER = "Who is Tencent's chairman and what is the open letter?"


def words(message: Message) -> str:
    return " ".join(json.dumps(message.blocks, ensure_ascii=False).replace("\\\\", "").replace("\\u00a0", " ").split())


def play(database: Path, act: Callable[[Scene], Coroutine[Any, Any, None]], model: ScriptedModel | None = None, **settings: object) -> None:
    async def conversation() -> None:
        async with scene(database, model or ScriptedModel(quoting(STAKE)), **settings) as s:
            await act(s)

    asyncio.run(conversation())


async def ask(s: Scene, text: str = QUESTION) -> str:
    return await s.slack.workspace.say(s.you, s.general, f"{s.mention} {text}")


async def settled(s: Scene) -> None:
    """Until everything Slack sent was taken in, and everything taken in is closed."""
    await s.slack.workspace.delivered()
    await s.until(lambda: not {"queued", "running"} & statuses(s))


def statuses(s: Scene) -> set[str]:
    return {row["status"] for row in s.bot.store.rows()}


def colleague(s: Scene) -> str:
    return next(user.id for user in s.slack.workspace.people if user.id != s.you)


async def answered(s: Scene) -> str:
    ts = await ask(s)
    await s.reply(s.general, ts)
    await settled(s)
    return ts


# --- follow-ups


@pytest.mark.parametrize("text", ["and in Germany?", "tell me more about it", "那么收入呢"])
def test_who_asked_goes_on_asking_without_a_mention(database: Path, text: str) -> None:
    async def act(s: Scene) -> None:
        ts = await answered(s)
        await s.slack.workspace.say(s.you, s.general, text, ts)
        await s.reply(s.general, ts, count=2)

    play(database, act)


@pytest.mark.parametrize(
    "text", ["thanks, that helps", "<@U0PLAYMEI2> what do you make of it?", "Sam, is that right?", "<!here> any thoughts?"]
)
def test_what_asks_nothing_of_the_bot_is_left_alone(database: Path, text: str) -> None:
    async def act(s: Scene) -> None:
        ts = await answered(s)
        await s.slack.workspace.say(s.you, s.general, text, ts)
        await settled(s)
        assert len(s.replies(s.general, ts)) == 1

    play(database, act)


def test_people_who_talk_to_each_other_are_left_alone_until_the_bot_is_mentioned(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await answered(s)
        for speaker, text in [(colleague(s), "Is that a lot?"), (s.you, "What do you think?"), (colleague(s), "Why should it be?")]:
            await s.slack.workspace.say(speaker, s.general, text, ts)
            await settled(s)
        assert len(s.replies(s.general, ts)) == 1
        await s.slack.workspace.say(s.you, s.general, f"{s.mention} and who is the chairman?", ts)
        await s.reply(s.general, ts, count=2)
        await settled(s)
        await s.slack.workspace.say(s.you, s.general, "and since when?", ts)
        await s.reply(s.general, ts, count=3)

    play(database, act)


def test_a_thread_the_bot_was_not_asked_in_and_the_channel_itself_are_left_alone(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await s.slack.workspace.say(s.you, s.general, "What stake do they hold?")
        await s.slack.workspace.say(s.you, s.general, "Does anybody know?", ts)
        await settled(s)
        assert list(s.bot.store.rows()) == []

    play(database, act)


def test_follow_ups_can_be_switched_off(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await answered(s)
        await s.slack.workspace.say(s.you, s.general, "and in Germany?", ts)
        await settled(s)
        assert len(s.replies(s.general, ts)) == 1

    play(database, act, thread_follow_ups=False)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("and since when?", True), ("What about WeChat, does it count?", True), ("In 2018, what changed?", True), ("Mei, what now?", False)],
)
def test_a_name_and_a_comma_address_somebody_and_other_words_do_not(text: str, is_one: bool) -> None:
    assert (asks(text) and not is_to_somebody_else(text)) is is_one


# --- edits


def test_an_edited_question_gets_its_new_answer_in_the_place_of_the_old_one(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await answered(s)
        (before,) = s.replies(s.general, ts)
        s.slack.faults.next("message", AckLost())
        await s.slack.workspace.edit_message(s.you, s.general, ts, f"{s.mention} {OTHER}")
        await s.until(lambda: AREAS[0] in words(s.replies(s.general, ts)[0]))
        await settled(s)
        (after,) = s.replies(s.general, ts)
        assert after.ts == before.ts
        assert "21.25" not in words(after)
        await s.until(lambda: statuses(s) == {"done", "replaced"})
        assert [row["question"] for row in s.bot.store.rows()] == [OTHER, QUESTION]

    play(database, act, ScriptedModel(quoting(STAKE), quoting(AREAS[0])))


def test_a_question_edited_while_it_is_answered_is_answered_once_in_its_new_words(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await ask(s)
        await s.begun(s.general, ts)
        await s.slack.workspace.edit_message(s.you, s.general, ts, f"{s.mention} {OTHER}")
        await s.until(lambda: AREAS[3] in words(s.replies(s.general, ts)[0]))
        await settled(s)
        (reply,) = s.replies(s.general, ts)
        assert "21.25" not in words(reply)
        assert not reply.streaming
        await s.until(lambda: statuses(s) == {"done", "replaced"})

    play(database, act, ScriptedModel(slowly(STAKE, pause=0.0, last_pause=60.0), quoting(AREAS[3])))


def test_what_is_changed_in_no_word_is_not_asked_again(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await answered(s)
        message = s.slack.workspace.message(s.general, ts)
        assert message is not None
        await s.slack.workspace.edit_message(s.you, s.general, ts, message.text)
        await settled(s)
        assert len(list(s.bot.store.rows())) == 1

    play(database, act)


def test_a_message_that_comes_to_mention_the_bot_by_an_edit_is_answered(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await s.slack.workspace.say(s.you, s.general, QUESTION)
        await s.slack.workspace.edit_message(s.you, s.general, ts, f"{s.mention} {QUESTION}")
        await s.reply(s.general, ts)
        await settled(s)
        assert len(s.replies(s.general, ts)) == 1

    play(database, act)


# --- deletions


def test_a_deleted_question_takes_its_answer_with_it(database: Path) -> None:
    async def act(s: Scene) -> None:
        im = s.slack.workspace.im(s.you).id
        ts = await s.slack.workspace.say(s.you, im, QUESTION)
        await s.reply(im, ts)
        await settled(s)
        s.slack.faults.next("chat.delete", ServerError(500))
        await s.slack.workspace.delete_message(s.you, im, ts)
        await s.slack.workspace.delivered()
        await s.until(lambda: statuses(s) == {"withdrawn"})
        assert s.replies(im, ts) == []

    play(database, act)


def test_a_tombstone_is_a_deletion(database: Path) -> None:
    """A message with replies stays in Slack as "This message was deleted.", and the event is a change."""

    async def act(s: Scene) -> None:
        ts = await answered(s)
        gone = {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "text": "This message was deleted.",
            "ts": ts,
            "thread_ts": ts,
        }
        event = {"type": "message", "subtype": "message_changed", "hidden": True, "channel": s.general, "channel_type": "channel"}
        s.slack.workspace.send_event(s.general, event | {"ts": "9.9", "event_ts": "9.9", "message": gone, "previous_message": {"ts": ts}})
        await s.until(lambda: statuses(s) == {"withdrawn"})
        assert s.replies(s.general, ts) == []

    play(database, act)


def test_a_question_deleted_while_it_is_answered_leaves_nothing(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await ask(s)
        await s.begun(s.general, ts)
        await s.slack.workspace.delete_message(s.you, s.general, ts)
        await s.until(lambda: statuses(s) == {"withdrawn"})
        assert s.replies(s.general, ts) == []

    play(database, act, ScriptedModel(slowly(STAKE, pause=0.0, last_pause=60.0)))


def test_a_deleted_question_whose_message_is_gone_already_is_no_fault(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await answered(s)
        s.slack.faults.next("chat.delete", Refused("message_not_found"))
        await s.slack.workspace.delete_message(s.you, s.general, ts)
        await s.until(lambda: statuses(s) == {"withdrawn"})

    play(database, act)


# --- Stop


def test_stop_ends_the_answer_where_it_is_and_says_so_in_a_line(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await ask(s)
        await s.begun(s.general, ts)
        await s.until(lambda: s.slack.workspace.stoppable(s.general, ts))
        await s.slack.workspace.stop_session(s.you, s.general, ts)
        await s.until(lambda: statuses(s) == {"done"})
        (reply,) = s.replies(s.general, ts)
        assert "21.25" in words(reply)
        assert "Stopped, as you asked." in words(reply)
        assert '"action_id": "sources"' in words(reply)
        await s.until(lambda: not s.slack.workspace.stoppable(s.general, ts))
        assert next(iter(s.bot.store.rows()))["verdict"] == "partial"

    play(database, act, ScriptedModel(slowly(STAKE, pause=0.0, last_pause=60.0)))


def test_stop_before_anything_is_verified_leaves_one_line(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await ask(s)
        await s.until(lambda: s.slack.workspace.stoppable(s.general, ts))
        await s.slack.workspace.stop_session(s.you, s.general, ts)
        await settled(s)
        (reply,) = s.replies(s.general, ts)
        assert reply.text == "Stopped, as you asked."

    play(database, act, ScriptedModel([60.0, NOT_FOUND]))


def test_a_mention_in_a_subscribed_channel_comes_as_two_events_and_is_answered_once(database: Path) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next("message", DeliveredTwice())
        s.slack.faults.next("chat.postMessage", DroppedAfterActing())
        ts = await ask(s)
        await settled(s)
        assert len(s.slack.workspace.records.deliveries_of("message")) >= 1
        assert len(s.replies(s.general, ts)) == 1

    play(database, act)
