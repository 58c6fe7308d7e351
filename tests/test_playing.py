"""The bot in the playground, begun anew with another engine."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.bootstrap import Bot, build
from bot.config import CHECKOUT, Settings
from bot.playground.refusal import NotAllowed
from bot.playing import Playing
from bot.prompts import PromptLibrary

WORDS = PromptLibrary.load(CHECKOUT / "prompts")["cli"]


class Stage:
    """Where bots are served: it notes which, until it is told to end."""

    def __init__(self) -> None:
        self.bots: list[Bot] = []

    async def serve(self, bot: Bot, ending: asyncio.Event, on_ready: Callable[[], None]) -> None:
        self.bots.append(bot)
        on_ready()
        await ending.wait()
        bot.store.close()


def settings(folder: Path, **more: object) -> Settings:
    return Settings.model_validate({"database_url": f"sqlite:///{folder / 'log.sqlite3'}", **more})


def engine_of(bot: Bot) -> str:
    drafter = bot.pipeline._drafter  # what was built is what is asked about
    return drafter.model.name if drafter else "quotes"


async def choosing(given: Settings, stage: Stage, *engines: str) -> Playing:
    """A first bot served, then another for each engine chosen, then the end."""
    playing = Playing(given, WORDS, stage.serve)
    ready = asyncio.Event()
    running = asyncio.create_task(playing.run(build(given), ready.set))
    await ready.wait()
    for engine in engines:
        await playing.choose(engine)
    playing.stop()
    await running
    return playing


def test_another_engine_is_another_bot_and_the_same_one_is_not(tmp_path: Path) -> None:
    stage = Stage()
    playing = asyncio.run(choosing(settings(tmp_path), stage, "misbehaving", "misbehaving", "quotes"))
    assert [engine_of(bot) for bot in stage.bots] == ["quotes", "misbehaving", "quotes"]
    assert playing.current == "quotes"
    assert [each.id for each in playing.offered] == ["quotes", "misbehaving"]


def test_a_configured_model_is_offered_first_and_can_be_left(tmp_path: Path) -> None:
    stage = Stage()
    given = settings(tmp_path, openai_api_key="k", openai_model="gpt-4.1-mini")
    playing = asyncio.run(choosing(given, stage, "quotes"))
    assert [engine_of(bot) for bot in stage.bots] == ["openai:gpt-4.1-mini", "quotes"]
    assert [each.name for each in playing.offered] == ["gpt-4.1-mini", "Quotes only", "A model that misbehaves"]


def test_what_is_not_offered_cannot_be_chosen(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        asyncio.run(Playing(settings(tmp_path), WORDS, Stage().serve).choose("model"))


def test_an_engine_that_cannot_be_built_leaves_the_one_that_answers(tmp_path: Path) -> None:
    stage = Stage()
    wrong = settings(tmp_path, seeds_dir=tmp_path / "nowhere")
    playing = Playing(wrong, WORDS, stage.serve)

    async def refused() -> None:
        ready = asyncio.Event()
        running = asyncio.create_task(playing.run(build(settings(tmp_path)), ready.set))
        await ready.wait()
        with pytest.raises(NotAllowed, match="nowhere"):
            await playing.choose("misbehaving")
        playing.stop()
        await running

    asyncio.run(refused())
    assert len(stage.bots) == 1
    assert playing.current == "quotes"
