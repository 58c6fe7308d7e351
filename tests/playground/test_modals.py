from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.workspace import NotAllowed

Bots = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncApp]]
WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
Clock = Any  # conftest's FakeClock
GENERAL = "C0PLAYGEN1"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(callback_id: str = "ask", **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "a"}
    blocks = [{"type": "input", "block_id": "b", "label": plain("Question"), "element": element}]
    return {"type": "modal", "callback_id": callback_id, "title": plain("Ask"), "submit": plain("Send"), "blocks": blocks, **more}


def filled(text: str) -> dict[str, Any]:
    return {"b": {"a": {"value": text}}}


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_shortcut_opens_a_modal_that_is_submitted(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you, bodies = slack.workspace, slack.workspace.you.id, []

        async def open_modal(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=modal(private_metadata="m"))

        async def take(ack: Any, body: dict[str, Any]) -> None:
            bodies.append(body)
            await ack()

        app.shortcut("ask_modal")(open_modal)
        app.view("ask")(take)
        await workspace.shortcut(you, "ask_modal")
        (view,) = await workspace.until(lambda: workspace.open_views(you))
        assert (view.callback_id, view.private_metadata, view.root_id) == ("ask", "m", view.id)
        assert await workspace.submit(you, view.id, {}) == {"errors": {"b": "Please complete this required field."}}
        assert await workspace.submit(you, view.id, filled("why?")) is None
        assert workspace.open_views(you) == []
        held = bodies[0]["view"]["state"]["values"]["b"]["a"]
        assert held == {"type": "plain_text_input", "value": "why?"}


@pytest.mark.parametrize(
    ("answer", "expected", "left"),
    [
        ({"response_action": "errors", "errors": {"b": "too short"}}, {"errors": {"b": "too short"}}, ["ask"]),
        ({"response_action": "errors", "errors": {"no": "x"}}, {"trouble": "We had some trouble connecting. Try again?"}, ["ask"]),
        ({"response_action": "update", "view": modal("changed")}, None, ["changed"]),
        ({"response_action": "push", "view": modal("above")}, None, ["ask", "above"]),
        ({"response_action": "clear"}, None, []),
        ({}, None, []),
    ],
)
async def test_the_answer_to_a_submission_decides_what_becomes_of_the_modal(
    socket_mode_bot: Bots, answer: dict[str, Any], expected: dict[str, Any] | None, left: list[str]
) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you = slack.workspace, slack.workspace.you.id

        async def take(ack: Any) -> None:
            await ack(**answer)

        app.view("ask")(take)
        await app.client.views_open(trigger_id=workspace.triggers.new(you), view=modal())
        view = workspace.open_views(you)[0]
        assert await workspace.submit(you, view.id, filled("x")) == expected
        assert [each.callback_id for each in workspace.open_views(you)] == left


async def test_a_modal_nobody_answers_stays_open_with_trouble(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        workspace, you = slack.workspace, slack.workspace.you.id
        await client.views_open(trigger_id=workspace.triggers.new(you), view=modal())
        view = workspace.open_views(you)[0]
        assert "trouble" in (await workspace.submit(you, view.id, filled("x")) or {})
        assert workspace.open_views(you) == [view]


async def test_a_trigger_is_good_once_for_three_seconds(web_client: WebClients, clock: Clock) -> None:
    async with emulated_slack(clock=clock) as slack, web_client(slack) as client:
        you = slack.workspace.you.id
        used, old = slack.workspace.triggers.new(you), slack.workspace.triggers.new(you)
        await client.views_open(trigger_id=used, view=modal())
        assert await error_of(client.views_open(trigger_id=used, view=modal())) == "exchanged_trigger_id"
        clock.advance(3.1)
        assert await error_of(client.views_open(trigger_id=old, view=modal())) == "expired_trigger_id"
        assert await error_of(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_an_invalid_view_is_refused_with_pointers(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        with pytest.raises(SlackApiError) as caught:
            await client.views_open(trigger_id=slack.workspace.triggers.new(slack.workspace.you.id), view={"type": "modal"})
        assert caught.value.response["error"] == "invalid_arguments"
        assert caught.value.response["response_metadata"]["messages"] == [
            "[ERROR] missing required field: title [json-pointer:/view]",
            "[ERROR] missing required field: blocks [json-pointer:/view]",
        ]
        huge = modal(blocks=[{"type": "section", "text": plain("x" * 3000)}] * 90)
        trigger = slack.workspace.triggers.new(slack.workspace.you.id)
        assert await error_of(client.views_open(trigger_id=trigger, view=huge)) == "view_too_large"


async def test_a_stale_hash_conflicts(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        opened = await client.views_open(trigger_id=slack.workspace.triggers.new(slack.workspace.you.id), view=modal())
        view = opened["view"]
        updated = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal("two"))
        assert updated["view"]["hash"] != view["hash"]
        assert await error_of(client.views_update(view_id=view["id"], hash=view["hash"], view=modal())) == "hash_conflict"
        assert await error_of(client.views_update(view_id="V404", view=modal())) == "not_found"


async def test_a_stack_holds_three_modals_and_closing_tells_those_who_asked(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you, closed = slack.workspace, slack.workspace.you.id, []

        async def note(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            closed.append((body["view"]["callback_id"], body["is_cleared"]))

        app.view_closed("one")(note)
        await app.client.views_open(trigger_id=workspace.triggers.new(you), view=modal("one", notify_on_close=True))
        root = workspace.open_views(you)[0]
        for name in ("two", "three"):
            trigger = workspace.triggers.new(you, root.id)
            await app.client.views_push(trigger_id=trigger, view=modal(name))
        trigger = workspace.triggers.new(you, root.id)
        assert await error_of(app.client.views_push(trigger_id=trigger, view=modal("four"))) == "push_limit_reached"
        assert [view.previous_id for view in workspace.open_views(you)] == [None, root.id, workspace.open_views(you)[1].id]
        await workspace.close(you, workspace.open_views(you)[-1].id)
        assert [view.callback_id for view in workspace.open_views(you)] == ["one", "two"]
        await workspace.close(you, root.id)
        assert closed == [("one", False)]


async def test_a_home_is_published_and_its_buttons_work(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you, bodies = slack.workspace, slack.workspace.you.id, []
        button = {"type": "button", "text": plain("Example"), "action_id": "example", "value": "q"}
        home = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}

        async def open_home(event: dict[str, Any], client: AsyncWebClient) -> None:
            await client.views_publish(user_id=event["user"], view=home)

        async def press(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            bodies.append(body)

        app.event("app_home_opened")(open_home)
        app.action("example")(press)
        await workspace.open_home(you)
        view = await workspace.until(lambda: workspace.home(you))
        await workspace.press_in_view(you, view_id=view.id, action_id="example")
        await workspace.until(lambda: bodies)
        assert (bodies[0]["view"]["type"], bodies[0]["actions"][0]["value"]) == ("home", "q")
        assert "channel" not in bodies[0]


async def test_a_message_shortcut_carries_the_message(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you, bodies = slack.workspace, slack.workspace.you.id, []

        async def take(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            bodies.append(body)

        app.message_shortcut("ask_about_message")(take)
        root = await workspace.say(you, GENERAL, "what?")
        reply = await workspace.say(you, GENERAL, "this?", root)
        await workspace.message_shortcut(you, "ask_about_message", channel=GENERAL, ts=reply)
        body = bodies[0]
        assert (body["message"]["text"], body["message"]["thread_ts"], body["message_ts"]) == ("this?", root, reply)
        assert body["channel"]["id"] == GENERAL


async def test_a_chosen_conversation_gives_a_response_url(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you, bodies = slack.workspace, slack.workspace.you.id, []

        async def take(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            bodies.append(body)

        app.view("ask")(take)
        select = {"type": "conversations_select", "action_id": "a", "response_url_enabled": True}
        blocks = [{"type": "input", "block_id": "b", "label": plain("Where"), "element": select}]
        await app.client.views_open(trigger_id=workspace.triggers.new(you), view=modal(blocks=blocks))
        view = workspace.open_views(you)[0]
        await workspace.submit(you, view.id, {"b": {"a": {"selected_conversation": GENERAL}}})
        assert bodies[0]["response_urls"][0]["channel_id"] == GENERAL


async def test_an_app_without_interactivity_has_no_shortcuts_that_work() -> None:
    manifest = {
        "display_information": {"name": "Mute"},
        "features": {"shortcuts": [{"name": "Ask", "type": "global", "callback_id": "ask"}]},
    }
    async with emulated_slack(manifest=manifest) as slack:
        for callback_id in ("ask", "other"):
            with pytest.raises(NotAllowed):
                await slack.workspace.shortcut(slack.workspace.you.id, callback_id)


async def test_a_form_defaults_to_the_conversation_it_was_opened_in(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you, bodies = slack.workspace, slack.workspace.you.id, []
        element = {"type": "conversations_select", "action_id": "c", "default_to_current_conversation": True, "response_url_enabled": True}
        form = modal(blocks=[{"type": "input", "block_id": "where", "label": plain("Where"), "element": element}])

        async def open_form(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=form)

        async def take(ack: Any, body: dict[str, Any]) -> None:
            bodies.append(body)
            await ack()

        app.shortcut("form")(open_form)
        app.view("ask")(take)
        await workspace.shortcut(you, "form", GENERAL)
        (view,) = await workspace.until(lambda: workspace.open_views(you))
        assert await workspace.submit(you, view.id, {}) is None
        assert bodies[0]["view"]["state"]["values"]["where"]["c"]["selected_conversation"] == GENERAL
        (answerable,) = bodies[0]["response_urls"]
        assert (answerable["channel_id"], answerable["action_id"]) == (GENERAL, "c")
