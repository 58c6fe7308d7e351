"""Every question, from the moment it is received: queue entry, checkpoint and log in one row.

In: Questions and Interactions. Out: jobs to do, and rows of the log. Methods block; callers in asyncio run them in a thread.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.grounding import Answer
from bot.interactions import Interaction
from bot.questions import Place, Question, Surface, Turn, Wanted
from bot.store import channels, ratings, statistics
from bot.store.channels import ChannelChoice
from bot.store.ratings import Rating
from bot.store.schema import OPEN, dedupe_keys, interactions
from bot.store.statistics import Figures, Selection
from bot.store.threads import Threads

DEDUPE_DAYS = 7  # Slack's last retry comes within minutes (slack.md 1.5); a week also covers events that were held back
SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed question.

    `attempts` is how often it was claimed, this time included; `answer` what was answered already, and `reply_ts` the messages that stand of
    the reply, if an earlier attempt came that far; `is_anew` whether the same message asked something else before it was edited.
    """

    question: Question
    attempts: int
    answer: Answer | None
    reply_ts: str = ""
    is_anew: bool = False


Row = sa.RowMapping


class Store(Threads):
    """What is asked of the database."""

    # --- the queue

    def receive(self, question: Question) -> bool:
        """Take a question in; False where one of its dedupe keys was seen before, and nothing is to be done."""
        now = self._clock()
        keys = question.dedupe_keys or (f"id:{question.id}",)
        with self._writing() as connection:
            if not self._note_keys(connection, keys, question.id):
                return False
            connection.execute(sa.insert(interactions).values(_queued(question, now)))
            connection.execute(sa.delete(dedupe_keys).where(dedupe_keys.c.created_at < now - DEDUPE_DAYS * SECONDS_PER_DAY))
        return True

    def first_time(self, *keys: str) -> bool:
        """Whether none of `keys` was seen before; from now on they were. For what is done once without being a question."""
        with self._writing() as connection:
            return self._note_keys(connection, keys, interaction_id="")

    def begin(self, question: Question) -> Job:
        """Take in a question that is answered at once, by whoever calls: it never waits in the queue."""
        with self._writing() as connection:
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
        with self._writing_alone() as connection:
            row = connection.execute(due).mappings().first()
            if row is None:
                return None
            attempts = row["attempts"] + 1
            connection.execute(_row(row["id"]).values(status="running", attempts=attempts))
        answer = Answer.from_json(row["answer"]) if row["answer"] else None
        return Job(_question(row), attempts, answer, row["reply_ts"] or "")

    def recover(self) -> int:
        """Queue again what a process that is gone was answering; how many. Only for a database that one process uses."""
        with self._writing() as connection:
            stale = sa.update(interactions).where(interactions.c.status == "running", interactions.c.surface != Surface.CLI.value)
            abandoned = sa.update(interactions).where(interactions.c.status == "running", interactions.c.surface == Surface.CLI.value)
            connection.execute(abandoned.values(status="failed", error="the command was interrupted", finished_at=self._clock()))
            return connection.execute(stale.values(status="queued")).rowcount

    def abandon(self, team: str, error: str) -> None:
        """Give up what is open of a workspace that is gone, as the playground's is after each run."""
        with self._writing() as connection:
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

    def asked(self, row: Row, history_turns: int) -> Question:
        """The question of a row, with what had been said before it."""
        question = _question(row)
        return replace(question, history=self.history(question, history_turns))

    def of(self, asker: str, at_most: int | None = None) -> list[Row]:
        """What is kept of somebody, newest first."""
        theirs = sa.select(interactions).where(interactions.c.asker == asker).order_by(interactions.c.received_at.desc()).limit(at_most)
        with self._reading() as connection:
            return list(connection.execute(theirs).mappings())

    def forget(self, asker: str) -> int:
        """Delete what is kept of somebody, but for what is being answered; how many questions that was."""
        with self._writing() as connection:
            theirs = sa.and_(interactions.c.asker == asker, interactions.c.status.in_(("done", "failed")))
            ratings.forget(connection, asker, sa.select(interactions.c.id).where(theirs))
            return connection.execute(sa.delete(interactions).where(theirs)).rowcount

    def figures(self, selection: Selection) -> Figures:
        """What the selected interactions amount to."""
        with self._reading() as connection:
            return statistics.figures(connection, selection, self._clock())

    def page(self, selection: Selection, before: int | None, size: int) -> list[Mapping[str, Any]]:
        """The newest selected rows with a `seq` below `before`, without what is long in them."""
        with self._reading() as connection:
            return statistics.page(connection, selection, self._clock(), before, size)

    def newest_answers(self, selection: Selection, at_most: int) -> list[Mapping[str, Any]]:
        """What was said last to the selected questions: `answer`, `seconds`, `tokens`."""
        with self._reading() as connection:
            return statistics.newest_answers(connection, selection, self._clock(), at_most)

    # --- what people think of it

    def rate(self, interaction_id: str, user: str, *, is_good: bool) -> None:
        """Keep a person's vote on an answer; another vote of theirs replaces it."""
        with self._writing() as connection:
            ratings.rate(connection, interaction_id, user, is_good=is_good, now=self._clock())

    def explain(self, interaction_id: str, user: str, reasons: Sequence[str], comment: str) -> None:
        """Keep why an answer was not good in a person's eyes."""
        with self._writing() as connection:
            ratings.explain(connection, interaction_id, user, reasons, comment, self._clock())

    def ratings(self, interaction_ids: Sequence[str]) -> list[Rating]:
        """What people said of these answers, oldest first."""
        with self._reading() as connection:
            return ratings.of(connection, interaction_ids)

    def all_ratings(self) -> list[Rating]:
        """Every rating, oldest first."""
        with self._reading() as connection:
            return ratings.of(connection)

    # --- what channels chose

    def choose_for_channel(self, team: str, channel: str, choice: ChannelChoice) -> None:
        """Keep what a channel chose."""
        with self._writing() as connection:
            channels.choose(connection, team, channel, choice)

    def channel_choice(self, team: str, channel: str) -> ChannelChoice | None:
        """What a channel chose; None where it never did."""
        with self._reading() as connection:
            return channels.choice_of(connection, team, channel)

    # --- within

    def _note_keys(self, connection: sa.Connection, given: Sequence[str], interaction_id: str) -> bool:
        # In one order: two deliveries that write the same keys would otherwise each wait for the other.
        keys = sorted(set(given))
        rows = [{"key": key, "interaction_id": interaction_id, "created_at": self._clock()} for key in keys]
        # Also of a repeat: the next delivery may carry only the keys that were new in this one.
        fresh = connection.execute(self._insert_new(dedupe_keys, rows).returning(dedupe_keys.c.key)).scalars().all()
        return len(fresh) == len(keys)

    def _update(self, question_id: str, **values: object) -> None:
        with self._writing() as connection:
            connection.execute(_row(question_id).values(values))


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
