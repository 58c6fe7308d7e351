"""Holds `methods.json` to Slack's reference, where that is at hand beside the repository."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.playground.installation import EVENT_SCOPES
from bot.playground.methods import HANDLERS
from bot.playground.methods.facts import METHODS

REFERENCE = Path(__file__).parents[3] / "shared" / "slack-reference"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference is not beside the repository")

BEYOND = {"chat.stopStream": {"session_status"}}  # slack_sdk 3.47 sends it; slack.md 1.1
NOT_REQUIRED = {"chat.appendStream": {"markdown_text"}}  # the reference's mistake: chunks stand in for it


def documented() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((REFERENCE / "methods").glob("*.json"))}


@needs_reference
def test_the_methods_are_those_of_the_reference() -> None:
    assert set(METHODS) == set(documented())


@needs_reference
def test_arguments_are_those_of_the_reference() -> None:
    for name, method in documented().items():
        assert set(METHODS[name].arguments) == set(method["args"]) | BEYOND.get(name, set()), name


@needs_reference
def test_required_arguments_are_those_of_the_reference() -> None:
    for name, method in documented().items():
        required = {argument for argument, facts in method["args"].items() if facts.get("required")}
        assert set(METHODS[name].required) == required - NOT_REQUIRED.get(name, set()), name


@needs_reference
def test_errors_are_documented_ones() -> None:
    for name, method in documented().items():
        assert METHODS[name].errors <= set(method["errors"]), name


@needs_reference
def test_event_scopes_are_those_of_the_reference() -> None:
    described = {path.stem for path in (REFERENCE / "events").glob("*.json")}
    assert set(EVENT_SCOPES) - described == {"reaction_added", "reaction_removed", "team_access_revoked"}
    for name in set(EVENT_SCOPES) & described:
        scope, event = EVENT_SCOPES[name], json.loads((REFERENCE / "events" / f"{name}.json").read_text("utf-8"))
        assert [each.replace("mentions.read", "mentions:read") for each in event["scopes"]] == ([scope] if scope else [])


def test_every_handler_answers_a_documented_method() -> None:
    assert set(HANDLERS) <= set(METHODS)
