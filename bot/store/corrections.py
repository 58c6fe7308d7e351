"""Answers that are corrected: each becomes a further question in the queue, once for each change of its documents, whichever process sees it first.

In: the answers that a change outdated. Out: corrections, queued behind everything that people ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.questions import Place, Question, Surface, Wanted
from bot.store.citations import together
from bot.store.database import Database
from bot.store.installations import of_team
from bot.store.rows import Row, queued_row
from bot.store.schema import citations, interactions

GONE = "gone"
"""The state of a document that is not there."""
PAUSE_SECONDS = 5.0  # between two corrections: Slack takes a message a second in a channel, and some 50 changed ones a minute
_CORRECTED = ("queued", "running", "done")


@dataclass(frozen=True, slots=True)
class Corrected:
    """How many corrections were `queued`, and how many answers were left as they are because they were too many."""

    queued: int = 0
    left: int = 0


class Corrections(Database):
    """What is asked again because its answer fell."""

    def correct(self, team: str | None, rows: Sequence[Mapping[str, Any]], now: Mapping[str, str], at_most: int) -> Corrected:
        """Queue corrections of the first `at_most` of these answers of a team, for which this change was not dealt with; leave the others.

        `rows` are as `Store.concerned` gives them, `now` the digests of the documents by id.
        """
        with self._writing_alone() as connection:
            theirs = set(_of(connection, team, [row["id"] for row in rows]))
            by_id = {row["id"]: row for row in rows if row["id"] in theirs}
            due = list(_open(connection, list(by_id), now))
            chosen = due[:at_most]
            for at, id_ in enumerate(chosen):
                fresh = queued_row(_again(by_id[id_]), self._clock())
                connection.execute(sa.insert(interactions).values(fresh | {"run_after": self._clock() + at * PAUSE_SECONDS}))
            _note_handled(connection, due, now)
        return Corrected(len(chosen), len(due) - len(chosen))

    def corrected(self, interaction_ids: Sequence[str]) -> dict[str, str]:
        """Which of these answers were corrected, each with the id of the interaction that did."""
        found: dict[str, str] = {}
        with self._reading() as connection:
            for some in together(interaction_ids):
                done = sa.select(interactions.c.corrects, interactions.c.id).where(
                    interactions.c.corrects.in_(some), interactions.c.status == "done"
                )
                found |= {row.corrects: row.id for row in connection.execute(done)}
        return found


def corrections_of(connection: sa.Connection, interaction_ids: Sequence[str]) -> list[Row]:
    """What corrects these answers, and what corrects that, oldest first: `id` and `reply_ts`."""
    found: list[Row] = []
    ids = interaction_ids
    while ids:
        columns = sa.select(interactions.c.id, interactions.c.reply_ts, interactions.c.status)
        some = connection.execute(columns.where(interactions.c.corrects.in_(ids)).order_by(interactions.c.seq)).mappings().all()
        found += some
        ids = [row["id"] for row in some]
    return found


def _of(connection: sa.Connection, team: str | None, ids: Sequence[str]) -> Iterator[str]:
    for some in together(ids):
        yield from connection.execute(sa.select(interactions.c.id).where(interactions.c.id.in_(some), of_team(team))).scalars()


def _open(connection: sa.Connection, ids: Sequence[str], now: Mapping[str, str]) -> Iterator[str]:
    """Those that nothing corrects, and for which a change is not dealt with, in their order."""
    for some in together(ids):
        correcting = sa.select(interactions.c.corrects).where(interactions.c.corrects.in_(some), interactions.c.status.in_(_CORRECTED))
        corrected = set(connection.execute(correcting).scalars())
        cited = connection.execute(sa.select(citations).where(citations.c.interaction_id.in_(some))).all()
        unhandled = {row.interaction_id for row in cited if _state(row.document, now) not in (row.digest, row.handled)}
        yield from (id_ for id_ in some if id_ in unhandled and id_ not in corrected)


def _note_handled(connection: sa.Connection, ids: Sequence[str], now: Mapping[str, str]) -> None:
    one = (citations.c.interaction_id == sa.bindparam("an_answer"), citations.c.document == sa.bindparam("cited"))
    for some in together(ids):
        cited = connection.execute(sa.select(citations).where(citations.c.interaction_id.in_(some))).all()
        states = [{"an_answer": row.interaction_id, "cited": row.document, "state": _state(row.document, now)} for row in cited]
        connection.execute(sa.update(citations).where(*one).values(handled=sa.bindparam("state")), states)


def _state(document: str, now: Mapping[str, str]) -> str:
    return now.get(document, GONE)


def _again(row: Mapping[str, Any]) -> Question:
    """The question of a row, to be answered below its answer: that message stands in the place of the question's."""
    place = Place(Surface.CORRECTION, row["team"], row["channel"], row["thread_ts"], row["reply_ts"].split()[0])
    until = date.fromisoformat(row["until"]) if row["until"] else None
    return Question(row["question"], row["asker"], place, wanted=Wanted(row["wanted"]), until=until, corrects=row["id"])
