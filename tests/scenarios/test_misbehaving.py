"""Whatever a model does, each question gets one answer, and nothing of what it made up is in it."""

import asyncio
import json
from pathlib import Path

from bot.llm.misbehaving import WAYS, MisbehavingModel
from tests.scenarios.stage import scene


def test_nothing_a_misbehaving_model_makes_up_is_posted(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database, MisbehavingModel(stall=0)) as s:
            for number in range(len(WAYS) + 3):
                ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} What stake does Tencent hold in JD? ({number})")
                await s.reply(s.general, ts)
                said = json.dumps([message.blocks for message in s.replies(s.general, ts)], ensure_ascii=False)
                assert len(s.replies(s.general, ts)) == 1
                for made_up in ("999", "<!channel>", "elsewhere.example", "42%", "It is not true", "32.36"):
                    assert made_up not in said

    asyncio.run(conversation())
