"""What needs no suspicion: a claim whose every verb stands in the evidence with the same subject, objects and phrases, in whatever order.

In: a claim's text and its evidence. Out: whether all of the claim is found there. The checks of order, roles and predication suspect words that
moved; a claim that is proved here has moved them without changing who does what. It is a proof or none: where a word of the claim has no place
in its reading, or a noun no counterpart, nothing is proved and the other checks decide.

>>> is_proved("King Harold was killed by Duke William.", "In 1066, Duke William conquered England and killed King Harold.")   # True
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.frame_reader import read_frames
from bot.grounding.frames import HOLDING, Frame, Phrase, SentenceFrames
from bot.grounding.meaning import canonical
from bot.grounding.phrases import Noun

_ALIKE = tuple(
    set(group.split()) for group in ("in within inside at on", "to toward towards", "between among", "over during in throughout", "like as")
)
# What only joins a sentence to another.
_JOINING = frozenset("also however then thus therefore both instead".split())
_OTHER_NEGATION = re.compile(
    r"\b(?:no|none|nobody|nothing|nowhere|never|neither|nor|without|hardly|barely|scarcely|rarely|seldom|cannot|\w+n['’]t)\b", re.IGNORECASE
)
# What stands for a noun that the claim does not have: whoever reads it takes it from the quote.
_PRONOUNS = frozenset("he she it they him them his her".split())


def is_proved(text: str, evidence: ClaimEvidence) -> bool:
    """Whether every frame of `text` is one of the evidence's, or a part of it."""
    claim = read_frames(text)
    if not claim.is_whole:
        return False
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    said = _said(claim)
    return all(any(told.has(frame, said) for told in sentences) for frame in claim.frames if not _only_reports(frame, claim))


