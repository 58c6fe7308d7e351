"""The rooms of the answerer, each on its own."""

import json
from importlib.resources import files

import pytest

from bot.corpus import Corpus
from bot.drafts import Mode
from bot.extractive import ExtractiveAnswerer
from bot.extractive.abbreviations import explained
from bot.extractive.answer_types import AnswerType, expected_type, offsets_of
from bot.extractive.features import NAMES
from bot.extractive.library import MOST_COUNTED, Counts, Library
from bot.extractive.model import CONFIDENCE_NAMES, model_of, shipped
from bot.extractive.persons import People
from bot.extractive.questions_apart import Part, parts_of
from bot.extractive.rarity import Rarity, background
from bot.extractive.terms import Phrasebook, tokenise
from bot.extractive.vocabulary import Vocabulary
from tests.extractive.conftest import Load

LARGEST_BACKGROUND = 120_000  # bytes


def stems(text: str) -> list[str]:
    return [token.stem for token in tokenise(text) if token.is_term]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("bought", "buy"),
        ("seven", "7"),
        ("2,800", "2800"),
        ("RMB230 billion", "RMB 230 billion"),
        ("digitalise", "digitalize"),
        ("companies", "company"),
        ("Müller", "muller"),
    ],
)
def test_two_ways_to_write_a_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_every_token_says_where_it_stands() -> None:
    text = "Tong’s R&D budget of 21.25% 在2018年 grew"

    for token in tokenise(text):
        assert text[token.start : token.end].strip()
    assert "r&d" in stems(text)
    assert "21.25" in stems(text)


def test_us_in_capitals_is_a_country_and_in_small_letters_a_pronoun() -> None:
    phrasebook = Phrasebook()

    assert phrasebook.found_in(tokenise("in the US market"))
    assert not phrasebook.found_in(tokenise("it helped us a lot"))


def test_a_phrase_and_its_abbreviation_are_one_term() -> None:
    phrasebook = Phrasebook([frozenset({"Anna Bell", "Bell Anna"})])

    def terms(text: str) -> set[str]:
        return {term for _, _, term in phrasebook.found_in(tokenise(text))}

    assert terms("artificial intelligence") == terms("AI") != set()
    assert terms("Anna Bell said") == terms("Bell Anna") == {"name:0"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who founded the town?", AnswerType.PERSON),
        ("When was it founded?", AnswerType.DATE),
        ("In which year did it open?", AnswerType.DATE),
        ("How many ships are there?", AnswerType.NUMBER),
        ("How much did the bridge cost?", AnswerType.MONEY),
        ("What is Port Elling's annual revenue?", AnswerType.MONEY),
        ("How long did it take?", AnswerType.DURATION),
        ("What percentage of goods leaves by train?", AnswerType.PERCENT),
        ("Why was it closed?", AnswerType.REASON),
        ("Where is it?", AnswerType.PLACE),
        ("镇上有多少居民？", AnswerType.NUMBER),
        ("What did Anna Bell say about the mill?", AnswerType.SAYING),
        ("Tell me about the bridge", None),
    ],
)
def test_a_question_tells_what_it_asks_for(question: str, expected: AnswerType | None) -> None:
    assert expected_type(question) is expected


def test_things_of_a_kind_are_found_where_they_begin() -> None:
    text = "It cost 4.2 million crowns in 1902."

    assert [text[offset:] for offset in offsets_of(AnswerType.DATE, text)] == ["1902."]
    assert text.index("4.2") in offsets_of(AnswerType.NUMBER, text)


def test_a_bare_surname_means_the_person_last_named_in_full() -> None:
    people = People()

    assert people.implied_by("Director Marta Lindqvist said that it will open.") == []
    assert people.implied_by("Lindqvist wants visitors to come.") == ["Marta Lindqvist"]
    assert people.implied_by("Jonas Lindqvist was not there.") == []


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who built it?", [Part("Who built it?")]),
        ("Salt and pepper: what are they?", [Part("Salt and pepper: what are they?")]),
        ("Who built the mill and what did it cost?", [Part("Who built the mill"), Part("what did it cost?", "Who built the mill")]),
        ("Who built the mill? Where is the museum?", [Part("Who built the mill?"), Part("Where is the museum?")]),
        ("Who built the mill, and when?", [Part("Who built the mill"), Part("when?", "Who built the mill")]),
    ],
)
def test_a_question_falls_into_the_parts_that_ask(question: str, parts: list[Part]) -> None:
    assert parts_of(question) == parts


def test_the_background_table_is_small_and_tells_common_from_rare() -> None:
    size = len(files("bot.extractive").joinpath("background.txt").read_bytes())
    rarity = Rarity(0, {})

    assert size <= LARGEST_BACKGROUND
    assert background().frequency["year"] > background().frequency["harbor"]
    assert rarity("year") < rarity("harbor") < rarity("xylotomi")


def test_a_word_of_the_corpus_weighs_less_the_more_passages_hold_it() -> None:
    rarity = Rarity(100, {"mill": 90, "bridg": 2})

    assert 0 < rarity("mill") < rarity("bridg")


def test_counts_without_a_passage_are_as_though_it_had_never_been_there(towns: Corpus) -> None:
    prepared = Library(towns).sample()

    reduced = Counts.of(prepared).without(prepared[:1])

    assert reduced.passages == len(prepared) - 1
    assert reduced.frequency == Counts.of(prepared[1:]).frequency


