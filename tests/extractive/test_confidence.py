"""What a sentence is judged by besides its own features."""

from collections.abc import Mapping

import pytest

from bot.corpus import Corpus
from bot.drafts import Mode
from bot.extractive import ExtractiveAnswerer
from bot.extractive.model import CONFIDENCE_NAMES, shipped
from bot.extractive.questions_apart import Part
from bot.extractive.ranking import Ranker
from tests.extractive.conftest import HARBOUR, MUSEUM, Load


@pytest.fixture
def corpus(load: Load) -> Corpus:
    return load(harbour__txt=HARBOUR, museum__txt=MUSEUM)


def judged(corpus: Corpus, question: str) -> Mapping[str, float]:
    """What the best sentence is judged by, by name."""
    ranker = Ranker.of(corpus, shipped())
    asked = ranker.read(Part(question), corpus.passages)
    return dict(zip(CONFIDENCE_NAMES, Ranker.judged(asked, ranker.rank(asked, corpus.passages)), strict=True))


def test_a_question_that_denies_is_told_from_a_sentence_that_does_not(corpus: Corpus) -> None:
    assert judged(corpus, "Where did Holm not move in 1902?")["denied"] == 1
    assert judged(corpus, "Where did Holm move in 1902?")["denied"] == 0
    assert judged(corpus, "Why was the roof of the fish market not safe?")["denied"] == 0  # nor was it in the sentence


def test_a_missing_word_that_has_an_opposite_is_told_from_any_other(corpus: Corpus) -> None:
    assert judged(corpus, "Which is the western piece of the museum of clocks?")["opposed"] > 0
    assert judged(corpus, "Which is the purple piece of the museum of clocks?")["opposed"] == 0


def test_the_names_of_the_question_are_counted(corpus: Corpus) -> None:
    assert judged(corpus, "When did Agnes Holm move to Oslo?")["names"] > judged(corpus, "Why was the market closed?")["names"] == 0


def test_the_next_best_tell_whether_one_document_is_spoken_of() -> None:
    *_, same = Ranker.standing([2.0, 2.0, 2.0, 2.0], ["a", "a", "a", "a"])
    *_, spread = Ranker.standing([2.0, 2.0, 2.0, 2.0], ["a", "b", "c", "a"])
    *_, far = Ranker.standing([2.0, -20.0, -20.0, -20.0], ["a", "b", "c", "d"])

    assert same == pytest.approx(1)
    assert spread == pytest.approx(0.5)
    assert far == pytest.approx(1)


def test_the_lead_of_the_best_passage_is_over_the_fifth(load: Load) -> None:
    lines = [f"The {word} is kept in the shed." for word in ("boat", "rope", "sail", "oar")]
    question = "Where are the anchor and the chain kept?"
    alone = judged(load(shed__txt="\n\n".join([*lines, "The anchor and the chain are kept by the pier."])), question)

    boxes = ("red", "blue", "green", "grey", "white", "black", "brown", "pink")
    among_others = judged(load(boxes__txt="\n\n".join(f"An anchor and a chain are kept in the {box} box." for box in boxes)), question)

    assert among_others["bm25_lead"] < alone["bm25_lead"]


def test_what_is_said_again_with_another_number_is_no_rival(load: Load) -> None:
    question = "Who dug the harbour of Elling?"
    once = load(a__txt="Harbours\n\nThe harbour of Elling was dug by Agnes Holm in 1800.\n")
    versions = {f"v{year}__txt": f"Harbours\n\nThe harbour of Elling was dug by Agnes Holm in {year}.\n" for year in range(1800, 1820)}

    for corpus in (once, load(**versions)):
        assert ExtractiveAnswerer(corpus).answer(question, corpus.passages).mode is Mode.ANSWER


def test_the_meaning_of_a_word_is_told_only_where_it_is_said_to_be_something(load: Load) -> None:
    corpus = load(yard__txt="The yard\n\nA capstan is a drum that hauls ropes.\n\nThe crew oils every windlass on Fridays.")
    answerer = ExtractiveAnswerer(corpus)

    assert "drum" in answerer.answer("What is the meaning of capstan?", corpus.passages).claims[0].quotes[0].text
    assert answerer.closest("What is the meaning of windlass?", corpus.passages) == ()


def test_words_that_only_often_stand_for_those_asked_make_no_answer(load: Load) -> None:
    rules = load(rules__txt="Rules of the works\n\nWhoever conceals a theft is dismissed without notice.\n\nThe gate shuts at ten.")

    assert ExtractiveAnswerer(rules).answer("How do I quit?", rules.passages).mode is Mode.NOT_FOUND
