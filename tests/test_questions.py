"""The grammar of the command, and what a question is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import MAX_QUESTION_CHARS, Ask, Help, ListSources, Place, Question, Request, Surface, declined_for, parse_command


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Help()), ("   ", Help()), ("help", Help()), (" HELP ", Help()), ("sources", ListSources()), ("Sources\n", ListSources()),
        ("What is it?", Ask("What is it?")), ("ask What is it?", Ask("What is it?")), ("ASK  help", Ask("help")), ("ask", Ask("ask")),
        ("help me", Ask("help me")), ("sources of water", Ask("sources of water")), ("asking price?", Ask("asking price?")),
        ("two\n  lines", Ask("two lines")), ("/tencent", Ask("/tencent")),
    ],
)  # fmt: skip
def test_the_words_after_the_command_say_what_is_asked_for(text: str, request_: Request) -> None:
    assert parse_command(text) == request_


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_request_and_no_word_of_it_is_lost(text: str) -> None:
    request = parse_command(text)
    if isinstance(request, Ask):
        given_words = text.split()
        assert request.text.split() in (given_words, given_words[1:])
        assert request.text.split() == given_words or given_words[0].lower() == "ask"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"), ("?!…", "empty"), ("🙂", "empty"), (" \n", "empty"), ("a", None), ("茶?", None), ("5", None),
        ("x" * MAX_QUESTION_CHARS, None), ("x" * (MAX_QUESTION_CHARS + 1), "too_long"),
    ],
)  # fmt: skip
def test_a_question_is_declined_for_a_reason(text: str, reason: str | None) -> None:
    assert declined_for(text) == reason


def test_follow_ups_share_a_thread_and_a_command_has_none() -> None:
    thread = Place(Surface.MENTION, "T1", "C1", "1.0", "1.0")
    assert thread.conversation == Place(Surface.MENTION, "T1", "C1", "1.0", "2.0").conversation != ""
    assert (
        len(
            {
                thread.conversation,
                Place(Surface.MENTION, "T2", "C1", "1.0").conversation,
                Place(Surface.MENTION, "T1", "C2", "1.0").conversation,
            }
        )
        == 3
    )
    assert Place(Surface.COMMAND, "T1", "C1").conversation == ""


def test_every_question_has_an_id_of_its_own() -> None:
    assert len({Question("same").id for _ in range(100)}) == 100
