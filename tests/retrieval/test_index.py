"""The index of one corpus: brought up to date in place, never showing what is not in the corpus, mended by itself."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from bot.corpus import Corpus
from bot.errors import EngineAway, IndexBroken
from bot.retrieval import embedded_engine
from bot.retrieval.embedded import EmbeddedEngine
from bot.retrieval.index import PassageIndex
from bot.retrieval.searching import Entry, PassageId
from bot.retrieval.tokens import Tokens
from tests.retrieval.conftest import Load

HARBOUR = "Title of a\n\nThe harbour was dug by Agnes Holm.\n\nIt is deep.\n"
MILL = "Title of b\n\nThe mill was built by Jonas Berg.\n"


class Noting(EmbeddedEngine):
    """An engine that notes which documents it was told to put and to remove."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.told: list[tuple[str, int]] = []

    def put(self, passages: Iterable[Entry]) -> None:
        those = list(passages)
        self.told.append(("put", len({entry.id.document for entry in those})))
        super().put(those)

    def remove(self, *documents: str) -> None:
        self.told.append(("remove", len(documents)))
        super().remove(*documents)


class Failing(EmbeddedEngine):
    """An engine that searches `times` times and then fails."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def search(self, tokens: Tokens[tuple[str, ...]], k: int) -> list[tuple[PassageId, float]]:
        self.left -= 1
        if self.left < 0:
            raise EngineAway("gone")
        return super().search(tokens, k)


def told(corpus: Corpus, folder: Path) -> list[tuple[str, int]]:
    engine = Noting(folder)
    PassageIndex(corpus, lambda: engine)
    return engine.told


def best(index: PassageIndex, question: str) -> list[str]:
    return [passage.text for passage, _ in index.search(question, 5)]


def test_only_what_changed_is_indexed_again(load: Load, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")
    assert told(load({"a.txt": HARBOUR, "b.txt": MILL}), folder) == [("put", 2)]
    assert told(load({}), folder) == []
    assert told(load({"b.txt": MILL.replace("Jonas", "Marta")}), folder) == [("put", 1), ("remove", 1)]
    # A document before the others gives their passages new ids, but not new words.
    assert told(load({"0.txt": "A title\n\nThe bakery opened in May.\n"}), folder) == [("put", 1)]


def test_a_changed_document_is_found_by_its_new_words_only(load: Load, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")
    before = PassageIndex(load({"a.txt": HARBOUR, "b.txt": MILL}), lambda: embedded_engine(folder))
    after = PassageIndex(load({"b.txt": MILL.replace("Jonas", "Marta")}), lambda: embedded_engine(folder))
    assert best(after, "Jonas") == []
    assert best(after, "Marta") == ["The mill was built by Marta Berg."]
    # A question that began with the earlier state keeps it, whole.
    assert best(before, "Jonas") == ["The mill was built by Jonas Berg."]
    assert best(before, "Marta") == []


def test_what_another_corpus_put_into_the_same_index_is_not_shown(load: Load) -> None:
    shared = EmbeddedEngine()
    mine = PassageIndex(load({"a.txt": HARBOUR}), lambda: shared)
    foreign = [Entry(PassageId("f" * 16, n), Tokens(("harbour",), ("harbour",), ())) for n in range(300)]
    shared.put(foreign)
    assert best(mine, "harbour") == ["The harbour was dug by Agnes Holm."]


@pytest.mark.parametrize("error", [EngineAway("no answer"), IndexBroken("the disk is full")])
def test_without_its_engine_the_index_is_in_memory(load: Load, error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> EmbeddedEngine:
        raise error

    assert best(PassageIndex(load({"a.txt": HARBOUR}), fail), "harbour") == ["The harbour was dug by Agnes Holm."]
    assert str(error) in caplog.text


def test_an_engine_that_fails_later_is_replaced_and_the_question_answered(load: Load, caplog: pytest.LogCaptureFixture) -> None:
    index = PassageIndex(load({"a.txt": HARBOUR}), lambda: Failing(2))
    assert [best(index, "harbour") for _ in range(4)] == [["The harbour was dug by Agnes Holm."]] * 4
    assert caplog.text.count("takes its place") == 1


def test_the_index_knows_which_words_it_holds_in_whatever_form(load: Load) -> None:
    index = PassageIndex(load({"a.txt": HARBOUR}))
    assert (index.holds("harbours"), index.holds("harbuor")) == (True, False)


def test_a_damaged_index_is_made_anew_by_itself(load: Load, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index") / "one"
    corpus = load({"a.txt": HARBOUR, "b.txt": MILL})
    PassageIndex(corpus, lambda: embedded_engine(folder))
    for path in folder.glob("*.idx"):
        path.unlink()
    assert best(PassageIndex(corpus, lambda: embedded_engine(folder)), "mill") == ["The mill was built by Jonas Berg."]
    assert told(corpus, folder) == []


def test_an_index_worn_by_removals_is_filled_anew(town: Corpus, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("index")
    kept = town.documents[:2]
    rest = Corpus(kept, tuple(passage for document in kept for passage in town.passages_of(document.id)))
    for corpus, is_worn in ((town, False), (rest, True), (rest, False)):
        index = PassageIndex(corpus, partial(embedded_engine, folder))
        assert len(index.search("painted", 200)) == len(corpus.passages)
        assert embedded_engine(folder).is_worn == is_worn


def test_a_question_as_long_as_a_document_is_searched_for(load: Load) -> None:
    index = PassageIndex(load({"a.txt": HARBOUR, "b.txt": MILL}))
    assert best(index, "harbour " + " ".join(f"word{n}" for n in range(20_000))) == ["The harbour was dug by Agnes Holm."]
