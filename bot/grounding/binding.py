"""Check 12, binding: a number keeps the thing it counts.

In: a claim's text and its evidence. Out: reasons.

>>> binding("Tencent Cloud has 400 industry solutions.", "… more than 400 foundational products … more than 130 industry solutions …")
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.corpus.dates import PartialDate, find_dates
from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import Word, names, read
from bot.grounding.quantities import Quantity, find_quantities

_WAYS = frozenset({"from", "to", "by"})  # "fell from 450 to 45" tells of two numbers behind one verb
_NEAR = 6  # words: "more than 12 million enterprises and organizations" counts both


def binding(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The quantities of `text` that stand beside another word than in the evidence."""
    stated: dict[tuple[object, str], set[str]] = {}
    for sentence in evidence.resolved_sentences:
        for quantity in find_quantities(sentence):
            stated.setdefault(_key(quantity), set()).update(
                w.stem for w in (*_after(sentence, quantity, _NEAR), *_before(sentence, quantity, _NEAR))
            )
    found = []
    for quantity in find_quantities(text):
        near = stated.get(_key(quantity))
        counted = next((w for w in _after(text, quantity, 3) if w.is_content), None) or next(
            (w for w in reversed(_before(text, quantity, 3)) if w.is_content), None
        )
        if near is not None and counted is not None and counted.stem not in near:
            found.append(Reason("binding", f"{quantity.text} {counted.text}"))
    return [*found, *_dates(text, evidence), *_owners(text, evidence), *_quoted(text, evidence)]


def exchanged(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The numbers and dates of `text` that stand right behind a word behind which the evidence has another of their kind.

    >>> exchanged("The limit was 264 feet.", …a limit of 150 feet … a total height of 264 feet…)   # 264 behind "limit"
    """
    known = [(word, kind, value) for sentence in evidence.resolved_sentences for word, kind, value in _behind_words(sentence)]
    found = []
    for word, kind, value in _behind_words(text):
        others = [theirs for one, other, theirs in known if (one, other) == (word, kind)]
        stands_elsewhere = any(other == kind and _is_same(theirs, value) for _, other, theirs in known)
        if others and stands_elsewhere and not any(_is_same(theirs, value) for theirs in others):
            found.append(Reason("binding", f"another number behind {word}"))
    return found


def _behind_words(sentence: str) -> Iterator[tuple[str, str, PartialDate | Decimal]]:
    """Each number and date with the stem of the word it stands behind, no more than two small words between; and what kind it is of."""
    placed: list[tuple[int, str, PartialDate | Decimal]] = [(d.start, "date", d) for d in find_dates(sentence)]
    placed += [(q.start, q.unit or "number", q.value.normalize()) for q in find_quantities(sentence)]
    for start, kind, value in placed:
        words = read(sentence[:start])[-3:]
        near = next((n for n in range(len(words) - 1, -1, -1) if words[n].is_content), None)
        if near is not None and not any(word.after_break and n for n, word in enumerate(words[near:])):
            way = next((word.lower for word in words[near + 1 :] if word.lower in _WAYS), "")
            yield f"{words[near].stem} {way}".strip(), kind, value


def _is_same(one: PartialDate | Decimal, other: PartialDate | Decimal) -> bool:
    if isinstance(one, PartialDate) and isinstance(other, PartialDate):
        return one.says_no_more_than(other) or other.says_no_more_than(one)
    return one == other


def _dates(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The dates of `text` that stand beside other words than in the evidence: the letter's day is not the conference's."""
    found = []
    for date in find_dates(text):
        near = [_around(s, d.start, d.end, _NEAR) for s in evidence.resolved_sentences for d in find_dates(s) if d.says_no_more_than(date)]
        mine = _around(text, date.start, date.end, 3)
        if near and mine and len(find_dates(evidence.resolved)) > 1 and not any(mine & stems for stems in near):
            found.append(Reason("binding", f"{text[date.start : date.end]} {' '.join(sorted(mine))}"))
    return found


def _quoted(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """Words in quotation marks behind another word than in the evidence, where that one has words of its own: the term “A” is not the term “B”."""
    known = {(_plain(m["words"]), m["before"].lower()) for m in _NAMED.finditer(evidence.text)}
    befores = {before for _, before in known}
    found = []
    for match in _NAMED.finditer(text):
        words, before = _plain(match["words"]), match["before"].lower()
        if (words, before) not in known and before in befores and any(words == k for k, _ in known):
            found.append(Reason("binding", f"{before} “{words}”"))
    return found


def _plain(words: str) -> str:
    return words.lower().strip(" ,.")


_NAMED = re.compile(r"(?P<before>[\w’']+) [“\"‘'](?P<words>[^“”\"‘]{2,60}?)[”\"’'](?!\w)")


def _around(text: str, start: int, end: int, reach: int) -> set[str]:
    """The nearest content words before a place; those after it, where it begins its text."""
    before = [w.stem for w in read(text[:start]) if w.is_content][-reach:]
    return set(before or [w.stem for w in read(text[end:]) if w.is_content][:reach])


def _owners(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """Numbers whose nearest name before them is another than in the evidence: "Tencent Meeting users" are not WeCom's."""
    owners: dict[tuple[object, str], list[set[str]]] = {}
    for sentence in evidence.resolved_sentences:
        for quantity in find_quantities(sentence):
            owners.setdefault(_key(quantity), []).append(_nearest_name(sentence, quantity.start, evidence))
    found = []
    for quantity in find_quantities(text):
        mine, known = _nearest_name(text, quantity.start, evidence), owners.get(_key(quantity))
        if mine and known and all(name and not (mine <= name or name <= mine) for name in known):
            found.append(Reason("binding", f"{' '.join(sorted(mine))}: {quantity.text}"))
    return found


def _nearest_name(text: str, end: int, evidence: ClaimEvidence) -> set[str]:
    """The words of the last name before `end`; a word that the document writes without a capital has it from opening its sentence."""
    words = read(text[:end])
    spans = [s for s in names(words) if s != (0, 1) or not (words[0].lower.endswith("ly") or words[0].lower in evidence.common_words)]
    return {word.lower for word in words[spans[-1][0] : spans[-1][1]]} if spans else set()


def _key(quantity: Quantity) -> tuple[object, str]:
    return quantity.value.normalize(), quantity.unit


def _after(text: str, quantity: Quantity, reach: int) -> list[Word]:
    """The words after a quantity, up to the next one or the end of the clause."""
    later = min((q.start for q in find_quantities(text) if q.start > quantity.start), default=len(text))
    following = re.sub(r"^\s*\([^()]*\)", "", text[quantity.end :])  # the same in another currency or unit
    if following == text[quantity.end :]:
        following = text[quantity.end : later]
    words: list[Word] = []
    for word in read(following)[:reach]:
        if words and word.after_break:
            break
        words.append(word)
    return words


def _before(text: str, quantity: Quantity, reach: int) -> list[Word]:
    """The words before a quantity, back to the one before it or the beginning of the clause."""
    earlier = max((q.end for q in find_quantities(text) if q.end <= quantity.start), default=0)
    words = list(read(text[earlier : quantity.start])[-reach:])
    cut = max((i for i, word in enumerate(words) if word.after_break), default=0)
    return words[cut:]
