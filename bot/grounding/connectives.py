"""Check 11b, connectives: no cause, condition, contrast or order in time that the evidence does not state.

In: a claim's text and its evidence. Out: reasons.

>>> connectives("Tencent bought shares because it values connection.", …two sentences without "because"…)
"""

import re
from collections.abc import Sequence

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import Word, read

_CLASSES = {
    "cause": r"because|due to|owing to|thanks to|so that|therefore|thus|hence|consequently|as a result(?: of)?|results? (?:in|from)|led to|leads to|"
    r"caus(?:e[sd]?|ing)|triggered|prompt(?:ed|s)|driven by|on account of|thereby|in response to|in order to|so as to",
    "contrast": r"although|though|despite|in spite of|whereas|unlike|even though|nevertheless|nonetheless|in contrast|contrary to",
    "condition": r"if|provided that|as long as|in case|whether",
    "unless": r"unless",
    "after": r"after|afterwards|following|then|subsequently|later",
    "before": r"before|prior to|ahead of|until|till|earlier",
    "since": r"since",
    "while": r"while|meanwhile|at the same time as|during",
    "purpose": r"for the sake of|with the aim of|in an effort to",
    "exception": r"except|apart from|other than|excluding|but not",
    "instead": r"rather than|instead of|in place of",
    "addition": r"as well as|in addition to|along with|together with|besides",
    "comparison": r"more (?!than\s+(?:a|an|one|two|\d))\w+ than|less (?!than\s+\d)\w+ than|better than|worse than|greater than|larger "
    r"than|smaller than|"
    r"higher than|lower than|as (?:much|many) as",
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
    ] + [*_reversed_causes(text, evidence), *_lost_conditions(text, evidence)]


def _reversed_causes(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """From "A because B", where the evidence has "B because A"."""
    claimed = _cause_and_effect(text)
    for sentence in evidence.resolved_sentences if claimed else ():
        known = _cause_and_effect(sentence)
        if claimed and known:
            straight = len(claimed[0] & known[0]) + len(claimed[1] & known[1])
            crossed = len(claimed[0] & known[1]) + len(claimed[1] & known[0])
            if crossed > straight:
                return [Reason("connective", "cause and effect are reversed")]
    return []


def _cause_and_effect(text: str) -> tuple[set[str], set[str]] | None:
    """The stems of what follows "because", up to the comma where it stands first, and of the rest."""
    match = _BECAUSE.search(text)
    if match is None:
        return None
    stands_first = not any(word.is_content for word in read(text[: match.start()]))
    comma = text.find(",", match.end()) if stands_first else -1
    end = comma if comma >= 0 else len(text)
    cause = {word.stem for word in read(text[match.end() : end]) if word.is_content}
    return cause, {word.stem for word in read(text[: match.start()] + text[end:]) if word.is_content} - cause


_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|thanks to|as a result of|on account of|resulted from|caused by)\b", re.IGNORECASE
)


def _lost_conditions(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """What narrows a whole statement: told without its "if" or its exception, it says more than the evidence."""
    kept = {word.stem for word in read(text)}
    found = []
    for sentence in evidence.resolved_sentences:
        for match in _NARROWING.finditer(sentence):
            narrowed = [w for w in _narrowed(sentence, match) if w.is_content]
            told = bool(narrowed) and sum(w.stem in kept for w in narrowed) >= 0.6 * len(narrowed)
            if told and not _keeps(text, match.group()):
                found.append(Reason("connective", f"without its condition: {match.group()}"))
    return found


def _keeps(text: str, narrowing: str) -> bool:
    """Whether a claim narrows what it says in the same way; "unless" is not "if"."""
    kept = {found.group().lower() for found in _NARROWING.finditer(text)}
    if narrowing.lower() == "without":
        return re.search(r"\bwithout\b", text, re.IGNORECASE) is not None
    return "unless" in kept if narrowing.lower() == "unless" else bool(kept - {"unless"})


def _narrowed(sentence: str, match: re.Match[str]) -> Sequence[Word]:
    """The words before a condition; where it opens its sentence, the clause behind its comma."""
    before = read(sentence[: match.start()])[-8:]
    if before:
        return before
    comma = sentence.find(",", match.end())
    return read(sentence[comma:])[:8] if comma >= 0 else ()


_NARROWING = re.compile(
    r"\b(?:if|unless|provided that|as long as|except(?: for)?|with the exception of|excluding|apart from|other than|but only|"
    r"only (?:with|if|after|when))\b|^without\b",
    re.IGNORECASE,
)
