"""chat.*: posting, updating, deleting messages. In: calls. Out: the workspace's messages changed, Slack's answers."""

from bot.playground import payloads
from bot.playground.content import Content, read_content, required_content
from bot.playground.conversations import Channel, Message
from bot.playground.methods.call import Answer, Call
from bot.playground.refusal import Refusal

UPDATE_TEXT_LIMIT = 4_000  # chat.update: "The `text` field cannot exceed 4,000 characters"


def post_message(call: Call) -> Answer:
    """chat.postMessage."""
    channel = call.channel_to_post()
    content = required_content(read_content(call.arguments))
    message = _message(call, channel, content)
    message.thread_ts = call.thread_ts(channel, "cannot_reply_to_message")
    message.reply_broadcast = bool(call.arguments.get("reply_broadcast")) and message.thread_ts is not None
    call.workspace.post(message)
    return {"channel": channel.id, "ts": message.ts, "message": payloads.message_json(call.workspace, message)}


def post_ephemeral(call: Call) -> Answer:
    """chat.postEphemeral."""
    channel = call.channel_to_post()
    if call.text("user") not in channel.members:
        raise Refusal("user_not_in_channel")
    message = _message(call, channel, required_content(read_content(call.arguments)))
    message.ephemeral_for = call.text("user")
    message.thread_ts = call.thread_ts(channel, "cannot_reply_to_message")
    call.workspace.post(message)
    return {"message_ts": message.ts}


def update(call: Call) -> Answer:
    """chat.update: blocks and attachments that are not given stay (docs.slack.dev/reference/methods/chat.update)."""
    channel = call.channel()
    message = call.own_message(channel, call.text("ts"), "cant_update_message")
    if message.streaming:
        raise Refusal("streaming_state_conflict")
    if len(call.text("text")) > UPDATE_TEXT_LIMIT:
        raise Refusal("msg_too_long")
    content = read_content(call.arguments)
    if not {"text", "blocks", "attachments", "markdown_text"}.intersection(call.arguments):
        raise Refusal("no_text")
    previous = call.workspace.conversations.snapshot(message)
    _take_over(message, content, call)
    if not (message.text or message.blocks or message.attachments):
        raise Refusal("no_text")
    message.edited = {"user": message.user, "ts": call.workspace.conversations.timestamps.next()}
    call.workspace.changed(message, previous)
    shape = payloads.message_json(call.workspace, message)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shape}


def delete(call: Call) -> Answer:
    """chat.delete."""
    channel = call.channel()
    message = call.own_message(channel, call.text("ts"), "cant_delete_message")
    call.workspace.remove(message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Answer:
    """chat.getPermalink: a link of slack.com's form; it leads nowhere."""
    channel = call.channel()
    message = call.workspace.conversations.message(channel.id, call.text("message_ts"))
    if message is None:
        raise Refusal("message_not_found")
    domain = call.workspace.installation.team_domain
    link = f"https://{domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _message(call: Call, channel: Channel, content: Content) -> Message:
    workspace = call.workspace
    return Message(
        channel.id,
        workspace.conversations.timestamps.next(),
        workspace.installation.bot_user_id,
        content.text,
        content.blocks,
        bot_id=workspace.installation.bot_id,
        attachments=content.attachments,
        metadata=content.metadata,
        **call.appearance(),
    )


def _take_over(message: Message, content: Content, call: Call) -> None:
    if {"text", "markdown_text"}.intersection(call.arguments):
        message.text = content.text
    if content.blocks is not None:
        message.blocks = content.blocks or None
    if "attachments" in call.arguments:
        message.attachments = content.attachments
    if "metadata" in call.arguments:
        message.metadata = content.metadata


HANDLERS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
