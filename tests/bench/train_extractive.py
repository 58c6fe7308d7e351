"""Makes the two files of numbers in bot/extractive/: `background.txt` and `weights.json`, and for the benchmark the weights of each fold.

    uv run python tests/bench/train_extractive.py background [DATA]
    uv run python tests/bench/train_extractive.py weights [DATA]

DATA is the folder with `retrieval-20k-passages.jsonl.gz` and `squad2-dev-16-articles.json.gz` (default ../shared/data). Standard library
only, about ten minutes on two cores. No question about the documents in seeds/ is ever used.
"""

import gzip
import json
import math
import random
import sys
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import Pool
from operator import mul
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from bot.corpus import Corpus  # noqa: E402  # after the path is set
from bot.extractive.asked import Asked  # noqa: E402
from bot.extractive.candidates import Candidate  # noqa: E402
from bot.extractive.features import NAMES  # noqa: E402
from bot.extractive.model import CONFIDENCE_NAMES, dot, shipped, squashed  # noqa: E402
from bot.extractive.questions_apart import Part  # noqa: E402
from bot.extractive.ranking import Ranker  # noqa: E402
from bot.extractive.terms import tokenise  # noqa: E402
from tests.bench.extractive_data import DATA_FOLDER, SQUAD, Conditions, Question, Ranked, read_squad  # noqa: E402
from tests.bench.extractive_small import FOLDER, TRAINED_ON, load, read_questions  # noqa: E402
from tests.bench.extractive_small import Asked as AskedOfSmall  # noqa: E402

FOLDS = Path(__file__).with_name("extractive_folds.json")
SHIPPED = ROOT / "bot" / "extractive"
LEAST_FREQUENT = 4  # passages a stem must stand in to be worth its bytes
# Not counted: what is measured on, and pages that are mostly the names of functions.
NOT_COUNTED = frozenset({"squad", "windows-driver-docs"})


def write_background(data: Path) -> None:
    """Count in how many passages each stem stands, and write the table with frequencies rounded to steps of a fifth."""
    counts: Counter[str] = Counter()
    passages = 0
    for text in _counted_texts(data / "retrieval-20k-passages.jsonl.gz"):
        passages += 1
        counts.update({t.stem for t in tokenise(text) if t.is_term and t.stem.isascii() and t.stem.isalpha() and len(t.stem) < 20})
    by_step: dict[int, list[str]] = {}
    for stem, count in counts.items():
        if count >= LEAST_FREQUENT:
            by_step.setdefault(round(math.exp(round(math.log(count) * 5) / 5)), []).append(stem)
    lines = [str(passages), *(f"{count} {' '.join(sorted(stems))}" for count, stems in sorted(by_step.items(), reverse=True))]
    (SHIPPED / "background.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{passages} passages, {sum(map(len, by_step.values()))} stems, {(SHIPPED / 'background.txt').stat().st_size} bytes")


