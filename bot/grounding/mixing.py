"""Check 12c, mixing: a claim takes subject, object and phrases from one clause, and leaves out nothing that narrows them.

In: a claim's text and its evidence. Out: reasons. Where the frames of two clauses share a verb, a claim may not have the subject of the one and
the object or phrase of the other; a number stays with its noun; and what is said of some ("robots that cannot reach the server") is not said of all.

>>> mixing("Employees wear a red badge.", "Guests wear a red badge; employees wear a blue one.")
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.frame_reader import read_frames
from bot.grounding.frames import Frame, Phrase, is_time
from bot.grounding.grammar import read
from bot.grounding.meaning import canonical
from bot.grounding.phrases import Noun, chunks
from bot.grounding.proof import Told
from bot.grounding.quantities import find_quantities
from bot.grounding.verbs import lemma

_DENIES = re.compile(r"\b(?:not|no|none|nobody|nothing|never|cannot|\w+n['’]t|forbidden|prohibited|banned|illegal|free)\b", re.IGNORECASE)
_RELATING = frozenset("north_of south_of east_of west_of before after above below over under from to with without for against".split())
_ELSEWHERE = lemma("elsewhere")
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_SHARE = re.compile(r"\d[^.;]{0,40}? of ")
_IN_YEAR = re.compile(r"(?: [^\W\d]+){0,2} in (?:[A-Z][a-z]+ )?(?P<year>(?:1\d|20)\d\d)\b")
_INVERSE = {"before": "after", "after": "before"}
_NARROWING = frozenset("in on at during before after for under over above below within from between until since except without".split())


def mixing(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The statements of `text` that are of two clauses, or of more than the evidence speaks of."""
    sentences = [Told(read_frames(sentence).frames) for sentence in evidence.resolved_sentences]
    claim = read_frames(text)
    found = [reason for frame in claim.frames for one in _alone(frame) for reason in _mixed(one, sentences)]
    found += [reason for frame in claim.frames for reason in _widened(frame, sentences)]
    found += [*_out_of_order(claim.frames, sentences), *_indistinct(claim.frames, sentences)]
    if _DENIES.search(text):
        denied = claim.frames if len(claim.frames) == 1 else [frame for frame in claim.frames if frame.adverbs & {"not", "never"}]
        found += [reason for frame in denied for reason in _unplaced(frame, sentences)]
    written = [frame for frame in claim.frames if frame.shape]
    are_two = len(written) == 2 and {frame.verb for frame in written} != {"be"} and not {frame.shape for frame in written} & {"ing", "to"}
    if len(claim.frames) == 1 or are_two:
        found += _stolen(written, sentences)  # of more, a phrase may belong to any
    keys = evidence.row_keys
    if keys and not any(re.search(rf"(?<!\w){re.escape(key)}(?!\w)", text, re.IGNORECASE) for key in keys):
        found.append(Reason("mixing", f"without: {keys[0]}"))  # "the price is five marks", of a row about one thing
    return list(dict.fromkeys([*found, *_shares(text, evidence), *_of_other_years(text, evidence), *_blended(text, evidence)]))


def _blended(text: str, evidence: ClaimEvidence) -> Iterator[Reason]:
    """What one verb says of two things at once, paired otherwise: of "ten tons in Hull and six in Ribe" ten in Ribe."""
    said = {word.stem for word in read(text) if word.is_content}
    for group in (group for group in evidence.written_out if len(group) > 1):
        stems = [{word.stem for word in read(sentence) if word.is_content} for sentence in group]
        if set().union(*stems) <= said:
            continue
        alone = [one - set().union(*(other for other in stems if other is not one)) for one in stems]
        about = [next((word.stem for word in read(sentence) if word.is_content), "") for sentence in group]
        own = [said & words for words in alone]
        if sum(map(bool, own)) > 1:
            yield Reason("mixing", f"of two: {' '.join(sorted(word for words in own for word in words))}")
        for words, kept, subject in zip(alone, own, about, strict=True):  # "it costs ten pounds", where that is the price for adults
            if any(word[0].isdigit() for word in kept) and words - kept and subject not in kept:
                yield Reason("mixing", f"without: {' '.join(sorted(words - kept))}")


def _alone(frame: Frame) -> list[Frame]:
    """The frame of each of the subjects of a frame: what is said of two is said of each."""
    each = [] if frame.has_one_subject else [replace(frame, subjects=[noun]) for noun in frame.subjects]
    return each if len(each) > 1 else [frame]


