import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.faults import ack_lost, delayed, delivered_twice, socket_dropped, socket_refreshed, socket_stalled, socket_warned
from bot.playground.inhabitants import SLACKBOT
from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.workspace import Timings

Bots = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncApp]]
WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
GENERAL = "C0PLAYGEN1"
HASTY = Timings(ack_timeout=0.1, retry_delays=(0.0, 0.0, 0.0), connection_wait=0.1)


@asynccontextmanager
async def raw_socket(slack: EmulatedSlack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection that acknowledges nothing by itself."""
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=slack.api_url, session=session)
        opened = await client.apps_connections_open(app_token=slack.app_token)
        async with session.ws_connect(opened["url"]) as socket:
            yield socket


async def test_a_connection_is_greeted_and_gets_envelopes() -> None:
    async with emulated_slack() as slack, raw_socket(slack) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["retry_attempt"]) == ("events_api", 0)
        assert (envelope["accepts_response_payload"], envelope["payload"]["event"]["text"]) == (False, "hi")
        await socket.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.workspace.delivered()
        assert slack.workspace.records.deliveries[-1].acked


async def test_a_ticket_is_good_once() -> None:
    async with emulated_slack() as slack, aiohttp.ClientSession() as session:
        client = AsyncWebClient(base_url=slack.api_url, session=session)
        url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
        async with session.ws_connect(url):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url.replace("ticket=", "ticket=x"))


async def test_an_event_nobody_acknowledges_is_sent_again_three_times() -> None:
    async with emulated_slack(timings=HASTY) as slack, raw_socket(slack):
        await slack.connected()
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await slack.workspace.delivered()
        deliveries = slack.workspace.records.deliveries_of("message")
        assert [(each.attempt, each.retry_reason, each.acked) for each in deliveries] == [
            (0, None, False),
            (1, "timeout", False),
            (2, "timeout", False),
            (3, "timeout", False),
        ]
        assert len({each.event_id for each in deliveries}) == 1


async def test_an_unhandled_event_is_never_acknowledged_by_bolt(socket_mode_bot: Bots) -> None:
    async with emulated_slack(timings=HASTY) as slack, socket_mode_bot(slack):
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await slack.workspace.delivered()
        assert len(slack.workspace.records.deliveries_of("message")) == 4


async def test_bolt_sees_retries_as_headers(socket_mode_bot: Bots) -> None:
    async with emulated_slack(timings=HASTY) as slack, socket_mode_bot(slack) as app:
        seen: list[list[str]] = []

        async def note(request: Any) -> None:
            seen.append(request.headers.get("x-slack-retry-num", []))

        app.event("message")(note)
        slack.faults.next("message", ack_lost())
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await slack.workspace.delivered()
        assert seen[1] == ["1"]


async def test_several_connections_share_the_events() -> None:
    async with emulated_slack(timings=HASTY) as slack, raw_socket(slack) as first, raw_socket(slack) as second:
        await first.receive_json(), await second.receive_json()
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "one")
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "two")
        texts = [(await each.receive_json())["payload"]["event"]["text"] for each in (first, second)]
        assert sorted(texts) == ["one", "two"]


async def test_events_wait_for_the_app_to_connect(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack:
        heard = asyncio.Event()
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "early")
        async with socket_mode_bot(slack) as app:

            async def note() -> None:
                heard.set()

            app.event("message")(note)
            await asyncio.wait_for(heard.wait(), 5)


async def test_an_event_of_an_app_that_never_connects_is_given_up() -> None:
    hasty = Timings(retry_delays=(0.0,), connection_wait=0.01)
    async with emulated_slack(timings=hasty) as slack:
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await slack.workspace.delivered()
        assert [each.failure for each in slack.workspace.records.deliveries] == ["no_connection"] * 2


async def test_a_command_without_a_connection_fails_visibly() -> None:
    async with emulated_slack() as slack:
        you = slack.workspace.you.id
        await slack.workspace.command(you, GENERAL, "/tencent", "hi")
        notice = slack.workspace.messages(GENERAL, viewer=you)[-1]
        assert (notice.user, notice.ephemeral_for) == (SLACKBOT, you)
        assert notice.text == "/tencent failed because the app did not respond"


async def test_a_command_acknowledged_too_late_times_out_for_the_person() -> None:
    async with emulated_slack(timings=HASTY) as slack, raw_socket(slack) as socket:
        await socket.receive_json()
        you = slack.workspace.you.id
        await slack.workspace.command(you, GENERAL, "/tencent", "hi")
        assert "operation_timeout" in slack.workspace.messages(GENERAL, viewer=you)[-1].text
        envelope = await socket.receive_json()
        assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
        await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "late"}})
        delivery = slack.workspace.records.deliveries[-1]
        await slack.workspace.say(you, GENERAL, "next")
        await socket.receive_json()
        assert (delivery.acked, delivery.ack_after is not None) == (False, True)


async def test_the_acknowledgement_of_a_command_may_carry_the_answer(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        you = slack.workspace.you.id

        async def answer(ack: Any, command: dict[str, Any]) -> None:
            await ack(text=f"you said {command['text']}", response_type=command["text"])

        app.command("/tencent")(answer)
        await slack.workspace.command(you, GENERAL, "/tencent", "in_channel")
        await slack.workspace.command(you, GENERAL, "/tencent", "ephemeral")
        public, private = slack.workspace.messages(GENERAL, viewer=you)
        assert (public.text, public.ephemeral_for) == ("you said in_channel", None)
        assert (private.text, private.ephemeral_for) == ("you said ephemeral", you)


async def test_a_button_that_is_not_answered_gives_a_notice(web_client: WebClients) -> None:
    async with emulated_slack(timings=HASTY) as slack, web_client(slack) as client:
        element = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go", "value": "v"}
        posted = await client.chat_postMessage(channel=GENERAL, text="x", blocks=[{"type": "actions", "elements": [element]}])
        you = slack.workspace.you.id
        await slack.workspace.press(you, channel=GENERAL, ts=posted["ts"], action_id="go")
        assert slack.workspace.notices(you)[0].ts == posted["ts"]


async def test_a_press_tells_the_app_all_about_it(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        you, bodies = slack.workspace.you.id, []

        async def note(ack: Any, body: dict[str, Any]) -> None:
            await ack()
            bodies.append(body)

        app.action("pick")(note)
        choice = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
        element = {"type": "static_select", "action_id": "pick", "options": [choice]}
        block = {"type": "actions", "block_id": "b", "elements": [element]}
        posted = await app.client.chat_postMessage(channel=GENERAL, text="x", blocks=[block])
        chosen = {"selected_option": choice}
        await slack.workspace.press(you, channel=GENERAL, ts=posted["ts"], action_id="pick", chosen=chosen)
        await slack.workspace.until(lambda: bodies)
        body = bodies[0]
        assert (body["type"], body["container"]["message_ts"]) == ("block_actions", posted["ts"])
        assert (body["message"]["text"], body["channel"]["name"], body["user"]["id"]) == ("x", "general", you)
        action = body["actions"][0]
        assert (action["block_id"], action["type"], action["selected_option"]) == ("b", "static_select", choice)
        assert body["response_url"].startswith(slack.url)
        assert body["trigger_id"]


@pytest.mark.parametrize("fault", [socket_dropped(), socket_refreshed()])
async def test_an_app_comes_back_after_its_connection_broke(socket_mode_bot: Bots, fault: Any) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        heard = asyncio.Event()

        async def note() -> None:
            heard.set()

        app.event("message")(note)
        slack.faults.next("event", fault)
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await asyncio.wait_for(heard.wait(), 10)


async def test_a_duplicate_carries_the_same_event_id(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        ids: list[str] = []

        async def note(body: dict[str, Any]) -> None:
            ids.append(body["event_id"])

        app.event("message")(note)
        slack.faults.next("message", delivered_twice())
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await slack.workspace.delivered()
        assert len(ids) == 2
        assert len(set(ids)) == 1


async def test_nonsense_from_the_app_does_no_harm() -> None:
    async with emulated_slack() as slack, raw_socket(slack) as socket:
        await socket.receive_json()
        await socket.send_str("not json")
        await socket.send_str(json.dumps(["not", "an", "object"]))
        await socket.send_json({"envelope_id": "unknown"})
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        assert (await socket.receive_json())["type"] == "events_api"


async def test_a_warned_connection_is_still_used_until_it_is_closed() -> None:
    async with emulated_slack() as slack, raw_socket(slack) as socket:
        await socket.receive_json()
        slack.faults.next("event", socket_warned())
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        warning, envelope = await socket.receive_json(), await socket.receive_json()
        assert (warning["type"], warning["reason"]) == ("disconnect", "warning")
        assert envelope["payload"]["event"]["text"] == "hi"


async def test_a_stalled_connection_carries_nothing_in_either_direction_and_does_not_close() -> None:
    async with emulated_slack(timings=HASTY) as slack, raw_socket(slack) as socket:
        await socket.receive_json()
        slack.faults.next("event", socket_stalled())
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await socket.ping()
        with pytest.raises(TimeoutError):
            await socket.receive(0.2)
        await slack.workspace.delivered()
        assert {each.failure for each in slack.workspace.records.deliveries} == {"timeout"}
        assert (socket.closed, slack.connection_count) == (False, 1)


async def test_a_late_delivery_arrives(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        texts: list[str] = []

        async def note(event: dict[str, Any]) -> None:
            texts.append(event["text"])

        app.event("message")(note)
        slack.faults.next("message", delayed(0.1))
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "first")
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "second")
        await slack.workspace.delivered()
        assert texts == ["second", "first"]
