"""What an address of the dashboard says. In: a query. Out: a Selection; and back.

>>> query(selection_of({"days": "7", "verdict": "failed"}), before=90)
'?days=7&verdict=failed&before=90'
"""

from collections.abc import Mapping
from dataclasses import asdict
from urllib.parse import urlencode

from bot.store import Selection

ALL_DAYS = 0
DEFAULT_DAYS = 30
DAYS = (1, 7, 30, 90, 365)
_WORDS = ("channel", "verdict", "engine", "words", "cites", "withheld")


def selection_of(params: Mapping[str, str]) -> Selection:
    """The filters of an address; what makes no sense filters nothing. Without a time, the last month: what was long ago is asked for."""
    days = number(params.get("days"))
    return Selection(
        days=DEFAULT_DAYS if days is None else days or None, **{name: params.get(name, "").strip()[:200] for name in _WORDS}
    )  # fmt: skip


def query(selection: Selection, **more: object) -> str:
    """The filters as the end of an address, `?` included."""
    given = {name: value for name, value in (asdict(selection) | more).items() if value}
    return f"?{urlencode({'days': selection.days or ALL_DAYS} | given)}"


def number(text: str | None) -> int | None:
    """A whole number that an address may hold."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
