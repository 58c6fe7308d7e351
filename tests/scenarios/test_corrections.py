"""A document changes after it was quoted: what was said is marked in its thread and answered anew, once, whatever happens meanwhile."""

import asyncio
import json
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.bootstrap import build
from bot.config import Settings
from bot.correcting import Correcting, Limits
from bot.insights.outdated import find_outdated
from bot.playground.conversations import Message
from bot.playground.faults import DroppedAfterActing, RateLimited
from bot.playground.server import emulated_slack
from bot.slack.manifest import manifest
from bot.store.corrections import Corrected
from tests.scenarios.stage import PROMPTS, Scene, running, scene

DUG = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years."
DUG_ANEW = DUG.replace("Agnes Holm in two", "Karl Lind in three")
WHO_DUG = "Who dug the harbour of Port Elling?"
CHANGED = "has changed since I answered this"
GONE = "is no longer among the documents"
MARKED = "A source of this answer has changed since"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "other.txt").write_text("Sheep graze on the northern slopes of Sandby in summer, guarded by dogs.\n", encoding="utf-8")
    write(folder, DUG)
    return folder


def write(folder: Path, text: str) -> None:
    (folder / "harbour.txt").write_text(f"{text}\n", encoding="utf-8")


def look(s: Scene) -> None:
    s.bot.live.refresh()
    s.bot.live.refresh()


