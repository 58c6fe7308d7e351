"""Measures the extractive answerer on SQuAD 2.0: is the best sentence the right one, and does it know when there is none?

    uv run python tests/bench/extractive.py [--quick] [DATA]

DATA is a file like `squad2-dev-16-articles.json.gz` (default: that one in ../shared/data), or the folder it is in. A table for people, then one
JSON object: `top1` and `top3` (strict: the sentence holds the annotated answer), and `auc_article`, `auc_paragraph`, `auc_adversarial`: how well
the probability tells answerable questions from those whose article is removed, whose paragraph is removed, and that SQuAD made unanswerable.

All answerable questions count as such, also those whose best sentence is a wrong one, and one probability faces all three kinds. That is the
hardest way to measure: extractive.md does not say whether its positives are only those whose best sentence is right, nor whether it fitted a
logistic to each kind, so both of these are printed beside it. What is removed leaves no hole in the ranks and is not counted in the idf.

On the 16 public articles (687 paragraphs, 6,078 questions, each half measured with the other's weights), against article removed / paragraph
removed / swapped: .976 / .877 / .700; those whose best sentence is right .991 / .919 / .764; the judge of that kind alone .980 / .891 / .734.

Before that, line by line, what extractive.md sets as a goal and what was reached, on what: SQuAD's articles, the same among other passages until
there are 38,000 sentences, XQuAD's Chinese, and the invented corpora of `extractive_small`, of which `grain` and half of `workshop` are blind.

No article is measured with weights that were trained on it: those in the training data with the weights of the fold they are not in
(`extractive_folds.json`), any other with the shipped ones.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from bot.extractive.answerer import ANSWERS, COMES_NEAR  # noqa: E402  # after the path is set
from bot.extractive.model import Model, model_of, shipped  # noqa: E402
from bot.extractive.ranking import Ranker  # noqa: E402
from tests.bench.extractive_data import (  # noqa: E402
    DATA_FOLDER,
    OTHERS,
    SQUAD,
    XQUAD,
    Conditions,
    Question,
    Ranked,
    among_others,
    read_squad,
    read_xquad,
)
from tests.bench.extractive_small import HALVED, goal_lines, shown  # noqa: E402

QUICK_STEP = 20  # every so manieth question
THRESHOLDS = (COMES_NEAR, ANSWERS)


@dataclass(frozen=True)
class Outcome:
    """How one question went: the place of the first right sentence from 0, the best one's probability, and what each judge gives it."""

    condition: str
    place: int | None
    probability: float
    there: float
    meant: float
    seconds: float


class Weights:
    """For each article a model that was not trained on it."""

    def __init__(self) -> None:
        folds: list[dict[str, Any]] = json.loads(Path(__file__).with_name("extractive_folds.json").read_text(encoding="utf-8"))
        self._folds = [(frozenset(fold["trained_on"]), model_of(fold)) for fold in folds]
        self.seen = frozenset[str]().union(*(trained_on for trained_on, _ in self._folds))

    def unseen_by(self, article: str) -> Model:
        """The model for it."""
        if article not in self.seen:
            return shipped()
        return next(model for trained_on, model in self._folds if article not in trained_on)


Ask = Callable[[Conditions, Question, Model], Ranked]
CONDITIONS: dict[str, Ask] = {
    "answerable": Conditions.whole,
    "swapped": Conditions.whole,
    "paragraph removed": Conditions.without_paragraph,
    "article removed": Conditions.without_article,
    "article alone": Conditions.article_alone,
}
UNANSWERABLE = ("article removed", "paragraph removed", "swapped")


@cache
def _read(path: Path) -> tuple[Conditions, list[Question], Weights]:
    """Once in each process."""
    corpus, questions = read_squad(path)
    return Conditions(corpus), questions, Weights()


def outcomes(path: Path, numbers: Sequence[int]) -> list[Outcome]:
    """The outcomes of some of the questions, each under every condition that suits it."""
    conditions, questions, weights = _read(path)
    found = []
    for number in numbers:
        question = questions[number]
        names = ("answerable", "paragraph removed", "article removed", "article alone") if question.is_answerable else ("swapped",)
        found += [_outcome(conditions, name, question, weights.unseen_by(question.article)) for name in names]
    return found


