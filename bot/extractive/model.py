"""The numbers that weigh the features. In: `weights.json`, written by `tests/bench/train_extractive.py`. Out: scores and probabilities."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from bot.extractive.features import NAMES

# What the confidence is judged by, besides the features themselves: the ranker's score, its lead over the next sentence, the share of the
# softmax it takes, how long and how strange to the corpus the question is, and the weight of the words met and missed.
OVERALL = ("score", "lead", "softmax", "terms", "unknown", "met", "missed", "rarest_met", "rarest_missed", "low_coverage")
CONFIDENCE_NAMES = (*OVERALL, *NAMES)


@dataclass(frozen=True, slots=True)
class Model:
    """A linear ranker over `NAMES` and a logistic over `CONFIDENCE_NAMES`, each in that order, the logistic with its bias."""

    ranker: tuple[float, ...]
    confidence: tuple[float, ...]
    bias: float

    def score(self, features: Sequence[float]) -> float:
        """The ranker's score; only its differences between sentences for one question mean anything."""
        return sum(map(float.__mul__, self.ranker, features))

    def probability(self, overall: Sequence[float], features: Sequence[float]) -> float:
        """That the sentence is the right one, as calibrated in training, between 0 and 1."""
        values = (*overall, *features)
        logit = self.bias + sum(map(float.__mul__, self.confidence, values))
        return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def model_of(data: Mapping[str, Any]) -> Model:
    """A Model from its JSON: weights by name; a name that is not there weighs nothing."""
    return Model(
        ranker=tuple(float(data["ranker"].get(name, 0.0)) for name in NAMES),
        confidence=tuple(float(data["confidence"].get(name, 0.0)) for name in CONFIDENCE_NAMES),
        bias=float(data["confidence"]["bias"]),
    )


@cache
def shipped() -> Model:
    """The weights that come with the program."""
    return model_of(json.loads(files(__package__).joinpath("weights.json").read_text(encoding="utf-8")))
