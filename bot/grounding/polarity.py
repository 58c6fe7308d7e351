"""Check 9, polarity: nothing is denied that the evidence affirms, and nothing affirmed that it denies.

In: a claim's text and its evidence. Out: reasons.

>>> polarity("Tencent is a disrupter.", "… Tencent is no longer a disrupter …")    # "no longer disrupter" is lost
"""

from bot.grounding.answers import Reason
from bot.grounding.cues import Cue, CueTable, added, lost
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import read
from bot.grounding.proof import is_proved

# "not just", "not only" and "not merely" add to what they govern; they deny nothing.
_ADDING = "not just|not only|not merely|not simply"
_CUES = CueTable(
    {
        "adds": _ADDING,
        "denies": "not|no|never|neither|nor|none|nothing|nobody|nowhere|without|cannot|can't|don't|doesn't|didn't|won't|wouldn't|isn't|aren't|"
        "wasn't|weren't|hasn't|haven't|hadn't|shouldn't|couldn't|mustn't|no longer|not yet|hardly|barely|scarcely|rarely|seldom|unable to|fail* to|"
        "refus* to|declin* to|instead of|rather than|far from|lack|lacks|lacked|lacking|stopped|ceased|avoid*|prevent*|den*ed|except",
    },
    reach=5,
)


def _is_free(cue: Cue, evidence: ClaimEvidence) -> bool:
    """Whether the evidence affirms elsewhere what it denies here: "managers need not pay, but drivers pay ten marks"."""
    return sum(word.stem == cue.governed for word in read(evidence.resolved)) > 1


def polarity(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The negations that `text` adds or loses."""
    more = [
        Reason("polarity", f"added: {cue.words} {cue.governed}") for cue in added(_CUES, text, evidence.resolved) if cue.kind == "denies"
    ]
    fewer = [
        Reason("polarity", f"lost: {cue.words} {cue.governed}")
        for cue in lost(_CUES, text, evidence.resolved, frozenset({"denies"}))
        if cue.kind == "denies" and not (_is_free(cue, evidence) and is_proved(text, evidence))
    ]
    return more + fewer
