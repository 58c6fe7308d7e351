"""Much of everything: the most documents, the longest titles, questions and answers. Slack refuses what is over its limits (slack.md 1.11), and so
does the workspace these run in: nothing may be refused, and nobody may meet a warning sign.
"""

import asyncio
import json
from pathlib import Path

import pytest

from bot.llm import Usage
from bot.llm.scripted import ScriptedModel
from bot.questions import MAX_QUESTION_CHARS
from tests.scenarios.stage import Scene, scene

TITLE = "On the <!channel> & the *long* `history` of the harbour, which was dug by hand between two rocks, 港 " * 3
QUESTION = ("Who dug the harbour of Elling & <b>why</b>? " * 80)[:MAX_QUESTION_CHARS]
DOCUMENTS = 120


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Many documents with long names, that say nearly the same."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    catalogue = []
    for number in range(DOCUMENTS):
        name = f"{'a-very-long-name-of-a-file-' * 6}{number}.txt"
        paragraphs = (f"The harbour of Elling was dug by Agnes Holm in {1800 + number} for reason {n} of {number}." for n in range(12))
        (folder / name).write_text("Harbours\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")
        evidence = "the line that says so, " * 40
        link = f"https://example.com/{'x' * 2_900}/{number}"
        catalogue.append(f'[documents."{name}"]\ntitle = {{ value = "{TITLE}", evidence = "{evidence}" }}\nlink = "{link}"\n')
        catalogue.append(f'publisher = {{ value = "{TITLE}" }}\nauthor = {{ value = "{TITLE}" }}\n')
    (folder / "corpus.toml").write_text("\n".join(catalogue), encoding="utf-8")
    return folder


def model(s: Path) -> ScriptedModel:
    """One that cites a passage of each of twelve documents, and makes much up."""
    names = sorted(path.name for path in s.glob("*.txt"))
    claims = [
        {
            "quotes": [{"passage": f"{number:03d}-{1 + number % 5}", "text": f"was dug by Agnes Holm in {1800 + int(name.rpartition('-')[2][:-4])}"}],
            "text": "" if number % 2 else f"Agnes Holm made up {number} " + "and so on " * 60,
            "kind": "fact",
        }
        for number, name in enumerate(names[:12])
    ]  # fmt: skip
    return ScriptedModel([json.dumps({"mode": "answer", "claims": claims, "unanswered": ["why " * 300]}), Usage(10**7, 10**6, 10**6)])


async def act(s: Scene) -> None:
    workspace = s.slack.workspace
    await workspace.open_home(s.you)
    await workspace.open_home(s.you, "messages")
    for channel in (s.general, workspace.im(s.you).id):
        mention = f"{s.mention} " if channel == s.general else ""
        for text in (QUESTION, QUESTION + " and more", "help", "sources", f"search {QUESTION[:200]}", "timeline the harbour"):
            ts = await workspace.say(s.you, channel, mention + text)
            await s.reply(channel, ts)
            await s.until(lambda: not {row["status"] for row in s.bot.store.rows()} & {"queued", "running"})
            for action in ("sources", "why"):
                (*_, last) = s.replies(channel, ts)
                if f'"{action}"' in json.dumps(last.blocks):
                    await workspace.press(s.you, channel=channel, ts=last.ts, action_id=action)
                    await walk(s)
    for text in (QUESTION, f"show {_cited(s)[:8]}", "my-data", "forget-me", "settings", "sources"):
        await workspace.command(s.you, s.general, "/tencent", text)
        await s.until(lambda: not {row["status"] for row in s.bot.store.rows()} & {"queued", "running"})
    await workspace.open_home(s.you)
    await workspace.delivered()


def _cited(s: Scene) -> str:
    return next(
        str(row["id"]) for row in s.bot.store.rows() if row["verdict"] in {"answered", "partial"} and row["question"] == QUESTION.strip()
    )


async def walk(s: Scene) -> None:
    """Turn the pages of a dialog as far as they go, look at one passage, and leave."""
    workspace = s.slack.workspace
    for _ in range(4):
        top = workspace.open_views(s.you)[-1]
        if "sources_page" not in [e["action_id"] for b in top.blocks if b["type"] == "actions" for e in b["elements"]]:
            break
        await workspace.press_in_view(s.you, view_id=top.id, action_id="sources_page")
    top = workspace.open_views(s.you)[-1]
    readers = [b["block_id"] for b in top.blocks if b["type"] == "actions" and b["elements"][0]["action_id"] == "read"]
    if readers:
        await workspace.press_in_view(s.you, view_id=top.id, action_id="read", block_id=readers[-1])
    for view in reversed(workspace.open_views(s.you)):
        await workspace.close(s.you, view.id)


def test_nothing_is_refused_however_much_there_is_to_say(database: Path, seeds: Path) -> None:
    async def conversation() -> None:
        async with scene(database, model(seeds), seeds_dir=seeds, token_prices="2,1,8", index_dir=database.parent / "index") as s:
            await act(s)
            records, workspace = s.slack.workspace.records, s.slack.workspace
            assert [(call.method, call.response) for call in records.calls if not call.ok] == []
            assert [use.answer for use in records.responses if use.status != 200] == []
            assert [(each.event_type or each.kind, each.failure) for each in records.deliveries if each.failure] == []
            assert workspace.notices(s.you) == []
            assert {row["status"] for row in s.bot.store.rows()} == {"done"}

    asyncio.run(conversation())
