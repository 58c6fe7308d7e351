"""Which documents answers cite, and in which state: the way from a changed document to the answers it concerns.

In: a connection, the documents of now by id and digest. Out: the delivered answers that cite another state of one, or one that is gone.

Nothing is read of answers whose documents are as they were: one index holds all that is looked at of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.interactions import Interaction
from bot.store.schema import citations, interactions

T = TypeVar("T")

TOGETHER = 500  # ids and pairs in one statement
_COLUMNS = (
    "seq", "id", "received_at", "surface", "team", "channel", "thread_ts", "reply_ts", "asker", "question", "wanted", "until", "answer"
)  # fmt: skip
_INSERT = sa.insert(citations)


def note(connection: sa.Connection, interaction_id: str, interaction: Interaction) -> None:
    """Keep what an answer cites."""
    cited = [
        {"interaction_id": interaction_id, "document": source.document, "digest": interaction.documents.get(source.document, "")}
        for source in interaction.answer.sources
    ]
    if cited:
        connection.execute(_INSERT, cited)


def concerned(
    connection: sa.Connection, now: Mapping[str, str], at_most: int | None = None, since: float | None = None
) -> Iterator[Mapping[str, Any]]:
    """The delivered answers (received from `since` on) that a change concerns, newest first, with what is needed to judge and to correct them."""
    ids = _concerned_ids(connection, now, since or 0.0)[:at_most]
    columns = [interactions.c[name] for name in _COLUMNS]
    for some in together(ids):
        chosen = sa.select(*columns).where(interactions.c.id.in_(some)).order_by(interactions.c.seq.desc())
        yield from map(dict, connection.execute(chosen).mappings())


def stand(connection: sa.Connection, interaction_ids: Sequence[str], now: Mapping[str, str]) -> None:
    """The quotes of these answers, some `TOGETHER` at the most, stand in the documents of now."""
    theirs = sa.select(citations.c.interaction_id, citations.c.document).where(citations.c.interaction_id.in_(interaction_ids))
    held = [
        {"an_answer": row.interaction_id, "cited": row.document, "state": now.get(row.document, "")} for row in connection.execute(theirs)
    ]
    one = (citations.c.interaction_id == sa.bindparam("an_answer"), citations.c.document == sa.bindparam("cited"))
    if held:
        connection.execute(sa.update(citations).where(*one).values(digest=sa.bindparam("state")), held)


def forget(connection: sa.Connection, interaction_ids: "sa.Select[tuple[str]]") -> None:
    """Delete what these answers cite."""
    connection.execute(sa.delete(citations).where(citations.c.interaction_id.in_(interaction_ids)))


def _concerned_ids(connection: sa.Connection, now: Mapping[str, str], since: float) -> Sequence[str]:
    pairs = connection.execute(sa.select(citations.c.document, citations.c.digest).group_by(citations.c.document, citations.c.digest)).all()
    changed = [(row.document, row.digest) for row in pairs if now.get(row.document) != row.digest]
    found: dict[str, int] = {}
    for some in together(changed):
        joined = sa.select(interactions.c.id, interactions.c.seq).join(citations, citations.c.interaction_id == interactions.c.id)
        concerned = joined.where(
            sa.tuple_(citations.c.document, citations.c.digest).in_(some),
            interactions.c.status == "done",
            interactions.c.received_at >= since,
        )
        found |= {row.id: row.seq for row in connection.execute(concerned)}
    return sorted(found, key=lambda id_: -found[id_])


def together(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, as many at a time as one statement takes."""
    return (items[at : at + TOGETHER] for at in range(0, len(items), TOGETHER))
