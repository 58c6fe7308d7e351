"""The queue: from the moment a question is received until its answer is delivered or it is given up.

    queued → running → done | failed        rejected: over a limit, never queued
       ↑________|  retry, or the program stops

Who claims a question holds it by a lease: a token that every later step must show, and a time until which nobody else may claim it. A
process that dies lets its leases run out; one that only seemed dead finds its token no longer taken, and stops (LeaseLost).
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from bot.errors import LeaseLost, StoreError
from bot.grounding import Answer
from bot.interactions import Interaction
from bot.questions import Question, Surface
from bot.store import citations
from bot.store.claims import AtOnce, claimable, outlook
from bot.store.database import Database
from bot.store.installations import of_team
from bot.store.presence import lock_file, lock_name
from bot.store.rows import Row, question_of, queued_row
from bot.store.schema import OPEN, RUNNING, contents, contents_of, dedupe_keys, interactions, spending

LEASE_SECONDS = 30.0
COMMAND_LEASE_SECONDS = 3_600.0  # the command line answers at once and keeps no lease alive
GIVE_UP_SECONDS = 900.0  # from the first claim until an apology
MOST_CRASHES = 6  # claims that ended in no word of why: the question may be what kills the program
WINDOW_SECONDS = 3_600.0
LATE_SECONDS = 300.0
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed question.

    `attempts` is how often it was claimed, this time included; `answer` what was answered already, and `reply_ts` the messages that stand of
    the reply, if an earlier attempt came that far. `token` is the lease. Seconds: `waited` from its receipt to this claim, `tried_for` from its
    first claim, or the first after a crash, to this one. `crashes` counts the claims that ended without a word of why. `is_anew` where
    the same message asked something else before it was edited.
    """

    question: Question
    attempts: int
    answer: Answer | None
    reply_ts: str = ""
    token: str = ""
    waited: float = 0.0
    tried_for: float = 0.0
    crashes: int = 0
    is_anew: bool = False

    @property
    def is_hopeless(self) -> bool:
        """Whether it was tried long or often enough: only an apology is left to give."""
        return self.crashes >= MOST_CRASHES or self.tried_for > GIVE_UP_SECONDS

    @property
    def comes_late(self) -> bool:
        """Whether it lay for minutes because nobody was there to answer it, and not because an answer could not be delivered."""
        return self.waited > LATE_SECONDS and self.crashes == self.attempts - 1

    @property
    def is_past_apology(self) -> bool:
        """Whether even the apology was tried long enough."""
        return self.tried_for > 2 * GIVE_UP_SECONDS


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken: questions an hour from one person and from one workspace, and how many may wait; 0 for as many as come."""

    per_user: int = 0
    per_team: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery.

    `is_taken` where it is a new question that will be answered, with `ahead` open ones before it; `refused_for` is the limit it met, as a
    label of prompts/replies/limits.md. Neither: it was seen before.
    """

    is_taken: bool = False
    refused_for: str | None = None
    ahead: int = 0


@dataclass(frozen=True, slots=True)
class Claims:
    """What was claimed, and how many questions are `left` in the queue, which wait for their time or for another to end.

    `due_in` is in how many seconds time alone may let another one be claimed; None for never.
    """

    jobs: list[Job]
    left: int
    due_in: float | None


