"""views.*. In: calls. Out: modals and Homes, opened, changed, published."""

from typing import TYPE_CHECKING

from bot.playground import payloads
from bot.playground.methods.call import Answer, Call
from bot.playground.modals import checked_view, open_modal, publish_home, update_view
from bot.playground.refusal import Refusal, invalid_arguments
from bot.playground.triggers import Trigger, TriggerRefused

if TYPE_CHECKING:
    from bot.playground.views import View


def open_view(call: Call) -> Answer:
    """views.open."""
    view = checked_view(call.arguments["view"], "modal")
    trigger = _trigger(call)
    return _answer(call, open_modal(call.workspace, trigger.user, view, trigger.channel))


def push(call: Call) -> Answer:
    """views.push: only from an interaction in an open modal."""
    view = checked_view(call.arguments["view"], "modal")
    trigger = _trigger(call)
    below = call.workspace.views.find(trigger.view_id) if trigger.view_id else None
    if below is None or below.type != "modal":
        raise Refusal("not_found")
    return _answer(call, open_modal(call.workspace, trigger.user, view, below.channel))


def update(call: Call) -> Answer:
    """views.update."""
    view_id, external_id = call.optional("view_id"), call.optional("external_id")
    if (view_id is None) == (external_id is None):
        raise invalid_arguments("provide either view_id or external_id")
    views = call.workspace.views
    view = views.find(view_id) if view_id else views.find_external(external_id or "")
    if view is None:
        raise Refusal("not_found")
    payload = checked_view(call.arguments["view"], view.type)
    return _answer(call, update_view(call.workspace, view, payload, call.optional("hash")))


def publish(call: Call) -> Answer:
    """views.publish."""
    if not call.workspace.installation.home_tab:
        raise Refusal("not_enabled")
    user = call.workspace.user(call.text("user_id"))
    if user is None or user.is_bot:
        raise invalid_arguments("invalid `user_id`")
    payload = checked_view(call.arguments["view"], "home")
    return _answer(call, publish_home(call.workspace, user.id, payload, call.optional("hash")))


def _trigger(call: Call) -> Trigger:
    trigger_id = call.optional("trigger_id") or call.optional("interactivity_pointer")
    if trigger_id is None:
        raise invalid_arguments("missing required field: trigger_id")
    try:
        return call.workspace.triggers.exchange(trigger_id)
    except TriggerRefused as refused:
        raise Refusal(str(refused)) from refused


def _answer(call: Call, view: "View") -> Answer:
    return {"view": payloads.view_json(call.workspace, view)}


HANDLERS = {"views.open": open_view, "views.push": push, "views.update": update, "views.publish": publish}
