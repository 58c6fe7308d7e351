"""The clients that speak to Slack."""

import asyncio
import logging

import aiohttp

from bot.config import load_settings
from bot.slack.workspaces import CALL_SECONDS, impatient, patient_client, patient_session


def test_clients_compose_no_record_that_nobody_reads() -> None:
    async def levels() -> list[int]:
        async with aiohttp.ClientSession() as session:
            client = patient_client(load_settings(env_file=None), session, "xoxb-test")
            return [client.logger.level, impatient(client).logger.level]

    assert all(level > logging.DEBUG for level in asyncio.run(levels()))


def test_a_call_that_hangs_is_given_up() -> None:
    async def seconds() -> float | None:
        async with patient_session() as session:
            return session.timeout.total

    assert asyncio.run(seconds()) == CALL_SECONDS
