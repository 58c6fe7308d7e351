"""The numbers that weigh the features. In: `weights.json`, written by `tests/bench/train_extractive.py`. Out: scores and probabilities."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import mul
from typing import Any

from bot.extractive.features import NAMES

# What the confidence is judged by, besides the features themselves: the ranker's score, its lead over the next sentence, the share of the
# softmax that it and its document take, how long and how strange to the corpus the question is, and the weight of the words met and missed. A
# little that is missing tells less than half of it, so what sentence, neighbours and passage meet is also told by how far it is from a half and
# from most of it. `denied`: the question denies something and the sentence nothing; `opposed`: of the words missing those that have an opposite.
OVERALL = ("score", "lead", "softmax", "same_document", "terms", "unknown", "met", "missed", "rarest_met", "rarest_missed", "low_coverage",
           "cov_document", "wide_half", "wide_most", "wide_all", "unmet", "near_low", "loose", "denied", "opposed", "names", "bm25_lead")  # fmt: skip
CONFIDENCE_NAMES = (*OVERALL, *NAMES)


@dataclass(frozen=True, slots=True)
class Logistic:
    """Weights in the order of CONFIDENCE_NAMES, and a bias."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, values: Sequence[float]) -> float:
        """A probability, never quite 0 or 1."""
        return squashed(self.bias + dot(self.weights, values))


@dataclass(frozen=True, slots=True)
class Model:
    """A linear ranker over NAMES, and two logistics that judge its choice.

    `there` tells a question that the documents answer from one whose answer they lack, `meant` from one that resembles what they say and asks
    something else. One logistic for both is worse at both. `joint` is bias and two weights that make of the logarithms of the two one calibrated
    probability that the sentence is right.
    """

    ranker: tuple[float, ...]
    there: Logistic
    meant: Logistic
    joint: tuple[float, float, float]

    def score(self, features: Sequence[float]) -> float:
        """The ranker's score; only its differences between sentences for one question mean anything."""
        return dot(self.ranker, features)

    def probability(self, values: Sequence[float]) -> float:
        """That a sentence with these values of CONFIDENCE_NAMES is the right one, as calibrated in training, between 0 and 1."""
        bias, there, meant = self.joint
        return squashed(bias + there * math.log(self.there(values)) + meant * math.log(self.meant(values)))


def dot(weights: Sequence[float], values: Sequence[float]) -> float:
    """The sum of the products, over as many as there are of both."""
    total: float = sum(map(mul, weights, values))
    return total


def squashed(logit: float) -> float:
    """The logistic function."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def model_of(data: Mapping[str, Any]) -> Model:
    """A Model from its JSON: weights by name; a name that is not there weighs nothing."""
    bias, there, meant = data["joint"]
    return Model(
        ranker=tuple(float(data["ranker"].get(name, 0.0)) for name in NAMES),
        there=_logistic(data["there"]),
        meant=_logistic(data["meant"]),
        joint=(float(bias), float(there), float(meant)),
    )


def _logistic(data: Mapping[str, float]) -> Logistic:
    return Logistic(tuple(float(data.get(name, 0.0)) for name in CONFIDENCE_NAMES), float(data["bias"]))


@cache
def shipped() -> Model:
    """The weights that come with the program."""
    return model_of(json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8")))
