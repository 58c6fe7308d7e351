"""The chart over time as shapes for the template to draw. In: counts by day and verdict. Out: columns with their places, in SVG units."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720.0, 160.0
MOST_DAYS = 120  # a column a day; beyond that a column a week
GAP = 0.15  # of a column's width
ORDER = ("answered", "partial", "not_in_documents", "declined", "failed")


@dataclass(frozen=True, slots=True)
class Segment:
    """Part of a column: `kind` is its verdict."""

    kind: str
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """What happened on the days from `label` on."""

    label: str
    x: float
    width: float
    segments: tuple[Segment, ...]

    @property
    def total(self) -> int:
        """How many."""
        return sum(segment.count for segment in self.segments)


def columns(days: Mapping[date, Mapping[str, int]]) -> tuple[Column, ...]:
    """A stacked column for each day, or for each week where there are many."""
    grouped = _grouped(days)
    most = max((sum(counts.values()) for _, counts in grouped), default=0) or 1
    width = WIDTH / max(len(grouped), 7)  # a single day is no wall
    return tuple(_column(label, counts, n * width, width, most) for n, (label, counts) in enumerate(grouped))


def _grouped(days: Mapping[date, Mapping[str, int]]) -> list[tuple[str, Counter[str]]]:
    size = 1 if len(days) <= MOST_DAYS else 7
    grouped: list[tuple[str, Counter[str]]] = []
    for n, (day, counts) in enumerate(sorted(days.items())):
        if n % size == 0:
            grouped.append((day.isoformat(), Counter()))
        grouped[-1][1].update(counts)
    return grouped


def _column(label: str, counts: Mapping[str, int], x: float, width: float, most: int) -> Column:
    segments, y = [], HEIGHT
    for kind in _ordered(counts):
        height = HEIGHT * counts[kind] / most
        y -= height
        segments.append(Segment(kind, counts[kind], y, height))
    return Column(label, x, width * (1 - GAP), tuple(segments))


def _ordered(counts: Mapping[str, int]) -> Iterable[str]:
    return sorted((kind for kind in counts if counts[kind]), key=lambda kind: (ORDER.index(kind) if kind in ORDER else len(ORDER), kind))
