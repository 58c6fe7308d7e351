"""Whether a sentence is to the point of a question, beyond the words that they share.

In: a question as it is read, and a Candidate. Out: whether the sentence lacks what the question stands on (a name, what is counted, the kind of thing
asked for), how near it comes, and whether it is there to say just what is asked. What is beside the point is never a confident answer.
"""

import re

from bot.corpus import Kind
from bot.extractive.answer_types import AnswerType
from bot.extractive.asked import Asked
from bot.extractive.candidates import Candidate
from bot.extractive.features import is_of_another_kind
from bot.extractive.hits import Hits
from bot.extractive.prepared import is_question
from bot.extractive.structures import LIGHT, header_of, is_of_the_kind, value_of
from bot.extractive.telling import asked_role, defines, introduces, locates, names_holder, says_what_it_is
from bot.extractive.wanted import does_what_is_asked, holds_what_is_wanted

COUNTED = 0.5  # how well a passage must meet what is to be counted: supporters are no sponsors
_BESIDE = 0.3  # with it, and COMES_NEAR as it is, a tenth more paraphrased questions of tests/bench get their passage than with neither
_HALF, _MOST = 0.45, 0.6  # of the weight of a question's words
_TELLS_APART = 0.3  # of the weight of a question's words: one of three or four
TELLING = frozenset({AnswerType.DATE, AnswerType.NUMBER, AnswerType.MONEY, AnswerType.DURATION, AnswerType.CONTACT})


def is_beside_the_point(asked: Asked, candidate: Candidate) -> bool:
    """Whether it lacks what the question stands on: a name, a number, what is counted, the kind of thing asked for, or all it asks of the rest."""
    return any(lacks(asked, candidate) for lacks in _LACKING)


def is_about_something_else(asked: Asked, candidate: Candidate) -> bool:
    """Whether it has nothing of what the question asks about the things it names, however much it says of them."""
    return any(lacks(asked, candidate) for lacks in _NEEDED)


def nearness(asked: Asked, candidate: Candidate) -> float:
    """How near a sentence comes, from 0 to 1: its probability, and less without the kind of thing, the name or half of what is asked for."""
    return candidate.probability * (_BESIDE if any(lacks(asked, candidate) for lacks in _LACKING_MOST) else 1.0)


def _lacks_a_name(asked: Asked, candidate: Candidate) -> bool:
    """A name or a number of the question stands nowhere in the passage, its headings or its document's topic."""
    wide = candidate.seen.wide
    return any(not wide[i] for i in (*asked.names, *asked.numbers))


def _lacks_the_kind(asked: Asked, candidate: Candidate) -> bool:
    """Neither the sentence nor the next to it holds a date or an amount that is asked for, or what is to be counted; nor the passage a reason."""
    if _lacks_what_is_wanted(asked, candidate):
        return True
    if asked.expected is AnswerType.REASON:
        return not any(sentence.places_of(AnswerType.REASON) for sentence in candidate.seen.prepared.sentences)
    if asked.expected not in TELLING:
        return False
    sentences = candidate.seen.prepared.sentences[max(0, candidate.index - 1) : candidate.index + 2]
    is_there = any(sentence.places_of(asked.expected) for sentence in sentences)
    return not is_there or (asked.expected is AnswerType.NUMBER and any(candidate.seen.wide[i] < COUNTED for i in asked.focus))


def _lacks_what_is_wanted(asked: Asked, candidate: Candidate) -> bool:
    """Neither the sentence nor the next to it holds the very thing that is asked for, or says who does what is asked."""
    near = slice(max(0, candidate.index - 1), candidate.index + 2)
    around = candidate.seen.hits[near]
    met = tuple(map(max, candidate.seen.title, *(hits.any for hits in around)))
    texts = [sentence.text for sentence in candidate.seen.prepared.sentences[near]]
    counting = [text for text, hits in zip(texts, around, strict=True) if any(hits.any[i] for i in asked.focus)]
    return not (
        holds_what_is_wanted(asked, texts, [candidate.sentence.text, *counting], met) and does_what_is_asked(asked, candidate.seen.wide)
    )


def _lacks_half(asked: Asked, candidate: Candidate) -> bool:
    """A word that is nearly half of the question is not here, or most of it; or, of what is asked what it is, any word."""
    unmet = [share for share, value in zip(asked.shares, candidate.seen.wide, strict=True) if not value]
    is_bare = asked.is_bare and asked.expected is AnswerType.DEFINITION
    return bool(unmet) and (is_bare or max(unmet) >= _HALF or sum(unmet) >= _MOST)


