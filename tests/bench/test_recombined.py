"""The templates of recombined sentences are whole: their words stand in every place, and no claim is its sentence."""

import tomllib

from tests.bench.recombined import DATA, PLACES, all_told


def test_every_place_of_every_template_is_filled() -> None:
    told = all_told(2)

    assert {one.is_true for one in told} == {True, False}
    assert not [one for one in told if {"{", "}"} & set(one.sentence + one.claim)]
    assert not [one for one in told if one.claim == one.sentence and not one.is_true]


def test_each_list_of_words_has_more_than_a_template_takes_of_it() -> None:
    words = tomllib.loads(DATA.read_text(encoding="utf-8"))["words"]

    assert words.keys() == PLACES.keys()
    assert all(len(set(words[kind])) > len(places) for kind, places in PLACES.items())
