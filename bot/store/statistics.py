"""The log in figures: how many, how good, how fast, at what cost, and what is behind the figures. In: a connection and a Selection."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from bot.grounding import Verdict
from bot.store.schema import contents, interactions, ratings

SECONDS_PER_DAY = 86_400
MOST_NAMES = 12
MOST_DOCUMENTS = 100_000
MOST_LATENCIES = 10_000
_SHOWN = ("seq", "id", "received_at", "status", "surface", "channel", "asker", "question", "verdict", "engine", "finished_at")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which interactions: of the last `days` (None: all), and of one channel, verdict, engine or with these words; empty means any.

    `cites` is a document that the answer cites, `withheld` a rule that withheld a claim of it.
    """

    days: int | None = None
    channel: str = ""
    verdict: str = ""
    engine: str = ""
    words: str = ""
    cites: str = ""
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a Selection amounts to.

    `days` has every day from the first to the last with its counts by verdict; `median_seconds` and `p95_seconds` are from receipt to delivery
    of the newest answers, to a hundredth below a second, a tenth below ten, whole ones above, and None where nothing was delivered; `open` is
    what waits or is being answered; `cited` and `withheld` count answers by document and withheld claims by rule, the most first; `tokens` by kind.
    """

    total: int = 0
    open: int = 0
    days: Mapping[date, Mapping[str, int]] = field(default_factory=dict)
    verdicts: Mapping[str, int] = field(default_factory=dict)
    engines: Mapping[str, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    cited: Mapping[str, int] = field(default_factory=dict)
    withheld: Mapping[str, int] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    median_seconds: float | None = None
    p95_seconds: float | None = None
    good: int = 0
    bad: int = 0


def figures(connection: sa.Connection, selection: Selection, now: float) -> Figures:
    """The figures of `selection`."""
    source = _source(selection, now)
    by: defaultdict[str, list[sa.Row[Any]]] = defaultdict(list)
    for row in connection.execute(_counted(source)):
        by[row.what].append(row)
    days: defaultdict[date, dict[str, int]] = defaultdict(dict)
    verdicts: defaultdict[str, int] = defaultdict(int)
    for row in by["day"]:
        days[_date(row.number)][row.name] = row.amount
        verdicts[row.name] += row.amount
    latencies = sorted((row.number, row.amount) for row in by["latency"])
    votes = {row.name: row.amount for row in by["vote"]}
    return Figures(
        total=sum(verdicts.values()),
        open=verdicts["queued"] + verdicts["running"],
        days=_every_day(days),
        verdicts={name: count for name, count in sorted(verdicts.items(), key=lambda item: -item[1]) if count},
        engines=_ordered(by["engine"]),
        channels=_ordered(by["channel"]),
        cited=_ordered(by["cited"], MOST_DOCUMENTS),
        withheld=_ordered(by["withheld"]),
        tokens=_tokens(connection, source),
        median_seconds=_quantile(latencies, 0.5),
        p95_seconds=_quantile(latencies, 0.95),
        good=votes.get("good", 0),
        bad=votes.get("bad", 0),
    )


def page(connection: sa.Connection, selection: Selection, now: float, before: int | None, size: int) -> list[Mapping[str, Any]]:
    """The newest `size` rows with a `seq` below `before`, narrow."""
    columns = [interactions.c[name] for name in _SHOWN]
    older = [interactions.c.seq < before] if before is not None else []
    chosen = sa.select(*columns).where(*_where(selection, now), *older).order_by(interactions.c.seq.desc()).limit(size)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def newest_seconds(connection: sa.Connection, selection: Selection, now: float, at_most: int) -> list[Mapping[str, float]]:
    """How long each step of the newest selected answers took."""
    newest = sa.select(interactions.c.seq).where(*_where(selection, now), interactions.c.verdict.is_not(None))
    newest = newest.order_by(interactions.c.received_at.desc()).limit(at_most)
    chosen = sa.select(interactions.c.seconds).where(interactions.c.seq.in_(newest.scalar_subquery()))
    return [row or {} for row in connection.execute(chosen).scalars()]


def disappointing(connection: sa.Connection, since: float | None = None, at_most: int | None = None) -> list[Mapping[str, Any]]:
    """The questions that were refused or whose answer was voted down, received from `since` on, newest first and narrow."""
    down = sa.select(ratings.c.interaction_id).where(ratings.c.is_good.is_(False))
    refused = interactions.c.verdict == Verdict.NOT_IN_DOCUMENTS.value
    columns = [interactions.c[name] for name in _SHOWN]
    chosen = sa.select(*columns).where(refused | interactions.c.id.in_(down)).order_by(interactions.c.seq.desc()).limit(at_most)
    if since is not None:
        chosen = chosen.where(interactions.c.received_at >= since)
    return [dict(row) for row in connection.execute(chosen).mappings()]


def _where(selection: Selection, now: float) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
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
    for kind, name in (("cited", selection.cites), ("withheld", selection.withheld)):
        if name:
            having = sa.select(contents.c.seq).where(contents.c.kind == kind, contents.c.name == name)
            chosen.append(interactions.c.seq.in_(having))
    return chosen


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the rows are counted: `row` has the columns, `where` says which of them count."""

    row: ReadOnlyColumnCollection[str, Any]
    where: Sequence[sa.ColumnElement[bool]]
    is_whole: bool

    @property
    def verdict(self) -> sa.ColumnElement[str]:
        """What became of it, so far."""
        return sa.func.coalesce(self.row.verdict, self.row.status)


