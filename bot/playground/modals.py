"""Modals: opening them, submitting and closing them, and what the app's answer does to them.

In: view payloads from the app, what people filled in. Out: the person's stack of views changed, or Slack's refusal.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.playground import payloads
from bot.playground.block_kit.identifiers import with_block_ids
from bot.playground.block_kit.surfaces import view_problems
from bot.playground.changes import Change, ChangeKind
from bot.playground.elements import interactive_elements
from bot.playground.notices import SUBMIT_FAILED
from bot.playground.refusal import NotAllowed, Refusal, invalid_arguments
from bot.playground.views import STACK_LIMIT, View

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

VIEW_BYTES = 250_000  # views.open: "greater than 250kb"
SubmitResult = dict[str, Any]
REQUIRED = "Please complete this required field."


def checked_view(view: object, kind: str) -> dict[str, Any]:
    """The view payload, valid, each block with a block_id. Refusal otherwise."""
    if not isinstance(view, dict):
        raise invalid_arguments("must provide an object [json-pointer:/view]")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise Refusal("view_too_large")
    if problems := list(view_problems(view, kind)):
        raise invalid_arguments(*problems)
    return view | {"blocks": with_block_ids(view["blocks"])}


def open_modal(workspace: "Workspace", user: str, payload: dict[str, Any], channel: str | None = None) -> View:
    """Put a checked modal on the stack of a person who looks at `channel`. Refusal if three are open."""
    if len(workspace.views.stack(user)) >= STACK_LIMIT:
        raise Refusal("push_limit_reached")
    _check_external_id(workspace, payload, None)
    view = workspace.views.push(user, payload, channel)
    workspace.changes.publish(Change("view_opened", user=user, view_id=view.id))
    return view


def update_view(workspace: "Workspace", view: View, payload: dict[str, Any], expected_hash: str | None) -> View:
    """Put checked content into an open view. Refusal if the hash is given and no longer the view's."""
    if expected_hash is not None and expected_hash != view.hash:
        raise Refusal("hash_conflict")
    _check_external_id(workspace, payload, view)
    workspace.views.replace(view, payload)
    kind: ChangeKind = "home_published" if view.type == "home" else "view_updated"
    workspace.changes.publish(Change(kind, user=view.user, view_id=view.id))
    return view


def publish_home(workspace: "Workspace", user: str, payload: dict[str, Any], expected_hash: str | None) -> View:
    """Put checked content on the person's Home."""
    home = workspace.views.home(user)
    if home is not None:
        return update_view(workspace, home, payload, expected_hash)
    home = workspace.views.publish(user, payload)
    workspace.changes.publish(Change("home_published", user=user, view_id=home.id))
    return home


def _check_external_id(workspace: "Workspace", payload: dict[str, Any], own: View | None) -> None:
    external_id = payload.get("external_id")
    if external_id and workspace.views.find_external(external_id) not in (None, own):
        raise Refusal("duplicate_external_id")


# --- the person's side ------------------------------------------------------------------------------------------------


async def submit(workspace: "Workspace", user: str, view_id: str, values: Mapping[str, Any]) -> SubmitResult | None:
    """Submit a modal: see `Workspace.submit`."""
    view = _modal(workspace, user, view_id)
    view.values = _completed(view, values)
    if missing := _missing(view):
        return {"errors": missing}
    payload = payloads.interaction(workspace, "view_submission", user, view_id=view.id, channel=view.channel)
    payload |= {"view": payloads.view_json(workspace, view), "response_urls": _response_urls(workspace, view)}
    delivery = await workspace.dispatcher.request("interaction", payload)
    if not delivery.acked:
        return {"trouble": SUBMIT_FAILED}
    return _apply(workspace, view, delivery.response)


async def close_view(workspace: "Workspace", user: str, view_id: str) -> None:
    """Close a modal, with those above it."""
    view = _modal(workspace, user, view_id)
    closing = workspace.views.stack(user)
    if view.payload.get("clear_on_close"):
        await _close_all(workspace, user)
        return
    for each in reversed(closing[closing.index(view) :]):
        await _closed(workspace, each, is_cleared=False)


async def _close_all(workspace: "Workspace", user: str) -> None:
    for each in reversed(workspace.views.stack(user)):
        await _closed(workspace, each, is_cleared=True)


