"""The abbreviations that a text explains itself.

In: a text. Out: groups of a long form and the short one behind it in brackets, where the letters are those its words begin with.

>>> list(explained("The Value Added Tax (VAT) is due."))
[frozenset({'VAT', 'Value Added Tax'})]
"""

import re
from collections.abc import Iterator

_IN_BRACKETS = re.compile(r"(?<=[ \u00a0])\((?P<short>[A-Z][A-Z&]{1,6})s?\)")
_LONGEST = 100  # characters of a long form
_MOST_WORDS = 9
_WORD = re.compile(r"[\w’'-]+")
_SMALL = frozenset("of and for the in on to a an de la".split())


def explained(text: str) -> Iterator[frozenset[str]]:
    """Each short form with its long one, in order."""
    for found in _IN_BRACKETS.finditer(text):
        before = re.split(r"[.,;:()]", text[max(0, found.start() - _LONGEST) : found.start()])[-1]
        if long := _long_form(_WORD.findall(before)[-_MOST_WORDS:], found["short"].replace("&", "").lower()):
            yield frozenset({found["short"], long})


def _long_form(before: list[str], letters: str) -> str | None:
    """The last words of `before` whose initials are the letters, small words left out or counted."""
    for size in range(2, len(before) + 1):
        words = before[-size:]
        initials = "".join(part[0] for word in words for part in word.split("-") if part).lower()
        telling = "".join(part[0] for word in words if word.lower() not in _SMALL for part in word.split("-") if part).lower()
        if letters in (initials, telling) and words[0].lower() not in _SMALL:
            return " ".join(words)
    return None
