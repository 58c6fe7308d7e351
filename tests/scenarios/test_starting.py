"""What keeps the bot from starting is a sentence that says what to do, and names no secret."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.errors import ConfigError, StoreError
from bot.playground.server import emulated_slack
from bot.slack.manifest import manifest
from bot.store import Store
from bot.store.schema import STEPS
from tests.scenarios.stage import PROMPTS, running

WRONG_BOT, WRONG_APP = "xoxb-wrong-token-0000", "xapp-wrong-token-0000"


async def refusal(database: Path, **settings: object) -> str:
    """Why the bot does not start with these settings."""
    async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent")) as slack:
        with pytest.raises((ConfigError, StoreError)) as refused:
            async with running(slack, database, None, **settings):
                pass
        said = str(refused.value)
        assert said.endswith(".")
        assert not [secret for secret in (slack.bot_token, slack.app_token, WRONG_BOT, WRONG_APP) if secret in said]
        return said


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"slack_bot_token": WRONG_BOT}, "does not take SLACK_BOT_TOKEN (invalid_auth). Please install the app again and copy the token."),
        ({"slack_app_token": WRONG_APP}, "does not take SLACK_APP_TOKEN"),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "Slack cannot be reached at http://127.0.0.1:9/api/"),
        ({"slack_app_token": None}, "Please set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)"),
        ({"operations_port": 9, "host": "192.0.2.1"}, "Please choose another OPERATIONS_PORT"),
    ],
)
def test_what_slack_does_not_take_is_refused_at_the_start(database: Path, settings: dict[str, object], expected: str) -> None:
    assert expected in asyncio.run(refusal(database, **settings))


def test_a_database_of_a_newer_program_is_refused_at_the_start(database: Path) -> None:
    Store(f"sqlite:///{database}").close()
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO schema_version VALUES (?)", (len(STEPS) + 1,))
    connection.close()
    assert "Please update the program." in asyncio.run(refusal(database))


def test_a_second_bot_on_the_same_file_is_refused_and_the_first_goes_on(database: Path) -> None:
    async def two() -> None:
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent")) as slack, running(slack, database) as first:
            with pytest.raises(StoreError, match="Please stop it, or let several share PostgreSQL"):
                async with running(slack, database):
                    pass
            assert first.store.waiting("T1") == (0, 0.0)

    asyncio.run(two())
