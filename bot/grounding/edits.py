"""Check 12d, edits: where a claim goes word for word with its sentence, no small word that turns it is dropped, put in or exchanged.

In: a claim's text and its evidence. Out: reasons. The checks of cues ask whether a word stands in the evidence with or without its "perhaps";
where it stands there both ways, they cannot tell which of the two is meant. Here the words on both sides tell.

>>> edits("It is part of a plan.", "It is seemingly part of a plan, as part of …")   # "seemingly" is dropped
"""

import re
from collections.abc import Container, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import combinations

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import CORPORATE, Word, read
from bot.grounding.scope import is_rank

_TURNING = frozenset(
    """
    seemingly apparently reportedly allegedly perhaps possibly probably likely unlikely maybe presumably supposedly arguably potentially almost
    nearly about around roughly approximately partly partially largely mostly mainly often usually generally typically sometimes rarely seldom
    hardly barely least most up over under more less than only just merely solely even not never no without every each may might could would
    should must will can cannot some all any both few several many half quarter third
    """.split()
)
_ARTICLES = frozenset({"a", "an", "the", "of"})  # of "half of the"
_PARTS = frozenset({"half", "quarter", "third", "part"})
_DENYING = frozenset({"not", "cannot", "never"})  # the polarity and scope checks know what "not possibly" and "not only" come to
_PREPOSITIONS = frozenset(
    "in into on onto at by for from to with without within out of against over under above below before after until since inside outside up "
    "down near behind beside between".split()
)
_ALIKE = tuple(set(group.split()) for group in ("in into within inside at on onto", "to into for", "by with", "over in", "of for in with"))
_PERSONS = frozenset("he she they it".split())
_BESIDE = 2  # words that must be the same on either side; fewer where the sentence begins or ends there
_COPIED = 0.75  # of a claim's words stand in the sentence, in its order: it is a copy of the sentence, but for a few
# What keeps a verb from being a plain fact.
_HEDGING = frozenset("may might could would should must can able unable seem seems seemed appear appears appeared supposed likely".split())
_CONDITIONS = frozenset({"if", "unless", "provided", "except"})
_NARROWING = frozenset("of in among since for between within outside".split())
_JOINING = frozenset({"and", "or", "but", "while", "whereas"})
_DIGITS = re.compile(r"\d[\d.,]*")

_Step = tuple[str, int, int, int, int]


