"""Small words that turn a sentence: which word each governs, and whether claim and evidence agree on that.

In: two texts and a table of cues by class. Out: (class, governed stem) pairs that only the claim has, and those of the evidence that the
claim lost although it kept the governed word. Polarity, modality, scope and connectives are tables for this one comparison.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from bot.grounding.grammar import Word, content_after, is_given_name, read

ALL = "*"  # what a cue governs that opens its sentence: "Typically, …"
_QUOTES = re.compile('[“”"]')
_OF_NOUNS = frozenset("a the her his their its my your our own free good ill last".split())  # "in her will"
_AROUND = 5  # words on either side


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue that was found: its class, its words, and the stem it governs ("" at the end of a clause), with one joined to that by "and".

    `at` is which of the text's words it governs, -1 for none.
    """

    kind: str
    words: str
    governed: str
    at: int = -1
    joined: tuple[str, ...] = ()


class CueTable:
    """Cues by class; a cue is one or more words, `*` stands for a word's ending. It governs a word within `reach`, before the next of `ends`."""

    def __init__(self, cues: Mapping[str, str], *, reach: int = 4, ends: frozenset[str] = frozenset()) -> None:
        self._reach, self._ends = reach, ends
        # The longest cue at a place wins: "not just" is no "not".
        listed = sorted(((cue, kind) for kind, cues_of in cues.items() for cue in cues_of.split("|")), key=lambda c: -len(c[0].split()))
        self._kinds = [kind for _, kind in listed]
        alternatives = "|".join(f"({re.escape(cue).replace(re.escape('*'), '[^ ]*')})" for cue, _ in listed)
        self._pattern = re.compile(rf"(?<![^ ])(?:{alternatives})(?![^ ])")
        self.find = lru_cache(maxsize=1024)(self._find)

    def _find(self, text: str) -> tuple[Cue, ...]:
        """The cues of `text`, each with what it governs; a verb joined to the governed one by "and" or "or" is governed as well."""
        words = read_plainly(text)
        # "Hope" is a cape, not a hope; but the first word of a sentence has its capital from that.
        line = " ".join(word.text if _is_name(words, n) else word.lower for n, word in enumerate(words))
        found: list[Cue] = []
        for match in self._pattern.finditer(line):
            assert match.lastindex is not None
            last = line.count(" ", 0, match.end())
            if match.group() == "will" and last and words[last - 1].lower in _OF_NOUNS:
                continue
            found.append(Cue(self._kinds[match.lastindex - 1], match.group(), *self._governed(words, last)))
        return tuple(found)

    def _governed(self, words: Sequence[Word], index: int) -> tuple[str, int, tuple[str, ...]]:
        head = content_after(words, index, self._reach, self._ends)
        if head is None:
            opens = index == 0 and len(words) > 1 and words[1].after_break
            return (ALL if opens else ""), -1, ()
        at = next(i for i in range(index + 1, len(words)) if words[i] is head)
        joined: list[str] = []
        for i in range(at + 1, min(at + 8, len(words) - 1)):
            if words[i].after_break:
                break
            then = words[i + 1]
            is_plain = then.is_content and not then.is_name and not then.after_break and not then.text[0].isdigit()
            if words[i].lower in {"and", "or"} and is_plain:
                joined.append(then.stem)
        return head.stem, at, (*joined[:1], *_listed(words, at))


def _is_name(words: Sequence[Word], n: int) -> bool:
    """Whether a capital is a name's or a month's, not that of the beginning of a sentence."""
    word, after = words[n], words[n + 1].text if n + 1 < len(words) else ""
    if word.text == "May" and n:
        return True
    return word.is_name and (not word.after_break or is_given_name(word.text, "", f" {after}"))


def read_plainly(text: str) -> tuple[Word, ...]:
    """The words of `text` without its quotation marks: what a cue governs may stand in them."""
    return read(_QUOTES.sub("", text))


