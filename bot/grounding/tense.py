"""Check 10b, tense: what was is not said to be, nor what is to have been.

In: a claim's text and its evidence. Out: reasons. Only a helping verb before the same word counts: a claim may well make "X, the president, …"
into "X is the president".

>>> tense("Iran is the second-largest exporter.", "At the time, Iran was the second-largest exporter …")
"""

from bot.grounding.answers import Reason
from bot.grounding.cues import CueTable, swapped
from bot.grounding.evidence import ClaimEvidence

_CUES = CueTable({"present": "is|are|has|have|does|do|am", "past": "was|were|had|did|used to"}, reach=3)
_COMPARISONS = CueTable(
    {"more": "more|greater|higher|better", "less": "less|fewer|lower|worse|lesser", "as": "as much|as many|equally"}, reach=3
)


def tense(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The helping verbs of `text` that are of another time than the evidence's, and the comparisons that go the other way."""
    times = [Reason("tense", f"{cue.words} {cue.governed}") for cue in swapped(_CUES, text, evidence.resolved)]
    return times + [Reason("scope", f"{cue.words} {cue.governed}") for cue in swapped(_COMPARISONS, text, evidence.resolved)]
