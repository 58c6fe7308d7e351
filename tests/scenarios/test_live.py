"""Answering live: what a person sees between the question and the finished answer, and what Slack may do in between."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.corpus import load_corpus
from bot.llm.scripted import ScriptedModel
from bot.playground.conversations import Message
from bot.playground.faults import DroppedAfterActing, RateLimited, Refused, ServerError
from bot.playground.server import emulated_slack
from bot.questions import Place, Question, Surface
from bot.slack.checking import CitedSource, Piece
from bot.slack.live_stream import LONGEST_SECONDS, LiveStream, Pace
from bot.slack.manifest import manifest
from bot.slack.reply_messages import ReplyMessages
from bot.slack.status_line import StatusLine
from bot.store import Store
from tests.scenarios.scripts import AREAS, STAKE, quoting, slowly
from tests.scenarios.stage import PROMPTS, Scene, running, scene

QUESTION = "What are the seven areas in Pony Ma's open letter?"


def words(message: Message) -> str:
    """Every word a person sees in a message, entities and escapes undone."""
    shown = json.dumps(message.blocks, ensure_ascii=False).replace("\\\\", "").replace("&lt;", "<").replace("&gt;", ">")
    return " ".join(shown.replace("\\u00a0", " ").split())


def play(database: Path, model: ScriptedModel, act: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    async def conversation() -> None:
        async with scene(database, model) as s:
            await act(s)

    asyncio.run(conversation())


async def ask(s: Scene, channel: str | None = None) -> str:
    where = channel or s.general
    return await s.slack.workspace.say(s.you, where, QUESTION if channel else f"{s.mention} {QUESTION}")


def calls(s: Scene, method: str) -> list[dict[str, Any]]:
    return [call.arguments for call in s.slack.workspace.records.calls_of(method)]


def is_done(s: Scene) -> bool:
    statuses = [row["status"] for row in s.bot.store.rows()]
    return bool(statuses) and set(statuses) == {"done"}


def test_verified_claims_stand_there_one_by_one_and_the_message_ends_with_its_sources(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await ask(s)
        first = await s.begun(s.general, ts)
        assert AREAS[0] in words(first)
        assert AREAS[3] not in words(first)
        assert (first.blocks or [])[0]["status"] == "in_progress"
        assert "Ahead of Tencent’s seventh annual" in json.dumps((first.blocks or [])[0], ensure_ascii=False)
        assert "sources" not in words(first)
        await s.until(lambda: AREAS[1] in words(s.replies(s.general, ts)[0]))
        await s.until(lambda: is_done(s))
        (reply,) = s.replies(s.general, ts)
        assert reply.ts == first.ts
        assert all(area in words(reply) for area in AREAS)
        assert words(reply).count(AREAS[0]) == 1
        assert '"action_id": "sources"' in words(reply)
        assert reply.metadata is not None
        task = (reply.blocks or [])[0]
        assert (task["type"], task["status"]) == ("task_card", "complete")
        assert words(reply).count("Ahead of Tencent’s seventh annual") == 2  # on the task and in the list
        assert calls(s, "chat.postMessage") == []
        assert calls(s, "chat.update") == []
        assert next(iter(s.bot.store.rows()))["reply_ts"] == reply.ts

    play(database, ScriptedModel(slowly(*AREAS, pause=0.9)), act)


def test_a_claim_that_does_not_pass_is_never_shown(database: Path) -> None:
    reply = slowly(*AREAS[:2], pause=0.5, last_pause=1.5)
    false = (
        '{"quotes": [{"passage": "000-3", "text": "Tencent left the cloud business"}], "text": "Tencent left the cloud.", "kind": "fact"}'
    )
    reply.insert(2, f", {false}")

    async def act(s: Scene) -> None:
        ts = await ask(s)
        await s.until(lambda: calls(s, "chat.startStream") and is_done(s))
        assert "left the cloud" not in json.dumps([call.arguments for call in s.slack.workspace.records.calls])
        assert AREAS[1] in words(s.replies(s.general, ts)[0])

    play(database, ScriptedModel(reply), act)


def test_the_first_line_of_the_answer_is_the_notification(database: Path) -> None:
    async def act(s: Scene) -> None:
        streamed = await s.begun(s.general, await ask(s))
        assert streamed.text.startswith("“Tencent is currently JD’s largest shareholder with a 21.25% stake.”")

    play(database, ScriptedModel(slowly(STAKE, pause=0, last_pause=1.5)), act)


def test_while_it_works_there_is_a_status_and_it_does_not_stay(database: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await ask(s)
        workspace = s.slack.workspace
        await s.until(lambda: workspace.status(s.general, ts))
        status = workspace.status(s.general, ts)
        assert status is not None
        assert status.text == "is reading the documents…"
        assert len(status.loading_messages) == 3
        await s.until(lambda: is_done(s) and calls(s, "agents.sessions.setStatus")[-1]["status"] == "active")
        assert workspace.status(s.general, ts) is None

    play(database, ScriptedModel([0.6, *quoting(STAKE)]), act)


def test_a_direct_message_is_streamed_to_without_recipients_and_a_channel_with_them(database: Path) -> None:
    async def act(s: Scene) -> None:
        im = s.slack.workspace.im(s.you).id
        await s.begun(im, await ask(s, im))
        await s.begun(s.general, await ask(s))
        direct, outside = calls(s, "chat.startStream")
        assert "recipient_user_id" not in direct
        assert outside["recipient_user_id"] == s.you
        assert outside["recipient_team_id"] == s.slack.workspace.installation.team_id
        await s.until(lambda: is_done(s))

    play(database, ScriptedModel(slowly(*AREAS[:2], pause=1.5)), act)


def test_a_direct_thread_is_called_by_its_first_question_and_a_channel_s_has_no_title(database: Path) -> None:
    async def act(s: Scene) -> None:
        im = s.slack.workspace.im(s.you).id
        first = await ask(s, im)
        await s.reply(im, first)
        await s.slack.workspace.say(s.you, im, f"{QUESTION} And why?", thread_ts=first)
        await s.reply(im, first, count=2)
        await s.reply(s.general, await ask(s))
        await s.until(lambda: is_done(s))
        assert [(call["channel_id"], call["thread_ts"], call["title"]) for call in calls(s, "assistant.threads.setTitle")] == [
            (im, first, QUESTION)
        ]

    play(database, ScriptedModel(quoting(STAKE)), act)


def test_a_title_that_slack_refuses_costs_no_answer_and_a_long_one_is_shortened(database: Path) -> None:
    async def act(s: Scene) -> None:
        im = s.slack.workspace.im(s.you).id
        s.slack.faults.next("assistant.threads.setTitle", Refused("not_agent_app"))
        asked = await s.slack.workspace.say(s.you, im, f"{QUESTION} {'Please be exact. ' * 20}")
        await s.reply(im, asked)
        await s.until(lambda: is_done(s))
        (call,) = calls(s, "assistant.threads.setTitle")
        assert len(call["title"]) == 200
        assert call["title"].startswith(QUESTION)

    play(database, ScriptedModel(quoting(STAKE)), act)


@pytest.mark.parametrize(
    "refusal",
    [RateLimited(after=30), Refused("missing_recipient_user_id"), Refused("user_not_found"), Refused("team_not_found"), ServerError(500)],
    ids=lambda fault: getattr(fault, "error", type(fault).__name__),
)
def test_where_a_stream_is_refused_the_finished_answer_is_posted_and_nobody_waits(database: Path, refusal: Any) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next("chat.startStream", refusal)
        ts = await ask(s)
        await s.until(lambda: is_done(s), patience=5)
        (reply,) = s.replies(s.general, ts)
        assert all(area in words(reply) for area in AREAS[:3])

    play(database, ScriptedModel(slowly(*AREAS[:3], pause=0.8)), act)


def test_after_a_refusal_for_asking_too_often_no_stream_is_tried_until_slack_says_so(database: Path) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next("chat.startStream", RateLimited(after=30))
        for _ in range(2):
            await s.begun(s.general, await ask(s))
        await s.until(lambda: is_done(s))
        assert len(calls(s, "chat.startStream")) == 1

    play(database, ScriptedModel(slowly(*AREAS[:2], pause=1.5)), act)


@pytest.mark.parametrize("method", ["chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize(
    "fault",
    [
        Refused("message_not_in_streaming_state"),
        Refused("msg_too_long"),
        Refused("stopped_by_user"),
        ServerError(500),
        DroppedAfterActing(),
    ],
    ids=lambda fault: getattr(fault, "error", type(fault).__name__),
)
def test_a_stream_that_breaks_off_ends_as_the_same_message_with_every_word_once(database: Path, method: str, fault: Any) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next(method, fault)
        ts = await ask(s)
        await s.until(lambda: is_done(s))
        (reply,) = s.replies(s.general, ts)
        assert all(words(reply).count(area) == 1 for area in AREAS[:4])
        assert not reply.streaming
        assert reply.metadata is not None

    play(database, ScriptedModel(slowly(*AREAS[:4], pause=0.8)), act)


def test_a_start_whose_connection_broke_after_slack_acted_leaves_one_message(database: Path) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next("chat.startStream", DroppedAfterActing())
        ts = await ask(s)
        await s.until(lambda: is_done(s))
        (reply,) = s.replies(s.general, ts)
        assert all(words(reply).count(area) == 1 for area in AREAS[:3])
        assert not reply.streaming

    play(database, ScriptedModel(slowly(*AREAS[:3], pause=0.8)), act)


def test_a_restart_in_the_middle_of_a_stream_finishes_that_message(database: Path) -> None:
    """What a crash leaves: a claimed row that knows its message, and a message that Slack still thinks is being written."""

    async def conversation() -> None:
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent")) as slack, aiohttp.ClientSession() as session:
            workspace = slack.workspace
            ts = await workspace.say(workspace.you.id, "C0PLAYGEN1", QUESTION)
            client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, session=session)
            opened = await client.chat_startStream(
                channel="C0PLAYGEN1", thread_ts=ts, markdown_text=f"“{AREAS[0]}”", recipient_user_id=workspace.you.id,
                recipient_team_id=workspace.installation.team_id,
            )  # fmt: skip
            store = Store(f"sqlite:///{database}")
            place = Place(Surface.MENTION, workspace.installation.team_id, "C0PLAYGEN1", ts, ts)
            store.receive(Question(QUESTION, workspace.you.id, place))
            job = store.claim(place.team)
            assert job is not None
            store.opened(job, opened["ts"])
            store.close()
            async with running(slack, database, ScriptedModel(quoting(*AREAS))) as bot:
                s = Scene(slack, bot, "C0PLAYGEN1", workspace.you.id)
                await s.until(lambda: is_done(s))
                (reply,) = s.replies(s.general, ts)
                assert reply.ts == opened["ts"]
                assert not reply.streaming
                assert all(words(reply).count(area) == 1 for area in AREAS)

    asyncio.run(conversation())


def test_a_long_answer_goes_on_in_a_second_message_before_slack_cuts_it_off(database: Path, tmp_path: Path) -> None:
    sentences = [f"Brücke {number} wurde für {'überaus schöne größere ' * 35}Züge gebaut." for number in range(10)]  # 9.4 kB
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "a.txt").write_text("\n\n".join(sentences), encoding="utf-8")
    model = ScriptedModel(slowly(*sentences, pause=0.3, corpus=load_corpus(seeds)))

    async def conversation() -> None:
        async with scene(database, model, seeds_dir=seeds) as s:
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} Was ist mit Brücke 3?")
            await s.until(lambda: is_done(s), patience=12)
            first, second = s.replies(s.general, ts)
            shown = first.text + second.text
            assert all(shown.count(f"Brücke {number} wurde") == 1 for number in range(10))
            assert len(first.text.encode()) <= 9_000
            assert '"action_id": "sources"' not in words(first)
            assert '"action_id": "sources"' in words(second)
            assert next(iter(s.bot.store.rows()))["reply_ts"] == f"{first.ts} {second.ts}"

    asyncio.run(conversation())


def test_an_answer_that_takes_long_goes_on_in_a_further_message_before_slack_closes_the_first(database: Path) -> None:
    """Slack closes a stream five minutes after it began, whatever comes over it."""

    async def act(s: Scene) -> None:
        now = [0.0]
        place = Place(Surface.DIRECT, s.slack.workspace.installation.team_id, s.slack.workspace.im(s.you).id)
        ts = await s.slack.workspace.say(s.you, place.channel, "thanks")
        question = Question("?", s.you, replace(place, thread_ts=ts, message_ts=ts))

        async def opened(reply_ts: str) -> None:
            """Nothing to record."""

        def said(text: str) -> bool:
            return text in "".join(message.text for message in s.replies(place.channel, ts))

        await s.until(partial(said, "welcome"))
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(token=s.slack.bot_token, base_url=s.slack.api_url, session=session)
            messages = ReplyMessages(client=client, bot_user=s.slack.workspace.bot_user.id, question=question, known=(), is_uncertain=False)
            words = PROMPTS.reply("searching")
            stream = LiveStream(
                client=client, question=question, messages=messages, opened=opened, pace=Pace(), words=words, clock=lambda: now[0]
            )
            for number in range(3):
                stream.add(Piece(f"\n\nClaim {number}.", (CitedSource("a", "[1] a", "a"),)))
                await s.until(partial(said, f"Claim {number}."))
                now[0] += LONGEST_SECONDS / 2
            assert await stream.rest()
            assert await stream.finish([{"type": "divider"}])
            await stream.close()
        thanked, first, second = s.replies(place.channel, ts)
        assert "welcome" in thanked.text
        assert (first.text, second.text) == ("Claim 0.\n\nClaim 1.", "Claim 2.")
        assert [block["status"] for m in (first, second) for block in m.blocks or [] if block["type"] == "task_card"] == ["complete"] * 2
        assert messages.known == [first.ts, second.ts]

    play(database, ScriptedModel(quoting(STAKE)), act)


def test_an_answer_that_stays_away_long_enough_keeps_its_status_line(database: Path) -> None:
    """Slack takes the line away after two minutes; it is sent again before."""

    async def act(s: Scene) -> None:
        place = Place(Surface.MENTION, s.slack.workspace.installation.team_id, s.general, await ask(s))
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(token=s.slack.bot_token, base_url=s.slack.api_url, session=session)
            line = StatusLine(
                client=client, words=PROMPTS.reply("searching"), question=Question("?", s.you, place), lanes=asyncio.Semaphore(1), again=0.1
            )
            line.begin()
            await s.until(lambda: len(calls(s, "assistant.threads.setStatus")) >= 3)
            line.fail()
            await line.end()
        assert calls(s, "assistant.threads.setStatus")[-1]["status"] == ""
        assert calls(s, "agents.sessions.setStatus")[-1]["status"] == "active"

    play(database, ScriptedModel(quoting(STAKE)), act)
