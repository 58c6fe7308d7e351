import pytest

from bot.config import CHECKOUT
from bot.prompts import PromptLibrary
from bot.smalltalk import small_talk

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ("Hello!", "talk/greeting"),
        ("hi there", "talk/greeting"),
        ("你好", "talk/greeting"),
        ("Thanks, that helped a lot", "talk/thanks"),
        ("thank you!", "talk/thanks"),
        ("bye", "talk/goodbye"),
        ("What can you do?", "talk/about"),
        ("what documents do you have?", "talk/about"),
        ("How many documents are there?", "talk/about"),
        ("waht can you do?", "talk/about"),
    ],
)
def test_what_is_said_to_people_is_answered_as_to_people(said: str, reply: str) -> None:
    assert small_talk(said, PROMPTS) == reply


@pytest.mark.parametrize(
    "asked",
    [
        "What can Tencent do?",
        "thanks, but what stake does Tencent hold in JD?",
        "Who is Martin Lau?",
        "hi, what stake does Tencent hold in JD?",
        "What documents did Tencent publish?",
        "hire",
        "",
    ],
)
def test_a_question_is_never_taken_for_small_talk(asked: str) -> None:
    assert small_talk(asked, PROMPTS) is None
