"""The panel beside the conversation: what is on the wire, which faults wait, which engine answers.

In: the workspace. Out: the context of the panel's template, and one exchange's payloads as JSON.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.conversations import DIRECT
from bot.playground.page_faults import CHOICES, POINT_WORDS, described, is_of_delivery
from bot.playground.page_places import TOOLS, Place
from bot.playground.scenario_code import scenario_code
from bot.playground.wire import exchange, exchanges
from bot.playground.workspace import Workspace

TABS = dict(zip(TOOLS, ("Wire", "Faults", "Engine"), strict=True))


def tool_context(workspace: Workspace, place: Place) -> dict[str, Any]:
    """What the panel's template needs; nothing of a tab that is not open."""
    context: dict[str, Any] = {"tool": place.tool, "tool_tabs": TABS}
    return context | {"wire": _wire, "faults": _faults, "engine": _engine}.get(place.tool, _nothing)(workspace)


def _nothing(_workspace: Workspace) -> dict[str, Any]:
    return {}


def _wire(workspace: Workspace) -> dict[str, Any]:
    conversations = workspace.conversations
    names = {each.id: f"#{each.name}" for each in conversations.channels.values() if each.kind not in DIRECT}
    names |= {each.id: "direct messages" for each in conversations.channels.values() if each.kind in DIRECT}
    names |= {each.id: f"@{each.real_name}" for each in conversations.users.values()}
    known = re.compile("|".join(rf"<?@?{re.escape(name)}>?" for name in names))
    shown = exchanges(workspace.records)
    named = [replace(each, detail=known.sub(lambda found: names[found[0].strip("<@>")], each.detail)) for each in shown]
    return {"exchanges": named, "clock": _clock}


def _faults(workspace: Workspace) -> dict[str, Any]:
    waiting: dict[tuple[str, str], int] = {}
    for point, fault in workspace.faults.waiting():
        key = (described(fault), POINT_WORDS.get(point, point))
        waiting[key] = waiting.get(key, 0) + 1
    groups = [
        ("When the app calls Slack", [choice for choice in CHOICES if not is_of_delivery(choice)]),
        ("When Slack calls the app", [choice for choice in CHOICES if is_of_delivery(choice)]),
    ]
    return {"fault_groups": groups, "point_words": POINT_WORDS, "waiting": waiting}


def _engine(workspace: Workspace) -> dict[str, Any]:
    engines = workspace.engines
    return {"engines": engines.offered if engines else (), "engine": engines.current if engines else None}


def _clock(at: float) -> str:
    moment = datetime.fromtimestamp(at, tz=UTC).astimezone()
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


class Wire:
    """One exchange in full, for the payload viewer."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def __call__(self, request: Request) -> Response:
        """Answer `GET /page/wire/ID` with {name, sent, answered, scenario}; 404 for an exchange there is not."""
        found = exchange(self._workspace.records, request.path_params["exchange"])
        if found is None:
            return JSONResponse({"refused": "no such exchange"}, status_code=404)
        code = scenario_code(self._workspace, found)
        return JSONResponse({"name": found.name, "sent": found.sent, "answered": found.answered, "scenario": code})
