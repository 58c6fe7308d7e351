"""A workspace with the production bot in it: the emulated Slack on loopback, and the bot talking to its address."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.bootstrap import Bot, build
from bot.config import CHECKOUT, Settings
from bot.llm import ChatModel
from bot.playground.conversations import Message
from bot.playground.server import EmulatedSlack, emulated_slack
from bot.prompts import PromptLibrary
from bot.slack.app import serve
from bot.slack.manifest import manifest

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")


@dataclass(frozen=True)
class Scene:
    """What a scenario acts in: `you` in a workspace, and the bot."""

    slack: EmulatedSlack
    bot: Bot
    general: str
    you: str

    @property
    def mention(self) -> str:
        return f"<@{self.slack.workspace.bot_user.id}>"

    def thread(self, channel: str, ts: str) -> list[Message]:
        return self.slack.workspace.thread(channel, ts, viewer=self.you)

    def replies(self, channel: str, ts: str) -> list[Message]:
        """What the bot said in a thread."""
        return [m for m in self.thread(channel, ts) if m.user == self.slack.workspace.bot_user.id]

    def private(self, user: str | None = None) -> list[Message]:
        """What only one person sees in #general."""
        viewer = user or self.you
        return [m for m in self.slack.workspace.messages(self.general, viewer=viewer) if m.ephemeral_for == viewer]

    async def reply(self, channel: str, ts: str, *, count: int = 1) -> Message:
        """The bot's newest reply in a thread, once there are `count` and none is being written any more."""
        await self.until(lambda: len(self.replies(channel, ts)) >= count and not any(m.streaming for m in self.replies(channel, ts)))
        return self.replies(channel, ts)[-1]

    async def begun(self, channel: str, ts: str, *, count: int = 1) -> Message:
        """The same as soon as there are `count`, however far the newest is written."""
        await self.until(lambda: len(self.replies(channel, ts)) >= count)
        return self.replies(channel, ts)[-1]

    async def settled(self) -> None:
        """Wait until every question asked so far has its whole reply."""
        await self.until(lambda: all(row["status"] in {"done", "failed"} for row in self.bot.store.rows()))

    async def until(self, condition: Callable[[], object], patience: float = 8.0) -> None:
        """Wait for something that may be in the workspace or in the log."""
        async with asyncio.timeout(patience):
            while not condition():  # noqa: ASYNC110  # the log is a file: it has no event to wait for
                await asyncio.sleep(0.02)

    async def private_answer(self) -> Message:
        """The ephemeral answer to a command, once it has replaced the waiting note."""
        waiting = PROMPTS.reply("searching").fill()
        await self.until(lambda: [m for m in self.private() if m.text != waiting])
        return [m for m in self.private() if m.text != waiting][-1]


@contextlib.asynccontextmanager
async def running(slack: EmulatedSlack, database: Path, model: ChatModel | None = None, **settings: object) -> AsyncIterator[Bot]:
    """The production bot in `slack`, over Socket Mode unless the settings say otherwise."""
    given: dict[str, object] = {
        "slack_bot_token": slack.bot_token,
        "slack_app_token": slack.app_token,
        "slack_api_url": slack.api_url,
        "database_url": f"sqlite:///{database}",
    }
    bot = build(Settings.model_validate(given | settings), model)
    stop, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(serve(bot, stop, ready.set))
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if serving.done():
            await serving
        yield bot
    finally:
        waiting.cancel()
        stop.set()
        await serving
        bot.store.close()


@contextlib.asynccontextmanager
async def scene(database: Path, model: ChatModel | None = None, **settings: object) -> AsyncIterator[Scene]:
    """A workspace and a bot for one scenario."""
    async with (
        emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent", knows_guests=not settings.get("allow_guests", True))) as slack,
        running(slack, database, model, **settings) as bot,
    ):
        workspace = slack.workspace
        yield Scene(slack, bot, workspace.channel("general").id, workspace.you.id)
