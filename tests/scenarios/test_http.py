"""The same bot over signed HTTP instead of Socket Mode, and what anybody on the network may throw at its door."""

import asyncio
import hashlib
import hmac
import io
import json
import socket
import time
from pathlib import Path

import aiohttp

from bot.playground.server import emulated_slack
from bot.slack.http import LARGEST_BODY
from bot.slack.manifest import manifest
from tests.scenarios.stage import PROMPTS, Scene, running
from tests.scenarios.test_asking import STAKE, STAKE_WORDS, words


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_every_surface_works_over_signed_http(database: Path) -> None:
    async def conversation() -> None:
        port = free_port()
        url = f"http://127.0.0.1:{port}/slack/events"
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent", url), request_url=url) as slack:
            over_http = {"slack_app_token": None, "slack_signing_secret": slack.signing_secret, "port": port}
            async with running(slack, database, None, **over_http) as bot:
                s = Scene(slack, bot, slack.workspace.channel("general").id, slack.workspace.you.id)
                ts = await slack.workspace.say(s.you, s.general, f"{s.mention} {STAKE}")
                assert STAKE_WORDS in words(await s.reply(s.general, ts))
                await slack.workspace.command(s.you, s.general, "/tencent", STAKE)
                answer = await s.private_answer()
                assert STAKE_WORDS in words(answer)
                await slack.workspace.press(s.you, channel=s.general, ts=answer.ts, action_id="sources")
                await s.until(lambda: slack.workspace.open_views(s.you))

    asyncio.run(conversation())


def test_whatever_is_not_slacks_is_refused_with_a_4xx_and_recorded_nowhere(database: Path) -> None:
    async def attack() -> None:
        port = free_port()
        url = f"http://127.0.0.1:{port}/slack/events"
        async with emulated_slack(port=0, manifest=manifest(PROMPTS, "/tencent", url), request_url=url) as slack:
            over_http = {"slack_app_token": None, "slack_signing_secret": slack.signing_secret, "port": port}
            async with running(slack, database, None, **over_http) as bot, aiohttp.ClientSession() as session:
                event = json.dumps({"type": "event_callback", "event": {"type": "app_mention"}}).encode()
                good = _signed(slack.signing_secret, event)
                for body, headers, expected in (
                    (event, {}, 401),
                    (event, _signed("another secret", event), 401),
                    (event, good | {"X-Slack-Signature": "v0=" + "é" * 64}, 401),
                    (event, good | {"X-Slack-Request-Timestamp": "yesterday"}, 401),
                    (event, _signed(slack.signing_secret, event, at=time.time() - 600), 401),
                    (b"{not json", _signed(slack.signing_secret, b"{not json"), 400),
                    (b"\xff\xfe", _signed(slack.signing_secret, b"\xff\xfe"), 400),
                    (b"[]", _signed(slack.signing_secret, b"[]"), 400),
                    (b"[" * 200_000, good | {"X-Slack-Signature": "v0=" + "0" * 64}, 401),
                    (b"[" * 200_000, _signed(slack.signing_secret, b"[" * 200_000), 400),
                    (b'{"authorizations": "x"}', good | {"X-Slack-Signature": "v0=" + "0" * 64}, 401),
                    (io.BytesIO(b"x" * (LARGEST_BODY + 1)), good, 413),
                ):
                    async with session.post(url, data=body, headers={"Content-Type": "application/json", **headers}) as reply:
                        assert reply.status == expected, headers
                        assert "Traceback" not in await reply.text()
                for wrong in (
                    {"type": "event_callback", "team_id": "T1", "event_id": "E1", "event": "words"},
                    {
                        "type": "event_callback",
                        "team_id": 5,
                        "event_id": "E1",
                        "event": {"type": "app_mention", "channel": "C1", "ts": "1.0"},
                    },
                    {
                        "type": "event_callback",
                        "team_id": "T1",
                        "event_id": "E1",
                        "event": {"type": "app_mention", "channel": None, "text": {}},
                    },
                    {"type": "block_actions", "actions": []},
                ):
                    body = json.dumps(wrong).encode()
                    signed = {"Content-Type": "application/json", **_signed(slack.signing_secret, body)}
                    async with session.post(url, data=body, headers=signed) as reply:
                        assert reply.status == 400, wrong
                body = b"command=/tencent"
                signed = {"Content-Type": "application/x-www-form-urlencoded", **_signed(slack.signing_secret, body)}
                async with session.post(url, data=body, headers=signed) as reply:
                    assert reply.status == 400
                async with session.get(url) as reply:
                    assert reply.status == 405
                assert list(bot.store.rows()) == []

    asyncio.run(attack())


def _signed(secret: str, body: bytes, at: float | None = None) -> dict[str, str]:
    timestamp = str(int(at or time.time()))
    signature = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}
