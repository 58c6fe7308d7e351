"""A claim beside each sentence it rests on, both in an order in which they can be compared.

In: a claim's text and its evidence. Out: Pairs of words, without what may stand anywhere without changing what is said: who said it, a phrase of
time or place at the other end, "the stake of X" for "X's stake", and the two sides of an "is".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import BE, REPORTING, Word, clause_of, names, read
from bot.grounding.verbs import is_participle
from bot.grounding.voice import SAME, TURNED, voice

_REPORTING = re.compile(rf"^(?:{REPORTING}|according)$")
_PHRASE_OPENERS = frozenset(
    "in on at by for from to with within during after before since until under over among between across through as if when while "
    "although because despite "
    "instead according ahead following throughout unlike without".split()
)
_LONGEST_PHRASE = 14  # words
_ALONE = 0.5  # of a claim's content words: a sentence that has as many is one the claim is about


@dataclass(frozen=True)
class Words:
    """Words in order, and the stretches of them that are names."""

    words: tuple[Word, ...]
    common: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> tuple[tuple[int, int], ...]:
        """First index and one past the last of each name. A capital that only begins a sentence makes none."""
        return tuple(s for s in names(self.words) if not (s == (0, 1) and self.words[0].lower in self.common))

    def name(self, span: tuple[int, int]) -> tuple[str, ...]:
        """A name's words, in lower case."""
        return tuple(word.lower for word in self.words[span[0] : span[1]])


@dataclass(frozen=True)
class Pair:
    """A claim and one sentence. `voice` is SAME, TURNED, or the verb that was turned wrongly."""

    claim: Words
    sentence: Words
    voice: str

    @property
    def is_turned(self) -> bool:
        """Whether the claim says it in the other voice, so that the order of words tells nothing."""
        return self.voice == TURNED

    @property
    def wrongly_turned(self) -> str | None:
        """The verb whose voice changed without its subject and object."""
        return None if self.voice in (SAME, TURNED) else self.voice


def pairs(text: str, evidence: ClaimEvidence) -> list[Pair]:
    """The claim beside each sentence that it is about; beside the nearest, where it is about none."""
    common = evidence.common_words
    claim = _without_reporting(_uncapitalised(read(text), common))
    sentences = [_without_reporting(_uncapitalised(read(sentence), common)) for sentence in evidence.resolved_sentences]
    scored = sorted(((_shared(claim, sentence), n) for n, sentence in enumerate(sentences)), reverse=True)
    about = [n for share, n in scored if share >= _ALONE] or [n for _, n in scored[:1]]
    return [_pair(claim, sentences[n], common) for n in sorted(about)]


def _uncapitalised(words: Sequence[Word], common: frozenset[str]) -> list[Word]:
    """The words, the first no name where only the beginning of the sentence gave it its capital."""
    return [replace(word, is_name=False) if not n and word.lower in common else word for n, word in enumerate(words)]


def _pair(claim: list[Word], sentence: list[Word], common: frozenset[str]) -> Pair:
    turned = voice(claim, sentence)
    mine, theirs = _without_moved_phrase(genitive(claim), genitive(sentence))
    return Pair(Words(tuple(_as_in(mine, theirs)), common), Words(tuple(theirs), common), turned)


def _shared(claim: Sequence[Word], sentence: Sequence[Word]) -> float:
    mine = {w.stem for w in claim if w.is_content}
    return len(mine & {w.stem for w in sentence}) / max(1, len(mine))


# --- what may stand anywhere


def _without_reporting(words: list[Word]) -> list[Word]:
    """The words without "X said" and "according to X" at either end: who said it is another check's business."""
    for index, word in enumerate(words):
        if _REPORTING.match(word.lower) and not word.is_name:
            start, end = _reporting_clause(words, index)
            rest = words[:start] + words[end:]
            if len(rest) >= 3:
                return rest
    return words


def _reporting_clause(words: Sequence[Word], index: int) -> tuple[int, int]:
    """From the speaker, with the titles before and the apposition after the name, to the verb and its "that"."""
    start, end = _speaker_start(words, index), index + 1
    if words[index].lower == "according" or (start == index and end < len(words) and words[end].is_name):
        while end < len(words) and (words[end].is_name or words[end].lower in {"to", "that"}):
            end += 1
    while end < len(words) and words[end].lower in {"that", "also"}:
        end += 1
    return start, end


