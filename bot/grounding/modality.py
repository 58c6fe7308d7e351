"""Check 10, modality: what will, may, must, should or is meant to happen is not said to happen, nor the other way round.

In: a claim's text and its evidence. Out: reasons.

>>> modality("Tencent forms a new committee.", "Tencent will also form a new technology committee …")    # "will form" is lost
"""

import re
from collections.abc import Sequence

from bot.grounding.answers import Reason
from bot.grounding.cues import CueTable, added, lost
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import REPORTING, read
from bot.grounding.verbs import lemma

_CUES = CueTable(
    {
        "will": "will|shall|would|won't|'ll|going to|about to|set to|poised to",
        "may": "may|might|could|can|able to|perhaps|possibly|potentially|maybe",
        "should": "should|ought to|supposed to",
        "must": "must|need to|needs to|has to|have to|had to|required to|necessary to",
        "means": "want* to|wish* to|hope* to|hoping to|aim* to|aiming to|plan* to|planning to|planned to|intend* to|seek* to|seeking to|"
        "sought to|look* to|looking to|striv* to|strove to|try to|tries to|tried to|trying to|attempt* to|committed to|commit* to|"
        "promise* to|pledge* to|vow* to|agree* to|decid* to|opt* to|chose to|choose* to|resolve* to|ask* to|told to|urge* to|"
        "order* to|allow* to|permit* to|invite* to|instruct* to|free to|willing to|threaten* to|volunteer* to|offer* to|propose* to|"
        "expect* to|expected to|ready to|prepare* to|work* to|working to|like to|help|helps|helped|helping|goal of|order to|so as to|"
        "to be",
        "neither": "cannot possibly|can't possibly|could not possibly",
        "hedges": "thought to|said to|believed to|considered to be|considered|regarded as|deemed|purported*|alleged|possibly be|"
        "generally considered|believed|hope*|hoping|expect*|fear*|predict*|argue*|assum*|speculat*|forecast*|seemingly|apparently|"
        "reportedly|allegedly|likely|unlikely|probably|presumably|arguably|supposedly|appear* to|"
        "seem* to|think*|suggest*|estimated|rumoured|rumored|claim* to",
        "if": "if|unless|provided that|as long as|whether",
    }
)


def modality(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The modal words that `text` adds, changes or loses."""
    more = [
        Reason("modality", f"added: {cue.words} {cue.governed}") for cue in added(_CUES, text, evidence.resolved) if cue.kind != "neither"
    ]
    fewer = [
        Reason("modality", f"lost: {cue.words} {cue.governed}") for cue in lost(_CUES, text, evidence.resolved) if cue.kind != "neither"
    ]
    return more + fewer


# Verbs before "that": what follows is said by their subject.
_HOLDING = rf"(?:{REPORTING}|hold|holds|held|find|finds|found|rule[sd]|conclude[sd]?|argue|believe|contend(?:s|ed)?|maintain)"
_HELD = re.compile(rf"\b{_HOLDING} that\b")
_SAID = re.compile(rf"\b(?:{_HOLDING}|[Aa]ccording to)\b")
# What somebody is called, it is to them.
_CALLED = re.compile(
    r"\b(?:call(?:s|ed|ing)?|label(?:s|led|ed|ling)?|brand(?:s|ed|ing)|deem(?:s|ed)?|describ(?:es|ed|ing)|denounc(?:es|ed|ing)|dismiss(?:es|ed|ing)"
    r"|prais(?:es|ed|ing)|condemn(?:s|ed|ing)?|hail(?:s|ed|ing)|criticis(?:es|ed|ing)|criticiz(?:es|ed|ing))\b"
)
_IS = re.compile(r"\b(?:is|are|was|were)\b")
_WOULD_HAVE = re.compile(r"\b(?:would|could|might|should)(?:\s+not)?\s+have\b|['’]d\s+have\b")
_FUTURE = re.compile(r"\b(?:will|shall|would|won't|is going to|are going to)\b", re.IGNORECASE)
_ANY = re.compile(
    r"\b(?:will|shall|would|won't|going to|may|might|could|can|should|must|to be|plans?|aims?|wants?|hopes?|intends?|expect\w*"
    r"|promis\w*|commit\w*)\b",
    re.IGNORECASE,
)


_MOSTLY = 0.7  # of the claim's words stand behind it


def told_as_fact(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """What stands behind a "will" or a "some hold that" in the evidence, told without any word of the kind."""
    told = [] if _ANY.search(text) else _behind(_FUTURE, text, evidence.resolved_sentences)
    told += [] if _SAID.search(text) else _behind(_HELD, text, evidence.resolved_sentences)
    told += [] if _WOULD_HAVE.search(text) else _unreal(text, evidence.resolved_sentences)
    is_called = _IS.search(text) and not _CALLED.search(text) and not _SAID.search(text)
    return told + (_behind(_CALLED, text, evidence.resolved_sentences) if is_called else [])


def _behind(pattern: re.Pattern[str], text: str, sentences: Sequence[str]) -> list[Reason]:
    claim = {w.stem for w in read(text) if w.is_content and not w.is_name}
    for sentence in sentences:
        found = pattern.search(sentence)
        if found and claim:
            behind = {w.stem for w in read(sentence[found.end() :])} - {w.stem for w in read(sentence[: found.start()])}
            if len(claim & behind) >= _MOSTLY * len(claim):
                return [Reason("modality", f"lost: {found.group()}")]
    return []


def _unreal(text: str, sentences: Sequence[str]) -> list[Reason]:
    """What would have happened, and did not, told as what did or will."""
    said = {lemma(word.lower) for word in read(text)}
    for sentence in sentences:
        for found in _WOULD_HAVE.finditer(sentence):
            verb = next((word for word in read(sentence[found.end() :]) if word.lower not in {"been", "not", "also"}), None)
            if verb is not None and lemma(verb.lower) in said:
                return [Reason("modality", f"lost: {found.group()} {verb.text}")]
    return []
