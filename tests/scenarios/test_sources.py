"""Looking at an answer's sources, as a person does it."""

import asyncio
import json
from pathlib import Path

from bot.playground.views import View
from tests.scenarios.stage import Scene, scene

RESEARCH = "How much did Tencent invest in research and development?"


def top(s: Scene) -> View:
    return s.slack.workspace.open_views(s.you)[-1]


def words(view: View) -> str:
    return json.dumps([{**block, "block_id": ""} for block in view.blocks], ensure_ascii=False)


def test_sources_open_a_dialog_from_which_the_document_can_be_read_passage_by_passage(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {RESEARCH}")
            await s.reply(s.general, ts)
            await s.settled()
            reply = await s.reply(s.general, ts)
            await s.slack.workspace.press(s.you, channel=s.general, ts=reply.ts, action_id="sources")
            assert "RMB230 billion" in words(top(s))
            assert "second-largest holder of patents" in words(top(s))

            await s.slack.workspace.press_in_view(s.you, view_id=top(s).id, action_id="read")
            assert len(s.slack.workspace.open_views(s.you)) == 2
            here = words(top(s))
            await s.slack.workspace.press_in_view(s.you, view_id=top(s).id, action_id="turn")
            assert words(top(s)) != here
            await s.slack.workspace.press_in_view(s.you, view_id=top(s).id, action_id="turn_back")
            assert words(top(s)) == here
            assert s.slack.workspace.notices(s.you) == []

    asyncio.run(conversation())
