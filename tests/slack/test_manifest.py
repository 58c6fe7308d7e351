import json
from pathlib import Path

import pytest

from bot.config import CHECKOUT
from bot.prompts import PromptLibrary
from bot.slack.manifest import EVENTS, SCOPES, manifest

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
@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_slacks_and_its_scope_is_asked_for(event: str) -> None:
    described = json.loads((REFERENCE / "events" / f"{event}.json").read_text())
    assert {scope.replace(".read", ":read").replace(".history", ":history") for scope in described["scopes"]} <= set(SCOPES)


def test_the_readme_explains_every_scope() -> None:
    readme = Path(CHECKOUT / "README.md").read_text()
    assert [scope for scope in SCOPES if f"`{scope}`" not in readme] == []
