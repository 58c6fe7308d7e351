"""Check 12c, mixing: a claim takes subject, object and phrases from one clause, and leaves out nothing that narrows them.

In: a claim's text and its evidence. Out: reasons. Where the frames of two clauses share a verb, a claim may not have the subject of the one and
the object or phrase of the other; a number stays with its noun; and what is said of some ("robots that cannot reach the server") is not said of all.

>>> mixing("Employees wear a red badge.", "Guests wear a red badge; employees wear a blue one.")
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.frames import Frame, read_frames
from bot.grounding.grammar import read
from bot.grounding.meaning import canonical
from bot.grounding.phrases import Noun
from bot.grounding.proof import Told

_DENIES = re.compile(r"\b(?:not|no|none|nobody|nothing|never|cannot|\w+n['’]t|forbidden|prohibited|banned|illegal|free)\b", re.IGNORECASE)
_NARROWING = frozenset("in on at during before after for under over above below within from between until since except without".split())


def mixing(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The statements of `text` that are of two clauses, or of more than the evidence speaks of."""
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    claim = read_frames(text)
    found = [reason for frame in claim.frames for reason in (*_mixed(frame, sentences), *_widened(frame, sentences))]
    if _DENIES.search(text):
        denied = claim.frames if len(claim.frames) == 1 else [frame for frame in claim.frames if frame.adverbs & {"not", "never"}]
        found += [reason for frame in denied for reason in _unplaced(frame, sentences)]
    if len(claim.frames) == 1:  # of two, a phrase may belong to either
        found += _stolen(claim.frames[0], sentences)
    return list(dict.fromkeys([*found, *_blended(text, evidence)]))


def _blended(text: str, evidence: ClaimEvidence) -> Iterator[Reason]:
    """What one verb says of two things at once, paired otherwise: of "ten tons in Hull and six in Ribe" ten in Ribe."""
    said = {word.stem for word in read(text) if word.is_content}
    for group in (group for group in evidence.written_out if len(group) > 1):
        stems = [{word.stem for word in read(sentence) if word.is_content} for sentence in group]
        if set().union(*stems) <= said:
            continue
        alone = [one - set().union(*(other for other in stems if other is not one)) for one in stems]
        own = [said & words for words in alone]
        if sum(map(bool, own)) > 1:
            yield Reason("mixing", f"of two: {' '.join(sorted(word for words in own for word in words))}")
        for words, kept in zip(alone, own, strict=True):  # "it costs ten pounds", where that is the price for adults
            if any(word[0].isdigit() for word in kept) and words - kept:
                yield Reason("mixing", f"without: {' '.join(sorted(words - kept))}")


def _mixed(claimed: Frame, sentences: list[Told]) -> Iterator[Reason]:
    """Subjects of one clause with the objects or phrases of another."""
    if claimed.verb == "be" or not claimed.subjects or not (claimed.objects or claimed.phrases):
        return
    known = [(told, frame) for told in sentences for frame in told.frames if canonical(frame.verb) == canonical(claimed.verb)]
    if any(told.is_part(replace(claimed, mood=frame.mood, adverbs=set()), frame) for told, frame in known):
        return
    rest = replace(claimed, subjects=[], adverbs=set())
    mine = [frame for told, frame in known if frame.subjects and told.all_in(claimed.subjects, frame.subjects)]
    other = [
        frame
        for told, frame in known
        if frame.subjects
        and not any(frame is one for one in mine)
        and told.is_part(replace(rest, mood=frame.mood), replace(frame, subjects=[]))
    ]
    if mine and other:
        yield Reason("mixing", f"{' '.join(noun.head for noun in claimed.subjects)} {claimed.verb}")


def _stolen(claimed: Frame, sentences: list[Told]) -> Iterator[Reason]:
    """A phrase of another verb."""
    bare = replace(claimed, phrases=[], adverbs=set())
    known = [(told, frame) for told in sentences for frame in told.frames]
    mine = [(told, frame) for told, frame in known if told.is_part(replace(bare, mood=frame.mood), frame)]
    each = [replace(phrase, nouns=(noun,)) for phrase in claimed.phrases for noun in phrase.nouns]
    for phrase in each if mine else ():
        if phrase.preposition == "like" or any(told.has_phrase(phrase, frame) for told, frame in mine):
            continue
        if any(told.has_phrase(phrase, frame) for told, frame in known if canonical(frame.verb) != canonical(claimed.verb)):
            yield Reason("mixing", f"{claimed.verb} {phrase.preposition} {' '.join(noun.head for noun in phrase.nouns)}")


def _widened(claimed: Frame, sentences: list[Told]) -> Iterator[Reason]:
    """A noun without article that is told of all of its kind, and in the evidence only of some."""
    matching = [
        frame for told in sentences for frame in told.frames if told.is_part(replace(claimed, mood=frame.mood, adverbs=set()), frame)
    ]
    for noun in (*claimed.subjects, *(() if claimed.subjects else claimed.objects)):
        if not noun.is_bare or noun.is_name or noun.head[0].isdigit() or noun.is_restricted or not matching:
            continue
        if all(_is_narrower(noun, claimed, frame) for frame in matching):
            yield Reason("mixing", f"all {noun.head}")
    lost = [p.preposition for frame in matching[:1] for p in frame.phrases if p.preposition in {"above", "below", "beyond", "except"}]
    kept = {p.preposition for p in claimed.phrases}
    if lost and not set(lost) <= kept and len(matching) == 1:
        yield Reason("mixing", f"without: {' '.join(lost)}")


def _unplaced(claimed: Frame, sentences: list[Told]) -> Iterator[Reason]:
    """What is denied or forbidden somewhere or for some time only, told without that: "dogs are not allowed", which they are not in the galleries."""
    bare = replace(claimed, phrases=[], adverbs=claimed.adverbs & {"not"})
    matching = [frame for told in sentences for frame in told.frames if told.is_part(replace(bare, mood=frame.mood), frame)]
    kept = {phrase.preposition for phrase in claimed.phrases}
    narrowing = [[p for p in frame.phrases if p.preposition in _NARROWING and p.nouns[0].head != "exampl"] for frame in matching]
    lost = [{phrase.preposition for phrase in phrases} - kept for phrases in narrowing]
    if lost and all(lost):
        yield Reason("mixing", f"without: {' '.join(sorted(lost[0]))}")


def _is_narrower(noun: Noun, claimed: Frame, frame: Frame) -> bool:
    same = [known for known in (*frame.subjects, *frame.objects) if known.head == noun.head and known.is_bare]
    inside = {p.preposition for p in frame.phrases if p.behind == noun.head} - {p.preposition for p in claimed.phrases}
    return bool(same) and all(
        known.is_restricted or known.modifiers > noun.modifiers or (known.of and not noun.of) or inside for known in same
    )