def _listed(words: Sequence[Word], at: int) -> list[str]:
    """The stems of "cultural" and "military" in "political, cultural and military impact", where the first is at `at`."""
    items: list[str] = []
    while at + 1 < len(words) and words[at + 1].after_break and words[at + 1].is_content and not words[at + 1].is_name:
        at += 1
        items.append(words[at].stem)
    joins = bool(items) and at + 2 < len(words) and words[at + 1].lower in {"and", "or"} and not words[at + 1].after_break
    return [*items, words[at + 2].stem] if joins else []


def added(table: CueTable, claim: str, evidence: str) -> list[Cue]:
    """Cues of the claim that the evidence does not have at the same word."""
    there = _pairs(table.find(evidence))
    kinds = {kind for kind, _ in there}
    missing = [cue for cue in table.find(claim) if (cue.kind, cue.governed) not in there and (cue.kind, ALL) not in there]
    return [cue for cue in missing if cue.governed or cue.kind not in kinds]


def lost(table: CueTable, claim: str, evidence: str, always: frozenset[str] = frozenset()) -> list[Cue]:
    """Cues of the evidence whose governed word the claim kept without them.

    Where the evidence has that word a second time without the cue, the claim may mean that one, unless what stands around it says that it
    does not; not for the classes in `always`.
    """
    kept = {word.stem for word in read(claim)}
    there = _pairs(table.find(claim))
    ungoverned = _governed_freely(table, evidence)
    return [
        cue
        for cue in table.find(evidence)
        for governed in filter(None, (cue.governed, *cue.joined))
        if governed in kept
        and (cue.kind, governed) not in there
        and (governed not in ungoverned or cue.kind in always or (governed == cue.governed and _is_meant(cue, claim, evidence)))
    ]


def _is_meant(cue: Cue, claim: str, evidence: str) -> bool:
    """Whether the words around what `cue` governs are those around it in the claim, more than around the same word elsewhere."""
    mine, theirs = read_plainly(claim), read_plainly(evidence)
    here = [i for i, word in enumerate(mine) if word.stem == cue.governed]
    there = [i for i, word in enumerate(theirs) if word.stem == cue.governed]
    return all(max(there, key=lambda j: (alike(mine, i, theirs, j), j != cue.at)) == cue.at for i in here)


def alike(one: Sequence[Word], i: int, other: Sequence[Word], j: int) -> int:
    """How many words on, on either side of two places, two texts are the same."""
    ahead = zip(one[i + 1 : i + 1 + _AROUND], other[j + 1 : j + 1 + _AROUND], strict=False)
    behind = zip(one[max(0, i - _AROUND) : i][::-1], other[max(0, j - _AROUND) : j][::-1], strict=False)
    return sum(sum(1 for _ in takewhile(lambda pair: pair[0].stem == pair[1].stem, pairs)) for pairs in (ahead, behind))


def swapped(table: CueTable, claim: str, evidence: str) -> list[Cue]:
    """Cues of the claim whose governed word the evidence has under another class, and never under this one."""
    there = _pairs(table.find(evidence))
    governed = {stem for _, stem in there}
    return [cue for cue in table.find(claim) if cue.governed and cue.governed in governed and (cue.kind, cue.governed) not in there]


def _pairs(cues: Iterable[Cue]) -> set[tuple[str, str]]:
    return {(cue.kind, governed) for cue in cues for governed in (cue.governed, *cue.joined) if governed or governed == cue.governed}


def _governed_freely(table: CueTable, evidence: str) -> set[str]:
    """Stems that the evidence also uses where no cue governs them."""
    counts: dict[str, int] = {}
    for word in read(evidence):
        counts[word.stem] = counts.get(word.stem, 0) + 1
    for cue in table.find(evidence):
        for governed in filter(None, (cue.governed, *cue.joined)):
            counts[governed] = counts.get(governed, 0) - 1
    return {stem for stem, count in counts.items() if count > 0}
