"""What users of other bots complain of (slack.md section 3): each with the tests that hold what we do; and those tests that stand nowhere else."""

import asyncio
import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import CHECKOUT
from bot.llm.scripted import ScriptedModel
from bot.playground.faults import SocketDropped, SocketRefreshed, SocketStalled
from bot.playground.server import emulated_slack
from bot.playground.timings import Timings
from bot.slack.manifest import manifest
from bot.slack.socket_mode import CONNECTIONS
from tests.scenarios.installations import free_port
from tests.scenarios.scripts import AREAS, STAKE, quoting, slowly
from tests.scenarios.stage import PROMPTS, Scene, running, scene

QUESTION = "What stake does Tencent hold in JD?"
TESTS = CHECKOUT / "tests"
HERE = "scenarios/test_complaints"
HELD_BY = {
    "operation_timeout, dispatch_failed": [f"{HERE}::test_operation_timeout_a_command_is_acknowledged_however_long_its_answer_takes"],
    "duplicate answers": [
        "scenarios/test_asking::test_a_question_delivered_twice_lost_on_the_way_back_or_sent_as_two_events_is_answered_once",
        "scenarios/test_asking::test_a_post_whose_connection_broke_after_slack_took_it_is_found_again_not_made_again",
        "scenarios/test_threads::test_a_mention_in_a_subscribed_channel_comes_as_two_events_and_is_answered_once",
        "scenarios/test_one_reply::test_every_addressed_message_has_exactly_one_reply_and_no_other_has_any",
    ],
    "Socket Mode drops, silent stalls": [
        f"{HERE}::test_socket_mode_drops_and_renewals_lose_no_question",
        f"{HERE}::test_connections_that_fall_silent_without_closing_are_noticed_and_replaced",
    ],
    "no slash commands in threads": [
        f"{HERE}::test_where_slack_takes_no_commands_in_threads_a_mention_is_answered_there",
        "scenarios/test_home::test_a_message_is_asked_about_in_its_thread_and_everybody_sees_who_asked",
    ],
    "stop or cancel an answer": [
        "scenarios/test_threads::test_stop_ends_the_answer_where_it_is_and_says_so_in_a_line",
        "scenarios/test_impatient::test_stop_ends_an_answer_where_it_is_and_says_so",
        "working/test_worker::test_what_another_process_is_told_interrupts_what_is_answered_here",
    ],
    "a stream dies at five minutes": [
        "scenarios/test_live::test_a_stream_that_breaks_off_ends_as_the_same_message_with_every_word_once",
        "scenarios/test_live::test_an_answer_that_takes_long_goes_on_in_a_further_message_before_slack_closes_the_first",
    ],
    "long answers cut, msg_too_long": [
        "scenarios/test_live::test_a_long_answer_goes_on_in_a_second_message_before_slack_cuts_it_off",
        "scenarios/test_extremes::test_nothing_is_refused_however_much_there_is_to_say",
    ],
    "a stream fails in channels and in Slack Connect": [
        "scenarios/test_live::test_a_direct_message_is_streamed_to_without_recipients_and_a_channel_with_them",
        "scenarios/test_live::test_where_a_stream_is_refused_the_finished_answer_is_posted_and_nobody_waits",
    ],
    "mode mismatch": [f"{HERE}::test_streaming_mode_mismatch_every_call_of_a_stream_is_of_one_mode"],
    'a status stuck at "is thinking"': [
        f"{HERE}::test_a_status_line_does_not_stay_where_the_answer_fails",
        "scenarios/test_live::test_while_it_works_there_is_a_status_and_it_does_not_stay",
    ],
    "replies outside of the thread, or in another": [
        f"{HERE}::test_a_direct_message_is_replied_to_in_its_own_thread_and_a_reply_in_that_one",
    ],
    "follow-ups need a new mention": ["scenarios/test_threads::test_who_asked_goes_on_asking_without_a_mention"],
    "bots that answer bots": ["scenarios/test_asking::test_apps_do_not_get_answers"],
    "a private answer, then shared": [
        "scenarios/test_asking::test_sharing_posts_the_answer_once_with_its_sources_and_who_asked",
        "scenarios/test_impatient::test_pressing_twice_does_it_once",
    ],
    "the prompt for feedback is missed": ["said/test_rendered::test_an_answer", "scenarios/test_feedback"],
    "<!channel> out of a model's or a document's words": [
        "slack/test_streamed_text::test_nothing_a_document_says_is_markup",
        "slack/test_blocks::test_what_is_not_ours_is_only_ever_plain_text",
        "scenarios/test_asking::test_markup_in_a_question_is_shown_and_not_obeyed",
    ],
    "no way to test": ["scenarios/test_in_the_browser::test_a_new_user_gets_two_cited_answers_and_one_honest_refusal"],
}


@pytest.mark.parametrize("complaint", HELD_BY)
def test_a_complaint_is_held_by_tests_that_are_there(complaint: str) -> None:
    for held_by in HELD_BY[complaint]:
        module, _, name = held_by.partition("::")
        text = (TESTS / f"{module}.py").read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(" if name else r"^def test_", text, re.MULTILINE), held_by


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


def test_connections_that_fall_silent_without_closing_are_noticed_and_replaced(database: Path) -> None:
    async def fall_silent() -> None:
        port = free_port()
        once_more = Timings(ack_timeout=0.5, retry_delays=(0.0,) * 60)  # Slack's own next attempt but one comes after a minute
        async with (
            emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent"), timings=once_more) as slack,
            running(slack, database, ScriptedModel(quoting(STAKE)), operations_port=port) as bot,
            aiohttp.ClientSession() as session,
        ):
            s = Scene(slack, bot, slack.workspace.channel("general").id, slack.workspace.you.id)

            async def readiness(status: int) -> None:
                async with asyncio.timeout(20):
                    while (await session.get(f"http://127.0.0.1:{port}/readyz")).status != status:  # noqa: ASYNC110  # it is asked over HTTP
                        await asyncio.sleep(0.1)

            await readiness(200)
            slack.faults.next("app_mention", SocketStalled())
            slack.turn_away(CONNECTIONS)  # an address is good once: what takes its place must have another
            ts = await ask(s)
            await readiness(503)
            await s.until(lambda: s.replies(s.general, ts), patience=20)
            await s.until(lambda: is_closed(s))
            assert len(s.replies(s.general, ts)) == 1
            opened = [call for call in slack.workspace.records.calls if call.method == "apps.connections.open"]
            assert len(opened) >= 1 + 3 * CONNECTIONS  # to look at the token, at the start, turned away, and anew
            await readiness(200)

    asyncio.run(fall_silent())


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
