"""The signs that a question is worked on, where very many questions are."""

import asyncio
from typing import cast

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.questions import Place, Question, Surface
from bot.slack.status_line import PATIENCE_SECONDS, StatusLine
from tests.scenarios.stage import PROMPTS


class Noting:
    """Notes what Slack is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def agents_sessions_setStatus(self, *, status: str, **_: str) -> None:  # noqa: N802  # the SDK's name
        self.said.append(f"session {status}")

    async def assistant_threads_setStatus(self, *, status: str, **_: object) -> None:  # noqa: N802  # as above
        self.said.append(f"line {bool(status)}")


@pytest.mark.parametrize(("lanes", "said"), [(1, ["session processing", "line True", "session active"]), (0, [])])
def test_signs_wait_for_a_lane_and_are_not_shown_where_the_answer_comes_first(lanes: int, said: list[str]) -> None:
    async def answer_slowly() -> list[str]:
        client = Noting()
        question = Question("Who?", "U1", Place(Surface.MENTION, "T1", "C1", "1.0", "1.0"))
        line = StatusLine(
            client=cast("AsyncWebClient", client), words=PROMPTS.reply("searching"), question=question, lanes=asyncio.Semaphore(lanes)
        )
        line.begin()
        await asyncio.sleep(PATIENCE_SECONDS + 0.1)
        await line.end()
        return client.said

    assert asyncio.run(answer_slowly()) == said
