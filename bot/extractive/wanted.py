"""Whether a text holds the very thing that is asked for, where the words of a question name it: a speed, an interest rate, so many of a kind.

In: an Asked, a sentence's Hits and those of its neighbours. Out: whether what is asked for is there. A number is not enough: how many people there
are is said neither by "three quarters" nor by "40 euros".
"""

import re
from collections.abc import Sequence

from bot.extractive.answer_types import AnswerType, counts_something, offsets_of
from bot.extractive.asked import Asked
from bot.extractive.terms import stem_of

_OF_WHOM = r"(?: (?:the|an?|my|our|your|its|their|his|her))?(?: [\w’'-]+){0,2}?"
# Things that are told by their names, each with the form they have where it is one of their own.
_FORMS = {
    r"speed": r"/h\b|\b(?:kmh|kph|mph|knots?|(?:kilomet(?:re|er)s?|km|miles?|met(?:re|er)s?) (?:an?|per) \w+|\w+bits?|minutes?|seconds?)\b",
    r"weight": r"(?<![\d.,])\d[\d.,]* ?(?:kg|g|kilos?|(?:kilo)?grams?|kilogrammes?|t|tons?|tonnes?|pounds?|lbs?|ounces?|stone)\b",
    r"temperature": r"\d ?°|\bdegrees?\b",
    r"(?:interest|interest rate)": r"\b(?:interest|rate)\b.{0,60}(?:%|per ?cent)|(?:%|per ?cent).{0,20}\b(?:interest|rate)\b"
    r"|\b(?:no|without|free of) interest\b|\binterest[ -]free\b",
    r"(?:price|fee|fare|rent|salary|wage|discount|rebate|deposit|fine|penalty|bonus|budget|profit|loss|revenue|turnover|dividend|tax|debt|rate"
    r"|percentage|capacity|size|height|length|width|depth|age|limit|population|distance|share price|value)": r"\d|\b(?:free|no|nothing|none|half)\b",
}  # fmt: skip
_WANTED = tuple(
    (re.compile(rf"\b(?:what|which)(?:['’]s| is| are| was| were)?{_OF_WHOM} (?P<noun>{noun})\b"
                rf"|\bhow (?:high|low|large|big|much) (?:is|are|was|were){_OF_WHOM} (?P<other>{noun})\b", re.IGNORECASE),
     re.compile(form, re.IGNORECASE))
    for noun, form in _FORMS.items()
)  # fmt: skip
_HOW_MANY = re.compile(r"\bhow many\b", re.IGNORECASE)
_PERIOD = re.compile(r"\b(?:last|this|next|past|previous) (?:year|month|week|quarter|summer|winter|spring|autumn|season)\b", re.IGNORECASE)
_OF_A_PERIOD = frozenset({AnswerType.NUMBER, AnswerType.MONEY, AnswerType.PERCENT})
_NAMED = re.compile(
    r"\bwhat(?:['’]s| is| are| was| were) (?:\w+ ){0,3}?names?\b|\bwhat (?:is|are|was|were) .*\b(?:called|named)\W*$", re.IGNORECASE
)
_DAY_OR_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\w*"
_NAME = re.compile(rf"(?<=[\w,;’'&-] )[“\"‘]?(?!{_DAY_OR_MONTH}\b)([A-Z][\w’'-]*)")
_DOES = re.compile(
    r"^\W*(?:who(?: \w+ly| first| else)?|how (?:do|does|did|can|could|should|must|may) (?:i|we|you|one|people|somebody|someone)) (?P<verb>[a-z]+)\b",
    re.IGNORECASE,
)
# What hardly says what is done: stems.
_LIGHT_VERBS = frozenset(
    "make run take get go find use give know want need work lead look say head becom belong come handl deal think".split()
)


def holds_what_is_wanted(asked: Asked, texts: Sequence[str], counting: Sequence[str], met: Sequence[float]) -> bool:
    """Whether the texts, a sentence and its neighbours, hold it; `counting` are those that may count or name it.

    `met` says how well they, or what stands above, meet each term.
    """
    return (
        _has_the_form(asked, texts, met)
        and (not _NAMED.search(asked.text) or _names_another(asked, counting))
        and (not _HOW_MANY.search(asked.text) or asked.expected is not AnswerType.NUMBER or any(map(counts_something, counting)))
        and (
            asked.expected not in _OF_A_PERIOD or not _PERIOD.search(asked.text) or any(offsets_of(AnswerType.DATE, text) for text in texts)
        )
    )


def does_what_is_asked(asked: Asked, met: Sequence[float]) -> bool:
    """Whether anything is said of what somebody does, where it is asked who does it or how it is done."""
    found = _DOES.match(asked.text)
    stem = stem_of(found["verb"].lower()) if found else ""
    return stem in _LIGHT_VERBS or all(met[i] for i, term in enumerate(asked.terms) if term.stem == stem)


def _names_another(asked: Asked, texts: Sequence[str]) -> bool:
    """Whether they hold a name that is none of the question's own."""
    return any(stem_of(name.lower()) not in asked.meets for text in texts for name in _NAME.findall(text))


def _has_the_form(asked: Asked, texts: Sequence[str], met: Sequence[float]) -> bool:
    for noun, form in _WANTED:
        if found := noun.search(asked.text):
            stems = {stem_of(word) for word in (found["noun"] or found["other"]).lower().split()}
            named = any(met[i] for i, term in enumerate(asked.terms) if term.stem in stems)
            return named and any(map(form.search, texts))
    return True