def _outcome(conditions: Conditions, name: str, question: Question, model: Model) -> Outcome:
    begun = time.perf_counter()
    ranked = CONDITIONS[name](conditions, question, model)
    seconds = time.perf_counter() - begun
    candidates = ranked.candidates
    place = next((i for i, one in enumerate(candidates) if question.is_right(one)), None)
    if not candidates:
        return Outcome(name, place, 0.0, 0.0, 0.0, seconds)
    values = Ranker.judged(ranked.asked, candidates)
    return Outcome(name, place, candidates[0].probability, model.there(values), model.meant(values), seconds)


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that one of `positive` is above one of `negative`, ties counting half."""
    ordered = sorted([(value, 1) for value in positive] + [(value, 0) for value in negative])
    total, i = 0.0, 0
    while i < len(ordered):
        j = i
        while j < len(ordered) and ordered[j][0] == ordered[i][0]:
            j += 1
        total += sum(label for _, label in ordered[i:j]) * (i + j + 1) / 2
        i = j
    return (total - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative))


def figures(found: Sequence[Outcome]) -> dict[str, float]:
    """The five figures of the last line."""
    by_name = {name: [one for one in found if one.condition == name] for name in CONDITIONS}
    answerable = by_name["answerable"]
    shown = [one.probability for one in answerable]
    return {
        "top1": _share(answerable, 1),
        "top3": _share(answerable, 3),
        "auc_article": auc(shown, [one.probability for one in by_name["article removed"]]),
        "auc_paragraph": auc(shown, [one.probability for one in by_name["paragraph removed"]]),
        "auc_adversarial": auc(shown, [one.probability for one in by_name["swapped"]]),
    }


def told_apart(found: Sequence[Outcome]) -> str:
    """How well answerable questions are told from the others, measured in three ways: extractive.md does not say which of them is its own."""
    answerable = [one for one in found if one.condition == "answerable"]
    right = [one for one in answerable if one.place == 0]
    ways: list[tuple[str, Sequence[Outcome], Callable[[Outcome, str], float]]] = [
        ("the probability, all that are answerable (the last line)", answerable, lambda one, _: one.probability),
        ("the probability, those whose best sentence is right", right, lambda one, _: one.probability),
        (
            "the judge of that kind alone, all that are answerable",
            answerable,
            lambda one, name: one.meant if name == "swapped" else one.there,
        ),
    ]
    lines = [f"{'AUC, answerable questions against those with':58}" + "".join(f"{name:>20}" for name in UNANSWERABLE)]
    for title, positive, value in ways:
        cells = [
            auc([value(one, name) for one in positive], [value(one, name) for one in found if one.condition == name])
            for name in UNANSWERABLE
        ]
        lines.append(f"{title:58}" + "".join(f"{cell:20.3f}" for cell in cells))
    return "\n".join([*lines, f"{'the prototype of extractive.md, over 35 articles':58}{0.985:20.3f}{0.883:20.3f}{0.670:20.3f}"])


def _share(found: Sequence[Outcome], among: int) -> float:
    return sum(1 for one in found if one.place is not None and one.place < among) / max(1, len(found))


def table(found: Sequence[Outcome]) -> str:
    """By condition: how many, how often the best sentence is right, and how much is shown at each threshold and how much of that is right."""
    lines = [f"{'':18}{'n':>6}{'top 1':>8}{'top 3':>8}" + "".join(f"{f'P>={t}':>9}{'right':>8}" for t in THRESHOLDS) + f"{'ms':>8}"]
    for name in CONDITIONS:
        group = [one for one in found if one.condition == name]
        cells = [f"{name:18}{len(group):6}{_share(group, 1):8.3f}{_share(group, 3):8.3f}"]
        for threshold in THRESHOLDS:
            shown = [one for one in group if one.probability >= threshold]
            cells.append(f"{len(shown) / max(1, len(group)):9.3f}{_share(shown, 1):8.3f}")
        median = sorted(one.seconds for one in group)[len(group) // 2] if group else 0.0
        lines.append("".join(cells) + f"{median * 1000:8.1f}")
    return "\n".join(lines)


LARGE = 4_757  # passages: about 38,000 sentences


def _found_at_once(conditions: Conditions, questions: Sequence[Question], model: Callable[[str], Model]) -> float:
    ranked = [conditions.whole(question, model(question.article)) for question in questions]
    return sum(1 for one in ranked if one.candidates and one.question.is_right(one.candidates[0])) / max(1, len(ranked))


def further_lines(folder: Path, path: Path, *, quick: bool) -> list[str]:
    """Top 1 among 38,000 sentences, and in Chinese, where the data is there."""
    lines = []
    if (folder / OTHERS).is_file():
        corpus, questions = read_squad(path)
        asked = [question for question in questions if question.is_answerable][:: 120 if quick else 10]
        large = among_others(corpus, folder / OTHERS, LARGE)
        reached = _found_at_once(Conditions(large), asked, Weights().unseen_by)
        sentences = sum(len(passage.sentences) for passage in large.passages)
        lines.append(f"top 1 of {sentences} sentences: {reached:.3f} (goal 0.76), {len(asked)} questions")
    if (folder / XQUAD).is_file():
        corpus, questions = read_xquad(folder / XQUAD)
        asked = questions[:: 20 if quick else 1]
        reached = _found_at_once(Conditions(corpus), asked, lambda _: shipped())
        lines.append(f"Chinese, top 1: {reached:.3f} (prototype 0.735), {len(asked)} questions on {len(corpus.passages)} paragraphs")
    return lines


def main(arguments: Sequence[str]) -> int:
    """Measure and print."""
    quick = "--quick" in arguments
    given = [argument for argument in arguments if not argument.startswith("--")]
    path = Path(given[0]) if given else DATA_FOLDER / SQUAD
    path = path / SQUAD if path.is_dir() else path
    if not path.is_file():
        print(f"There is no {path}: please give the path of the data.")
        return 2
    corpus, questions = read_squad(path)
    numbers = range(0, len(questions), QUICK_STEP if quick else 1)
    chunks = [numbers[i : i + 50] for i in range(0, len(numbers), 50)]
    begun = time.perf_counter()
    with Pool(2) as pool:
        found = [one for some in pool.imap(partial(outcomes, path), chunks) for one in some]
    trained = sum(1 for document in corpus.documents if document.id in Weights().seen)
    print(f"{path.name}: {len(corpus.documents)} articles, {len(corpus.passages)} paragraphs, {len(numbers)} of {len(questions)} questions")
    print(
        f"{trained} of the articles are in the training data and were measured with the weights of the fold they are not in; "
        f"{len(corpus.documents) - trained} with the shipped weights, which never saw them. {time.perf_counter() - begun:.0f} s\n"
    )
    print(table(found))
    print(f"\n{told_apart(found)}")
    print("\ngoals: top 1 0.78, top 3 0.90, AUC article 0.99, paragraph 0.90, adversarial 0.70 (last line)\n")
    print("\n".join([*goal_lines(list(shown(HALVED))), "", *further_lines(path.parent, path, quick=quick)]))
    print(json.dumps({name: round(value, 4) for name, value in figures(found).items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