_WANTS_IT_DONE = re.compile(
    r"\W*(?:recommend|suggest|write|translate|draw|sing|play|generate|compose|code|paint|guess) (?:me|us|an?|some|this|my)\b", re.IGNORECASE
)


def _wants_it_done(asked: Asked, _: Candidate) -> bool:
    """No passage does what somebody wants to be done: write a poem, recommend a film."""
    return _WANTS_IT_DONE.match(asked.text) is not None


_TURN = re.compile(r"\b(?:before|after) (?:[A-Z]|(?:him|her|them)\b)")
_TURNED = re.compile(
    rf"{_TURN.pattern}|\b(?:previous|predecess|succe(?:ss|ed)|preced|follow|replac|earlier|took over|takes over|taken over)"
)


def _lacks_the_turn(asked: Asked, candidate: Candidate) -> bool:
    """Who came before or after somebody is not said where nothing is said of an order."""
    is_asked = asked.expected is AnswerType.PERSON and _TURN.search(asked.text) is not None
    return is_asked and not _TURNED.search(candidate.sentence.text)


def _lacks_the_relation(asked: Asked, candidate: Candidate) -> bool:
    """Of what the question asks about its names, the passage has nothing."""
    return bool(asked.relation) and not any(candidate.seen.wide[i] for i in asked.relation)


def _lacks_what_tells_apart(asked: Asked, candidate: Candidate) -> bool:
    """The question's rarest word, which other passages hold ("*parental* leave"), is not here: then this is about another of its kind."""
    rarest = max(range(len(asked.terms)), key=asked.shares.__getitem__)
    return asked.terms[rarest].is_known and asked.shares[rarest] >= _TELLS_APART and not candidate.seen.wide[rarest]


_WHO_DOES = re.compile(r"^\W*who (?P<verb>[a-z]+) (?:the )?(?P<whom>[A-Z][\w&.-]*(?: [A-Z][\w&.-]*)*)\W*$", re.IGNORECASE)


def _is_done_by_it(asked: Asked, candidate: Candidate) -> bool:
    """Asked who runs a thing, a passage tells what is run by it."""
    found = _WHO_DOES.match(asked.text)
    by_it = rf"\bby (?:[\w-]+ ){{0,3}}?{re.escape(found['whom'])}(?!\w)" if found else None
    return by_it is not None and re.search(by_it, candidate.passage.text, re.IGNORECASE) is not None


def _lacks_of_its_line(asked: Asked, candidate: Candidate) -> bool:
    """A line "Season ticket: 160 euros" has nothing of a question that speaks of something else besides, or asks who or where."""
    value, wide = value_of(candidate.passage), candidate.seen.wide
    if value is None:
        return False
    says_more = any(wide[i] < COUNTED and term.stem not in LIGHT for i, term in enumerate(asked.terms))
    return says_more or not is_of_the_kind(asked, value, header_of(candidate.passage))


def _asks_another_thing(asked: Asked, candidate: Candidate) -> bool:
    """A question that is answered below it is another one where the rarest word differs ("my *cat*", "my *dog*")."""
    rarest = max(range(len(asked.terms)), key=asked.shares.__getitem__)
    return is_question(candidate.passage) and candidate.seen.wide[rarest] < COUNTED


_MEANING = re.compile(r"\W*what(?: is|['’]s) the (?:meaning|definition) of\b", re.IGNORECASE)


def _lacks_the_meaning(asked: Asked, candidate: Candidate) -> bool:
    """What a word means is not said by a sentence that only uses it."""
    return _MEANING.match(asked.text) is not None and not says_what_it_is(candidate.sentence, candidate.seen.hits[candidate.index])


def _meets_nothing_itself(asked: Asked, candidate: Candidate) -> bool:
    """All it has of a question of a single word is another that only often stands for it."""
    return len(asked.terms) == 1 and all(value < COUNTED for value in candidate.seen.wide)


def _is_of_another_kind(asked: Asked, candidate: Candidate) -> bool:
    """An amount or a time of "*annual* leave" is none of "*study* leave"."""
    seen = candidate.seen
    return asked.expected in TELLING and is_of_another_kind(asked, candidate.sentence, seen.hits[candidate.index], seen.wide)


