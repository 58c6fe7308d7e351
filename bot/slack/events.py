"""Slack's payloads as our own types. In: an event's or a command's body. Out: a Question, or None for what is not ours to answer."""

from collections.abc import Mapping
from typing import Any

from bot.commands import Ask
from bot.questions import Place, Question, Surface
from bot.slack.mrkdwn import said

Payload = Mapping[str, Any]
_PEOPLE_SPEAK = frozenset({None, "file_share", "thread_broadcast"})


def is_from_a_person(event: Payload) -> bool:
    """Whether a message was written by somebody: not by an app, not an edit, a deletion or a notice."""
    return not event.get("bot_id") and event.get("subtype") in _PEOPLE_SPEAK and bool(event.get("user"))


def question_from_event(body: Payload, surface: Surface, bot_user: str) -> Question:
    """An `app_mention` or a direct message as a Question. Answers go into its thread, or make one."""
    event = body["event"]
    channel, ts = event["channel"], event["ts"]
    return Question(
        text=said(event.get("text"), bot_user),
        asker=event["user"],
        place=Place(surface, team=body["team_id"], channel=channel, thread_ts=event.get("thread_ts") or ts, message_ts=ts),
        dedupe_keys=_keys(body, event),
    )


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


def _keys(body: Payload, event: Payload) -> tuple[str, ...]:
    """Equal for every delivery of one message.

    Retries share the event id; `app_mention` and `message` of one message share channel and ts, and nothing else (slack.md 1.5).
    """
    keys = [f"event:{body['event_id']}", f"message:{event['channel']}:{event['ts']}"]
    if event.get("client_msg_id"):
        keys.append(f"client:{event['client_msg_id']}")
    return tuple(keys)