def _counted_texts(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            passage = json.loads(line)
            if passage["src"] not in NOT_COUNTED:
                yield passage["text"]


# --- what the weights are trained on

MOST_CANDIDATES = 20  # sentences of a question that the ranker learns from
# How much a question of each condition weighs for the two judges: "whole" and "alone" teach both a large corpus and one of the size of seeds/.
WEIGHTS = {
    "whole": 1.0,
    "alone": 1.0,
    "swapped": 0.4,
    "swapped_alone": 0.4,
    "no_paragraph": 1.0,
    "no_paragraph_alone": 1.0,
    "no_article": 12.0,
    "small": 2.0,
    "small_near": 2.0,
    "small_off": 2.0,
}
# And in the mix in which a probability of a half is to be right in half of the cases: nearer to what people ask of a few documents.
CALIBRATED_ON = {
    **WEIGHTS,
    "no_paragraph": 0.8,
    "no_paragraph_alone": 0.8,
    "no_article": 6.0,
    "small": 4.0,
    "small_near": 4.0,
    "small_off": 4.0,
}
WRONG_BEST = 0.6  # of an answerable question's weight where its best sentence is a wrong one
ANSWERABLE = ("whole", "alone", "small")
SWAPPED = ("swapped", "swapped_alone", "small_near")
ABSENT = ("no_paragraph", "no_paragraph_alone", "no_article", "small_near", "small_off")
SMALL = "small"  # in the place of an article
STEP = 2  # the ranker learns from every so manieth pair of SQuAD's questions: more would outvote the small corpora


@dataclass(frozen=True)
class Example:
    """A question under one condition: the candidates' features in one row, which of them are right, what they stand in, their evidence."""

    condition: str
    article: str
    is_for_ranker: bool
    features: "array[float]"  # array takes no subscript at run time before 3.12
    right: tuple[int, ...]
    documents: tuple[str, ...]
    evidence: tuple[tuple[float, ...], ...]

    def rows(self) -> list[list[float]]:
        """The features, a row a candidate."""
        flat = self.features.tolist()
        return [flat[i : i + len(NAMES)] for i in range(0, len(flat), len(NAMES))]


def conditions_of(question: Question, number: int) -> Iterator[str]:
    """Under which conditions a question is put. Every other one is enough where its article is gone: those are easy."""
    if question.is_answerable:
        yield from ("whole", "alone", "no_paragraph", "no_paragraph_alone")
        if number % 2:
            yield "no_article"
    else:
        yield from ("swapped", "swapped_alone")


def ranked(conditions: Conditions, condition: str, question: Question) -> Ranked:
    """The question as it goes under a condition, with the weights shipped now: they only choose which candidates are kept."""
    match condition:
        case "whole" | "swapped":
            return conditions.whole(question, shipped())
        case "alone" | "swapped_alone":
            return conditions.article_alone(question, shipped())
        case "no_paragraph_alone":
            return conditions.article_alone(question, shipped(), question.paragraph)
        case "no_paragraph":
            return conditions.without_paragraph(question, shipped())
        case _:
            return conditions.without_article(question, shipped())


@cache
def _read(path: Path) -> tuple[Conditions, list[Question]]:
    """Once in each process."""
    corpus, questions = read_squad(path)
    return Conditions(corpus), questions


def _examples(path: Path, numbers: Sequence[int]) -> list[Example]:
    conditions, questions = _read(path)
    return [_example(conditions, c, questions[n], n) for n in numbers for c in conditions_of(questions[n], n)]


def _example(conditions: Conditions, condition: str, question: Question, number: int) -> Example:
    result = ranked(conditions, condition, question)
    example = _kept(condition, question.article, result.asked, result.candidates, question.is_right)
    return replace(example, is_for_ranker=condition in ANSWERABLE and number // 2 % STEP == 0)


def _kept(condition: str, article: str, asked: Asked, candidates: list[Candidate], is_right: Callable[[Candidate], bool]) -> Example:
    kept = candidates[:MOST_CANDIDATES] + [one for one in candidates[MOST_CANDIDATES:] if is_right(one)]
    return Example(
        condition=condition,
        article=article,
        is_for_ranker=condition in ANSWERABLE,
        features=array("f", [value for one in kept for value in one.features]),
        right=tuple(i for i, one in enumerate(kept) if is_right(one)),
        documents=tuple(one.passage.document.id for one in kept),
        evidence=tuple(Ranker.evidence(asked, one) for one in kept),
    )


def small_examples() -> Iterator[Example]:
    """The questions on the invented corpora, and each once more where the documents are about something else altogether."""
    corpora = [(load(FOLDER / name), read_questions(FOLDER / name)) for name in TRAINED_ON]
    rankers = [Ranker.of(corpus, shipped()) for corpus, _ in corpora]
    for number, (_, questions) in enumerate(corpora):
        for asked in questions:
            yield _small_example(f"small_{asked.kind}", corpora[number][0], rankers[number], asked)
            if asked.expected:
                elsewhere = (number + 1 + len(asked.question)) % len(corpora)
                if elsewhere != number:
                    yield _small_example("small_off", corpora[elsewhere][0], rankers[elsewhere], asked)


def _small_example(condition: str, corpus: Corpus, ranker: Ranker, asked: AskedOfSmall) -> Example:
    question = ranker.read(Part(asked.question), corpus.passages)
    condition = "small" if condition in ("small_plain", "small_paraphrased") else condition
    return _kept(
        condition,
        SMALL,
        question,
        ranker.rank(question, corpus.passages),
        lambda one: condition == "small" and asked.expected.lower() in one.sentence.text.lower(),
    )


# --- fitting the ranker: plain gradients with a step of their own for each weight (Adagrad), averaged over the last passes


DECAY = 1e-3  # of the weights at each step: without, they lean on chance


class Descent:
    """Weights under stochastic gradient descent."""

    def __init__(self, size: int, rate: float) -> None:
        self.weights = [0.0] * size
        self._squares = [1e-2] * size
        self._rate = rate
        self._sums = [0.0] * size
        self._added = 0

    def step(self, gradient: Sequence[float]) -> None:
        """One step against `gradient`."""
        for i, slope in enumerate(gradient):
            if slope:
                self._squares[i] += slope * slope
                self.weights[i] -= self._rate * slope / math.sqrt(self._squares[i])

    def remember(self) -> None:
        """Count the weights as they are into the average."""
        self._sums = [one + other for one, other in zip(self._sums, self.weights, strict=True)]
        self._added += 1

    def average(self) -> list[float]:
        """The average of what was remembered."""
        return [one / self._added for one in self._sums]


def fit_ranker(groups: list[tuple[list[list[float]], tuple[int, ...]]], passes: int = 10) -> list[float]:
    """Softmax over the candidates of a question; `groups` are their features and which are right."""
    descent = Descent(len(NAMES), 0.5)
    order = random.Random(1)  # the same weights every time
    for number in range(passes):
        order.shuffle(groups)
        for rows, right in groups:
            descent.step(_softmax_gradient(descent.weights, rows, right))
        if number >= passes // 2:
            descent.remember()
    return descent.average()


def _softmax_gradient(weights: Sequence[float], rows: list[list[float]], right: tuple[int, ...]) -> list[float]:
    scores = [dot(weights, row) for row in rows]
    powers = [math.exp(score - max(scores)) for score in scores]
    total, good = sum(powers), sum(powers[i] for i in right) or 1e-9
    pulls = [power / total for power in powers]
    for i in right:
        pulls[i] -= powers[i] / good
    pulling = [(pull, row) for pull, row in zip(pulls, rows, strict=True) if abs(pull) > 1e-4]
    return [sum(pull * row[d] for pull, row in pulling) + DECAY * weights[d] for d in range(len(NAMES))]


# --- fitting a logistic

RIDGE = 100.0  # on weights of values of variance 1
RARE = 1.0  # on weights of the values as they are: what a dozen questions have must not weigh what chance would have it weigh
NEWTON_STEPS = 12
CONVERGED = 1e-5
LEAST_VARIED = 1e-6  # the deviation of a value that is always the same, but for rounding

Judged = tuple[list[float], float, float]  # values, whether it is right (1 or 0), how much it weighs


def fit_logistic(judged: Sequence[Judged], ridge: float = RIDGE) -> tuple[list[float], float]:
    """Weights and bias, by Newton's method on values of mean 0 and variance 1, held back by `ridge` and those of rare values also by RARE."""
    right, weights = [one[1] for one in judged], [one[2] for one in judged]
    scaled = [_scaled(column, weights) for column in zip(*(one[0] for one in judged), strict=True)]
    columns = [*(column for column, _, _ in scaled), [1.0] * len(judged)]
    held_back = [ridge + RARE / deviation**2 for _, _, deviation in scaled] + [0.0]
    found = [0.0] * len(columns)
    for _ in range(NEWTON_STEPS):
        chances = [squashed(logit) for logit in _sums(columns, found)]
        pulls = [weight * (chance - label) for weight, chance, label in zip(weights, chances, right, strict=True)]
        gradient = [dot(column, pulls) + held * one for column, held, one in zip(columns, held_back, found, strict=True)]
        curves = [weight * chance * (1 - chance) for weight, chance in zip(weights, chances, strict=True)]
        step = _solved(_curvature(columns, curves, held_back), gradient)
        found = [one - change for one, change in zip(found, step, strict=True)]
        if max(map(abs, step)) < CONVERGED:
            break
    per_value = [one / deviation for one, (_, _, deviation) in zip(found, scaled, strict=False)]
    return per_value, found[-1] - sum(one * mean for one, (_, mean, _) in zip(per_value, scaled, strict=True))


def _scaled(column: Sequence[float], weights: Sequence[float]) -> tuple[list[float], float, float]:
    """The column with mean 0 and variance 1, its mean, and its deviation; one that never varies is all 0."""
    mean = dot(column, weights) / sum(weights)
    deviation = math.sqrt(sum(weight * (value - mean) ** 2 for value, weight in zip(column, weights, strict=True)) / sum(weights))
    deviation = deviation if deviation > LEAST_VARIED else 1.0
    return [(value - mean) / deviation for value in column], mean, deviation


def _sums(columns: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    total = [0.0] * len(columns[0])
    for column, weight in zip(columns, weights, strict=True):
        total = [one + weight * value for one, value in zip(total, column, strict=True)]
    return total


def _curvature(columns: Sequence[Sequence[float]], curves: Sequence[float], held_back: Sequence[float]) -> list[list[float]]:
    found = [[0.0] * len(columns) for _ in columns]
    for i, column in enumerate(columns):
        curved = list(map(mul, column, curves))
        for j in range(i + 1):
            found[i][j] = found[j][i] = dot(curved, columns[j])
        found[i][i] += held_back[i] + 1e-9
    return found


def _solved(matrix: list[list[float]], values: Sequence[float]) -> list[float]:
    """What `matrix`, which is positive definite, takes to `values`: elimination without exchanging rows."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    for i, pivot in enumerate(rows):
        pivot[:] = [value / pivot[i] for value in pivot]
        for other in rows:
            if other is not pivot and other[i]:
                share = other[i]
                other[:] = [one - share * value for one, value in zip(other, pivot, strict=True)]
    return [row[-1] for row in rows]


def judged_by(ranker: Sequence[float], examples: Iterable[Example]) -> dict[str, list[Judged]]:
    """By condition, the values of each question's best sentence and whether it is right."""
    found: dict[str, list[Judged]] = {}
    for example in examples:
        rows = example.rows()
        if rows:
            scores = [dot(ranker, row) for row in rows]
            order = sorted(range(len(rows)), key=lambda i: -scores[i])
            best = order[0]
            standing = Ranker.standing([scores[i] for i in order], [example.documents[i] for i in order])
            values = [*standing, *example.evidence[best], *rows[best]]
            found.setdefault(example.condition, []).append((values, float(best in example.right), 1.0))
    return found


def weighed(judged: Mapping[str, Sequence[Judged]], conditions: Iterable[str], weights: Mapping[str, float]) -> list[Judged]:
    """Those of some conditions, each with what a question of its condition weighs."""
    return [(values, right, weights[condition]) for condition in conditions for values, right, _ in judged[condition]]


def fit(examples: Sequence[Example]) -> dict[str, Any]:
    """The whole of a model, as it is written to JSON."""
    ranker = fit_ranker([(e.rows(), e.right) for e in examples if e.is_for_ranker and e.right])
    by_condition = judged_by(ranker, examples)
    # Those whose best sentence is wrong are answerable too. Taught only by the right ones, both judges tell all answerable ones worse.
    answerable = [
        (values, 1.0, weight if right else weight * WRONG_BEST) for values, right, weight in weighed(by_condition, ANSWERABLE, WEIGHTS)
    ]
    there = fit_logistic(answerable + weighed(by_condition, ABSENT, WEIGHTS))
    meant = fit_logistic(answerable + weighed(by_condition, SWAPPED, WEIGHTS))
    everything = weighed(by_condition, by_condition, CALIBRATED_ON)
    joint = fit_logistic([([_log(there, values), _log(meant, values)], label, weight) for values, label, weight in everything], ridge=0.1)
    return {
        "trained_on": sorted({example.article for example in examples} - {SMALL}),
        "ranker": _named(NAMES, ranker),
        "there": {"bias": round(there[1], 4), **_named(CONFIDENCE_NAMES, there[0])},
        "meant": {"bias": round(meant[1], 4), **_named(CONFIDENCE_NAMES, meant[0])},
        "joint": [round(value, 4) for value in (joint[1], *joint[0])],
    }


def _log(logistic: tuple[list[float], float], values: Sequence[float]) -> float:
    return math.log(squashed(logistic[1] + dot(logistic[0], values)))


def _named(names: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
    return {str(name): round(weight, 4) for name, weight in zip(names, weights, strict=True) if round(weight, 4)}


def write_weights(data: Path) -> None:
    """Train on all articles what is shipped, and on each half what the benchmark measures the other half with."""
    path = data / SQUAD
    numbers = range(len(read_squad(path)[1]))
    chunks = [numbers[i : i + 50] for i in range(0, len(numbers), 50)]
    with Pool(2) as pool:
        examples = [example for found in pool.imap(partial(_examples, path), chunks) for example in found]
    print(f"{len(examples)} examples of {len(numbers)} questions")
    write_fitted(examples, list(small_examples()))


def write_fitted(examples: Sequence[Example], small: Sequence[Example]) -> None:
    """Fit and write the weights. Each half is taught by half of the small corpora's questions too, so that the mix is the shipped one's."""
    articles = sorted({example.article for example in examples})
    drawn = random.Random(1).sample(small, len(small))  # the same halves every time
    parts = [[e for e in examples if e.article in articles[fold::2]] + drawn[fold::2] for fold in (0, 1)]
    with Pool(2) as pool:
        *halves, whole = pool.map(fit, [*parts, [*examples, *small]], chunksize=1)
    FOLDS.write_text(json.dumps(halves, indent=1) + "\n", encoding="utf-8")
    (SHIPPED / "weights.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


COMMANDS = {"background": write_background, "weights": write_weights}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    COMMANDS[sys.argv[1]](Path(sys.argv[2]) if len(sys.argv) > 2 else DATA_FOLDER)