_WHICH = re.compile(r"\W*(?:wh(?:o|om|ose|at|ich|en|ere|y)|how)\b", re.IGNORECASE)


def _says_nothing_new(asked: Asked, candidate: Candidate) -> bool:
    """Nothing is told by a line that has no word but the question's, unless something stands below it."""
    leads = candidate.passage.kind is Kind.HEADING or candidate.sentence.text.endswith((":", "：", "?", "？"))
    return not leads and _WHICH.match(asked.text) is not None and candidate.sentence.positions.keys() <= asked.meets.keys()


def asks_what_a_name_is(asked: Asked) -> bool:
    """Whether it only asks what a thing with a name of its own is."""
    is_name = all(term.is_name or term.is_number for term in asked.terms)
    return bool(asked.terms) and is_name and not asked.is_cjk and _WHAT_IS.match(asked.text) is not None


def _defines_nothing(asked: Asked, candidate: Candidate) -> bool:
    """What a thing with a name of its own is, is not said by a sentence about what happened to it."""
    return asks_what_a_name_is(asked) and not says_what_it_is(candidate.sentence, candidate.seen.hits[candidate.index])


def _tells_of_another_thing(asked: Asked, candidate: Candidate) -> bool:
    """Asked to tell about a thing, a sentence has no word of it, only words like it."""
    return asked.is_topic and not any(candidate.seen.hits[candidate.index].exact)


def _asks_what_a_phrase_is(asked: Asked) -> bool:
    """Whether it only asks what something is that takes two words or more to name: "the *second quay*"."""
    is_bare = asked.is_bare and asked.expected is AnswerType.DEFINITION and not asked.is_cjk and not asks_what_a_name_is(asked)
    return is_bare and len(asked.modifiers) == len(asked.terms) - 1 > 0 and _WHAT_IS.match(asked.text) is not None


def _holds_whole(hits: Hits) -> bool:
    """Whether every term of the question stands here, each right behind the one before."""
    first, *others = (hits.places.get(i, ()) for i in range(len(hits.exact)))
    return all(hits.exact) and any(all(place + n in places for n, places in enumerate(others, start=1)) for place in first)


_WHO_IS = re.compile(r"\W*who(?: is| was|['’]s)\b", re.IGNORECASE)
_WHERE_IS = re.compile(r"\W*where(?: is| are|['’]s| (?:can|do) (?:i|we|you|people) find)\b", re.IGNORECASE)


def answers_outright(asked: Asked, candidate: Candidate) -> bool:
    """Whether the sentence is there to say just that: who somebody is, what a name means, where a thing is; or anything, of a topic."""
    hits = candidate.seen.hits[candidate.index]
    if (role := asked_role(asked.text)) is not None:
        return names_holder(*role, candidate.sentence.text)
    if asked.is_topic:
        return bool(asked.terms) and all(hits.exact) and not candidate.sentence.is_question
    if _asks_what_a_phrase_is(asked):
        return _holds_whole(hits) and not candidate.sentence.is_question
    if asks_what_a_name_is(asked):
        return all(candidate.seen.wide) and defines(candidate.sentence, hits)
    if asked.expected is AnswerType.DEFINITION and _WHO_IS.match(asked.text):
        return all(hits.exact) and introduces(candidate.sentence, hits)
    is_where = asked.expected is AnswerType.PLACE and _WHERE_IS.match(asked.text) is not None
    return is_where and all(map(max, hits.any, candidate.seen.title)) and locates(candidate.sentence, hits)


_WHAT_IS = re.compile(r"\W*what(?: is| are|['’]s)\b", re.IGNORECASE)
# Without these it hardly comes near, without those that are needed not at all.
_LACKING_MOST = (_lacks_the_kind, _lacks_a_name, _lacks_half, _wants_it_done)
_NEEDED = (_lacks_the_relation, _lacks_the_turn, _asks_another_thing, _lacks_the_meaning)
_LACKING = (
    _lacks_a_name,
    _lacks_the_kind,
    _lacks_the_turn,
    _lacks_the_relation,
    _lacks_what_tells_apart,
    _is_done_by_it,
    _lacks_of_its_line,
    _asks_another_thing,
    _is_of_another_kind,
    _lacks_the_meaning,
    _meets_nothing_itself,
    _says_nothing_new,
    _defines_nothing,
    _tells_of_another_thing,
)