def _speaker_start(words: Sequence[Word], index: int) -> int:
    if words[index].after_break and index:
        opening, _ = clause_of(words, index - 1)  # what is put between name and verb: "Tong, senior vice president, says"
        before, _ = clause_of(words, max(0, opening - 1))
        return before if index - before <= 14 and any(w.is_name for w in words[before:opening]) else index
    start, _ = clause_of(words, index)
    if index - start <= 8 and any(w.is_name or w.lower in {"he", "she", "they"} for w in words[start:index]):
        return start
    return index


def genitive(words: list[Word]) -> list[Word]:
    """Words in which "the largest shareholder of JD" has become "JD's largest shareholder"."""
    for of in range(1, len(words) - 1):
        if words[of].lower != "of" or not words[of + 1].is_name or words[of + 1].after_break:
            continue
        start, end = of, of + 1
        while (
            start > 0 and words[start - 1].is_content and not words[start - 1].is_name and not words[start].after_break and of - start < 4
        ):
            start -= 1
        while end < len(words) and words[end].is_name and not words[end].after_break:
            end += 1
        if start < of:
            owner = [*words[of + 1 : end - 1], replace(words[end - 1], is_possessive=True)]
            return [*words[:start], *owner, *words[start:of], *words[end:]]
    return words


def _without_moved_phrase(claim: list[Word], sentence: list[Word]) -> tuple[list[Word], list[Word]]:
    """Both without a phrase of time, place or condition that stands first in one of them and elsewhere in the other."""
    for front, other, is_claim in ((claim, sentence, True), (sentence, claim, False)):
        phrase = _fronted(front)
        window = _window(other, phrase) if phrase else None
        if window:
            kept = [*other[: window[0]], *other[window[1] :]]
            rest = front[len(phrase) :]
            return (rest, kept) if is_claim else (kept, rest)
    return claim, sentence


def _fronted(words: Sequence[Word]) -> Sequence[Word]:
    """The phrase before the first comma, where it opens like one of time, place or condition."""
    end = next((i for i in range(1, min(len(words), _LONGEST_PHRASE + 1)) if words[i].after_break), 0)
    return words[:end] if end and words[0].lower in _PHRASE_OPENERS else ()


def _window(words: Sequence[Word], phrase: Sequence[Word]) -> tuple[int, int] | None:
    """Where the content words of `phrase` stand together in `words`, not at its beginning, behind the same opening word."""
    wanted = [w.stem for w in phrase if w.is_content]
    for start in range(1, len(words)):
        if not wanted or words[start].stem != wanted[0]:
            continue
        end, found = start, 0
        while end < min(len(words), start + 2 * len(phrase) + 2) and found < len(wanted):
            found += words[end].stem == wanted[found]
            end += 1
        if found == len(wanted):
            return _with_opening(words, start), end
    return None


def _with_opening(words: Sequence[Word], start: int) -> int:
    """Where a phrase begins whose first content word is at `start`: its preposition and article belong to it."""
    while start > 1 and not words[start - 1].is_content and not words[start].after_break:
        start -= 1
    return start


def _as_in(claim: list[Word], sentence: list[Word]) -> list[Word]:
    """The claim with the two sides of its "is" turned round, where the sentence has them that way round."""
    be = [i for i, word in enumerate(claim) if word.lower in BE]
    if len(be) != 1 or not 0 < be[0] < len(claim) - 1:
        return claim
    left, right = claim[: be[0]], claim[be[0] + 1 :]
    if any(is_participle(w.lower) and w.is_content and not w.is_name for w in right[:3]) or len(right) < 1:
        return claim
    first = {w.stem: i for i, w in reversed(list(enumerate(sentence)))}
    mine = [first[w.stem] for w in left if w.is_content and w.stem in first]
    cut = next((i for i, word in enumerate(right) if i and word.after_break), len(right))
    theirs = [first[w.stem] for w in right[:cut] if w.is_content and w.stem in first]
    turned = mine and theirs and sum(mine) / len(mine) > sum(theirs) / len(theirs) and min(mine) > min(theirs)
    return [*right[:cut], claim[be[0]], *left, *right[cut:]] if turned else claim


def claim_words(text: str, evidence: ClaimEvidence) -> Words:
    """The claim as it stands."""
    return Words(read(text), evidence.common_words)


def sentence_words(evidence: ClaimEvidence) -> Iterator[Words]:
    """Each sentence as it stands, its references written out."""
    return (Words(read(sentence), evidence.common_words) for sentence in evidence.resolved_sentences)
