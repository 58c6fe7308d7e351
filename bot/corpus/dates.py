"""Dates as people write them. In: any text. Out: what of year, month and day each names, and where.

A day that could be read two ways (03/04/2018) is refused, never guessed.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH_OF = {name: i for i, name in enumerate(_MONTH_NAMES, 1)} | {name[:3]: i for i, name in enumerate(_MONTH_NAMES, 1)} | {"sept": 9}
_MONTH = r"(?P<month>" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_NOT_IN_NUMBER = r"(?<![\w.,$€£¥])", r"(?![\w%]|[.,]\d)"


def _pattern(body: str) -> re.Pattern[str]:
    return re.compile(_NOT_IN_NUMBER[0] + body + _NOT_IN_NUMBER[1], re.IGNORECASE)


# The first that matches at a place wins, so the fuller forms come first.
_FORMS = (
    _pattern(rf"{_YEAR}-(?P<month_number>0[1-9]|1[0-2])-(?P<day>[0-3]\d)"),
    # Chinese has no blanks around a date.
    re.compile(rf"(?<![\dA-Za-z]){_YEAR}年(?:(?P<month_number>1[0-2]|0?[1-9])月(?:(?P<day>[0-3]?\d)[日号])?)?"),
    _pattern(rf"{_MONTH}\s+{_DAY}(?:\s*[-–]\s*\d{{1,2}})?,?\s+{_YEAR}"),
    _pattern(rf"{_DAY}\s+{_MONTH},?\s+{_YEAR}"),
    _pattern(rf"{_MONTH},?\s+{_YEAR}"),
    _pattern(rf"{_MONTH}\s+{_DAY}(?:\s*[-–]\s*\d{{1,2}})?"),
    _pattern(rf"{_DAY}\s+(?:of\s+)?{_MONTH}"),
    # A month alone is a month where it is capitalised; "May" also needs a word before it that makes it one.
    _pattern(r"(?-i:(?P<month>" + "|".join(name.capitalize() for name in _MONTH_NAMES if name != "may") + r"))"),
    _pattern(r"(?:(?<=in )|(?<=of )|(?<=since )|(?<=last )|(?<=until )|(?<=by )|(?<=from ))(?-i:(?P<month>May))"),
    _pattern(_YEAR),
)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """What of a date is said: any of year, month (1–12) and day (1–31); `start`, `end` are its place in the text."""

    year: int | None
    month: int | None
    day: int | None
    start: int = 0
    end: int = 0

    def says_no_more_than(self, other: "PartialDate") -> bool:
        """Whether every part that self names, `other` names alike."""
        mine, theirs = (self.year, self.month, self.day), (other.year, other.month, other.day)
        return all(a is None or a == b for a, b in zip(mine, theirs, strict=True))

    def as_date(self) -> date | None:
        """The calendar day, where all of it is said and it exists."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None


@lru_cache(maxsize=4096)
def find_dates(text: str) -> tuple[PartialDate, ...]:
    """Every date in `text`, in order, none overlapping."""
    found: list[PartialDate] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(match.start() < f.end and f.start < match.end() for f in found):
                found.append(_read(match))
    return tuple(sorted(found, key=lambda f: f.start))


def _read(match: re.Match[str]) -> PartialDate:
    parts = match.groupdict()
    month = parts.get("month_number") or parts.get("month")
    month_number = (int(month) if month.isdecimal() else _MONTH_OF[month.lower()]) if month else None
    year, day = parts.get("year"), parts.get("day")
    return PartialDate(int(year) if year else None, month_number, int(day) if day else None, match.start(), match.end())
