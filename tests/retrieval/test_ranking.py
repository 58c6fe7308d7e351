"""The best hits in a better order: what is measured of them, and that it is measured of the same words that the engines index."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.corpus.sentences import split_sentences
from bot.retrieval.embedded import EmbeddedEngine
from bot.retrieval.ranking import MEASURES, Candidate, best_first, distinct, measures, shipped_weights, sought
from bot.retrieval.searching import Frequencies, PassageId
from bot.retrieval.tokens import Tokens, tokens_of
from tests.retrieval.test_engines import entries, key

WORDS = [
    "harbour",
    "harbours",
    "Harbour's",
    "the",
    "of",
    "old",
    "older",
    "café",
    "青河镇",
    "茶園",
    "3.5",
    "co-op",
    "It",
    "was",
    "–",
    "“new”",
]


def candidate(text: str, above: str = "") -> Candidate:
    return Candidate(above, [text[span.start : span.end] for span in split_sentences(text, 0, len(text))])


def asked(question: str, rare: int = 1) -> Frequencies:
    tokens = distinct(tokens_of(question))
    return Frequencies(100, Tokens(*(dict.fromkeys(those, rare) for those in tokens)))


def measured(question: str, *texts: str) -> list[dict[str, float]]:
    return [dict(zip(MEASURES, those, strict=True)) for those in measures(asked(question), [candidate(text) for text in texts])]


def test_a_passage_with_more_of_the_question_measures_more() -> None:
    one, other = measured("Who dug the harbour?", "Agnes dug the harbour in a year.", "The harbour is deep and it is old.")
    assert all(one[name] > other[name] for name in MEASURES)


def test_one_sentence_with_everything_is_better_than_two_with_a_part_each() -> None:
    apart = "The harbour is deep here. Agnes dug a well there."
    together = "Agnes dug a deep harbour. The well is here there."
    one, other = measured("Agnes harbour", apart, together)
    assert other["sentence"] > one["sentence"]
    assert other["stems"] == one["stems"]


def test_words_as_written_and_pairs_are_measured_apart_from_stems() -> None:
    as_written, inflected, turned = measured("old harbours", "See old harbours.", "See old harbour.", "See harbours old.")
    assert as_written["stems"] == inflected["stems"] == turned["stems"]
    assert as_written["surfaces"] == turned["surfaces"] > inflected["surfaces"]
    assert as_written["pairs"] == inflected["pairs"] > turned["pairs"] == 0


def test_a_word_of_many_passages_is_worth_less_than_a_rare_one() -> None:
    texts = [candidate("The harbour.")]
    assert measures(asked("harbour", 90), texts)[0] < measures(asked("harbour", 2), texts)[0]
    assert all(value >= 0 for value in measures(asked("harbour", 100), texts)[0])


def test_nothing_shared_and_no_candidate_measure_nothing() -> None:
    assert measured("submarine", "The harbour.", "")[0] == dict.fromkeys(MEASURES, 0.0)
    assert measures(asked("submarine"), []) == []


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
@settings(deadline=None, max_examples=150)
def test_what_is_found_in_a_passage_is_what_is_indexed_of_it(passage: list[str], question: list[str]) -> None:
    text = " ".join(["telling", *passage])
    wanted, there = distinct(tokens_of(" ".join(question))), tokens_of(text)
    found = measures(asked(" ".join(question)), [Candidate("", [text])])[0]
    for number, (those, held) in enumerate(zip(wanted, there, strict=True)):
        assert (found[number] > 0) == bool(set(those) & set(held))


def test_hits_are_looked_for_by_stems_and_by_pairs_of_telling_words() -> None:
    assert sought(tokens_of("How old is the harbour master of 青河?")) == Tokens(
        ("old", "harbour", "master", "青河"), (), ("harbour_master", "青", "河")
    )


def test_a_question_of_stop_words_alone_finds_what_has_them_side_by_side() -> None:
    question = distinct(tokens_of("What does it do?"))
    assert sought(question) == question
    engine = EmbeddedEngine()
    engine.put([*entries(1, "Nobody knows what does it."), *entries(2, "It is what nobody does.")])
    assert [hit.document for hit, _ in best_first(engine, question, 5, lambda _: candidate("What does it."))] == [key(1)]


def test_words_as_written_decide_between_hits_that_were_not_looked_for_by_them() -> None:
    texts = {key(1): "The connection is old.", key(2): "They connected the old one."}
    engine = EmbeddedEngine()
    engine.put(entry for n in (1, 2) for entry in entries(n, texts[key(n)]))
    for question, best in (("an old connection", key(1)), ("an old one connected", key(2))):
        assert best_first(engine, tokens_of(question), 1, lambda hit: candidate(texts[hit.document]))[0][0].document == best


def test_what_is_not_shown_makes_room_for_what_is() -> None:
    engine = EmbeddedEngine()
    engine.put(entry for n in range(400) for entry in entries(n, "harbour"))
    shown = {key(n) for n in range(0, 400, 20)}
    hits = best_first(engine, tokens_of("harbour"), 10, lambda _: candidate("harbour"), lambda hit: hit.document in shown)
    assert [hit for hit, _ in hits] == [PassageId(key(n), 0) for n in range(0, 200, 20)]


def test_more_hits_than_are_ranked_anew_keep_their_places_below() -> None:
    engine = EmbeddedEngine()
    engine.put(entry for n in range(120) for entry in entries(n, "harbour " * (1 + n % 7)))
    hits = best_first(engine, tokens_of("harbour"), 120, lambda hit: candidate("harbour " * (1 + int(hit.document, 16) % 7)))
    assert len({hit for hit, _ in hits}) == 120
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_of_long_passages_fewer_are_ranked_anew_and_the_rest_keeps_its_order_below() -> None:
    texts = {key(n): f"The harbour. {'It is old. ' * 400}" for n in range(30)} | {key(30): "The old harbour. The old harbour. Bread."}
    engine = EmbeddedEngine()
    engine.put(entry for n, text in enumerate(texts.values()) for entry in entries(n, "harbour harbour" if n < 30 else "harbour"))
    read: list[str] = []

    def reading(hit: PassageId) -> Candidate:
        read.append(hit.document)
        return candidate(texts[hit.document])

    hits = best_first(engine, tokens_of("old harbour"), 31, reading)
    assert len(read) < 15
    assert [hit.document for hit, _ in hits] == list(texts)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)


def test_the_shipped_weights_are_one_for_each_measure_and_none_speaks_against_a_match() -> None:
    assert len(shipped_weights()) == len(MEASURES)
    assert min(shipped_weights()) > 0
