"""What Slack itself says when the app does not answer. In: how a delivery failed. Out: words for the person."""

from dataclasses import dataclass

COMMAND_FAILURES = {
    "timeout": "{command} failed with the error “operation_timeout”",
    "no_connection": "{command} failed because the app did not respond",
    "connection_failed": "{command} failed with the error “dispatch_failed”",
    "http_error": "{command} failed with the error “dispatch_failed”",
}
PRESS_FAILED = "This app responded with no answer in time: the click did nothing."
SHORTCUT_FAILED = "This app did not respond: the shortcut did nothing."
SUBMIT_FAILED = "We had some trouble connecting. Try again?"


@dataclass(frozen=True)
class Notice:
    """What Slack itself tells one person. `at` is a Unix time; `ts` is the message whose button it was."""

    user: str
    text: str
    at: float
    channel: str | None = None
    ts: str | None = None
    view_id: str | None = None
