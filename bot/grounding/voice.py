"""Active and passive: whether a claim says in the other voice what the evidence says.

In: the words of a claim and of a sentence. Out: SAME where no shared verb changed its voice; TURNED where one did and both sides went along
("B was bought by A" for "A bought B"); otherwise the verb that was turned without them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.grounding.grammar import BE, Word
from bot.grounding.verbs import is_participle

SAME = ""
TURNED = "turned"
_BEHIND = frozenset("in on at after before by for from to with within during until under over elsewhere when if".split())
_AUXILIARY = BE | frozenset("has have had will would may can could must should might not also being been".split())


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb: whether it is passive, the stems of its patient (before "was …", or after an active verb) and of its agent."""

    index: int
    is_passive: bool
    before: frozenset[str]
    after: frozenset[str]
    agent: frozenset[str]


def voice(claim: Sequence[Word], sentence: Sequence[Word]) -> str:
    """SAME, TURNED, or the stem of a verb that was turned wrongly."""
    mine, theirs = _verbs(claim), _verbs(sentence)
    turned = False
    for stem, verb in mine.items():
        other = theirs.get(stem)
        if other is None or other.is_passive == verb.is_passive:
            continue
        if not (_goes_along(verb, other) if verb.is_passive else _goes_along(other, verb)):
            return stem
        turned = True
    return TURNED if turned else SAME


def _goes_along(passive: _Verb, active: _Verb) -> bool:
    """Whether the passive's agent stands before the active verb, and its patient after it, but not the other way round."""
    if passive.agent and not passive.agent & active.before:
        return False
    patient = passive.before - active.before
    return bool(patient & active.after) or (not passive.before & active.before)


def _verbs(words: Sequence[Word]) -> dict[str, _Verb]:
    """The words that are verbs by their form, by stem: passives, and what looks like the past or the third person."""
    found: dict[str, _Verb] = {}
    for index, word in enumerate(words):
        if not word.is_content or word.is_name:
            continue
        by = _by(words, index)
        looks_passive = is_participle(word.lower)
        is_passive = looks_passive and (_has_be(words, index) or by is not None)
        if is_passive or looks_passive or word.lower.endswith("s") or (index and words[index - 1].lower in _AUXILIARY | {"to"}):
            found[word.stem] = _Verb(index, is_passive, _stems_before(words, index), _stems_after(words, index), _agent(words, by))
    return found


def _has_be(words: Sequence[Word], index: int) -> bool:
    for i in range(index - 1, max(-1, index - 4), -1):
        if words[i].lower in BE:
            return True
        if words[i].is_content and not words[i].lower.endswith("ly"):
            return (words[i + 1].lower == "and" and _has_be(words, i)) or _is_joined(words, index)
    return _is_joined(words, index)


def _is_joined(words: Sequence[Word], index: int) -> bool:
    """Whether a participle goes on from a passive before it, with no object behind: "is stored in Ireland and deleted after a year"."""
    start = index - 1
    while start > 0 and words[start].lower.endswith("ly"):
        start -= 1
    then = words[index + 1] if index + 1 < len(words) else None
    ends = then is None or then.after_break or then.lower in _BEHIND
    if start < 2 or words[start].lower not in {"and", "or", "but"} or not ends:
        return False
    before = next((i for i in range(start - 1, 0, -1) if is_participle(words[i].lower) and words[i - 1].lower in BE), None)
    return before is not None and not any(
        words[i].after_break or words[i].lower in {"who", "which", "that"} for i in range(before + 1, index)
    )


def _by(words: Sequence[Word], index: int) -> int | None:
    """Where the "by" of a participle stands: within six words, before the next break."""
    for i in range(index + 1, min(index + 7, len(words))):
        if words[i].after_break:
            return None
        if words[i].lower == "by":
            return i
    return None


def _agent(words: Sequence[Word], by: int | None) -> frozenset[str]:
    if by is None:
        return frozenset()
    return frozenset(w.stem for w in _until_break(words[by + 1 : by + 8]) if w.is_content)


def _until_break(words: Sequence[Word]) -> Sequence[Word]:
    cut = next((i for i, word in enumerate(words) if i and word.after_break), len(words))
    return words[:cut]


def _stems_before(words: Sequence[Word], index: int) -> frozenset[str]:
    """The content words of the clause before a verb, and of the one before that where a phrase was put in between."""
    return frozenset(w.stem for w in words[max(0, index - 14) : index] if w.is_content)


def _stems_after(words: Sequence[Word], index: int) -> frozenset[str]:
    return frozenset(w.stem for w in words[index + 1 : index + 15] if w.is_content)
