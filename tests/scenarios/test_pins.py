"""An administrator pins an answer below its receipt; whoever asks the same gets it at once, until a document it cites changes."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.playground.conversations import Message
from tests.scenarios.stage import Scene, scene

DUG = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years."
WHO_DUG = "Who dug the harbour of Port Elling?"
YOU, MEI = "U0PLAYYOU1", "U0PLAYMEI2"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(f"{DUG}\n", encoding="utf-8")
    return folder


def administered(database: Path, documents: Path) -> AbstractAsyncContextManager[Scene]:
    return scene(database, seeds_dir=documents, corrections_after_seconds=0.05, admin_users=frozenset({YOU}))


def words(shown: object) -> str:
    return json.dumps(shown, ensure_ascii=False)


async def asked(s: Scene, text: str = WHO_DUG, *, user: str = MEI, thread: str | None = None, count: int = 1) -> Message:
    ts = await s.slack.workspace.say(user, s.general, f"{s.mention} {text}", thread)
    await s.reply(s.general, thread or ts, count=count)
    await s.settled()
    return s.replies(s.general, thread or ts)[-1]


async def receipt(s: Scene, reply: Message, user: str) -> str:
    """The dialog of an answer, opened by somebody; its id."""
    await s.slack.workspace.press(user, channel=s.general, ts=reply.ts, action_id="why")
    await s.until(lambda: s.slack.workspace.open_views(user))
    return s.slack.workspace.open_views(user)[-1].id


def shown(s: Scene, user: str) -> str:
    return words(s.slack.workspace.open_views(user)[-1].payload)


async def press(s: Scene, reply: Message, action: str, expected: str) -> None:
    """The administrator opens an answer's receipt, presses, and reads."""
    view = await receipt(s, reply, YOU)
    await s.slack.workspace.press_in_view(YOU, view_id=view, action_id=action)
    await s.until(lambda: expected in shown(s, YOU))
    assert "Passages considered" in shown(s, YOU)
    await s.slack.workspace.close(YOU, view)


def engines(s: Scene) -> list[str]:
    return [row["engine"] for row in s.bot.store.rows()]


def test_what_an_administrator_pins_is_given_to_others_with_their_name_and_unpinned_again(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with administered(database, documents) as s:
            await press(s, await asked(s), "pin", "Pinned by ")
            served = await asked(s, "who dug the harbour of Port Elling")
            assert engines(s) == ["pinned", "extractive"]
            assert DUG in words(served.blocks)
            assert words({"type": "user", "user_id": YOU}) in words(served.blocks)
            assert "Approved on " in served.text
            assert YOU not in served.text

            view = await receipt(s, served, MEI)
            assert "approved before for the same question" in shown(s, MEI)
            assert "Unpin" not in shown(s, MEI)
            await s.slack.workspace.close(MEI, view)
            await press(s, served, "unpin", "Pin this answer")
            await asked(s)
            assert engines(s)[0] == "extractive"

    asyncio.run(conversation())


def test_a_command_is_served_privately_as_any_other(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with administered(database, documents) as s:
            await press(s, await asked(s), "pin", "Pinned by ")
            await s.slack.workspace.command(s.you, s.general, "/tencent", WHO_DUG)
            answer = await s.private_answer()
            await s.settled()
            assert engines(s)[0] == "pinned"
            assert DUG in words(answer.blocks)
            assert not [m for m in s.slack.workspace.messages(s.general, viewer=MEI) if m.ts == answer.ts]

    asyncio.run(conversation())


def test_nobody_else_is_offered_to_pin(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with administered(database, documents) as s:
            reply = await asked(s)
            view = await receipt(s, reply, YOU)
            assert "Pin this answer" in shown(s, YOU)
            await s.slack.workspace.close(YOU, view)
            await receipt(s, reply, MEI)
            assert "Pin this answer" not in shown(s, MEI)
            assert s.bot.store.pins() == []

    asyncio.run(conversation())


def test_a_follow_up_is_neither_pinned_nor_served(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with administered(database, documents) as s:
            first = await asked(s)
            assert first.thread_ts
            follow_up = await asked(s, thread=first.thread_ts, count=2)
            await press(s, follow_up, "pin", "This question follows others in its thread")
            assert s.bot.store.pins() == []
            await press(s, first, "pin", "Pinned by ")
            await asked(s, thread=first.thread_ts, count=3)
            assert engines(s)[0] == "extractive"

    asyncio.run(conversation())


def test_a_pin_ends_with_a_change_of_its_document_and_the_list_says_so(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with administered(database, documents) as s:
            await press(s, await asked(s), "pin", "Pinned by ")
            (documents / "harbour.txt").write_text(f"{DUG} It is deep.\n", encoding="utf-8")
            s.bot.live.refresh()
            s.bot.live.refresh()
            await asked(s)
            assert engines(s)[0] == "extractive"
            await s.until(lambda: s.bot.store.pins()[0].changed == "harbour.txt")

    asyncio.run(conversation())
