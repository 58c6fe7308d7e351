"""The command's grammar: every subcommand, every way to miss one, and nothing anybody types is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import (
    SUBCOMMANDS,
    Ask,
    Explain,
    ForgetMe,
    Help,
    ListSources,
    MyData,
    OpenSettings,
    Request,
    Show,
    Suggest,
    compared,
    parse_command,
)  # fmt: skip
from bot.config import CHECKOUT
from bot.guide import guide
from bot.prompts import PromptLibrary
from bot.questions import Wanted


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Help()), ("   ", Help()), ("help", Help()), (" HELP ", Help()), ("ask", Help()), ("sources", ListSources()),
        ("help me", Help()), ("help show", Explain("show")), ("help As of", Explain("as-of")),
        ("Sources\n", ListSources()), ("settings", OpenSettings()), ("my-data", MyData()), ("my data", MyData()), ("Forget me", ForgetMe()),
        ("show 3f9c", Show("3f9c")), ("show `3f9c`", Show("3f9c")), ("show #3f9c", Show("3f9c")), ("mydata", MyData()),
        ("show 3F9CAA00", Show("3f9caa00")),
        ("What is it?", Ask("What is it?")), ("ask What is it?", Ask("What is it?")), ("ASK  help", Ask("help")),
        ("search cloud  retail", Ask("cloud retail", Wanted.SEARCH)), ("summarize the letter", Ask("the letter", Wanted.SUMMARY)),
        ("summary of the letter", Ask("the letter", Wanted.SUMMARY)), ("Summarise 003.txt", Ask("003.txt", Wanted.SUMMARY)),
        ("compare a with b c", Ask("a with b c", Wanted.COMPARISON)),
    ],
)  # fmt: skip
def test_a_subcommand_is_what_it_is(text: str, request_: Request) -> None:
    assert parse_command(text) == request_


@pytest.mark.parametrize(
    "text",
    [
        "help me out", "sources of water", "asking price?", "/tencent", "show me the money", "show me what Agnes plans", "settings of the game",
        "search engines in China?", "how much is it", "held shares", "forget it", "shows must go on", "source code for the harbour",
        "compared with 2017, what grew?", "compare how the harbour is described?", "Compare the two letters of Agnes Holm",
        "as of today what is owned by whom", "as of then what?", "my data is lost, whose fault is it", "show quays?", "show 港口归谁所有",
        "Company law and practice", "meetings", "how", "shop", "who", "hello there",
    ],
)  # fmt: skip
def test_what_only_begins_like_a_subcommand_is_a_question(text: str) -> None:
    assert parse_command(text) == Ask(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hlep", "help"), ("sourcs", "sources"), ("source", "sources"), ("serach cloud", "search cloud"), ("timelin quays", "timeline quays"),
        ("sumarize the letter", "summarize the letter"), ("comapre a with b", "compare a with b"), ("settngs", "settings"),
        ("my-dta", "my-data"), ("sumarise the letter", "summarize the letter"), ("setings", "settings"),
        ("summarixe the letter", "summarize the letter"),
        ("hepl", "help"), ("hlp", "help"), ("timelien", "timeline"), ("Serach", "search"),
    ],
)  # fmt: skip
def test_what_nearly_is_a_subcommand_is_asked_about(text: str, meant: str) -> None:
    assert parse_command(text) == Suggest(text, meant)
    assert parse_command(f"ask {text}") == Ask(text)
    assert not isinstance(parse_command(meant), Suggest)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("show abc", "show"), ("show 12345xyz", "show"), ("as-of tomorrow", "as-of"), ("as-of 2018-13 who owns it?", "as-of"),
        ("as of next week", "as-of"), ("AS-OF 2018", "as-of"), ("compare apples", "compare"), ("compare the open letter", "compare"),
        ("sources all", "sources"), ("settings private", "settings"), ("my-data please do", "my-data"), ("forget-me now and here", "forget-me"),
    ],
)  # fmt: skip
def test_a_subcommand_that_is_not_used_as_it_can_be_is_explained(text: str, name: str) -> None:
    assert parse_command(text) == Explain(name, text)
    assert parse_command(f"ask {text}") == Ask(text)


@pytest.mark.parametrize("name", [name for name in SUBCOMMANDS if isinstance(parse_command(name), Explain)])
def test_a_subcommand_without_its_words_is_explained(name: str) -> None:
    assert parse_command(name.upper()) == Explain(name)


def test_those_that_take_words_are_explained_without_them_and_no_other() -> None:
    assert {name for name in SUBCOMMANDS if isinstance(parse_command(name), Explain)} == {
        "search", "timeline", "as-of", "summarize", "compare", "show"
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["As of 2018, who owns it?", "as of 2018: who owns it?", "as-of 2018 who owns it?", "asof 2018 who owns it?"]
)
def test_a_year_may_be_set_off_from_its_question(text: str) -> None:
    assert parse_command(text) == Ask("who owns it?", until=date(2018, 12, 31))


@given(st.text(max_size=60))
def test_no_word_of_a_question_is_lost(text: str) -> None:
    request = parse_command(text)
    if request == Ask(getattr(request, "text", "")):
        typed = text.split()
        assert request.text.split() in ([typed, typed[1:]] if typed[0].lower() == "ask" else [typed])


@pytest.mark.parametrize("joint", ["with", "and", "to", "vs", "vs.", "versus", "AGAINST"])
def test_two_names_are_told_apart(joint: str) -> None:
    assert compared(f"the first {joint} the second one") == (("the first", "the second one"),)
    assert compared(f"{joint} the second") == ()


def test_help_has_a_line_for_every_subcommand() -> None:
    text = guide(PromptLibrary.load(CHECKOUT / "prompts"), "/docs")
    for name in SUBCOMMANDS:
        assert f"`/docs {name}" in text
