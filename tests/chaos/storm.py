"""Questions come in at a steady rate while processes are killed, stopped and told to end, and Slack, the model and the database fail."""

import contextlib
import heapq
import itertools
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.lives import BotProcess
from tests.chaos.slack_process import Count, SlackProcess
from tests.fakes.postgres import PostgresServer

QUESTIONS = (
    "What stake does Tencent hold in JD?", "What are the seven areas in Pony Ma's open letter?", "When was WeChat launched?",
    "Who is the president of Tencent?", "What did the company say about the industrial internet?",
)  # fmt: skip
DOWN_SECONDS = (0.2, 1.5)  # until a supervisor starts a process again
STOP_SECONDS = (1.0, 6.0)
SHORTEST_LIFE = 4.0  # on a slow machine the deaths would otherwise catch up, and nobody would ever be there
LONG_STOP_SECONDS = 33.0  # longer than a lease


@dataclass
class Storm:
    """A schedule of what is to happen, by seconds from its start."""

    slack: SlackProcess
    bots: list[BotProcess]
    seed: int
    shortest_life: float = SHORTEST_LIFE
    kills: int = 0
    stops: int = 0
    ends: int = 0
    outages: int = 0
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _down: list[BotProcess] = field(default_factory=list)  # killed, and not yet to be started again
    _now: float = 0.0
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        """Draw from the seed."""
        self._chance = random.Random(self.seed)

    def plan_questions(self, count: int, per_second: float, faulty: float) -> float:
        """Ask so many, so fast; the seconds that takes."""
        for n in range(count):
            self._at(n / per_second, lambda n=n: self._ask(n, faulty))  # type: ignore[misc]  # mypy sees no default
        return count / per_second

    def plan_deaths(self, seconds: float, *, kills: int, stops: int = 0, long_stops: int = 0, ends: int = 0) -> None:
        """Spread them over the time of the questions."""
        deaths = [self._kill] * kills + [self._stop] * stops + [self._stop_long] * long_stops + [self._end] * ends
        self._chance.shuffle(deaths)
        for n, death in enumerate(deaths):
            self._at((n + self._chance.random()) * seconds / len(deaths), death)

    def plan_outages(self, seconds: float, count: int, outage: Callable[[], None]) -> None:
        """Let the database fail so often."""
        for n in range(count):
            self._at((n + 0.5) * seconds / count, lambda: self._break_database(outage))

    def plan_death_for_good(self, at: float, bot: BotProcess) -> None:
        """Kill one that never comes back."""
        self._at(at, lambda: self._kill_for_good(bot))

    def run(self, patience: float) -> Count:
        """Let it all happen, then wait until nothing is open, `patience` seconds at most; what came of it."""
        began = time.monotonic()
        while self._events:
            at, _, happen = heapq.heappop(self._events)
            time.sleep(max(0.0, at - (time.monotonic() - began)))
            self._now = time.monotonic() - began
            self._look_after()
            happen()
        waited = time.monotonic()
        while time.monotonic() - waited < patience and self.slack("open"):
            self._look_after()
            time.sleep(0.5)
        time.sleep(2.0)  # for a second reply that should not come
        count: Count = self.slack("count")
        return count

    def _at(self, seconds: float, happen: Callable[[], None]) -> None:
        heapq.heappush(self._events, (seconds, next(self._order), happen))

    def _ask(self, n: int, faulty: float) -> None:
        self.slack("ask", self._chance.choice(QUESTIONS), faulty=faulty, seed=self.seed * 1_000_003 + n)

    def _victim(self) -> BotProcess | None:
        alive = [
            bot
            for bot in self.bots
            if bot.is_alive and bot.ready_for >= self.shortest_life and not bot.is_stopped and bot not in self._down
        ]
        return self._chance.choice(alive) if alive else None

    def _kill(self) -> None:
        bot = self._victim()
        if bot is None:  # nobody is there to be killed yet
            self._later(0.5, self._kill)
            return
        self.kills += 1
        bot.signal(signal.SIGKILL)
        self._down.append(bot)
        self._later(self._chance.uniform(*DOWN_SECONDS), lambda: self._down.remove(bot))

    def _kill_for_good(self, bot: BotProcess) -> None:
        self.kills += 1
        bot.stays_dead = True
        bot.signal(signal.SIGKILL)

    def _stop(self) -> None:
        self._stop_for(self._chance.uniform(*STOP_SECONDS))

    def _stop_long(self) -> None:
        self._stop_for(LONG_STOP_SECONDS)

    def _stop_for(self, seconds: float) -> None:
        bot = self._victim()
        if bot is None:
            self._later(0.5, lambda: self._stop_for(seconds))
            return
        self.stops += 1
        bot.signal(signal.SIGSTOP)
        self._later(seconds, lambda: bot.signal(signal.SIGCONT))

    def _end(self) -> None:
        bot = self._victim()
        if bot is None:
            self._later(0.5, self._end)
            return
        self.ends += 1
        bot.signal(signal.SIGTERM)

    def _break_database(self, outage: Callable[[], None]) -> None:
        self.outages += 1
        outage()

    def _start(self, bot: BotProcess) -> None:
        if not bot.is_alive and not bot.stays_dead:
            bot.start()

    def _look_after(self) -> None:
        """As a supervisor does: whoever ended by itself is started again."""
        for bot in self.bots:
            if bot not in self._down:
                self._start(bot)

    def _later(self, seconds: float, happen: Callable[[], None]) -> None:
        self._at(self._now + seconds, happen)


def server_crash(server: PostgresServer) -> Callable[[], None]:
    """An outage: every connection breaks at once, and the server is back a second later."""

    def crash() -> None:
        server.stop()
        time.sleep(1.0)
        server.start()

    return crash


def file_locked(path: Path, seconds: float = 4.0) -> Callable[[], None]:
    """An outage: somebody else holds the file, longer than Slack waits for an acknowledgement; once a process that is stopped lets go of it."""

    def lock() -> None:
        with contextlib.closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("COMMIT")

    return lock


@contextlib.contextmanager
def running(bots: list[BotProcess], patience: float = 60.0) -> Iterator[None]:
    """The bots, alive and ready; ended afterwards."""
    try:
        for bot in bots:
            bot.start()
        deadline = time.monotonic() + patience
        while not all(bot.is_ready for bot in bots):
            assert time.monotonic() < deadline, "no bot became ready"
            time.sleep(0.05)
        yield
    finally:
        for bot in bots:
            bot.end()