def edits(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The small words by which `text` differs from a sentence that it otherwise repeats, and what is wrong where all the rest is the same."""
    as_written = [evidence.document.text[span.start : span.end] for span in evidence.sentences]
    claim = read(text)
    found = [reason for sentence in map(read, evidence.resolved_sentences) for reason in _edits(claim, sentence)]
    found += [reason for sentence in map(read, (*evidence.resolved_sentences, *as_written)) for reason in _slips(claim, sentence)]
    return list(dict.fromkeys(found))


def _edits(claim: Sequence[Word], sentence: Sequence[Word]) -> Iterator[Reason]:
    mine, theirs = [word.lower for word in claim], [word.lower for word in sentence]
    steps = SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
    for before, (kind, i, j, k, m), after in zip([None, *steps], steps, [*steps[1:], None], strict=False):
        if kind == "equal" or not (_holds(before, k == 0) and _holds(after, m == len(mine))):
            continue
        old, new = theirs[i:j], mine[k:m]
        if (
            not new
            and i
            and not set(old) & set(mine)
            and _ends_name(sentence[i - 1 : j], theirs[j] if j < len(theirs) else "", has_article=i > 1 and theirs[i - 2] == "the")
        ):
            yield Reason("edit", f"dropped: {' '.join(old)}")
        if not new and old and set(old) & _TURNING and set(old) <= _TURNING | _ARTICLES and not {theirs[i - 1], old[0]} & _DENYING:
            yield Reason("edit", f"dropped: {' '.join(old)}")
        elif len(old) == len(new) == 1 and old[0] in _PARTS and new[0] in _ARTICLES:  # "half price" is not the price
            yield Reason("edit", f"dropped: {old[0]}")
        elif not old and new and set(new) <= _TURNING:
            yield Reason("edit", f"put in: {' '.join(new)}")
        elif 1 <= len(old) <= 2 and 1 <= len(new) <= 2 and set(old) | set(new) <= _PREPOSITIONS and not _alike(old[-1], new[-1]):
            yield Reason("edit", f"{' '.join(new)} for {' '.join(old)}")
        elif len(old) == len(new) == 1 and {*old, *new} <= _PERSONS:
            yield Reason("edit", f"{new[0]} for {old[0]}")


def _slips(claim: Sequence[Word], sentence: Sequence[Word]) -> Iterator[Reason]:
    """What is wrong in a claim that copies its sentence but for a few words."""
    mine, theirs = [word.lower for word in claim], [word.lower for word in sentence]
    steps = SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
    if sum(m - k for kind, *_, k, m in steps if kind == "equal") < _COPIED * len(mine):
        return
    changes = [step for step in steps if step[0] != "equal"]
    left_out = {word for kind, i, j, *_ in changes if kind == "delete" for word in theirs[i:j]}
    for _, i, j, k, m in changes:
        old, new = theirs[i:j], mine[k:m]
        if not new and i and not set(old) <= set(mine) and (old[0] in _CONDITIONS or (old[0] in _NARROWING and _is_ranked(theirs, i))):
            yield Reason("edit", f"dropped: {' '.join(old)}")
        if (
            _is_other_number(old, new, left_out)
            or _is_turned(old, new)
            or (k and (_is_upgraded(old, new) or (m < len(mine) and _is_fact(old, new))))
        ):
            yield Reason("edit", f"{' '.join(new)} for {' '.join(old)}")
    for one, other in combinations(changes, 2):
        yield from _exchanged(claim, sentence, one, other)


def _is_other_number(old: Sequence[str], new: Sequence[str], left_out: Container[str]) -> bool:
    """Whether a number stands in the place of another one, which is not that of a part that was left out."""
    both = [*old, *new]
    return len(old) == len(new) == 1 and all(map(_DIGITS.fullmatch, both)) and _value(old[0]) != _value(new[0]) and new[0] not in left_out


def _value(number: str) -> str:
    return number.replace(",", "")


def _is_turned(old: Sequence[str], new: Sequence[str]) -> bool:
    return {"with", "without"} <= {*old, *new} and ("without" in old) != ("without" in new)


def _is_fact(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether "are able to vote" has become "voted"."""
    return bool(new) and bool(set(old) & _HEDGING) and not set(new) & _HEDGING


def _is_upgraded(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether "a central element" has become "the" one, or "the most" central."""
    return old[:1] in (["a"], ["an"]) and new[:1] == ["the"] and {*old[1:], *new[1:]} <= _TURNING


def _is_ranked(words: Sequence[str], end: int) -> bool:
    """Whether what ends before `end` is "the first Thursday", "the highest form": what narrows it cannot be left out."""
    return any(is_rank(word) for word in words[max(0, end - 3) : end])


def _exchanged(claim: Sequence[Word], sentence: Sequence[Word], one: _Step, other: _Step) -> Iterator[Reason]:
    """Two names, numbers or nouns that stand in each other's place, unless they only stand beside each other."""
    old = [word.lower for word in sentence[one[1] : one[2]]], [word.lower for word in sentence[other[1] : other[2]]]
    new = [word.lower for word in claim[one[3] : one[4]]], [word.lower for word in claim[other[3] : other[4]]]
    between = {word.lower for word in sentence[one[2] : other[1]]}
    if old == (new[1], new[0]) and all(set(words) - _PREPOSITIONS for words in old) and not between <= _JOINING:
        yield Reason("edit", f"{' '.join(new[0])} for {' '.join(old[0])}")


def _ends_name(words: Sequence[Word], then: str, *, has_article: bool) -> bool:
    """Whether all but the first of some words are the end of the name that it begins: "Sund" is not "Sund Marine"."""
    name, *rest = words
    is_one = name.is_name and not name.is_possessive and all(word.is_name and not word.after_break for word in rest)
    # "Acme Corporation" is Acme, but "the Acme Corporation" is not "the Acme".
    may_go = rest and rest[-1].lower in CORPORATE and not has_article
    return is_one and bool(rest) and not may_go and then not in {"and", "&"}


def _holds(step: tuple[str, int, int, int, int] | None, is_end: bool) -> bool:
    """Whether the words on one side of a difference are the same in both."""
    if step is None:
        return is_end
    return step[0] == "equal" and step[4] - step[3] >= _BESIDE


def _alike(one: str, other: str) -> bool:
    return any({one, other} <= group for group in _ALIKE)
