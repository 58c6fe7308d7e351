"""Nothing is said that no file of `golden/` holds: every phrase of prompts/replies/ stands in one."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.config import CHECKOUT
from bot.prompts import PromptLibrary
from tests.said.golden import FOLDER

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")
REPLIES = "replies/"
# Words that are held elsewhere: the manifest's in tests/slack/test_manifest.py, the pages of an installation, which are not in Slack, in
# tests/scenarios/test_installing.py; examples are questions, shown by sent-home.
ELSEWHERE = {"replies/manifest", "replies/installation", "replies/examples"}
NOT_SAID = {"description", "said", "begins"}  # for whoever edits the file, and what small talk is known by


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield html.unescape(value)
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


SAID = "\0".join(one for path in sorted(FOLDER.glob("*.json")) for one in strings(json.loads(path.read_text(encoding="utf-8"))))
PHRASES = {
    f"{name.removeprefix(REPLIES)}: {label or 'its text'}": words
    for name in PROMPTS.names()
    if name.startswith(REPLIES) and name not in ELSEWHERE
    for label, words in {**PROMPTS[name].labels, "": PROMPTS[name].body}.items()
    if words and label not in NOT_SAID
}


def is_said(words: str) -> bool:
    """Whether some message holds a phrase, whatever stands in its places."""
    pieces = re.split(r"\$\w+|\$\{\w+\}", words)
    gap = r".{0,80}?" if "$user" in words else r"[^\0]*?"  # a person is an element of their own, which parts the words round it
    return re.search(gap.join(re.escape(piece) for piece in pieces), SAID, re.DOTALL) is not None


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_is_in_a_message_that_is_held(phrase: str) -> None:
    parts = PHRASES[phrase].split("|") if phrase == "searching: loading" else [PHRASES[phrase]]
    missing = [part for part in parts if not is_said(part)]
    assert missing == [], "please let test_rendered.py or test_sent.py hold a message that says it (--inline-snapshot=create)"


def test_a_phrase_that_nothing_says_would_be_found() -> None:
    assert is_said("Sources")
    assert is_said("As of $date, when the source was published.")
    assert not is_said("As of $date, when the moon was full.")
