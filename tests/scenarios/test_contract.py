"""Every call the bot makes on every surface, held against Slack's own reference: known methods and arguments, required ones present, none refused."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.config import CHECKOUT
from bot.playground.records import ApiCall
from tests.scenarios.stage import Scene, scene

METHODS = CHECKOUT.parent / "shared" / "slack-reference" / "methods"
STAKE = "What stake does Tencent hold in JD?"
BY_THE_SDK = {"token", "team_id"}  # Bolt's client adds both to every call
pytestmark = pytest.mark.skipif(not METHODS.is_dir(), reason="Slack's reference data is not beside the checkout")


async def everything(s: Scene) -> None:
    """A person uses every surface."""
    workspace = s.slack.workspace
    await workspace.open_home(s.you)
    await workspace.open_home(s.you, "messages")
    for asking in (s.general, workspace.im(s.you).id):
        mention = s.mention if asking == s.general else ""
        ts = await workspace.say(s.you, asking, f"{mention} {STAKE}")
        await s.reply(asking, ts)
        await s.settled()
        reply = await s.reply(asking, ts)
        await workspace.press(s.you, channel=asking, ts=reply.ts, action_id="sources")
        await workspace.press_in_view(s.you, view_id=workspace.open_views(s.you)[-1].id, action_id="read")
        reader = workspace.open_views(s.you)[-1]
        turn = next(e["action_id"] for block in reader.blocks if block["type"] == "actions" for e in block["elements"])
        await workspace.press_in_view(s.you, view_id=reader.id, action_id=turn)
        await workspace.close(s.you, workspace.open_views(s.you)[0].id)
        await workspace.press(s.you, channel=asking, ts=reply.ts, action_id="why")
        await workspace.close(s.you, workspace.open_views(s.you)[0].id)
    await workspace.message_shortcut(s.you, "ask_about_message", channel=s.general, ts=await workspace.say(s.you, s.general, STAKE))
    await workspace.shortcut(s.you, "ask_form")
    await workspace.close(s.you, workspace.open_views(s.you)[0].id)
    for text in ("help", "sources", "my-data", "forget-me", "settings", "hlep", STAKE):
        await workspace.command(s.you, s.general, "/tencent", text)
    await s.settled()
    await workspace.delivered()


def described(method: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((METHODS / f"{method}.json").read_text(encoding="utf-8"))
    return found


def problems(call: ApiCall) -> list[str]:
    """What Slack's reference has against a call."""
    if not (METHODS / f"{call.method}.json").is_file():
        return [f"{call.method} is not known"]
    arguments = described(call.method)["args"]
    unknown = set(call.arguments) - set(arguments) - BY_THE_SDK
    missing = {name for name, facts in arguments.items() if facts["required"] and name != "token"} - set(call.arguments)
    return [f"{call.method}: unknown {unknown}" for _ in [0] if unknown] + [f"{call.method}: lacks {missing}" for _ in [0] if missing]


def test_every_call_is_one_that_slack_documents_and_none_is_refused(database: Path) -> None:
    calls: list[ApiCall] = []

    async def conversation() -> None:
        async with scene(database) as s:
            await everything(s)
            calls.extend(s.slack.workspace.records.calls)
            assert s.slack.workspace.notices(s.you) == []

    asyncio.run(conversation())
    assert {"chat.postMessage", "views.open", "views.push", "views.update", "views.publish"} <= {call.method for call in calls}
    assert sorted({problem for call in calls for problem in problems(call)}) == []
    assert [call.response for call in calls if not call.ok] == []


def test_what_the_reference_does_not_know_would_be_found() -> None:
    assert problems(ApiCall("chat.shout", {}, {"ok": True})) == ["chat.shout is not known"]
    assert problems(ApiCall("views.open", {"view": {}, "loud": 1}, {"ok": True})) == ["views.open: unknown {'loud'}"]
    assert problems(ApiCall("views.publish", {"user_id": "U1"}, {"ok": True})) == ["views.publish: lacks {'view'}"]
