"""What one verb says of two things at once, as two sentences: "It is paid at 125% on weekdays and 150% on Sundays".

In: a sentence. Out: the sentences it stands for; itself, where nothing is left out. Read as one, its numbers, days and places could be paired at
will; a claim and its evidence are both read as what they stand for.

>>> written_out("The east wing opens at nine and the west wing at noon.")
('The east wing opens at nine.', 'the west wing opens at noon.')
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.grounding.frames import OF_TIME
from bot.grounding.phrases import Chunk, chunks
from bot.grounding.tagging import tagged

_JOIN = re.compile(r",? (?:and|but|while|whereas) |, ")
_ONE_OF = re.compile(r"\bone of (?=[\d$€£¥])")
_ONE = re.compile(r"\b(?P<before>an?|the) (?P<kind>[\w-]+) one$")
_NOUN_OF = re.compile(r"\b(?P<article>an?|the) (?P<noun>[\w-]+) of [^,]*$")
_NOUN = re.compile(r"\b(?:an?|the) [\w-]+ (?P<noun>[\w-]+)$")
_SPACE = re.compile(r"\s+")
_END = re.compile(r"[.!?;\s]+$")
_NUMBER = re.compile(r"[\d.,]*\d")
_ONLY = re.compile(r" only (?:on|in|at|from|until|for) ")
_FEWEST = 2  # parts: "A and B" alone is a list


@lru_cache(maxsize=4096)
def written_out(sentence: str) -> tuple[str, ...]:
    """The sentences that `sentence` stands for."""
    for join in reversed(list(_JOIN.finditer(sentence))):
        left, right = sentence[: join.start()], _END.sub("", sentence[join.end() :])
        right, is_short = _with_noun(left, right)
        if join.group() == ", " and not is_short and not _ONLY.search(right):
            continue
        shape = _shape(right)
        if shape is None or len(shape) < _FEWEST or "VB" in shape:
            continue
        second = _with_beginning(left, right, shape) or _with_verb(left, right, shape)
        if second:
            return (*written_out(f"{left.rstrip('.')}."), f"{second}.")
    return (sentence,)


@dataclass(frozen=True, slots=True)
class _Part:
    """A noun phrase (NP), one with its preposition (PP) or a verb (VB): its first token, where its noun phrase begins, its preposition."""

    kind: str
    start: int
    noun: int
    preposition: str = ""


def _parts(text: str) -> list[_Part] | None:
    """The parts of a stretch, in order; None where there is anything else."""
    found: list[_Part] = []
    parts = chunks(text)
    for i, part in enumerate(parts):
        if part.kind == "NP" and i and parts[i - 1].kind == "P":
            found[-1] = _Part("PP", found[-1].start, part.start, parts[i - 1].text)
        elif part.kind == "NP" and part.nouns and part.nouns[-1].head in OF_TIME:  # "every day"
            found.append(_Part("PP", part.start, part.start))
        elif part.kind == "NP" and i > 1 and parts[i - 1].text == "and" and found and found[-1].kind == "AND":
            found.pop()
        elif part.text == "and" and found and found[-1].kind == "NP":
            found.append(_Part("AND", part.start, part.start))
        elif part.kind in {"NP", "P", "VB"}:
            found.append(_Part(part.kind, part.start, part.start))
        elif part.kind == "R":
            found += [_Part("PP", part.start, part.start)] if _is_place(part) else []
        else:
            return None
    return found


def _with_noun(left: str, right: str) -> tuple[str, bool]:
    """`right` with the noun of `left` that its "one" stands for, and whether it has such a "one"."""
    if (found := _NOUN_OF.search(left)) and _ONE_OF.search(right):
        return _ONE_OF.sub(f"{found['article']} {found['noun']} of ", right), True
    if (found := _NOUN.search(left)) and (short := _ONE.search(right)):
        return f"{right[: short.start()]}{short['before']} {short['kind']} {found['noun']}", True
    return right, False


def _shape(text: str) -> tuple[str, ...] | None:
    """The kinds of the parts of a stretch."""
    parts = _parts(text)
    return None if parts is None else tuple(part.kind for part in parts)


def _is_place(part: Chunk) -> bool:
    return part.text.lower() in {"abroad", "elsewhere", "overseas", "there", "here", "outside", "inside", "again"}


def _with_verb(left: str, right: str, shape: tuple[str, ...]) -> str:
    """Of "the west wing at noon" what has the verb of the clause on its left in between; else "".

    That has the same parts around its verb, or the phrases of both begin alike.
    """
    whole, other = _parts(left) or [], _parts(right) or []
    verbs = [k for k, part in enumerate(whole) if part.kind == "VB"]
    if shape[0] != "NP" or len(verbs) != 1 or not 0 < verbs[0] < len(other):
        return ""
    at = verbs[0]
    around = [*whole[:at], *whole[at + 1 :]]
    behind = at + 1
    if tuple(part.kind for part in around) != shape or not _are_alike(around, other):
        behind = next((k for k in range(at + 1, len(whole)) if whole[k].kind == "PP"), at)
        if at != 1 or set(shape[1:]) != {"PP"} or other[1].preposition != whole[behind].preposition or not other[1].preposition:
            return ""
    words, opening = tagged(left)[whole[at].start : (whole[behind].start if behind < len(whole) else None)], other[at].start
    opening -= right.split()[opening - 1] == "only"
    return " ".join([*right.split()[:opening], *(token.text for token in words), *right.split()[opening:]])


def _with_beginning(left: str, right: str, shape: tuple[str, ...]) -> str:
    """The same with the beginning of the clause on its left, up to where that has the same parts; else ""."""
    whole = _parts(left) or []
    kinds, tail = tuple(part.kind for part in whole), whole[-len(shape) :]
    is_inside = shape[0] == "NP" and kinds[-len(shape) :] == ("PP", *shape[1:])  # "at 125% on weekdays and 150% on Sundays"
    if "VB" not in kinds[: -len(shape)] or (kinds[-len(shape) :] != shape and not is_inside):
        return ""
    if not _are_alike(tail[is_inside:], (_parts(right) or [])[is_inside:]):
        return ""
    wanted = tail[0].noun if is_inside else tail[0].start
    starts = (match.end() for match in _SPACE.finditer(left))
    start = next((start for start in starts if len(tagged(left[:start])) == wanted), None)
    return "" if start is None else f"{left[:start]}{_counted(right, left[start:])}"


def _are_alike(one: Sequence[_Part], other: Sequence[_Part]) -> bool:
    """Whether the phrases of two stretches have the same prepositions, as far as both have one."""
    return all(a.preposition == b.preposition or not (a.preposition and b.preposition) for a, b in zip(one, other, strict=False))


def _counted(right: str, tail: str) -> str:
    """`right`, its number with the noun that only `tail` has: of "41,000 tickets in June and 37,500 in July" the tickets."""
    number, other = _NUMBER.match(right), _NUMBER.match(tail)
    mine, theirs = chunks(right)[0], chunks(tail)[0]
    if number and other and mine.text == number.group():
        return f"{number.group()} {theirs.text.removeprefix(other.group()).strip()}{right[number.end() :]}"
    return right
