"""Check 11, scope: "over" stays over, "most" stays most, "second-largest among internet companies" keeps its rank and its restriction.

In: a claim's text and its evidence. Out: reasons.

>>> scope("Tencent is the largest holder of patents.", "… the second-largest holder of patents among internet companies …")
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.corpus.dates import find_dates
from bot.grounding.answers import Reason
from bot.grounding.cues import CueTable, added, alike, lost
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import Word, clause_of, read
from bot.grounding.quantities import Quantity, find_quantities
from bot.grounding.verbs import AUXILIARIES, is_past

_QUANTIFIERS = CueTable(
    {
        "all": "all|every|each|entire|whole|always|both|everyone|everything|completely|entirely|fully|totally|universally|invariably",
        "any": "any",
        "most": "most|mostly|majority of|largely|mainly|primarily|chiefly|generally|usually|typically",
        "many": "many|several|numerous|a number of|often|frequently|multiple",
        "some": "some|sometimes|partly|partially|occasionally|certain|part of",
        "few": "few|rarely|seldom|a handful of",
        "only": "only|solely|exclusively|merely|just|purely|alone",
        "first": "first|last|sole|unique|original|leading|top|best|biggest|largest|greatest|highest|lowest|smallest|fastest|oldest|"
        "newest|latest|main|"
        "major|second|third|key|dominant|pioneering|unprecedented|record",
    },
    reach=3,
    ends=frozenset({"that", "which", "who", "because", "if", "when", "than", "while"}),
)
# These stand close before what they govern: "retired after the regulator came" is of no regulator.
_DEPUTIES = CueTable({"deputy": "vice|deputy|former|acting|interim|assistant|associate|would-be|ex|co|honorary|retired"}, reach=2)
_BOUNDS = {
    "more than": r"(?:(?:more|longer|larger|higher|greater|older|bigger|later|farther|further|heavier|taller) than|"
    r"over|above|exceed(?:s|ed|ing)?|beyond|upwards? of|at least|no (?:less|fewer) than|surpass(?:es|ed|ing)?|in excess of|"
    r"crossed the threshold of[\w\s]{0,40}|topp(?:ed|ing)|topped)",
    "less than": r"(?:(?:less|fewer|shorter|smaller|lower|younger|earlier|lighter) than|under|below|up to|at most|no more than|not more than|within)",
    "nearly": r"(?:nearly|almost|close to|just under|approaching|not quite)",
    "about": r"(?:about|around|roughly|approximately|some|an estimated|circa|or so)",
    "only": r"(?:only|just|merely)",
}
_BEFORE = {
    kind: re.compile(rf"\b{pattern}\s+(?:a |an |the )?(?:total of )?(?:one |two )?$", re.IGNORECASE) for kind, pattern in _BOUNDS.items()
}
_ABOUT_THEN = re.compile(r"\b(?:about|around|roughly|approximately|circa|ca?\.|nearly|almost)\s+(?:the year )?$", re.IGNORECASE)
_COMPARED = re.compile(
    r"\s+(?:percent\s+|points\s+)?(?:more|less|fewer|higher|lower|larger|smaller|greater|longer|shorter|older|younger|faster|slower|cheaper)\b"
)
_MEASURES = r"(?:days?|weeks?|months?|years?|hours?|minutes?|miles?|met(?:er|re)s?|kilomet(?:er|re)s?|tons?|tonnes?|points?|feet|pounds?)\b"
_MEASURE = re.compile(rf"[\s-]+{_MEASURES}")
_MEASURED = re.compile(
    rf"\s+(?:working|business|calendar|school|week|light|nautical|square|cubic|metric|short|long|basis|percentage)\s+{_MEASURES}"
)
_PLUS = re.compile(r"^(?:-plus|\+| or more| and (?:more|counting))\b", re.IGNORECASE)
_RANKS = re.compile(r"^(?:first|last|only|sole|leading|most|least|\w+est|second|third|fourth|fifth)$")
_NO_RANKS = frozenset(
    """
    interest west test request rest guest forest invest harvest honest modest latest contest quest protest suggest digest northwest southwest midwest
    arrest best-known chest nest manifest
    """.split()
)
_RANKING = re.compile(r"^(?:leading|major|main|key|top|best|principal|dominant|primary|chief|only|sole|first|last|\w+est)$")
_DENIAL = r"(?:\bnot|\bnever|\bcannot|n['’]t)"
_DEGREE = re.compile(
    rf"{_DENIAL}\s+(?:\w+\s+)?(?P<degree>highly|very|fully|entirely|completely|particularly|necessarily|always|totally|wholly|quite|yet)\s+"
    r"(?P<what>[\w-]+)",
    re.IGNORECASE,
)
_RESTRICTING = frozenset("among in within outside across since for by per on of at under from to worldwide globally".split())


def scope(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The bounds, quantifiers and ranks that `text` adds, changes or loses, and the restrictions of a rank that it leaves out."""
    return [
        *_quantifiers(text, evidence.resolved),
        *_bounds(text, evidence.resolved),
        *_restrictions(text, evidence),
        *_denied_degrees(text, evidence.resolved),
    ]


def _quantifiers(text: str, evidence: str) -> Iterator[Reason]:
    for table in (_QUANTIFIERS, _DEPUTIES):
        yield from (Reason("scope", f"added: {cue.words} {cue.governed}") for cue in added(table, text, evidence))
        yield from (Reason("scope", f"lost: {cue.words} {cue.governed}") for cue in lost(table, text, evidence) if cue.kind != "all")
    definite = {words[1].lower for words in pairwise(read(evidence)) if words[0].lower == "the"}
    indefinite = {words[1].lower for words in pairwise(read(evidence)) if words[0].lower in {"a", "an", "one"}}
    for article, word in pairwise(read(text)):
        if article.lower == "the" and word.lower in indefinite - definite and _RANKING.match(word.lower):
            yield Reason("scope", f"the {word.text}, not a {word.text}")


