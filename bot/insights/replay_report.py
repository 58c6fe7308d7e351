"""A replay as one HTML page: what got worse first, both answers side by side. In: Replayed. Out: the page's text; everything is escaped."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.insights.replay import Change, Replayed

_SAME = frozenset({Change.SAME})


def render(replayed: Sequence[Replayed], when: datetime) -> str:
    """The page."""
    environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    counts = Counter(each.change.value for each in replayed)
    now = [each.now for each in replayed if each.now]
    return environment.get_template("replay.html").render(
        replayed=replayed,
        when=when,
        counts=[(change.value, counts[change.value]) for change in Change],
        tokens_before=sum(each.before.tokens for each in replayed),
        tokens_now=sum(each.tokens.input + each.tokens.output for each in now),
        seconds_before=median([each.before.seconds for each in replayed] or [0.0]),
        seconds_now=median([each.seconds.get("total", 0.0) for each in now] or [0.0]),
        groups=[
            ("Worse", [each for each in replayed if each.is_worse]),
            ("Better", [each for each in replayed if each.change is Change.BETTER]),
            ("Other claims", [each for each in replayed if each.change is Change.REWORDED]),
            ("The same", [each for each in replayed if each.change in _SAME]),
        ],
    )
