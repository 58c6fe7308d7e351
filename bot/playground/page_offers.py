"""What the app offers people to use: its manifest goes in, its slash commands and shortcuts with their words come out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.playground.installation import Installation


@dataclass(frozen=True)
class SlashCommand:
    """A slash command as the composer's completion shows it."""

    command: str
    description: str = ""
    usage_hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut: "message" ones are among a message's actions, "global" ones in the composer."""

    callback_id: str
    type: Literal["global", "message"]
    name: str
    description: str = ""


@dataclass(frozen=True)
class Offers:
    """Everything the app offers."""

    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()

    def of_type(self, type_: Literal["global", "message"]) -> list[Shortcut]:
        """Return the shortcuts of one type."""
        return [shortcut for shortcut in self.shortcuts if shortcut.type == type_]


def offers(installation: Installation, manifest: Mapping[str, Any] | None = None) -> Offers:
    """Return what the manifest describes, or without one what the installation knows by name."""
    if manifest is None:
        return _named(installation)
    features = manifest.get("features", {})
    return Offers(
        tuple(_command(each) for each in features.get("slash_commands", ())),
        tuple(_shortcut(each) for each in features.get("shortcuts", ())),
    )


def _named(installation: Installation) -> Offers:
    shortcuts = (installation.shortcuts or {}).items()
    return Offers(
        tuple(SlashCommand(name) for name in installation.commands or ()),
        tuple(Shortcut(id_, _type(type_), id_.replace("_", " ").capitalize()) for id_, type_ in shortcuts),
    )


def _command(described: Mapping[str, Any]) -> SlashCommand:
    return SlashCommand(described["command"], described.get("description", ""), described.get("usage_hint", ""))


def _shortcut(described: Mapping[str, Any]) -> Shortcut:
    words = described["name"], described.get("description", "")
    return Shortcut(described["callback_id"], _type(described["type"]), *words)


def _type(name: str) -> Literal["global", "message"]:
    return "message" if name == "message" else "global"
