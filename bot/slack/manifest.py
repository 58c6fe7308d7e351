"""The Slack app manifest: what to paste at api.slack.com/apps. In: Settings and prompts/replies/manifest.md. Out: a dict for JSON."""

from typing import Any

from bot.prompts import PromptLibrary
from bot.slack.shortcuts import ABOUT_MESSAGE, ASK_FORM

SCOPES = {
    "app_mentions:read": "hear mentions",
    "assistant:write": "be an agent in Slack: suggested prompts and thread titles",
    "channels:history": "hear follow-ups, edits and deletions; look for an answer whose posting was interrupted, so that it is not posted twice",
    "chat:write": "answer",
    "commands": "the slash command",
    "groups:history": "the same as channels:history, in private channels",
    "im:history": "hear direct messages",
    "im:write": "answer a command in a direct message where its channel cannot be written to",
}
GUEST_SCOPE = "users:read"  # asked for only where guests are told from members
# Where workspaces install the app by themselves, it hears that they no longer have it; neither event needs a scope.
INSTALLATION_EVENTS = ("app_uninstalled", "tokens_revoked")
ORGANISATION_EVENTS = ("team_access_revoked",)  # where one of an organisation's workspaces no longer has it
EVENTS = ("agent_session_stopped", "app_home_opened", "app_mention", "message.channels", "message.groups", "message.im")


def scopes(*, knows_guests: bool = False) -> tuple[str, ...]:
    """What the app asks for; with `knows_guests` also what tells guests from members."""
    return tuple(sorted([*SCOPES, *([GUEST_SCOPE] if knows_guests else [])]))


def events(*, installs: bool = False, of_organisations: bool = False) -> list[str]:
    """What the app hears; where workspaces install it by themselves, and where organisations do, also that it was taken away."""
    return sorted([*EVENTS, *(INSTALLATION_EVENTS if installs else ()), *(ORGANISATION_EVENTS if of_organisations else ())])


def manifest(
    prompts: PromptLibrary, command: str, request_url: str | None = None, *,
    knows_guests: bool = False, redirect_url: str | None = None, of_organisations: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The manifest for Socket Mode, or for HTTP at `request_url`.

    With `knows_guests` it lets guests be told from members; with `redirect_url` workspaces can install the app by themselves, over OAuth, and
    with `of_organisations` whole organisations too.
    """
    words = prompts.reply("manifest")
    slash: dict[str, Any] = {
        "command": command,
        "description": words.label("command_description"),
        "usage_hint": words.label("usage_hint"),
        "should_escape": False,
    }
    heard: dict[str, Any] = {"bot_events": events(installs=redirect_url is not None, of_organisations=of_organisations)}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if request_url:
        slash["url"] = heard["request_url"] = interactivity["request_url"] = request_url
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {"name": words.label("name"), "description": words.label("description_short")},
        "features": {
            "agent_view": {"agent_description": words.label("agent_description")},
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
            "bot_user": {"display_name": words.label("display_name"), "always_online": True},
            "shortcuts": [
                {
                    "type": "message",
                    "callback_id": ABOUT_MESSAGE,
                    "name": words.label("about_message"),
                    "description": words.label("about_message_description"),
                },
                {
                    "type": "global",
                    "callback_id": ASK_FORM,
                    "name": words.label("ask_form"),
                    "description": words.label("ask_form_description"),
                },
            ],
            "slash_commands": [slash],
        },
        "oauth_config": {
            **({"redirect_urls": [redirect_url]} if redirect_url else {}),
            "scopes": {"bot": list(scopes(knows_guests=knows_guests))},
        },
        "settings": {
            "event_subscriptions": heard,
            "interactivity": interactivity,
            "org_deploy_enabled": of_organisations,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }
