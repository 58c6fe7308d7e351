"""Small corpora with questions: how often the answerer shows what was asked for, and how often it claims what no document says.

    uv run python tests/bench/extractive_small.py

In: the folders in `data/small_corpora`: two to five invented texts each in the manner of articles, letters, speeches and handbooks, and
`questions.tsv` (kind, question, words of the answer). Out: the lines of the goal table, and each question of `workshop` that went wrong.

`grain` is blind: it was written before the answerer was changed to do well on such questions, nothing is trained on it, and only its totals
were ever read. Nothing is trained on `workshop` either; of its questions the tuning half was looked at, of the blind half only the totals. The
others are trained on and were looked at.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from bot.corpus import Corpus, load_corpus  # noqa: E402  # after the path is set
from bot.drafts import Mode, Quote  # noqa: E402
from bot.extractive import ExtractiveAnswerer  # noqa: E402

FOLDER = Path(__file__).with_name("data") / "small_corpora"
BLIND = "grain"
HALVED = "workshop"
TRAINED_ON = ("bank", "club", "ferries", "handbook", "transit", "vaccine")
ANSWERED = ("plain", "paraphrased", "misspelt")
KINDS = (*ANSWERED, "near", "off")
WHOLE_LIST = "*LIST"


@dataclass(frozen=True)
class Asked:
    """One question; `expected` stands in the passage that answers it, or is empty where none does."""

    kind: str
    question: str
    expected: str

    @property
    def is_blind(self) -> bool:
        """Which half it is in, drawn by its words."""
        return sha256(self.question.encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class Shown:
    """How it went: as an answer, as the closest passages or refused; whether its passage, and whether its quotes, hold what was expected."""

    asked: Asked
    tier: str
    passage_right: bool
    quotes_right: bool
    quotes: tuple[str, ...]


def read_questions(folder: Path) -> list[Asked]:
    """The questions of one corpus."""
    lines = (folder / "questions.tsv").read_text(encoding="utf-8").splitlines()
    return [Asked(*line.split("\t")) for line in lines]


def load(folder: Path) -> Corpus:
    """Its texts."""
    return load_corpus(folder)


def shown(name: str) -> Iterator[Shown]:
    """Every question of a corpus, answered."""
    corpus = load(FOLDER / name)
    answerer = ExtractiveAnswerer(corpus)
    for asked in read_questions(FOLDER / name):
        draft = answerer.answer(asked.question, corpus.passages)
        quotes = [quote for claim in draft.claims for quote in claim.quotes]
        tier = "answered" if draft.mode is Mode.ANSWER else "closest"
        if draft.mode is Mode.NOT_FOUND:
            quotes = list(answerer.closest(asked.question, corpus.passages))
        yield _judged(corpus, asked, tier if quotes else "refused", quotes)


def _judged(corpus: Corpus, asked: Asked, tier: str, quotes: list[Quote]) -> Shown:
    texts = tuple(quote.text for quote in quotes)
    around = [passage.text for quote in quotes if (passage := corpus.passage(quote.passage))]
    if asked.expected == WHOLE_LIST:
        whole = len(quotes) >= 4
        return Shown(asked, tier, whole, whole, texts)
    return Shown(asked, tier, _any_holds(asked.expected, around), _any_holds(asked.expected, texts), texts)


def _any_holds(expected: str, texts: list[str] | tuple[str, ...]) -> bool:
    return bool(expected) and any(expected.lower() in text.lower() for text in texts)


def halves(found: Sequence[Shown]) -> tuple[list[Shown], list[Shown]]:
    """Those to look at, and those that are blind."""
    return [one for one in found if not one.asked.is_blind], [one for one in found if one.asked.is_blind]


def figures(found: Sequence[Shown]) -> Mapping[str, tuple[int, int]]:
    """The lines of the goal table, each as (so many, of so many)."""
    counted = Counter((one.asked.kind, one.tier, one.passage_right) for one in found)

    def count(*, kinds: tuple[str, ...] = KINDS, tier: str = "", right: bool | None = None) -> int:
        return sum(n for (k, t, r), n in counted.items() if k in kinds and tier in ("", t) and right in (None, r))

    return {
        "answer tier right": (count(kinds=ANSWERED, tier="answered", right=True), count(kinds=ANSWERED, tier="answered")),
        "plain: answered": (count(kinds=("plain",), tier="answered", right=True), count(kinds=("plain",))),
        "plain: shown": (count(kinds=("plain",), right=True), count(kinds=("plain",))),
        "paraphrased: answered": (count(kinds=("paraphrased",), tier="answered", right=True), count(kinds=("paraphrased",))),
        "paraphrased: shown": (count(kinds=("paraphrased",), right=True), count(kinds=("paraphrased",))),
        "misspelt: shown": (count(kinds=("misspelt",), right=True), count(kinds=("misspelt",))),
        "near topic: answered": (count(kinds=("near",), tier="answered"), count(kinds=("near",))),
        "near topic: refused": (count(kinds=("near",), tier="refused"), count(kinds=("near",))),
        "off topic: refused": (count(kinds=("off",), tier="refused"), count(kinds=("off",))),
    }


GOALS = {
    "answer tier right": 0.95,
    "plain: shown": 0.92,
    "paraphrased: shown": 0.75,
    "near topic: answered": 0.03,
    "near topic: refused": 0.65,
    "off topic: refused": 0.99,
}


def goal_lines(halved: Sequence[Shown]) -> list[str]:
    """The goals for a handful of documents: on what is blind, on the half that was looked at, and on what was trained on."""
    tuning, blind = halves(halved)
    columns = {
        f"{BLIND}, blind": list(shown(BLIND)),
        f"{HALVED}, blind": blind,
        f"{HALVED}, tuning": tuning,
        "trained on": [one for name in TRAINED_ON for one in shown(name)],
    }
    counted = [figures(found) for found in columns.values()]
    lines = [f"{'a handful of documents':24}{'goal':>6}" + "".join(f"{name:>18}" for name in columns)]
    for name in counted[0]:
        goal = f"{GOALS[name]:6.2f}" if name in GOALS else f"{'':6}"
        cells = [f"{n / max(1, of):.2f} ({n}/{of})" for n, of in (one[name] for one in counted)]
        lines.append(f"{name:24}{goal}" + "".join(f"{cell:>18}" for cell in cells))
    return lines


def _went_wrong(one: Shown) -> bool:
    return not one.passage_right if one.asked.expected else one.tier != "refused"


def main() -> None:
    """The goals' lines, and each question of the tuning half that went wrong."""
    halved = list(shown(HALVED))
    print("\n".join(goal_lines(halved)))
    for one in filter(_went_wrong, halves(halved)[0]):
        print(f"\n{one.asked.kind}, {one.tier}: {one.asked.question}\n  expected: {one.asked.expected or '-'}")
        print("".join(f"  shown: {' '.join(quote.split())}\n" for quote in one.quotes), end="")


if __name__ == "__main__":
    main()
