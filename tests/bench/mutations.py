"""Makes wrong statements out of true sentences.

In: a true Source sentence and the text around it. Out: its Mutants, at most one of each kind, the same for the same seed. What can be said by
rewriting one place stands as data in `data/mutations.toml`; what needs names, numbers or two clauses is a function here. A mutant is left out
where it is no change, where the text around says it after all, or where it only puts a list in another order.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations
from random import Random

from tests.bench.wording import (
    DAY,
    FINITE,
    LISTS,
    MONTHS,
    NAMES,
    NUMBER,
    NUMBER_WORDS,
    VERB_LIKE,
    WEEKDAYS,
    YEAR,
    antonyms,
    decapitalised,
    document_names,
    is_adjective,
    is_place,
    names_in,
    participles,
    put,
    replace_name,
    rewritten,
    sentences,
    shuffled,
    word_runs,
    words,
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A true sentence.

    `before` and `after` are the other sentences of its paragraph; `document` is all the text whose numbers and names may be confused with
    its own; `aliases` are groups of names for one thing; `speakers` are those who may have said it.
    """

    text: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    document: str = ""
    aliases: tuple[frozenset[str], ...] = ()
    speakers: frozenset[str] = frozenset()

    @cached_property
    def names(self) -> list[str]:
        """The names in the sentence, in order."""
        return names_in(self.text, self.document or self.text)

    @cached_property
    def names_elsewhere(self) -> list[str]:
        """The names of the document that are not, in whole or part, in the sentence."""
        return [n for n in document_names(self.document) if not any(self._same(n, own) for own in self.names) and n not in self.text]

    def _same(self, one: str, other: str) -> bool:
        shared = set(words(one)) & set(words(other))
        return bool(shared) or any({one, other} <= group for group in self.aliases)


@dataclass(frozen=True)
class Mutant:
    """A wrong statement, and the sentences it pretends to rest on."""

    kind: str
    text: str
    source: str
    quotes: tuple[str, ...]


Maker = Callable[[Source, Random], Iterable[str]]
_MAKERS: dict[str, Maker] = {}


def maker(kind: str) -> Callable[[Maker], Maker]:
    """Register a function that gives wrong versions of a sentence, best first."""

    def register(function: Maker) -> Maker:
        _MAKERS[kind] = function
        return function

    return register


def kinds() -> list[str]:
    """Every kind of mutation, in the order they are made."""
    return [*_MAKERS, *LISTS["rewrite"], "blend_sentences"]


def mutants(source: Source, seed: int = 0, among: Iterable[str] | None = None) -> list[Mutant]:
    """The wrong versions of one sentence, at most one a kind, of every kind or of those `among`."""
    found = []
    for kind in kinds() if among is None else among:
        random = Random(f"{seed}:{kind}:{source.text}")  # not for secrets: the same mutants every time are the point
        made = blended(source) if kind == "blend_sentences" else ((text, (source.text,)) for text in _made(kind, source, random))
        fit = next(((text, quotes) for text, quotes in made if is_wrong(text, source)), None)
        if fit:
            found.append(Mutant(kind, fit[0], source.text, fit[1]))
    return found


def _made(kind: str, source: Source, random: Random) -> Iterable[str]:
    texts = _MAKERS[kind](source, random) if kind in _MAKERS else rewritten(kind, source.text, random)
    return (re.sub(r"\s+([,.;])", r"\1", re.sub(r"  +", " ", text)).strip() for text in texts)


def is_wrong(text: str, source: Source) -> bool:
    """Whether a changed sentence can be taken for false or unsupported: not the same words, said nowhere else, and not a list reordered."""
    mine, original = words(text), words(source.text)
    if mine == original or " ".join(mine) in word_runs(source.document) or len(text) > 590:
        return False
    return not (sorted(mine) == sorted(original) and _is_list(_changed(mine, original)))


_LINKING = frozenset("of in to from by than for at on with as is are was were has have had will would can may".split())


