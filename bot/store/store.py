"""Every question, from the moment it is received: queue entry, checkpoint and log in one row.

In: Questions and Interactions. Out: jobs to do, and rows of the log. Methods block; callers in asyncio run them in a thread.
"""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from bot.errors import StoreError
from bot.grounding import Answer
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface, Turn, Wanted
from bot.store.schema import OPEN, STEPS, dedupe_keys, interactions, schema_version

DEDUPE_DAYS = 7  # Slack's last retry comes within minutes (slack.md 1.5); a week also covers events that were held back
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed question.

    `attempts` is how often it was claimed, this time included; `answer` what was answered already, and `reply_ts` the messages that stand of
    the reply, if an earlier attempt came that far.
    """

    question: Question
    attempts: int
    answer: Answer | None
    reply_ts: str = ""


Row = sa.RowMapping


class Store:
    """One database. Raises StoreError where it cannot be opened or is newer than this program."""

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        try:
            self._engine = _engine(url)
            self._migrate()
        except (sa.exc.SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise StoreError(f"The database cannot be opened: {reason}. Please check DATABASE_URL.") from None

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    # --- the queue

    def receive(self, question: Question) -> bool:
        """Take a question in; False where one of its dedupe keys was seen before, and nothing is to be done."""
        now = self._clock()
        keys = question.dedupe_keys or (f"id:{question.id}",)
        with self._engine.begin() as connection:
            if not self._note_keys(connection, keys, question.id):
                return False
            connection.execute(sa.insert(interactions).values(_queued(question, now)))
            connection.execute(sa.delete(dedupe_keys).where(dedupe_keys.c.created_at < now - DEDUPE_DAYS * SECONDS_PER_DAY))
        return True

    def first_time(self, *keys: str) -> bool:
        """Whether none of `keys` was seen before; from now on they were. For what is done once without being a question."""
        with self._engine.begin() as connection:
            return self._note_keys(connection, keys, interaction_id="")

    def begin(self, question: Question) -> Job:
        """Take in a question that is answered at once, by whoever calls: it never waits in the queue."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(interactions).values(_queued(question, self._clock()) | {"status": "running", "attempts": 1}))
        return Job(question, 1, None)

    def claim(self, team: str) -> Job | None:
        """The oldest queued question of `team` that is due and has no open one before it in its conversation; it is running from now on."""
        other = interactions.alias("other")
        # An earlier question that waits for another attempt holds up its conversation, and nobody else's.
        busy = sa.exists().where(
            other.c.conversation == interactions.c.conversation,
            other.c.conversation != "",
            sa.or_(other.c.status == "running", sa.and_(other.c.status == "queued", other.c.seq < interactions.c.seq)),
        )
        due = (
            sa.select(interactions)
            .where(OPEN)  # word for word the condition of its partial index, or SQLite reads the whole log
            .where(interactions.c.status == "queued", interactions.c.team == team, interactions.c.run_after <= self._clock(), ~busy)
            .order_by(interactions.c.seq)
            .limit(1)
        )
        with self._engine.begin() as connection:
            row = connection.execute(due).mappings().first()
            if row is None:
                return None
            attempts = row["attempts"] + 1
            connection.execute(_row(row["id"]).values(status="running", attempts=attempts))
        answer = Answer.from_json(row["answer"]) if row["answer"] else None
        return Job(_question(row), attempts, answer, row["reply_ts"] or "")

    def recover(self) -> int:
        """Queue again what a process that is gone was answering; how many. Only for a database that one process uses."""
        with self._engine.begin() as connection:
            stale = sa.update(interactions).where(interactions.c.status == "running", interactions.c.surface != Surface.CLI.value)
            abandoned = sa.update(interactions).where(interactions.c.status == "running", interactions.c.surface == Surface.CLI.value)
            connection.execute(abandoned.values(status="failed", error="the command was interrupted", finished_at=self._clock()))
            return connection.execute(stale.values(status="queued")).rowcount

    def abandon(self, team: str, error: str) -> None:
        """Give up what is open of a workspace that is gone, as the playground's is after each run."""
        with self._engine.begin() as connection:
            left = sa.update(interactions).where(interactions.c.team == team, interactions.c.status.in_(("queued", "running")))
            connection.execute(left.values(status="failed", error=error, finished_at=self._clock()))

    def retry(self, question_id: str, *, after: float, error: str) -> None:
        """Queue a running question again, due in `after` seconds."""
        self._update(question_id, status="queued", run_after=self._clock() + after, error=error)

    # --- checkpoints

    def save(self, interaction: Interaction) -> None:
        """Record what will be said, before it is said."""
        shown = interaction.to_json()
        self._update(
            interaction.question.id,
            verdict=shown["verdict"], engine=shown["engine"], model=interaction.model, corpus_digest=shown["corpus_digest"],
            prompt_digest=shown["prompt_digest"], evidence=list(interaction.evidence), draft=interaction.draft,
            answer=interaction.answer.to_json(), text=interaction.text, model_error=interaction.model_error, tokens=shown["tokens"],
            seconds=shown["seconds"],
        )  # fmt: skip

    def opened(self, question_id: str, reply_ts: str) -> None:
        """The reply stands in the messages `reply_ts` so far, their ts separated by spaces."""
        self._update(question_id, reply_ts=reply_ts)

    def delivered(self, question_id: str, reply_ts: str) -> None:
        """The answer stands in the messages `reply_ts`, which is empty where a surface gives none."""
        self._update(question_id, status="done", reply_ts=reply_ts, finished_at=self._clock(), error=None)

    def failed(self, question_id: str, error: str) -> None:
        """The question could not be answered; whoever asked was told."""
        self._update(question_id, status="failed", error=error, finished_at=self._clock())

    # --- reading

    def answer(self, question_id: str) -> Answer | None:
        """What was said to a question."""
        with self._reading() as connection:
            stored = connection.execute(sa.select(interactions.c.answer).where(interactions.c.id == question_id)).scalar()
        return Answer.from_json(stored) if stored else None

    def history(self, question: Question, at_most: int) -> tuple[Turn, ...]:
        """What was said before in the same conversation, oldest first."""
        if not question.place.conversation or not at_most:
            return ()
        own_place = sa.select(interactions.c.seq).where(interactions.c.id == question.id).scalar_subquery()
        earlier = (
            sa.select(interactions.c.question, interactions.c.text)
            .where(
                interactions.c.conversation == question.place.conversation, interactions.c.status == "done", interactions.c.seq < own_place
            )
            .order_by(interactions.c.seq.desc())
            .limit(at_most)
        )
        with self._reading() as connection:
            rows = connection.execute(earlier).all()
        return tuple(Turn(row.question, row.text or "") for row in reversed(rows))

    def rows(self, at_most: int | None = None) -> Iterator[Row]:
        """The log, newest first."""
        newest = sa.select(interactions).order_by(interactions.c.seq.desc()).limit(at_most)
        with self._reading() as connection:
            yield from connection.execution_options(yield_per=500).execute(newest).mappings()

    def find(self, id_prefix: str) -> list[Row]:
        """The rows whose id begins with `id_prefix`; two at the most, enough to see that it is ambiguous."""
        with self._reading() as connection:
            chosen = sa.select(interactions).where(interactions.c.id.startswith(id_prefix, autoescape=True)).limit(2)
            return list(connection.execute(chosen).mappings())

    # --- within

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._engine.connect().execution_options(is_reading=True) as connection:
            yield connection

    def _note_keys(self, connection: sa.Connection, given: Sequence[str], interaction_id: str) -> bool:
        keys = tuple(dict.fromkeys(given))
        seen = connection.execute(sa.select(dedupe_keys.c.key).where(dedupe_keys.c.key.in_(keys))).scalars().all()
        # Also of a repeat: the next delivery may carry only the keys that were new in this one.
        fresh = [{"key": key, "interaction_id": interaction_id, "created_at": self._clock()} for key in keys if key not in seen]
        if fresh:
            connection.execute(sa.insert(dedupe_keys), fresh)
        return not seen

    def _update(self, question_id: str, **values: object) -> None:
        with self._engine.begin() as connection:
            connection.execute(_row(question_id).values(values))

    def _migrate(self) -> None:
        with self._engine.begin() as connection:
            schema_version.create(connection, checkfirst=True)
            version = connection.execute(sa.select(sa.func.max(schema_version.c.version))).scalar() or 0
            if version > len(STEPS):
                raise StoreError("The database was written by a newer version of this program. Please update the program.")
            for number, step in enumerate(STEPS[version:], start=version + 1):
                step(connection)
                connection.execute(sa.insert(schema_version).values(version=number))


