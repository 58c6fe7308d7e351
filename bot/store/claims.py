"""Which open questions may be worked on now. In: a connection, a team, limits. Out: rows, in the order in which they are to be claimed.

The statements are made once: to build one takes longer than to run it.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from bot.questions import Surface
from bot.store.installations import of_team
from bot.store.rows import Row
from bot.store.schema import OPEN, RUNNING, interactions

ANY_NUMBER = 2**31 - 1
SOON = 5.0  # seconds; a lease that is renewed in time has more left
JUST_NOW = 1.0  # seconds: a lease may run out between a claim and the question when to claim again
SUSPICIOUS_CRASHES = 3  # claims that ended without a word of why: the question may be what kills the program, and all others with it
NOBODYS = ""  # no lease's token: of an empty list SQLAlchemy makes a subquery, which SQLite then scans


@dataclass(frozen=True, slots=True)
class AtOnce:
    """How many questions may be worked on at the same moment, by all processes together: of one person, and of everybody. 0: any number."""

    per_user: int = 0
    in_all: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What there is of a team's open questions: how many were `abandoned`, how many are `queued`, corrections too, and how many of each are `due`.

    `due_in` is in how many seconds time alone may make another one claimable, at the end of a pause or of a lease; None where it will not.
    """

    abandoned: int
    queued: int
    due: int
    due_corrections: int
    due_in: float | None


def outlook(connection: sa.Connection, team: str | None, now: float, held: Collection[str] = ()) -> Outlook:
    """What there is for who holds the leases `held`. One look, where there is mostly nothing to be claimed.

    `held` is looked at only where some lease is about to run out: as long as they are renewed, none is.
    """
    statements = _of(team)
    row = connection.execute(statements.outlook, {"of_team": team, "now": now}).one()
    if held and (row.abandoned or (row.soonest is not None and row.soonest - now < SOON)):
        row = connection.execute(statements.outlook_beside, {"of_team": team, "now": now, "held": [NOBODYS, *held]}).one()
    due_in = None if row.soonest is None else max(0.0, row.soonest - now)
    return Outlook(row.abandoned, row.queued, row.due, row.due_corrections, due_in)


def claimable(
    connection: sa.Connection, team: str | None, now: float, most: int, at_once: AtOnce, held: Collection[str], there: Outlook
) -> list[Row]:
    """The next questions of `team`, `most` of them at the most; None: of every workspace that is served over OAuth.

    `held` are the leases of the process that asks: it is answering those, however late it is to renew them; `there` is the outlook. The
    transaction must be one that no other claim overlaps. What a dead process left comes first: it counts as running already. Then the
    oldest queued ones that are due, have no open one before them in their conversation, and whose asker and everybody have room for another.
    Where nobody waits for an answer, a correction; one at a time. So are those that may be to blame for crashes: what only ran beside the
    one that is does not share its end.
    """
    found = _abandoned(connection, team, now, most, held) if there.abandoned else []
    room = most - len(found)
    if at_once.in_all and room and there.queued:
        room = min(room, at_once.in_all - connection.execute(_COUNT_RUNNING).scalar_one())
    if there.due and room > 0:
        found += _due(connection, team, now, at_once.per_user, room)
    if there.due_corrections and room > 0 and len(found) < most:
        found += connection.execute(_of(team).correction, {"of_team": team, "now": now}).mappings()
    return found


def _abandoned(connection: sa.Connection, team: str | None, now: float, most: int, held: Collection[str]) -> list[Row]:
    found = list(connection.execute(_of(team).abandoned, {"of_team": team, "now": now, "most": most, "held": [NOBODYS, *held]}).mappings())
    suspects = [row for row in found if row["attempts"] - row["retries"] >= SUSPICIOUS_CRASHES]
    if suspects:
        is_one_running = connection.execute(_COUNT_SUSPECTS, {"now": now}).scalar_one()
        found = found[: len(found) - len(suspects) + (0 if is_one_running else 1)]
    return found


def _due(connection: sa.Connection, team: str | None, now: float, per_user: int, most: int) -> Iterator[Row]:
    taken: Counter[tuple[str, str]] = Counter()
    after = 0
    while most:
        wanted = most
        asked = {"of_team": team, "now": now, "most": wanted, "after": after, "per_user": per_user or ANY_NUMBER}
        rows = connection.execute(_of(team).due, asked).mappings().all()
        for row in rows:
            asker = row["team"], row["asker"]
            if not per_user or row["running_of_asker"] + taken[asker] < per_user:
                taken[asker] += 1
                most -= 1
                yield row
        if len(rows) < wanted:
            return
        after = rows[-1]["seq"]