_COUNTED = (
    "seq", "id", "received_at", "status", "verdict", "engine", "channel", "finished_at", "input_tokens", "cached_tokens", "output_tokens"
)  # fmt: skip


def _source(selection: Selection, now: float) -> _Source:
    """The index that has all that is counted; where it has not what limits the rows, those are looked for once and set aside."""
    where = _where(selection, now)
    if not (selection.words or selection.cites or selection.withheld):
        return _Source(interactions.c, where, not where)
    chosen = sa.select(*(interactions.c[name] for name in _COUNTED)).where(*where).cte("chosen").prefix_with("MATERIALIZED")
    return _Source(chosen.c, (), is_whole=False)


def _counted(source: _Source) -> sa.CompoundSelect[Any]:
    """Every count at once, as rows of `what`, `name`, `number` and `amount`."""
    row = source.row
    day = sa.cast(row.received_at, sa.BigInteger) // SECONDS_PER_DAY
    number = sa.literal(0.0)
    counts = [_row("day", source.verdict, sa.cast(day, sa.Float), sa.func.count()).where(*source.where).group_by(day, source.verdict)]
    counts += [
        _row(each.name, each, number, sa.func.count()).where(each != "", *source.where).group_by(each) for each in (row.engine, row.channel)
    ]
    counts += [_contents(kind, source) for kind in ("cited", "withheld")]
    return sa.union_all(*counts, _latencies(source), _votes(source))


def _tokens(connection: sa.Connection, source: _Source) -> dict[str, int]:
    kinds = ("input", "cached", "output")
    summed = connection.execute(sa.select(*(sa.func.sum(source.row[f"{kind}_tokens"]) for kind in kinds)).where(*source.where)).one()
    return {kind: int(used) for kind, used in zip(kinds, summed, strict=True) if used}


def _row(what: str, name: sa.ColumnElement[Any], number: sa.ColumnElement[Any], amount: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return sa.select(_named(sa.literal(what, sa.Text), "what"), _named(name, "name"), _named(number, "number"), _named(amount, "amount"))


def _named(element: sa.ColumnElement[Any], name: str) -> sa.Label[Any]:
    return element.label(name)


def _contents(kind: str, source: _Source) -> sa.Select[Any]:
    counted = _row(kind, contents.c.name, sa.literal(0.0), sa.func.sum(contents.c.count)).where(contents.c.kind == kind)
    if not source.is_whole:
        counted = counted.where(contents.c.seq.in_(sa.select(source.row.seq).where(*source.where)))
    return counted.group_by(contents.c.name)


def _latencies(source: _Source) -> sa.Select[Any]:
    """How often which time was taken, by the newest: those of last year say nothing of today's."""
    row = source.row
    delivered = (row.finished_at.is_not(None), row.verdict.is_not(None))
    took = _named(row.finished_at - row.received_at, "took")
    newest = sa.select(took).where(*source.where, *delivered).order_by(row.received_at.desc()).limit(MOST_LATENCIES).subquery()
    rounded = _rounded(newest.c.took)
    return _row("latency", sa.literal(""), rounded, sa.func.count()).select_from(newest).group_by(rounded)


def _votes(source: _Source) -> sa.Select[Any]:
    vote = sa.case((ratings.c.is_good, "good"), else_="bad")
    counted = _row("vote", vote, sa.literal(0.0), sa.func.count()).select_from(ratings)
    if not source.is_whole:
        counted = counted.where(source.row.id == ratings.c.interaction_id, *source.where)
    return counted.group_by(vote)


def _rounded(seconds: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """As finely as anybody reads it, so that there are few different ones."""

    def to(step: float) -> sa.ColumnElement[Any]:
        return sa.cast(seconds / step + 0.5, sa.BigInteger) * sa.literal(step, sa.Float)

    return sa.case((seconds < 1, to(0.01)), (seconds < 10, to(0.1)), else_=to(1.0))


def _ordered(rows: Sequence[sa.Row[Any]], most: int = MOST_NAMES) -> dict[str, int]:
    """The most common first."""
    ordered = sorted(rows, key=lambda row: (-row.amount, row.name))[:most]
    return {row.name: int(row.amount) for row in ordered}


def _every_day(days: Mapping[date, Mapping[str, int]]) -> dict[date, Mapping[str, int]]:
    """Also the days on which nothing was asked: a gap in time shows as one."""
    if not days:
        return {}
    first, last = min(days), max(days)
    return {day: days.get(day, {}) for day in (first + timedelta(days=n) for n in range((last - first).days + 1))}


def _date(number: float) -> date:
    return datetime.fromtimestamp(number * SECONDS_PER_DAY, UTC).date()


def _quantile(ordered: Sequence[tuple[float, int]], share: float) -> float | None:
    """Of values and how often each is there, in order."""
    rank, passed = sum(count for _, count in ordered) * share, 0
    for value, count in ordered:
        passed += count
        if passed > rank:
            return value
    return ordered[-1][0] if ordered else None
