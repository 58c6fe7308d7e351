import pytest

from bot.characters import INVISIBLE, showable
from bot.questions import plain


@pytest.mark.parametrize("hidden", ["\u200b", "\u202e", "\ufeff", "\u00ad", "\ufe0f", "\U000e0041", "\U000e0100", "\u180e"])
def test_what_is_not_seen_is_taken_out_everywhere_alike(hidden: str) -> None:
    assert INVISIBLE.search(hidden)
    assert showable(f"ne{hidden}ws") == "news"
    assert plain(f"What is ne{hidden}w?") == "What is new?"


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x7f", "\x9b"])
def test_control_characters_are_taken_out(control: str) -> None:
    assert showable(f"ne{control}ws") == "news"


@pytest.mark.parametrize("space", ["\n", "\r", "\t", "\x0b", "\x0c", "\x1f", "\x85", "\u00a0", "\u3000"])
def test_white_space_stays_so_that_words_are_not_run_together(space: str) -> None:
    assert showable(f"two{space}words").split() == ["two", "words"]
