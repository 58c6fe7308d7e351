"""The language somebody is spoken to in."""

import asyncio
import threading
from collections import defaultdict
from typing import cast

import pytest

from bot.commands import SUBCOMMANDS
from bot.config import CHECKOUT
from bot.errors import StoreUnavailable
from bot.guide import guide
from bot.prompts import LANGUAGES, PromptLibrary
from bot.slack.askers import Askers
from bot.store import Store

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")


class Asked:
    """A log with these questions of everybody; without any, a database that is away, or stuck until its `release`."""

    def __init__(self, *questions: str, stuck: bool = False) -> None:
        self._questions = questions
        self.release = threading.Event()
        if not stuck:
            self.release.set()

    def of(self, *_: object, **__: object) -> list[dict[str, str]]:
        assert self.release.wait(10)
        if not self._questions:
            raise StoreUnavailable("away")
        return [defaultdict(str, question=text, surface="command", wanted="answer") for text in self._questions]


def spoken(asked: Asked) -> str:
    async def find() -> str:
        try:
            return await Askers(cast("Store", asked), PROMPTS, patience=0.01 if not asked.release.is_set() else 5).language_of("U1", "T1")
        finally:
            asked.release.set()

    return asyncio.run(find())


def test_it_is_that_of_most_of_their_questions() -> None:
    assert spoken(Asked("Wer ist Agnes Holm?", "12", "Who is she?", "Wann kam sie an?")) == "de"


def test_a_database_that_is_away_or_slow_holds_nobody_up() -> None:
    assert spoken(Asked()) == ""
    assert spoken(Asked("Wer ist Agnes Holm?", stuck=True)) == ""


@pytest.mark.parametrize("code", sorted({name.split("/")[1] for name in PROMPTS.names() if name.startswith(LANGUAGES)} - {"en"}))
def test_every_language_s_help_has_each_subcommand_as_it_is_typed(code: str) -> None:
    lines = [line for line in guide(PROMPTS, "/ask", code).splitlines() if line.startswith("- ")]
    assert [line.split()[1].rstrip("`：:") for line in lines] == ["`/ask"] * len(SUBCOMMANDS)
    assert all(line.startswith(f"- `/ask {name}") and line.count("`") % 2 == 0 for line, name in zip(lines, SUBCOMMANDS, strict=True))
    assert PROMPTS[f"{LANGUAGES}{code}/help"].body in PROMPTS.reply("help", code).body
