"""A text as terms in order: what a question and a sentence are compared by.

In: any text, and a Phrasebook of names and abbreviations. Out: Tokens: the stem of each word (of its base form, where it is irregular),
whether it carries meaning, and where it stands. Words and stems are those of `bot.retrieval.analysis`; what is added is what comparing
single sentences needs: numbers in one spelling, British endings as American ones, phrases that name the same thing as one term.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from bot.extractive.lexicon import NUMBER_WORDS, abbreviations, base_forms
from bot.retrieval.analysis import STOP_WORDS, stem, words

_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_TOKEN = re.compile(
    rf"[{_CJK}]+"
    rf"|(?:RMB|USD|EUR|GBP|CNY|HKD|US|HK|RM)(?=\$?\d)"  # a currency glued to its amount
    rf"|\d+(?:[.,]\d+)*(?![^\W_{_CJK}])"
    rf"|[^\W_{_CJK}]+(?:[.'’&](?=[^\W_{_CJK}])[^\W_{_CJK}]+)*"
)
_HAS_CJK = re.compile(rf"[{_CJK}]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:st|nd|rd|th)?$")
_BRITISH = re.compile(r"(?<=\w{3})(?:is(e[drs]?|ing|ations?|ers?)|our)$")
# Words that only frame a question or a request.
_FRAME = frozenset("please tell list give describe explain mention know say many much called name does did".split())
# Chinese words that ask, or that only hold a sentence together: pairs of characters across them mean nothing.
_CHINESE_FRAME = re.compile(
    "为什么|為什麼|什么时候|什麼時候|什么|什麼|哪一年|哪些|哪个|哪個|哪里|哪裡|多少|几个|幾個|怎么样|怎么|怎麼|如何|是否|是谁|是誰|谁|誰|请问|請問|"
    "根据|我们|他们|它们|以及|因为|所以|如果|可以|[的了是在和与與吗嗎呢着過过有被为為对對从從将將把其这這那些之也及而或由于到个個]"
)


class Token(NamedTuple):
    """One word: its stem, whether it is a term (not a stop word), and `text[start:end]`."""

    stem: str
    is_term: bool
    start: int
    end: int


def has_cjk(text: str) -> bool:
    """Whether any of it is Chinese, Japanese or Korean."""
    return bool(_HAS_CJK.search(text))


def tokenise(text: str) -> list[Token]:
    """The words of `text` in order; a run of CJK characters as overlapping pairs."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        surface = match.group()
        if _HAS_CJK.match(surface):
            found.extend(_pairs(surface, match.start()))
        else:
            found.append(Token(*_term(surface), match.start(), match.end()))
    return found


def _pairs(run: str, offset: int) -> Iterable[Token]:
    # Blanks of the same length keep the offsets right.
    for piece in re.finditer(r"\S+", _CHINESE_FRAME.sub(lambda found: " " * len(found.group()), run)):
        characters = piece.group()
        for i in range(max(1, len(characters) - 1)):
            start = offset + piece.start() + i
            yield Token(characters[i : i + 2], True, start, start + min(2, len(characters)))


@lru_cache(maxsize=65_536)
def _term(surface: str) -> tuple[str, bool]:
    if _NUMBER.match(surface):
        return surface.replace(",", ""), True
    word = "".join(words(surface)) or surface.lower()
    if "&" in surface:
        return surface.lower(), True
    if (word in STOP_WORDS or word == "us") and not (len(word) > 1 and surface.isupper()):  # "US" and "IT" in capitals are no pronouns
        return word, False
    return stem_of(word), True


def stem_of(word: str) -> str:
    """The stem of a lower-case word, of its base form and in American spelling."""
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word]
    base = base_forms().get(word, word)
    return stem(_BRITISH.sub(_american, base) if len(base) > 5 else base)


def _american(ending: re.Match[str]) -> str:
    return "or" if ending.group() == "our" else f"iz{ending.group(1)}"


def is_frame(stem_of_word: str) -> bool:
    """Whether a term only frames a question ("tell", "list", "many")."""
    return stem_of_word in _FRAME_STEMS


_FRAME_STEMS = frozenset(map(stem, _FRAME))


class Phrasebook:
    """Phrases that stand for one thing: a corpus's groups of names, and usual abbreviations.

    Each phrase becomes one further term: `ai` for "artificial intelligence", one and the same for every name of a group.
    """

    def __init__(self, names: Iterable[frozenset[str]] = ()) -> None:
        self._terms: dict[tuple[str, ...], str] = {}
        for short, long in abbreviations().items():
            self._terms[_stems(long)] = self._terms.get(_stems(long)) or _stems(short)[0]
            self._terms[_stems(short)] = self._terms[_stems(long)]
        for number, group in enumerate(names):
            for name in group:
                self._terms[_stems(name)] = f"name:{number}"
        self._longest: Mapping[str, int] = self._lengths()

    def _lengths(self) -> dict[str, int]:
        longest: dict[str, int] = {}
        for phrase in self._terms:
            if phrase:
                longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
        return longest

    def found_in(self, tokens: list[Token]) -> list[tuple[int, int, str]]:
        """Where phrases stand, as (first token, token after the last, term); of two that overlap the longer."""
        found, i = [], 0
        while i < len(tokens):
            length, term = self._at(tokens, i)
            if term:
                found.append((i, i + length, term))
            i += length
        return found

    def _at(self, tokens: list[Token], i: int) -> tuple[int, str | None]:
        for length in range(self._longest.get(tokens[i].stem, 0), 0, -1):
            run = tokens[i : i + length]
            term = self._terms.get(tuple(token.stem for token in run))
            if term and any(token.is_term for token in run):  # "us" is not "US"
                return length, term
        return 1, None


def terms_of(text: str, phrasebook: Phrasebook) -> frozenset[str]:
    """The terms of a text, and of its phrases both the words and what stands for them."""
    tokens = tokenise(text)
    return frozenset(t.stem for t in tokens if t.is_term) | {term for _, _, term in phrasebook.found_in(tokens)}


def telling_terms(text: str, phrasebook: Phrasebook) -> frozenset[str]:
    """The same as a question's are taken: without what only frames it, and a phrase in the place of its words."""
    tokens = tokenise(text)
    phrases = phrasebook.found_in(tokens)
    within = {i for first, after, _ in phrases for i in range(first, after)}
    alone = (token.stem for i, token in enumerate(tokens) if token.is_term and i not in within and not is_frame(token.stem))
    return frozenset(alone) | {term for _, _, term in phrases}


def _stems(text: str) -> tuple[str, ...]:
    return tuple(token.stem for token in tokenise(text))
