"""A claim that is a sentence of its evidence without what stands there in passing, or with its first phrase last.

In: a claim's text and its evidence. Out: whether it is. Such a claim has every word it keeps in its old place, so that checks which suspect words
of standing elsewhere have nothing to find. What is left out is whole: brackets, or what stands between commas and opens like an aside. A phrase
moves only to the end, and only behind a plain clause, of which nothing is said, wished or told of something else.

>>> is_shortened("Kok surrendered.", "Jan Kok (born 1801) surrendered in May …")                 # False: "in May" is no aside
>>> is_shortened("Kok surrendered in May.", "Kok (born 1801), who had been ill, surrendered in May.")   # True
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.grounding.evidence import ClaimEvidence
from bot.grounding.folding import fold
from bot.grounding.frames import FINITE
from bot.grounding.phrases import chunks
from bot.grounding.verbs import AUXILIARIES, COMMON_VERBS, is_past, lemma

_TOKEN = re.compile(r"[^\W_]+(?:['.,-][^\W_]+)*|[^\w\s]")
_RELATIVE = frozenset("who which whose whom where".split())
_OPENS_ASIDE = _RELATIVE | frozenset(
    "including such known located led based called named born headed founded a an the with formerly".split()
)
# Words by which an aside bears on what stands around it; a relative clause says them of what it describes.
_BEARS = frozenset(
    """
    if unless only except excluding provided subject not no never according reportedly allegedly apparently supposedly possibly perhaps probably
    likely may might would could should said says say claimed believed thought up most least
    """.split()
)
_OPENS_PHRASE = frozenset("in on at by during after before under since following despite from".split())
_OPENS_CLAUSE = _OPENS_PHRASE | frozenset("although though while when as because if once until with without for to through".split())
_ARTICLES = frozenset({"the", "a", "an"})
_LONGEST_PHRASE = 14  # words
_VERBS = frozenset(map(lemma, COMMON_VERBS))


@dataclass(frozen=True)
class _Token:
    """A word in lower case, and the punctuation before it."""

    word: str
    before: str


def is_shortened(text: str, evidence: ClaimEvidence) -> bool:
    """Whether `text` is a sentence of the evidence without asides, or with its first phrase last."""
    claim = [token.word for token in _tokens(text)[:-1]]
    return any(_matches(claim, _tokens(form)) for sentence in evidence.resolved_sentences for form in (sentence, *_moved(sentence)))


@lru_cache(maxsize=1024)
def _tokens(text: str) -> tuple[_Token, ...]:
    """The words, and at the end the punctuation behind the last, with an empty word."""
    found: list[_Token] = []
    before = ""
    for token in _TOKEN.findall(fold(text)):
        if token[0].isalnum():
            found.append(_Token(token.lower(), before))
            before = ""
        elif token not in {'"', "'"}:
            before += token
    return (*found, _Token("", before or "."))


def _matches(claim: Sequence[str], sentence: Sequence[_Token]) -> bool:
    """Whether a claim's words are a sentence's, asides left out."""
    ends = {i: tuple(_aside_ends(sentence, i)) for i in range(1, len(sentence))}
    reached = {0}  # places of the sentence that the words of the claim so far lead to
    for word in claim:
        reached = _with_asides(reached, ends)
        reached = {i + 1 for i in reached if sentence[i].word == word}
        if not reached:
            return False
    return len(sentence) - 1 in _with_asides(reached, ends)


def _with_asides(places: set[int], ends: dict[int, tuple[int, ...]]) -> set[int]:
    """Places, and those behind the asides that begin there."""
    found, new = set(places), set(places)
    while new:
        new = {end for place in new for end in ends.get(place, ())} - found
        found |= new
    return found


def _aside_ends(sentence: Sequence[_Token], start: int) -> Iterator[int]:
    """Where an aside ends that begins at the word `start`."""
    before = sentence[start].before
    for end in range(start + 1, len(sentence)):
        behind = sentence[end].before
        if (sentence[end - 1].word in _BEARS and sentence[start].word not in _RELATIVE) or ";" in behind[:-1]:
            return
        if "(" in before:
            if ")" in behind:
                yield end
                return
        elif _opens_aside(sentence, start) and ((before in behind and _goes_on(sentence[end].word)) or end == len(sentence) - 1):
            yield end


def _opens_aside(sentence: Sequence[_Token], i: int) -> bool:
    """Whether a word behind a comma or a dash opens an aside; behind "In 1066" an article opens the subject."""
    first = next((n for n, token in enumerate(sentence) if n and token.before), 0)
    is_subject = i == first and sentence[i].word in _ARTICLES and sentence[0].word in _OPENS_CLAUSE
    return sentence[i].before in {",", "-"} and sentence[i].word in _OPENS_ASIDE and not is_subject


def _goes_on(word: str) -> bool:
    """Whether it is a finite verb: what stood before the aside goes on with it."""
    return word in AUXILIARIES or is_past(word) or (lemma(word) in _VERBS and not word.endswith("ing"))


def _moved(sentence: str) -> Iterator[str]:
    """A plain clause with the phrase before its first comma behind it."""
    phrase, comma, rest = sentence.rstrip(" .").partition(", ")
    words = phrase.lower().split()
    if comma and words and words[0] in _OPENS_PHRASE and len(words) <= _LONGEST_PHRASE and not _BEARS & set(words) and _is_plain(rest):
        yield f"{rest} {phrase}."


def _is_plain(clause: str) -> bool:
    """Whether each of its verbs tells what happened to its one subject."""
    parts = chunks(clause)
    verbs = [part for part in parts if part.kind == "VB"]
    joined = all(part.shape in FINITE for part in verbs)
    return bool(verbs) and joined and not any(part.kind in {"S", "W"} or part.text in {";", ":"} for part in parts)
