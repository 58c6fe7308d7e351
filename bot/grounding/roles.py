"""Check 13, roles: who did what to whom stays as it is.

In: a claim's text and its evidence. Out: reasons.

Words keep their order, but for two changes that change nothing: a passive ("B was bought by A" for "A bought B") and who said it, which may
stand first or last. So both texts are put into one order, and then every name must stand on the same side of every word it shares with the
evidence; possessives and prepositions must belong to the same name; and the subject of a shared verb must be the same.

>>> roles("JD is Tencent's largest shareholder.", "Tencent is currently JD's largest shareholder …")
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.grammar import BE, PARTICIPLE, Word, clause_of, names, read

_REPORTING = re.compile(
    r"^(?:sa(?:id|ys)|wr(?:ote|ites)|note[sd]|add(?:ed|s)|told|stress(?:ed|es)|maintain(?:ed|s)|believe[sd]?|explain(?:ed|s)|declare[sd]|announce[sd]|"
    r"hope[sd]|emphasi[sz]e[sd]|promise[sd]|argue[sd]|insist(?:ed|s)|acknowledge[sd]|warn(?:ed|s)|admit(?:ted|s)|state[sd]|suggest(?:ed|s)|claim(?:ed|s)|"
    r"describe[sd]|report(?:ed|s)|predict(?:ed|s)|according)$"
)
_SUBJECT_BLOCKERS = frozenset(
    "of in on at by for from to with into between among through via including like than against over under about as within across during".split()
)
_CORPORATE = frozenset("holdings ltd inc corp co group company plc llc gmbh ag limited corporation incorporated".split())
# Prepositions that mean the contrary, or another role, of each other.
_OPPOSED = (
    {"from", "to", "into"}, {"with", "without", "against"}, {"in", "outside"}, {"before", "after", "since", "until"}, {"over", "under"},
    {"above", "below"}, {"for", "against"}, {"by", "to", "for", "from"}, {"inside", "outside"}, {"up", "down"},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence in one order: its words, and the stretches of its names as indices into them."""

    words: tuple[Word, ...]
    names: tuple[tuple[int, int], ...]

    def name(self, span: tuple[int, int]) -> tuple[str, ...]:
        return tuple(word.lower for word in self.words[span[0] : span[1]])


