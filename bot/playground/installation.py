"""The app as installed in the workspace: its ids and tokens, what it was granted, and what it listens for.

In: the app's manifest (Slack's schema v1), or nothing. Out: who it is, and yes or no to "may it" and "does it hear".
Without a manifest the app is granted and subscribed to everything the playground knows.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.playground.threads import Prompt, SuggestedPrompts

EVENT_SCOPES: dict[str, str | None] = {  # docs.slack.dev/reference/events: what a subscription needs
    "agent_session_stopped": "chat:write",
    "app_context_changed": "assistant:write",
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "team_access_revoked": None,
    "tokens_revoked": None,
}
DEFAULT_SCOPES = frozenset(scope for scope in EVENT_SCOPES.values() if scope) | {
    "channels:read", "commands", "groups:read", "im:read", "im:write", "mpim:read", "mpim:write",
    "reactions:write", "team:read", "users:read",
}  # fmt: skip


def _secret(prefix: str = "") -> str:
    return prefix + secrets.token_hex(16)


@dataclass
class Installation:
    """One app in one workspace. `commands` and `shortcuts` are None where no manifest says which there are.

    `code` are the letters in the ids of the workspace's people and channels; `granted` are the bot tokens that OAuth gave, and until when each is
    good (seconds since the epoch, None for ever).
    """

    code: str = "PLAY"
    is_installed: bool = True
    granted: dict[str, float | None] = field(default_factory=dict)
    app_id: str = "A0PLAYAPP1"
    bot_id: str = "B0PLAYBOT1"
    bot_user_id: str = "U0PLAYBOT1"
    team_id: str = "T0PLAYTEAM"
    team_name: str = "Playground"
    team_domain: str = "playground"
    app_name: str = "App"
    bot_name: str = "app"
    bot_token: str = field(default_factory=lambda: _secret("xoxb-playground-"))
    app_token: str = field(default_factory=lambda: _secret("xapp-playground-"))
    signing_secret: str = field(default_factory=_secret)
    verification_token: str = field(default_factory=_secret)
    scopes: frozenset[str] = DEFAULT_SCOPES
    events: frozenset[str] = frozenset(EVENT_SCOPES)
    commands: tuple[str, ...] | None = None
    shortcuts: dict[str, str] | None = None  # callback_id → "global" | "message"
    is_agent: bool = True
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    interactivity: bool = True
    opening_prompts: SuggestedPrompts | None = None
    revoked: set[str] = field(default_factory=set)

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any] | None) -> "Installation":
        """The app that this manifest describes."""
        if manifest is None:
            return cls()
        features, settings = manifest.get("features", {}), manifest.get("settings", {})
        home = features.get("app_home", {})
        app_name = manifest["display_information"]["name"]
        return cls(
            app_name=app_name,
            bot_name=features.get("bot_user", {}).get("display_name", app_name),
            scopes=frozenset(manifest.get("oauth_config", {}).get("scopes", {}).get("bot", ())),
            events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
            commands=tuple(each["command"] for each in features.get("slash_commands", ())),
            shortcuts={each["callback_id"]: each["type"] for each in features.get("shortcuts", ())},
            is_agent="agent_view" in features or "assistant_view" in features,
            home_tab=bool(home.get("home_tab_enabled")),
            messages_tab=bool(home.get("messages_tab_enabled")),
            messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled")),
            interactivity=bool(settings.get("interactivity", {}).get("is_enabled")),
            opening_prompts=_opening_prompts(features.get("agent_view", {})),
        )

    def elsewhere(self, code: str, name: str) -> "Installation":
        """The same app in another workspace, where nobody has installed it yet."""
        return replace(
            self, code=code, is_installed=False, granted={}, revoked=set(), bot_token=_secret("xoxb-never-given-"), bot_id=f"B0{code}BOT1",
            bot_user_id=f"U0{code}BOT1", team_id=f"T0{code}TEAM", team_name=name, team_domain=name.lower(),
        )  # fmt: skip

    def kind_of(self, token: str, now: float) -> str | None:
        """Whether it is a "bot" or an "app" token of this installation, or "expired"; None for no token of it."""
        if token == self.app_token:
            return "app"
        if token in self.granted:
            expires = self.granted[token]
            return "bot" if expires is None or now < expires else "expired"
        return "bot" if token == self.bot_token and self.is_installed and not self.granted else None

    def hears(self, subscription: str) -> bool:
        """Whether the app is subscribed to events of that name ("message.im") and was granted what they need."""
        scope = EVENT_SCOPES.get(subscription)
        return subscription in self.events and (scope is None or scope in self.scopes)


def _opening_prompts(agent_view: Mapping[str, Any]) -> SuggestedPrompts | None:
    prompts = agent_view.get("suggested_prompts") or ()
    if not prompts:
        return None
    return SuggestedPrompts(tuple(Prompt(each["title"], each["message"]) for each in prompts))
