"""The production bot as a process of its own, which can be killed: from outside at any moment, or by itself at one step of a question."""

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, TypeVar

from bot.bootstrap import build
from bot.config import Settings
from bot.errors import ModelUnavailable
from bot.interactions import Interaction
from bot.llm import Usage
from bot.prompts import Prompt
from bot.questions import Question
from bot.signals import at_signal
from bot.slack.app import serve
from bot.store import AtOnce, Claims, Job, Limits, Receipt, Store
from tests.chaos.forking import FORKS

T = TypeVar("T")
NO_LIMITS = Limits()
ANY_NUMBER = AtOnce()
REPLY = '{"mode": "not_found", "claims": [], "unanswered": []}'


class SlowModel:
    """A model that takes its time and fails now and then."""

    name = "slow"

    def __init__(self, seconds: float, failure_rate: float) -> None:
        self._seconds = seconds
        self._every = round(1 / failure_rate) if failure_rate else 0
        self._asked = os.getpid() % 7

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:  # noqa: ARG002  # the protocol's arguments
        """One reply."""
        self._asked += 1
        await asyncio.sleep(self._seconds)
        if self._every and self._asked % self._every == 0:
            raise ModelUnavailable("the model is away")
        yield REPLY


class DyingStore(Store):
    """A store whose process is killed right before one of its steps, or right after: once it is durable, before anybody is told."""

    dies_at = ""
    _is_done = False

    @contextlib.contextmanager
    def in_one(self) -> Iterator[None]:
        """See Store."""
        with super().in_one():
            yield
        if self._is_done:
            os.kill(os.getpid(), signal.SIGKILL)

    def receive_all(self, questions: Sequence[Question], limits: Limits = NO_LIMITS) -> list[Receipt]:
        """See Store."""
        return self._dying("receive", lambda: super(DyingStore, self).receive_all(questions, limits))

    def claim_all(self, team: str | None, worker: str, most: int, at_once: AtOnce = ANY_NUMBER, held: Collection[str] = ()) -> Claims:
        """See Store. Only a claim that finds something counts."""
        claims = super().claim_all(team, worker, most, at_once, held)
        return self._dying("claim", lambda: claims) if claims.jobs else claims

    def opened(self, job: Job, reply_ts: str) -> None:
        """See Store."""
        self._dying("opened", lambda: super(DyingStore, self).opened(job, reply_ts))

    def save(self, job: Job, interaction: Interaction) -> None:
        """See Store."""
        self._dying("save", lambda: super(DyingStore, self).save(job, interaction))

    def delivered(self, job: Job, reply_ts: str) -> None:
        """See Store."""
        self._dying("delivered", lambda: super(DyingStore, self).delivered(job, reply_ts))

    def _dying(self, step: str, do: Callable[[], T]) -> T:
        if self.dies_at == f"before {step}":
            os.kill(os.getpid(), signal.SIGKILL)
        done = do()
        self._is_done |= self.dies_at == f"after {step}"
        if self._is_done and self.is_shared:
            os.kill(os.getpid(), signal.SIGKILL)
        return done


# Not "opened": only an answer that is long in coming is streamed, so that moment is not sure to come.
MOMENTS = tuple(f"{when} {step}" for step in ("receive", "claim", "save", "delivered") for when in ("before", "after"))


@dataclass(frozen=True)
class Plan:
    """How a bot is to live: its settings, where it writes its log, how its model is, and the moment it dies at, if at one."""

    settings: dict[str, Any]
    log: str
    model_seconds: float | None = None
    model_failure_rate: float = 0.0
    dies_at: str = ""


def live(plan: Plan) -> None:
    """Run the bot in this process until a signal."""
    logging.basicConfig(filename=plan.log, level="INFO", format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
    try:
        asyncio.run(_live(plan))
    except BaseException:
        logging.getLogger(__name__).exception("This life ended early")
        raise


async def _live(plan: Plan) -> None:
    model = SlowModel(plan.model_seconds, plan.model_failure_rate) if plan.model_seconds is not None else None
    bot = build(Settings.model_validate(plan.settings), model)
    store = DyingStore(plan.settings["database_url"])
    store.dies_at = plan.dies_at
    bot.store.close()
    stop = asyncio.Event()
    ready = Path(plan.log).with_suffix(".ready")
    try:
        with at_signal(stop.set):
            await serve(replace(bot, store=store), stop, ready.touch)
    finally:
        store.close()


@dataclass
class BotProcess:
    """One place where a bot lives, one life after another."""

    plan: Plan
    process: ForkServerProcess | None = None
    lives: int = 0
    stays_dead: bool = False
    is_stopped: bool = field(default=False)

    @property
    def is_alive(self) -> bool:
        """Whether a life goes on; a stopped one does."""
        return self.process is not None and self.process.is_alive()

    def start(self, dies_at: str = "") -> None:
        """Begin another life."""
        Path(self.plan.log).with_suffix(".ready").unlink(missing_ok=True)
        self.process = FORKS.Process(target=live, args=(replace(self.plan, dies_at=dies_at),))
        self.process.start()
        self.lives += 1
        self.is_stopped = False

    @property
    def is_ready(self) -> bool:
        """Whether Slack can reach this life."""
        return self.ready_for >= 0

    @property
    def ready_for(self) -> float:
        """For how many seconds it could; -1 where it cannot yet."""
        try:
            return max(0.0, time.time() - Path(self.plan.log).with_suffix(".ready").stat().st_mtime)
        except FileNotFoundError:
            return -1.0

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the life that goes on, if one does."""
        if self.process is not None and self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, number)
            self.is_stopped = number is signal.SIGSTOP or (self.is_stopped and number is not signal.SIGCONT)

    def end(self, patience: float = 15.0) -> None:
        """End it for good: kindly, then not."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if self.process is not None:
            self.process.join(patience)
            self.signal(signal.SIGKILL)
            self.process.join()