def roles(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The names of `text` that stand in another role than in the evidence."""
    sentences = [_in_one_order(read(sentence)) for sentence in evidence.resolved_sentences]
    claim = _in_one_order(read(text))
    if not sentences:
        return []
    as_written = [_in_one_order(read(evidence.text))]
    plain = _Sentence(read(text), tuple(names(read(text))))
    in_their_order = [_Sentence(read(s), tuple(names(read(s)))) for s in evidence.resolved_sentences]
    found = [*_titles(plain, in_their_order), *_voices(plain, in_their_order), *_cut_names(claim, [*sentences, *as_written]), *_possessives(claim, sentences), *_prepositions(claim, sentences)]
    for sentence in sentences:
        shared = _shared_share(claim, sentence)
        if shared >= 0.5 or len(sentences) == 1:
            found += [*_inversions(claim, sentence), *_subjects(claim, sentence)]
    return list(dict.fromkeys(found))


# --- one order


def ordered(words: Sequence[Word]) -> list[Word]:
    """The words in one order: without who said it, and in the active voice."""
    return _genitive(_active(_without_reporting(list(words))))


def _in_one_order(words: Sequence[Word]) -> _Sentence:
    in_order = ordered(words)
    return _Sentence(tuple(in_order), tuple(names(in_order)))


def _without_reporting(words: list[Word]) -> list[Word]:
    """The words without "X said" and "according to X" at either end: who said it is another check's business."""
    for index, word in enumerate(words):
        if _REPORTING.match(word.lower) and not word.is_name:
            start, end = _reporting_clause(words, index)
            rest = words[:start] + words[end:]
            if len(rest) >= 3:
                return rest
    return words


def _reporting_clause(words: Sequence[Word], index: int) -> tuple[int, int]:
    """From the speaker, with the titles before and the apposition after the name, to the verb and its "that"."""
    start, end = _speaker_start(words, index), index + 1
    if words[index].lower == "according" or (start == index and end < len(words) and words[end].is_name):
        while end < len(words) and (words[end].is_name or words[end].lower in {"to", "that"}):
            end += 1
    while end < len(words) and words[end].lower in {"that", "also"}:
        end += 1
    return start, end


def _speaker_start(words: Sequence[Word], index: int) -> int:
    if words[index].after_break and index:
        opening, _ = clause_of(words, index - 1)  # what is put between name and verb: "Tong, senior vice president, says"
        before, _ = clause_of(words, max(0, opening - 1))
        return before if index - before <= 14 and any(w.is_name for w in words[before:opening]) else index
    start, _ = clause_of(words, index)
    if index - start <= 8 and any(w.is_name or w.lower in {"he", "she", "they"} for w in words[start:index]):
        return start
    return index


def _genitive(words: list[Word]) -> list[Word]:
    """ "The largest shareholder of JD" as "JD's largest shareholder"."""
    for of in range(1, len(words) - 1):
        if words[of].lower != "of" or not words[of + 1].is_name or words[of + 1].after_break:
            continue
        start, end = of, of + 1
        while start > 0 and words[start - 1].is_content and not words[start - 1].is_name and not words[start].after_break and of - start < 4:
            start -= 1
        while end < len(words) and words[end].is_name and not words[end].after_break:
            end += 1
        if start < of:
            owner = [*words[of + 1 : end - 1], replace(words[end - 1], is_possessive=True)]
            return [*words[:start], *owner, *words[start:of], *words[end:]]
    return words


def _active(words: list[Word]) -> list[Word]:
    """ "B was bought by A in 2018" as "A bought B in 2018": the agent first, what is done, then to whom."""
    for verb in range(1, len(words)):
        passive = _passive_at(words, verb)
        if passive is None:
            continue
        start, be, agent = passive
        subject, helping, between, rest = words[start:be], words[be:verb], words[verb + 1 : agent[0]] if agent else [], words[agent[1] :] if agent else words[verb + 1 :]
        by = words[agent[0] + 1 : agent[1]] if agent else []
        return [*words[:start], *by, *helping, words[verb], *subject, *between, *rest]
    return words


def _passive_at(words: Sequence[Word], verb: int) -> tuple[int, int, tuple[int, int] | None] | None:
    """Where a passive's clause begins, where its "is" stands, and its "by …"; None where `verb` is none."""
    if not PARTICIPLE.search(words[verb].lower) or not words[verb].is_content or words[verb].is_name:
        return None
    be = next((i for i in range(verb - 1, max(-1, verb - 4), -1) if words[i].lower in BE), None)
    if be is None or any(w.is_content and not w.lower.endswith("ly") for w in words[be + 1 : verb]):
        return None
    first = be
    while first > 0 and words[first - 1].lower in BE | {"has", "have", "had", "will", "would", "may", "can", "could", "must", "should", "might", "not", "also"}:
        first -= 1
    start = first
    while start > 0 and not words[start].after_break and not _opens_clause(words, start - 1):
        start -= 1
    return start, first, _agent(words, verb)


def _opens_clause(words: Sequence[Word], index: int) -> bool:
    if words[index].lower == "and":  # which also joins two names to one subject
        return not (index and words[index - 1].is_name and words[index + 1].is_name)
    return words[index].lower in {"that", "which", "who", "but", "while"}


def _agent(words: Sequence[Word], verb: int) -> tuple[int, int] | None:
    by = next((i for i in range(verb + 1, min(verb + 8, len(words))) if words[i].lower == "by"), None)
    if by is None or any(w.after_break for w in words[verb + 1 : by + 1]):
        return None
    end = by + 1
    while end < len(words) and not words[end].after_break and (words[end].is_name or not words[end].is_content) and words[end].lower not in _SUBJECT_BLOCKERS:
        end += 1
    return (by, end) if any(w.is_name for w in words[by:end]) else None


# --- comparisons


def _shared_share(claim: _Sentence, sentence: _Sentence) -> float:
    mine = {w.stem for w in claim.words if w.is_content}
    return len(mine & {w.stem for w in sentence.words}) / max(1, len(mine))


def _inversions(claim: _Sentence, sentence: _Sentence) -> Iterator[Reason]:
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
    claim: _Sentence, sentence: _Sentence, one: tuple[int, int], other: tuple[int, int], here: tuple[list[int] | None, list[int] | None]
) -> bool:
    """Whether two names stand in one list on both sides, where order says nothing: "A, B and C"."""
    return _is_list(claim.words, one[1], other[0]) and bool(here[0] and here[1]) and _is_list(sentence.words, here[1][0] + 1, here[0][0])  # type: ignore[index]


def _is_list(words: Sequence[Word], start: int, end: int) -> bool:
    return start <= end and all(w.is_name or w.lower in {"and", "or", "as", "well"} for w in words[start:end])


def _places(claim: _Sentence, sentence: _Sentence) -> list[tuple[int, int]]:
    """Where each content word of the claim that stands once in the sentence stands there."""
    once: dict[str, list[int]] = {}
    for position, word in enumerate(sentence.words):
        once.setdefault(word.stem, []).append(position)
    return [(i, once[w.stem][0]) for i, w in enumerate(claim.words) if w.is_content and len(once.get(w.stem, ())) == 1]


def _find(sentence: _Sentence, name: tuple[str, ...]) -> list[int] | None:
    """The first indices of the names of the sentence that are `name`, in full or in part."""
    found = [span[0] for span in sentence.names if _same_name(sentence.name(span), name)]
    return found or None


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return set(one) <= set(other) or set(other) <= set(one)