class Queue(Database):
    """The open questions."""

    # --- in

    def receive(self, question: Question, limits: Limits = Limits()) -> Receipt:
        """Take a question in, unless one of its dedupe keys was seen before or a limit is reached."""
        return self.receive_all([question], limits)[0]

    def receive_all(self, questions: Sequence[Question], limits: Limits = Limits()) -> list[Receipt]:
        """The same of several, in one transaction: all of them are on disk, or none."""
        with self._writing() as connection:
            return [self._receive(connection, question, limits) for question in questions]

    def _receive(self, connection: sa.Connection, question: Question, limits: Limits) -> Receipt:
        now = self._clock()
        if not self._note_keys(connection, question.dedupe_keys or (f"id:{question.id}",), question.id):
            return Receipt()
        ahead = connection.execute(_COUNT_OPEN, {"of_team": question.place.team}).scalar_one()
        refused_for = self._limit_met(connection, question, limits, ahead)
        refused = {"status": "rejected", "finished_at": now, "error": refused_for} if refused_for else {}
        connection.execute(_INSERT, queued_row(question, now) | refused)
        if refused_for:
            self._unlog_one(connection, question.id)
        return Receipt(refused_for=refused_for) if refused_for else Receipt(is_taken=True, ahead=ahead)

    def first_time(self, *keys: str) -> bool:
        """Whether none of `keys` was seen before; from now on they were. For what is done once without being a question."""
        with self._writing() as connection:
            return self._note_keys(connection, keys, interaction_id="")

    def begin(self, question: Question) -> Job:
        """Take in a question that is answered at once, by whoever calls: it never waits in the queue."""
        now, token = self._clock(), uuid.uuid4().hex
        held = {
            "status": "running", "attempts": 1, "started_at": now, "lease_token": token, "lease_until": now + COMMAND_LEASE_SECONDS
        }  # fmt: skip
        with self._writing() as connection:
            connection.execute(_INSERT, queued_row(question, now) | held)
        return Job(question, 1, None, token=token)

    # --- claims

    def take_over(self, team: str | None, worker: str) -> str:
        """Serve `team` as `worker`: what a dead process of that name was answering can be claimed at once. The name to claim with.

        Here and below, the team None stands for every one that installed the app.

        On PostgreSQL several processes serve one team; one whose name is in use gets another. A SQLite file has one process: for a second
        one StoreError is raised.
        """
        served = "workspaces" if team is None else team
        if self._is_postgres:
            if not lock_name(self._engine, f"{served}:{worker}", self._held):
                return f"{worker}-{uuid.uuid4().hex[:6]}"
            orphaned = sa.and_(of_team(team), interactions.c.worker == worker)
        else:
            if not lock_file(f"{self._engine.url.database}.{served}.lock", self._held):
                raise StoreError(
                    "Another process serves this workspace from the same SQLite file. Please stop it, or let several share PostgreSQL."
                )
            orphaned = of_team(team)
        with self._writing() as connection:
            connection.execute(sa.update(interactions).where(RUNNING, orphaned).values(lease_until=0.0))
        return worker

    def claim(self, team: str | None, worker: str = "", at_once: AtOnce = AtOnce()) -> Job | None:
        """The next question of `team` to work on, running from now on under a new lease."""
        return next(iter(self.claim_all(team, worker, 1, at_once).jobs), None)

    def claim_all(self, team: str | None, worker: str, most: int, at_once: AtOnce = AtOnce(), held: Collection[str] = ()) -> Claims:
        """The next `most` of them, or as many as there are and `at_once` allows, in one transaction. The oldest first, but see `claimable`.

        None of those whose tokens are `held`: who claims is answering them.
        """
        now = self._clock()
        with self._writing_alone() as connection:
            there = outlook(connection, team, now, held)
            rows = claimable(connection, team, now, most, at_once, held, there)
            left = there.queued - sum(row["status"] == "queued" for row in rows)
            return Claims(_begun(connection, rows, worker, now), left, there.due_in)

    @property
    def is_shared(self) -> bool:
        """Whether other processes may bring questions, or have done with some, without this one's knowing."""
        return self._is_postgres

    def extend(self, tokens: Collection[str]) -> set[str]:
        """Keep these leases alive; those that are still held. To be asked only for work that goes on in this very process."""
        with self._writing() as connection:
            held = sa.update(interactions).where(RUNNING, interactions.c.lease_token.in_(tokens))
            kept = connection.execute(held.values(lease_until=self._clock() + LEASE_SECONDS).returning(interactions.c.lease_token))
            return set(kept.scalars())

    # --- what becomes of questions while they are answered

    def interrupt(self, why: str, *, conversation: str = "", question_id: str = "") -> None:
        """Let whichever process answers it know that it is to go no further: with what runs in a conversation, or with one question."""
        chosen = interactions.c.id == question_id if question_id else interactions.c.conversation == conversation
        with self._writing() as connection:
            connection.execute(sa.update(interactions).where(RUNNING, chosen).values(interrupted=why))

    def interrupted(self, question_ids: Collection[str]) -> dict[str, str]:
        """Which of these are to go no further, and why."""
        told = sa.select(interactions.c.id, interactions.c.interrupted).where(
            interactions.c.id.in_(question_ids), interactions.c.interrupted.is_not(None)
        )
        with self._reading() as connection:
            return {row.id: row.interrupted for row in connection.execute(told)}

    # --- checkpoints; each raises LeaseLost where somebody else has taken the question over

    def save(self, job: Job, interaction: Interaction) -> None:
        """Record what will be said, before it is said."""
        shown, answer = interaction.to_json(), interaction.answer.to_json()
        with self._writing() as connection:
            _step(connection, job, {
                "verdict": shown["verdict"], "engine": shown["engine"], "model": interaction.model, "corpus_digest": shown["corpus_digest"],
                "prompt_digest": shown["prompt_digest"], "evidence": list(interaction.evidence), "draft": interaction.draft,
                "answer": answer, "text": interaction.text, "model_error": interaction.model_error,
                "tokens": shown["tokens"], "seconds": shown["seconds"],
                **{f"{kind}_tokens": used for kind, used in shown["tokens"].items()},
            })  # fmt: skip
            if job.attempts > 1:
                _forget_earlier(connection, job)
            citations.note(connection, job.question.id, interaction)
            if made_of := contents_of(answer):
                connection.execute(_INSERT_CONTENTS, [{"of_id": job.question.id, **counted} for counted in made_of])
            if used := interaction.tokens.input + interaction.tokens.output:
                self._spend(connection, used)

    def opened(self, job: Job, reply_ts: str) -> None:
        """The reply stands in the messages `reply_ts` so far, their ts separated by spaces."""
        self._step(job, reply_ts=reply_ts)

    def delivered(self, job: Job, reply_ts: str) -> None:
        """The answer stands in the messages `reply_ts`, which is empty where a surface gives none."""
        self._end(job, status="done", reply_ts=reply_ts, error=None)

    def failed(self, job: Job, error: str) -> None:
        """The question could not be answered; whoever asked was told."""
        self._end(job, status="failed", error=error)

    def retry(self, job: Job, after: float, error: str) -> None:
        """Queue a running question again, due in `after` seconds."""
        with self._writing() as connection:
            _step(connection, job, {"status": "queued", "run_after": self._clock() + after, "error": error}, _RETRY)

    def abandon(self, team: str, error: str) -> None:
        """Give up what is open of a workspace that is gone, as the playground's is after each run; and of commands that were interrupted."""
        now = self._clock()
        interrupted = sa.and_(interactions.c.surface == Surface.CLI.value, interactions.c.lease_until < now)
        with self._writing() as connection:
            chosen = sa.and_(OPEN, sa.or_(interactions.c.team == team, interrupted))
            self._unlog(connection, chosen)
            left = sa.update(interactions).where(chosen)
            connection.execute(left.values(status="failed", error=error, finished_at=now))

    # --- how much

    def waiting(self, team: str | None) -> tuple[int, float]:
        """How many questions of a team are open, and for how many seconds the oldest has been."""
        chosen = sa.select(sa.func.count(), sa.func.min(interactions.c.received_at)).where(OPEN, of_team(team))
        with self._reading() as connection:
            count, oldest = connection.execute(chosen).one()
        return count, max(0.0, self._clock() - oldest) if count else 0.0

    def spent_today(self) -> int:
        """Tokens used since midnight, UTC."""
        with self._reading() as connection:
            chosen = sa.select(spending.c.tokens).where(spending.c.day == self._today())
            return connection.execute(chosen).scalar() or 0

    # --- within

    def _note_keys(self, connection: sa.Connection, given: Sequence[str], interaction_id: str) -> bool:
        # In one order: two deliveries that write the same keys would otherwise each wait for the other.
        keys = sorted(set(given))
        rows = [{"key": key, "interaction_id": interaction_id, "created_at": self._clock()} for key in keys]
        # Also of a repeat: the next delivery may carry only the keys that were new in this one.
        return bool(connection.execute(self._insert_new_keys, rows).rowcount == len(keys))

    @cached_property
    def _insert_new_keys(self) -> Any:
        return self._insert_new(dedupe_keys).execution_options(preserve_rowcount=True)

    def _limit_met(self, connection: sa.Connection, question: Question, limits: Limits, ahead: int) -> str | None:
        """Two deliveries at the same moment may both pass as the last one: a limit is for fairness, not for arithmetic."""
        if limits.waiting and ahead >= limits.waiting:
            return "queue"
        asked = {"since": self._clock() - WINDOW_SECONDS, "of_team": question.place.team}
        if limits.per_user and connection.execute(_COUNT_BY_USER, asked | {"of_user": question.asker}).scalar_one() >= limits.per_user:
            return "user"
        if limits.per_team and connection.execute(_COUNT_BY_TEAM, asked).scalar_one() >= limits.per_team:
            return "team"
        return None

    def _step(self, job: Job, **values: object) -> None:
        with self._writing() as connection:
            _step(connection, job, values)

    def _end(self, job: Job, **values: object) -> None:
        """Close a row, and take out of it what the log is not to keep."""
        with self._writing() as connection:
            _step(connection, job, {"finished_at": self._clock(), **values})
            self._unlog_one(connection, job.question.id)

    def _spend(self, connection: sa.Connection, tokens: int) -> None:
        today = {"of_day": self._today(), "used": tokens}
        if connection.execute(_SPEND, today).rowcount == 0:  # the day's first
            connection.execute(self._insert_new(spending), {"day": self._today(), "tokens": 0})
            connection.execute(_SPEND, today)

    def _today(self) -> int:
        return int(self._clock() // SECONDS_PER_DAY)


# To build a statement takes longer than to run it. What is to be set are the names of what it is given beside these.
_mine = sa.and_(RUNNING, interactions.c.id == sa.bindparam("of_id"), interactions.c.lease_token == sa.bindparam("of_token"))
_STEP = sa.update(interactions).where(_mine)
_RETRY = _STEP.values(retries=interactions.c.retries + 1)
_BEGIN = sa.update(interactions).where(interactions.c.id == sa.bindparam("of_id"))
_INSERT = sa.insert(interactions)
_SPEND = (
    sa.update(spending)
    .where(spending.c.day == sa.bindparam("of_day"))
    .values(tokens=spending.c.tokens + sa.bindparam("used", type_=sa.Integer))
)
_seq_of = sa.select(interactions.c.seq).where(interactions.c.id == sa.bindparam("of_id")).scalar_subquery()
_INSERT_CONTENTS = sa.insert(contents).values(
    seq=_seq_of, kind=sa.bindparam("kind"), name=sa.bindparam("name"), count=sa.bindparam("count")
)
_of_team = interactions.c.team == sa.bindparam("of_team")
_COUNT_OPEN = sa.select(sa.func.count()).where(OPEN, _of_team)
_COUNT_BY_TEAM = sa.select(sa.func.count()).where(
    interactions.c.received_at > sa.bindparam("since"), interactions.c.status != "rejected", interactions.c.corrects == "", _of_team
)
_COUNT_BY_USER = _COUNT_BY_TEAM.where(interactions.c.asker == sa.bindparam("of_user"))


def _step(connection: sa.Connection, job: Job, values: Mapping[str, object], statement: sa.Update = _STEP) -> None:
    if connection.execute(statement, {"of_id": job.question.id, "of_token": job.token, **values}).rowcount == 0:
        raise LeaseLost(f"Question {job.question.id[:8]} was taken over by another worker.")


def _forget_earlier(connection: sa.Connection, job: Job) -> None:
    """What an earlier attempt's answer was made of counts no more."""
    connection.execute(sa.delete(contents).where(contents.c.seq == _seq_of), {"of_id": job.question.id})
    citations.forget(connection, sa.select(interactions.c.id).where(interactions.c.id == job.question.id))


def _begun(connection: sa.Connection, rows: Sequence[Row], worker: str, now: float) -> list[Job]:
    """Claim rows."""
    jobs = [_job(row, now) for row in rows]
    held = [
        {
            "of_id": row["id"], "status": "running", "attempts": job.attempts, "started_at": _started_at(row, now), "worker": worker,
            "lease_token": job.token, "lease_until": now + LEASE_SECONDS,
        }
        for row, job in zip(rows, jobs, strict=True)
    ]  # fmt: skip
    if held:
        connection.execute(_BEGIN, held)
    return jobs


def _job(row: Row, now: float) -> Job:
    attempts = row["attempts"] + 1
    return Job(
        question_of(row), attempts, Answer.from_json(row["answer"]) if row["answer"] else None, row["reply_ts"] or "", uuid.uuid4().hex,
        waited=now - row["received_at"], tried_for=now - _started_at(row, now), crashes=attempts - 1 - row["retries"],
    )  # fmt: skip


def _started_at(row: Row, now: float) -> float:
    """When it was first tried. The time in which nobody was there is not time in which it was tried."""
    return float(now if row["status"] == "running" else row["started_at"] or now)
