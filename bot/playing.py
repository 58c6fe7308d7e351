"""The bot in the playground, and the choice of who answers there: quotes alone, the configured model, or one that misbehaves.

In: settings that lead to the emulated Slack. Out: a bot that serves it until it is stopped, begun anew with other settings whenever a
person chooses another engine. A question asked meanwhile waits, as it does in Slack while an app starts again.
"""

import asyncio
from collections.abc import Awaitable, Callable

from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.errors import BotError
from bot.llm.misbehaving import MisbehavingModel
from bot.playground.engines import Engine
from bot.playground.refusal import NotAllowed
from bot.prompts import Template

Serve = Callable[[Bot, asyncio.Event, Callable[[], None]], Awaitable[None]]

QUOTES, MODEL, MISBEHAVING = "quotes", "model", "misbehaving"


class Playing:
    """Serves one bot after the other; `Engines`, as the page knows it.

    `serve` runs a bot until the event is set, calls back once Slack can reach it, and closes its store. `serving` is the bot that is served, or
    was last.
    """

    def __init__(self, settings: Settings, words: Template, serve: Serve) -> None:
        self._settings = settings
        self._serve = serve
        self.offered = _offered(settings, words)
        self.current = self.offered[0].id
        self.serving: Bot | None = None
        self._next: Bot | None = None
        self._ending = asyncio.Event()
        self._ready = asyncio.Event()
        self._choosing = asyncio.Lock()

    async def run(self, bot: Bot, on_ready: Callable[[], None]) -> None:
        """Serve `bot`, and whatever is chosen after it, until `stop`; `on_ready` is called for the first."""
        self._next = bot
        while self._next is not None:
            self.serving, self._next = self._next, None
            self._ending = asyncio.Event()
            await self._serve(self.serving, self._ending, on_ready)
            on_ready = self._ready.set

    def stop(self) -> None:
        """End whatever is served."""
        self._next = None
        self._ending.set()

    async def choose(self, engine: str) -> None:
        """Let another engine answer; returns once it does. KeyError for one that is not offered, NotAllowed for one that cannot be built."""
        if engine not in {each.id for each in self.offered}:
            raise KeyError(engine)
        async with self._choosing:
            if engine == self.current:
                return
            try:
                self._next = await asyncio.to_thread(self._built, engine)
            except BotError as error:
                raise NotAllowed(str(error)) from None
            self._ready.clear()
            self._ending.set()
            await self._ready.wait()
            self.current = engine

    def _built(self, engine: str) -> Bot:
        if engine == MODEL:
            return build(self._settings)
        without = self._settings.model_copy(update={"openai_api_key": None, "openai_base_url": None, "judge_model": None})
        return build(without, MisbehavingModel() if engine == MISBEHAVING else None)


def _offered(settings: Settings, words: Template) -> tuple[Engine, ...]:
    quotes = Engine(QUOTES, words.label("engine_quotes"), words.label("engine_quotes_about"))
    model = Engine(MODEL, words.label("engine_model", model=settings.openai_model), words.label("engine_model_about"))
    misbehaving = Engine(MISBEHAVING, words.label("engine_misbehaving"), words.label("engine_misbehaving_about"))
    return (model, quotes, misbehaving) if settings.has_model else (quotes, misbehaving)
