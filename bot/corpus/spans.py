"""A stretch of a text."""

from typing import NamedTuple


class Span(NamedTuple):
    """`text[start:end]` of a document's text, in code points."""

    start: int
    end: int
