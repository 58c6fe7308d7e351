"""Check 14, attribution: whoever is said to have said something did say it, and what stands in quotation marks names its speaker.

In: a claim's text and its evidence. Out: reasons.

>>> attribution("Martin Lau said Tencent will leverage the cloud.", "Tong emphasises that Tencent will leverage the cloud …")
"""

import re

from bot.corpus import Document
from bot.grounding.abbreviations import names_of
from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import FUNCTION_WORDS, REPORTING
from bot.grounding.resolution import canonical, resolve_claim

_NAME = r"(?<!\w)[A-Z][\w.&-]*(?:['’](?!s\b)\w+)?(?:[ \u00a0]+[A-Z][\w.&-]*)*"
_VERB = rf"(?:{REPORTING}|call(?:ed|s) for)"
_SPEAKERS = (
    re.compile(rf"(?P<name>{_NAME})(?:,[^,.]{{2,80}},)?\s+(?:also |once |later |has |had |further |then |famously |publicly )?{_VERB}\b"),
    re.compile(rf"\b{_VERB}\s+(?:the (?:[a-z-]+ ){{1,4}})?(?P<name>{_NAME})(?=[,.;:”\"]|$|\s+(?:in|at|on|during|when|as)\b)"),
    re.compile(rf"\b(?:[Aa]ccording to|in the words of)\s+(?P<name>{_NAME})"),
    re.compile(
        rf"(?P<name>{_NAME})\s+[a-z]+(?:ed|s)\b[^.;“”\"]{{0,80}},\s+(?:saying|adding|arguing|noting|explaining|warning|stressing|claiming|stating)\b"
    ),
)
_ANOTHER = re.compile(rf"\b(?:his|her|their|an?)\s+(?:[a-z-]+\s+){{1,4}}?{_VERB}\b")
_REPORTS = re.compile(rf"\b(?:{_VERB}|[Aa]ccording to)\b")


def attribution(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The speakers of `text` whom the evidence does not have speak."""
    return [Reason("attribution", speaker) for speaker in _speakers(text) if not _speaks(speaker, text, evidence)]


def unattributed(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """Whoever says in the evidence what `text` tells without them."""
    said = _speakers(evidence.resolved)
    is_attributed = _REPORTS.search(text) or any(_names(text, speaker) for speaker in said)
    if said and not is_attributed and all(_speakers(sentence) for sentence in evidence.resolved_sentences):
        return [Reason("attribution", f"said by {said[0]}, not by the document")]
    return []


def speakers_nearby(evidence: ClaimEvidence) -> list[str]:
    """Who speaks in a quotation that goes on from another sentence, or from the paragraph before."""
    if not evidence.speaking:
        return []
    return _speakers(resolve_claim(evidence.speaking, evidence.document, evidence.sentences[0]))


def _speakers(text: str) -> list[str]:
    found = [_without_opening(match["name"].rstrip(".")) for pattern in _SPEAKERS for match in pattern.finditer(text)]
    return list(dict.fromkeys(name for name in found if name and name.lower() not in FUNCTION_WORDS))


def _without_opening(name: str) -> str:
    """A name without the small word that began its sentence: "The Brotherhood", "Since Washington"."""
    first, _, rest = name.partition(" ")
    return rest if rest and first != "He" and first.lower() in FUNCTION_WORDS else name


def _speaks(speaker: str, text: str, evidence: ClaimEvidence) -> bool:
    names = _speakers(evidence.resolved)
    if any(_same(speaker, name) for name in (*names, *speakers_nearby(evidence))):
        return True
    if _is_author(speaker, evidence.document):  # who reports what somebody else said names them
        return not names or any(_names(text, name) for name in names)
    # A verb of saying may also be done by a company: then it is an ordinary verb, and the roles check knows its subject.
    is_named = re.search(rf"(?<!\w){re.escape(speaker)}(?!\w)", evidence.resolved, re.IGNORECASE) is not None
    return not names and is_named and _REPORTS.search(evidence.resolved) is not None and not _ANOTHER.search(evidence.resolved)


def _is_author(speaker: str, document: Document) -> bool:
    """A speech is said by its speaker, an article by its publisher."""
    known = (document.author.value, document.publisher.value) if document.first_person else (document.publisher.value,)
    return any(_same(speaker, canonical(name, names_of(document))) for name in known if name)


def _names(text: str, speaker: str) -> bool:
    return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", text) for part in (speaker, speaker.rsplit(maxsplit=1)[-1]))


def _same(one: str, other: str) -> bool:
    left, right = set(one.lower().split()), set(other.lower().split())
    return left <= right or right <= left
