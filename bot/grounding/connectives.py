"""Check 11b, connectives: no cause, condition, contrast or order in time that the evidence does not state.

In: a claim's text and its evidence. Out: reasons.

>>> connectives("Tencent bought shares because it values connection.", …two sentences without "because"…)
"""

import re

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence

_CLASSES = {
    "cause": r"because|due to|owing to|thanks to|so that|therefore|thus|hence|consequently|as a result(?: of)?|results? (?:in|from)|led to|leads to|"
    r"caus(?:e[sd]?|ing)|triggered|prompt(?:ed|s)|driven by|on account of|thereby|in response to|in order to|so as to",
    "contrast": r"although|though|despite|in spite of|whereas|unlike|even though|nevertheless|nonetheless|in contrast|contrary to",
    "condition": r"if|unless|provided that|as long as|in case|whether",
    "after": r"after|afterwards|following|then|subsequently|later",
    "before": r"before|prior to|ahead of|until|till|earlier",
    "since": r"since",
    "while": r"while|meanwhile|at the same time as|during",
    "purpose": r"for the sake of|with the aim of|in an effort to",
    "exception": r"except|apart from|other than|excluding|but not",
    "comparison": r"more (?!than\s+(?:a|an|one|two|\d))\w+ than|less (?!than\s+\d)\w+ than|better than|worse than|greater than|larger than|smaller than|"
    r"higher than|lower than|rather than|instead of|as (?:much|many|well) as",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for kind, pattern in _CLASSES.items()}
# Words that two classes share: "since" may be a cause as well as a time, "as a result" is one in both.
_ALSO = {"cause": ("since", "purpose"), "while": ("contrast",), "contrast": ("while",), "purpose": ("cause",)}


def connectives(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The connecting words of `text` whose kind the evidence does not have."""
    return [
        Reason("connective", f"{kind}: {match.group()}")
        for kind, pattern in _PATTERNS.items()
        if (match := pattern.search(text)) and not any(_PATTERNS[k].search(evidence.resolved) for k in (kind, *_ALSO.get(kind, ())))
    ]
