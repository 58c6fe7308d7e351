"""A replay as one HTML page: what got worse first, both answers side by side. In: Replayed. Out: the page's text; everything is escaped."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

from bot.insights.replay import Change, Replayed
from bot.pages import environment

_SAME, _WORSE = "The same", (Change.WORSE.value, Change.CRASHED.value)


def render(replayed: Sequence[Replayed], when: datetime) -> str:
    """The page."""
    counts = Counter(each.change.value for each in replayed)
    now = [each.now for each in replayed if each.now]
    return (
        environment(Path(__file__).parent)
        .get_template("replay.html")
        .render(
            replayed=replayed,
            when=when,
            counts=[(change.value, counts[change.value]) for change in Change],
            same=_SAME,
            worse=_WORSE,
            withheld_before=sum(len(each.before.answer.withheld) for each in replayed),
            withheld_now=sum(len(each.answer.withheld) for each in now),
            tokens_before=sum(each.before.tokens for each in replayed),
            tokens_now=sum(each.tokens.input + each.tokens.output for each in now),
            seconds_before=median([each.before.seconds for each in replayed] or [0.0]),
            seconds_now=median([each.seconds.get("total", 0.0) for each in now] or [0.0]),
            groups=[
                ("Worse", [each for each in replayed if each.is_worse]),
                ("Better", [each for each in replayed if each.change is Change.BETTER]),
                ("Other claims", [each for each in replayed if each.change is Change.REWORDED]),
                (_SAME, [each for each in replayed if each.change is Change.SAME]),
            ],
        )
    )
