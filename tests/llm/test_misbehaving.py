"""The model at its worst."""

import asyncio
import json

from bot.errors import DraftUnreadable, ModelError, ModelUnavailable
from bot.llm.misbehaving import WAYS, MisbehavingModel
from bot.prompts import Prompt

PROMPT = Prompt("i", "[p7 | paragraph | A letter | 2018] We hold 20 of 30.\n[p8 | paragraph | A letter | 2018] No.", "q", "d", {})


async def reply(model: MisbehavingModel) -> str | ModelError:
    try:
        return "".join([piece async for piece in model.stream(PROMPT) if isinstance(piece, str)])
    except ModelError as error:
        return error


def test_it_misbehaves_another_way_each_time_and_begins_again() -> None:
    model = MisbehavingModel(stall=0)
    replies = [asyncio.run(reply(model)) for _ in range(len(WAYS) + 4)]

    invented, turned, commanding = (json.loads(str(each))["claims"][0] for each in replies[:3])
    assert invented["quotes"][0]["text"] not in PROMPT.evidence
    assert turned["quotes"] == [{"passage": "p7", "text": "We hold 20 of 30."}]
    assert turned["text"] == "We hold 31 of 41."
    assert commanding["text"].startswith("<!channel>")
    assert not str(replies[3]).startswith("{")
    assert [type(each) for each in replies[4:7]] == [DraftUnreadable, ModelUnavailable, ModelUnavailable]
    assert replies[7] == replies[0]
