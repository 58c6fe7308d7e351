"""Words compared as a reader compares them: typographic quotes, dashes, spaces, capitals and invisible characters make no difference.

In: what was said, or a document's text, and the words looked for. Out: whether, or where, they stand there. Written apart from the folding
of `bot.grounding`, so that a mistake there cannot hide itself here.
"""

import re
import unicodedata
from collections.abc import Iterable

from bot.corpus import Span

_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "‚": "'", "–": "-", "—": "-", "‑": "-"})
_VARIANTS = {'"': '["“”„«»]', "'": "['‘’‚]", "-": "[-‑–—]"}


def fold(text: str) -> str:
    """`text` in lower case, on one line, with plain punctuation and nothing invisible."""
    visible = "".join(
        c for c in unicodedata.normalize("NFKC", text.replace("US$", "USD ")).translate(_PLAIN) if unicodedata.category(c) != "Cf"
    )
    return " ".join(visible.casefold().split())


def says(text: str, words: str) -> bool:
    """Whether `words` stand in `text` as whole words and whole numbers: “26” is not in “2026”, nor “1” in “1.1”."""
    wanted = fold(words)
    before = r"(?<![a-z0-9])(?<![0-9][.,])" if wanted[:1].isalnum() and wanted[:1].isascii() else ""
    after = r"(?![a-z0-9])(?![.,][0-9])" if wanted[-1:].isalnum() and wanted[-1:].isascii() else ""
    return re.search(before + re.escape(wanted) + after, fold(text)) is not None


def without(text: str, shown: Iterable[str]) -> str:
    """`text` with a blank in the place of each of `shown`, the longest first."""
    for each in sorted(filter(None, shown), key=len, reverse=True):
        text = text.replace(each, " ")
    return text


def find_quote(text: str, quote: str) -> tuple[Span, ...]:
    """Where `quote` stands in `text`, capitals kept; offsets count `text` as it is."""
    return tuple(Span(*found.span()) for found in re.finditer(r"\s+".join(map(_pattern, quote.split())), text))


def _pattern(word: str) -> str:
    return "".join(_VARIANTS.get(plain := character.translate(_PLAIN), re.escape(plain)) for character in word)
