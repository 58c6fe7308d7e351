"""Gaps: questions the documents could not answer and answers that were voted down, grouped by what they ask for.

In: rows of the log, and which of their answers were voted down. Out: Gaps, the most asked for first; as CSV; one as a case for `evaluate`.

>>> two rows "Who is the CEO of JD?" and "who's JD's ceo" make one gap, asked twice
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import yaml

from bot.grounding import Verdict
from bot.insights.cells import as_table
from bot.questions import plain
from bot.retrieval.analysis import content_stems
from bot.store import Row

Entry = Row | Mapping[str, Any]
"""A row of the log, or what has the same keys."""

ALIKE = 0.5  # the share of content words, by Jaccard, from which two questions ask for the same
MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """What several people may have asked for in vain.

    `examples` are its wordings, the newest first; `ids` the interactions, the newest first; `first` and `last` seconds since the epoch.
    """

    examples: tuple[str, ...]
    ids: tuple[str, ...]
    askers: int
    unanswered: int
    voted_down: int
    first: float
    last: float

    @property
    def asked(self) -> int:
        """How often."""
        return len(self.ids)


def find_gaps(rows: Iterable[Entry], down: Collection[str]) -> tuple[Gap, ...]:
    """The gaps among `rows`, those asked for most often first; `down` are the ids of answers that were voted down.

    Questions of small talk and those that were declined are none.
    """
    groups = _Groups()
    for row in rows:
        if row["verdict"] == Verdict.NOT_IN_DOCUMENTS.value or row["id"] in down:
            groups.add(row)
    gaps = (_gap(group, down) for group in groups.all)
    return tuple(sorted(gaps, key=lambda gap: (-gap.asked, -gap.last)))


class _Groups:
    """Rows by what they ask for. A row joins the group it shares most with, so that no pass over all pairs is needed."""

    def __init__(self) -> None:
        self.all: list[list[Entry]] = []
        self._stems: list[frozenset[str]] = []
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        self._known: dict[frozenset[str], int] = {}

    def add(self, row: Entry) -> None:
        """Put a row to its like, or by itself."""
        words = plain(row["question"])
        stems = frozenset(content_stems(words)) or frozenset(words.casefold().split())
        if (best := self._best(stems)) is not None:
            self.all[best].append(row)
            self._known[stems] = best
            return
        for stem in stems:
            self._having[stem].append(len(self.all))
        self._known[stems] = len(self.all)
        self.all.append([row])
        self._stems.append(stems)

    def _best(self, stems: frozenset[str]) -> int | None:
        if stems in self._known:
            return self._known[stems]
        shared = Counter(chain.from_iterable(self._having[stem] for stem in stems))
        # What shares less than this of its own words cannot be alike, whatever the other has.
        near = [number for number, count in shared.items() if count >= ALIKE * len(stems)]
        best = max(near, key=lambda n: self._alike(n, stems, shared[n]), default=None)
        return best if best is not None and self._alike(best, stems, shared[best]) >= ALIKE else None

    def _alike(self, number: int, stems: frozenset[str], shared: int) -> float:
        return shared / (len(self._stems[number]) + len(stems) - shared)


def _gap(group: Sequence[Entry], down: Collection[str]) -> Gap:
    newest = sorted(group, key=lambda row: -row["received_at"])
    wordings = dict.fromkeys(plain(row["question"]) for row in newest)
    return Gap(
        examples=tuple(wordings)[:MOST_EXAMPLES],
        ids=tuple(row["id"] for row in newest),
        askers=len({row["asker"] for row in group}),
        unanswered=sum(row["verdict"] == Verdict.NOT_IN_DOCUMENTS.value for row in group),
        voted_down=sum(row["id"] in down for row in group),
        first=newest[-1]["received_at"],
        last=newest[0]["received_at"],
    )


def as_csv(gaps: Iterable[Gap]) -> str:
    """One gap a line, with a head. Cells that a spreadsheet would take for formulas are quoted with an apostrophe."""
    head = ("asked", "askers", "unanswered", "voted_down", "first", "last", "question", "other_wordings", "ids")
    return as_table(head, map(_cells, gaps))


def _cells(gap: Gap) -> tuple[object, ...]:
    question, *others = gap.examples
    row = (gap.asked, gap.askers, gap.unanswered, gap.voted_down, _day(gap.first), _day(gap.last), question, " | ".join(others))
    return (*row, " ".join(id_[:8] for id_ in gap.ids))


def as_case(row: Entry, category: str = "gaps") -> str:
    """A file of one case: the question as it was asked, to be refused until somebody writes down what answers it."""
    words = plain(row["question"])
    name = "-".join(re.findall(r"[a-z0-9]+", words.lower())[:6]) or "question"
    case = {
        "id": f"gap-{name}-{row['id'][:8]}",
        "question": words,
        "answerable": False,
        "notes": "From the log. Once a document answers it: answerable: true, must_contain and quotes.",
    }
    file = {"category": category, "cases": [case]}
    return yaml.safe_dump(file, allow_unicode=True, sort_keys=False, width=120)


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
