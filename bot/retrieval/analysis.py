"""A text as the tokens that are indexed, searched and compared: one analyser for all three.

In: any text. Out: lower-cased stems without stop words; runs of Chinese, Japanese and Korean as overlapping pairs of characters. What each
step is worth was measured (retrieval.md, "The analyser").
"""

import re
import unicodedata
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being below between both but by can could did do
    does doing down during each few for from further had has have having he her here hers him his how i if in into is it its itself
    just me more most my no nor not of off on once only or other our ours out over own same she should so some such than that the
    their theirs them then there these they this those through to too under until up very was we were what when where which while who
    whom why will with would you your yours
    """.split()
)
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_TOKEN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:[.'’](?=[^\W_{_CJK}])[^\W_{_CJK}]+)*")
_IS_CJK = re.compile(rf"[{_CJK}]")
_ASCII_TOKEN = re.compile(r"[a-z0-9]++(?:[.'][a-z0-9]++)*+")  # what _TOKEN finds in ASCII, at a sixth of its time
_SEPARATES = dict.fromkeys(map(ord, "“”„‘–—•«»…·−‑×°§£€\u00a0"), " ")  # with the next, most of what English has beyond ASCII
_ACCENTED = {code: base for code in range(0xC0, 0x250) if (base := unicodedata.normalize("NFD", chr(code))[0]).isascii()}
_PLAIN = _SEPARATES | _ACCENTED
_POSSESSIVE = re.compile(r"['’]s?$")

_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A lower-cased word without its English ending."""
    return str(_stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """The words of `text`, lower-cased, accents and possessives gone, CJK runs as pairs of characters."""
    plain = text if text.isascii() else text.translate(_PLAIN)
    if plain.isascii():
        found = _ASCII_TOKEN.findall(plain.lower())
        return [_POSSESSIVE.sub("", word) if "'" in word else word for word in found] if "'" in plain else found
    return [word for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text)) for word in _words_of_run(match.group().lower())]


def _words_of_run(run: str) -> list[str]:
    if run.isascii():
        return [_POSSESSIVE.sub("", run)] if "'" in run else [run]
    if is_cjk(run):
        return [run[i : i + 2] for i in range(max(1, len(run) - 1))]
    return [_without_accents(_POSSESSIVE.sub("", run))]


def is_cjk(word: str) -> bool:
    """Whether it begins with a Chinese, Japanese or Korean character."""
    return not word.isascii() and bool(_IS_CJK.match(word))


def has_cjk(text: str) -> bool:
    """Whether any of it is Chinese, Japanese or Korean."""
    return not text.isascii() and bool(_IS_CJK.search(text))


def stems(text: str) -> tuple[str, ...]:
    """The stems of every word that is not a stop word; of every word where nothing else is left."""
    everything = tuple(words(text))
    telling = tuple(stem(word) for word in everything if word not in STOP_WORDS)
    return telling or tuple(map(stem, everything))


def content_stems(text: str) -> tuple[str, ...]:
    """The stems of the words that are not stop words; empty where there is none."""
    return tuple(stem(word) for word in words(text) if word not in STOP_WORDS)


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
