"""The week in questions: how many, how well they were answered, what was asked for in vain, what was cited most.

In: the store, a team, a time. Out: a Digest. Where the log keeps no words, it has counts and no examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.grounding import Verdict
from bot.insights.gaps import Gap, find_gaps
from bot.store import Store, words_of

DAYS = 7
SECONDS_PER_DAY = 86_400
MOST_GAPS = 5
MOST_CITED = 5
_ANSWERED = {Verdict.ANSWERED.value, Verdict.PARTIAL.value}


@dataclass(frozen=True, slots=True)
class Digest:
    """`since` and `until` in seconds since the epoch; `open_questions` is how many gaps there are beyond those named, or without words."""

    since: float
    until: float
    asked: int = 0
    answered: int = 0
    askers: int = 0
    voted_down: int = 0
    gaps: tuple[Gap, ...] = ()
    further: int = 0
    cited: Mapping[str, int] | None = None

    @property
    def percent(self) -> int:
        """How many of a hundred were answered."""
        return round(100 * self.answered / self.asked) if self.asked else 0


def digest_of(store: Store, team: str | None, until: float) -> Digest:
    """The seven days before `until`, of one team or, where it is None, of all."""
    since = until - DAYS * SECONDS_PER_DAY
    rows, down = store.asked_between(team, since, until), store.voted_down()
    rows = [row for row in rows if row["verdict"] != Verdict.DECLINED.value]
    gaps = find_gaps((row for row in rows if words_of(row)), down)
    named = gaps[:MOST_GAPS]
    in_vain = sum(row["verdict"] == Verdict.NOT_IN_DOCUMENTS.value or row["id"] in down for row in rows)
    return Digest(
        since=since,
        until=until,
        asked=len(rows),
        answered=sum(row["verdict"] in _ANSWERED for row in rows),
        askers=len({row["asker"] for row in rows}),
        voted_down=sum(row["id"] in down for row in rows),
        gaps=named,
        further=in_vain - sum(gap.asked for gap in named),
        cited=store.cited_between(team, since, until, MOST_CITED),
    )
