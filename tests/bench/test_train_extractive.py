"""The fit of the extractive weights finds what the data was made by."""

import random

import pytest

from bot.extractive.model import dot, squashed
from tests.bench.train_extractive import Judged, fit_logistic


def drawn(weights: list[float], bias: float, many: int) -> list[Judged]:
    """Questions whose chance of being right is what `weights` and `bias` say; the last value never varies."""
    chance = random.Random(7)
    found = []
    for _ in range(many):
        values = [chance.gauss(3.0, 2.0), chance.random(), float(chance.random() < 0.2), 1.0]
        right = chance.random() < squashed(bias + dot(weights, values))
        found.append((values, float(right), 1.0))
    return found


def test_the_weights_are_those_the_answers_were_drawn_by() -> None:
    weights, bias = fit_logistic(drawn([0.8, -2.0, 1.5, 0.0], -1.0, 20_000))

    assert weights[0] == pytest.approx(0.8, abs=0.1)
    assert weights[1] == pytest.approx(-2.0, abs=0.3)
    assert weights[2] == pytest.approx(1.5, abs=0.2)
    assert weights[3] == 0
    assert bias == pytest.approx(-1.0, abs=0.3)


def test_a_value_that_few_have_weighs_little() -> None:
    often = [([1.0], 1.0, 1.0)] * 500 + [([0.0], 0.0, 1.0)] * 500
    seldom = [([1.0], 1.0, 1.0)] * 3 + [([0.0], float(n % 2), 1.0) for n in range(997)]

    assert 0 < fit_logistic(seldom)[0][0] < 1 < fit_logistic(often)[0][0]


def test_what_weighs_more_counts_for_more() -> None:
    other = ([0.1], 0.0, 1.0)

    weights, bias = fit_logistic([([0.5], 1.0, 3.0), other])
    same_weights, same_bias = fit_logistic([*[([0.5], 1.0, 1.0)] * 3, other])

    assert [*weights, bias] == pytest.approx([*same_weights, same_bias])
