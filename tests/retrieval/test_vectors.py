"""Meaning beside words: what the vectors change, what is asked for, and that failing changes nothing."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.corpus import Corpus
from bot.errors import ModelUnavailable
from bot.retrieval import Retriever, Vectors
from bot.retrieval.index import PassageIndex
from bot.retrieval.vectors import Vector
from tests.retrieval.conftest import Load

BOATS, HOUSES = ("ship", "vessel", "boat", "harbour"), ("house", "mill", "home", "roof")


class ByTopic:
    """An embedder that knows two topics, and notes what it was asked."""

    def __init__(self, name: str = "topics") -> None:
        self.name = name
        self.asked: list[list[str]] = []
        self.is_away = False

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        self.asked.append(list(texts))
        if self.is_away:
            raise ModelUnavailable("no answer")
        return [[float(sum(word in text.lower() for word in topic)) for topic in (BOATS, HOUSES)] for text in texts]


@pytest.fixture
def corpus(load: Load) -> Corpus:
    return load({
        "a.txt": "Notes\n\nThe old one was a home with a roof, painted in red.\n\nThe old one was a vessel with a boat, painted in blue.\n",
    })  # fmt: skip


def best(index: PassageIndex, question: str = "Which old ship was painted?") -> list[str]:
    return [passage.text.split(", ")[1] for passage, _ in index.search(question, 5)]


def test_of_two_that_share_the_same_words_the_one_that_means_the_same_comes_first(corpus: Corpus) -> None:
    assert best(PassageIndex(corpus)) == ["painted in red.", "painted in blue."]
    assert best(PassageIndex(corpus, vectors=Vectors(ByTopic()))) == ["painted in blue.", "painted in red."]


def test_a_passage_is_embedded_once_and_a_question_each_time(corpus: Corpus, tmp_path: Path) -> None:
    first, second, other = ByTopic(), ByTopic(), ByTopic("another model")
    for embedder in (first, first, second, other):
        best(PassageIndex(corpus, vectors=Vectors(embedder, tmp_path / "kept" / "vectors.sqlite3")))
    assert [len(texts) for texts in first.asked + second.asked + other.asked] == [3, 1, 1, 3]


def test_without_vectors_the_order_is_by_words_and_nobody_is_asked_again_at_once(corpus: Corpus, caplog: pytest.LogCaptureFixture) -> None:
    embedder = ByTopic()
    embedder.is_away = True
    index = PassageIndex(corpus, vectors=Vectors(embedder))
    assert best(index) == best(index) == best(PassageIndex(corpus))
    assert (len(embedder.asked), caplog.text.count("No vectors")) == (1, 1)


def test_a_file_that_cannot_be_written_is_no_reason_not_to_answer(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "broken.sqlite3").write_text("not a database, " * 100)
    for file in (tmp_path / "file" / "vectors.sqlite3", tmp_path / "broken.sqlite3"):
        assert best(PassageIndex(corpus, vectors=Vectors(ByTopic(), file))) == ["painted in blue.", "painted in red."]


@pytest.mark.parametrize(("scores", "order"), [((1.0, 0.0), [0, 1]), ((5.0, 5.0), [1, 0]), ((0.0, 1.0), [1, 0])])
def test_words_weigh_more_than_vectors(scores: tuple[float, float], order: list[int]) -> None:
    mixed = Vectors(ByTopic()).mixed("a ship", scores, ["a house", "a boat"])
    assert sorted(range(2), key=lambda n: -mixed[n]) == order
    assert all(0 <= score <= 1 for score in mixed)


def test_vectors_of_different_lengths_or_of_nothing_are_alike_to_nothing() -> None:
    class Odd(ByTopic):
        def vectors(self, texts: Sequence[str]) -> list[Vector]:
            return [[1.0], *([1.0, 2.0] if n else [0.0] for n, _ in enumerate(texts[1:]))]

    assert Vectors(Odd()).mixed("a ship", [1.0, 0.5], ["a", "b"]) == pytest.approx([1.0, 0.4])


def test_a_corpus_that_fits_whole_is_never_embedded(corpus: Corpus) -> None:
    embedder = ByTopic()
    Retriever(corpus, 10_000, lambda _: 10, vectors=Vectors(embedder)).evidence("Which old ship was painted?")
    assert embedder.asked == []
