"""Check 10b, tense: what was is not said to be, nor what is to have been.

In: a claim's text and its evidence. Out: reasons. A helping verb counts before the same word: a claim may well make "X, the president, …" into
"X is the president". What "has happened" must have happened in the evidence: a plan, an aim or an order has only the plain form of its verb.

>>> tense("Iran is the second-largest exporter.", "At the time, Iran was the second-largest exporter …")
>>> tense("The town has promoted trade.", "Aims: Promote trade between the towns.")
"""

from collections.abc import Iterator

from bot.grounding.answers import Reason
from bot.grounding.cues import CueTable, swapped
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import read
from bot.grounding.verbs import is_participle, is_past, lemma

_CUES = CueTable({"present": "is|are|has|have|does|do|am", "past": "was|were|had|did|used to"}, reach=3)
_COMPARISONS = CueTable(
    {"more": "more|greater|higher|better", "less": "less|fewer|lower|worse|lesser", "as": "as much|as many|equally"}, reach=3
)


def tense(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The helping verbs of `text` that are of another time than the evidence's, and the comparisons that go the other way."""
    times = [Reason("tense", f"{cue.words} {cue.governed}") for cue in swapped(_CUES, text, evidence.resolved)]
    times += [Reason("tense", f"has {word}") for word in _not_yet(text, evidence.resolved)]
    return times + [Reason("scope", f"{cue.words} {cue.governed}") for cue in swapped(_COMPARISONS, text, evidence.resolved)]


def _not_yet(text: str, evidence: str) -> Iterator[str]:
    """The participles behind "has" or "have" whose verb the evidence has, but in no form of the past."""
    forms: dict[str, set[str]] = {}
    for word in read(evidence):
        forms.setdefault(lemma(word.lower), set()).add(word.lower)
    said = read(text)
    for helper, *following in zip(said, said[1:], (*said[2:], None), strict=False):
        participle = next((w.lower for w in following if w is not None and is_participle(w.lower)), None)
        if helper.lower in {"has", "have"} and participle is not None:
            known = forms.get(lemma(participle), set())
            if known and not any(is_past(form) or is_participle(form) for form in known):
                yield participle
