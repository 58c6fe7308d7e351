"""Small words that turn a sentence: which word each governs, and whether claim and evidence agree on that.

In: two texts and a table of cues by class. Out: (class, governed stem) pairs that only the claim has, and those of the evidence that the
claim lost although it kept the governed word. Polarity, modality, scope and connectives are tables for this one comparison.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.grounding.grammar import Word, content_after, read

ALL = "*"  # what a cue governs that opens its sentence: "Typically, …"
_QUOTES = re.compile('[“”"]')


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue that was found: its class, its words, and the stem it governs ("" at the end of a clause), with one joined to that by "and"."""

    kind: str
    words: str
    governed: str
    joined: tuple[str, ...] = ()


class CueTable:
    """Cues by class; a cue is one or more words, `*` stands for a word's ending."""

    def __init__(self, cues: Mapping[str, str], *, reach: int = 4) -> None:
        self._reach = reach
        # The longest cue at a place wins: "not just" is no "not".
        listed = sorted(((cue, kind) for kind, cues_of in cues.items() for cue in cues_of.split("|")), key=lambda c: -len(c[0].split()))
        self._kinds = [kind for _, kind in listed]
        alternatives = "|".join(f"({re.escape(cue).replace(re.escape('*'), '[^ ]*')})" for cue, _ in listed)
        self._pattern = re.compile(rf"(?<![^ ])(?:{alternatives})(?![^ ])")
        self.find = lru_cache(maxsize=1024)(self._find)

    def _find(self, text: str) -> tuple[Cue, ...]:
        """The cues of `text`, each with what it governs; a verb joined to the governed one by "and" or "or" is governed as well."""
        words = read(_QUOTES.sub("", text))  # what a cue governs may stand in quotation marks
        # "Hope" is a cape, not a hope; but the first word of a sentence has its capital from that.
        line = " ".join(word.text if word.is_name and not word.after_break else word.lower for word in words)
        found: list[Cue] = []
        for match in self._pattern.finditer(line):
            assert match.lastindex is not None
            last = line.count(" ", 0, match.end())
            found.append(Cue(self._kinds[match.lastindex - 1], match.group(), *self._governed(words, last)))
        return tuple(found)

    def _governed(self, words: Sequence[Word], index: int) -> tuple[str, tuple[str, ...]]:
        head = content_after(words, index, self._reach)
        if head is None:
            opens = index == 0 and len(words) > 1 and words[1].after_break
            return (ALL if opens else ""), ()
        at = next(i for i in range(index + 1, len(words)) if words[i] is head)
        joined: list[str] = []
        for i in range(at + 1, min(at + 8, len(words) - 1)):
            if words[i].after_break:
                break
            then = words[i + 1]
            if words[i].lower in {"and", "or"} and then.is_content and not then.is_name and not then.after_break:
                joined.append(then.stem)
        return head.stem, (*joined[:1], *_listed(words, at))


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

    Where the evidence has that word a second time without the cue, the claim may mean that one; not for the classes in `always`.
    """
    kept = {word.stem for word in read(claim)}
    there = _pairs(table.find(claim))
    ungoverned = _governed_freely(table, evidence)
    return [
        cue
        for cue in table.find(evidence)
        for governed in filter(None, (cue.governed, *cue.joined))
        if governed in kept and (cue.kind, governed) not in there and (governed not in ungoverned or cue.kind in always)
    ]


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
