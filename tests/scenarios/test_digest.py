"""The weekly digest, posted by the production bot."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.slack.digest import METADATA_TYPE, WEEKDAYS
from bot.store import Store
from tests.scenarios.stage import Scene, running, scene


def due_now() -> dict[str, Any]:
    """Settings by which it has just been due; never at the very end of an hour, which might be over before it is looked at."""
    moment = datetime.now(UTC) - timedelta(minutes=1)
    return {"digest_at": f"{WEEKDAYS[moment.weekday()]} {moment.hour}"}


def digests(s: Scene, channel: str) -> list[Any]:
    return [m for m in s.slack.workspace.messages(channel, viewer=s.you) if m.metadata and m.metadata["event_type"] == METADATA_TYPE]


def is_closed(store: Store) -> bool:
    with store._reading() as connection:
        return bool(connection.exec_driver_sql("SELECT is_closed FROM digests").scalar())


def test_the_digest_is_posted_once_however_many_bots_start(database: Path, tmp_path: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            settings = due_now() | {"digest_channel": s.general}
            async with running(s.slack, tmp_path / "weekly.sqlite3", **settings) as bot:
                await s.until(lambda: digests(s, s.general))
                (message,) = digests(s, s.general)
                assert "The week in questions" in message.text
                assert "Nobody asked anything." in message.text
                store = bot.store
                assert (
                    store.claim_digest(s.slack.workspace.installation.team_id, s.general, message.metadata["event_payload"]["due"]) is None
                )
            async with running(s.slack, tmp_path / "weekly.sqlite3", **settings):
                await asyncio.sleep(0.3)  # that nothing is posted shows in no event
            assert len(digests(s, s.general)) == 1
            # As if the first had died between posting and noting it.
            store = Store(f"sqlite:///{tmp_path / 'weekly.sqlite3'}")
            with store._writing() as connection:
                connection.exec_driver_sql("UPDATE digests SET is_closed = 0, claimed_until = 0")
            store.close()
            async with running(s.slack, tmp_path / "weekly.sqlite3", **settings) as bot:
                await s.until(lambda: is_closed(bot.store))
            assert len(digests(s, s.general)) == 1

    asyncio.run(conversation())
