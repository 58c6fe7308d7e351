"""Questions from the command line within one process: the order of a batch, and what cannot be answered."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot import asking
from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.grounding import Verdict
from bot.llm import ChatModel, Usage
from bot.prompts import Prompt
from tests.fakes.drafts import NOT_FOUND

Build = Callable[..., Bot]


@pytest.fixture
def bot(tmp_path: Path) -> Build:
    """A function from a model and settings to a bot."""

    def assemble(model: ChatModel | None = None, **settings: object) -> Bot:
        given = {"database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}"} | settings
        return build(Settings.model_validate(given), model)

    return assemble


class Backwards:
    """A model that answers the last of `count` questions first; with fewer slots than that it would wait for ever."""

    name = "backwards"

    def __init__(self, count: int) -> None:
        self._turns = [asyncio.Event() for _ in range(count)]
        self._turns[-1].set()

    async def stream(self, prompt: Prompt) -> AsyncIterator[str | Usage]:
        number = int(prompt.question.rsplit(" ", 1)[-1].strip("?"))
        await self._turns[number].wait()
        if number:
            self._turns[number - 1].set()
        yield NOT_FOUND


class Crowded:
    """A model that counts how many ask it at once."""

    name = "crowded"

    def __init__(self) -> None:
        self.now = self.most = 0

    async def stream(self, _: Prompt) -> AsyncIterator[str | Usage]:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.05)  # that nobody else comes in shows in no event
        self.now -= 1
        yield NOT_FOUND


class Broken:
    """A model with a fault that nobody foresaw."""

    name = "broken"

    async def stream(self, prompt: Prompt) -> AsyncIterator[str | Usage]:
        if prompt.question:
            raise RuntimeError(f"a private matter: {prompt.question}")
        yield NOT_FOUND


def batch(bot: Bot, *lines: dict[str, Any] | str) -> int:
    return asyncio.run(asking.ask_batch(bot, [line if isinstance(line, str) else json.dumps(line) for line in lines], bot.prompts["cli"]))


def printed(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_answers_come_in_the_order_of_their_lines_whichever_is_ready_first(bot: Build, capsys: pytest.CaptureFixture[str]) -> None:
    count = 8

    code = batch(bot(Backwards(count), concurrency=count), *({"id": n, "question": f"What is area {n}?"} for n in range(count)))

    assert code == 0
    assert [answer["id"] for answer in printed(capsys)] == list(range(count))


def test_no_more_are_asked_at_once_than_the_settings_say(bot: Build) -> None:
    model = Crowded()

    batch(bot(model, concurrency=3), *({"question": f"What is area {n}?"} for n in range(12)))

    assert model.most == 3


def test_a_fault_that_nobody_foresaw_fails_its_question_without_its_text(bot: Build, capsys: pytest.CaptureFixture[str]) -> None:
    running = bot(Broken())

    assert batch(running, {"id": "a", "question": "What stake does Tencent hold in JD?"}) == 1

    (answer,) = printed(capsys)
    assert (answer["id"], answer["verdict"], answer["claims"]) == ("a", "failed", [])
    assert "private" not in json.dumps(answer)
    (row,) = running.store.rows()
    assert row["status"] == "failed"
    assert row["id"][:8] in answer["text"], "the reference finds the row"


def test_every_question_is_logged_with_its_answer(bot: Build) -> None:
    running = bot()

    interaction = asyncio.run(asking.ask(running, "What stake does Tencent hold in JD?"))

    assert interaction.answer.verdict is Verdict.ANSWERED
    (row,) = running.store.rows()
    assert (row["id"], row["surface"], row["status"], row["text"]) == (interaction.question.id, "cli", "done", interaction.text)


def test_one_bad_line_does_not_stop_the_others(bot: Build, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch(bot(), "", "not json", {"question": "What stake does Tencent hold in JD?"}) == 1
    bad, good = printed(capsys)
    assert (bad["verdict"], good["verdict"]) == ("failed", "answered")
    assert "Line 2 is not" in bad["text"]


def test_half_a_surrogate_pair_becomes_a_question_mark_and_an_id_comes_back_as_it_was(
    bot: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    history = [{"question": "\ud800", "answer": None}, {"role": "user", "content": "\udfff"}, "\udc00"]

    batch(bot(), {"id": "\ud800", "question": "a \ud800?", "history": history})

    (answer,) = printed(capsys)
    assert (answer["id"], answer["question"]) == ("\ud800", "a ??")
