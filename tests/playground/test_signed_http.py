import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier

from bot.playground.server import EmulatedSlack, emulated_slack
from bot.playground.workspace import Timings

Bots = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncApp]]
GENERAL = "C0PLAYGEN1"
HASTY = Timings(ack_timeout=0.2, retry_delays=(0.0, 0.0))


async def test_a_bolt_app_behind_http_hears_events_commands_and_buttons(http_bot: Bots) -> None:
    async with emulated_slack() as slack, http_bot(slack) as app:
        workspace, you = slack.workspace, slack.workspace.you.id

        async def mention(event: dict[str, Any], say: Any) -> None:
            element = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
            await say(text=f"echo {event['text'][-2:]}", blocks=[{"type": "actions", "elements": [element]}])

        async def command(ack: Any) -> None:
            await ack(text="acked")

        pressed = asyncio.Event()

        async def press(ack: Any) -> None:
            await ack()
            pressed.set()

        app.event("app_mention")(mention)
        app.command("/tencent")(command)
        app.action("go")(press)
        await workspace.say(you, GENERAL, f"<@{workspace.bot_user.id}> hi")
        answer = await workspace.until(lambda: next((m for m in workspace.messages(GENERAL, viewer=you) if m.bot_id), None))
        assert answer.text == "echo hi"
        await workspace.press(you, channel=GENERAL, ts=answer.ts, action_id="go")
        assert pressed.is_set()
        await workspace.command(you, GENERAL, "/tencent", "x")
        assert workspace.messages(GENERAL, viewer=you)[-1].text == "acked"
        kinds = [delivery.kind for delivery in workspace.records.deliveries]
        assert kinds.count("url_verification") >= 1


@asynccontextmanager
async def recording_endpoint(slack: EmulatedSlack, answers: list[web.Response]) -> AsyncIterator[list[web.Request]]:
    """A request URL that answers the handshake, then what it is told, and keeps the requests."""
    requests: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        body = await request.text()
        if '"url_verification"' in body:
            return web.json_response({"challenge": (await request.json())["challenge"]})
        requests.append(request)
        return answers.pop(0) if answers else web.Response()

    application = web.Application()
    application.router.add_post("/", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
    try:
        yield requests
    finally:
        await runner.cleanup()


async def test_requests_are_signed() -> None:
    async with emulated_slack() as slack, recording_endpoint(slack, []) as requests:
        await slack.workspace.command(slack.workspace.you.id, GENERAL, "/tencent", "你好")
        body = await requests[0].text()
        headers = {name.lower(): value for name, value in requests[0].headers.items()}
        assert SignatureVerifier(slack.signing_secret).is_valid_request(body, headers)
        assert not SignatureVerifier("another secret").is_valid_request(body, headers)
        assert requests[0].content_type == "application/x-www-form-urlencoded"


async def test_a_failed_event_is_retried_with_slacks_headers() -> None:
    async with emulated_slack(timings=HASTY) as slack, recording_endpoint(slack, [web.Response(status=500)]) as requests:
        await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
        await slack.workspace.delivered()
        assert len(requests) == 2
        retried = requests[1].headers
        assert (retried["X-Slack-Retry-Num"], retried["X-Slack-Retry-Reason"]) == ("1", "http_error")


async def test_an_app_may_ask_not_to_be_retried() -> None:
    async with emulated_slack(timings=HASTY) as slack:
        refused = web.Response(status=500, headers={"X-Slack-No-Retry": "1"})
        async with recording_endpoint(slack, [refused]) as requests:
            await slack.workspace.say(slack.workspace.you.id, GENERAL, "hi")
            await slack.workspace.delivered()
            assert len(requests) == 1


async def test_an_app_that_is_down_is_told_of_in_the_words_slack_uses() -> None:
    async with emulated_slack(request_url="http://127.0.0.1:1/", timings=HASTY) as slack:
        you = slack.workspace.you.id
        await slack.workspace.say(you, GENERAL, "hi")
        await slack.workspace.delivered()
        assert slack.workspace.records.deliveries_of("message")[0].failure == "connection_failed"
        await slack.workspace.command(you, GENERAL, "/tencent")
        assert slack.workspace.messages(GENERAL, viewer=you)[-1].text == "/tencent failed with the error “dispatch_failed”"


async def test_a_request_url_that_fails_the_handshake_gets_nothing() -> None:
    async with emulated_slack(timings=HASTY) as slack, recording_endpoint(slack, []) as requests:
        wrong = web.Response(text="wrong")

        async def handle(_: web.Request) -> web.Response:
            return wrong

        application = web.Application()
        application.router.add_post("/", handle)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/")
        await slack.workspace.command(slack.workspace.you.id, GENERAL, "/tencent")
        assert slack.workspace.records.deliveries[0].failure == "challenge_failed"
        assert requests == []
        await runner.cleanup()
