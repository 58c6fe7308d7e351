"""Check 15, coverage: a claim says nothing in words its evidence does not have.

In: a claim's text and its evidence. Out: one reason with the words that are nowhere in it. A word counts as covered when the evidence has
its stem, when another name of the same person or thing stands there, when the document's own title, publisher or author has it, or when it
only reports ("said", "according to"). None else is allowed: the remedy, quoting instead, is cheap (grounding.md section 3.2).

>>> coverage("Tencent plans to sell its JD stake.", …largest shareholder with a 21.25% stake…)   # plans, sell
"""

import re

from bot.corpus import Document
from bot.grounding.answers import Reason
from bot.grounding.attribution import speakers_nearby
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.meaning import canonical
from bot.grounding.quantities import without_quantities
from bot.grounding.verbs import plain
from bot.retrieval.analysis import content_stems, stem

_REPORTING = frozenset(
    stem(word)
    for word in """
    say says said saying state states stated according note notes noted report reports reported describe describes described write writes
    wrote written mention mentions mentioned explain explains explained article document text source letter speech author one stress
    stresses stressed maintain maintains emphasise emphasises emphasize emphasizes declare declares declared acknowledge acknowledges
    acknowledged add adds added argue argues argued believe believes namely example instance among
    include includes including also well addition via per have has
    had been being is are was were published dated
    """.split()
)


def coverage(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The content words of `text` that the evidence does not cover."""
    known = {canonical(word) for word in _covered(evidence)}
    missing = [word for word in _missing(text, evidence) if canonical(word) not in known]
    missing += [letter for letter in _NAMED_BY_LETTER.findall(text) if letter not in _LETTERS.findall(evidence.text)]
    return [Reason("coverage", ", ".join(missing))] if missing else []


def wording(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The content words of `text` for which the evidence has only another that mostly means the same."""
    known = {canonical(word) for word in _covered(evidence)}
    other = [word for word in _missing(text, evidence) if canonical(word) in known]
    return [Reason("wording", ", ".join(other))] if other else []


def _missing(text: str, evidence: ClaimEvidence) -> list[str]:
    covered = _covered(evidence)
    covered |= {_regular(word) for word in covered}
    # one letter is what is left of "€60m" and "3D"
    return list(
        dict.fromkeys(
            word for word in content_stems(without_quantities(text)) if not {word, _regular(word)} & covered and not _LETTER.fullmatch(word)
        )
    )


def _regular(word: str) -> str:
    """A stem; of an irregular form, which no stemmer knows, that of its plain form."""
    return stem(plain(word)) if plain(word) != word else word


# "grade B", but neither a name's "B." nor the article that opens a sentence.
_NAMED_BY_LETTER = re.compile(r"(?<=[a-z] )([A-HJ-Z])(?![\w&’'-]|\.\S|\. [A-Z])")
_LETTERS = re.compile(r"(?<![\w’'-])([A-Z])(?![\w’'-])")
_LETTER = re.compile("[a-z]")


def _covered(evidence: ClaimEvidence) -> set[str]:
    covered = set(content_stems(f"{evidence.text} {evidence.resolved}")) | _REPORTING | _metadata_stems(evidence.document)
    return covered | {s for speaker in speakers_nearby(evidence) for s in content_stems(speaker)}


def _metadata_stems(document: Document) -> set[str]:
    known = (document.publisher.value, document.author.value)
    return {s for fact in known if fact for s in content_stems(fact)}
