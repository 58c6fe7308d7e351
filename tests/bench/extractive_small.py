"""Small corpora with questions: how often the answerer shows what was asked for, and how often it claims what no document says.

In: the folders in `data/small_corpora`: two to four invented texts each in the manner of articles, letters, speeches and handbooks, and
`questions.tsv` (kind, question, words of the answer). Out: how each question went, and the lines of the goal table.

`grain` is blind: it was written before the answerer was changed to do well on such questions, nothing is trained on it, and only its totals
were ever read. The others are trained on and were looked at.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.corpus import Corpus, load_corpus
from bot.drafts import Mode, Quote
from bot.extractive import ExtractiveAnswerer

FOLDER = Path(__file__).with_name("data") / "small_corpora"
BLIND = "grain"
TRAINED_ON = ("bank", "club", "ferries", "handbook", "transit", "vaccine")
KINDS = ("plain", "paraphrased", "near", "off")
WHOLE_LIST = "*LIST"


@dataclass(frozen=True)
class Asked:
    """One question; `expected` stands in the passage that answers it, or is empty where none does."""

    kind: str
    question: str
    expected: str


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


def figures(found: list[Shown]) -> Mapping[str, tuple[int, int]]:
    """The lines of the goal table, each as (so many, of so many)."""
    counted = Counter((one.asked.kind, one.tier, one.passage_right) for one in found)

    def count(*, kinds: tuple[str, ...] = KINDS, tier: str = "", right: bool | None = None) -> int:
        return sum(n for (k, t, r), n in counted.items() if k in kinds and tier in ("", t) and right in (None, r))

    said = ("plain", "paraphrased")
    return {
        "answer tier right": (count(kinds=said, tier="answered", right=True), count(kinds=said, tier="answered")),
        "plain: answered": (count(kinds=("plain",), tier="answered", right=True), count(kinds=("plain",))),
        "plain: shown": (count(kinds=("plain",), right=True), count(kinds=("plain",))),
        "paraphrased: answered": (count(kinds=("paraphrased",), tier="answered", right=True), count(kinds=("paraphrased",))),
        "paraphrased: shown": (count(kinds=("paraphrased",), right=True), count(kinds=("paraphrased",))),
        "near topic: answered": (count(kinds=("near",), tier="answered"), count(kinds=("near",))),
        "near topic: refused": (count(kinds=("near",), tier="refused"), count(kinds=("near",))),
        "off topic: refused": (count(kinds=("off",), tier="refused"), count(kinds=("off",))),
    }
