from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack

WebClients = Callable[[EmulatedSlack], AbstractAsyncContextManager[AsyncWebClient]]
GENERAL = "C0PLAYGEN1"
DIVIDER = {"type": "divider"}


async def error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_a_post_answers_with_the_message_as_slack_keeps_it(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        posted = await client.chat_postMessage(channel="#general", text="hi", blocks=[DIVIDER], unfurl_links=False)
        message = posted["message"]
        assert (posted["channel"], message["ts"], message["bot_id"]) == (GENERAL, posted["ts"], "B0PLAYBOT1")
        assert message["blocks"][0]["block_id"]


async def test_a_person_as_channel_means_their_direct_messages(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        you = slack.workspace.you.id
        posted = await client.chat_postMessage(channel=you, text="hi")
        assert posted["channel"] == slack.workspace.im(you).id


async def test_a_reply_goes_to_the_root_even_if_a_reply_is_named(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        root = (await client.chat_postMessage(channel=GENERAL, text="root"))["ts"]
        reply = (await client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root))["ts"]
        await client.chat_postMessage(channel=GENERAL, text="second", thread_ts=reply)
        page = await client.conversations_replies(channel=GENERAL, ts=root)
        assert [message["text"] for message in page["messages"]] == ["root", "reply", "second"]
        assert (page["messages"][0]["reply_count"], page["messages"][1]["thread_ts"]) == (2, root)
        shown = slack.workspace.messages(GENERAL, viewer=slack.workspace.you.id)
        assert [message.text for message in shown] == ["root"]
        link = await client.chat_getPermalink(channel=GENERAL, message_ts=reply)
        assert link["permalink"].endswith(f"?thread_ts={root}&cid={GENERAL}")


async def test_an_update_keeps_what_it_does_not_name(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        ts = (await client.chat_postMessage(channel=GENERAL, text="one", blocks=[DIVIDER]))["ts"]
        updated = await client.chat_update(channel=GENERAL, ts=ts, text="two")
        assert (updated["text"], updated["message"]["blocks"][0]["type"]) == ("two", "divider")
        await client.chat_update(channel=GENERAL, ts=ts, text="three", blocks=[])
        message = slack.workspace.message(GENERAL, ts)
        assert message is not None
        assert (message.text, message.blocks, message.edited is not None) == ("three", None, True)
        assert await error_of(client.chat_update(channel=GENERAL, ts=ts, text="x" * 4001)) == "msg_too_long"


async def test_only_ones_own_messages_can_be_changed(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        theirs = await slack.workspace.say(slack.workspace.you.id, GENERAL, "mine")
        assert await error_of(client.chat_update(channel=GENERAL, ts=theirs, text="x")) == "cant_update_message"
        assert await error_of(client.chat_delete(channel=GENERAL, ts=theirs)) == "cant_delete_message"
        ours = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]
        await client.chat_delete(channel=GENERAL, ts=ours)
        assert slack.workspace.message(GENERAL, ours) is None


async def test_an_ephemeral_is_seen_by_one_person_and_kept_in_no_history(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        you, other = (person.id for person in slack.workspace.people[:2])
        ts = (await client.chat_postEphemeral(channel=GENERAL, user=you, text="psst"))["message_ts"]
        assert [each.text for each in slack.workspace.messages(GENERAL, viewer=you)] == ["psst"]
        assert slack.workspace.messages(GENERAL, viewer=other) == []
        assert (await client.conversations_history(channel=GENERAL))["messages"] == []
        assert await error_of(client.chat_update(channel=GENERAL, ts=ts, text="x")) == "message_not_found"


async def test_history_comes_newest_first_in_pages(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        stamps = [(await client.chat_postMessage(channel=GENERAL, text=str(number)))["ts"] for number in range(5)]
        first = await client.conversations_history(channel=GENERAL, limit=2)
        assert [message["text"] for message in first["messages"]] == ["4", "3"]
        cursor = first["response_metadata"]["next_cursor"]
        rest = await client.conversations_history(channel=GENERAL, cursor=cursor)
        assert [message["text"] for message in rest["messages"]] == ["2", "1", "0"]
        assert rest["has_more"] is False
        between = await client.conversations_history(channel=GENERAL, oldest=stamps[1], latest=stamps[3])
        assert [message["text"] for message in between["messages"]] == ["2"]
        within = await client.conversations_history(channel=GENERAL, oldest=stamps[1], latest=stamps[3], inclusive=True)
        assert len(within["messages"]) == 3


async def test_long_text_is_cut_and_long_blocks_are_refused(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        posted = await client.chat_postMessage(channel=GENERAL, text="x" * 40_001)
        assert len(posted["message"]["text"]) == 40_000
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
        assert await error_of(client.chat_postMessage(channel=GENERAL, text="x", blocks=[section] * 5)) == "msg_blocks_too_long"


async def test_invalid_blocks_are_named_with_pointers(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=GENERAL, text="x", blocks=[{"type": "header"}])
        answer = caught.value.response
        assert answer["error"] == "invalid_blocks"
        assert answer["errors"] == ["missing required field: text [json-pointer:/blocks/0]"]
        assert answer["response_metadata"]["messages"] == [f"[ERROR] {answer['errors'][0]}"]


async def test_reactions_are_added_once_and_removed(web_client: WebClients) -> None:
    async with emulated_slack() as slack, web_client(slack) as client:
        ts = await slack.workspace.say(slack.workspace.you.id, GENERAL, "look")
        at = {"channel": GENERAL, "timestamp": ts, "name": "eyes"}
        await client.reactions_add(**at)
        assert await error_of(client.reactions_add(**at)) == "already_reacted"
        page = await client.conversations_history(channel=GENERAL)
        assert page["messages"][0]["reactions"] == [{"name": "eyes", "users": [slack.workspace.bot_user.id], "count": 1}]
        await client.reactions_remove(**at)
        assert await error_of(client.reactions_remove(**at)) == "no_reaction"
