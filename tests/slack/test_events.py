"""What of Slack's events need not be looked at twice."""

from typing import Any

import pytest

from bot.slack.events import is_idle_talk

TALK: dict[str, Any] = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "text": "Lunch?", "ts": "2.0"}
ANSWER: dict[str, Any] = {**TALK, "user": "UBOT", "bot_id": "B1"}


@pytest.mark.parametrize(
    "event",
    [
        TALK,
        TALK | {"text": "<@UBOT> What is WeChat?"},  # comes again, as a mention
        TALK | {"thread_ts": "2.0"},
        TALK | {"subtype": "channel_join"},
        ANSWER,
        ANSWER | {"channel_type": "im"},
        ANSWER | {"thread_ts": "1.0"},
        {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "3.0", "message": ANSWER, "previous_message": ANSWER},
    ],
)
def test_talk_outside_threads_and_what_apps_post_need_nothing(event: dict[str, Any]) -> None:
    assert is_idle_talk(event)


@pytest.mark.parametrize(
    "event",
    [
        TALK | {"type": "app_mention"},
        TALK | {"channel_type": "im"},
        TALK | {"thread_ts": "1.0"},
        TALK | {"thread_ts": "1.0", "subtype": "thread_broadcast"},
        {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "3.0", "message": TALK, "previous_message": TALK},
        {"type": "message", "subtype": "message_changed", "channel": "C1", "message": {"subtype": "tombstone", "ts": "2.0"}},
        {"type": "message", "subtype": "message_deleted", "channel": "C1", "ts": "3.0", "deleted_ts": "2.0", "previous_message": ANSWER},
        {"type": "agent_session_stopped", "channel": "C1", "thread_ts": "2.0"},
    ],
)
def test_questions_follow_ups_changes_and_all_other_events_are_looked_at(event: dict[str, Any]) -> None:
    assert not is_idle_talk(event)
