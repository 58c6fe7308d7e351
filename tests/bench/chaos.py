"""Whether anything is lost or doubled when everything fails: questions come in steadily while the bot's processes are killed (SIGKILL), stopped
and continued, and told to end, while Slack's calls break off or fail, deliveries are repeated, the model fails and the database goes away.

Run alone: `uv run python tests/bench/chaos.py [--quick] [--questions N] [--kills N]`. The emulated Slack is a process of its own, and what it
shows to people is what is counted: `lost` were acknowledged and never answered, `unanswered` never answered at all, `doubled` answered twice.
"""

import argparse
import json
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from tests.chaos.balancer import balanced  # noqa: E402  # run as a script, the checkout is not on the path before
from tests.chaos.lives import BotProcess, Plan  # noqa: E402
from tests.chaos.slack_process import Count, SlackProcess  # noqa: E402
from tests.chaos.storm import Storm, file_locked, running, server_crash  # noqa: E402
from tests.fakes.postgres import NoPostgres, PostgresServer, postgres_server  # noqa: E402

LAST_REPLICA_DIES_AT = 0.4  # of the time of the questions; it never comes back


@dataclass(frozen=True)
class Scenario:
    """One set-up."""

    name: str
    database: str
    transport: str
    replicas: int
    seed: int


SCENARIOS = (
    Scenario("SQLite, Socket Mode", "sqlite", "socket", 1, 11),
    Scenario("SQLite, HTTP", "sqlite", "http", 1, 12),
    Scenario("PostgreSQL, 3 replicas, HTTP", "postgresql", "http", 3, 13),
    Scenario("PostgreSQL, 3 replicas, Socket Mode", "postgresql", "socket", 3, 14),
)


@dataclass(frozen=True)
class Outcome:
    """What came of a scenario."""

    scenario: Scenario
    count: Count
    storm: Storm
    lives: int
    seconds: float


def play(scenario: Scenario, server: PostgresServer | None, *, questions: int, kills: int, per_second: float, patience: float) -> Outcome:
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        slack = SlackProcess()
        stack.callback(slack.end)
        url = f"sqlite:///{folder / 'log.sqlite3'}" if server is None else server.new_database()
        bots = list(_bots(scenario, slack, url, folder, stack))
        storm = Storm(slack, bots, scenario.seed)
        seconds = storm.plan_questions(questions, per_second, faulty=1.0)
        few = max(1, kills // 6)
        storm.plan_deaths(seconds, kills=kills, stops=few, long_stops=few // 2 if server else 0, ends=few)
        outage = file_locked(folder / "log.sqlite3") if server is None else server_crash(server)
        storm.plan_outages(seconds, max(1, questions // 250), outage)
        if scenario.replicas > 1:
            storm.plan_death_for_good(seconds * LAST_REPLICA_DIES_AT, bots[-1])
        with running(bots):
            count = storm.run(patience)
        return Outcome(scenario, count, storm, sum(bot.lives for bot in bots), time.monotonic() - began)


def _bots(scenario: Scenario, slack: SlackProcess, url: str, folder: Path, stack: ExitStack) -> Iterator[BotProcess]:
    address = slack("address")
    left_out = "slack_app_token" if scenario.transport == "http" else "slack_signing_secret"
    unlimited = {"user_questions_per_hour": 0, "most_waiting": 0, "user_concurrency": 0}  # three people ask it all
    settings = {name: value for name, value in address.items() if name != left_out} | {"database_url": url} | unlimited
    ports = [_free_port() for _ in range(scenario.replicas)]
    if scenario.transport == "http":
        slack("deliver_to", f"http://127.0.0.1:{stack.enter_context(balanced(ports))}/slack/events")
    for n, port in enumerate(ports):
        own = {"port": port, "index_dir": str(folder / f"index-{n}")}
        yield BotProcess(Plan(settings | own, str(folder / f"bot-{n}.log"), model_seconds=0.3, model_failure_rate=0.02))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def _server() -> Iterator[PostgresServer | None]:
    try:
        with postgres_server() as server:
            yield server
    except NoPostgres as reason:
        print(f"PostgreSQL is left out: {reason}")
        yield None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="two of the four scenarios, small, within 45 seconds on two idle cores")
    parser.add_argument("--questions", type=int, default=2_000, help="over all scenarios")
    parser.add_argument("--kills", type=int, default=52, help="SIGKILLs over all scenarios")
    parser.add_argument("--rate", type=float, default=6.0, help="questions a second")
    given = parser.parse_args()
    scenarios = (SCENARIOS[0], SCENARIOS[3]) if given.quick else SCENARIOS
    questions, kills = (40, 4) if given.quick else (given.questions // len(scenarios), given.kills // len(scenarios))
    outcomes = []
    with _server() as server:
        for scenario in scenarios:
            if scenario.database == "postgresql" and server is None:
                continue
            chosen = server if scenario.database == "postgresql" else None
            outcomes.append(play(scenario, chosen, questions=questions, kills=kills, per_second=given.rate, patience=180))
            _print(outcomes[-1])
    counts = [outcome.count for outcome in outcomes]
    print(json.dumps({
        "questions": sum(c.questions for c in counts), "kills": sum(o.storm.kills for o in outcomes),
        "lost": sum(c.lost for c in counts), "doubled": sum(c.doubled for c in counts), "unanswered": sum(c.unanswered for c in counts),
    }))  # fmt: skip


def _print(outcome: Outcome) -> None:
    count, storm = outcome.count, outcome.storm
    print(
        f"{outcome.scenario.name:36} {count.questions:5} asked · {storm.kills:3} killed {storm.stops:2} stopped {storm.ends:2} ended"
        f" {storm.outages:2} outages, {outcome.lives:3} lives · lost {count.lost} doubled {count.doubled} unanswered {count.unanswered}"
        f" apologies {count.apologised} · ack p50 {count.ack_p50_ms:.0f} p99 {count.ack_p99_ms:.0f} ms, {count.acks_over_3_s} over 3 s"
        f" · total p50 {count.total_p50:.1f} s · took {outcome.seconds:.0f} s",
        flush=True,
    )
    for example in count.examples:
        print(f"    {example[:300]}")


if __name__ == "__main__":
    main()
