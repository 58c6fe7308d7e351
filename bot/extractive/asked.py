"""A question made ready to be compared with sentences.

In: a question in anyone's words, and what the corpus knows. Out: an Asked: its terms with their weights, what kind of answer it
expects, the names and numbers in it, and for every stem that could meet one of its terms, which and how well.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from bot.extractive.answer_types import AnswerType, expected_type
from bot.extractive.lexicon import antonyms, related, synonyms
from bot.extractive.other_words import ASKING, otherwise
from bot.extractive.persons import AFTER_A_TITLE
from bot.extractive.prepared import pairs_of
from bot.extractive.rarity import Rarity
from bot.extractive.terms import Phrasebook, Token, has_cjk, is_frame, tokenise
from bot.extractive.vocabulary import Vocabulary

_LISTING = re.compile(
    r"^\W*(?:list|name|enumerate|give|tell me|show)\b|\b(?:what|which) (?:are|were) (?:the|all|its|their|some)?\b"
    r"|\b(?:what|which) (?:[\w-]+ ){0,3}?(?!is\b|was\b|does\b|has\b|this\b|its\b|us\b)[a-z][a-z-]+(?<![su]s)s\b(?<!'s)|\ball (?:the|of|\w+s)\b"
    r"|哪些|哪几|列出",
    re.IGNORECASE,
)
_FOCUS = re.compile(r"\b(?:what|which|how many|how much) (?:kinds? of |sorts? of |types? of )?([a-z][\w-]*)", re.IGNORECASE)
# "What do the documents say about cranes?" asks for nothing but what is said of them.
_SAID_OF = re.compile(
    r"\bwhat (?:do|does|did|is|are|can) (?:(?:the|these|your|our|all|any|my) )*(?:documents?|docs|texts?|sources?|files?|articles?) "
    r"(?:say|says|said|saying|tell|know|mention|report|state|contain)(?: (?:us|me|you))?(?: (?:about|on|of))?\b"
    r"|^\W*(?:please )?(?:(?:can|could|would) you )?(?:please )?tell (?:me|us) (?:(?:more|something|anything|everything|all) )?about\b",
    re.IGNORECASE,
)
# Words that only say which kind of thing is asked for: "how *large*", "the *number* of", "does it *mean*".
_FRAMING = re.compile(
    r"^\W*(?:please )?(?:(?:can|could|would|will) you )?(?:please )?(?:show|give|let|tell|remind) (?:me|us)(?: know)?\b"
    r"|\b(?:do you|i (?:want to|need to|would like to|wonder)|i['’]d like to) (?:know|find out)\b"
    r"|\bhow (?:large|big|long|often|high|far|great)\b|\bthe (?:number|amount|total|names?) of\b"
    r"|\bmean\W*$|\b(?:take|takes|took|taken|taking) place\b",
    re.IGNORECASE,
)
_INNER_CAPITAL = re.compile(rf"(?:(?<=[\w,;:’'\"“(] )|{AFTER_A_TITLE})[\"“(]?([A-Z][\w’'-]*)|\b([a-z]+[A-Z]\w*|[A-Z]{{2,}}\w*)\b")

RELATED = 0.6  # how well a word that may stand for another meets it
SAID = 0.7  # and one that documents use for what people ask with; both less than what is counted as the word itself
NEGATIONS = frozenset(
    "not no never neither nor without cannot can't don't doesn't didn't isn't wasn't weren't aren't won't non 不 没有".split()
)


class Match(IntEnum):
    """How a stem of a sentence meets a term of a question."""

    EXACT = 0
    SYNONYM = 1
    ALIKE = 2


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its weight, and what it is in the question. `stems` are those that count as the term itself."""

    stem: str
    weight: float
    is_focus: bool
    is_name: bool
    is_number: bool
    is_known: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. `meets[stem]` lists the terms a stem meets, as (number of the term, how, how well from 0 to 1).

    `shares` are the weights as shares of their `total`; `names`, `numbers`, `focus` and, of the rest, `relation` are numbers of terms.
    `pairs` are stems that stand next to each other in it, stop words included; `opposites` the stems that say the opposite of one of its own;
    `modifiers` are numbers of terms that stand next to each other ("*study leave*"), `degrees` the words that single one thing out ("*first*").
    `is_topic` says that nothing is asked for but what is said of something.
    """

    text: str
    terms: tuple[Term, ...]
    shares: tuple[float, ...]
    names: tuple[int, ...]
    numbers: tuple[int, ...]
    focus: tuple[int, ...]
    relation: tuple[int, ...]
    total: float
    expected: AnswerType | None
    wants_list: bool
    is_cjk: bool
    meets: Mapping[str, tuple[tuple[int, Match, float], ...]]
    pairs: frozenset[tuple[str, str]]
    opposites: frozenset[str]
    is_negated: bool
    modifiers: tuple[tuple[int, int], ...] = ()
    degrees: frozenset[str] = frozenset()
    is_topic: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it asks for nothing but what a thing or who a person is."""
        return not self.relation and not self.numbers


