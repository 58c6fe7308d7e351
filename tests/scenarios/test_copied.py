"""What the playground copies as a scenario test is one: the copy, run against a fresh bot, passes."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.playground.scenario_code import scenario_code
from bot.playground.wire import exchanges
from tests.scenarios.stage import Scene, scene

STAKE = "What stake does Tencent hold in JD?"


def copy_of(s: Scene, name: str) -> str:
    """The test made of the newest exchange of that name."""
    found = next(each for each in exchanges(s.slack.workspace.records) if each.name == name)
    code = scenario_code(s.slack.workspace, found)
    assert code is not None
    return code


def run(code: str, database: Path) -> None:
    """Run the test that the code defines."""
    names: dict[str, Any] = {}
    exec(code, names)  # it is the code under test
    test: Callable[[Path], None] = names["test_what_happened_in_the_playground"]
    test(database)


def test_a_copied_mention_and_its_sources_button_play_again(database: Path) -> None:
    codes: list[str] = []

    async def conversation() -> None:
        async with scene(database) as s:
            ts = await s.slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
            reply = await s.reply(s.general, ts)
            codes.append(copy_of(s, "app_mention"))
            await s.slack.workspace.press(s.you, channel=s.general, ts=reply.ts, action_id="sources")
            await s.until(lambda: s.slack.workspace.open_views(s.you))
            codes.append(copy_of(s, "block_actions"))

    asyncio.run(conversation())
    for number, code in enumerate(codes):
        assert STAKE in code
        run(code, database.with_suffix(f".{number}"))
    assert "views.open" in codes[1]


def test_a_copied_command_plays_again(database: Path) -> None:
    codes: list[str] = []

    async def conversation() -> None:
        async with scene(database) as s:
            await s.slack.workspace.command(s.you, s.general, "/tencent", STAKE)
            await s.private_answer()
            codes.append(copy_of(s, "/tencent"))

    asyncio.run(conversation())
    assert "21.25%" in codes[0]
    run(codes[0], database.with_suffix(".again"))