def _changed(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """The words of `one` from the first to the last that is not the same in `other`, which has as many."""
    places = [i for i, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
    return one[places[0] : places[-1] + 1]


def _is_list(changed: Sequence[str]) -> bool:
    """Whether words only stand beside each other, so that their order says nothing."""
    items = re.split(r" (?:and|or) ", " ".join(changed))
    return len(items) > 1 and not _LINKING & set(changed) and all(len(item.split()) <= 3 and not item[0].isdigit() for item in items)


@maker("entity_swap_in_doc")
def _entity_swap_in_doc(source: Source, random: Random) -> Iterator[str]:
    for name in shuffled(source.names, random):
        alike = [n for n in source.names_elsewhere if is_place(n, source.document) == is_place(name, source.document)]
        close = [n for n in alike if len(n.split()) == len(name.split())]
        for other in shuffled(close or alike, random)[:3]:
            yield replace_name(source.text, name, other)


@maker("entity_swap_foreign")
def _entity_swap_foreign(source: Source, random: Random) -> Iterator[str]:
    for name in shuffled(source.names, random):
        fit = "places" if is_place(name, source.document) else random.choice(["persons", "organisations"])
        yield replace_name(source.text, name, random.choice(list(NAMES[fit])))


@maker("subj_obj_swap")
def _subj_obj_swap(source: Source, random: Random) -> Iterator[str]:
    pairs = [(a, b) for a, b in permutations(source.names, 2) if source.text.find(a) < source.text.find(b)]
    for one, other in shuffled(pairs, random):
        between = _between(source.text, one, other)
        if between and _is_directed(between) and source.text.count(one) == source.text.count(other) == 1:
            swapped = replace_name(replace_name(source.text, one, "\0"), other, one)
            yield swapped.replace("\0", other)


def _between(text: str, one: str, other: str) -> str:
    return text[text.find(one) + len(one) : text.find(other)]


def _is_directed(between: str) -> bool:
    """Whether what stands between two names makes it matter which comes first."""
    if not VERB_LIKE.search(between) or re.search(r"\b(?:and|or|with|between|both|but|while|which|who|where|when)\b|[;:(]", between):
        return False
    if set(words(between)) & set(LISTS["verbs"]["symmetric"].split()) or between.strip().startswith(","):
        return False
    naming = re.search(r"\b(?:is|are|was|were)\b", between)
    return not naming or bool(re.search(r"\b(?:of|in|by|from|to|for|under|than|\w+ed)\b(?: the)? $", between) or between.endswith(" "))


@maker("name_cut")
def _name_cut(source: Source, _random: Random) -> Iterator[str]:
    known = document_names(source.document)
    for name in source.names:
        head, _, last = name.rpartition(" ")
        if head in known and last not in NAMES["suffixes"] and head not in NAMES["not_heads"] and not is_adjective(head.split("-")[0]):
            yield replace_name(source.text, name, head)
        if office := re.search(
            rf"\b[A-Z]?[a-z]*(?:CEO|[Pp]resident|[Dd]irector|[Hh]ead|[Mm]ember) of {re.escape(name)}(?: (?:and|of) (?:[A-Z]\w+ ?)+)?",
            source.text,
        ):
            yield source.text.replace(office.group(), office.group()[: office.group().index(" of ")] + f" of {name.split()[0]} ", 1)


@maker("name_extend")
def _name_extend(source: Source, random: Random) -> Iterator[str]:
    known = document_names(source.document)
    for name in shuffled(source.names, random):
        longer = [n for n in known if n.startswith(name + " ") and n.split()[-1] not in NAMES["suffixes"] and n not in source.text]
        longer = [n for n in longer if not any(n in group for group in source.aliases)]
        yield from (replace_name(source.text, name, other) for other in shuffled(longer, random))


@maker("speaker_swap")
def _speaker_swap(source: Source, random: Random) -> Iterator[str]:
    said = "|".join(NAMES["reporting"])
    for name in source.names:
        own = re.escape(name)
        if re.search(rf"{own} (?:also |then )?(?:{said})\b|(?:{said}) {own}\b|[Aa]ccording to {own}\b", source.text):
            yield from (replace_name(source.text, name, n) for n in shuffled([*source.names_elsewhere, *NAMES["persons"]], random)[:3])


@maker("speaker_add")
def _speaker_add(source: Source, random: Random) -> Iterator[str]:
    spoken = {word for speaker in source.speakers for word in words(speaker)}
    strangers = [n for n in source.names_elsewhere if " " in n and not spoken & set(words(n)) and not is_place(n, source.document)]
    name = random.choice([*strangers[:4], *NAMES["persons"]])
    yield f"According to {name}, {decapitalised(source.text)}"
    yield f"{name} said that {decapitalised(source.text)}"


@maker("list_item_add")
def _list_item_add(source: Source, random: Random) -> Iterator[str]:
    for match in re.finditer(r"(?<=, )([A-Z][\w-]+)(,? and )(?=[A-Z])", source.text):
        if match[1] in document_names(source.document):
            fit = [n for n in source.names_elsewhere if is_place(n, source.document) == is_place(match[1], source.document)][:4]
            other = random.choice(list(fit) or list(NAMES["places" if is_place(match[1], source.document) else "organisations"]))
            yield source.text[: match.end(1)] + f", {other}" + source.text[match.start(2) :]


@maker("list_item_drop_with_count")
def _list_item_drop(source: Source, random: Random) -> Iterator[str]:
    count = re.search(rf"\b({'|'.join(NUMBER_WORDS)})\b", source.text)
    listed = re.search(r"([\w ’'-]{3,40}), ([\w ’'-]{3,40}),? and ([\w ’'-]{3,40})(?=[,.;])", source.text)
    if count and listed and count.group() != "two" and count.end() < listed.start():
        fewer = NUMBER_WORDS[NUMBER_WORDS.index(count.group()) - 1]
        cut = random.choice([f"{listed[1]} and {listed[3]}", f"{listed[1]} and {listed[2]}"])
        shorter = source.text[: listed.start()] + cut + source.text[listed.end() :]
        yield shorter[: count.start()] + fewer + shorter[count.end() :]


# ---- numbers and dates


@maker("number_change")
def _number_change(source: Source, random: Random) -> Iterator[str]:
    for match in shuffled(list(NUMBER.finditer(source.text)), random):
        yield put(source.text, match, _other_value(match.group(), random))
    for match in re.finditer(rf"\b({'|'.join(NUMBER_WORDS)})\b(?! of\b)", source.text):
        yield put(source.text, match, random.choice([w for w in NUMBER_WORDS if w != match.group()]))


def _other_value(number: str, random: Random) -> str:
    places = len(number.partition(".")[2])
    value = float(number.replace(",", ""))
    changed = value + random.choice([1, 2, 3, 10, max(1, round(value * 0.1)), value]) * 10 ** -min(places, 1)
    return f"{changed:,.{places}f}" if "," in number else f"{changed:.{places}f}"


@maker("number_transpose")
def _number_transpose(source: Source, random: Random) -> Iterator[str]:
    for match in shuffled(list(NUMBER.finditer(source.text)), random):
        digits = match.group()
        for i in range(len(digits) - 1):
            if digits[i : i + 2].isdigit() and digits[i] != digits[i + 1] and (i or digits[i + 1] != "0"):
                yield put(source.text, match, digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :])


@maker("number_other_in_doc")
def _number_other_in_doc(source: Source, random: Random) -> Iterator[str]:
    own = NUMBER.findall(source.text)
    others = [n for n in dict.fromkeys(NUMBER.findall(source.document)) if n not in own]
    for match in shuffled(list(NUMBER.finditer(source.text)), random):
        yield from (put(source.text, match, other) for other in shuffled(others, random)[:2])


@maker("number_swap")
def _number_swap(source: Source, _: Random) -> Iterator[str]:
    found = list(NUMBER.finditer(source.text))
    for one, other in pairwise(found):
        apart = source.text[one.end() : other.start()]
        if one.group() != other.group() and len(apart.split()) > 2 and not re.search(r"^\W*(?:to|and|or)\b", apart):
            yield source.text[: one.start()] + other.group() + apart + one.group() + source.text[other.end() :]


@maker("year_add")
def _year_add(source: Source, random: Random) -> Iterator[str]:
    year = str(random.choice([y for y in (1987, 1994, 2009, 2013, 2017, 2019, 2021) if str(y) not in source.document]))
    if not YEAR.search(source.text):
        yield re.sub(r"(?=[.!?][\"”’']?$)", f" in {year}", source.text, count=1)
        yield f"In {year}, {decapitalised(source.text)}"


@maker("year_change")
def _year_change(source: Source, random: Random) -> Iterator[str]:
    for match in shuffled(list(YEAR.finditer(source.text)), random):
        yield put(source.text, match, str(int(match.group()) + random.choice([-10, -2, -1, 1, 2, 10])))


@maker("date_change")
def _date_change(source: Source, random: Random) -> Iterator[str]:
    for match in shuffled(list(DAY.finditer(source.text)), random):
        day, month = match[2] or match[3], match[1] or match[4]
        other = random.choice([(str(int(day) % 28 + 1), month), (day, random.choice([m for m in MONTHS if m != month]))])
        yield put(source.text, match, match.group().replace(day, other[0]).replace(month, other[1]))
    for calendar in (MONTHS, WEEKDAYS):
        for match in re.finditer(rf"\b(?:in|of|until|since|on|early|late|by) ({'|'.join(calendar)})\b", source.text):
            yield put(source.text, match, match.group().replace(match[1], random.choice([m for m in calendar if m != match[1]])))
    for match in re.finditer(r"\b(\d{1,2})(?:th|st|nd|rd)(?=[ -]centur)", source.text):
        yield put(source.text, match, _ordinal(int(match[1]) + random.choice([-1, 1])))


def _ordinal(value: int) -> str:
    return f"{value}{'th' if 10 <= value % 100 <= 20 else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


# ---- clauses


@maker("add_clause_true_elsewhere")
def _add_clause_true_elsewhere(source: Source, random: Random) -> Iterator[str]:
    near = {*source.before[-1:], *source.after[:1], source.text}
    others = [s for s in (*source.before, *source.after) if s not in near and 30 < len(s) < 200 and s.endswith(".") and s[0].isupper()]
    others += [s for s in sentences(source.document) if s not in near and 30 < len(s) < 120 and s.endswith(".") and "\n" not in s][:40]
    for other in shuffled(others, random)[:3]:
        opening = other.split()[0]
        tail = other if opening in document_names(source.document) or opening not in NAMES["openers"] else other[0].lower() + other[1:]
        yield source.text.rstrip(".") + ", and " + tail


@maker("splice")
def _splice(source: Source, _: Random) -> Iterator[str]:
    for match in re.finditer(r",? (?:while|whereas|but|although|though) (?=(?:[Tt]he |[A-Z]|its |their |an? )[^,.;]{2,40} )", source.text):
        subject, verb = _subject(source.text[: match.start()])
        other, predicate = _subject(source.text[match.end() :])
        if verb and other and not set(words(subject)) & set(words(other)) - {"the", "a"} and len(predicate.split()) > 3:
            yield f"{re.sub(r'^(?:While|Although|Though|Whereas) ', '', subject)} {predicate.split(', ')[0].rstrip('.')}."


def _subject(clause: str) -> tuple[str, str]:
    """The words before its first finite verb, where they are few enough to be its subject, and the rest."""
    found = FINITE.search(clause)
    subject = clause[: found.start()].strip() if found else ""
    if not found or not 1 <= len(subject.split()) <= 7 or re.search(r"[,;:(]|\b(?:which|who|that|when|where|if)\b", subject):
        return "", ""
    return subject, clause[found.start() :]


def blended(source: Source) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The subject of the sentence with what another sentence of its paragraph says of something else; it quotes both."""
    subject, _ = _subject(source.text)
    if not subject or subject not in names_in(source.text, source.document):
        return
    for other in (*source.after[:3], *source.before[-3:]):
        theirs, predicate = _subject(other)
        named = theirs in names_in(other, source.document) and theirs not in source.text and subject not in other
        if named and predicate.endswith(".") and len(predicate.split()) > 4:
            yield f"{subject} {predicate}", (source.text, other)


@maker("voice_flip")
def _voice_flip(source: Source, _: Random) -> Iterator[str]:
    for match in re.finditer(r"\b(?:is|are|was|were|has been|have been|had been|been) (\w+) by (?=[A-Z]|the |an? )", source.text):
        if match[1] in participles():
            yield put(source.text, match, participles()[match[1]] + " ")
        elif match[1].endswith("ed"):
            yield put(source.text, match, match[1] + " ")
    names = "|".join(map(re.escape, source.names)) or "(?!)"
    for match in re.finditer(rf"(?:{names}) (\w{{3,}}ed) (?=(?:{names}|the )\b)", source.text):
        yield source.text[: match.start(1)] + f"was {match[1]} by " + source.text[match.end() :]


@maker("from_to_swap")
def _from_to_swap(source: Source, _: Random) -> Iterator[str]:
    part = r"((?:the |an? )?[\w’'-]+(?: [\w’'-]+){0,3}?)"
    end = r"(?=[,.;]| (?:in|on|at|by|for|and|was|were|is|are|through|during|of|with)\b)"
    for pattern in (rf"\bfrom {part} (?:in)?to {part}{end}", rf"\b{part} (?:instead of|rather than) {part}{end}"):
        for match in re.finditer(pattern, source.text):
            if (
                {match[1], match[2]} & {"time", "day", "year", "place", "one"}
                or match[1] == match[2]
                or re.search(r"\b(?:which|whom|up|where|that)\b", match.group())
            ):
                continue
            middle = source.text[match.end(1) : match.start(2)]
            yield source.text[: match.start(1)] + match[2] + middle + match[1] + source.text[match.end() :]


@maker("antonym")
def _antonym(source: Source, random: Random) -> Iterator[str]:
    for match in shuffled([m for m in re.finditer(r"\b[a-z]+\b", source.text) if m.group() in antonyms()], random):
        if (
            not re.search(r"\b(?:all|and|or|both) $|[-“\"]$", source.text[: match.start()])
            and source.text[match.end() : match.end() + 1] != "-"
        ):
            yield put(source.text, match, random.choice(antonyms()[match.group()]))


# ---- who did what, said of another word of the same sentence


@maker("subject_rebound")
def _subject_rebound(source: Source, random: Random) -> Iterator[str]:
    """What the sentence says of its subject, said of another name in it."""
    for match in FINITE.finditer(source.text):
        subject = source.text[: match.start()]
        predicate = re.split(r"[,;:(]|\b(?:and|but|which|who|that|while)\b", source.text[match.start() :])[0].strip()
        others = [n for n in source.names if n not in predicate and not subject.rstrip().endswith(n)]
        nearby = [n for n in others if not re.search(rf"{re.escape(n)}(?:,| and| or|\)|['’]s|\s\()", source.text)]
        if len(predicate.split()) >= 4 and re.search(r"[\w’] $", subject) and not re.search(r"\b(?:who|which|that|and) $", subject):
            yield from (f"{name} {predicate.rstrip('.')}." for name in shuffled(nearby, random))


@maker("copula_between")
def _copula_between(source: Source, random: Random) -> Iterator[str]:
    """One name of the sentence said to be another, where a verb or a preposition stands between them."""
    for one, other in shuffled(list(pairwise(source.names)), random):
        between = _between(source.text, one, other)
        plain = re.fullmatch(r" (?:[\w’'-]+ ){2,12}", between) and VERB_LIKE.search(between)
        if plain and not re.search(r"\b(?:is|are|was|were|be|been|became|as|called|named|known|or|by|and|renamed)\b", between):
            yield from (f"{one} is {other}.", f"{other} was {one}.")


@maker("nouns_swapped")
def _nouns_swapped(source: Source, _random: Random) -> Iterator[str]:
    """The two nouns on both sides of a verb, where neither is a name."""
    noun = r"((?:the|a|an|its|their|his|this|these) [a-z]+(?: [a-z]+)?)"
    verbs = "|".join(LISTS["verbs"]["transitive"].split())
    for match in re.finditer(
        rf"\b{noun} ((?:{verbs}|(?:has|have|had|will|can) [a-z]+|[a-z]{{3,}}ed)) {noun}(?=[,.;]| (?:in|on|at|by|for|to|from|and|of)\b)",
        source.text,
        re.IGNORECASE,
    ):
        first, verb, second = match.groups()
        if not re.search(r"\b(?:of|in|by|to|for|with|and|that|than|was|were|is|are)\b", f"{first} {second}"):
            yield source.text[: match.start()] + f"{second} {verb} {first[0].lower() + first[1:]}" + source.text[match.end() :]


@maker("cause_reversed")
def _cause_reversed(source: Source, _random: Random) -> Iterator[str]:
    """The effect said to be the cause."""
    body = source.text.rstrip(".")
    if match := re.fullmatch(r"([A-Z][^,;:]{15,}?),? because ([a-z][^,;:]{15,})", body):
        yield f"{match[2][0].upper() + match[2][1:]} because {decapitalised(match[1])}."
    if match := re.fullmatch(r"Because ([^,;:]{15,}), ([^;:]{15,})", body):
        yield f"Because {match[2]}, {match[1]}."
    if match := re.fullmatch(
        r"([A-Z][^,;:]{8,}?) (led to|resulted in|caused|contributed to|leads to|causes|prompted) ([a-z][^,;:]{8,})", body
    ):
        yield f"{match[3][0].upper() + match[3][1:]} {match[2]} {decapitalised(match[1])}."


@maker("verb_phrase_stolen")
def _verb_phrase_stolen(source: Source, random: Random) -> Iterator[str]:
    """What a relative clause says of one name, said of the subject; and the other way round."""
    for match in re.finditer(r", (?:who|which) ((?:was|were|is|are|had|has|\w+ed) [^,.;]{12,}?)(?=[,.;])", source.text):
        near = source.text[: match.start()]
        others = [n for n in source.names if n not in match[1] and n in near and not re.search(rf"{re.escape(n)}[^,]{{0,30}}$", near)]
        yield from (f"{name} {match[1]}." for name in shuffled(others, random))
