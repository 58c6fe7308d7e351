"""What a sentence is there to say of what is asked about: what it is, what it does, where it is.

In: a sentence and its Hits. Out: whether its words around one of the places asked about have that shape.
"""

import re
from collections.abc import Iterator

from bot.extractive.hits import Hits
from bot.extractive.lexicon import abbreviations
from bot.extractive.persons import ROLE
from bot.extractive.prepared import Sentence

# What may follow a name that a sentence says something of: "is a", ", the", "(a", ", president".
_SAYS_WHAT_IT_IS = re.compile(
    r"(?:[ -][A-Z][\w’'.-]*)*[”\"’']*(?:,? (?:is|are|was|were|means?|refers to)\b|,? \(?(?:an?|the|one of|its|his|her|their|our|which|who)\b"
    rf"|, (?:[\w’'&-]+ ){{0,6}}{ROLE}|[:：])",
)
_ROLE_BEFORE = re.compile(rf"\b{ROLE}(?: (?:of|for|at) [\w’' ]{{1,40}})?,?(?: [A-Z][\w’'.-]*)*[ “\"]*$")
_NEAR_ENOUGH = 120  # characters before a name in which its bearer's role may stand
_IS_ONE = re.compile(
    r"(?:[ -][A-Z][\w’'.-]*)*[”\"’')]*(?:,? (?:is|are|was|were) (?:\w+ly |also |still |now |not )?(?:an?|the|one|its|his|her|their|our|part|what"
    r"|where|when|how|who|any|all|every|called|known|named)\b|,? (?:means?|refers? to|stands? for|consists? of|comprises?)\b"
    r"|,? \(?(?:an?|the|one of|its|his|her|their|our|which|who)\b|[:：])",
)
_ONE_CALLED = re.compile(
    r"\b(?:(?:an?|the|its|his|her|their|our)\s(?:[\w’'-]+ ){0,4}?[\w’'-]+,? |called |named |known as )(?:the )?[“\"‘(]*$"
)
_IS_A = re.compile(r"(?:[ -][A-Z][\w’'.-]*)*[”\"’')]*,? (?:is|are|was|were) (?:an?|the|one of) ")
_A = re.compile(r"(?:[ -][A-Z][\w’'.-]*)*[”\"’')]*, an? ")
_EXPLAINED = re.compile(r"[”\"’']* \((?:(?:an?|the) (?=\w+ \w)|(?=[a-z]+s (?:\w+ed|built|made|that|which|for|of|with)\b))")
_NAME_BEFORE = re.compile(r"\W*(?:The )?(?:[A-Z][\w’'.-]*[ -])*")
_SUBJECT_BEFORE = re.compile(r"\W*(?:(?!(?:of|in|at|by|for|from|with|to|on|and|or|that|if|when|as)\b)[\w’'.-]+[ -]){0,4}", re.IGNORECASE)
_HAS_ROLE = re.compile(
    r"(?:[ -][A-Z][\w’'.-]*)*[”\"’')]*(?:, (?:(?:an?|the|its|his|her|their|our|former) (?:[\w&-]+ ){0,5})?"
    rf"| (?:is|was|has been|became|becomes|serves as) (?:[\w’'&-]+ ){{0,5}}){ROLE}\b"
)
_WHO_HAS_ROLE = re.compile(
    rf"who(?: is|['’]s| was) (?:(?:the )?(?P<role>(?:[\w-]+ ){{0,3}}?{ROLE}(?: of [\w-]+)?) (?:of|at) (?:the )?(?P<whose>[\w&.’' -]+?)"
    rf"|(?P<owner>[\w&.-]+(?: [\w&.-]+){{0,3}})['’]s (?P<own_role>(?:[\w-]+ ){{0,3}}?{ROLE}))\s*\??",
    re.IGNORECASE,
)
_NAME = r"(?<!\w)[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*){1,4}"
# Words of a longer role, but none that make it another one.
_BETWEEN = r"(?:(?!(?:vice|deputy|former|assistant|acting|interim|ex|late|future)\b)[a-z][\w-]*\s){0,3}"
_IS_AT = re.compile(
    r"(?:[ -][A-Z][\w’'.-]*)*[”\"’')]*,? (?:is|are|was|were|lies?|stands?|hangs?|sits?|can be|may be)(?: (?:located|situated|found|kept|based|housed"
    r"|stored|still|now|also|right|just|\w+ly))* (?:in|on|at|near|by|behind|beside|next|opposite|under|above|between|across|outside|inside|within)\b"
)


