"""General English that no corpus teaches: irregular forms, words of like meaning, usual abbreviations, number words.

In: `lexicon.json`, written by hand, about no document in particular: families of words ("decide decision"), some hundred sets of synonyms, some two
thousand pairs of words that often stand for each other. Out: look-ups by lower-case word or by stem. Measured, a hand lexicon gains as much as
WordNet does (extractive.md, section 1).
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from bot.retrieval.analysis import stem

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
# "one" is left out: it is a pronoun more often than a number.
NUMBER_WORDS: Mapping[str, str] = {
    **{word: str(value) for value, word in enumerate(_SMALL.split()) if word != "one"},
    **{word: str(value * 10) for value, word in enumerate(_TENS.split(), start=2)},
}


@cache
def _data() -> Any:
    return json.loads(files(__package__).joinpath("lexicon.json").read_text(encoding="utf-8"))


@cache
def base_forms() -> Mapping[str, str]:
    """Irregular forms to the word they are forms of: `bought` to `buy`."""
    groups = [group.split() for group in _data()["irregular"]]
    return {form: base for base, *forms in groups for form in forms}


@cache
def synonyms() -> Mapping[str, frozenset[str]]:
    """A stem to the stems that may say the same."""
    return _to_others("synonyms")


@cache
def related() -> Mapping[str, frozenset[str]]:
    """A stem to those that often stand for it, though they do not mean quite the same: `boss` to `director`."""
    return _to_others("related")


@cache
def antonyms() -> Mapping[str, frozenset[str]]:
    """A stem, of a stop word too, to the stems that say the opposite."""
    return _to_others("antonyms")


def _to_others(key: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _data()[key]:
        group = {stem(base_forms().get(word, word)) for word in line.split()}
        for one in group:
            found.setdefault(one, set()).update(group - {one})
    return {one: frozenset(others) for one, others in found.items()}


@cache
def abbreviations() -> Mapping[str, str]:
    """A lower-case abbreviation to the words it stands for."""
    return dict(_data()["abbreviations"])