def stance(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The statements of `text` that the evidence only has as what somebody wishes, believes or says."""
    claim = read_frames(text)
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    said = _said(claim)
    return [
        Reason("stance", f"{' '.join(noun.head for noun in frame.subjects)} {frame.verb}")
        for frame in claim.frames
        if not _only_reports(frame, claim)
        and (frame.phrases or frame.objects or frame.adverbs)
        and any(told.has_otherwise(frame, said) for told in sentences)
        and not any(told.has(frame, said) for told in sentences)
    ]


def identity(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The names of `text` that are said to be another name's: "Harvard is Yale University"."""
    claim = read_frames(text)
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    named = [
        replace(frame, phrases=[], adverbs=set())
        for frame in claim.frames
        if frame.verb == "be"
        and frame.subjects
        and len(frame.objects) == 1
        and all(noun.is_name for noun in (*frame.subjects, *frame.objects))
    ]
    said = _said(claim)
    return [
        Reason("identity", f"{frame.subjects[0].head} is {frame.objects[0].head}")
        for frame in named
        if not any(told.has(frame, said) for told in sentences)
    ]


def denial(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The statements of `text` that the evidence only has the other way round, or has both ways of two places and `text` of none.

    >>> denial("Lifts are not covered.", "Stairs are covered, lifts are covered as well, roofs are not covered.")
    """
    if any(_OTHER_NEGATION.search(words) for words in (text, *evidence.resolved_sentences)):
        return []  # what "no", "never" or "without" denies, frames do not tell
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    frames = [frame for frame in read_frames(text).frames if frame.subjects or frame.objects]
    bare = [(replace(frame, phrases=[], adverbs=frame.adverbs & {"not"}), bool(frame.phrases)) for frame in frames]
    return [
        Reason("denial", f"{' '.join(noun.head for noun in (*frame.subjects, *frame.objects))} {frame.verb}")
        for frame, is_placed in bare
        if _is_told(_denied(frame), sentences) and not (_is_told(frame, sentences) and is_placed)
    ]


def turned(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The statements of `text` that the evidence only has with subject and object exchanged.

    >>> turned("The bridge was inspected by the report.", "The report inspected …")   # none; "… inspected the report" is one
    """
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    return [
        Reason("turned", f"{frame.subjects[0].head} {frame.verb} {frame.objects[0].head}")
        for frame in read_frames(text).frames
        if frame.verb not in {"be", "say"}  # "…, said Ida Moe": who said it is another check's business
        and frame.subjects
        and frame.objects
        and any(told.is_crossed(frame, known) for told in sentences for known in told.frames)
        and not any(told.is_straight(frame, known) for told in sentences for known in told.frames)
    ]


def doers(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The statements of `text` with a verb that the evidence only has of somebody else, or of something else, or without telling who does it.

    >>> doers("The storm repaired the roof.", "The roof was repaired after the storm.")
    """
    read = [read_frames(sentence) for sentence in evidence.resolved_sentences]
    told = [Told(one.frames) for one in read]
    claim = read_frames(text)
    if not all(one.is_whole for one in (claim, *read)):
        return []
    found = []
    for frame in map(_without_counts, claim.frames):
        known = [(one, other) for one in told for other in one.frames if _is_verb(frame, other)]
        named = [nouns for nouns in (frame.subjects, frame.objects) if nouns]
        if (
            frame.verb in {"be", "have", "say"}
            or not named
            or not all(map(_are_named, named))
            or not known
            or any(_may_be_told(one, frame, other) for one, other in known)
        ):
            continue
        found.append(
            Reason("doer", " ".join([*(noun.head for noun in frame.subjects), frame.verb, *(noun.head for noun in frame.objects)]))
        )
    return found


_NO_NAMES = frozenset("we us i you who this that these those one other".split())
_MEANS = frozenset({"with", "by", "through", "from", "in", "because_of"})  # "enlarged with the money of X": X enlarged it


def _are_named(nouns: Sequence[Noun]) -> bool:
    counts = any(word[0].isdigit() for noun in nouns for word in (noun.head, *noun.modifiers))
    return bool(nouns) and not counts and not any(noun.head in _PRONOUNS | _NO_NAMES for noun in nouns)


def _without_counts(frame: Frame) -> Frame:
    """`frame` without objects that are counted, which may be told in other numbers."""
    return frame if not frame.subjects or _are_named(frame.objects) else replace(frame, objects=[])


def _may_be_told(told: "Told", claimed: Frame, known: Frame) -> bool:
    """Whether `known` may be what `claimed` says, as far as both name who does what to what."""
    known = _without_counts(known) if not claimed.objects else known
    there = [nouns for nouns in (known.subjects, known.objects) if nouns]
    if not there or not all(map(_are_named, there)):
        return True
    if known.is_either or claimed.is_either:  # "fell": whoever did it or to whom it was done, it is of one of them
        return known.is_aside or told.meet([*claimed.subjects, *claimed.objects], [*known.subjects, *known.objects])
    if claimed.objects and not known.objects:
        return True
    by_means_of = [noun for phrase in known.phrases if phrase.preposition in _MEANS for noun in phrase.nouns]
    does = not claimed.subjects or told.meet(claimed.subjects, [*known.subjects, *by_means_of])
    return does and (not claimed.objects or told.meet(claimed.objects, known.objects))


def is_told(text: str, said: str, evidence: ClaimEvidence) -> bool:
    """Whether the evidence has each statement of `text` with the verb, or of what something is, that has the stem `said`, of the same subject."""
    frames = [
        replace(frame, phrases=[], adverbs=frame.adverbs & {"not"})
        for frame in read_frames(text).frames
        if frame.verb == said or (frame.verb == "be" and any(said in noun.words() for noun in frame.objects))
    ]
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    return bool(frames) and all(frame.subjects and _is_told(frame, sentences) for frame in frames)


def _denied(frame: Frame) -> Frame:
    return replace(frame, adverbs=frame.adverbs ^ {"not"})


def _is_told(frame: Frame, sentences: Sequence["Told"]) -> bool:
    return any(told.is_part(_as_short(frame, known), known) for told in sentences for known in told.frames)


def _as_short(frame: Frame, known: Frame) -> Frame:
    """`frame` as one that may say no more than "travel does not" would say it."""
    if known.verb == "do" and not known.objects and frame.subjects:
        return replace(frame, verb="do", objects=[], mood=known.mood)
    return replace(frame, mood=known.mood)


def _said(claim: SentenceFrames) -> set[str]:
    """The verbs of a claim, by which it may itself say who believes it; "according to" says as much as any of them."""
    according = any(phrase.preposition == "according_to" for frame in claim.frames for phrase in frame.phrases)
    return {frame.verb for frame in claim.frames} | (HOLDING if according else set())


def _only_reports(frame: Frame, claim: SentenceFrames) -> bool:
    """Whether a frame only tells who said the rest, which is another check's business: "he ruled that …" does, "he ruled for two years" does not."""
    holds = not frame.phrases or any(other.under == frame.verb for other in claim.frames)
    return frame.verb in HOLDING and not frame.objects and holds


class Told:
    """What one sentence tells."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self.frames = frames
        self._same: dict[Noun, list[Noun]] = {}
        self._is_reported = any(phrase.preposition == "according_to" for frame in frames for phrase in frame.phrases)
        for frame in frames:
            if frame.verb == "be" and not frame.mood and "not" not in frame.adverbs and len(frame.subjects) == len(frame.objects) == 1:
                one, other = frame.subjects[0], frame.objects[0]
                self._same.setdefault(other, []).append(one)
                if other.is_definite:
                    self._same.setdefault(one, []).append(other)

    def has(self, claimed: Frame, said: Iterable[str]) -> bool:
        """Whether one of its frames says all that `claimed` says, under the same verb of saying or believing; `said` are the claim's verbs."""
        if self._is_reported and not HOLDING & set(said):
            return False
        return any(self.is_part(claimed, known) for known in self.frames if not known.under or known.under in said)

    def has_otherwise(self, claimed: Frame, said: Iterable[str]) -> bool:
        """Whether it says that in another mood, or under a verb that the claim does not have."""
        differ = [known for known in self.frames if known.mood != claimed.mood or (known.under and known.under not in said)]
        return any(self.is_part(replace(claimed, mood=known.mood), known) for known in differ)

    def is_part(self, claimed: Frame, known: Frame) -> bool:
        """Whether `known` says all that `claimed` says, in the same mood."""
        same = (
            canonical(claimed.verb) == canonical(known.verb)
            and claimed.mood == known.mood
            and ("not" in claimed.adverbs) == ("not" in known.adverbs)
        )
        if not same or not self._fit(claimed, known) or _is_share(claimed, known):
            return False
        return (
            all(self.has_phrase(phrase, known) for phrase in claimed.phrases if phrase.preposition != "according_to")
            and claimed.adverbs - _JOINING <= known.adverbs
        )

    def is_straight(self, claimed: Frame, known: Frame) -> bool:
        """Whether one of the subjects and one of the objects of two frames of a verb go together."""
        return _is_verb(claimed, known) and self.meet(claimed.subjects, known.subjects) and self.meet(claimed.objects, known.objects)

    def is_crossed(self, claimed: Frame, known: Frame) -> bool:
        """Whether the subjects of each are the objects of the other."""
        return _is_verb(claimed, known) and self.meet(claimed.subjects, known.objects) and self.meet(claimed.objects, known.subjects)

    def meet(self, claimed: Sequence[Noun], known: Sequence[Noun]) -> bool:
        """Whether one of some nouns, whatever stands around it, is one of others; "old ones" are no new ones where both are told of."""
        return any(
            noun.head not in _PRONOUNS
            and any(
                self.all_in((replace(noun, modifiers=frozenset(), of=()),), (other,)) and not self._is_other_kind(noun, other)
                for other in known
            )
            for noun in claimed
        )

    def _is_other_kind(self, claimed: Noun, known: Noun) -> bool:
        if known.head != claimed.head or known.is_name or claimed.is_name:
            return False
        own = claimed.modifiers - known.words() - known.lent
        return bool(own) and any(
            other.head in {claimed.head, "one"} and own & other.modifiers and other is not known
            for frame in self.frames
            for nouns in (frame.subjects, frame.objects, *(phrase.nouns for phrase in frame.phrases))
            for other in nouns
        )

    def _fit(self, claimed: Frame, known: Frame) -> bool:
        """Whether subjects and objects go together; "either" may be the one or the other."""
        if not claimed.subjects and not claimed.objects:
            return False
        subjects = self._any_in if claimed.has_one_subject else self.all_in
        objects = self._any_in if claimed.has_one_object else self.all_in
        if subjects(claimed.subjects, known.subjects) and objects(claimed.objects, known.objects):
            return True
        both = [*known.subjects, *known.objects]
        if (claimed.is_either or known.is_either) and not (claimed.subjects and claimed.objects):
            return subjects(claimed.subjects, both) and objects(claimed.objects, both)
        turned = claimed.verb == "be" and claimed.objects and all(n.is_definite for n in (*known.objects, *claimed.subjects))
        return bool(turned) and subjects(claimed.subjects, known.objects) and objects(claimed.objects, known.subjects)

    def all_in(self, claimed: Iterable[Noun], known: Sequence[Noun]) -> bool:
        """Whether each of some nouns is one of others."""
        return all(any(self._is_same(one, other) for other in known) for one in claimed)

    def _any_in(self, claimed: Sequence[Noun], known: Sequence[Noun]) -> bool:
        return not claimed or any(self.all_in((one,), known) for one in claimed)

    def _is_same(self, claimed: Noun, known: Noun) -> bool:
        """Whether the evidence's noun is the claim's, and has all that the claim's has before or behind it."""
        if claimed.head in _PRONOUNS and (not claimed.other or claimed.head == known.head):
            return True
        if claimed.head in _PRONOUNS and any(self._is_same(other, known) for other in claimed.other):
            return True
        alternatives = (known, *known.other, *self._same.get(known, ()))
        around = frozenset(word for noun in alternatives for word in noun.words() if not word[0].isdigit())
        return any(
            canonical(claimed.head) == canonical(one.head)
            and claimed.modifiers <= around | one.words() | one.lent
            and all(self._belongs(owner, alternatives) for owner in claimed.of)
            for one in alternatives
        )

    def _belongs(self, owner: Noun, alternatives: Sequence[Noun]) -> bool:
        """Whether one of these is of `owner`: "its leader", "leader of the party" or "party leader"."""
        return any(
            any(self._is_same(owner, other) for other in (*one.of, *one.perhaps_of))
            or (owner.head in one.modifiers and owner.modifiers <= one.modifiers)
            for one in alternatives
        )

    def has_phrase(self, phrase: Phrase, known: Frame) -> bool:
        """Whether `phrase` goes with `known`."""
        for other in known.phrases:
            alike = phrase.preposition == other.preposition or any({phrase.preposition, other.preposition} <= group for group in _ALIKE)
            if alike and self.all_in(phrase.nouns, other.nouns) and not _is_elsewhere(phrase, other, known):
                return True
        return False


def _is_share(claimed: Frame, known: Frame) -> bool:
    """Whether the claim has one of several objects, and what was paid for all of them."""
    price = [phrase for phrase in claimed.phrases if phrase.preposition == "for" and any(_has_number(noun) for noun in phrase.nouns)]
    return bool(price) and 0 < len(claimed.objects) < len(known.objects)


def _has_number(noun: Noun) -> bool:
    return any(word[0].isdigit() for word in (noun.head, *noun.modifiers))


def _is_verb(claimed: Frame, known: Frame) -> bool:
    return canonical(claimed.verb) == canonical(known.verb)


def _is_elsewhere(phrase: Phrase, other: Phrase, known: Frame) -> bool:
    """Whether the claim has a phrase behind a noun that has another one of its kind in the evidence: "A in X and B in Y" turned round."""
    if not phrase.behind or phrase.behind == other.behind:
        return False
    return any(p is not other and p.behind == phrase.behind and p.preposition == other.preposition for p in known.phrases)
