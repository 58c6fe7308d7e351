"""Characters that must not be taken over from a document, a question or a model: one table for all who look.

In: any text. Out: patterns, and the text without them. White space is not among them, whatever its code.
"""

import re

_INVISIBLE = "\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
# They move a terminal's cursor or rename its window.
_CONTROL = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"

INVISIBLE = re.compile(f"[{_INVISIBLE}]")
"""Not seen, or turning the direction of what is: soft hyphens, joiners, bidirectional marks, variation selectors, tags."""

_UNSHOWABLE = re.compile(f"[{_CONTROL}{_INVISIBLE}]")


def showable(text: str) -> str:
    """`text` without invisible and control characters."""
    return _UNSHOWABLE.sub("", text)


def on_one_line(text: str) -> str:
    """The same, with one blank for any white space: what a table shows of it.

    >>> on_one_line("two\\nlines.txt")
    'two lines.txt'
    """
    return showable(" ".join(text.split()))
