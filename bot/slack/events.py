"""Slack's payloads as our own types. In: an event's or a command's body. Out: a Question, or None for what is not ours to answer."""

from collections.abc import Mapping
from typing import Any

from bot.commands import Ask, Explain, Request, parse_command
from bot.questions import Place, Question, Surface
from bot.slack.mrkdwn import said
from bot.store import message_key

Payload = Mapping[str, Any]
CHANGED, DELETED = "message_changed", "message_deleted"
_PEOPLE_SPEAK = frozenset({None, "file_share", "thread_broadcast"})


def is_from_a_person(event: Payload) -> bool:
    """Whether a message was written by somebody: not by an app, not an edit, a deletion or a notice."""
    return not event.get("bot_id") and event.get("subtype") in _PEOPLE_SPEAK and bool(event.get("user"))


def is_idle_talk(event: Payload) -> bool:
    """Whether an event is a message that nothing is done about, whatever it says: an app's, or a person's in a channel and outside threads.

    A mention of the bot comes as an event of its own.
    """
    if event.get("type") != "message" or event.get("subtype") == DELETED:
        return False
    if event.get("subtype") == CHANGED:
        return deleted_message(event) is None and not is_from_a_person(event.get("message") or {})
    return not is_from_a_person(event) or (event.get("channel_type") != "im" and event.get("thread_ts") in {None, event.get("ts")})


def question_from_event(body: Payload, surface: Surface, bot_user: str) -> Question:
    """An `app_mention` or a direct message as a Question. Answers go into its thread, or make one."""
    event = body["event"]
    return Question(
        text=said(event.get("text"), bot_user), asker=event["user"], place=place_of(body, surface, event), dedupe_keys=_keys(body, event)
    )


def place_of(body: Payload, surface: Surface, message: Payload) -> Place:
    """Where a message stands, and so where its answer goes: into its thread, or one below it."""
    ts = message["ts"]
    return Place(surface, team=body["team_id"], channel=body["event"]["channel"], thread_ts=message.get("thread_ts") or ts, message_ts=ts)


def question_from_command(body: Payload, asked: Ask) -> Question:
    """A slash command as a Question. Slack sends no thread with one: commands cannot be given in threads."""
    return Question(
        text=asked.text,
        wanted=asked.wanted,
        until=asked.until,
        asker=body["user_id"],
        place=Place(Surface.COMMAND, team=body["team_id"], channel=body["channel_id"], response_url=body["response_url"]),
        dedupe_keys=(f"command:{body['trigger_id']}",),
    )


def request_of(question: Question) -> Request:
    """What a message asks for. Within a thread a few words go on with what was said there: "compare them" is a question, "compare" alone none."""
    request, place = parse_command(question.text), question.place
    goes_on = isinstance(request, Explain) and bool(request.typed) and place.thread_ts != place.message_ts
    return Ask(question.text) if goes_on else request


def is_direct(body: Payload) -> bool:
    """Whether a command was given in a conversation of two: their ids begin so (docs.slack.dev, "conversation")."""
    return str(body["channel_id"]).startswith("D")


def _keys(body: Payload, event: Payload) -> tuple[str, ...]:
    """Equal for every delivery of one message.

    Retries share the event id; `app_mention` and `message` of one message share channel and ts, and nothing else (slack.md 1.5).
    """
    keys = [f"event:{body['event_id']}", message_key(event["channel"], event["ts"])]
    if event.get("client_msg_id"):
        keys.append(f"client:{event['client_msg_id']}")
    return tuple(keys)


def deleted_message(event: Payload) -> Payload | None:
    """The message that an event takes away, as far as Slack tells; None for another event. One with replies leaves a tombstone behind."""
    previous = event.get("previous_message") or {}
    if event.get("subtype") == DELETED:
        return {**previous, "ts": event["deleted_ts"]}
    message = event.get("message") or {}
    return {**previous, "ts": message["ts"]} if message.get("subtype") == "tombstone" else None


def edited_question(body: Payload, bot_user: str) -> Question | None:
    """A message as a Question, in its new words; None where a person changed no word of it, as when Slack adds a preview of a link."""
    event = body["event"]
    message, previous = event.get("message") or {}, event.get("previous_message") or {}
    if event.get("subtype") != CHANGED or not is_from_a_person(message) or message.get("text") == previous.get("text"):
        return None
    surface = Surface.DIRECT if event.get("channel_type") == "im" else Surface.MENTION
    edited_at = (message.get("edited") or {}).get("ts", event["ts"])
    return Question(
        text=said(message.get("text"), bot_user),
        asker=message["user"],
        place=place_of(body, surface, message),
        dedupe_keys=(f"event:{body['event_id']}", f"edited:{event['channel']}:{message['ts']}:{edited_at}"),
    )
