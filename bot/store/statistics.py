"""The log in figures. In: a connection and a Selection. Out: counts by day, verdict, engine and channel, latencies, rows of a page.

Counts are made by the database over narrow columns that one index holds, so that 100,000 interactions take no longer than a look at a page.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.grounding import Verdict
from bot.store.schema import interactions, ratings

SECONDS_PER_DAY = 86_400
MOST_CHANNELS = 10
_SHOWN = ("seq", "id", "received_at", "status", "surface", "channel", "asker", "question", "verdict", "engine", "finished_at")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which interactions: of the last `days` (None: all), and of one channel, verdict, engine or with these words; empty means any."""

    days: int | None = None
    channel: str = ""
    verdict: str = ""
    engine: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a Selection amounts to.

    `days` has every day from the first to the last with its counts by verdict; `median_seconds` and `p95_seconds` are from receipt to delivery,
    None where nothing was delivered; `open` is what waits or is being answered.
    """

    total: int = 0
    open: int = 0
    days: Mapping[date, Mapping[str, int]] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)
    engines: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    median_seconds: float | None = None
    p95_seconds: float | None = None
    good: int = 0
    bad: int = 0


def figures(connection: sa.Connection, selection: Selection, now: float) -> Figures:
    """The figures of `selection`."""
    chosen = _where(selection, now)
    verdict = sa.func.coalesce(interactions.c.verdict, interactions.c.status)
    day = sa.cast(interactions.c.received_at, sa.BigInteger) // SECONDS_PER_DAY
    counted = connection.execute(sa.select(day, verdict, sa.func.count()).where(*chosen).group_by(day, verdict)).all()
    days: defaultdict[date, dict[str, int]] = defaultdict(dict)
    verdicts: defaultdict[str, int] = defaultdict(int)
    for number, name, count in counted:
        days[_date(number)][name] = count
        verdicts[name] += count
    latencies = _latencies(connection, chosen)
    good, bad = _votes(connection, chosen)
    return Figures(
        total=sum(verdicts.values()),
        open=verdicts["queued"] + verdicts["running"],
        days=_every_day(days),
        verdicts={name: count for name, count in sorted(verdicts.items(), key=lambda item: -item[1]) if count},
        engines=_counts(connection, interactions.c.engine, chosen),
        channels=_counts(connection, interactions.c.channel, chosen),
        median_seconds=_at(latencies, 0.5),
        p95_seconds=_at(latencies, 0.95),
        good=good,
        bad=bad,
    )


def page(connection: sa.Connection, selection: Selection, now: float, before: int | None, size: int) -> list[Mapping[str, Any]]:
    """The newest `size` rows with a `seq` below `before`, narrow."""
    columns = [interactions.c[name] for name in _SHOWN]
    older = [interactions.c.seq < before] if before is not None else []
    chosen = sa.select(*columns).where(*_where(selection, now), *older).order_by(interactions.c.seq.desc()).limit(size)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def newest_answers(connection: sa.Connection, selection: Selection, now: float, at_most: int) -> list[Mapping[str, Any]]:
    """What was said last, whole: `answer`, `seconds` and `tokens`."""
    columns = (interactions.c.answer, interactions.c.seconds, interactions.c.tokens)
    answered = [*_where(selection, now), interactions.c.verdict.is_not(None)]
    chosen = sa.select(*columns).where(*answered).order_by(interactions.c.seq.desc()).limit(at_most)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def disappointing(connection: sa.Connection) -> list[Mapping[str, Any]]:
    """The questions that were refused or whose answer was voted down, newest first and narrow."""
    down = sa.select(ratings.c.interaction_id).where(ratings.c.is_good.is_(False))
    refused = interactions.c.verdict == Verdict.NOT_IN_DOCUMENTS.value
    columns = [interactions.c[name] for name in _SHOWN]
    chosen = sa.select(*columns).where(refused | interactions.c.id.in_(down)).order_by(interactions.c.seq.desc())
    return [dict(row) for row in connection.execute(chosen).mappings()]


def _where(selection: Selection, now: float) -> list[sa.ColumnElement[bool]]:
    chosen = []
    if selection.days is not None:
        chosen.append(interactions.c.received_at >= now - selection.days * SECONDS_PER_DAY)
    if selection.channel:
        chosen.append(interactions.c.channel == selection.channel)
    if selection.verdict:
        chosen.append(sa.func.coalesce(interactions.c.verdict, interactions.c.status) == selection.verdict)
    if selection.engine:
        chosen.append(interactions.c.engine == selection.engine)
    if selection.words:
        chosen.append(interactions.c.question.icontains(selection.words, autoescape=True))
    return chosen


def _counts(connection: sa.Connection, column: sa.Column[Any], chosen: Sequence[sa.ColumnElement[bool]]) -> dict[str, int]:
    """How many of each value that is one, the most common first."""
    given = [column.is_not(None), column != ""]
    counted = sa.select(column, sa.func.count()).where(*chosen, *given).group_by(column).order_by(sa.func.count().desc(), column)
    return {row[0]: row[1] for row in connection.execute(counted.limit(MOST_CHANNELS)).all()}


def _latencies(connection: sa.Connection, chosen: Sequence[sa.ColumnElement[bool]]) -> list[float]:
    took = interactions.c.finished_at - interactions.c.received_at
    done = sa.select(took).where(*chosen, interactions.c.finished_at.is_not(None), interactions.c.verdict.is_not(None)).order_by(took)
    return list(connection.execute(done).scalars())


def _votes(connection: sa.Connection, chosen: Sequence[sa.ColumnElement[bool]]) -> tuple[int, int]:
    joined = sa.select(ratings.c.is_good, sa.func.count()).join(interactions, interactions.c.id == ratings.c.interaction_id)
    counted = {bool(good): count for good, count in connection.execute(joined.where(*chosen).group_by(ratings.c.is_good))}
    return counted.get(True, 0), counted.get(False, 0)


def _every_day(days: Mapping[date, Mapping[str, int]]) -> dict[date, Mapping[str, int]]:
    """Also the days on which nothing was asked: a gap in time shows as one."""
    if not days:
        return {}
    first, last = min(days), max(days)
    return {day: days.get(day, {}) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))}


def _date(number: int) -> date:
    return datetime.fromtimestamp(number * SECONDS_PER_DAY, UTC).date()


def _at(ordered: Sequence[float], share: float) -> float | None:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else None
