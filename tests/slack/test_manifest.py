import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from bot.config import CHECKOUT
from bot.prompts import PromptLibrary
from bot.slack.manifest import EVENTS, INSTALLATION_EVENTS, SCOPES, manifest

REFERENCE = CHECKOUT.parent / "shared" / "slack-reference"
PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")


def test_names_and_descriptions_keep_slacks_limits() -> None:
    shown = manifest(PROMPTS, "/tencent")
    assert len(shown["display_information"]["name"]) <= 35
    assert len(shown["display_information"]["description"]) <= 140
    (command,) = shown["features"]["slash_commands"]
    assert len(command["command"]) <= 32


def test_over_http_every_door_has_the_address() -> None:
    shown = manifest(PROMPTS, "/ask", "https://bot.example/slack/events")
    assert shown["settings"]["socket_mode_enabled"] is False
    assert shown["settings"]["event_subscriptions"]["request_url"] == "https://bot.example/slack/events"
    assert shown["settings"]["interactivity"]["request_url"] == "https://bot.example/slack/events"
    assert (
        shown["features"]["slash_commands"][0] | {"command": "/ask", "url": "https://bot.example/slack/events"}
        == (shown["features"]["slash_commands"][0])
    )


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference data is not beside the checkout")
@pytest.mark.parametrize("event", [*EVENTS, *INSTALLATION_EVENTS])
def test_every_event_is_slacks_and_its_scope_is_asked_for(event: str) -> None:
    described = json.loads((REFERENCE / "events" / f"{event}.json").read_text())
    assert {scope.replace(".read", ":read").replace(".history", ":history") for scope in described["scopes"]} <= set(SCOPES)


def test_for_organisations_it_may_be_deployed_and_hears_of_workspaces_that_lose_it() -> None:
    at_home = manifest(PROMPTS, "/ask", "https://bot.example/slack/events", redirect_url="https://bot.example/slack/oauth_redirect")
    shown = manifest(
        PROMPTS, "/ask", "https://bot.example/slack/events", redirect_url="https://bot.example/slack/oauth_redirect", of_organisations=True
    )
    assert [each["settings"]["org_deploy_enabled"] for each in (at_home, shown)] == [False, True]
    heard = [set(each["settings"]["event_subscriptions"]["bot_events"]) for each in (at_home, shown)]
    assert heard[1] - heard[0] == {"team_access_revoked"}


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference data is not beside the checkout")
@pytest.mark.parametrize("request_url", [None, "https://bot.example/slack/events"])
@pytest.mark.parametrize("redirect_url", [None, "https://bot.example/slack/oauth_redirect"])
@pytest.mark.parametrize("knows_guests", [True, False])
def test_the_manifest_is_valid_by_slacks_own_schema(request_url: str | None, redirect_url: str | None, knows_guests: bool) -> None:
    schema = json.loads((REFERENCE / "manifest.schema.1.0.0.json").read_text())
    shown = manifest(PROMPTS, "/tencent", request_url, knows_guests=knows_guests, redirect_url=redirect_url)
    assert ("app_uninstalled" in shown["settings"]["event_subscriptions"]["bot_events"]) == (redirect_url is not None)
    assert [error.message for error in Draft7Validator(schema).iter_errors(shown)] == []
    broken = shown | {"display_information": {}}
    assert list(Draft7Validator(schema).iter_errors(broken))


def test_the_readme_explains_every_scope() -> None:
    readme = Path(CHECKOUT / "README.md").read_text()
    assert [scope for scope in SCOPES if f"`{scope}`" not in readme] == []
