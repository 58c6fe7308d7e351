"""Pinned answers: a question's words as they are compared, the answer that was approved, and in which state its documents were then.

In: pins. Out: the one that serves a question; all of them. A pin holds the answer itself and no asker: who asked first can be forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.grounding import Answer
from bot.store.database import Database
from bot.store.schema import interactions, pins


@dataclass(frozen=True, slots=True)
class Pin:
    """`id` is that of the interaction whose answer was approved; `key` its question's words as they are compared, `until` an ISO date or "".

    `documents` are the digests of those it cites. `pinned_by` is "" where nobody is named; `pinned_at` and `changed_at` are in seconds since the
    epoch. `changed` is the document whose change it expired by, "" while it serves.
    """

    id: str
    team: str
    key: str
    wanted: str
    until: str
    question: str
    answer: Answer
    documents: Mapping[str, str] = field(default_factory=dict)
    pinned_by: str = ""
    pinned_at: float = 0.0
    changed: str = ""
    changed_at: float | None = None


class Pins(Database):
    """What was approved."""

    def pin(self, pin: Pin) -> None:
        """Let an answer serve its question from now on, in place of what did."""
        same = (pins.c.team == pin.team, pins.c.key == pin.key, pins.c.wanted == pin.wanted, pins.c.until == pin.until)
        kept = {
            "id": pin.id, "team": pin.team, "key": pin.key, "wanted": pin.wanted, "until": pin.until, "question": pin.question,
            "answer": pin.answer.to_json(), "documents": dict(pin.documents), "pinned_by": pin.pinned_by, "pinned_at": self._clock(),
            "changed": "", "changed_at": None,
        }  # fmt: skip
        with self._writing() as connection:
            connection.execute(sa.delete(pins).where(sa.or_(sa.and_(*same), pins.c.id == pin.id)))
            connection.execute(sa.insert(pins).values(kept))

    def unpin(self, pin_id: str) -> bool:
        """Let an answer no longer serve; whether it was pinned."""
        with self._writing() as connection:
            return connection.execute(sa.delete(pins).where(pins.c.id == pin_id)).rowcount > 0

    def pins(self) -> list[Pin]:
        """All of them, expired ones too, the newest first."""
        with self._reading() as connection:
            return [_pin(row) for row in connection.execute(sa.select(pins).order_by(pins.c.pinned_at.desc(), pins.c.id)).mappings()]

    def pin_for(self, key: str, wanted: str, until: str, team: str) -> Pin | None:
        """The newest pin of these words that has not expired.

        A team has its own, and those made from the command line; a question from the command line, whose team is "", has everybody's.
        """
        asked = {"of_key": key, "of_wanted": wanted, "of_until": until, "of_team": team}
        with self._reading() as connection:
            row = connection.execute(_PIN_FOR if team else _ANY_PIN_FOR, asked).mappings().first()
        return _pin(row) if row else None

    def expire(self, pin_id: str, document: str) -> None:
        """A document that an answer cites changed: it serves no more."""
        with self._writing() as connection:
            one = sa.update(pins).where(pins.c.id == pin_id, pins.c.changed == "")
            connection.execute(one.values(changed=document, changed_at=self._clock()))


def forget(connection: sa.Connection, user: str, team: str | None) -> None:
    """Leave no name of a person who approved answers; the answers stay approved."""
    theirs = [pins.c.pinned_by == user, *([] if team is None else [pins.c.team == team])]
    connection.execute(sa.update(pins).where(*theirs).values(pinned_by=""))
    # Which they are, an index knows; what is long in them is read one by one.
    for seq in connection.execute(sa.select(interactions.c.seq).where(interactions.c.engine == "pinned")).scalars().all():
        _unname(connection, seq, user, team)


def _unname(connection: sa.Connection, seq: int, user: str, team: str | None) -> None:
    one = sa.select(interactions.c.answer, interactions.c.team).where(interactions.c.seq == seq)
    row = connection.execute(one).one()
    approval = (row.answer or {}).get("approval") or {}
    if approval.get("by") == user and team in {None, row.team}:
        unnamed = {**row.answer, "approval": {**approval, "by": ""}}
        connection.execute(sa.update(interactions).where(interactions.c.seq == seq).values(answer=unnamed))


def _pin(row: sa.RowMapping) -> Pin:
    return Pin(**{**row, "answer": Answer.from_json(row["answer"])})


# Made once, as every question asks it.
_same = (pins.c.key == sa.bindparam("of_key"), pins.c.wanted == sa.bindparam("of_wanted"), pins.c.until == sa.bindparam("of_until"))
_ANY_PIN_FOR = sa.select(pins).where(*_same, pins.c.changed == "").order_by(pins.c.pinned_at.desc()).limit(1)
_PIN_FOR = _ANY_PIN_FOR.where(sa.or_(pins.c.team == sa.bindparam("of_team"), pins.c.team == ""))
