from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.playground.server import EmulatedSlack, emulated_slack

Bots = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncApp]]
Clock = Any  # conftest's FakeClock
GENERAL = "C0PLAYGEN1"


def command_url(slack: EmulatedSlack) -> AsyncWebhookClient:
    urls = slack.workspace.response_urls
    return AsyncWebhookClient(urls.address(urls.new("commands", GENERAL, slack.workspace.you.id)))


async def test_a_response_is_ephemeral_unless_it_asks_for_the_channel() -> None:
    async with emulated_slack() as slack:
        hook, you = command_url(slack), slack.workspace.you.id
        assert (await hook.send(text="private")).body == "ok"
        await hook.send(text="public", response_type="in_channel")
        private, public = slack.workspace.messages(GENERAL, viewer=you)
        assert (private.text, private.ephemeral_for, private.bot_id) == ("private", you, "B0PLAYBOT1")
        assert (public.text, public.ephemeral_for) == ("public", None)
        other = slack.workspace.people[1].id
        assert [message.text for message in slack.workspace.messages(GENERAL, viewer=other)] == ["public"]


async def test_an_answer_may_replace_or_delete_the_first_one() -> None:
    async with emulated_slack() as slack:
        hook, you = command_url(slack), slack.workspace.you.id
        await hook.send(text="searching")
        await hook.send(text="found", replace_original=True)
        assert [message.text for message in slack.workspace.messages(GENERAL, viewer=you)] == ["found"]
        await hook.send(delete_original=True)
        assert slack.workspace.messages(GENERAL, viewer=you) == []


async def test_a_response_url_is_good_five_times() -> None:
    async with emulated_slack() as slack:
        hook = command_url(slack)
        statuses = [(await hook.send(text=str(number))).status_code for number in range(6)]
        assert statuses == [200] * 5 + [404]
        assert "used_url" in (await hook.send(text="again")).body


async def test_a_response_url_is_good_half_an_hour(clock: Clock) -> None:
    async with emulated_slack(clock=clock) as slack:
        hook = command_url(slack)
        clock.advance(1799)
        assert (await hook.send(text="in time")).status_code == 200
        clock.advance(2)
        assert "expired_url" in (await hook.send(text="late")).body


async def test_a_response_that_is_not_valid_is_refused() -> None:
    async with emulated_slack() as slack:
        hook = command_url(slack)
        refused = await hook.send(blocks=[{"type": "nonsense"}])
        assert (refused.status_code, "invalid_blocks" in refused.body) == (400, True)
        assert "no_text" in (await hook.send_dict({"unfurl_links": False})).body
        assert (await hook.send_dict({})).body == "invalid_payload"  # slack_sdk sends `null` for an empty dict
        unknown = AsyncWebhookClient(f"{slack.url}/commands/T0PLAYTEAM/1/guess")
        assert (await unknown.send(text="x")).status_code == 404


async def test_bolts_respond_works_for_a_button_of_an_ephemeral_message(socket_mode_bot: Bots) -> None:
    async with emulated_slack() as slack, socket_mode_bot(slack) as app:
        workspace, you = slack.workspace, slack.workspace.you.id

        async def share(ack: Any, respond: Any) -> None:
            await ack()
            await respond(text="shared", response_type="in_channel", replace_original=False)
            await respond(delete_original=True)

        app.action("share")(share)
        element = {"type": "button", "text": {"type": "plain_text", "text": "Share"}, "action_id": "share"}
        blocks = [{"type": "actions", "elements": [element]}]
        posted = await app.client.chat_postEphemeral(channel=GENERAL, user=you, text="answer", blocks=blocks)
        await workspace.press(you, channel=GENERAL, ts=posted["message_ts"], action_id="share")
        await workspace.until(lambda: [m.text for m in workspace.messages(GENERAL, viewer=you)] == ["shared"])
