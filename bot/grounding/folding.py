"""Text with its typography folded away, and the way back to the original's offsets.

Curly and straight quotes, dashes of any length, non-breaking and repeated spaces and compatibility forms compare equal; case does not.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.characters import INVISIBLE
from bot.corpus import Span

_SAME = str.maketrans(dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"\u00ad": None})


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is folded; `origins[i]` is where its i-th character came from in the original."""

    text: str
    origins: tuple[int, ...]

    def original(self, start: int, end: int) -> Span:
        """The stretch of the original that `text[start:end]` came from."""
        return Span(self.origins[start], self.origins[end - 1] + 1)


def fold(text: str) -> str:
    """`text` folded."""
    return fold_with_origins(text).text


def fold_with_origins(text: str, offset: int = 0) -> Folded:
    """`text` folded; origins are counted from `offset`."""
    folded: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text, start=offset):
        for piece in _folded(character):
            if piece == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(piece)
            origins.append(position)
    return Folded("".join(folded), tuple(origins))


@lru_cache(maxsize=8192)  # a text has few characters, and each is looked at for every quote of it
def _folded(character: str) -> str:
    """What one character becomes; a blank of any kind is a space."""
    pieces = unicodedata.normalize("NFKC", character).translate(_SAME)
    return "".join(" " if piece.isspace() else piece for piece in pieces if not INVISIBLE.match(piece))