def _mixed(claimed: Frame, sentences: list[Told]) -> Iterator[Reason]:
    """Subjects of one clause with the objects or phrases of another."""
    if not claimed.subjects or not (claimed.objects or claimed.phrases):
        return
    known = [(told, frame) for told in sentences for frame in told.frames if canonical(frame.verb) == canonical(claimed.verb)]
    if any(told.is_part(replace(claimed, mood=frame.mood, adverbs=set()), frame) for told, frame in known):
        return
    plain = [replace(noun, modifiers=frozenset(), of=()) for noun in claimed.objects]
    rest = replace(claimed, subjects=[], objects=plain, phrases=[] if plain else claimed.phrases, adverbs=set())
    everywhere = [(told, frame) for told in sentences for frame in told.frames] if claimed.verb == "be" else known
    mine = [frame for told, frame in everywhere if frame.subjects and told.all_in(claimed.subjects, frame.subjects)]
    if any(told.is_part(replace(rest, mood=frame.mood), replace(frame, subjects=[])) for told, frame in known if frame in mine):
        rest = replace(rest, phrases=claimed.phrases)
    other = [
        frame
        for told, frame in known
        if frame.subjects
        and not any(frame is one for one in mine)
        and (claimed.verb != "be" or {noun.head for noun in claimed.subjects} & {noun.head for noun in frame.subjects})
        and told.is_part(replace(rest, mood=frame.mood), replace(frame, subjects=[]))
    ]
    if mine and other:
        yield Reason("mixing", f"{' '.join(noun.head for noun in claimed.subjects)} {claimed.verb}")


def _stolen(frames: list[Frame], sentences: list[Told]) -> Iterator[Reason]:
    """A phrase of another verb; of two verbs in the claim a phrase may belong to either."""
    known = [(told, frame) for told in sentences for frame in told.frames]
    bare = [replace(frame, phrases=[], adverbs=frame.adverbs & {"not"}) for frame in frames]
    each_mine = [[(told, frame) for told, frame in known if told.is_part(replace(one, mood=frame.mood), frame)] for one in bare]
    mine = [pair for one in each_mine for pair in one] if all(each_mine) else []
    each = [(claimed, replace(phrase, nouns=(noun,))) for claimed in frames for phrase in claimed.phrases for noun in phrase.nouns]
    for claimed, phrase in each if mine else ():
        in_subject = any(noun.head == phrase.behind for noun in (claimed.objects if claimed.shape == "passive" else claimed.subjects))
        inside = [p for _, frame in known for p in frame.phrases if in_subject and p.behind == phrase.behind]
        if phrase.preposition in {"like", "than"} or any(told.all_in(phrase.nouns, p.nouns) for told, _ in known for p in inside):
            continue
        own = each_mine[next(n for n, one in enumerate(frames) if one is claimed)]
        if any(told.has_phrase(phrase, frame) for told, frame in mine) and not _is_of_the_other(phrase, own, mine):
            continue
        if any(told.has_phrase(phrase, frame) for told, frame in known if all(frame is not one for _, one in own)):
            yield Reason("mixing", f"{claimed.verb} {phrase.preposition} {' '.join(noun.head for noun in phrase.nouns)}")
        elif any(_has_otherwise(told, phrase, frame) for told, frame in mine):
            yield Reason("mixing", f"{phrase.preposition} {' '.join(noun.head for noun in phrase.nouns)}")


def _is_of_the_other(phrase: Phrase, own: Sequence[tuple[Told, Frame]], mine: Sequence[tuple[Told, Frame]]) -> bool:
    """Whether a phrase is another verb's in the evidence, and its own verb has another one of its kind there: "in May" for "in June"."""
    if any(told.has_phrase(phrase, frame) for told, frame in own):
        return False
    used = {other.preposition for _, frame in own for other in frame.phrases}
    return phrase.preposition in used and any(told.has_phrase(phrase, frame) for told, frame in mine)


def _has_otherwise(told: Told, phrase: Phrase, frame: Frame) -> bool:
    """Whether a frame has the noun of `phrase` behind another preposition, and its preposition before another noun."""
    same = {other.preposition for other in frame.phrases if told.all_in(phrase.nouns, other.nouns)}
    used = {other.preposition for other in frame.phrases}
    return bool(same) and same <= _RELATING and phrase.preposition in used & _RELATING - same


def _widened(claimed: Frame, sentences: list[Told]) -> Iterator[Reason]:
    """A noun without article that is told of all of its kind, and in the evidence only of some."""
    matching = [
        frame
        for told in sentences
        for frame in told.frames
        if told.is_part(replace(claimed, mood=frame.mood, adverbs=claimed.adverbs & {"not"}), frame)
    ]
    for noun in (*claimed.subjects, *(() if claimed.subjects and claimed.shape != "passive" else claimed.objects)):
        if not noun.is_bare or noun.head[0].isdigit() or noun.is_restricted or not matching:
            continue
        if all(_is_narrower(noun, claimed, frame) for frame in matching):
            yield Reason("mixing", f"all {noun.head}")
    for noun in claimed.objects if claimed.subjects else ():  # "expenses", where it is "expenses of up to 2,000 euros"
        same = [known for frame in matching for known in frame.objects if known.head == noun.head and not known.is_definite]
        if noun.is_bare and same and all(_has_number(known) and not _has_number(noun) for known in same):
            yield Reason("mixing", f"all {noun.head}")
    lost = [p.preposition for frame in matching[:1] for p in frame.phrases if p.preposition in {"above", "below", "beyond", "except"}]
    kept = {p.preposition for p in claimed.phrases}
    if matching and all(_ELSEWHERE in frame.adverbs - claimed.adverbs for frame in matching):
        yield Reason("mixing", "without: elsewhere")
    if lost and not set(lost) <= kept and len(matching) == 1:
        yield Reason("mixing", f"without: {' '.join(lost)}")


