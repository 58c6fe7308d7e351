"""What whoever runs the bot can ask: alive, ready, and how it is doing; and nothing that anybody said."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.errors import StoreUnavailable
from bot.grounding import Answer, Verdict
from bot.grounding.answers import Reason, WithheldClaim
from bot.interactions import Interaction
from bot.llm import Usage
from bot.metrics import Metrics
from bot.operations import operations_app
from bot.questions import Place, Question, Surface
from bot.store import Store

ANSWER = Answer(Verdict.PARTIAL, "openai:m", "0" * 16, withheld=(WithheldClaim("It was 18.1.", (Reason("number", "18.1"),)),))


class AwayStore(Store):
    """A store whose database cannot be asked."""

    def waiting(self, team: str | None) -> tuple[int, float]:
        raise StoreUnavailable(f"the database of {team} is away")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}", lambda: 1_000.0)
    yield opened
    opened.close()


def client(store: Store, metrics: Metrics | None = None, *, is_ready: bool = True) -> TestClient:
    return TestClient(operations_app(store, "T1", metrics or Metrics(), lambda: is_ready))


def test_it_is_ready_while_slack_can_reach_it_and_the_database_answers(store: Store, tmp_path: Path) -> None:
    away = AwayStore(f"sqlite:///{tmp_path / 'away.sqlite3'}")
    assert client(store).get("/readyz").status_code == 200
    assert client(store, is_ready=False).get("/readyz").status_code == 503
    assert client(away).get("/readyz").status_code == 503
    assert client(away, is_ready=False).get("/healthz").status_code == 200
    assert client(away).get("/metrics").status_code == 200
    away.close()


def test_the_figures_count_what_happened_and_repeat_no_words(store: Store) -> None:
    question = Question("Where is the harbour?", "U1", Place(Surface.MENTION, "T1", "C1"))
    store.receive(question)
    metrics = Metrics((2.0, 0.5, 8.0))
    metrics.answered(Interaction(question, ANSWER, "text", tokens=Usage(100, 50, 7), seconds={"model": 0.3}, model_error="away"))
    metrics.not_delivered()
    metrics.reconnected()
    metrics.given_up()
    text = client(store, metrics).get("/metrics").text
    for line in (
        'bot_questions_total{engine="openai:m",verdict="partial"} 1.0', 'bot_claims_withheld_total{check="number"} 1.0',
        'bot_tokens_total{kind="output"} 7.0', 'bot_seconds_count{step="model"} 1.0', "bot_model_errors_total 1.0",
        "bot_delivery_errors_total 1.0", "bot_given_up_total 1.0", "bot_queue_depth 1.0", "bot_slack_reconnects_total 1.0",
        "bot_queue_age_seconds 0.0",
    ):  # fmt: skip
        assert line in text
    cost = next(line for line in text.splitlines() if line.startswith("bot_cost_total "))
    assert float(cost.split()[1]) == pytest.approx((50 * 2.0 + 50 * 0.5 + 7 * 8.0) / 1e6)
    assert "harbour" not in text
    assert "18.1" not in text
