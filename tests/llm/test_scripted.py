"""The model that plays a script."""

import asyncio

import pytest

from bot.errors import ModelRefused
from bot.llm import Usage
from bot.llm.scripted import ScriptedModel
from bot.prompts import Prompt

PROMPT = Prompt("i", "e", "q", "d", {})


async def played(model: ScriptedModel) -> list[str | Usage]:
    return [step async for step in model.stream(PROMPT)]


def test_scripts_are_played_in_order_and_the_last_for_ever() -> None:
    model = ScriptedModel(["one"], ["two", Usage(1, 2, 3)])

    assert [asyncio.run(played(model)) for _ in range(3)] == [["one"], ["two", Usage(1, 2, 3)], ["two", Usage(1, 2, 3)]]
    assert model.prompts == [PROMPT] * 3


def test_an_error_is_raised_where_it_stands() -> None:
    async def until_the_error() -> list[str | Usage]:
        steps = []
        with pytest.raises(ModelRefused):  # noqa: PT012  # the steps before the error are wanted
            async for step in ScriptedModel(["one", ModelRefused("no"), "two"]).stream(PROMPT):
                steps.append(step)  # noqa: PERF401  # as above
        return steps

    assert asyncio.run(until_the_error()) == ["one"]