def _bounds(text: str, evidence: str) -> Iterator[Reason]:
    stated: dict[tuple[object, str], set[str]] = {}
    for quantity in find_quantities(evidence):
        stated.setdefault((quantity.value.normalize(), quantity.unit), set()).add(_bound(evidence, quantity.start, quantity.end))
    for quantity in find_quantities(text):
        bound = _bound(text, quantity.start, quantity.end)
        known = stated.get((quantity.value.normalize(), quantity.unit))
        compared = [_COMPARED.match(evidence[q.end :]) is not None for q in find_quantities(evidence) if _is_same(q, quantity)]
        if compared and (_COMPARED.match(text[quantity.end :]) is not None) not in compared:
            yield Reason("bound", f"{quantity.text} more or less than another, or {quantity.text} of it")
        kinds = [_MEASURED.match(evidence[q.end :]) for q in find_quantities(evidence) if _is_same(q, quantity)]
        if kinds and all(kinds) and not _MEASURED.match(text[quantity.end :]) and _MEASURE.match(text[quantity.end :]):
            yield Reason("bound", f"{quantity.text} of another measure")
        if known and quantity.unit != "th" and bound not in known:
            yield Reason("bound", f"{bound or 'exactly'} {quantity.text}, not {' or '.join(sorted(b or 'exactly' for b in known))}")
    for date in find_dates(text):
        near = [_ABOUT_THEN.search(evidence[: d.start]) is not None for d in find_dates(evidence) if d.says_no_more_than(date)]
        if near and all(near) and not _ABOUT_THEN.search(text[: date.start]):
            yield Reason("bound", f"exactly {text[date.start : date.end]}, not about then")


def _is_same(one: Quantity, other: Quantity) -> bool:
    return (one.value, one.unit) == (other.value, other.unit)


def _bound(text: str, start: int, end: int) -> str:
    if _PLUS.match(text[end:]):
        return "more than"
    before = text[max(0, start - 60) : start]
    return next((kind for kind, pattern in _BEFORE.items() if pattern.search(before)), "")


def _restrictions(text: str, evidence: ClaimEvidence) -> Iterator[Reason]:
    """What follows a rank in its clause and narrows it ("among internet companies", "in China") must be in the claim as well."""
    claim = read(text)
    kept = {word.stem for word in claim}
    ranks = [
        (words, j)
        for words in map(read, evidence.resolved_sentences)
        for j, word in enumerate(words)
        if is_rank(word.lower) and not word.is_name
    ]
    for i, said in enumerate(claim):
        meant = [(alike(claim, i, words, j), -n, words, j) for n, (words, j) in enumerate(ranks) if words[j].stem == said.stem]
        if meant:
            *_, words, j = max(meant)
            missing = [word.text for word in _narrowing(words, j) if word.stem not in kept]
            if missing:
                yield Reason("scope", f"{said.text} without: {' '.join(missing)}")


def _denied_degrees(text: str, evidence: str) -> Iterator[Reason]:
    """What is denied only in a degree, and would be denied altogether: "not highly efficient" is not "not efficient", "not just A" not "just A"."""
    for match in _DEGREE.finditer(evidence):
        degree, of_what = match["degree"].lower(), match["what"].lower()
        if re.search(rf"{_DENIAL}\s+(?:\w+\s+)?{re.escape(of_what)}\b", text, re.IGNORECASE) and degree not in text.lower().split():
            yield Reason("scope", f"lost: not {degree} {of_what}")
    for word in ("just", "only", "merely", "simply"):
        denied = rf"{_DENIAL}\s+{word}\b"
        said, plainly_there = (
            re.search(rf"\b{word}\b", re.sub(denied, "", t, flags=re.IGNORECASE), re.IGNORECASE) for t in (text, evidence)
        )
        if said and not plainly_there and re.search(denied, evidence, re.IGNORECASE):
            yield Reason("scope", f"lost: not {word}")


def is_rank(word: str) -> bool:
    """Whether a lower-cased word ranks: "first", "highest"."""
    return bool(_RANKS.match(word)) and word not in _NO_RANKS


def _narrowing(words: tuple[Word, ...], index: int) -> Iterator[Word]:
    """The content words of the prepositional phrases after a rank's head, up to the end of its clause."""
    start, end = clause_of(words, index)
    in_subject = not any(is_past(word.lower) or word.lower in AUXILIARIES for word in words[start:index])
    narrowing = False
    for i in range(index + 1, end):
        narrowing = narrowing or words[i].lower in _RESTRICTING
        is_verb = (
            in_subject and is_past(words[i].lower) and not words[i].is_name and i > index + 1 and i + 1 < end and words[i + 1].lower != "by"
        )
        joins_more = words[i].lower == "and" and i + 2 < end and words[i + 2].lower in _RESTRICTING  # "of users and output in China"
        if is_verb or (
            not joins_more
            and words[i].lower
            in {
                "and",
                "but",
                "that",
                "which",
                "who",
                "with",
                "will",
                "is",
                "are",
                "was",
                "were",
                "has",
                "have",
                "while",
            }
        ):
            return
        if narrowing and (words[i].is_content or words[i].text == "May"):
            yield words[i]