class _Statements:
    """What is asked of one team's questions; or, for `every` one, of those of all workspaces that are served over OAuth."""

    def __init__(self, *, every: bool) -> None:
        row, other, theirs = interactions.c, interactions.alias("other"), interactions.alias("theirs")
        mine = of_team(None) if every else row.team == sa.bindparam("of_team")
        now, most = sa.bindparam("now", type_=sa.Float), sa.bindparam("most", type_=sa.Integer)
        is_claimed = row.surface != Surface.CLI.value
        is_others = sa.or_(row.lease_token.is_(None), row.lease_token.not_in(sa.bindparam("held", expanding=True)))
        self.abandoned = (
            sa.select(interactions)
            .where(RUNNING)  # word for word the condition of its partial index, or the whole log is read
            .where(mine, is_claimed, row.lease_until < now, is_others)
            # By `seq`, SQLite would read the whole log in that order.
            .order_by(row.attempts - row.retries >= SUSPICIOUS_CRASHES, row.lease_until)
            .limit(most)
        )
        # An earlier question that waits for another attempt holds up its conversation, and nobody else's.
        is_before = sa.or_(other.c.status == "running", sa.and_(_is_asked(other), other.c.seq < row.seq))
        is_free = ~sa.exists().where(other.c.conversation == row.conversation, is_before)
        same_asker = (theirs.c.asker == row.asker, theirs.c.team == row.team)  # an id is one workspace's
        running_of_asker = sa.select(sa.func.count()).where(sa.text("theirs.status = 'running'"), *same_asker).scalar_subquery()
        self.due = (
            sa.select(interactions, running_of_asker.label(name="running_of_asker"))
            .where(OPEN)  # as above
            .where(_is_asked(interactions), mine, row.run_after <= now, row.seq > sa.bindparam("after"))
            .where(sa.or_(row.conversation == "", is_free), running_of_asker < sa.bindparam("per_user"))
            .order_by(row.seq)
            .limit(most)
        )
        is_busy = sa.exists().where(other.c.conversation == row.conversation, sa.or_(other.c.status == "running", _is_asked(other)))
        is_correcting = theirs.c.surface == Surface.CORRECTION.value
        is_corrected = sa.exists().where(sa.text("theirs.status = 'running'"), is_correcting, theirs.c.team == row.team)
        self.correction = (
            sa.select(interactions)
            .where(OPEN)  # as above
            .where(row.status == "queued", row.surface == Surface.CORRECTION.value, mine, row.run_after <= now, ~is_busy, ~is_corrected)
            .order_by(row.seq)
            .limit(1)
        )
        is_asked, is_correction = _is_asked(interactions), sa.and_(row.status == "queued", row.surface == Surface.CORRECTION.value)
        comes_at = sa.case((row.status == "running", row.lease_until), else_=row.run_after)

        def outlook(*is_counted: sa.ColumnElement[bool]) -> sa.Select[int, int, int, int, Any]:
            """Of running ones, of those that `is_counted`."""
            # What could have been claimed for longer, and was not, waits for another to end and not for its time.
            will_end = sa.and_(row.status == "running", is_claimed, row.lease_until > now - JUST_NOW, *is_counted)
            return sa.select(
                sa.func.count().filter(row.status == "running", is_claimed, row.lease_until < now, *is_counted).label(name="abandoned"),
                sa.func.count().filter(row.status == "queued").label(name="queued"),
                sa.func.count().filter(is_asked, row.run_after <= now).label(name="due"),
                sa.func.count().filter(is_correction, row.run_after <= now).label(name="due_corrections"),
                sa.func.min(comes_at).filter(sa.or_(will_end, row.run_after > now)).label(name="soonest"),
            ).where(OPEN, mine)

        self.outlook, self.outlook_beside = outlook(), outlook(is_others)


def _is_asked(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Queued by somebody who waits. A correction waits for all of them, and nobody for it."""
    return sa.and_(table.c.status == "queued", table.c.surface != Surface.CORRECTION.value)


_COUNT_RUNNING = sa.select(sa.func.count()).where(RUNNING, interactions.c.surface != Surface.CLI.value)
_COUNT_SUSPECTS = sa.select(sa.func.count()).where(
    RUNNING, interactions.c.attempts - interactions.c.retries > SUSPICIOUS_CRASHES,
    interactions.c.lease_until >= sa.bindparam("now", type_=sa.Float),
)  # fmt: skip
_OF_ONE, _OF_EVERY = _Statements(every=False), _Statements(every=True)


def _of(team: str | None) -> _Statements:
    return _OF_EVERY if team is None else _OF_ONE