_POST = r"(?:roles?|jobs?|(?:job )?titles?|positions?|posts?|functions?|occupations?|professions?)"
_ASKS_FOR_A_POST = re.compile(
    rf"\W*what(?:['’]?s| is| was) (?:the {_POST} of (?P<a>\S+(?: \S+){{0,3}}?)|(?P<b>\S+(?: \S+){{0,3}}?)(?:['’]s?|(?<=s)) {_POST})\W*"
    rf"|\W*(?:what|which) {_POST} (?:does|did|has|had) (?P<c>\S+(?: \S+){{0,3}}?) (?:hold|have|held|had|got)\W*",
    re.IGNORECASE,
)


def _as_who_is(question: str, vocabulary: Vocabulary) -> str:
    """Of "What is Ada Holm's job?" makes "who is Ada Holm": by which word her role is called, the question cannot know."""
    found = _ASKS_FOR_A_POST.fullmatch(question)
    name = (found["a"] or found["b"] or found["c"]) if found else ""
    terms = [token for token in tokenise(name) if token.is_term]
    return f"who is {name}" if terms and all(vocabulary.is_name(token.stem) for token in terms) else question


class Asker:
    """Reads questions for one corpus."""

    def __init__(self, rarity: Rarity, phrasebook: Phrasebook) -> None:
        self._rarity = rarity
        self._phrasebook = phrasebook

    def read(self, question: str, vocabulary: Vocabulary, context: str = "", *, is_topic: bool = False) -> Asked:
        """The question, with misspelt words put right where `vocabulary`, that of the corpus or of the passages found, leaves no doubt.

        The terms of `context` count too, but what is asked for is the question's alone. `is_topic`: it only says what to tell about.
        """
        text, framed = _SAID_OF.subn("", vocabulary.corrected(question, self._rarity))
        text = _as_who_is(text, vocabulary)
        found = dict(self._telling(text, vocabulary))
        if context:
            found = {**dict(self._telling(vocabulary.corrected(context, self._rarity), vocabulary)), **found}
        terms = tuple(self._term(stem, marks, vocabulary) for stem, marks in found.items())
        tokens = tokenise(text)
        own = {token.stem for token in tokens}
        total = sum(term.weight for term in terms) or 1.0
        plain = _numbers_of(terms, lambda term: not (term.is_name or term.is_number or term.is_focus))
        expected = (AnswerType.DEFINITION if _WHO_IS.match(text) and not plain else None) or expected_type(text)
        relation = () if expected is AnswerType.DEFINITION else plain
        return Asked(
            text=text,
            terms=terms,
            shares=tuple(term.weight / total for term in terms),
            names=_numbers_of(terms, lambda term: term.is_name),
            numbers=_numbers_of(terms, lambda term: term.is_number),
            focus=_numbers_of(terms, lambda term: term.is_focus),
            relation=relation,
            total=total,
            expected=expected,
            wants_list=bool(_LISTING.search(text)) and expected not in _SINGLE,
            is_cjk=has_cjk(text),
            meets=self._meetings(terms, [*tokens, *tokenise(context)], vocabulary),
            pairs=frozenset(pair for pair in pairs_of(tokens) if not ASKING & {*pair}),
            opposites=frozenset(other for stem in own for other in antonyms().get(stem, ())) - own,
            is_negated=bool(own & NEGATIONS),
            modifiers=_modifiers(tokens, {term.stem: i for i, term in enumerate(terms)}),
            degrees=frozenset(own & _DEGREES),
            is_topic=is_topic or framed > 0,
        )

    def _telling(self, text: str, vocabulary: Vocabulary) -> Iterable[tuple[str, "_Marks"]]:
        """The stems that count, each once, a phrase in the place of its words."""
        tokens = tokenise(text)
        marks = _Marks.of(text, tokens, vocabulary)
        phrases = {first: (after, term) for first, after, term in self._phrasebook.found_in(tokens)}
        seen: set[str] = set()
        i = 0
        framing = [found.span() for found in _FRAMING.finditer(text)]
        # "Give" frames a question, and does not in "give up".
        telling_together = _phrases_of(tokens)
        while i < len(tokens):
            after, stem = phrases.get(i, (i + 1, tokens[i].stem))
            frames = (is_frame(stem) and i not in telling_together) or any(start <= tokens[i].start < end for start, end in framing)
            telling = i in phrases or (tokens[i].is_term and not frames)
            if telling and stem not in seen:
                seen.add(stem)
                yield stem, marks.at(i, after)
            i = after

    def _term(self, stem: str, marks: "_Marks", vocabulary: Vocabulary) -> Term:
        return Term(
            stem=stem,
            weight=self._rarity(stem),
            is_focus=bool(marks.focus),
            is_name=bool(marks.names) or stem.startswith("name:"),
            is_number=stem[0].isdigit(),
            is_known=self._rarity.knows(stem) or vocabulary.holds(stem),
        )

    def _stems_meeting(self, term: Term, said: frozenset[str], vocabulary: Vocabulary) -> Mapping[str, tuple[Match, float]]:
        """Every stem that meets the term, and how well. A common word says little for a rarer one that only resembles it in meaning."""
        found = {} if term.is_number else {stem: (Match.ALIKE, degree) for stem, degree in vocabulary.alike(term.stem)}
        for stems, most in ((related().get(term.stem, ()), RELATED), (said, SAID)):
            found |= {stem: (Match.SYNONYM, most * min(1.0, self._rarity(stem) / term.weight)) for stem in stems}
        found |= dict.fromkeys(synonyms().get(term.stem, ()), (Match.SYNONYM, 1.0))
        return found | {term.stem: (Match.EXACT, 1.0)}

    def _meetings(
        self, terms: tuple[Term, ...], tokens: list[Token], vocabulary: Vocabulary
    ) -> Mapping[str, tuple[tuple[int, Match, float], ...]]:
        meets: dict[str, list[tuple[int, Match, float]]] = {}
        said = _said_for(tokens)
        for number, term in enumerate(terms):
            for stem, (how, degree) in self._stems_meeting(term, said.get(term.stem, frozenset()), vocabulary).items():
                meets.setdefault(stem, []).append((number, how, degree))
        return {stem: tuple(found) for stem, found in meets.items()}


