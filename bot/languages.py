"""Which language a text is in, as far as the bot can tell: by its letters, else by its most common words.

In: a text, and for each language `prompts/languages/CODE/language.md`, whose `letters` are a class of characters that tells it from those that
come after it by CODE, or whose `words` are some of its most common and whose `marks` are its letters beyond a to z. Out: CODE; where letters
tell of a language without a file, the name of its script in Unicode; or "" where nothing tells.

A word that several languages have ("was", "an", "que") tells as much less of each. One that stands in no list tells of the languages that can
write it, if it needs more than a to z for that ("hält"). Capitals within a sentence begin names, which are of any language ("Die Zeit").

>>> Languages(prompts).of("Was hält WeChat an JD?")
'de'
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from bot.prompts import LANGUAGES, PromptLibrary

FILE = "/language"
LONGEST = 3_000  # characters that are looked at: enough to tell, and as fast for a book as for a question
ENOUGH_LETTERS = 0.2  # the share of a text's letters that tell its language, however many Latin names stand among them
ENOUGH_BESIDE_NAMES = 0.5  # the same, of those that are in no Latin name
ENOUGH_WORDS = 2
_PIECES = re.compile(r"[^\W\d_]+|[^\w\s,;'’-]")  # words, and what may stand at the beginning or the end of a sentence
_LATIN_NAMES = re.compile(r"[A-Z][A-Za-z]*")


@dataclass(frozen=True, slots=True)
class _Language:
    code: str
    letters: re.Pattern[str] | None
    words: frozenset[str]
    marks: frozenset[str]


class Languages:
    """The languages of a folder of prompts."""

    def __init__(self, prompts: PromptLibrary) -> None:
        self._known = tuple(_language(prompts, name) for name in prompts.names() if name.startswith(LANGUAGES) and name.endswith(FILE))
        words = {word for language in self._known for word in language.words}
        self._with = {word: tuple(language.code for language in self._known if word in language.words) for word in words}

    def of(self, text: str) -> str:
        """The code of the language of `text`, or ""."""
        looked_at = text[:LONGEST]
        return self._by_letters(looked_at.lower(), ENOUGH_LETTERS) or (
            self._by_letters(_LATIN_NAMES.sub("", looked_at).lower(), ENOUGH_BESIDE_NAMES)
            or _script([c for c in looked_at.lower() if c.isalpha()])
            or self._by_words(looked_at.lower() if looked_at.isupper() else looked_at)
        )

    def of_most(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The languages of `texts`, the most common first; those that cannot be told are left out."""
        return tuple(code for code, _ in Counter(filter(None, map(self.of, texts))).most_common())

    def _by_letters(self, text: str, enough: float) -> str:
        found = {language.code: len(language.letters.findall(text)) for language in self._known if language.letters}
        if not any(found.values()):
            return ""
        count = sum(map(str.isalpha, text))
        return next((code for code, letters in found.items() if letters > count * enough), "")

    def _by_words(self, text: str) -> str:
        pieces = _PIECES.findall(text)
        told = [self._told_by(piece.lower()) for before, piece in pairwise(["", *pieces]) if not (piece[0].isupper() and before.isalpha())]
        counts, weights = Counter[str](), defaultdict[str, Fraction](Fraction)
        for codes, times in Counter(told).items():
            for code in codes:
                counts[code] += times
                weights[code] += Fraction(times, len(codes))
        best = max(weights, key=weights.__getitem__, default="")
        if not best or list(weights.values()).count(weights[best]) > 1:
            return ""
        if counts[best] >= min(ENOUGH_WORDS, sum(map(str.isalpha, pieces))):
            return best
        is_asked = told[0] == (best,) and text.rstrip().endswith("?")  # "Wer leitet WeChat?": only its first word tells of a language
        return best if is_asked and len(counts) == 1 else ""

    def _told_by(self, word: str) -> tuple[str, ...]:
        """The languages that have a common word, or that alone can write one."""
        if word in self._with or len(word) == 1 or word.isascii():
            return self._with.get(word, ())
        beyond = {letter for letter in word if not letter.isascii()}
        return tuple(language.code for language in self._known if beyond <= language.marks)


def _language(prompts: PromptLibrary, name: str) -> _Language:
    labels = prompts[name].labels
    letters = labels.get("letters")
    return _Language(
        code=name.removeprefix(LANGUAGES).removesuffix(FILE),
        letters=re.compile(letters) if letters else None,
        words=frozenset(labels.get("words", "").split()),
        marks=frozenset(labels.get("marks", "")),
    )


def _script(letters: list[str]) -> str:
    """The script, other than Latin, that most letters are of: `arabic`, `thai`. Unicode's names of letters begin with it."""
    if "".join(letters).isascii():
        return ""
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0].lower() for letter in letters)
    script, count = scripts.most_common(1)[0] if scripts else ("latin", 0)
    return script if script not in {"latin", "", "cjk", "mathematical", "fullwidth"} and count * 2 > len(letters) else ""
