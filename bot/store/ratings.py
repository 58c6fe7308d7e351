"""What people think of answers: one rating a person and answer. In: a connection and a vote. Out: ratings, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.schema import ratings


@dataclass(frozen=True, slots=True)
class Rating:
    """`reasons` are the names of what the person ticked, `comment` their words; `rated_at` in seconds since the epoch."""

    interaction_id: str
    user: str
    is_good: bool
    reasons: tuple[str, ...]
    comment: str
    rated_at: float


def rate(connection: sa.Connection, interaction_id: str, user: str, *, is_good: bool, now: float) -> None:
    """Keep a vote. The same vote again keeps what was said with it; another one drops that."""
    fresh = {"is_good": is_good, "reasons": [], "comment": "", "rated_at": now}
    insert = _insert(connection).values(interaction_id=interaction_id, user=user, **fresh)
    connection.execute(insert.on_conflict_do_update(index_elements=_KEY, set_=fresh, where=ratings.c.is_good != is_good))


def explain(connection: sa.Connection, interaction_id: str, user: str, reasons: Sequence[str], comment: str, now: float) -> None:
    """Keep why an answer was not good."""
    said = {"is_good": False, "reasons": list(reasons), "comment": comment, "rated_at": now}
    insert = _insert(connection).values(interaction_id=interaction_id, user=user, **said)
    connection.execute(insert.on_conflict_do_update(index_elements=_KEY, set_=said))


def of(connection: sa.Connection, interaction_ids: Sequence[str] | None = None) -> list[Rating]:
    """The ratings of these answers, or of all."""
    chosen = sa.select(ratings).order_by(ratings.c.rated_at)
    if interaction_ids is not None:
        chosen = chosen.where(ratings.c.interaction_id.in_(interaction_ids))
    return [
        Rating(row.interaction_id, row.user, row.is_good, tuple(row.reasons), row.comment, row.rated_at)
        for row in connection.execute(chosen)
    ]


def voted_down(connection: sa.Connection) -> set[str]:
    """The ids of the answers that anybody voted against."""
    return set(connection.execute(sa.select(ratings.c.interaction_id).where(ratings.c.is_good.is_(False))).scalars())


def forget(connection: sa.Connection, user: str, interaction_ids: "sa.Select[tuple[str]] | None") -> None:
    """Delete a person's votes on these answers; None: on all."""
    among = [] if interaction_ids is None else [ratings.c.interaction_id.in_(interaction_ids)]
    connection.execute(sa.delete(ratings).where(ratings.c.user == user, *among))


def forget_all(connection: sa.Connection, interaction_ids: "sa.Select[tuple[str]]") -> None:
    """Delete everybody's votes on these answers."""
    connection.execute(sa.delete(ratings).where(ratings.c.interaction_id.in_(interaction_ids)))


_KEY = (ratings.c.interaction_id, ratings.c.user)


def _insert(connection: sa.Connection) -> "sqlite.Insert | postgresql.Insert":
    """An insert that can meet a row that is there: both databases spell it alike, SQLAlchemy keeps one class each."""
    return postgresql.insert(ratings) if connection.dialect.name == "postgresql" else sqlite.insert(ratings)
