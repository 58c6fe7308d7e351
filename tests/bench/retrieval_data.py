"""Passages, questions and texts for the retrieval benchmark and for fitting its weights.

In: the folder of public data. Out: Sources, questions with the numbers of their gold passages, and larger collections made of the same
sentences. A distractor is a title of one passage over three to eight sentences drawn from all of them: it has the words questions ask for,
in combinations that no question was asked of.
"""

import gzip
import json
import mmap
import random
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.corpus.sentences import split_sentences
from bot.retrieval.ranking import Candidate
from bot.retrieval.searching import Entry, PassageId
from bot.retrieval.tokens import tokens_of

ROOT = Path(__file__).resolve().parents[2]
DATA_FOLDER = ROOT.parent / "shared" / "data"
PASSAGES, QUESTIONS, CHINESE = "retrieval-20k-passages.jsonl.gz", "retrieval-20k-queries.json.gz", "xquad.zh.json.gz"
SEED = 20_26
_SEPARATOR = "\x1f"  # ASCII's unit separator, which no text here has


class Source(NamedTuple):
    """A passage: its title, which may be empty, and its text."""

    title: str
    text: str


class Question(NamedTuple):
    """A question, the numbers of the passages that answer it, and the set it is of."""

    text: str
    gold: frozenset[int]
    set: str


def read_english(folder: Path) -> tuple[list[Source], list[Question]]:
    """The 20,000 passages, and SQuAD's, FiQA's and SciFact's questions on them."""
    with gzip.open(folder / PASSAGES, "rt", encoding="utf-8") as lines:
        passages = [Source(one["title"], one["text"]) for one in map(json.loads, lines)]
    asked = json.loads(gzip.decompress((folder / QUESTIONS).read_bytes()))
    return passages, [Question(one["q"], frozenset(one["gold"]), one["set"]) for one in asked]


def read_chinese(folder: Path) -> tuple[list[Source], list[Question]]:
    """XQuAD's paragraphs in simplified Chinese, and its questions."""
    articles = json.loads(gzip.decompress((folder / CHINESE).read_bytes()))["data"]
    paragraphs = [paragraph for article in articles for paragraph in article["paragraphs"]]
    passages = [Source("", paragraph["context"]) for paragraph in paragraphs]
    return passages, [Question(one["question"], frozenset({n}), "zh") for n, p in enumerate(paragraphs) for one in p["qas"]]


def fewer(passages: Sequence[Source], questions: Sequence[Question], size: int) -> tuple[list[Source], list[Question]]:
    """`size` of the passages, those that answer `questions` among them, and the questions with their new numbers."""
    gold = {number for question in questions for number in question.gold}
    others = [number for number in range(len(passages)) if number not in gold]
    kept = sorted([*gold, *random.Random(SEED).sample(others, max(0, min(len(others), size - len(gold))))])
    place = {number: n for n, number in enumerate(kept)}
    return [passages[n] for n in kept], [q._replace(gold=frozenset(place[n] for n in q.gold)) for q in questions]


def with_distractors(passages: Sequence[Source], size: int) -> Iterator[Source]:
    """`passages`, and distractors until there are `size`; always the same."""
    chance = random.Random(SEED)
    sentences = [sentence for passage in passages for sentence in sentences_of(passage.text)]
    yield from passages
    for _ in range(len(passages), size):
        chosen = chance.sample(sentences, chance.randint(3, 8))
        yield Source(chance.choice(passages).title, " ".join(chosen))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, split as the corpus splits them."""
    return [text[span.start : span.end] for span in split_sentences(text, 0, len(text))]


def entry(number: int, passage: Source) -> Entry:
    """A passage as an engine takes it, a document by itself."""
    return Entry(PassageId(f"{number:016x}", 0), tokens_of(f"{passage.title} {passage.text}"))


class Texts:
    """Passages in a file that is mapped into memory, so that what a process holds is the index's and not the texts'."""

    def __init__(self, path: Path) -> None:
        self._starts = array("Q", (path.with_suffix(".starts")).read_bytes())
        with path.open("rb") as file:
            self._content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    @classmethod
    def write(cls, path: Path, passages: Iterable[Source]) -> "Texts":
        """Write `passages`, and where each begins beside them."""
        starts = array("Q", [0])
        with path.open("wb") as file:
            for passage in passages:
                line = _SEPARATOR.join([passage.title, *sentences_of(passage.text)])
                starts.append(starts[-1] + file.write(line.encode()))
        path.with_suffix(".starts").write_bytes(starts.tobytes())
        return cls(path)

    def candidate(self, passage: PassageId) -> Candidate:
        """A passage as it is ranked."""
        number = int(passage.document, 16)
        title, *sentences = self._content[self._starts[number] : self._starts[number + 1]].decode().split(_SEPARATOR)
        return Candidate(title, sentences)

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[Source]:
        for number in range(len(self)):
            title, sentences = self.candidate(PassageId(f"{number:016x}", 0))
            yield Source(title, " ".join(sentences))
