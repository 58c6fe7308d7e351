"""Numbers as values: what of a text is a quantity, in digits or in words, with its unit and scale.

In: any text. Out: Quantities with exact decimal values: "RMB230bn", "RMB 230 billion" and "230 billion yuan" are one value of one unit.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.corpus.dates import find_dates

_SCALES = {
    "thousand": 3, "k": 3, "million": 6, "mn": 6, "m": 6, "mln": 6, "billion": 9, "bn": 9, "b": 9, "bln": 9, "trillion": 12, "tn": 12,
    "万": 4, "萬": 4, "亿": 8, "億": 8,
}  # fmt: skip
_UNITS = {
    "%": "%", "％": "%", "percent": "%", "per cent": "%", "pct": "%", "percentage points": "points", "percentage point": "points",
    "us$": "USD", "usd": "USD", "$": "USD", "dollar": "USD", "dollars": "USD", "us dollars": "USD", "美元": "USD", "hk$": "HKD", "hkd": "HKD",
    "rmb": "CNY", "cny": "CNY", "yuan": "CNY", "renminbi": "CNY", "人民币": "CNY", "元": "CNY", "rm": "MYR", "myr": "MYR", "ringgit": "MYR",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "¥": "JPY", "jpy": "JPY", "yen": "JPY",
    "s$": "SGD", "sgd": "SGD", "a$": "AUD", "c$": "CAD", "₹": "INR", "inr": "INR", "rupees": "INR", "krw": "KRW", "won": "KRW",
}  # fmt: skip
_PREFIX_UNITS = [
    "us$",
    "hk$",
    "s$",
    "a$",
    "c$",
    "$",
    "€",
    "£",
    "¥",
    "₹",
    "usd",
    "rmb",
    "cny",
    "rm",
    "eur",
    "gbp",
    "jpy",
    "hkd",
    "sgd",
    "inr",
]
_SUFFIX_UNITS = [unit for unit in _UNITS if unit not in {"us$", "hk$", "s$", "a$", "c$", "$", "€", "£", "¥", "₹", "rm"}]
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {word: 10 * n for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)}
_ORDINALS = {
    word: n
    for n, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"], start=1
    )
}
_SMALL = {word: n for n, word in enumerate(_ONES)} | _TENS
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "eigth": 8,
              "ninth": 9, "tenth": 10}  # fmt: skip


def _any_of(words: object) -> str:
    return "|".join(re.escape(w) for w in sorted(map(str, words), key=len, reverse=True))  # type: ignore[call-overload]


_SCALE = (
    rf"(?P<scale>(?:{_any_of(w for w in _SCALES if w.isalpha() and w.isascii() and len(w) > 1)})s?\b|(?-i:[KMB])\b|[kmb]n\b|[万萬亿億])"
)
_SUFFIX = rf"(?P<suffix>[%％]|(?:{_any_of(w for w in _SUFFIX_UNITS if w not in '%％')})(?![a-z]))"
_DIGITS = re.compile(
    rf"(?:(?<![a-z])(?P<prefix>{_any_of(_PREFIX_UNITS)})\s?|(?<!\w)(?<!\w[.,]))(?P<sign>(?<![\w)])[-−](?=\d))?(?P<number>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<ordinal>(?:st|nd|rd|th)\b)?(?:[\s-]?{_SCALE})?(?:[\s-]?{_SUFFIX})?",
    re.IGNORECASE,
)
_WORD_NUMBER = rf"(?:{_any_of(_SMALL)})"
_FRACTION_OF = re.compile(
    rf"\b(?P<top>an?|{_WORD_NUMBER})[\s-](?P<bottom>{_any_of(_FRACTIONS)})s?\b(?=\s+(?:of|as|the|that|less|more)\b|[.,;]|$)|\b(?P<half>half)\b",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rf"\b(?P<words>(?:{_WORD_NUMBER}|hundred)(?:[\s-](?:and[\s-])?(?:{_WORD_NUMBER}|hundred))*|an?(?=\s+(?:hundred|thousand|million|billion|trillion)\b))"
    rf"(?P<hundred>\s+hundred)?(?:[\s-]{_SCALE})?(?:[\s-]{_SUFFIX})?(?!\w)",
    re.IGNORECASE,
)
_ORDINAL_WORD = re.compile(rf"\b(?P<ordinal>{_any_of(_ORDINALS)})(?![\w])", re.IGNORECASE)
_BARE_SCALE = re.compile(
    r"\b(?P<scale>hundreds|thousands|millions|billions|trillions|dozens?)\b(?! of (?:thousand|million|billion))|\b(?P<plus>thousand|"
    r"million|billion|trillion)-plus\b",
    re.IGNORECASE,
)


ROUGH = "s"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value, its unit, and the words it was read from.

    The unit is "%", an ISO 4217 currency code, "th" for an order, ROUGH for "thousands" and the like, "" for a bare number.
    """

    value: Decimal
    unit: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where its words end in the text."""
        return self.start + len(self.text)


@lru_cache(maxsize=4096)
def find_quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of `text`, in order; dates are none. The word "one" alone is a pronoun as often as a number: it counts before a measure only."""
    taken = [(d.start, d.end) for d in find_dates(text)]
    found: list[Quantity] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            quantity = read(match)
            if quantity is not None:
                found.append(quantity)
                taken.append((match.start(), match.end()))
    return tuple(sorted(found, key=lambda q: q.start))


