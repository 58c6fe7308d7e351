"""Fits the weights of the ranking: `uv run --with numpy python tests/bench/train_retrieval.py [DATA [N]]` writes bot/retrieval/weights.json.

On the questions of the public data in ../shared/data, over its 20,000 passages, and no others; on N of them, drawn at random, where N is
given. Prints recall on questions left out (five parts, an article's questions all in one) before it fits on all. A softmax over each
question's candidates is brought near to their being gold.
"""

import json
import random
import sys
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from bot.retrieval.embedded import EmbeddedEngine  # noqa: E402  # after the path is set
from bot.retrieval.ranking import (  # noqa: E402
    MEASURES,
    RANKED,
    Candidate,
    distinct,
    measures,
    sought,
)
from bot.retrieval.tokens import tokens_of  # noqa: E402
from tests.bench.retrieval_data import DATA_FOLDER, SEED, Question, Source, entry, read_english, sentences_of  # noqa: E402

WEIGHTS = ROOT / "bot" / "retrieval" / "weights.json"
PARTS, STEPS, RATE, DECAY = 5, 250, 0.1, 1e-3
Array = Any  # numpy's, which is installed for this script alone


class Asked(NamedTuple):
    """A question's candidates: their measures, which of them are gold, and the part the question belongs to."""

    question: Question
    measured: Array
    gold: Array
    part: int


def asked(question: Question, engine: EmbeddedEngine, passages: list[Source]) -> Asked:
    tokens = distinct(tokens_of(question.text))
    numbers = [int(id_.document, 16) for id_, _ in engine.search(sought(tokens), RANKED)]
    candidates = [Candidate(passages[n].title, sentences_of(passages[n].text)) for n in numbers]
    measured = np.array(measures(engine.frequencies(tokens), candidates)).reshape(len(numbers), len(MEASURES))
    first = min(question.gold)
    part = zlib.crc32((passages[first].title or str(first)).encode()) % PARTS
    return Asked(question, measured, np.array([float(n in question.gold) for n in numbers]), part)


def fitted(those: list[Asked]) -> Array:
    """The weights under which the gold candidates take most of the softmax. Adam, on all questions at once."""
    useful = [one for one in those if 0 < one.gold.sum() < len(one.gold)]
    scale: Array = np.concatenate([one.measured for one in useful]).std(0)
    values = np.zeros((len(useful), RANKED, len(MEASURES)))
    padding, gold = np.full((len(useful), RANKED), -1e9), np.zeros((len(useful), RANKED))
    for n, one in enumerate(useful):
        values[n, : len(one.gold)], padding[n, : len(one.gold)] = one.measured / scale, 0
        gold[n, : len(one.gold)] = one.gold / one.gold.sum()
    weights, mean, spread = np.full(len(MEASURES), 0.1), np.zeros(len(MEASURES)), np.zeros(len(MEASURES))
    for step in range(1, STEPS + 1):
        logits = values @ weights + padding
        shares = np.exp(logits - logits.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        slope = np.einsum("qn,qnk->k", shares - gold, values) / len(useful) + DECAY * weights
        mean, spread = 0.9 * mean + 0.1 * slope, 0.999 * spread + 0.001 * slope**2
        weights = weights - RATE * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.999**step)) + 1e-8)
    return weights / scale


def show(name: str, those: list[Asked], orders: list[Array]) -> None:
    for set_ in sorted({one.question.set for one in those}):
        hits = [one.gold[np.argsort(-order, kind="stable")] for one, order in zip(those, orders, strict=True) if one.question.set == set_]
        print(f"{name:16} {set_:8}" + "".join(f"  r@{k} {100 * np.mean([hit[:k].any() for hit in hits]):.1f}" for k in (1, 5, 10, RANKED)))


def main(data: str = str(DATA_FOLDER), most: str = "") -> None:
    passages, questions = read_english(Path(data))
    questions = random.Random(SEED).sample(questions, min(int(most), len(questions))) if most else questions
    engine = EmbeddedEngine()
    engine.put(entry(number, passage) for number, passage in enumerate(passages))
    those = [asked(question, engine, passages) for question in questions]
    show("engine", those, [-np.arange(len(one.gold), dtype=float) for one in those])
    folds = [fitted([one for one in those if one.part != part]) for part in range(PARTS)]
    show("left out", those, [one.measured @ folds[one.part] for one in those])
    weights = fitted(those)
    show("all", those, [one.measured @ weights for one in those])
    named = {name: round(float(weight), 3) for name, weight in zip(MEASURES, weights, strict=True)}
    WEIGHTS.write_text(json.dumps(named) + "\n", encoding="utf-8")
    print(named)


if __name__ == "__main__":
    main(*sys.argv[1:])
