"""Check 7, dates: every date of a claim is stated in its evidence, or follows from it and the day of publication.

And no claim speaks of time relative to a day nobody knows.

In: a claim's text and its evidence. Out: reasons. Without a day of publication no year is ever derived.

>>> an article of 26 March 2018 says "yesterday": "on March 25, 2018" passes, "yesterday" and "in 2017" fail
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from bot.corpus.dates import PartialDate, find_dates
from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ANY_WEEKDAY = "|".join(_WEEKDAYS)
_UNITS = r"(?:day|week|weekend|month|quarter|year|decade|century|morning|evening|night|summer|winter|spring|autumn|fall)"
# "The next day" and "the previous year" look back to what was told before; only without "the", or in the plural, do such words look from today.
RELATIVE = re.compile(
    rf"\b(?:today|yesterday|tomorrow|tonight|now|nowadays|currently|presently|at present(?!-)|at the moment|recently|lately|so far this \w+|"
    rf"(?:(?<!the )(?:last|next|past|previous)|this|coming|current)\s+{_UNITS}|(?:last|past|next|coming)\s+(?:\w+\s+)?{_UNITS}s|"
    rf"(?:earlier|later)\s+(?:this|last|next)\s+{_UNITS}|{_UNITS}s?\s+ago|(?:last|this|next|on)\s+(?:{_ANY_WEEKDAY}))\b"
    rf"|今天|昨天|明天|目前|现在|現在|最近|今年|去年|明年|上个?月|本月|日前",
    re.IGNORECASE,
)
_HALF_A_YEAR = 183  # days: a month and day without a year is taken for the nearest one, within six months (grounding.md, check 7)


def dates(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The dates of `text` that do not follow from the evidence, and its words of relative time."""
    known = known_dates(evidence)
    counted = _counted_years(evidence.text)
    unsupported = [
        found
        for found in find_dates(text)
        if not any(found.says_no_more_than(date) for date in known)
        or (found.month is None and found.year in counted and _IN_YEAR.search(text[: found.start]))
    ]
    unsupported = [found for found in unsupported if not _is_as_of(found, text, evidence)]
    return [Reason("date", text[found.start : found.end]) for found in unsupported] + _relative_time(text)


def _is_as_of(found: PartialDate, text: str, evidence: ClaimEvidence) -> bool:
    """Whether a date is that of the document, and said to be no more: "as of 26 March 2018"."""
    published = evidence.document.published.value
    return published is not None and found.says_no_more_than(_of(published)) and bool(_AS_OF.search(text[: found.start]))


_AS_OF = re.compile(r"\b(?:as of|published (?:on|in)|dated|(?:article|report|letter|speech) (?:of|from))\s+$", re.IGNORECASE)


def _counted_years(text: str) -> set[int]:
    """Numbers that look like a year but count something: "2000 people"."""
    return {
        int(m.group(1))
        for m in re.finditer(
            r"(?<![\w.,$-])((?:1[5-9]|20)\d\d)\s+(?!(?:and|in|at|on|by|to|when|as|with|for|the|a|an|was|were|is|has|had|or|but|after|before|until|from|the)\b)(?:[a-z]+s|people|men|women|children)\b",
            text,
        )
    }


_IN_YEAR = re.compile(r"\b(?:in|since|by|until|during|of|from|before|after)\s+$")


def _relative_time(text: str) -> list[Reason]:
    return [Reason("relative time", match.group()) for match in RELATIVE.finditer(text) if not _is_of_the_story(text, match)]


def _is_of_the_story(text: str, match: re.Match[str]) -> bool:
    """Whether a word of time looks from the time that is told of: "the king was now alone", "over the next two decades the town grew"."""
    before, after, word = text[: match.start()], text[match.end() :], match.group().lower()
    if word in {"now", "currently", "recently", "lately"}:
        return bool(re.search(r"\b(?:was|were|had)\s+(?:\w+\s+)?$", before, re.IGNORECASE) or re.match(r"\s+(?:was|were|had)\b", after))
    follows = word.startswith("next") and before.lower().rstrip().endswith("the")
    return (
        follows
        and bool(re.search(r"\b(?:was|were|had|\w+ed)\b", text))
        and not re.search(r"\b(?:will|shall|would|is|are|has|have)\b", text)
    )


def known_dates(evidence: ClaimEvidence) -> tuple[PartialDate, ...]:
    """The dates the evidence states, each completed as far as the day of publication allows, and those its words derive from that day."""
    published = evidence.document.published.value
    stated = find_dates(evidence.text)
    if published is None:
        return stated
    return (*stated, *(_completed(s, published, evidence.text) for s in stated), *_derived(evidence.text, published))


def _completed(stated: PartialDate, published: date, text: str) -> PartialDate:
    """A month and day without a year, in the year that puts it within half a year of publication."""
    if stated.year is not None or stated.month is None:
        return stated
    for year in (published.year, published.year - 1, published.year + 1):
        day = PartialDate(year, stated.month, stated.day or 15).as_date()
        since = re.search(r"\bsince\s+(?:the\s+)?$", text[max(0, stated.start - 12) : stated.start]) is not None
        near = 0 <= (published - day).days < 365 if day and since else day and abs((day - published).days) < _HALF_A_YEAR
        if near:
            return PartialDate(year, stated.month, stated.day)
    return stated


def _derived(text: str, published: date) -> Iterator[PartialDate]:
    lowered = text.lower()
    for word, days in (("today", 0), ("yesterday", -1), ("tomorrow", 1)):
        if re.search(rf"\b{word}\b(?!['’]s\b)", lowered):
            yield _of(published + timedelta(days=days))
    for match in re.finditer(
        rf"(?P<will>\b(?:will|to be|is due|are due|scheduled)\b(?:\s+\w+){{0,5}}\s+)?\b(?P<which>on|last|this|"
        rf"next)\s+(?P<day>{_ANY_WEEKDAY})\b",
        lowered,
    ):
        back = (published.weekday() - _WEEKDAYS.index(match["day"])) % 7
        if match["which"] == "last" and back == 0:
            back = 7
        if match["will"] or match["which"] in {"this", "next"}:  # whether it has been or is to come is not for us to guess
            continue
        yield _of(published - timedelta(days=back))
    for words, months in (("last month", -1), ("this month", 0), ("next month", 1)):
        if words in lowered:
            month = published.month - 1 + months
            yield PartialDate(published.year + month // 12, month % 12 + 1, None)
    for words, years in (("last year", -1), ("this year", 0), ("next year", 1)):
        if words in lowered:
            yield PartialDate(published.year + years, None, None)


def _of(day: date) -> PartialDate:
    return PartialDate(day.year, day.month, day.day)
