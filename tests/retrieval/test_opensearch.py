"""OpenSearch behind the same protocol: what is particular to a server, and that its ranks are those of the embedded engine."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bot.corpus import load_corpus
from bot.errors import EngineAway
from bot.retrieval.embedded import EmbeddedEngine
from bot.retrieval.index import PassageIndex
from bot.retrieval.opensearch import OpenSearchEngine
from bot.retrieval.searching import Entry, PassageId
from bot.retrieval.tokens import tokens_of
from tests.fakes.opensearch_server import OpenSearchServer, opensearch_server
from tests.retrieval.conftest import Load
from tests.retrieval.test_engines import entries, found, key

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture(scope="module")
def running() -> Iterator[OpenSearchServer]:
    with opensearch_server() as server:
        yield server


@pytest.fixture
def server(running: OpenSearchServer) -> OpenSearchServer:
    running.indices.clear()
    running.failing.clear()
    running.requests.clear()
    return running


def test_its_ten_best_are_those_of_the_embedded_engine(server: OpenSearchServer) -> None:
    corpus = load_corpus(SEEDS)
    sentences = [p.document.text[span.start : span.end] for p in corpus.passages for span in p.sentences]
    both = EmbeddedEngine(), OpenSearchEngine(server.url, "parity")
    for engine in both:
        engine.put(Entry(PassageId(f"{n:016x}", 0), tokens_of(sentence)) for n, sentence in enumerate(sentences))
    # A sentence asks for those like it: its beginning and the next one's end, so that no passage answers all of it.
    questions = [f"{a[:60]} {b[-40:]}" for a, b in pairwise(sentences)][::2]
    shared = [len(set(found(both[0], q)) & set(found(both[1], q))) / len(found(both[0], q)) for q in questions]
    assert len(questions) > 40
    assert sum(shared) / len(shared) >= 0.95
    first = [found(both[0], q, 1) == found(both[1], q, 1) for q in questions]
    assert sum(first) / len(first) >= 0.95


def test_an_index_that_is_there_is_used_and_not_made_again(server: OpenSearchServer) -> None:
    first, second = OpenSearchEngine(server.url, "one"), OpenSearchEngine(server.url, "one")
    first.put(entries(1, "A harbour."))
    assert found(second, "harbour") == [(key(1), 0)]
    assert server.requests.count(("PUT", "/one")) == 1
    first.close()
    second.close()


def test_two_indices_on_a_server_know_nothing_of_each_other(server: OpenSearchServer) -> None:
    one, other = OpenSearchEngine(server.url, "one"), OpenSearchEngine(server.url, "other")
    one.put(entries(1, "A harbour."))
    assert (found(other, "harbour"), dict(other.held())) == ([], {})


def test_many_documents_are_listed_and_removed_page_by_page(server: OpenSearchServer) -> None:
    engine = OpenSearchEngine(server.url, "many")
    engine.put(entry for n in range(5_200) for entry in entries(n, "mill"))
    assert len(engine.held()) == 5_200
    engine.remove(*(key(n) for n in range(5_100)))
    assert set(engine.held()) == {key(n) for n in range(5_100, 5_200)}


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_server_that_fails_is_away(server: OpenSearchServer, status: int) -> None:
    engine = OpenSearchEngine(server.url, "failing")
    server.failing = [status] * 10
    with pytest.raises(EngineAway, match=str(status)):
        engine.search(tokens_of("harbour"), 3)
    server.failing = [status] * 10
    with pytest.raises(EngineAway):
        engine.put(entries(1, "harbour"))
    server.failing = []
    assert dict(engine.held()) == {}


def test_no_server_at_all_is_away_and_its_secret_is_not_told() -> None:
    with pytest.raises(EngineAway) as raised:
        OpenSearchEngine("http://bot:hunter2@127.0.0.1:9", "gone", timeout=1)
    assert "hunter2" not in str(raised.value)


def test_a_corpus_is_searched_on_the_server_and_in_memory_once_it_is_away(server: OpenSearchServer, load: Load) -> None:
    corpus = load({"a.txt": "Title\n\nThe harbour was dug by Agnes Holm.\n\nThe mill is old.\n"})
    index = PassageIndex(corpus, lambda: OpenSearchEngine(server.url, "corpus"))
    before = index.search("Who dug the harbour?", 1)
    assert ("POST", "/corpus/_search") in server.requests
    server.failing = [503] * 20
    assert [p.id for p, _ in index.search("Who dug the harbour?", 1)] == [p.id for p, _ in before]
    index.close()
