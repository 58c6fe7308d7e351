"""What Slack is told was received is on disk; what is written beside it holds neither secrets nor people's words."""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.bootstrap import build
from bot.config import Settings
from bot.errors import ModelUnavailable, StoreUnavailable
from bot.llm.scripted import ScriptedModel
from bot.playground.faults import DroppedAfterActing, Refused, ServerError
from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.timings import Timings
from bot.questions import Question
from bot.slack.app import serve
from bot.slack.manifest import manifest
from bot.store import Limits, Receipt, Store
from tests.scenarios.stage import PROMPTS, Scene, scene
from tests.scenarios.test_asking import STAKE, STAKE_WORDS, words

SOON = Timings(retry_delays=(0.1, 0.2))


class HeldStore(Store):
    """A store whose disk is gone for as many writes as it is told, or takes until it is released."""

    def __init__(self, url: str, failures: int = 0) -> None:
        super().__init__(url)
        self.failures = failures
        self.is_asked = threading.Event()
        self.released = threading.Event()

    def receive_all(self, questions: Sequence[Question], limits: Limits = Limits()) -> list[Receipt]:  # noqa: B008  # frozen
        self.is_asked.set()
        if self.failures:
            self.failures -= 1
            raise StoreUnavailable("the disk is full")
        self.released.wait(10)
        return super().receive_all(questions, limits)


@contextlib.asynccontextmanager
async def held(slack: EmulatedSlack, store: HeldStore) -> AsyncIterator[Scene]:
    """The production bot with that store."""
    url = str(store._engine.url)
    settings = {
        "slack_bot_token": slack.bot_token, "slack_app_token": slack.app_token, "slack_api_url": slack.api_url, "database_url": url
    }  # fmt: skip
    bot = build(Settings.model_validate(settings))
    bot.store.close()
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(replace(bot, store=store), stop, ready.set))
    await ready.wait()
    try:
        yield Scene(slack, replace(bot, store=store), slack.workspace.channel("general").id, slack.workspace.you.id)
    finally:
        stop.set()
        await serving
        store.close()


def acked(slack: EmulatedSlack) -> list[bool]:
    return [delivery.acked for delivery in slack.workspace.records.deliveries_of("app_mention")]


def test_slack_is_told_received_once_the_question_is_on_disk_and_not_before(database: Path) -> None:
    async def conversation() -> None:
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent")) as slack:
            store = HeldStore(f"sqlite:///{database}")
            async with held(slack, store) as s:
                ts = await slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
                await asyncio.to_thread(store.is_asked.wait, 10)
                assert (acked(slack), store.waiting(slack.workspace.installation.team_id)[0]) == ([False], 0)
                store.released.set()
                await s.until(lambda: acked(slack) == [True])
                assert STAKE_WORDS in words(await s.reply(s.general, ts))

    asyncio.run(conversation())


def test_what_could_not_be_written_down_is_not_acknowledged_and_answered_when_slack_sends_it_again(database: Path) -> None:
    async def conversation() -> None:
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent"), timings=replace(SOON, ack_timeout=0.5)) as slack:
            store = HeldStore(f"sqlite:///{database}", failures=1)
            store.released.set()
            async with held(slack, store) as s:
                ts = await slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
                assert STAKE_WORDS in words(await s.reply(s.general, ts))
                await s.until(lambda: acked(slack) == [False, True])
                assert len(s.replies(s.general, ts)) == 1

    asyncio.run(conversation())


def test_who_asks_by_the_form_while_nothing_can_be_written_down_is_told(database: Path) -> None:
    async def conversation() -> None:
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent")) as slack:
            store = HeldStore(f"sqlite:///{database}", failures=2)
            store.released.set()
            async with held(slack, store) as s:
                im = slack.workspace.im(s.you).id
                for where in (s.general, None):
                    await slack.workspace.shortcut(s.you, "ask_form")
                    (view,) = slack.workspace.open_views(s.you)
                    filled = {"question": {"question": {"value": STAKE}}, "where": {"where": {"selected_conversation": where}}}
                    assert await slack.workspace.submit(s.you, view.id, filled) is None
                away = PROMPTS.reply("limits").label("away")
                await s.until(lambda: [m.text for m in s.private()] == [away])
                await s.until(lambda: [m for m in slack.workspace.messages(im, viewer=s.you) if m.text == away])

    asyncio.run(conversation())


def test_whatever_goes_wrong_logs_name_neither_the_question_nor_a_secret_and_the_database_holds_no_secret(
    database: Path, caplog: pytest.LogCaptureFixture
) -> None:
    unheard = "What stake does Tencent hold in JD, whispered Xylophonia?"

    async def conversation() -> tuple[str, ...]:
        model = ScriptedModel([ModelUnavailable("503")])
        async with scene(database, model, openai_api_key="sk-proj-not-for-anybody") as s:
            s.slack.faults.next("chat.postMessage", DroppedAfterActing())
            s.slack.faults.next("chat.postMessage", ServerError(500))
            s.slack.faults.next("assistant.threads.setStatus", Refused("not_allowed"))
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {unheard}")
            await s.reply(s.general, ts)
            await s.slack.workspace.command(s.you, s.general, "/tencent", unheard)
            await s.private_answer()
            await s.settled()
            return s.slack.bot_token, s.slack.app_token, s.slack.signing_secret, "sk-proj-not-for-anybody"

    with caplog.at_level(logging.DEBUG, logger="bot"):
        secrets = asyncio.run(conversation())
    ours = "\n".join(record.getMessage() + (record.exc_text or "") for record in caplog.records if record.name.startswith("bot."))
    assert "not delivered" in ours  # something did go wrong, and was logged
    assert "Xylophonia" not in ours
    written = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert b"Xylophonia" in written
    assert not [secret for secret in secrets if secret in ours or secret.encode() in written]
