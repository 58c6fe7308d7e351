"""The grammar of the command, and what a question is."""

import pytest

from bot.questions import MAX_QUESTION_CHARS, Place, Question, Surface, declined_for


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
