"""While the provider is away nobody waits for it, and one question at a time finds out whether it is back."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from bot.errors import ModelError, ModelRefused, ModelUnavailable
from bot.llm import Usage
from bot.llm.breaker import FAILURES, PAUSE_SECONDS, Breaker
from bot.llm.budget import Budget
from bot.prompts import Prompt

PROMPT = Prompt("i", "e", "q", "d", {})


class Model:
    """Fails as it is told to, and counts."""

    name = "model"

    def __init__(self) -> None:
        self.calls = 0
        self.error: ModelError | None = None
        self.asked = asyncio.Event()
        self.may_answer: asyncio.Event | None = None

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:  # noqa: ARG002  # the protocol's arguments
        self.calls += 1
        self.asked.set()
        if self.may_answer:
            await self.may_answer.wait()
        if self.error:
            raise self.error
        yield "said"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(model: Breaker | Budget) -> list[str | Usage]:
    async def all_of() -> list[str | Usage]:
        return [piece async for piece in model.stream(PROMPT)]

    return asyncio.run(all_of())


def failing(model: Breaker | Budget) -> None:
    with pytest.raises(ModelError):
        ask(model)


def about_to_try() -> tuple[Model, Breaker]:
    """A provider that was away, and its breaker once the pause is over."""
    model, clock = Model(), Clock()
    breaker = Breaker(model, clock)
    model.error = ModelUnavailable("away")
    for _ in range(FAILURES):
        failing(breaker)
    clock.now += PAUSE_SECONDS
    return model, breaker


def test_after_some_failures_in_a_row_the_model_is_not_asked_but_once_in_a_while() -> None:
    model, clock = Model(), Clock()
    breaker = Breaker(model, clock)
    model.error = ModelUnavailable("away")
    for _ in range(FAILURES + 5):
        failing(breaker)
    assert (model.calls, breaker.is_open) == (FAILURES, True)
    clock.now += PAUSE_SECONDS
    for _ in range(5):
        failing(breaker)
    assert model.calls == FAILURES + 1
    clock.now += PAUSE_SECONDS
    model.error = None
    assert ask(breaker) == ask(breaker) == ["said"]
    assert not breaker.is_open


def test_while_one_question_tries_whether_the_provider_is_back_the_others_do_not_wait_for_it() -> None:
    model, breaker = about_to_try()

    async def at_once() -> list[str]:
        model.error, model.may_answer = None, asyncio.Event()
        probe = asyncio.create_task(anext(breaker.stream(PROMPT)))
        await model.asked.wait()
        others = await asyncio.gather(*(anext(breaker.stream(PROMPT)) for _ in range(5)), return_exceptions=True)
        model.may_answer.set()
        await probe
        return [type(other).__name__ for other in others]

    assert asyncio.run(at_once()) == ["ModelUnavailable"] * 5
    assert model.calls == FAILURES + 1


@pytest.mark.parametrize("given_up", [True, False])
def test_a_trial_that_its_asker_gives_up_says_nothing_and_one_that_is_declined_says_that_the_provider_is_back(given_up: bool) -> None:
    model, breaker = about_to_try()
    model.error = None if given_up else ModelRefused("no")

    async def leave() -> None:
        stream = breaker.stream(PROMPT)
        await anext(stream)
        await stream.aclose()

    if given_up:
        asyncio.run(leave())
    else:
        failing(breaker)
    assert breaker.is_open is given_up


def test_failures_with_successes_between_them_are_no_outage() -> None:
    model = Model()
    breaker = Breaker(model, Clock())
    for _ in range(FAILURES * 2):
        model.error = ModelUnavailable("away")
        failing(breaker)
        model.error = None
        assert ask(breaker) == ["said"]


def test_a_model_that_declines_is_not_away() -> None:
    model = Model()
    breaker = Breaker(model, Clock())
    model.error = ModelRefused("no")
    for _ in range(FAILURES + 2):
        failing(breaker)
    assert model.calls == FAILURES + 2


def test_tokens_are_used_up_to_the_limit_with_one_warning_before(caplog: pytest.LogCaptureFixture) -> None:
    model, spent = Model(), [0, 79, 80, 99, 100, 0]
    budget = Budget(model, 100, lambda: spent.pop(0))
    for _ in range(4):
        assert ask(budget) == ["said"]
    assert caplog.text.count("DAILY_TOKENS") == 1
    with pytest.raises(ModelUnavailable, match="used up"):
        ask(budget)
    assert model.calls == 4
    assert ask(budget) == ["said"]  # after midnight
