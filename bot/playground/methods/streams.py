"""chat.startStream, appendStream, stopStream. In: calls. Out: a message that grows, with Slack's limits and refusals.

The rules are slack.md 1.2: recipients outside direct messages, one mode a stream, five minutes, about 11 kB.
"""

from typing import Any

from bot.playground import payloads
from bot.playground.block_kit.identifiers import with_block_ids
from bot.playground.block_kit.surfaces import chunk_problems
from bot.playground.content import BLOCKS_LIMIT, MARKDOWN_LIMIT, checked_blocks
from bot.playground.conversations import Channel, Message
from bot.playground.methods.agents import STATUSES, move_session
from bot.playground.methods.call import Answer, Call
from bot.playground.refusal import Refusal, invalid_arguments
from bot.playground.streams import DisplayMode, Mode, Stream


def start(call: Call) -> Answer:
    """chat.startStream."""
    channel = call.channel_to_post()
    if not call.text("thread_ts"):
        raise invalid_arguments("missing required field: thread_ts")
    thread_ts = call.thread_ts(channel, "message_not_found")
    _check_recipient(call, channel)
    message = _empty_message(call, channel, thread_ts)
    stream = call.workspace.streams.new(channel.id, message.ts, _display_mode(call))
    if given := _given_chunks(call):
        stream.append(*given)
    call.workspace.streams.keep(stream)
    _show(message, stream)
    call.workspace.post(message)
    call.workspace.after(call.workspace.timings.stream_lifetime, lambda: _expire(call, message, stream))
    return {"channel": channel.id, "ts": message.ts}


def append(call: Call) -> Answer:
    """chat.appendStream."""
    message, stream = _streaming(call)
    given = _given_chunks(call)
    if given is None:
        raise Refusal("no_text")
    stream.append(*given)
    _show(message, stream)
    call.workspace.publish("message_changed", message)
    return {"channel": message.channel, "ts": message.ts}


def stop(call: Call) -> Answer:
    """chat.stopStream."""
    message, stream = _streaming(call)
    blocks, status = call.arguments.get("blocks"), call.optional("session_status")
    if blocks is not None and len(blocks) > BLOCKS_LIMIT:
        raise Refusal("msg_blocks_too_many")
    last = checked_blocks(blocks) if blocks else []
    if status and status not in STATUSES:
        raise Refusal("invalid_status")
    if given := _given_chunks(call):
        stream.append(*given)
    if not stream.parts and not last:
        raise Refusal("no_text")
    stream.is_open = False
    _finish(call, message, stream, last)
    if status:
        move_session(call.workspace, message.channel, message.root_ts, status)
    shape = payloads.message_json(call.workspace, message)
    return {"channel": message.channel, "ts": message.ts, "message": shape}


def _finish(call: Call, message: Message, stream: Stream, last: list[dict[str, Any]]) -> None:
    previous = call.workspace.conversations.snapshot(message)
    message.metadata = call.arguments.get("metadata") or message.metadata
    _show(message, stream)
    message.blocks = with_block_ids([*(message.blocks or []), *last])
    message.streaming = False
    call.workspace.changed(message, previous)


def _display_mode(call: Call) -> DisplayMode:
    mode = call.text("task_display_mode") or "timeline"
    if mode not in ("timeline", "plan"):
        raise invalid_arguments("must be one of: timeline, plan [json-pointer:/task_display_mode]")
    return "plan" if mode == "plan" else "timeline"


def _check_recipient(call: Call, channel: Channel) -> None:
    if channel.kind == "im":
        return
    if not call.text("recipient_team_id"):
        raise Refusal("missing_recipient_team_id")
    if not call.text("recipient_user_id"):
        raise Refusal("missing_recipient_user_id")
    user = call.workspace.user(call.text("recipient_user_id"))
    if user is None:
        raise Refusal("user_not_found")
    if user.team_id != call.text("recipient_team_id"):
        raise Refusal("team_not_found")


def _given_chunks(call: Call) -> tuple[Mode, list[dict[str, Any]]] | None:
    """What this call adds and in which mode, or None if nothing."""
    text, chunks = call.arguments.get("markdown_text"), call.arguments.get("chunks")
    if text is not None and chunks is not None:
        raise Refusal("cannot_provide_both_markdown_text_and_chunks")
    if text:
        chunks = [{"type": "markdown_text", "text": str(text)}]
    if not chunks:
        return None
    if problems := chunk_problems(chunks):
        raise Refusal("invalid_chunks", problems)
    if sum(len(chunk["text"]) for chunk in chunks if chunk["type"] == "markdown_text") > MARKDOWN_LIMIT:
        raise Refusal("msg_too_long")
    return ("text" if text else "chunks"), chunks


def _streaming(call: Call) -> tuple[Message, Stream]:
    channel = call.channel()
    message = call.own_message(channel, call.text("ts"), "message_not_owned_by_app")
    try:
        return message, call.workspace.streams.open(channel.id, message.ts)
    except Refusal:
        _close(call, message)
        raise


def _expire(call: Call, message: Message, stream: Stream) -> None:
    if stream.is_open:
        stream.is_open = False
        _close(call, message)


def _close(call: Call, message: Message) -> None:
    if message.streaming:
        message.streaming = False
        call.workspace.publish("message_changed", message)


def _empty_message(call: Call, channel: Channel, thread_ts: str | None) -> Message:
    installation = call.workspace.installation
    ts = call.workspace.conversations.timestamps.next()
    return Message(
        channel.id,
        ts,
        installation.bot_user_id,
        "",
        thread_ts=thread_ts,
        bot_id=installation.bot_id,
        streaming=True,
        **call.appearance(),
    )


def _show(message: Message, stream: Stream) -> None:
    message.text = stream.text
    message.blocks = with_block_ids(stream.blocks())


HANDLERS = {"chat.startStream": start, "chat.appendStream": append, "chat.stopStream": stop}