def _is_same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names are of the same: equal, a surname of a full name, or a company without "Ltd"."""
    return _is_ending(one, other) or _is_ending(other, one) or set(one) ^ set(other) <= _CORPORATE


def _subjects(claim: _Sentence, sentence: _Sentence) -> Iterator[Reason]:
    """The verb right after a name in the claim must have that name as its subject in the sentence as well."""
    for span in claim.names:
        verb = next((i for i in range(span[1], min(span[1] + 5, len(claim.words))) if claim.words[i].is_content), None)
        if verb is None or claim.words[verb].is_name or claim.words[span[1] - 1].is_possessive:
            continue
        if span[0] and claim.words[span[0] - 1].lower in _SUBJECT_BLOCKERS:
            continue
        at = [i for i, w in enumerate(sentence.words) if w.stem == claim.words[verb].stem]
        if len(at) != 1:
            continue
        candidates = _subject_candidates(sentence, at[0])
        if candidates and not any(_is_same(claim.name(span), name) for name in candidates):
            yield Reason("roles", f"subject of {claim.words[verb].text}: {' '.join(claim.name(span))}")


def _subject_candidates(sentence: _Sentence, verb: int) -> list[tuple[str, ...]]:
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


def _voices(claim: _Sentence, sentences: Sequence[_Sentence]) -> Iterator[Reason]:
    """A verb that changed its voice while its subject did not change sides: "A bought B" is not "A was bought by B"."""
    mine = _verbs(claim.words)
    for sentence in sentences:
        theirs = _verbs(sentence.words)
        for stem, (is_passive, subject) in mine.items():
            if stem in theirs and theirs[stem][0] != is_passive and subject is not None and subject == theirs[stem][1]:
                yield Reason("roles", f"{'passive' if is_passive else 'active'}: {stem}")


def _verbs(words: Sequence[Word]) -> dict[str, tuple[bool, str | None]]:
    """Words that look like verbs of the past or passives: whether each is passive, and the word before it or before its "was"."""
    found: dict[str, tuple[bool, str | None]] = {}
    for index, word in enumerate(words):
        if not word.is_content or word.is_name or not re.search(r"(?:ed|en|wn|ght|ld|nt|ds|es|s|pt|ut)$", word.lower):
            continue
        passive = _passive_at(words, index)
        before = passive[1] if passive else index
        subject = next((w.stem for w in reversed(words[:before]) if w.is_content), None)
        found[word.stem] = (passive is not None, subject)
    return found


def _cut_names(claim: _Sentence, sentences: Sequence[_Sentence]) -> Iterator[Reason]:
    """Names that are part of a longer one: "Tencent" for "Tencent Cloud" is another company."""
    known = [sentence.name(span) for sentence in sentences for span in sentence.names]
    for span in claim.names:
        name = claim.name(span)
        longer = [k for k in known if len(k) > len(name) and set(name) <= set(k)]
        if not longer or name in known:
            continue
        if all(not (_is_ending(name, k) or set(k) - set(name) <= _CORPORATE) for k in longer):
            yield Reason("names", f"{' '.join(name)} for {' '.join(longer[0])}")


def _is_ending(name: tuple[str, ...], longer: tuple[str, ...]) -> bool:
    """Whether `name` is what a longer one ends in, as a surname, or a name without the titles before it, is."""
    return longer[-len(name) :] == name


def _possessives(claim: _Sentence, sentences: Sequence[_Sentence]) -> Iterator[Reason]:
    """ "X's n" must be X's, or the n of X, in the evidence."""
    for span in claim.names:
        if not claim.words[span[1] - 1].is_possessive:
            continue
        owned = next((w for w in claim.words[span[1] : span[1] + 4] if w.is_content), None)
        if owned is not None and not any(_owns(sentence, claim.name(span), owned) for sentence in sentences):
            yield Reason("roles", f"{' '.join(claim.name(span))}'s {owned.text}")


def _owns(sentence: _Sentence, owner: tuple[str, ...], owned: Word) -> bool:
    for index, word in enumerate(sentence.words):
        if word.stem != owned.stem:
            continue
        around = sentence.words[max(0, index - 5) : index + 6]
        owners = [s for s in sentence.names if sentence.words[s[1] - 1].is_possessive and s[1] <= index < s[1] + 4]
        if any(w.lower in owner for w in around) and (not owners or _same_name(sentence.name(owners[-1]), owner)):
            return True
    return False


def _prepositions(claim: _Sentence, sentences: Sequence[_Sentence]) -> Iterator[Reason]:
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


_ANY_OPPOSED = frozenset(word for group in _OPPOSED for word in group)


def _titles(claim: _Sentence, sentences: Sequence[_Sentence]) -> Iterator[Reason]:
    """ "CEO of X" must be of X, all of X's name included."""
    for span in claim.names:
        if span[0] < 2 or claim.words[span[0] - 1].lower != "of" or not claim.words[span[0] - 2].is_content:
            continue
        head, name = claim.words[span[0] - 2].stem, claim.name(span)
        of = [
            s.name(n)
            for s in sentences
            for n in s.names
            if n[0] >= 2 and s.words[n[0] - 1].lower == "of" and s.words[n[0] - 2].stem == head
        ]
        if of and not any(name == k or _is_ending(name, k) or set(k) - set(name) <= _CORPORATE for k in of):
            yield Reason("names", f"{claim.words[span[0] - 2].text} of {' '.join(name)}, not of {' '.join(of[0])}")
