"""The program may die at any moment: whatever Slack was told was received is answered, once."""

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store import Store
from tests.chaos.lives import MOMENTS, BotProcess, Plan
from tests.chaos.slack_process import Count, SlackProcess
from tests.chaos.storm import QUESTIONS, Storm, running
from tests.fakes.postgres import PostgresServer

PATIENCE = 60.0


@pytest.fixture
def slack() -> Iterator[SlackProcess]:
    process = SlackProcess()
    yield process
    process.end()


@pytest.fixture(params=["sqlite", "postgresql"])
def bot(request: pytest.FixtureRequest, tmp_path: Path, slack: SlackProcess) -> BotProcess:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'log.sqlite3'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.emptied_database()
    socket_mode = {k: v for k, v in slack("address").items() if k != "slack_signing_secret"}
    return BotProcess(Plan(socket_mode | {"database_url": url}, str(tmp_path / "bot.log"), model_seconds=None))


def answered(slack: SlackProcess, patience: float = PATIENCE) -> Count:
    """What came of the questions, once none is open."""
    deadline = time.monotonic() + patience
    while slack("open") and time.monotonic() < deadline:
        time.sleep(0.05)
    count: Count = slack("count")
    return count


def until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def being_answered(plan: Plan) -> int:
    """How many questions somebody holds a lease of."""
    store = Store(plan.settings["database_url"])
    with contextlib.closing(store):
        return sum(row["status"] == "running" for row in store.rows())


def test_a_crash_at_any_step_of_a_question_neither_loses_nor_doubles_its_answer(slack: SlackProcess, bot: BotProcess) -> None:
    try:
        for moment in MOMENTS:
            bot.start(dies_at=moment)
            if bot.process is None:
                raise AssertionError
            # The question before, whose life ended at its moment, is answered in this one, whose moment then comes.
            slack("ask", QUESTIONS[0])  # one that has an answer, whose claims are streamed
            bot.process.join(PATIENCE)
            assert bot.process.exitcode == -signal.SIGKILL, f"it did not die {moment}"
        bot.start()
        count = answered(slack)
    finally:
        bot.end()
    assert (count.questions, count.lost, count.doubled, count.unanswered, count.apologised) == (len(MOMENTS), 0, 0, 0, 0), count


def test_random_kills_lose_and_double_nothing(slack: SlackProcess, bot: BotProcess) -> None:
    storm = Storm(slack, [bot], seed=1, shortest_life=0.0)
    seconds = storm.plan_questions(40, per_second=8, faulty=1.0)
    storm.plan_deaths(seconds, kills=3)
    with running([bot]):
        count = storm.run(PATIENCE)
    assert storm.kills == 3
    assert (count.questions, count.lost, count.doubled, count.unanswered, count.apologised) == (40, 0, 0, 0, 0), count


def test_a_second_signal_ends_it_at_once_and_the_next_life_answers(slack: SlackProcess, bot: BotProcess) -> None:
    hasty = replace(bot, plan=replace(bot.plan, model_seconds=10 * PATIENCE))
    try:
        hasty.start()
        until(lambda: hasty.is_ready)
        slack("ask", QUESTIONS[0])
        until(lambda: being_answered(bot.plan) == 1)
        hasty.signal(signal.SIGTERM)
        time.sleep(0.2)
        assert hasty.is_alive
        hasty.signal(signal.SIGTERM)
        assert hasty.process
        hasty.process.join(PATIENCE / 6)  # far below the 25 s in which what has begun may finish
        assert hasty.process.exitcode == 0
        assert being_answered(bot.plan) == 0
        bot.start()
        count = answered(slack)
    finally:
        hasty.end(0)
        bot.end()
    assert (count.questions, count.lost, count.doubled, count.unanswered, count.apologised) == (1, 0, 0, 0, 0), count