def _mentions(sentence: Sentence, hits: Hits) -> Iterator[tuple[str, int]]:
    """What stands before each word that is asked about, and where that word ends."""
    for place in {place for found in hits.places.values() for place in found}:
        yield sentence.text[: sentence.ends[place - 1] + 1 if place else 0], sentence.ends[place]


def says_something(sentence: Sentence, hits: Hits) -> bool:
    """Whether anything asked about is followed by what may say what it is, or has a role before it."""
    return any(
        _SAYS_WHAT_IT_IS.match(sentence.text, end) or _ROLE_BEFORE.search(before[-_NEAR_ENOUGH:])
        for before, end in _mentions(sentence, hits)
    )


def says_what_it_is(sentence: Sentence, hits: Hits) -> bool:
    """Whether anything asked about is said to be something: "is a", ", the", "a card called"; not what was done to it."""
    return any(_IS_ONE.match(sentence.text, end) or _ONE_CALLED.search(before[-_NEAR_ENOUGH:]) for before, end in _mentions(sentence, hits))


def defines(sentence: Sentence, hits: Hits) -> bool:
    """Whether the sentence is there to say what the thing asked about is: it opens with its name and "is a" or ", a", or says so in brackets."""
    text = sentence.text
    return any(
        (_SUBJECT_BEFORE.fullmatch(before) and _IS_A.match(text, end))
        or (_NAME_BEFORE.fullmatch(before) and _A.match(text, end))
        or _EXPLAINED.match(text, end)
        for before, end in _mentions(sentence, hits)
    )


def introduces(sentence: Sentence, hits: Hits) -> bool:
    """Whether the sentence says which role the person asked about has: "president Ada Holm", "Ada Holm, an engineer"."""
    return any(
        _HAS_ROLE.match(sentence.text, end) or _ROLE_BEFORE.search(before[-_NEAR_ENOUGH:]) for before, end in _mentions(sentence, hits)
    )


def asked_role(question: str) -> tuple[str, str] | None:
    """The role and whose it is, in "Who is the treasurer of Sund?" and "Who is Sund's treasurer?"; None for any other question."""
    found = _WHO_HAS_ROLE.fullmatch(question.strip())
    return (found["role"] or found["own_role"], found["whose"] or found["owner"]) if found else None


def names_holder(role: str, whose: str, sentence: str) -> bool:
    """Whether the sentence names who has a role: "Sund treasurer Ada Holm", "Ada Holm, treasurer of Sund"; "Sund Marine" is another than "Sund"."""
    known = {role.lower(), abbreviations().get(role.lower(), role.lower()), *(k for k, v in abbreviations().items() if v == role.lower())}
    named = "|".join(re.escape(one).replace(r"\ ", r"\s+") for one in sorted(known))
    is_role, is_whose = f"(?<![\\w-])(?i:{named})(?![\\w-])", f"(?<![\\w-])(?i:{re.escape(whose)})"
    return any(
        re.search(shape.format(role=is_role, whose=is_whose, name=_NAME, between=_BETWEEN), sentence)
        for shape in (
            r"(?<![A-Z\w] ){whose}(?:['’]s)?\s{between}{role}(?:\s(?:and|&)\s{between}[\w-]+)?,?\s{name}",
            r"{name},\s(?:(?i:the|an?)\s)?{between}{role}\s(?:of|at)\s(?:the\s)?{whose}(?!['’]s|\s[A-Z])",
            r"{name}\s(?:is|was|became|has\sbeen|serves\sas)\s(?:the\s)?{between}{role}\s(?:of|at)\s(?:the\s)?{whose}(?!['’]s|\s[A-Z])",
            r"{role}\s(?:of|at)\s(?:the\s)?{whose},?\s{name}",
        )
    )


def locates(sentence: Sentence, hits: Hits) -> bool:
    """Whether the sentence is there to say where the thing asked about is: it opens with it and "is on", "lies behind", "can be found in"."""
    return any(_SUBJECT_BEFORE.fullmatch(before) and _IS_AT.match(sentence.text, end) for before, end in _mentions(sentence, hits))
