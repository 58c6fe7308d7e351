"""Digests of a team's questions: what they are made of, and who posts which, so that each is posted once.

A digest is a row: claimed for some minutes by whoever is about to post it, and closed once it stands in Slack. What a dead process claimed
can be claimed again; whoever does so looks first whether it was posted.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.schema import contents, digests, interactions

CLAIM_SECONDS = 300.0


class Digests(Database):
    """What is asked and kept for digests. Times are seconds since the epoch."""

    def asked_between(self, team: str | None, since: float, until: float) -> list[Mapping[str, Any]]:
        """The questions of a team (None: of all) that ended, newest first and narrow; corrections and what was taken back are none."""
        columns = (interactions.c[name] for name in ("seq", "id", "asker", "question", "verdict", "received_at"))
        chosen = sa.select(*columns).where(*_within(team, since, until)).order_by(interactions.c.seq.desc())
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(chosen).mappings()]

    def cited_between(self, team: str | None, since: float, until: float, at_most: int) -> dict[str, int]:
        """The documents that most of their answers cite, by id, and how many do."""
        seqs = sa.select(interactions.c.seq).where(*_within(team, since, until))
        answers = sa.func.count()
        counted = sa.select(contents.c.name, answers).where(contents.c.kind == "cited", contents.c.seq.in_(seqs)).group_by(contents.c.name)
        with self._reading() as connection:
            rows: Sequence[Any] = connection.execute(counted.order_by(answers.desc(), contents.c.name).limit(at_most)).all()
            return {row[0]: row[1] for row in rows}

    def claim_digest(self, team: str, channel: str, due: int) -> int | None:
        """Whether the digest that was due then is the caller's to post: how often it was claimed before; None where it is not."""
        key = {"team": team, "channel": channel, "due": due}
        now = self._clock()
        row = [getattr(digests.c, name) == value for name, value in key.items()]
        with self._writing_alone() as connection:
            known = connection.execute(sa.select(digests).where(*row)).mappings().first()
            if known is None:
                connection.execute(sa.insert(digests).values(**key, claims=1, claimed_until=now + CLAIM_SECONDS))
                return 0
            if known["is_closed"] or known["claimed_until"] > now:
                return None
            claimed = sa.update(digests).where(*row).values(claims=known["claims"] + 1, claimed_until=now + CLAIM_SECONDS)
            connection.execute(claimed)
            return int(known["claims"])

    def close_digest(self, team: str, channel: str, due: int) -> None:
        """It was posted, or never will be."""
        row = (digests.c.team == team, digests.c.channel == channel, digests.c.due == due)
        with self._writing() as connection:
            connection.execute(sa.update(digests).where(*row).values(is_closed=True))


def _within(team: str | None, since: float, until: float) -> tuple[sa.ColumnElement[bool], ...]:
    row = interactions.c
    whose = [] if team is None else [row.team == team]
    is_answer = (row.status.in_(("done", "failed")), row.corrects == "", row.wanted == "answer")
    return (*whose, row.received_at >= since, row.received_at < until, *is_answer)
