"""Check 13, roles: who did what to whom stays as it is.

In: a claim's text and its evidence. Out: reasons.

Claim and sentence are brought into comparable order first (`comparing`). Then every name must stand on the same side of the words it shares
with the evidence; a verb's subject must be the same; possessives, titles and prepositions must belong to the same name; and no name may be cut
down to another's. A passive for an active is no change, where subject and object went along (`voice`).

>>> roles("JD is Tencent's largest shareholder.", "Tencent is currently JD's largest shareholder …")
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from bot.grounding.answers import Reason
from bot.grounding.clauses import ADVERBS, DETERMINERS, PRONOUNS
from bot.grounding.comparing import Words, claim_words, genitive, pairs, sentence_words
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import BE, CORPORATE, Word, read
from bot.grounding.phrases import TITLES
from bot.grounding.verbs import is_participle, is_past

_SUBJECT_BLOCKERS = frozenset(
    "of in on at by for from to with into between among through via including like than against under over about as within across during".split()
)
_BETWEEN_SUBJECT_AND_VERB = frozenset(
    "is are was were be been being has have had will would can could may might must shall should do does did also not never still once "
    "first then".split()
)
# Prepositions that mean the contrary, or another role, of each other.
_OPPOSED = (
    {"from", "to", "into"}, {"with", "without", "against"}, {"in", "outside"}, {"before", "after", "since", "until"}, {"over", "under"},
    {"above", "below"}, {"for", "against"}, {"by", "to", "for", "from"}, {"inside", "outside"}, {"up", "down"},
)  # fmt: skip


def names(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The names of `text` that are cut short, and its titles that are another's."""
    claim, sentences = claim_words(text, evidence), list(sentence_words(evidence))
    as_written = Words(read(evidence.text), evidence.common_words)
    known = [*sentences, as_written]
    if not sentences:
        return []
    return list(
        dict.fromkeys([*_titles(claim, sentences), *_cut_names(claim, known), *_other_names(claim, known), *_compounds(claim, known)])
    )