def words(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


async def asked(s: Scene, channel: str, text: str = WHO_DUG) -> str:
    """The thread of a question that was answered."""
    said = text if channel != s.general else f"{s.mention} {text}"
    ts = await s.slack.workspace.say(s.you, channel, said)
    reply = await s.reply(channel, ts)
    assert DUG in words(reply)
    await s.settled()
    return ts


def correcting_scene(database: Path, documents: Path) -> AbstractAsyncContextManager[Scene]:
    return scene(database, seeds_dir=documents, correct_past_answers=7, corrections_after_seconds=0.05)


@pytest.mark.parametrize("where", ["channel", "direct"])
def test_the_old_answer_is_marked_and_the_new_one_stands_below_it(database: Path, documents: Path, where: str) -> None:
    async def conversation() -> None:
        async with correcting_scene(database, documents) as s:
            channel = s.general if where == "channel" else s.slack.workspace.im(s.you).id
            ts = await asked(s, channel)
            write(documents, DUG_ANEW)
            look(s)
            correction = await s.reply(channel, ts, count=2)
            await s.settled()
            old, new = s.replies(channel, ts)
            assert new.ts == correction.ts
            assert MARKED in words(old)
            assert DUG in words(old)
            assert CHANGED in words(new)
            assert DUG_ANEW in words(new)
            assert WHO_DUG in words(new)
            assert "The earlier answer" in words(new)
            (again, first) = s.bot.store.rows()
            assert [each.corrected_by for each in find_outdated(s.bot.store, s.bot.corpus)] == [again["id"]]
            assert (again["corrects"], again["surface"], again["status"]) == (first["id"], "correction", "done")

    asyncio.run(conversation())


def test_a_document_that_is_gone_is_said_to_be_and_what_it_alone_said_is_no_longer_answered(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with correcting_scene(database, documents) as s:
            ts = await asked(s, s.general)
            (documents / "harbour.txt").unlink()
            look(s)
            await s.reply(s.general, ts, count=2)
            await s.settled()
            new = s.replies(s.general, ts)[-1]
            assert GONE in words(new)
            assert "The documents don’t say." in words(new)

    asyncio.run(conversation())


def test_it_is_off_unless_switched_on(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with scene(database, seeds_dir=documents) as s:
            await asked(s, s.general)
            write(documents, DUG_ANEW)
            look(s)
            assert in_hand(s).correct() == Corrected(1, 0)  # nobody did before

    asyncio.run(conversation())


def test_an_answer_that_only_its_asker_saw_is_only_listed(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with correcting_scene(database, documents) as s:
            await s.slack.workspace.command(s.you, s.general, "/tencent", WHO_DUG)
            await s.private_answer()
            ts = await asked(s, s.general)
            write(documents, DUG_ANEW)
            look(s)
            await s.reply(s.general, ts, count=2)
            await s.settled()
            listed = find_outdated(s.bot.store, s.bot.corpus)
            assert [(each.is_in_a_thread, bool(each.corrected_by)) for each in listed] == [(True, True), (False, False)]
            assert len(list(s.bot.store.rows())) == 3

    asyncio.run(conversation())


def in_hand(s: Scene) -> Correcting:
    """What the bot does by itself, at the moment a test chooses."""
    team = s.slack.workspace.installation.team_id
    return Correcting(store=s.bot.store, corpus=lambda: s.bot.corpus, team=team, limits=Limits(7, 20), wake=lambda: None)


def test_words_that_moved_and_a_document_that_is_put_back_correct_nothing(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with scene(database, seeds_dir=documents) as s:
            await asked(s, s.general)
            write(documents, f"Port Elling lies on the northern coast, where the winters are long and quiet.\n\n{DUG}")
            look(s)
            assert in_hand(s).correct() == Corrected(0, 0)
            (documents / "harbour.txt").unlink()
            look(s)
            write(documents, DUG)
            look(s)
            assert in_hand(s).correct() == Corrected(0, 0)

    asyncio.run(conversation())


def test_a_flood_is_kept_to_the_newest(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with scene(database, seeds_dir=documents, correct_past_answers=7, corrections_after_seconds=0.05, most_corrections=1) as s:
            first, second = await asked(s, s.general), await asked(s, s.general)
            write(documents, DUG_ANEW)
            look(s)
            await s.reply(s.general, second, count=2)
            await s.settled()
            assert in_hand(s).correct() == Corrected(0, 0)
            assert len(s.replies(s.general, first)) == 1

    asyncio.run(conversation())


def test_slack_s_refusals_and_lost_answers_neither_lose_nor_double_a_correction(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with correcting_scene(database, documents) as s:
            ts = await asked(s, s.general)
            s.slack.faults.next("chat.update", RateLimited(0))
            s.slack.faults.next("chat.postMessage", DroppedAfterActing())
            write(documents, DUG_ANEW)
            look(s)
            await s.until(lambda: [row["status"] for row in s.bot.store.rows()] == ["done", "done"])
            assert [CHANGED in words(reply) for reply in s.replies(s.general, ts)] == [False, True]

    asyncio.run(conversation())


def test_a_deleted_question_takes_its_answer_and_the_correction_with_it(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with correcting_scene(database, documents) as s:
            ts = await asked(s, s.general)
            write(documents, DUG_ANEW)
            look(s)
            await s.reply(s.general, ts, count=2)
            await s.settled()
            await s.slack.workspace.delete_message(s.you, s.general, ts)
            await s.until(lambda: not s.replies(s.general, ts))

    asyncio.run(conversation())


def test_an_answer_that_somebody_deleted_is_not_corrected(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with correcting_scene(database, documents) as s:
            ts = await asked(s, s.general)
            (reply,) = s.replies(s.general, ts)
            await s.slack.workspace.delete_message(reply.user, s.general, reply.ts)
            write(documents, DUG_ANEW)
            look(s)
            await s.until(lambda: [row["status"] for row in s.bot.store.rows()] == ["done", "done"])
            assert not s.replies(s.general, ts)

    asyncio.run(conversation())


def test_a_process_whose_documents_are_older_leaves_the_correction_to_another(database: Path, documents: Path, tmp_path: Path) -> None:
    async def conversation() -> None:
        older = tmp_path / "older"
        older.mkdir()
        (older / "harbour.txt").write_text(f"{DUG}\n", encoding="utf-8")
        async with scene(database, seeds_dir=older) as s:
            ts = await asked(s, s.general)
            write(documents, DUG_ANEW)
            newer = build(Settings.model_validate({"seeds_dir": documents, "database_url": f"sqlite:///{database}"}))
            team = s.slack.workspace.installation.team_id
            Correcting(store=newer.store, corpus=lambda: newer.corpus, team=team, limits=Limits(7, 20), wake=lambda: None).correct()
            newer.store.close()
            await s.slack.workspace.say(s.you, s.slack.workspace.im(s.you).id, "Who owns the moon?")  # which has the worker look
            await s.until(lambda: any(row["retries"] for row in s.bot.store.rows()))
            assert len(s.replies(s.general, ts)) == 1
            write(older, DUG_ANEW)
            look(s)
            assert DUG_ANEW in words(await s.reply(s.general, ts, count=2))

    asyncio.run(conversation())


def test_documents_that_changed_while_nobody_was_there_are_noticed_at_the_start(database: Path, documents: Path) -> None:
    async def conversation() -> None:
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent")) as slack:
            general, you = slack.workspace.channel("general").id, slack.workspace.you.id
            async with running(slack, database, seeds_dir=documents) as bot:
                ts = await asked(Scene(slack, bot, general, you), general)
            write(documents, DUG_ANEW)
            async with running(slack, database, seeds_dir=documents, correct_past_answers=7, corrections_after_seconds=0.05) as bot:
                assert DUG_ANEW in words(await Scene(slack, bot, general, you).reply(general, ts, count=2))

    asyncio.run(conversation())
