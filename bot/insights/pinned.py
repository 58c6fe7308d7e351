"""Pinned answers as they are listed. In: a Pin. Out: a JSON object; the day of a moment."""

from datetime import UTC, datetime
from typing import Any

from bot.store import Pin


def as_json(pin: Pin) -> dict[str, Any]:
    """What there is to know of a pin, without the answer itself, which `log show` has."""
    return {
        "id": pin.id, "question": pin.question, "wanted": pin.wanted, "until": pin.until or None, "team": pin.team,
        "pinned_by": pin.pinned_by, "pinned_on": day(pin.pinned_at), "documents": sorted(pin.documents),
        "expired_by": pin.changed or None, "expired_on": day(pin.changed_at) if pin.changed_at is not None else None,
    }  # fmt: skip


def day(seconds: float) -> str:
    """The day, UTC."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