def roles(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The names of `text` that stand in another role than in the evidence."""
    claim, sentences = claim_words(text, evidence), list(sentence_words(evidence))
    if not sentences:
        return []
    turned = [Words(tuple(genitive(list(w.words))), evidence.common_words) for w in (claim, *sentences)]
    found = [
        *_possessives(turned[0], turned[1:]),
        *_other_owners(claim, sentences),
        *_prepositions(claim, sentences),
        *_exchanged(claim, sentences),
    ]
    for pair in pairs(text, evidence):
        if pair.wrongly_turned:
            found.append(Reason("roles", f"{pair.wrongly_turned} is turned"))
        elif not pair.is_turned:
            found += [*_inversions(pair.claim, pair.sentence), *_subjects(pair.claim, pair.sentence)]
    return list(dict.fromkeys(found))


# --- comparisons


def _inversions(claim: Words, sentence: Words) -> Iterator[Reason]:
    """Names that changed sides with another name, or with most of the words they share."""
    places = _places(claim, sentence)
    spans = [span for span in claim.names if _find(sentence, claim.name(span)) is not None]
    for position, one in enumerate(spans):
        for other in spans[position + 1 :]:
            here = _find(sentence, claim.name(one)), _find(sentence, claim.name(other))
            if here[0] and here[1] and min(here[0]) > max(here[1]) and not _listed_together(claim, sentence, one, other, here):
                yield Reason("roles", f"{' '.join(claim.name(one))} before {' '.join(claim.name(other))}")
    for span in spans:
        there = _find(sentence, claim.name(span))
        if not there:
            continue
        sides = [(i > span[0], all(p > t for t in there), all(p < t for t in there)) for i, p in places if not claim.words[i].is_name]
        wrong = [1 for after, all_after, all_before in sides if (after and all_before) or (not after and all_after)]
        if len(wrong) > len(sides) / 3 and wrong:
            yield Reason("roles", f"{' '.join(claim.name(span))} on the other side")


def _listed_together(
    claim: Words, sentence: Words, one: tuple[int, int], other: tuple[int, int], here: tuple[list[int] | None, list[int] | None]
) -> bool:
    """Whether two names stand in one list on both sides, where order says nothing: "A, B and C"."""
    return _is_list(claim.words, one[1], other[0]) and bool(here[0] and here[1]) and _is_list(sentence.words, here[1][0] + 1, here[0][0])  # type: ignore[index]


def _is_list(words: Sequence[Word], start: int, end: int) -> bool:
    return start <= end and all(w.is_name or w.lower in {"and", "or", "as", "well"} for w in words[start:end])


def _places(claim: Words, sentence: Words) -> list[tuple[int, int]]:
    """Where each content word of the claim that stands once in the sentence stands there."""
    once: dict[str, list[int]] = {}
    for position, word in enumerate(sentence.words):
        once.setdefault(word.stem, []).append(position)
    return [(i, once[w.stem][0]) for i, w in enumerate(claim.words) if w.is_content and len(once.get(w.stem, ())) == 1]


def _find(sentence: Words, name: tuple[str, ...]) -> list[int] | None:
    """The first indices of the names of the sentence that are `name`, in full or in part."""
    found = [span[0] for span in sentence.names if _same_name(sentence.name(span), name)]
    return found or None


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return set(one) <= set(other) or set(other) <= set(one)


def _is_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names are of the same: equal, a surname of a full name, or a company without "Ltd"."""
    return _is_ending(one, other) or _is_ending(other, one) or set(one) ^ set(other) <= CORPORATE


def _subjects(claim: Words, sentence: Words) -> Iterator[Reason]:
    """The verb right after a name in the claim must have that name as its subject in the sentence as well."""
    for span in claim.names:
        verb = _verb_after(claim, span)
        if verb is None or (span[0] and claim.words[span[0] - 1].lower in _SUBJECT_BLOCKERS):
            continue
        at = [i for i, w in enumerate(sentence.words) if w.stem == claim.words[verb].stem]
        if len(at) != 1:
            continue
        candidates = _subject_candidates(sentence, at[0])
        if candidates and not any(_is_same(claim.name(span), name) for name in candidates):
            yield Reason("roles", f"subject of {claim.words[verb].text}: {' '.join(claim.name(span))}")


def _verb_after(claim: Words, span: tuple[int, int]) -> int | None:
    """The verb whose subject a name is: the next word but for helping ones, in a form of a verb."""
    if claim.words[span[1] - 1].is_possessive:
        return None
    helped = ""
    for index in range(span[1], min(span[1] + 5, len(claim.words))):
        word = claim.words[index]
        if word.after_break:
            return None
        if word.lower in _BETWEEN_SUBJECT_AND_VERB or (word.lower.endswith("ly") and word.is_content):
            helped = word.lower if word.lower in _BETWEEN_SUBJECT_AND_VERB else helped
            continue
        looks_like_one = is_participle(word.lower) or word.lower.endswith("ing") if helped in BE else bool(helped)
        is_verb = (
            word.is_content and not word.is_name and (looks_like_one or word.lower.endswith(("s", "ed", "en", "ught", "ew", "ld", "nt")))
        )
        return index if is_verb else None
    return None


def _subject_candidates(sentence: Words, verb: int) -> list[tuple[str, ...]]:
    """The names that may be the subject of the verb: the nearest before it, and those before a clause that was put in between."""
    before = [
        span
        for span in sentence.names
        if span[1] <= verb
        and not sentence.words[span[1] - 1].is_possessive
        and not (span[0] and sentence.words[span[0] - 1].lower in _SUBJECT_BLOCKERS)
    ]
    if not before:
        return []
    nearest = before[-1]
    candidates = [sentence.name(nearest)]
    breaks = [i for i in range(nearest[0], verb + 1) if sentence.words[i].after_break]
    # "Tencent, which operates WeChat, is …": a break on both sides of the nearest name closes what was put in.
    for span in reversed(before[:-1]):
        opened = any(sentence.words[i].after_break for i in range(span[1], nearest[0] + 1))
        if (opened and breaks) or _is_list(sentence.words, span[1], nearest[0]):
            candidates.append(sentence.name(span))
    return candidates


def _cut_names(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """Names that are part of a longer one: "Tencent" for "Tencent Cloud" is another company."""
    known = [sentence.name(span) for sentence in sentences for span in sentence.names]
    for span in claim.names:
        name = claim.name(span)
        if len(name) == 1 and name[0] in TITLES:
            continue
        longer = [k for k in known if len(k) > len(name) and set(name) <= set(k)]
        if not longer or name in known:
            continue
        if all(not (_is_ending(name, k) or set(k) - set(name) <= CORPORATE) for k in longer):
            yield Reason("names", f"{' '.join(name)} for {' '.join(longer[0])}")


def _other_names(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """Names where the evidence has one of which they are a part, or that is a part of them, beside the same word.

    "Harvard has won", where "Harvard Union has won" and "Harvard" alone stands elsewhere.
    """
    known = [
        (sentence.name(span), _word_before(sentence, span), _word_after(sentence, span))
        for sentence in sentences
        for span in sentence.names
    ]
    for span in claim.names:
        name, before, after = claim.name(span), _word_before(claim, span), _word_after(claim, span)
        beside = [other for other, left, right in known if (left and left == before) or (right and right == after)]
        others = [other for other in beside if _is_part(name, other) or _is_part(other, name)]
        if others and name not in beside:
            yield Reason("names", f"{' '.join(name)} for {' '.join(others[0])}")


def _compounds(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """Names whose verb is that of a thing named after them: "Harvard has won", where "the Harvard crew has won"."""
    known = {(s.name(span), _word_after(s, span)) for s in sentences for span in s.names}
    for span in claim.names:
        name, verb = claim.name(span), _word_after(claim, span)
        if not verb or (name, verb) in known:
            continue
        for sentence in sentences:
            for there in sentence.names:
                thing = _thing_behind(sentence, there) if sentence.name(there) == name else None
                if thing is not None and _word_after(sentence, (there[0], there[1] + 1)) == verb:
                    yield Reason("names", f"{' '.join(name)} for {' '.join(name)} {thing}")


def _thing_behind(words: Words, span: tuple[int, int]) -> str | None:
    """The noun right behind a name, as far as its form tells that it is one."""
    if span[1] >= len(words.words) or words.words[span[1] - 1].is_possessive:
        return None
    word, then = words.words[span[1]], words.words[span[1] + 1 : span[1] + 2]
    is_noun = word.is_content and not word.after_break and not word.is_name and word.text[0].isalpha() and word.lower not in ADVERBS
    if not then or then[0].lower in PRONOUNS | DETERMINERS | {"to", "that"}:  # "Harvard says it …"
        return None
    return (
        None if not is_noun or is_past(word.lower) or is_participle(word.lower) or word.lower.endswith(("ly", "day", "ing")) else word.lower
    )


def _is_part(name: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether a longer name is another's than `name`, which is its beginning."""
    return not set(name) <= TITLES and len(longer) > len(name) and longer[: len(name)] == name and not set(longer) - set(name) <= CORPORATE


def _word_after(words: Words, span: tuple[int, int]) -> str:
    """The stem of what stands right behind a name, helping verbs passed over."""
    for word in words.words[span[1] : span[1] + 4]:
        if word.after_break:
            return ""
        if word.is_content and not word.lower.endswith("ly"):
            return word.stem
    return ""


def _word_before(words: Words, span: tuple[int, int]) -> str:
    """The stem of what stands before a name, small words passed over."""
    for index in range(span[0] - 1, max(-1, span[0] - 4), -1):
        if words.words[index + 1].after_break:
            return ""
        if words.words[index].is_content:
            return words.words[index].stem
    return ""


def _is_ending(name: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether `name` is what a longer one ends in, as a surname, or a name without the titles before it, is."""
    return longer[-len(name) :] == name


def _possessives(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """What a claim says is somebody's must be theirs in the evidence."""
    for span in claim.names:
        if not claim.words[span[1] - 1].is_possessive:
            continue
        owned = next((w for w in claim.words[span[1] : span[1] + 4] if w.is_content), None)
        if owned is not None and not any(_owns(sentence, claim.name(span), owned) for sentence in sentences):
            yield Reason("roles", f"{' '.join(claim.name(span))}'s {owned.text}")


def _other_owners(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """Where the evidence has "mother's sister", the "father's sister" of a claim."""
    for owner, owned in pairwise(claim.words):
        if not owner.is_possessive or owner.is_name or not owned.is_content or owned.is_name:
            continue
        owners = {
            one.stem for sentence in sentences for one, other in pairwise(sentence.words) if one.is_possessive and other.stem == owned.stem
        }
        if owners and owner.stem not in owners:
            yield Reason("roles", f"{owner.text}'s {owned.text}")


def _owns(sentence: Words, owner: tuple[str, ...], owned: Word) -> bool:
    for index, word in enumerate(sentence.words):
        if word.stem != owned.stem:
            continue
        around = sentence.words[max(0, index - 8) : index + 7]
        owners = [s for s in sentence.names if sentence.words[s[1] - 1].is_possessive and s[1] <= index < s[1] + 4]
        if any(w.lower in owner for w in around) and (not owners or _same_name(sentence.name(owners[-1]), owner)):
            return True
        # "its", said of the subject of the sentence
        by_pronoun = any(w.lower in {"its", "their", "his", "her"} for w in sentence.words[max(0, index - 4) : index])
        if by_pronoun and sentence.names and _same_name(sentence.name(sentence.names[0]), owner):
            return True
    return False


def _prepositions(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """A name or number must not come after a preposition that means the contrary of its own, nor belong to another title."""
    for index, word in enumerate(claim.words[1:], start=1):
        before = claim.words[index - 1].lower
        if not (word.is_name or word.text[0].isdigit()) or before not in _ANY_OPPOSED:
            continue
        there = {s.words[i - 1].lower for s in sentences for i in range(1, len(s.words)) if s.words[i].lower == word.lower}
        if before in there or not there:
            continue
        if any(before in group and there & group for group in _OPPOSED):
            yield Reason("roles", f"{before} {word.text}")


def _exchanged(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """Two names that changed their prepositions with each other: "at A, on B" is not "at B, on A"."""
    mine = _by_preposition(claim)
    for theirs in map(_by_preposition, sentences):
        moved = {name: (before, theirs[name]) for name, before in mine.items() if name in theirs and theirs[name] != before}
        for one, (here, there) in moved.items():
            if any(other != one and (there, here) == places for other, places in moved.items()):
                yield Reason("roles", f"{here} {one}")


def _by_preposition(words: Words) -> dict[str, str]:
    """The last word of each name that stands once, and the preposition before the name."""
    lowers = [word.lower for word in words.words]
    return {
        lowers[end - 1]: lowers[start - 1]
        for start, end in words.names
        if start and lowers[start - 1] in _SUBJECT_BLOCKERS and lowers.count(lowers[end - 1]) == 1
    }


_ANY_OPPOSED = frozenset(word for group in _OPPOSED for word in group)


def _titles(claim: Words, sentences: Sequence[Words]) -> Iterator[Reason]:
    """A "CEO of X" must be one of X in the evidence, all of X's name included, and a "General Y" no colonel."""
    for span in claim.names:
        name = claim.name(span)
        if name[0] in TITLES and len(name) > 1:
            others = {title for s in sentences for there in s.names for title in _titles_before(s.name(there), name[1:])}
            if others and name[0] not in others:
                yield Reason("names", f"{name[0]} {' '.join(name[1:])}, not {' or '.join(sorted(others))}")
        title = _title_of(claim, span)
        of = [(theirs, s.name(n)) for s in sentences for n in s.names if (theirs := _title_of(s, n))]
        whose = [owner for other, owner in of if other == title]
        if whose and not any(name == k or _is_ending(name, k) or set(k) - set(name) <= CORPORATE for k in whose):
            yield Reason("names", f"{title} of {' '.join(name)}, not of {' '.join(whose[0])}")
        others = {other for other, owner in of if owner == name} & TITLES
        if title in TITLES and others and not whose and not any(_stands_behind(s, name, title) for s in sentences):
            yield Reason("names", f"{title} of {' '.join(name)}, not {' or '.join(sorted(others))}")


def _title_of(words: Words, span: tuple[int, int]) -> str:
    """The word before the "of" before a name."""
    if span[0] < 2 or words.words[span[0] - 1].lower != "of" or not words.words[span[0] - 2].is_content:
        return ""
    return words.words[span[0] - 2].lower


def _titles_before(name: tuple[str, ...], person: tuple[str, ...]) -> Iterator[str]:
    """The titles before a person's name in a longer name."""
    at = next((i for i in range(1, len(name)) if name[i : i + len(person)] == person), 0)
    yield from (word for word in name[:at] if word in TITLES)


def _stands_behind(words: Words, name: tuple[str, ...], title: str) -> bool:
    """Whether a title stands right behind a name: "Tencent president"."""
    lowers = tuple(word.lower for word in words.words)
    return any(lowers[i : i + len(name) + 1] == (*name, title) for i in range(len(lowers)))
