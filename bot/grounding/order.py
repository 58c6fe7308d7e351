"""Check 12b, order: a claim tells what its evidence tells, in its order; it is not spliced together from pieces.

In: a claim's text and its evidence. Out: reasons. What a claim leaves out may not carry away the subject of what it keeps; what it moves may
only be a phrase from one end to the other (`order`); and it says no word more often than the evidence (`repeats`).

>>> order("Henry was appointed two years later.", "Henry was elected in 1805, and Samuel was appointed two years later.")
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.grounding.answers import Reason
from bot.grounding.comparing import pairs
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import BE, Word, read
from bot.grounding.quantities import without_quantities

IN_ORDER = 0.7  # of the shared words; below, it is a splice (grounding.md section 3.2)
_VERBAL = BE | frozenset("has have had will would can could may might must shall should do does did became becomes made makes".split())
_NEW_CLAUSE = frozenset({"and", "but", "while", "although", "whereas", "so", "because", "though", "yet"})
_PREPOSITIONS = frozenset(
    "in on at by for from to into with without against between among through during before after since until under over above below toward towards "
    "within outside inside across along upon about out off".split()
)
_ALIKE = tuple(
    set(group.split())
    for group in (
        "in into within inside at on",
        "to into toward towards for",
        "about on",
        "over during in",
        "through by with",
        "between among",
        "across in over",
    )
)


def order(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """What is out of order in `text`."""
    plain = without_quantities(text)
    found = list(_prepositions(read(text), _all_words(evidence)))
    compared = pairs(plain, evidence)
    alone = len(compared) == 1
    for pair in compared:
        if pair.is_turned or pair.wrongly_turned:
            continue
        claim, sentence = pair.claim.words, pair.sentence.words
        found += [*_changed_neighbours(claim, sentence), *_spliced(claim, sentence)]
        found += _moved(claim, sentence) if alone else ()
    return list(dict.fromkeys(found))


def repeats(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The words that `text` says more often than the evidence."""
    return list(_said_twice(read(without_quantities(text)), _all_words(evidence)))


def _all_words(evidence: ClaimEvidence) -> list[Word]:
    whole = [word for heading in evidence.headings for word in read(heading)]
    return whole + [word for sentence in evidence.resolved_sentences for word in read(sentence)]


def _said_twice(claim: Sequence[Word], source: Sequence[Word]) -> Iterator[Reason]:
    """A word of the evidence in two places of the claim has taken another's place; names may be repeated."""
    available = Counter(word.stem for word in source)
    for word, count in Counter(w.stem for w in claim if w.is_content and not w.is_name).items():
        if count > max(1, available[word]):
            yield Reason("order", f"{word} {count} times")


def _moved(claim: Sequence[Word], source: Sequence[Word]) -> Iterator[Reason]:
    mine = [w for w in claim if w.is_content]
    theirs = [w for w in source if w.is_content]
    kept = _common(mine, theirs)
    stems = {w.stem for w in theirs}
    shared = [i for i, w in enumerate(mine) if w.stem in stems]
    moved = [i for i in shared if i not in kept]
    if len(shared) >= 3 and len(moved) > (1 - IN_ORDER) * len(shared):
        yield Reason("order", f"{len(moved)} of {len(shared)} words moved")
    elif len(moved) >= 2 and not _is_one_phrase(claim, [mine[i] for i in moved]):
        yield Reason("order", f"moved: {' '.join(mine[i].text for i in moved)}")


def _is_one_phrase(claim: Sequence[Word], moved: Sequence[Word]) -> bool:
    """Whether what moved is one phrase of time, place or condition at the beginning or the end: it opens with a preposition."""
    at = [i for i, word in enumerate(claim) if any(word is m for m in moved)]
    between = [w for w in claim[at[0] : at[-1] + 1] if w.is_content and not any(w is m for m in moved)]
    start = at[0]
    while start > 0 and not claim[start - 1].is_content:
        start -= 1
    opens = any(
        w.lower in _PREPOSITIONS | {"when", "if", "as", "while", "because", "although", "instead", "according"}
        for w in claim[start : at[0] + 1]
    )
    rest = [w for w in claim[at[-1] + 1 :] if w.is_content]
    return not between and opens and (start == 0 or not rest)


