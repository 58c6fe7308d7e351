"""The program may die at any moment: whatever Slack was told was received is answered, once."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

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
    storm = Storm(slack, [bot], seed=1)
    seconds = storm.plan_questions(40, per_second=8, faulty=1.0)
    storm.plan_deaths(seconds, kills=3)
    with running([bot]):
        count = storm.run(PATIENCE)
    assert storm.kills == 3
    assert (count.questions, count.lost, count.doubled, count.unanswered, count.apologised) == (40, 0, 0, 0, 0), count
