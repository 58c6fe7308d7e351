"""The panel behind the scenes: the wire, faults ordered from the page, engines, and exchanges copied as tests."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.playground import page
from bot.playground.engines import Engine
from bot.playground.faults import DeliveryFault, ratelimited
from bot.playground.loopback import GUARDS
from bot.playground.page_faults import CHOICES, described, ordered
from bot.playground.records import ApiCall, Delivery, Records
from bot.playground.refusal import NotAllowed
from bot.playground.scenario_code import scenario_code
from bot.playground.wire import SHOWN, exchange, exchanges
from bot.playground.workspace import Workspace
from tests.browser import MANIFEST, EchoApp

YOU, GENERAL = "U0PLAYYOU1", "C0PLAYGEN1"


@pytest.fixture
def workspace() -> Workspace:
    made = Workspace(MANIFEST)
    made.dispatcher.transport = EchoApp(made)
    return made


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    app = Starlette(routes=page.routes(workspace, MANIFEST), middleware=GUARDS)
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        yield opened


def tool(client: TestClient, tab: str) -> str:
    return str(client.get(f"/page/parts?want=tool&tool={tab}").json()["tool"])


def perform(client: TestClient, deed: str, **details: Any) -> int:
    return client.post(f"/page/deeds/{deed}", json=details).status_code


# --- the wire ---------------------------------------------------------------------------------------------------------


def test_the_wire_shows_both_ways_newest_first_with_names_for_ids(client: TestClient, workspace: Workspace) -> None:
    assert "Nothing on the wire yet" in tool(client, "wire")
    perform(client, "command", channel=GENERAL, command="/echo", text="hush")
    workspace.records.calls.append(ApiCall("chat.postMessage", {"channel": GENERAL, "text": "<b>"}, {"ok": True}, at=2e9, seconds=0.012))
    html = tool(client, "wire")
    assert html.index("chat.postMessage") < html.index("/echo")
    assert "#general · hush" in html
    assert "#general · &lt;b&gt;" in html
    assert "12 ms" in html


def test_an_exchange_is_asked_for_by_its_id(client: TestClient) -> None:
    perform(client, "command", channel=GENERAL, command="/echo", text="hush")
    told = client.get("/page/wire/delivery-0").json()
    assert (told["name"], told["sent"]["text"], told["answered"]["acknowledged"]) == ("/echo", "hush", True)
    for wrong in ("delivery-1", "delivery--1", "delivery-x", "nothing-0", "delivery-99999999999"):
        assert client.get(f"/page/wire/{wrong}").status_code == 404


def test_what_went_wrong_is_said_beside_it(workspace: Workspace) -> None:
    refusal = {"ok": False, "error": "ratelimited"}
    workspace.records.calls += [
        ApiCall("a", {}, refusal, 429, "RateLimited", at=1.0),
        ApiCall("b", {}, {}, 500, at=2.0),
        ApiCall("c", {}, {"ok": True}, at=3.0),
    ]
    workspace.records.deliveries.append(
        Delivery("command", {"command": "/x", "text": "", "channel_id": GENERAL}, failure="timeout", at=4.0)
    )
    assert [each.trouble for each in exchanges(workspace.records)] == ["timeout", None, "HTTP 500", "ratelimited (RateLimited)"]


def test_a_socket_s_ticket_is_not_shown(workspace: Workspace) -> None:
    workspace.records.calls.append(ApiCall("apps.connections.open", {}, {"ok": True, "url": "ws://secret"}))
    shown = exchange(workspace.records, "call-0")
    assert shown is not None
    assert shown.answered == {"ok": True}


def test_a_long_wire_shows_its_newest_part(workspace: Workspace) -> None:
    workspace.records.calls += [ApiCall(str(number), {}, {"ok": True}, at=float(number)) for number in range(SHOWN + 50)]
    shown = exchanges(workspace.records)
    assert (len(shown), shown[0].name, shown[-1].name) == (SHOWN, str(SHOWN + 49), "50")


# --- faults -----------------------------------------------------------------------------------------------------------


def test_a_fault_ordered_in_the_page_waits_and_can_be_called_off(client: TestClient, workspace: Workspace) -> None:
    assert perform(client, "order_fault", fault="ratelimited", point="chat.postMessage", times=2) == 200
    assert workspace.faults.waiting() == [("chat.postMessage", ratelimited(after=3))] * 2
    assert "× 2" in tool(client, "faults")
    assert perform(client, "clear_faults") == 200
    assert "Slack is well" in tool(client, "faults")


def test_a_fault_is_ordered_only_where_it_can_strike() -> None:
    for choice in CHOICES:
        assert choice.points
        assert described(choice.make()) == choice.words
        for point in choice.points:
            assert isinstance(ordered(choice.name, point), type(choice.make()))
            is_delivery = point in {"event", "command", "interaction", "app_mention", "message"}
            assert isinstance(choice.make(), DeliveryFault) is is_delivery
    for fault, point in (("ratelimited", "event"), ("twice", "chat.postMessage"), ("earthquake", "*")):
        with pytest.raises(NotAllowed):
            ordered(fault, point)


# --- engines ----------------------------------------------------------------------------------------------------------


class TwoEngines:
    """Two engines that do nothing."""

    def __init__(self) -> None:
        self.offered = (Engine("slow", "Slow", "Takes its time"), Engine("quick", "Quick", "Does not"))
        self.current = "slow"

    async def choose(self, engine: str) -> None:
        self.current = {each.id: each.id for each in self.offered}[engine]


def test_an_engine_is_chosen_in_the_page(client: TestClient, workspace: Workspace) -> None:
    assert "No choice here" in tool(client, "engine")
    assert perform(client, "choose_engine", engine="quick") == 409
    workspace.engines = TwoEngines()
    assert perform(client, "choose_engine", engine="quick") == 200
    assert perform(client, "choose_engine", engine="none such") == 409
    assert 'value="quick" checked' in tool(client, "engine")


# --- scenarios --------------------------------------------------------------------------------------------------------


async def copied(workspace: Workspace, kind: str) -> str:
    """The test made of the newest delivery of that kind or event type."""
    await workspace.delivered()
    index = max(i for i, each in enumerate(workspace.records.deliveries) if kind in (each.kind, each.event_type))
    found = exchange(workspace.records, f"delivery-{index}")
    assert found is not None
    code = scenario_code(workspace, found)
    assert code is not None
    ast.parse(code)
    return code


async def test_a_thread_is_copied_with_what_each_said(workspace: Workspace) -> None:
    root = await workspace.say(YOU, "general", f"<@{workspace.bot_user.id}> a {{brace}} and 'quotes'")
    await workspace.delivered()
    await workspace.say("U0PLAYMEI2", "general", "me too", root)
    code = await copied(workspace, "app_mention")
    assert 'channel = workspace.channel("general").id'.replace('"', "'") in code
    assert "root = await workspace.say(s.you, channel, f\"{s.mention} a {{brace}} and 'quotes'\")" in code
    assert "reply_2 = await s.reply(channel, root, count=1)" in code
    assert "assert reply_2.text == f\"Echo: {s.mention} a {{brace}} and 'quotes'\"" in code
    assert "said_3 = await workspace.say('U0PLAYMEI2', channel, 'me too', root)" in code


async def test_a_command_is_copied_with_its_private_answer(workspace: Workspace) -> None:
    await workspace.command(YOU, "general", "/echo", "hush")
    code = await copied(workspace, "command")
    assert "await workspace.command(s.you, channel, '/echo', 'hush')" in code
    assert "m.text == 'You said: hush'" in code


async def test_a_press_is_copied_with_the_message_it_was_on(workspace: Workspace) -> None:
    root = await workspace.say(YOU, workspace.im(YOU).id, "hello")
    await workspace.delivered()
    reply = workspace.thread(workspace.im(YOU).id, root, viewer=YOU)[-1]
    await workspace.press(YOU, channel=reply.channel, ts=reply.ts, action_id="again")
    code = await copied(workspace, "interaction")
    assert "channel = workspace.im(s.you).id" in code
    assert "await workspace.press(s.you, channel=channel, ts=reply_2.ts, action_id='again', value='again')" in code


async def test_what_no_person_did_is_no_scenario(workspace: Workspace) -> None:
    workspace.records.calls.append(ApiCall("auth.test", {}, {"ok": True}))
    found = exchange(workspace.records, "call-0")
    assert found is not None
    assert scenario_code(workspace, found) is None


async def test_an_edit_and_a_deletion_are_copied_after_the_question_as_it_was(workspace: Workspace) -> None:
    im = workspace.im(YOU).id
    root = await workspace.say(YOU, im, "whta?")
    await workspace.delivered()
    await workspace.edit_message(YOU, im, root, "what?")
    edited = await copied(workspace, "message")
    assert "root = await workspace.say(s.you, channel, 'whta?')" in edited
    assert "await workspace.edit_message(s.you, channel, root, 'what?')" in edited
    await workspace.delete_message(YOU, im, root)
    assert "await workspace.delete_message(s.you, channel, root)" in await copied(workspace, "message")


def test_a_wire_that_is_very_long_keeps_its_newest_under_the_ids_they_had() -> None:
    records = Records()
    records.keep(100)
    for number in range(350):
        records.calls.append(ApiCall(str(number), {}, {"ok": True}, at=float(number)))
    assert 90 <= len(records.calls) <= 100
    newest = exchanges(records)[0]
    assert (newest.id, newest.name) == ("call-349", "349")
    found = exchange(records, "call-300")
    assert found is not None
    assert found.name == "300"
    assert exchange(records, "call-10") is None
    assert exchange(records, "call-350") is None
