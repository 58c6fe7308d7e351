"""What the pages share that people look at in a browser: colours and shapes, the frame of a page, tables that show their figures as bars.

In: a folder of templates. Out: an environment in which they can extend `page.html` and import `pieces.html`. A page needs nothing but
itself: no script, nothing fetched, so that it can be kept and sent.
"""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
STYLES = HERE / "style.css"


def environment(folder: Path) -> Environment:
    """Templates of `folder`, before those of every page. Whatever they are given is escaped."""
    made = Environment(
        loader=FileSystemLoader([folder, HERE]), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters |= {"seconds": seconds, "spoken": spoken, "count": count, "brief": brief}
    return made


def seconds(value: float | None) -> str:
    """A time as people read it."""
    if value is None:
        return "–"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def spoken(value: str | None) -> str:
    """A verdict or status in words."""
    return (value or "open").replace("_", " ")


def count(value: float) -> str:
    """A number with its thousands apart."""
    return f"{value:,}".replace(",", "\u202f")


def brief(value: float) -> str:
    """A large number, roughly."""
    for size, letter in ((1e9, "G"), (1e6, "M")):
        if value >= size:
            return f"{value / size:.1f}\u202f{letter}"
    return count(value)


def shares(counts: Mapping[str, int], most: int = 12) -> list[tuple[str, int, float]]:
    """The largest counts with their share of the largest, from 0 to 100."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]
    return [(name, number, 100 * number / max(ordered[0][1], 1)) for name, number in ordered]