def _out_of_order(claimed: list[Frame], sentences: list[Told]) -> Iterator[Reason]:
    """What is said to come before or after what it does not."""
    known = [(told, frame) for told in sentences for frame in told.frames]
    main = next((frame for frame in claimed if not frame.opens), None)
    for frame in claimed if main else ():
        if not frame.opens or main is None:
            continue
        same = [one.opens for told, one in known if _is_of_same(told, frame, one)]
        then = [one.opens for told, one in known if _is_of_same(told, main, one)]
        if not same or not then or frame.opens in same:
            continue
        if any(same) or frame.opens in then or (any(then) and _INVERSE.get(frame.opens) not in then):
            yield Reason("mixing", f"{frame.opens} {frame.verb}")


def _is_of_same(told: Told, claimed: Frame, known: Frame) -> bool:
    """Whether two frames have one verb and, of whom they speak, one in common."""
    both = [*known.subjects, *known.objects]
    return canonical(claimed.verb) == canonical(known.verb) and told.meet([*claimed.subjects, *claimed.objects], both)


def _indistinct(claimed: list[Frame], sentences: list[Told]) -> Iterator[Reason]:
    """A noun with nothing before it, where the evidence tells two of its kind apart: "the wing" of an east wing and a west wing."""
    known = [noun for told in sentences for frame in told.frames for noun in _nouns(frame)]
    for noun in (noun for frame in claimed for noun in _nouns(frame)):
        same = [other for other in known if other.head == noun.head]
        is_plain = not (noun.modifiers or noun.of or noun.is_name or noun.is_plural or noun.is_restricted or noun.head[0].isdigit())
        kinds = {other.modifiers for other in same}
        if is_plain and all(kinds) and any(not one & other for one in kinds for other in kinds if one is not other):
            yield Reason("mixing", f"which {noun.head}")


def _shares(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The shares in `text` of something else than in the evidence, or of more: of "10 percent of new employees" those "of employees"."""
    known = [noun for sentence in evidence.resolved_sentences for noun in _counted(sentence) if noun.of]
    return [
        Reason("mixing", f"{' '.join(sorted(_numbers(noun)))} {noun.head} of {' '.join(owner.head for owner in noun.of)}")
        for noun in _counted(text)
        if noun.of
        and (same := [other for other in known if other.head == noun.head and _numbers(other) == _numbers(noun)])
        and not any(_is_within(owner, whole) for other in same for owner in noun.of for whole in (*other.of, *other.other))
    ]


def _counted(sentence: str) -> Iterator[Noun]:
    """The nouns that have a number before them."""
    if not _SHARE.search(sentence):
        return iter(())
    return (noun for chunk in chunks(sentence) for noun in chunk.nouns if _numbers(noun))


def _numbers(noun: Noun) -> frozenset[str]:
    return frozenset(word for word in noun.modifiers if word[0].isdigit())


def _is_within(claimed: Noun, known: Noun) -> bool:
    return canonical(claimed.head) == canonical(known.head) and known.modifiers - claimed.words() <= known.lent


def _of_other_years(text: str, evidence: ClaimEvidence) -> Iterator[Reason]:
    """The numbers of `text` that are another year's: of "450 in 2018 to 45 in 2021" the 450 in 2021."""
    said = {year.group() for year in _YEAR.finditer(text)}
    years: dict[object, set[str]] = {}
    for sentence in evidence.resolved_sentences:
        for quantity in find_quantities(sentence):
            if found := _IN_YEAR.match(sentence[quantity.end :]):
                years.setdefault((quantity.value, quantity.unit), set()).add(found["year"])
    for quantity in find_quantities(text):
        known = years.get((quantity.value, quantity.unit), set())
        if said and known and not said & known:
            yield Reason("mixing", f"{quantity.text} in {' '.join(sorted(said))}")


def _has_number(noun: Noun) -> bool:
    return any(word[0].isdigit() for owner in noun.of for word in owner.words())


def _nouns(frame: Frame) -> Iterator[Noun]:
    yield from frame.subjects
    yield from frame.objects
    for phrase in frame.phrases:
        yield from phrase.nouns


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
    same = [known for known in (*frame.subjects, *frame.objects) if known.head == noun.head and known.is_bare and not known.is_name]
    inside = {p.preposition for p in frame.phrases if p.behind == noun.head and not (p.preposition in {"in", "on"} and is_time(p.nouns))}
    inside -= {p.preposition for p in claimed.phrases}
    return bool(same) and all(
        known.is_restricted or known.modifiers > noun.modifiers or (known.of and not noun.of) or inside for known in same
    )
