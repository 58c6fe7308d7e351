"""Check 12d, edits: where a claim goes word for word with its sentence, no small word that turns it is dropped, put in or exchanged.

In: a claim's text and its evidence. Out: reasons. The checks of cues ask whether a word stands in the evidence with or without its "perhaps";
where it stands there both ways, they cannot tell which of the two is meant. Here the words on both sides tell.

>>> edits("It is part of a plan.", "It is seemingly part of a plan, as part of …")   # "seemingly" is dropped
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import CORPORATE, Word, read

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


def edits(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The small words by which `text` differs from a sentence that it otherwise repeats."""
    found = [reason for sentence in evidence.resolved_sentences for reason in _edits(read(text), read(sentence))]
    return list(dict.fromkeys(found))


def _edits(claim: Sequence[Word], sentence: Sequence[Word]) -> Iterator[Reason]:
    mine, theirs = [word.lower for word in claim], [word.lower for word in sentence]
    steps = SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes()
    for before, (kind, i, j, k, m), after in zip([None, *steps], steps, [*steps[1:], None], strict=False):
        if kind == "equal" or not (_holds(before, k == 0) and _holds(after, m == len(mine))):
            continue
        old, new = theirs[i:j], mine[k:m]
        if not new and i and not set(old) & set(mine) and _ends_name(sentence[i - 1 : j], theirs[j] if j < len(theirs) else ""):
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


def _ends_name(words: Sequence[Word], then: str) -> bool:
    """Whether all but the first of some words are the end of the name that it begins: "Sund" is not "Sund Marine"."""
    name, *rest = words
    is_one = name.is_name and not name.is_possessive and all(word.is_name and not word.after_break for word in rest)
    return is_one and bool(rest) and rest[-1].lower not in CORPORATE and then not in {"and", "&"}


def _holds(step: tuple[str, int, int, int, int] | None, is_end: bool) -> bool:
    """Whether the words on one side of a difference are the same in both."""
    if step is None:
        return is_end
    return step[0] == "equal" and step[4] - step[3] >= _BESIDE


def _alike(one: str, other: str) -> bool:
    return any({one, other} <= group for group in _ALIKE)
