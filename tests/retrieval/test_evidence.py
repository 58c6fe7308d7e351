"""The evidence for a question: everything where it fits, else the best of it, never more than the budget."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.corpus import Corpus, Document, Passage
from bot.corpus.blocks import read_blocks
from bot.corpus.passages import passages_of
from bot.retrieval import Retriever
from bot.retrieval.index import PassageIndex
from tests.retrieval.conftest import TOPICS, Load


def words_in(passage: Passage) -> int:
    return len(passage.text.split())


def test_everything_is_evidence_where_it_fits_exactly(town: Corpus) -> None:
    whole = sum(map(words_in, town.passages))
    evidence = Retriever(town, whole, words_in).evidence("Who painted the mill?")
    assert (evidence.passages, evidence.is_whole, evidence.searched) == (town.passages, True, len(TOPICS))


def test_something_is_left_out_where_a_token_is_missing(town: Corpus) -> None:
    whole = sum(map(words_in, town.passages))
    evidence = Retriever(town, whole - 1, words_in).evidence("Who painted the mill?")
    assert not evidence.is_whole
    assert evidence.searched == len(TOPICS)
    assert sum(map(words_in, evidence.passages)) < whole


@pytest.mark.parametrize("budget", [0, 1, 13, 14, 50, 200, 1_000])
def test_the_budget_is_never_exceeded(town: Corpus, budget: int) -> None:
    for question in ("Who painted the museum in 1914?", "painter3x4", "the of", "nothing of it", "" if budget else "x"):
        evidence = Retriever(town, budget, words_in).evidence(question)
        assert sum(map(words_in, evidence.passages)) <= budget


@pytest.mark.parametrize(("n", "i"), [(0, 0), (3, 4), (9, 9)])
def test_the_passage_that_answers_is_found(town: Corpus, n: int, i: int) -> None:
    retriever = Retriever(town, 60, words_in)
    by_name = retriever.evidence(f"What did painter{n}x{i} paint?")
    by_topic = retriever.evidence(f"Who painted the {TOPICS[n]} in {1900 + 10 * n + i}?")
    for evidence in (by_name, by_topic):
        assert any(f"painter{n}x{i}" in p.text for p in evidence.passages)


def test_a_passage_is_found_by_its_title_and_heading_and_in_other_word_forms(load: Load) -> None:
    corpus = load({
        "a.md": "# The lighthouse\n\n## Visiting hours\n\nIt opens at nine and closes at five on every day but Monday.\n",
        "b.txt": "The bakery\n\nIt opens at six and sells loaves to the sailors who come from Denmark.\n",
    })  # fmt: skip
    index = PassageIndex(corpus)
    assert [p.line for p, _ in index.search("hours when visitors are in lighthouses", 5)] == [3, 5]
    assert index.search("who sold a loaf to sailors", 1)[0][0].text.startswith("It opens at six")
    assert index.search("submarine", 5) == []


def test_chinese_is_found_without_a_segmenter(load: Load) -> None:
    corpus = load({"a.txt": "茶园\n\n青河镇的第一座茶园由李文山建立。\n\n茶叶主要销往广州和上海。\n\n每年四月，村民采摘春茶。\n"})
    assert "李文山" in PassageIndex(corpus).search("第一座茶园是谁建立的？", 1)[0][0].text


def test_evidence_stands_in_the_order_of_the_documents_with_the_neighbours_of_the_best(town: Corpus) -> None:
    evidence = Retriever(town, 60, words_in).evidence("painter5x5")
    place = {passage.id: n for n, passage in enumerate(town.passages)}
    order = [place[p.id] for p in evidence.passages]
    assert order == sorted(order)
    assert {"5x4", "5x5", "5x6"} <= {p.text.rsplit("painter")[-1].strip(".") for p in evidence.passages}


def test_a_hit_too_long_for_the_budget_makes_room_for_a_shorter_one(load: Load) -> None:
    corpus = load(
        {"a.txt": "Title\n\nThe pump is red. " + "The pump is red and it is loud. " * 30 + "\n\nThe pump is blue and it is quiet.\n"}
    )
    evidence = Retriever(corpus, 10, words_in).evidence("pump")
    assert [p.text for p in evidence.passages] == ["The pump is blue and it is quiet."]


def test_the_same_question_finds_the_same_each_time_and_in_another_index(town: Corpus) -> None:
    first = Retriever(town, 100, words_in)
    question = "Which things of Port Elling were painted?"  # every passage is as good as the next
    assert first.evidence(question) == first.evidence(question) == Retriever(town, 100, words_in).evidence(question)


def test_a_corpus_of_more_passages_than_tokens_is_not_counted(town: Corpus) -> None:
    counted: list[str] = []

    def cost(passage: Passage) -> int:
        counted.append(passage.id)
        return 1

    assert not Retriever(town, len(town.passages) - 1, cost).evidence("submarine").is_whole
    assert counted == []
    assert Retriever(town, len(town.passages), cost).evidence("submarine").is_whole


def test_an_empty_corpus_gives_empty_evidence() -> None:
    evidence = Retriever(Corpus(), 0, words_in).evidence("Anything?")
    assert (evidence.passages, evidence.is_whole) == ((), True)
    assert PassageIndex(Corpus()).search("Anything?", 3) == []


@given(st.text(max_size=200) | st.just("x" * 100_000))
@settings(max_examples=60, deadline=None)
def test_any_question_can_be_searched_for(question: str) -> None:
    hits = INDEX.search(question, 3)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


_TEXT = "The harbour was dug by Agnes Holm. It cost a lot.\n\nIt is deep, and ships of every size use it in summer.\n"
_DOCUMENT = Document("x.txt", _TEXT, blocks=read_blocks(_TEXT))
INDEX = PassageIndex(Corpus((_DOCUMENT,), tuple(passages_of(_DOCUMENT, "000"))))