def _row(question_id: str) -> sa.Update:
    return sa.update(interactions).where(interactions.c.id == question_id)


def _queued(question: Question, now: float) -> dict[str, object]:
    place = question.place
    return {
        "id": question.id, "status": "queued", "surface": place.surface.value, "team": place.team, "channel": place.channel,
        "thread_ts": place.thread_ts, "message_ts": place.message_ts, "response_url": place.response_url, "conversation": place.conversation,
        "asker": question.asker, "question": question.text, "wanted": question.wanted.value,
        "until": question.until.isoformat() if question.until else None, "received_at": now, "run_after": now, "attempts": 0,
    }  # fmt: skip


def _question(row: Row) -> Question:
    place = Place(Surface(row["surface"]), row["team"], row["channel"], row["thread_ts"], row["message_ts"], row["response_url"])
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Question(row["question"], row["asker"], place, wanted=Wanted(row["wanted"]), until=until, id=row["id"])


def _engine(url: str) -> sa.Engine:
    parsed = sa.make_url(url)
    # A database in memory would be another one for every thread.
    if parsed.get_backend_name() != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise StoreError("DATABASE_URL must be a SQLite file, for example sqlite:///interactions.sqlite3.")
    Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _: object) -> None:
    # Autocommit for the driver: transactions are begun below, as SQLAlchemy's documentation of pysqlite advises.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    # A writer takes its lock at once: one that begins as a reader can find itself unable to write, and fails without waiting.
    reading = connection.get_execution_options().get("is_reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
