"""Conversations through the playground: the production bot, an emulated Slack, every surface."""

import asyncio
import json
import sqlite3
import time
from pathlib import Path

import pytest

from bot.errors import ModelUnavailable
from bot.llm.scripted import ScriptedModel
from bot.playground.conversations import Message
from bot.playground.faults import AckLost, DeliveredTwice, DroppedAfterActing, RateLimited, Refused, ServerError, Slow
from bot.playground.server import emulated_slack
from bot.questions import Place, Question, Surface
from bot.slack.manifest import manifest
from bot.store import Store, message_key
from tests.scenarios.stage import PROMPTS, Scene, running, scene

STAKE = "What stake does Tencent hold in JD?"
STAKE_WORDS = "21.25% stake"
AREAS = "What are the seven areas in Pony Ma's open letter?"
REVENUE = "What was Tencent's revenue in 2024?"
REFUSAL = "The documents don’t say."


def words(message: Message) -> str:
    """Every word a person sees in a message."""
    return json.dumps(message.blocks, ensure_ascii=False)


def button(message: Message, action_id: str) -> bool:
    return any(e.get("action_id") == action_id for block in message.blocks or [] for e in block.get("elements", []))


def test_a_mention_is_answered_in_its_thread_with_its_source(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            reply = await s.reply(s.general, ts)
            assert reply.thread_ts == ts
            assert STAKE_WORDS in words(reply)
            assert "[1]" in words(reply)
            assert "Ahead of Tencent" in words(reply)
            assert reply.text.startswith("“Tencent is currently JD’s largest shareholder")

    asyncio.run(conversation())


def test_a_direct_message_is_answered_in_its_thread_and_a_question_the_documents_leave_open_is_said_to_be_open(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            channel = s.slack.workspace.im(s.you).id
            ts = await s.slack.workspace.say(s.you, channel, REVENUE)
            reply = await s.reply(channel, ts)
            assert reply.text.startswith(REFUSAL)
            assert not button(reply, "sources")

    asyncio.run(conversation())


def test_a_command_is_answered_to_its_asker_alone_and_every_area_is_there(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.command(s.you, s.general, "/tencent", AREAS)
            answer = await s.private_answer()
            for area in (
                "Deep integration",
                "Cloud sharing",
                "Smart connection",
                "Whole user base",
                "Big content",
                "New technology",
                "Wide platform",
            ):
                assert area in words(answer)
            colleague = next(u.id for u in s.slack.workspace.people if u.id != s.you)
            assert not s.slack.workspace.messages(s.general, viewer=colleague)

    asyncio.run(conversation())


def test_sharing_posts_the_answer_once_with_its_sources_and_who_asked(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.command(s.you, s.general, "/tencent", STAKE)
            answer = await s.private_answer()
            await s.slack.workspace.press(s.you, channel=s.general, ts=answer.ts, action_id="share")
            colleague = next(u.id for u in s.slack.workspace.people if u.id != s.you)
            await s.until(lambda: s.slack.workspace.messages(s.general, viewer=colleague))
            await s.until(lambda: not button(s.private()[-1], "share"))
            (shared,) = s.slack.workspace.messages(s.general, viewer=colleague)
            assert STAKE in words(shared)
            assert STAKE_WORDS in words(shared)
            assert s.you in words(shared)
            assert button(shared, "sources")

    asyncio.run(conversation())


def test_help_sources_and_the_bare_command_answer_at_once(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            for text, expected in (
                ("help", "Ask me about the documents"),
                ("", "Ask me about the documents"),
                ("sources", "No longer a disruptor"),
            ):
                before = len(s.private())
                await s.slack.workspace.command(s.you, s.general, "/tencent", text)
                await s.until(lambda before=before: len(s.private()) > before)  # type: ignore[misc]
                assert expected in words(s.private()[-1])
            assert list(s.bot.store.rows()) == []

    asyncio.run(conversation())


def test_a_question_delivered_twice_lost_on_the_way_back_or_sent_as_two_events_is_answered_once(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            s.slack.faults.next("app_mention", DeliveredTwice())
            s.slack.faults.next("message.im", AckLost())
            first = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            im = s.slack.workspace.im(s.you).id
            second = await s.slack.workspace.say(s.you, im, STAKE)
            await s.reply(s.general, first)
            await s.reply(im, second)
            await s.slack.workspace.delivered()
            assert len(s.replies(s.general, first)) == 1
            assert len(s.replies(im, second)) == 1
            assert len(list(s.bot.store.rows())) == 2

    asyncio.run(conversation())


def test_a_post_whose_connection_broke_after_slack_took_it_is_found_again_not_made_again(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            s.slack.faults.next("chat.postMessage", DroppedAfterActing())
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            await s.until(lambda: [row for row in s.bot.store.rows() if row["status"] == "done"])
            assert len(s.replies(s.general, ts)) == 1

    asyncio.run(conversation())


def test_slack_being_unable_for_a_while_delays_an_answer_and_does_not_lose_it(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            s.slack.faults.next("chat.postMessage", RateLimited(after=0))
            s.slack.faults.next("chat.postMessage", ServerError(503))
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            assert STAKE_WORDS in words(await s.reply(s.general, ts))

    asyncio.run(conversation())


def test_a_status_line_that_slack_refuses_does_not_keep_the_answer_back(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            s.slack.faults.next("assistant.threads.setStatus", Refused("not_allowed"))
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            assert STAKE_WORDS in words(await s.reply(s.general, ts))

    asyncio.run(conversation())


def test_what_was_received_before_the_bot_died_is_answered_when_it_starts_again(database: Path) -> None:
    async def conversation() -> None:
        async with emulated_slack(manifest=manifest(PROMPTS, "/tencent")) as slack:
            you, general = slack.workspace.you.id, slack.workspace.channel("general").id
            team = slack.workspace.installation.team_id
            ts = await slack.workspace.say(you, general, "this channel was here before")
            # As a crash between the record and the answer leaves it: claimed by a process that is gone.
            store = Store(f"sqlite:///{database}", lambda: time.time() - 3_600)
            store.receive(Question(STAKE, you, Place(Surface.MENTION, team, general, ts, ts)))
            store.claim(team)
            store.close()
            async with running(slack, database) as bot:
                s = Scene(slack, bot, general, you)
                assert STAKE_WORDS in words(await s.reply(general, ts))
                await s.until(s.private)
                assert "60 minutes ago" in s.private()[0].text

    asyncio.run(conversation())


def test_where_the_app_may_not_look_for_its_answer_the_question_is_answered_all_the_same(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def conversation() -> None:
        async with emulated_slack(manifest=manifest(PROMPTS, "/tencent")) as slack:
            you, group = slack.workspace.you.id, slack.workspace.group(slack.workspace.you.id, "U0PLAYMEI2").id
            ts = await slack.workspace.say(you, group, f"<@{slack.workspace.bot_user.id}> {STAKE}")
            # As a crash leaves it; and of group messages the app is granted no history.
            store = Store(f"sqlite:///{database}")
            team = slack.workspace.installation.team_id
            store.receive(Question(STAKE, you, Place(Surface.MENTION, team, group, ts, ts), dedupe_keys=(message_key(group, ts),)))
            store.claim(team)
            store.close()
            async with running(slack, database) as bot:
                assert STAKE_WORDS in words(await Scene(slack, bot, group, you).reply(group, ts))
                assert [call.error for call in slack.workspace.records.calls_of("conversations.replies")] == ["missing_scope"]

    asyncio.run(conversation())
    assert "nobody can see whether its answer stands already (missing_scope)" in caplog.text


def test_a_copy_of_the_log_put_back_doubles_no_answer_that_was_given_since(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"

    async def conversation() -> None:
        async with emulated_slack(manifest=manifest(PROMPTS, "/tencent")) as slack:
            you, general = slack.workspace.you.id, slack.workspace.channel("general").id
            async with running(slack, database, user_concurrency=1) as bot:
                s = Scene(slack, bot, general, you)
                slack.faults.next("chat.postMessage", Slow(1))
                first, second = [await slack.workspace.say(you, general, f"{s.mention} {text}") for text in (STAKE, AREAS)]
                await s.until(lambda: sorted(row["status"] for row in bot.store.rows()) == ["queued", "running"])
                bot.store.back_up(copy)
                for ts in (first, second):
                    await s.reply(general, ts)
                await s.settled()
            with sqlite3.connect(copy) as connection:  # put back an hour later
                connection.execute("UPDATE interactions SET received_at = received_at - 3600, lease_until = 0")
            connection.close()
            async with running(slack, copy) as bot:
                s = Scene(slack, bot, general, you)
                await s.settled()
                assert [len(s.replies(general, ts)) for ts in (first, second)] == [1, 1]

    asyncio.run(conversation())


def test_apps_do_not_get_answers(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            im = s.slack.workspace.im(s.you).id
            ts = await s.slack.workspace.say(s.you, im, STAKE)
            await s.reply(im, ts)
            await s.slack.workspace.delivered()
            # The bot's own reply came back to it as an event; had it answered that, there would be a second row.
            assert len(list(s.bot.store.rows())) == 1

    asyncio.run(conversation())


def test_an_empty_mention_is_told_how_to_ask(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            ts = await s.slack.workspace.say(s.you, s.general, s.mention)
            assert "Ask me about the documents" in words(await s.reply(s.general, ts))

    asyncio.run(conversation())


def test_markup_in_a_question_is_shown_and_not_obeyed(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.command(s.you, s.general, "/tencent", f"<!channel> {STAKE} <@U0PLAYBOT1>")
            answer = await s.private_answer()
            await s.slack.workspace.press(s.you, channel=s.general, ts=answer.ts, action_id="share")
            colleague = next(u.id for u in s.slack.workspace.people if u.id != s.you)
            await s.until(lambda: s.slack.workspace.messages(s.general, viewer=colleague))
            (shared,) = s.slack.workspace.messages(s.general, viewer=colleague)
            assert "<!channel>" not in shared.text
            kinds = {e["type"] for b in shared.blocks or [] if b["type"] == "rich_text" for part in b["elements"] for e in part["elements"]}
            assert "broadcast" not in kinds

    asyncio.run(conversation())


def test_a_model_that_fails_is_replaced_by_quotes_and_the_answer_says_so(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database, ScriptedModel([ModelUnavailable("503")])) as s:
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            reply = await s.reply(s.general, ts)
            assert STAKE_WORDS in words(reply)
            assert "could not be used" in words(reply)

    asyncio.run(conversation())


def test_a_fault_of_the_program_ends_in_an_apology_with_a_reference_and_no_trace(database: Path) -> None:
    class Broken:
        name = "broken"

        def stream(self, _prompt: object) -> object:
            raise ZeroDivisionError("a secret detail")

    async def conversation() -> None:
        async with scene(database, Broken()) as s:  # type: ignore[arg-type]
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            reply = await s.reply(s.general, ts)
            await s.settled()
            row = next(iter(s.bot.store.rows()))
            assert row["id"][:8] in words(reply)
            assert "secret" not in words(reply)
            assert "ZeroDivisionError" not in words(reply)
            assert row["status"] == "failed"
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} Was ist die Strategie von Tencent?")
            assert "Da ist bei mir etwas schiefgegangen" in words(await s.reply(s.general, ts))

    asyncio.run(conversation())


def test_who_asked_too_much_is_told_so_in_the_language_of_the_question(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database, user_questions_per_hour=1) as s:
            for _ in range(2):
                await s.slack.workspace.command(s.you, s.general, "/tencent", "Was ist die Strategie von Tencent?")
            await s.until(lambda: any("Sie haben in dieser Stunde" in words(note) for note in s.private()))

    asyncio.run(conversation())


def test_a_follow_up_in_a_thread_brings_what_was_said_before_to_the_model(database: Path) -> None:
    model = ScriptedModel(['{"mode": "not_found", "claims": [], "unanswered": []}'])

    async def conversation() -> None:
        async with scene(database, model) as s:
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            await s.reply(s.general, ts)
            await s.slack.workspace.say(s.you, s.general, f"{s.mention} and in Germany?", ts)
            await s.reply(s.general, ts, count=2)

    asyncio.run(conversation())
    assert STAKE not in model.prompts[0].question.split("The question:")[0]
    assert STAKE in model.prompts[1].question.split("The question:")[0]
