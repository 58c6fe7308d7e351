"""Documents that people find on the web: Slack's own citations lead there; and whatever Slack takes of an answer, it is said."""

import asyncio
import json
import shutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.config import CHECKOUT
from bot.llm.scripted import ScriptedModel
from bot.playground.conversations import Message
from bot.playground.faults import Refused
from tests.scenarios.scripts import STAKE, quoting, slowly
from tests.scenarios.stage import Scene, scene

QUESTION = "What stake does Tencent hold in JD?"
LINK = "https://example.com/stakes?page=1"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The documents; of the one that is cited it is known where people find it."""
    folder = shutil.copytree(CHECKOUT / "seeds", tmp_path / "seeds")
    catalogue = folder / "corpus.toml"
    table = '[documents."000_5e2a81c1d8135d37.txt"]\n'
    catalogue.write_text(catalogue.read_text(encoding="utf-8").replace(table, f'{table}link = "{LINK}"\n'), encoding="utf-8")
    return folder


def play(database: Path, seeds: Path, act: Callable[[Scene], Coroutine[Any, Any, None]], script: list[Any] | None = None) -> None:
    async def conversation() -> None:
        async with scene(database, ScriptedModel(script or quoting(STAKE)), seeds_dir=seeds) as s:
            await act(s)

    asyncio.run(conversation())


def elements(message: Message, kind: str) -> list[dict[str, Any]]:
    """The rich text elements of a kind, in order."""
    found: list[dict[str, Any]] = []
    left: list[Any] = list(message.blocks or [])
    while left:
        one = left.pop(0)
        if isinstance(one, dict) and one.get("type") == kind:
            found.append(one)
        left = [*(one.values() if isinstance(one, dict) else one if isinstance(one, list) else []), *left]
    return found


def test_an_answer_cites_in_slack_s_own_way_and_its_sources_lead_to_the_documents(database: Path, seeds: Path) -> None:
    async def act(s: Scene) -> None:
        ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {QUESTION}")
        reply = await s.reply(s.general, ts)
        mark, listed = elements(reply, "citation")
        assert mark == listed
        assert (mark["url"], mark["text"], mark["index"]) == (LINK, "[1]", 1)
        assert mark["details"] == {
            "citation_type": "web", "title": "Ahead of Tencent’s seventh annual Global Partner Conference…", "snippet": STAKE,
        }  # fmt: skip
        assert [one["url"] for one in elements(reply, "link")] == [LINK]
        await s.slack.workspace.press(s.you, channel=s.general, ts=reply.ts, action_id="sources")
        assert LINK in json.dumps(s.slack.workspace.open_views(s.you)[-1].blocks)

    play(database, seeds, act)


def test_where_slack_refuses_its_own_citations_the_answer_is_posted_with_marks(database: Path, seeds: Path) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next("chat.postMessage", Refused("invalid_blocks"))
        ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {QUESTION}")
        reply = await s.reply(s.general, ts)
        assert not elements(reply, "citation")
        assert {"type": "text", "text": "[1]", "style": {"bold": True}} in elements(reply, "text")
        assert elements(reply, "feedback_buttons")

    play(database, seeds, act)


@pytest.mark.parametrize("method", ["chat.postMessage", "response_url"])
def test_where_slack_refuses_every_block_the_answer_is_said_in_words(database: Path, seeds: Path, method: str) -> None:
    async def act(s: Scene) -> None:
        for _ in range(2):
            s.slack.faults.next(method, Refused("invalid_blocks"))
        if method == "response_url":
            await s.slack.workspace.command(s.you, s.general, "/tencent", QUESTION)
            reply = await s.private_answer()
        else:
            reply = await s.reply(s.general, await s.slack.workspace.say(s.you, s.general, f"{s.mention} {QUESTION}"))
        assert not reply.blocks
        assert STAKE in reply.text
        assert "[1] Ahead of Tencent’s seventh annual" in reply.text
        await s.settled()
        assert [row["status"] for row in s.bot.store.rows()] == ["done"]

    play(database, seeds, act)


def test_a_stream_whose_last_blocks_slack_refuses_ends_as_the_whole_answer(database: Path, seeds: Path) -> None:
    async def act(s: Scene) -> None:
        s.slack.faults.next("chat.stopStream", Refused("invalid_blocks"))
        ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {QUESTION}")
        await s.begun(s.general, ts)
        await s.settled()
        (reply,) = s.replies(s.general, ts)
        assert "21.25" in json.dumps(reply.blocks)
        assert elements(reply, "citation")
        assert elements(reply, "feedback_buttons")

    play(database, seeds, act, slowly(STAKE, pause=0, last_pause=1.2))
