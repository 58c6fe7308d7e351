"""Installing the app over OAuth, with Slack's refusals."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack
from tests.playground.conftest import FakeClock

BACK = "https://bot.example/slack/oauth_redirect"
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "App"},
    "oauth_config": {"redirect_urls": [BACK], "scopes": {"bot": ["chat:write", "commands"]}},
}


@asynccontextmanager
async def slack_and_browser(clock: FakeClock, *, rotates: bool = False) -> AsyncIterator[tuple[EmulatedSlack, aiohttp.ClientSession]]:
    manifest = MANIFEST | {"settings": {"token_rotation_enabled": rotates}}
    async with emulated_slack(manifest=manifest, clock=clock) as slack, aiohttp.ClientSession() as browser:
        slack.workspace.installation.is_installed = False
        slack.add_workspace("OTHR", "Other")
        yield slack, browser


def request(slack: EmulatedSlack, **given: str) -> dict[str, str]:
    return {"client_id": slack.distribution.client_id, "scope": "chat:write", "state": "s", "redirect_uri": BACK} | given


async def granted(slack: EmulatedSlack, browser: aiohttp.ClientSession, team: str = "T0PLAYTEAM") -> str:
    """The code of a person who allowed it."""
    form = request(slack) | {"team": team, "choice": "allow"}
    async with browser.post(f"{slack.url}/oauth/v2/authorize", data=form, allow_redirects=False) as response:
        (code,) = parse_qs(urlsplit(response.headers["Location"]).query)["code"]
        return code


async def access(slack: EmulatedSlack, browser: aiohttp.ClientSession, **arguments: str) -> dict[str, Any]:
    credentials = f"{arguments.pop('id', slack.distribution.client_id)}:{arguments.pop('secret', slack.distribution.client_secret)}"
    headers = {"Authorization": "Basic " + base64.b64encode(credentials.encode()).decode()}
    async with browser.post(f"{slack.api_url}oauth.v2.access", data=arguments, headers=headers) as response:
        answer: dict[str, Any] = await response.json()
        return answer


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "https://evil.example/"}, "bad_redirect_uri"),
        ({"scope": ""}, "no_scopes"),
        ({"scope": "chat:shout"}, "invalid_scope"),
    ],
)
async def test_what_slack_would_not_ask_anybody_is_refused_before_anything_is_shown(
    clock: FakeClock, given: dict[str, str], error: str
) -> None:
    async with slack_and_browser(clock) as (slack, browser):
        for way in ("GET", "POST"):
            asked = {"params" if way == "GET" else "data": request(slack, **given)}
            async with browser.request(way, f"{slack.url}/oauth/v2/authorize", **asked) as response:  # type: ignore[arg-type]
                assert (response.status, error in await response.text()) == (400, True)


async def test_the_page_names_the_app_the_workspaces_and_what_is_asked_for(clock: FakeClock) -> None:
    async with slack_and_browser(clock) as (slack, browser):
        async with browser.get(f"{slack.url}/oauth/v2/authorize", params=request(slack, state='"><script>')) as response:
            shown = await response.text()
        assert all(words in shown for words in ("App asks for", "Playground", "Other", "chat:write", "Allow", "Cancel"))
        assert "<script>" not in shown


async def test_who_cancels_is_sent_back_with_an_error(clock: FakeClock) -> None:
    async with slack_and_browser(clock) as (slack, browser):
        form = request(slack) | {"team": "T0PLAYTEAM", "choice": "cancel"}
        async with browser.post(f"{slack.url}/oauth/v2/authorize", data=form, allow_redirects=False) as response:
            assert response.headers["Location"] == f"{BACK}?error=access_denied&state=s"


async def test_a_code_is_good_once_in_time_with_the_same_address_and_the_right_secret(clock: FakeClock) -> None:
    async with slack_and_browser(clock) as (slack, browser):
        code = await granted(slack, browser)
        for wrong, error in (
            ({"id": "1.2"}, "invalid_client_id"),
            ({"secret": "x"}, "bad_client_secret"),
            ({"redirect_uri": "https://bot.example/"}, "bad_redirect_uri"),
            ({"code": "guessed"}, "invalid_code"),
            ({"grant_type": "password"}, "invalid_grant_type"),
        ):
            assert (await access(slack, browser, **({"code": code, "redirect_uri": BACK} | wrong)))["error"] == error
        answer = await access(slack, browser, code=code, redirect_uri=BACK)
        assert (answer["team"], answer["scope"], answer["bot_user_id"]) == (
            {"id": "T0PLAYTEAM", "name": "Playground"}, "chat:write", "U0PLAYBOT1",
        )  # fmt: skip
        assert (await access(slack, browser, code=code, redirect_uri=BACK))["error"] == "invalid_code"
        late = await granted(slack, browser)
        clock.advance(601)
        assert (await access(slack, browser, code=late, redirect_uri=BACK))["error"] == "invalid_code"


async def test_a_token_is_good_in_its_own_workspace_alone_and_until_the_app_is_removed(clock: FakeClock) -> None:
    async with slack_and_browser(clock) as (slack, browser):
        token = (await access(slack, browser, code=await granted(slack, browser, "T0OTHRTEAM"), redirect_uri=BACK))["access_token"]
        client = AsyncWebClient(token=token, base_url=slack.api_url, session=browser)
        assert (await client.auth_test())["team_id"] == "T0OTHRTEAM"
        assert (await client.chat_postMessage(channel="C0OTHRGEN1", text="here"))["ok"]
        with pytest.raises(SlackApiError, match="channel_not_found"):
            await client.chat_postMessage(channel="C0PLAYGEN1", text="there")
        again = (await access(slack, browser, code=await granted(slack, browser, "T0OTHRTEAM"), redirect_uri=BACK))["access_token"]
        assert again == token
        await slack.workspaces[1].uninstall()
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()


async def test_with_rotation_tokens_end_and_a_refresh_token_is_good_once(clock: FakeClock) -> None:
    async with slack_and_browser(clock, rotates=True) as (slack, browser):
        first = await access(slack, browser, code=await granted(slack, browser), redirect_uri=BACK)
        again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        second = await access(slack, browser, **again)
        assert first["expires_in"] == 43_200
        assert second["access_token"] != first["access_token"]
        assert (await access(slack, browser, **again))["error"] == "invalid_refresh_token"
        clock.advance(43_201)
        async with browser.post(f"{slack.api_url}auth.test", headers={"Authorization": f"Bearer {second['access_token']}"}) as response:
            assert (await response.json())["error"] == "token_expired"