def without_quantities(text: str) -> str:
    """`text` without its numbers, units and dates: those have checks of their own, which know that "percent" is "%"."""
    spans = [(q.start, q.end) for q in find_quantities(text)] + [(d.start, d.end) for d in find_dates(text)]
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {re.sub(r'^s', '', text[end:])}"  # of "the 1970s" nothing is left
    return text


def _unit(match: re.Match[str]) -> str:
    groups = match.groupdict()
    written = (groups.get("prefix") or groups.get("suffix") or "").lower().strip()
    return _UNITS.get(written, "")


def _scale(match: re.Match[str]) -> Decimal:
    written = (match.groupdict().get("scale") or "").lower()
    return Decimal(10) ** _SCALES.get(written, _SCALES.get(written.rstrip("s"), 0))


def _digits(match: re.Match[str]) -> Quantity:
    value = Decimal(match["number"].replace(",", "")) * _scale(match) * (-1 if match["sign"] else 1)
    return Quantity(value, "th" if match["ordinal"] else _unit(match), match.group(), match.start())


def _fraction(match: re.Match[str]) -> Quantity:
    if match["half"]:
        return Quantity(Decimal("0.5"), "", match.group(), match.start())
    top = _SMALL.get(match["top"].lower(), 1)
    return Quantity(Decimal(top) / _FRACTIONS[match["bottom"].lower()], "", match.group(), match.start())


_MEASURE = re.compile(r"\s+(?:second|minute|hour|day|week|month|quarter|year|decade|century|percent|per cent)s?\b", re.IGNORECASE)


def _in_words(match: re.Match[str]) -> Quantity | None:
    total, current = 0, 0
    parts = [w for w in re.split(r"[\s-]+", match["words"].lower()) if w != "and"] + (["hundred"] if match["hundred"] else [])
    for word in parts:
        current = max(current, 1) * 100 if word == "hundred" else current + _SMALL.get(word, 1)
    total += current
    measures = _MEASURE.match(match.string, match.end()) is not None
    bare_one = total == 1 and not match["scale"] and not match["suffix"] and not measures
    return None if bare_one else Quantity(total * _scale(match), _unit(match), match.group(), match.start())


def _ordinal(match: re.Match[str]) -> Quantity:
    return Quantity(Decimal(_ORDINALS[match["ordinal"].lower()]), "th", match.group(), match.start())


def _bare_scale(match: re.Match[str]) -> Quantity:
    """Words like "thousands" and "billion-plus": no exact values, they equal only themselves."""
    word = (match["scale"] or match["plus"]).lower().rstrip("s")
    if word == "dozen" and match.group().lower() != "dozens":
        return Quantity(Decimal(12), "", match.group(), match.start())
    scale = {"hundred": 2, "dozen": 1} | _SCALES
    return Quantity(Decimal(10) ** scale[word], "" if match["plus"] else ROUGH, match.group(), match.start())


_READERS = (
    (_FRACTION_OF, _fraction),
    (_DIGITS, _digits),
    (_IN_WORDS, _in_words),
    (_ORDINAL_WORD, _ordinal),
    (_BARE_SCALE, _bare_scale),
)