def test_a_long_document_is_prepared_in_parts_and_a_large_corpus_is_sampled(load: Load) -> None:
    text = "\n\n".join(f"Rule {n} of the club asks for {n + 3} towels." for n in range(MOST_COUNTED + 300))
    library = Library(load(rules__txt=text))

    assert library.is_sampled
    assert len(library.sample()) <= MOST_COUNTED


def test_a_large_corpus_is_answered_from_passages_outside_of_the_sample(load: Load) -> None:
    text = "\n\n".join(f"Rule {n} of the club asks for {n + 3} towels." for n in range(MOST_COUNTED + 300))
    corpus = load(rules__txt=f"{text}\n\nThe quokka of Lower Wend was called Zebulon.")
    last = corpus.passages[-1:]

    draft = ExtractiveAnswerer(corpus).answer("What was the quokka of Lower Wend called?", last)

    assert [quote.text for claim in draft.claims for quote in claim.quotes] == ["The quokka of Lower Wend was called Zebulon."]


@pytest.mark.parametrize("text", ["a" * 300_000, "aB" * 150_000, "A" * 300_000, "1," * 150_000, "a, " * 100_000])
def test_a_document_without_a_sentence_in_it_is_read_without_trying_every_way(load: Load, text: str) -> None:
    corpus = load(endless__txt=text)

    assert ExtractiveAnswerer(corpus).answer("Who is president of the club?", corpus.passages).mode is Mode.NOT_FOUND


def test_only_words_that_nobody_knows_are_taken_for_misspelt(towns: Corpus) -> None:
    prepared = Library(towns).sample()
    counts = Counts.of(prepared)
    rarity, vocabulary = Rarity(counts.passages, counts.frequency), Vocabulary(prepared)

    assert vocabulary.corrected("the harbuor", rarity) == "the harbour"
    assert vocabulary.corrected("the water", rarity) == "the water"
    assert vocabulary.corrected("a chip", rarity) == "a chip"  # English, though the corpus speaks of ships only


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("how mny ships are in teh harbuor", "how many ships are in the harbour"),
        ("wat did the wroks cost", "what did the works cost"),
        ("the museeum was opend by Linqvist", "the museum was open by Lindqvist"),  # stems and other forms do: they meet the same
        ("when was it publishd", "when was it publish"),  # a word of general English, which the corpus lacks
        ("who is Mandra", "who is Mandra"),  # a name is none of general English
        ("the MNY of ABC", "the MNY of ABC"),  # and an abbreviation nothing else
    ],
)
def test_every_misspelt_word_of_a_question_is_put_right(towns: Corpus, written: str, meant: str) -> None:
    prepared = Library(towns).sample()
    counts = Counts.of(prepared)

    assert Vocabulary(prepared).corrected(written, Rarity(counts.passages, counts.frequency)) == meant


def test_a_word_that_is_held_elsewhere_is_not_misspelt(load: Load) -> None:
    text = "\n\n".join(f"Rule {n} of the harbour asks for {n + 3} towels." for n in range(MOST_COUNTED + 300))
    answerer = ExtractiveAnswerer(load(rules__txt=text))

    assert answerer.corrected("rules of the harbuor", lambda _: False) == "rules of the harbour"
    assert answerer.corrected("rules of the harbuor", lambda word: word == "harbuor") == "rules of the harbuor"


def test_the_shipped_weights_name_only_features_that_exist() -> None:
    data = json.loads(files("bot.extractive").joinpath("weights.json").read_text(encoding="utf-8"))

    assert data["ranker"].keys() <= set(NAMES)
    assert data["there"].keys() <= {*CONFIDENCE_NAMES, "bias"}
    assert data["meant"].keys() <= {*CONFIDENCE_NAMES, "bias"}
    assert model_of(data) == shipped()


def test_a_probability_is_one_whatever_the_values() -> None:
    model = shipped()

    for value in (-1e6, 0.0, 1e6):
        assert 0 <= model.probability([value] * len(CONFIDENCE_NAMES)) <= 1


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Our Human Resources (HR) team helps.", [{"HR", "Human Resources"}]),
        ("It spends much on research and development (R&D), and pays value added tax (VAT).",
         [{"R&D", "research and development"}, {"VAT", "value added tax"}]),
        ("Martin Lau (CEO) spoke to the town council (TC) of Elling (NO).", [{"TC", "town council"}]),
    ],
)  # fmt: skip
def test_an_abbreviation_is_explained_where_its_letters_are_the_initials_before_it(text: str, groups: list[set[str]]) -> None:
    assert [set(group) for group in explained(text)] == groups


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What computer do I get when I start?", None),
        ("Which king ruled when the war began?", AnswerType.PERSON),
        ("In which year did Ma, who founded the company, retire?", AnswerType.DATE),
        ("Who won, and when?", AnswerType.DATE),
        ("How expensive is the ticket?", AnswerType.MONEY),
        ("How popular is the museum?", None),
        ("How is the harbour dug?", AnswerType.MANNER),
    ],
)
def test_a_clause_beside_the_question_is_not_what_it_asks_for(question: str, kind: AnswerType | None) -> None:
    assert expected_type(question) is kind


def test_the_numbers_of_a_date_count_nothing() -> None:
    def numbers(sentence: str) -> list[str]:
        return [sentence[at:].split(maxsplit=1)[0] for at in offsets_of(AnswerType.NUMBER, sentence)]

    assert numbers("On 3 May 2021 the hall had 12 doors, and in 2022 it had 14.") == ["12", "14."]
    assert numbers("The handbook applies from 1 January 2025.") == []