async def _closed(workspace: "Workspace", view: View, *, is_cleared: bool) -> None:
    workspace.views.close(view)
    workspace.changes.publish(Change("view_closed", user=view.user, view_id=view.id))
    if view.payload.get("notify_on_close"):
        payload = payloads.interaction(workspace, "view_closed", view.user)
        del payload["trigger_id"]
        payload |= {"view": payloads.view_json(workspace, view), "is_cleared": is_cleared}
        await workspace.dispatcher.request("interaction", payload)


def _modal(workspace: "Workspace", user: str, view_id: str) -> View:
    view = workspace.views.find(view_id)
    if view is None or view.user != user or view.type != "modal":
        raise NotAllowed(f"{user} has no modal {view_id} open")
    return view


def _completed(view: View, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with each element's type, and nothing for inputs that were left alone."""
    complete: dict[str, Any] = {}
    for block in view.blocks:
        for element in interactive_elements(block):
            if block["type"] != "input" and element["action_id"] not in values.get(block["block_id"], {}):
                continue
            given = values.get(block["block_id"], {}).get(element["action_id"], {})
            held = {"type": element["type"]} | _untouched(element, view) | dict(given)
            complete.setdefault(block["block_id"], {})[element["action_id"]] = held
    return complete


LISTS = ("selected_options", "selected_conversations", "selected_channels", "selected_users")
UNTOUCHED = {
    "static_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "users_select": ("selected_user", "initial_user"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def _untouched(element: dict[str, Any], view: View) -> dict[str, Any]:
    """What an input holds that nobody touched: its initial value, or the conversation the person is in."""
    name, initial = UNTOUCHED.get(element["type"], ("value", "initial_value"))
    if element.get("default_to_current_conversation") and initial not in element:
        return {name: view.channel if name == "selected_conversation" else [view.channel] if view.channel else []}
    return {name: element.get(initial, [] if name in LISTS else None)}


def _missing(view: View) -> dict[str, str]:
    """Slack's own check, before the app hears of it: every input that is not optional is filled in."""
    required = [block for block in view.blocks if block["type"] == "input" and not block.get("optional")]
    return {block["block_id"]: REQUIRED for block in required if not _is_filled(view, block)}


def _is_filled(view: View, block: dict[str, Any]) -> bool:
    held = view.values[block["block_id"]][block["element"]["action_id"]]
    return any(value for name, value in held.items() if name != "type")


def _response_urls(workspace: "Workspace", view: View) -> list[dict[str, Any]]:
    """A response_url for each channel chosen in a select with `response_url_enabled`."""
    found = []
    for block in view.blocks:
        for element in interactive_elements(block):
            if not element.get("response_url_enabled"):
                continue
            held = view.values.get(block["block_id"], {}).get(element["action_id"], {})
            channel = held.get("selected_conversation") or held.get("selected_channel")
            if channel:
                url = workspace.response_urls.new("app", channel, view.user)
                found.append({
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                    "response_url": workspace.response_urls.address(url),
                })  # fmt: skip
    return found


# --- the app's answer to a submission ---------------------------------------------------------------------------------


def _apply(workspace: "Workspace", view: View, response: object) -> SubmitResult | None:
    answer = response if isinstance(response, dict) else {}
    action = answer.get("response_action")
    if action == "errors":
        return _errors(view, answer.get("errors"))
    try:
        if action == "update":
            update_view(workspace, view, checked_view(answer.get("view"), "modal"), None)
        elif action == "push":
            open_modal(workspace, view.user, checked_view(answer.get("view"), "modal"), view.channel)
        elif action in (None, "clear"):
            _finish(workspace, view, action)
        else:
            return {"trouble": SUBMIT_FAILED}
    except Refusal as refusal:
        return {"trouble": SUBMIT_FAILED, "refusal": refusal.answer()}
    return None


def _errors(view: View, errors: object) -> SubmitResult:
    """The errors, if they name inputs of the view; Slack shows trouble otherwise."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if isinstance(errors, dict) and errors and inputs.issuperset(errors):
        return {"errors": errors}
    return {"trouble": SUBMIT_FAILED}


def _finish(workspace: "Workspace", view: View, action: str | None) -> None:
    if action == "clear":
        closing = workspace.views.clear(view.user)
    else:
        closing = [view]
        workspace.views.close(view)
    for each in closing:
        workspace.changes.publish(Change("view_closed", user=each.user, view_id=each.id))
