"""Every question, from the moment it is received: queue entry, checkpoint and log in one row.

In: Questions and Interactions. Out: jobs to do, and rows of the log. Methods block; callers in asyncio run them in a thread. They raise
StoreUnavailable while the database cannot be asked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

import sqlalchemy as sa

from bot.store import channels, citations, ratings, statistics
from bot.store.channels import ChannelChoice
from bot.store.corrections import Corrections
from bot.store.digests import Digests
from bot.store.installations import Installations
from bot.store.log import Log
from bot.store.pins import Pins
from bot.store.queue import SECONDS_PER_DAY, Queue
from bot.store.ratings import Rating
from bot.store.schema import interactions
from bot.store.statistics import Figures, Selection
from bot.store.threads import Threads

AT_ONCE = 500  # rows whose ratings are asked for together


class Store(Queue, Log, Threads, Installations, Corrections, Pins, Digests):
    """What is asked of one database."""

    # --- what it amounts to

    def figures(self, selection: Selection) -> Figures:
        """What the selected interactions amount to."""
        with self._reading() as connection:
            return statistics.figures(connection, selection, self._clock())

    def page(self, selection: Selection, before: int | None, size: int) -> list[Mapping[str, Any]]:
        """The newest selected rows with a `seq` below `before`, without what is long in them."""
        with self._reading() as connection:
            return statistics.page(connection, selection, self._clock(), before, size)

    def newest_seconds(self, selection: Selection, at_most: int) -> list[Mapping[str, float]]:
        """How long each step of the newest selected answers took."""
        with self._reading() as connection:
            return statistics.newest_seconds(connection, selection, self._clock(), at_most)

    def disappointing(self, days: float | None = None, at_most: int | None = None) -> list[Mapping[str, Any]]:
        """What was refused or voted down in the last `days`, newest first, without what is long in it."""
        since = self._clock() - days * statistics.SECONDS_PER_DAY if days is not None else None
        with self._reading() as connection:
            return statistics.disappointing(connection, since, at_most)

    # --- what it rests on

    def concerned(self, now: Mapping[str, str], at_most: int | None = None, days: int | None = None) -> Iterator[Mapping[str, Any]]:
        """The delivered answers (of the last `days`) that cite a document which is not as its digest in `now` says, newest first."""
        since = None if days is None else self._clock() - days * SECONDS_PER_DAY
        with self._reading() as connection:
            yield from citations.concerned(connection, now, at_most, since)

    def stand(self, interaction_ids: Sequence[str], now: Mapping[str, str]) -> None:
        """Keep that the quotes of these answers stand in the documents with the digests `now`; questions need not wait until all is kept."""
        for some in citations.together(interaction_ids):
            with self._writing() as connection:
                citations.stand(connection, some, now)

    # --- what people think of it

    def rate(self, interaction_id: str, user: str, *, is_good: bool, team: str | None = None) -> None:
        """Keep a person's vote on an answer (of that team, where one is given); another vote of theirs replaces it."""
        with self._writing() as connection:
            if _is_of(connection, interaction_id, team):
                ratings.rate(connection, interaction_id, user, is_good=is_good, now=self._clock())

    def explain(self, interaction_id: str, user: str, reasons: Sequence[str], comment: str, *, team: str | None = None) -> None:
        """Keep why an answer (of that team, where one is given) was not good in a person's eyes."""
        with self._writing() as connection:
            if _is_of(connection, interaction_id, team):
                ratings.explain(connection, interaction_id, user, reasons, comment, self._clock())

    def ratings(self, interaction_ids: Sequence[str] | None = None) -> list[Rating]:
        """What people said of these answers, or of all, oldest first."""
        with self._reading() as connection:
            return ratings.of(connection, interaction_ids)

    def voted_down(self) -> set[str]:
        """The ids of the answers that anybody voted against."""
        with self._reading() as connection:
            return ratings.voted_down(connection)

    def rated_rows(self) -> Iterator[dict[str, Any]]:
        """The log, newest first, each row with its `ratings`, oldest first: `user`, `is_good`, `reasons`, `comment` and `rated_at`."""
        rows = self.rows()
        while some := list(islice(rows, AT_ONCE)):
            given: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
            for rating in self.ratings([row["id"] for row in some]):
                given[rating.interaction_id].append({name: value for name, value in asdict(rating).items() if name != "interaction_id"})
            yield from ({**row, "ratings": given[row["id"]]} for row in some)

    # --- what channels chose

    def choose_for_channel(self, team: str, channel: str, choice: ChannelChoice) -> None:
        """Keep what a channel chose."""
        with self._writing() as connection:
            channels.choose(connection, team, channel, choice)

    def channel_choice(self, team: str, channel: str) -> ChannelChoice | None:
        """What a channel chose; None where it never did."""
        with self._reading() as connection:
            return channels.choice_of(connection, team, channel)


def _is_of(connection: sa.Connection, interaction_id: str, team: str | None) -> bool:
    if team is None:
        return True
    found = sa.select(interactions.c.id).where(interactions.c.id == interaction_id, interactions.c.team == team)
    return connection.execute(found).first() is not None
