"""Check 13b, predication: what a claim says of something, its evidence says of the same thing.

In: a claim's text and its evidence. Out: reasons. Every finite verb of the claim must stand in the evidence, said of the same subject; a form of
"to be" with what it says. So an "is" that somebody put between two words of the sentence is none of it.

>>> predication("Tencent is a German company.", "At the German-Chinese summit, the company Tencent …")   # is german
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.grounding.answers import Reason
from bot.grounding.clauses import DOING, HAVING, MARKS, PREPOSITIONS, Predicate, Tokens, is_verb, predicates, split
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import REPORTING, read
from bot.grounding.proof import is_told

_REPORTING = re.compile(REPORTING)  # who said something is the business of another check


def predication(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The predicates of `text` that the evidence says of something else, and each "is" that it has not."""
    sentences = [split(sentence) for sentence in evidence.resolved_sentences]
    known = [predicate for sentence in sentences for predicate in predicates(sentence)]
    return [
        Reason("predication", f"{' '.join(sorted(claimed.last))} {claimed.verb} {claimed.first}")
        for claimed in predicates(split(text))
        if claimed.last
        and claimed.first
        and not _REPORTING.fullmatch(claimed.verb)
        and not _is_said(claimed, known, sentences)
        and not is_told(text, claimed.first, evidence)
    ]


def _is_said(claimed: Predicate, known: Sequence[Predicate], sentences: Sequence[Tokens]) -> bool:
    said = [predicate for predicate in known if claimed.first in predicate.says and claimed.kind == predicate.kind]
    if said:
        return any(_has_same_subject(predicate, claimed, known, sentences) for predicate in said)
    if claimed.kind != DOING:
        return any(_stand_together(sentence, claimed) for sentence in sentences)
    return True  # a noun or an infinitive made into a verb; its words and their order are checked elsewhere


def _has_same_subject(predicate: Predicate, claimed: Predicate, known: Sequence[Predicate], sentences: Sequence[Tokens]) -> bool:
    if predicate.pronoun:
        named = [p for p in known if p.heads and not (predicate.pronoun == "it" and _REPORTING.fullmatch(p.verb))]
        return predicate.pronoun != "there" and (not named or any(claimed.last <= p.heads for p in named))
    turned = predicate.is_passive is not claimed.is_passive  # subject and object change places then: the roles check sees to it
    return turned or not predicate.last or (claimed.last <= predicate.last and not _is_another_kind(claimed, predicate, sentences))


def _is_another_kind(claimed: Predicate, predicate: Predicate, sentences: Sequence[Tokens]) -> bool:
    """Whether the claim tells of "the industrial internet" what is told of the consumer internet, where the evidence speaks of both."""
    added = claimed.nouns - predicate.nouns
    stems = [word.stem for sentence in sentences for token in sentence for word in read(token) if word.is_content]
    return any(one in added and other in claimed.last for one, other in pairwise(stems))


def _stand_together(sentence: Tokens, claimed: Predicate) -> bool:
    """Whether what is said stands beside its subject, as an apposition or a title does: no verb and no preposition between them."""
    stems = [frozenset(word.stem for word in read(token)) for token in sentence]
    here = [i for i, found in enumerate(stems) if found & claimed.last]
    there = [i for i, found in enumerate(stems) if claimed.first in found]
    return any(_is_near(sentence, min(i, j), max(i, j), claimed.kind) for i in here for j in there)


def _is_near(sentence: Tokens, start: int, end: int, kind: str) -> bool:
    between = range(start + 1, end)
    if any(sentence[k] in MARKS for k in between):  # an apposition, which goes as far as the next comma
        close = next((k for k in range(end, len(sentence)) if sentence[k] in MARKS), len(sentence))
        opening = max((k for k in range(start) if sentence[k] in MARKS), default=-1)
        verbs = [any(is_verb(sentence, k) for k in part) for part in (range(opening + 1, start), range(end, close))]
        if verbs[1] and not verbs[0] and sentence[opening + 1].lower() in PREPOSITIONS | {"according"}:
            return False
    apart = PREPOSITIONS - {"over", "about", "under"} - ({"with"} if kind == HAVING else set()) | {"and", "or", "but", "to"}
    return (
        not any(is_verb(sentence, k) or sentence[k].lower() in apart for k in between) and sum(sentence[k] in MARKS for k in between) <= 1
    )
