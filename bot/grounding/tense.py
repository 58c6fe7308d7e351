"""Check 10b, tense: what was is not said to be, nor what is to have been.

In: a claim's text and its evidence. Out: reasons. A helping verb counts before the same word: a claim may well make "X, the president, …" into
"X is the president". What "has happened" must have happened in the evidence: a plan, an aim or an order has only the plain form of its verb.

>>> tense("Iran is the second-largest exporter.", "At the time, Iran was the second-largest exporter …")
>>> tense("The town has promoted trade.", "Aims: Promote trade between the towns.")
>>> tense("The firm employs 300 people.", "The firm employed 300 people …")
"""

import re
from collections.abc import Iterator, Sequence

from bot.grounding.answers import Reason
from bot.grounding.cues import CueTable, swapped
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import REPORTING, Word, read
from bot.grounding.meaning import canonical
from bot.grounding.tagging import tagged
from bot.grounding.verbs import AUXILIARIES, is_participle, is_past, lemma, plain

_CUES = CueTable({"present": "is|are|has|have|does|do|am", "past": "was|were|had|did|used to"}, reach=3)
_COMPARISONS = CueTable(
    {"more": "more|greater|higher|better", "less": "less|fewer|lower|worse|lesser", "as": "as much|as many|equally"}, reach=3
)


def tense(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The helping verbs of `text` that are of another time than the evidence's, and the comparisons that go the other way."""
    times = [Reason("tense", f"{cue.words} {cue.governed}") for cue in swapped(_CUES, text, evidence.resolved)]
    times += [Reason("tense", f"has {word}") for word in _not_yet(text, evidence.resolved)]
    times += [Reason("tense", word) for word in _no_longer(text, evidence.resolved)]
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


_REPORTING = re.compile(REPORTING)
_HELPING = AUXILIARIES | {"be", "been", "being", "to", "not", "also"}


def _no_longer(text: str, evidence: str) -> Iterator[str]:
    """The verbs of the present that the evidence has in the past only."""
    past: dict[str, list[bool]] = {}
    known = read(evidence)
    for i, word in enumerate(known):
        past.setdefault(canonical(lemma(word.lower)), []).append(_is_finite_past(known, i))
    for token in tagged(text):
        is_present = token.tag == "V" and not is_past(token.lower) and not is_participle(token.lower) and token.lower not in AUXILIARIES
        if is_present and not _REPORTING.fullmatch(token.lower) and all(past.get(canonical(lemma(token.lower)), [False])):
            yield token.lower


def _is_finite_past(words: Sequence[Word], i: int) -> bool:
    """Whether a word can only be a verb of the past: no participle with a helping verb, or with a "by", and no form that is the present's as well."""
    form = words[i].lower
    if not is_past(form) or (plain(form) == form and not form.endswith("ed")):
        return False
    helped = (i and words[i - 1].lower in _HELPING) or (i > 1 and words[i - 2].lower in _HELPING)
    return not helped and (i + 1 >= len(words) or words[i + 1].lower != "by")
