"""The log: every question that was asked, and what was said to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from bot.errors import StoreError
from bot.grounding import Answer
from bot.questions import Question, Turn
from bot.store import citations, pins, ratings
from bot.store.database import Database
from bot.store.queue import SECONDS_PER_DAY
from bot.store.rows import Row, question_of
from bot.store.schema import contents, dedupe_keys, interactions

DEDUPE_DAYS = 7  # Slack's last retry comes within minutes (slack.md 1.5); a week also covers events that were held back


class Log(Database):
    """What is read from the database, and what is deleted."""

    def answer(self, question_id: str, *, team: str | None = None) -> Answer | None:
        """What was said to a question; of one team's, where `team` is given."""
        chosen = sa.select(interactions.c.answer).where(interactions.c.id == question_id, *_of(team))
        with self._reading() as connection:
            stored = connection.execute(chosen).scalar()
        return Answer.from_json(stored) if stored else None

    def history(self, question: Question, at_most: int) -> tuple[Turn, ...]:
        """What was said before in the same conversation, oldest first; without what an edited question said before."""
        if not question.place.conversation or not at_most:
            return ()
        with self._reading() as connection:
            asked = {"of_id": _first_asked(connection, question), "of_conversation": question.place.conversation, "most": at_most}
            rows = connection.execute(_HISTORY, asked).all()
        return tuple(Turn(row.question, row.text or "") for row in reversed(rows) if row.text)

    def rows(self, at_most: int | None = None) -> Iterator[Row]:
        """The log, newest first."""
        newest = sa.select(interactions).order_by(interactions.c.seq.desc()).limit(at_most)
        with self._reading() as connection:
            yield from connection.execution_options(yield_per=500).execute(newest).mappings()

    def find(self, id_prefix: str, *, team: str | None = None) -> list[Row]:
        """The rows (of one team, where `team` is given) whose id begins with `id_prefix`; two at the most, enough to see that it is ambiguous."""
        with self._reading() as connection:
            chosen = sa.select(interactions).where(interactions.c.id.startswith(id_prefix, autoescape=True), *_of(team)).limit(2)
            return list(connection.execute(chosen).mappings())

    def asked(self, row: Row, history_turns: int) -> Question:
        """The question of a row, with what had been said before it."""
        question = question_of(row)
        return question if question.history else replace(question, history=self.history(question, history_turns))

    # --- whose it is

    def of(self, asker: str, at_most: int | None = None, *, team: str | None = None) -> list[Row]:
        """What one person asked (in one team, where `team` is given), newest first."""
        theirs = sa.select(interactions).where(interactions.c.asker == asker, interactions.c.corrects == "", *_of(team))
        with self._reading() as connection:
            return list(connection.execute(theirs.order_by(interactions.c.received_at.desc()).limit(at_most)).mappings())

    def forget(self, asker: str, *, team: str | None = None) -> int:
        """Delete what one person asked and was told (in one team, where `team` is given); how many questions.

        What is being answered at this moment stays.
        """
        with self._writing() as connection:
            ratings.forget(connection, asker, sa.select(interactions.c.id).where(*_of(team)) if team is not None else None)
            pins.forget(connection, asker, team)
            theirs = sa.and_(interactions.c.asker == asker, interactions.c.status != "running", *_of(team))
            self._delete(connection, sa.and_(theirs, interactions.c.corrects != ""))
            return self._delete(connection, theirs)

    def purge(self, days: float) -> int:
        """Delete what ended and was received more than `days` ago; how many questions."""
        with self._writing() as connection:
            before = self._clock() - days * SECONDS_PER_DAY
            return self._delete(
                connection, sa.and_(interactions.c.received_at < before, interactions.c.status.not_in(("queued", "running")))
            )

    def back_up(self, file: Path) -> None:
        """Copy the whole database into a new SQLite file, while it is being written to. Raises StoreError where that cannot be done."""
        if self._is_postgres:
            raise StoreError("PostgreSQL is backed up by its own tools: please use pg_dump.")
        if file.exists():
            raise StoreError(f"{file} is there already. Please name a new file.")
        # VACUUM cannot run in a transaction, and this one sees the database as it is at its beginning.
        with closing(sqlite3.connect(str(self._engine.url.database), isolation_level=None)) as connection:
            try:
                connection.execute("VACUUM INTO ?", (str(file),))
            except sqlite3.Error as error:
                with suppress(OSError):
                    file.unlink()  # what was copied of it would keep another attempt from that name
                raise StoreError(f"The log could not be copied to {file}: {error}.") from None

    def forget_deliveries(self) -> None:
        """Forget the dedupe keys that no delivery can repeat any more."""
        with self._writing() as connection:
            connection.execute(sa.delete(dedupe_keys).where(dedupe_keys.c.created_at < self._clock() - DEDUPE_DAYS * SECONDS_PER_DAY))

    def _delete(self, connection: sa.Connection, chosen: sa.ColumnElement[bool]) -> int:
        gone = sa.select(interactions.c.id).where(chosen)
        ratings.forget_all(connection, gone)
        citations.forget(connection, gone)
        connection.execute(sa.delete(contents).where(contents.c.seq.in_(sa.select(interactions.c.seq).where(chosen))))
        return connection.execute(sa.delete(interactions).where(chosen)).rowcount


def _first_asked(connection: sa.Connection, question: Question) -> str:
    """What is asked again, to correct an answer or its correction, follows what it followed the first time: the id of that."""
    found, corrected = question.id, question.corrects
    while corrected:
        found = corrected
        corrected = connection.execute(sa.select(interactions.c.corrects).where(interactions.c.id == found)).scalar() or ""
    return found


def _of(team: str | None) -> list[sa.ColumnElement[bool]]:
    """The ids of people are their workspace's: what is asked for one of them in Slack is asked within a team, and shows no other's."""
    return [] if team is None else [interactions.c.team == team]


# Made once, as every question asks it.
_self = interactions.alias("self")
_own = sa.select(_self.c.seq).where(_self.c.id == sa.bindparam("of_id")).scalar_subquery()
_earlier_version = sa.exists().where(
    _self.c.id == sa.bindparam("of_id"), _self.c.message_ts != "", _self.c.message_ts == interactions.c.message_ts
)
_HISTORY = (
    sa.select(interactions.c.question, interactions.c.text)
    .where(interactions.c.conversation == sa.bindparam("of_conversation"), interactions.c.status == "done", interactions.c.seq < _own)
    .where(~_earlier_version)  # an edited question does not follow from what it said before
    .order_by(interactions.c.seq.desc())
    .limit(sa.bindparam("most"))
)