def _phrases_of(tokens: list[Token]) -> frozenset[int]:
    """The numbers of the words that mean something else together than alone."""
    found = (range(one.first, one.after) for one in otherwise([token.stem for token in tokens]))
    return frozenset(i for phrase in found if len(phrase) > 1 and tokens[phrase[0]].stem not in ASKING for i in phrase)


def _said_for(tokens: list[Token]) -> Mapping[str, frozenset[str]]:
    """For each word of a question what documents say for it, or for the phrase it stands in."""
    stems = [token.stem for token in tokens]
    said: dict[str, frozenset[str]] = {}
    for one in otherwise(stems):
        said |= {stem: said.get(stem, frozenset()) | one.stems for stem in stems[one.first : one.after]}
    return said


# By stem.
_DEGREES = frozenset(
    "first last second third only main most least highest lowest largest biggest smallest longest shortest oldest youngest newest latest earliest"
    " best worst greatest fastest richest tallest origin initi final former previous next current least never alway".split()
)


def _modifiers(tokens: list[Token], numbers: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """The terms that stand right before another."""
    return tuple((numbers[one.stem], numbers[two.stem]) for one, two in pairwise(tokens) if one.stem in numbers and two.stem in numbers)


_WHO_IS = re.compile(r"\W*who(?: is| was| are|['’]s)\b", re.IGNORECASE)


def _numbers_of(terms: tuple[Term, ...], is_one: Callable[[Term], bool]) -> tuple[int, ...]:
    return tuple(number for number, term in enumerate(terms) if is_one(term))


_SINGLE = frozenset({AnswerType.DATE, AnswerType.NUMBER, AnswerType.MONEY, AnswerType.PERCENT, AnswerType.DURATION, AnswerType.REASON})


@dataclass(frozen=True, slots=True)
class _Marks:
    """Numbers of the tokens that are the focus of the question ("which *retailers*") and that are names."""

    focus: frozenset[int]
    names: frozenset[int]

    @classmethod
    def of(cls, text: str, tokens: list[Token], vocabulary: Vocabulary) -> "_Marks":
        found = _FOCUS.search(text)
        capitals = {m.start(1) if m.group(1) else m.start(2) for m in _INNER_CAPITAL.finditer(text)}
        # In a question all in capitals, or in title case, capitals tell nothing.
        telling = len(capitals) * 2 <= len(tokens) or len(tokens) < 6
        return cls(
            focus=frozenset(i for i, t in enumerate(tokens) if found and t.start == found.start(1)),
            names=frozenset(
                i for i, t in enumerate(tokens) if t.is_term and ((telling and t.start in capitals) or vocabulary.is_name(t.stem))
            ),
        )

    def at(self, first: int, after: int) -> "_Marks":
        here = frozenset(range(first, after))
        return _Marks(self.focus & here, self.names & here)
