"""What users of other bots complain of (slack.md section 3), each as it would happen here; what other scenarios show is not repeated.

Duplicates, sharing: test_asking. Streams that die, long answers, streams in channels and with strangers: test_live. Stop, follow-ups: test_threads.
One message one reply: test_one_reply. Feedback: test_feedback. Words that would be markup: tests/slack/test_streamed_text.
"""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.llm.scripted import ScriptedModel
from bot.playground.faults import SocketDropped, SocketRefreshed
from tests.scenarios.scripts import AREAS, STAKE, quoting, slowly
from tests.scenarios.stage import Scene, scene

QUESTION = "What stake does Tencent hold in JD?"


def play(database: Path, model: Any, act: Callable[[Scene], Coroutine[Any, Any, None]]) -> None:
    async def conversation() -> None:
        async with scene(database, model) as s:
            await act(s)

    asyncio.run(conversation())


async def ask(s: Scene, thread: str | None = None) -> str:
    return await s.slack.workspace.say(s.you, s.general, f"{s.mention} {QUESTION}", thread)


def is_closed(s: Scene) -> bool:
    statuses = {row["status"] for row in s.bot.store.rows()}
    return bool(statuses) and not statuses & {"queued", "running"}


def test_operation_timeout_a_command_is_acknowledged_however_long_its_answer_takes(database: Path) -> None:
    async def act(s: Scene) -> None:
        await s.slack.workspace.command(s.you, s.general, "/tencent", QUESTION)
        (delivery,) = [d for d in s.slack.workspace.records.deliveries if d.kind == "command"]
        assert delivery.acked
        assert not s.slack.workspace.notices(s.you)
        assert "21.25" in (await s.private_answer()).text

    play(database, ScriptedModel([3.5, *quoting(STAKE)]), act)


@pytest.mark.parametrize("fault", [SocketDropped(), SocketRefreshed()], ids=lambda fault: type(fault).__name__)
def test_socket_mode_drops_and_renewals_lose_no_question(database: Path, fault: Any) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next("app_mention", fault)
        ts = await ask(s)
        await s.until(lambda: s.replies(s.general, ts), patience=20)
        await s.until(lambda: is_closed(s))
        assert len(s.replies(s.general, ts)) == 1

    play(database, ScriptedModel(quoting(STAKE)), act)


def test_where_slack_takes_no_commands_in_threads_a_mention_is_answered_there(database: Path) -> None:
    async def act(s: Scene) -> None:
        root = await s.slack.workspace.say(s.you, s.general, "We were talking of JD.")
        await ask(s, root)
        assert (await s.reply(s.general, root)).thread_ts == root

    play(database, ScriptedModel(quoting(STAKE)), act)


def test_a_direct_message_is_replied_to_in_its_own_thread_and_a_reply_in_that_one(database: Path) -> None:
    async def act(s: Scene) -> None:
        im = s.slack.workspace.im(s.you).id
        first = await s.slack.workspace.say(s.you, im, QUESTION)
        assert (await s.reply(im, first)).thread_ts == first
        await s.slack.workspace.say(s.you, im, "And what else?", first)
        assert (await s.reply(im, first, count=2)).thread_ts == first
        second = await s.slack.workspace.say(s.you, im, QUESTION)
        assert (await s.reply(im, second)).thread_ts == second

    play(database, ScriptedModel(quoting(STAKE)), act)


def test_streaming_mode_mismatch_every_call_of_a_stream_is_of_one_mode(database: Path) -> None:
    async def act(s: Scene) -> None:
        await s.reply(s.general, await ask(s))
        await s.until(lambda: is_closed(s))
        streamed = [call for call in s.slack.workspace.records.calls if call.method.endswith("Stream")]
        assert len(streamed) >= 3
        assert not any("markdown_text" in call.arguments for call in streamed)
        assert all(call.ok for call in streamed)

    play(database, ScriptedModel(slowly(*AREAS[:4], pause=0.9)), act)


def test_a_status_line_does_not_stay_where_the_answer_fails(database: Path) -> None:
    class Broken:
        name = "broken"

        async def stream(self, _prompt: object) -> Any:
            yield ""
            await asyncio.sleep(0.8)
            raise ZeroDivisionError

    async def act(s: Scene) -> None:
        ts = await ask(s)
        await s.until(lambda: s.slack.workspace.status(s.general, ts))
        await s.until(lambda: is_closed(s))
        await s.until(lambda: s.slack.workspace.status(s.general, ts) is None and not s.slack.workspace.stoppable(s.general, ts))
        assert len(s.replies(s.general, ts)) == 1

    play(database, Broken(), act)
