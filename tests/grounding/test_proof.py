"""What is read out of a sentence, and what that proves."""

import pytest

from bot.grounding.frame_reader import read_frames
from bot.grounding.frames import Frame
from bot.grounding.meaning import canonical
from bot.grounding.tagging import tagged


def told(sentence: str, verb: str) -> Frame:
    """The first frame of a verb."""
    return next(frame for frame in read_frames(sentence).frames if frame.verb == verb)


def heads(frame: Frame) -> tuple[list[str], list[str], list[tuple[str, list[str]]]]:
    """Subjects, objects and phrases."""
    phrases = [(phrase.preposition, [noun.head for noun in phrase.nouns]) for phrase in frame.phrases]
    return [noun.head for noun in frame.subjects], [noun.head for noun in frame.objects], phrases


SAME = (["moe"], ["mill"], [("in", ["1906"])])


@pytest.mark.parametrize(
    "sentence",
    [
        "Ida Moe sold the mill in 1906.",
        "In 1906 Ida Moe sold the mill.",
        "The mill was sold in 1906 by Ida Moe.",
        "Ida Moe, a farmer from Hull, sold the mill in 1906.",
        "Ida Moe, who lived in Hull, sold the mill in 1906.",
        "The bridge near the mill that Ida Moe sold in 1906 burnt.",
        "Hull remembers Ida Moe, who sold the mill in 1906.",
    ],
)
def test_the_same_thing_in_another_order_is_the_same_frame(sentence: str) -> None:
    subjects, objects, phrases = heads(told(sentence, "sell"))

    assert (subjects[:1], objects[:1], phrases) == SAME


def test_a_wish_and_a_belief_are_no_facts() -> None:
    assert told("Ida Moe wished to sell the mill.", "sell").mood == "to"
    assert told("Ida Moe believes the farmers sold the mill.", "sell").under == "believ"
    assert (told("Ida Moe sold the mill.", "sell").mood, told("Ida Moe sold the mill.", "sell").under) == ("", "")


def test_a_title_and_an_apposition_say_what_somebody_is() -> None:
    for sentence in ("The mayor Ida Moe left.", "Ida Moe, the mayor of Hull, left.", "Ida Moe is the mayor."):
        assert heads(told(sentence, "be"))[:2] == (["moe"], ["mayor"])


def test_a_noun_without_a_place_leaves_a_sentence_unread() -> None:
    assert read_frames("Ida Moe sold the mill.").is_whole
    assert not read_frames("Ida Moe the mill the bridge.").is_whole
    assert not read_frames("").is_whole


@pytest.mark.parametrize(
    ("sentence", "word", "tag"),
    [
        ("The partners gather in Hull.", "gather", "V"),
        ("The farmers switched to bronze plates.", "bronze", "N"),
        ("She wants to plan the bridge.", "plan", "I"),
        ("The heavy taxes angered them.", "taxes", "N"),
        ("The station serves the coast and is licensed in Hull.", "serves", "V"),
        ("The council may be heard.", "may", "X"),
        ("Over 300 farmers came.", "Over", "R"),
        ("From 3,000 to 5,000 farmers came.", "to", "N"),
    ],
)
def test_a_word_is_told_by_its_neighbours(sentence: str, word: str, tag: str) -> None:
    assert next(token.tag for token in tagged(sentence) if token.text.lower() == word.lower()) == tag


def test_words_that_mean_the_same_have_one_stem() -> None:
    assert canonical("purchas") == canonical("bought") == canonical("buy")
    assert canonical("buy") != canonical("sell")
    assert canonical("harbour") == "harbour"
