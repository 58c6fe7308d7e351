"""What every search engine must do: one contract, held by each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.retrieval.embedded import EmbeddedEngine
from bot.retrieval.opensearch import OpenSearchEngine
from bot.retrieval.searching import Entry, PassageId, SearchEngine
from bot.retrieval.tokens import tokens_of
from tests.fakes.opensearch_server import OpenSearchServer, opensearch_server

Make = Callable[[], SearchEngine]


@pytest.fixture(scope="module")
def server() -> Iterator[OpenSearchServer]:
    with opensearch_server() as running:
        yield running


@pytest.fixture(params=["in memory", "on disk", "on a server"])
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: OpenSearchServer) -> Iterator[Make]:
    """A function that makes a new, empty engine."""
    made: list[SearchEngine] = []
    new: dict[str, Make] = {
        "in memory": EmbeddedEngine,
        "on disk": lambda: EmbeddedEngine(tmp_path_factory.mktemp("index")),
        "on a server": lambda: OpenSearchEngine(server.url, f"contract-{len(server.indices)}"),
    }

    def keep() -> SearchEngine:
        made.append(new[request.param]())
        return made[-1]

    yield keep
    for engine in made:
        engine.close()


def key(number: int) -> str:
    return f"{number:016x}"


def entries(document: int, *texts: str) -> list[Entry]:
    return [Entry(PassageId(key(document), n), tokens_of(text)) for n, text in enumerate(texts)]


def found(engine: SearchEngine, question: str, k: int = 10) -> list[PassageId]:
    return [passage for passage, _ in engine.search(tokens_of(question), k)]


def test_an_empty_engine_finds_nothing(make: Make) -> None:
    engine = make()
    assert (found(engine, "harbour"), dict(engine.held()), engine.frequencies(tokens_of("harbour")).passages) == ([], {}, 0)


def test_what_was_put_is_found_at_once_the_best_first(make: Make) -> None:
    engine = make()
    engine.put(entries(1, "The harbour is deep.", "Ships use the harbour; the harbour is old.", "Bread is baked at six."))
    hits = engine.search(tokens_of("Which harbours are old?"), 10)
    assert [passage for passage, _ in hits] == [(key(1), 1), (key(1), 0)]
    assert hits[0][1] > hits[1][1] > 0


def test_at_most_as_many_as_were_asked_for_are_found(make: Make) -> None:
    engine = make()
    engine.put(entries(1, *(f"harbour number {n}" for n in range(30))))
    assert [len(found(engine, "harbour", k)) for k in (0, 1, 7, 30, 100)] == [0, 1, 7, 30, 30]


def test_no_shared_word_and_no_word_find_nothing(make: Make) -> None:
    engine = make()
    engine.put(entries(1, "The harbour is deep."))
    assert found(engine, "submarine") == found(engine, "") == found(engine, "?!") == []


def test_a_document_that_is_put_again_replaces_what_was_held_of_it(make: Make) -> None:
    engine = make()
    engine.put([*entries(1, "An old harbour.", "A mill."), *entries(2, "A bakery.")])
    engine.put(entries(1, "A new lighthouse."))
    assert (found(engine, "harbour mill"), found(engine, "lighthouse"), found(engine, "bakery")) == ([], [(key(1), 0)], [(key(2), 0)])
    assert dict(engine.held()) == {key(1): 1, key(2): 1}


def test_what_was_removed_is_not_found_and_the_rest_is(make: Make) -> None:
    engine = make()
    engine.put([*entries(1, "A harbour."), *entries(2, "A harbour and a mill."), *entries(3, "A mill.")])
    engine.remove(key(1), key(3), key(77))
    assert (found(engine, "harbour mill"), dict(engine.held())) == ([(key(2), 0)], {key(2): 1})
    engine.remove(key(2))
    assert (found(engine, "harbour mill"), dict(engine.held())) == ([], {})


def test_a_put_that_fails_midway_leaves_everything_as_it_was(make: Make) -> None:
    engine = make()
    engine.put(entries(1, "A harbour."))

    def breaking_off() -> Iterator[Entry]:
        yield from entries(2, "Another harbour.")
        raise LookupError

    before = engine.version()
    with pytest.raises(LookupError):
        engine.put(breaking_off())
    assert (found(engine, "harbour"), engine.version()) == ([(key(1), 0)], before)
    engine.put(entries(3, "A third harbour."))
    assert set(found(engine, "harbour")) == {(key(1), 0), (key(3), 0)}


def test_the_version_says_what_is_held_not_how_it_came_there(make: Make) -> None:
    one, other = make(), make()
    assert one.version() == other.version()
    one.put([*entries(1, "A harbour."), *entries(2, "A mill.", "A bakery.")])
    assert one.version() != other.version()
    other.put(entries(3, "A school."))
    other.put(entries(2, "A mill.", "A bakery."))
    other.remove(key(3))
    other.put(entries(1, "A harbour."))
    assert one.version() == other.version()


def test_frequencies_say_how_many_passages_hold_a_token(make: Make) -> None:
    engine = make()
    engine.put(entries(1, "The old harbour", "The old mill", "The new harbour, a harbour"))
    asked = engine.frequencies(tokens_of("old harbour submarine"))
    assert asked.passages == 3
    assert dict(asked.tokens.stems) == {"old": 2, "harbour": 2, "submarin": 0}
    assert dict(asked.tokens.surfaces) == {"old": 2, "harbour": 2, "submarine": 0}
    assert dict(asked.tokens.pairs) == {"old_harbour": 1, "harbour_submarin": 0}


def test_words_as_written_and_in_the_same_order_rank_before_others(make: Make) -> None:
    engine = make()
    engine.put(entries(1, "connected harbours", "connecting harbours", "harbours connecting"))
    assert found(engine, "connecting harbours") == [(key(1), 1), (key(1), 2), (key(1), 0)]


def test_chinese_is_found_in_either_script(make: Make) -> None:
    engine = make()
    engine.put(entries(1, "臺灣的電腦公司", "青河镇的第一座茶园由李文山建立。"))
    assert (found(engine, "台湾的电脑")[0], found(engine, "青河鎮的茶園是誰建立的？")[0]) == ((key(1), 0), (key(1), 1))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(
        st.tuples(st.integers(0, 4), st.none() | st.lists(st.sampled_from(["harbour", "mill", "old"]), min_size=1, max_size=3))
    )
)
def test_after_any_history_exactly_what_was_last_put_is_there(make: Make, history: list[tuple[int, list[str] | None]]) -> None:
    engine = make()
    kept: dict[int, list[str]] = {}
    for document, texts in history:
        if texts is None:
            engine.remove(key(document))
            kept.pop(document, None)
        else:
            engine.put(entries(document, *texts))
            kept[document] = texts
    assert dict(engine.held()) == {key(document): len(texts) for document, texts in kept.items()}
    for word in ("harbour", "mill", "old"):
        assert set(found(engine, word, 100)) == {(key(d), n) for d, texts in kept.items() for n, text in enumerate(texts) if text == word}


def test_what_is_on_disk_is_there_again_after_opening(tmp_path: Path) -> None:
    first = EmbeddedEngine(tmp_path)
    first.put(entries(1, "A harbour."))
    second = EmbeddedEngine(tmp_path)
    assert (found(second, "harbour"), second.version()) == ([(key(1), 0)], first.version())