def _common(one: Sequence[Word], other: Sequence[Word]) -> set[int]:
    """The indices of `one` in a longest common subsequence of stems."""
    return {i for i, _ in _alignment(one, other)}


def _alignment(one: Sequence[Word], other: Sequence[Word]) -> list[tuple[int, int]]:
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for j in range(len(other) - 1, -1, -1):
            same = one[i].stem == other[j].stem
            lengths[i][j] = lengths[i + 1][j + 1] + 1 if same else max(lengths[i + 1][j], lengths[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(one) and j < len(other):
        if one[i].stem == other[j].stem:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return pairs


def _spliced(claim: Sequence[Word], sentence: Sequence[Word]) -> Iterator[Reason]:
    """A verb whose subject was left out together with the clause before it."""
    pairs = _alignment(claim, sentence)
    if len(pairs) < 0.6 * len(claim):
        return
    for (i, j), (k, m) in pairwise(pairs):
        gap = sentence[j + 1 : m]
        verb = next((w for w in (sentence[m], gap[-1] if gap else sentence[m]) if w.lower in _VERBAL), None)
        if k != i + 1 or len(gap) < 2 or verb is None:
            continue
        opening = [g for g in range(len(gap)) if gap[g].lower in _NEW_CLAUSE and (gap[g].lower != "and" or gap[g].after_break)]
        inserted = gap[0].after_break and sentence[m].after_break and gap[0].lower not in _NEW_CLAUSE
        new_subject = gap[opening[-1] + 1 :] if opening else ()
        if opening and not inserted and any(word.is_content for word in new_subject if word is not verb):
            yield Reason("order", f"{verb.text} without its subject")


def _prepositions(claim: Sequence[Word], source: Sequence[Word]) -> Iterator[Reason]:
    """A word that follows another preposition than in the evidence."""
    there: dict[str, set[str]] = {}
    for before, word in _governed(source):
        there.setdefault(word.stem, set()).add(before)
    counts = Counter(word.stem for word in source)
    for before, word in _governed(claim):
        known = there.get(word.stem, set())
        if (
            before
            and not (before == "between" and word.lower.isdecimal())
            and known - {""}
            and counts[word.stem] == 1
            and not any(before == k or any({before, k} <= group for group in _ALIKE) for k in known)
        ):
            yield Reason("order", f"{before} {word.text}")


def _governed(words: Sequence[Word]) -> Iterator[tuple[str, Word]]:
    """Each content word with the preposition that stands before its phrase, "" where none does."""
    preposition = ""
    for word in words:
        if word.after_break:
            preposition = ""
        if word.lower in _PREPOSITIONS:
            preposition = word.lower
        elif word.is_content:
            yield preposition, word
            preposition = ""
        elif word.lower not in {
            "of",
            "the",
            "a",
            "an",
            "its",
            "their",
            "his",
            "her",
            "our",
            "this",
            "that",
            "these",
            "those",
            "all",
            "some",
            "any",
            "more",
            "than",
        }:
            preposition = ""


def _changed_neighbours(claim: Sequence[Word], source: Sequence[Word]) -> Iterator[Reason]:
    """Two words that stand side by side in the evidence, and side by side the other way round in the claim."""
    mine, theirs = [w for w in claim if w.is_content], [w for w in source if w.is_content]
    there = {(a.stem, b.stem) for a, b in pairwise(theirs) if not b.after_break}
    counts = Counter(word.stem for word in theirs)
    for a, b in pairwise(mine):
        turned = (b.stem, a.stem) in there and (a.stem, b.stem) not in there
        if turned and not b.after_break and counts[a.stem] == counts[b.stem] == 1:
            yield Reason("order", f"{a.text} {b.text}")
