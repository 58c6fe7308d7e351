"""The faults a person can switch on in the page: a name from the form goes in, a fault and the points it may befall come out."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.playground import faults
from bot.playground.faults import RESPONSE_URL, DeliveryFault, Fault
from bot.playground.methods import HANDLERS
from bot.playground.refusal import NotAllowed

CALLS = ("*", RESPONSE_URL, *sorted(HANDLERS))
APPENDING = ("chat.appendStream", "chat.stopStream")
DELIVERIES = ("event", "command", "interaction", "app_mention", "message")
POINT_WORDS = {
    "*": "any API call",
    RESPONSE_URL: "a response_url",
    "event": "any event",
    "command": "a slash command",
    "interaction": "a button, form or shortcut",
}


@dataclass(frozen=True)
class Choice:
    """A fault as the form offers it, and where it may strike, the likeliest point first."""

    name: str
    words: str
    points: tuple[str, ...]
    make: Callable[[], Fault]


CHOICES = (
    Choice("ratelimited", "429, Retry-After: 3 s", ("chat.postMessage", *CALLS), lambda: faults.ratelimited(after=3)),
    Choice("server_error", "500 Internal Server Error", CALLS, faults.server_error),
    Choice("slow", "An answer after 5 s", CALLS, lambda: faults.slow(5)),
    Choice("dropped_after", "Connection drops after Slack acted", ("chat.postMessage", *CALLS), faults.dropped_after_acting),
    Choice("dropped_before", "Connection drops, nothing done", CALLS, faults.dropped_before_acting),
    Choice("stream_expired", "message_not_in_streaming_state", APPENDING, faults.stream_expired),
    Choice("stream_stopped", "stopped_by_user", APPENDING, faults.stream_stopped),
    Choice("too_long", "msg_too_long", ("chat.appendStream", *CALLS), lambda: faults.refused("msg_too_long")),
    Choice("no_channel", "channel_not_found", CALLS, lambda: faults.refused("channel_not_found")),
    Choice("fatal", "fatal_error", CALLS, lambda: faults.refused("fatal_error")),
    Choice("twice", "Delivered twice", DELIVERIES[:1] + DELIVERIES[3:], faults.delivered_twice),
    Choice("ack_lost", "Acknowledgement lost: delivered again", DELIVERIES[:1] + DELIVERIES[3:], faults.ack_lost),
    Choice("delayed", "Delivered 5 s late", DELIVERIES, lambda: faults.delayed(5)),
    Choice("socket_dropped", "Socket Mode breaks off before it", DELIVERIES, faults.socket_dropped),
    Choice("socket_refreshed", "Socket Mode: refresh_requested before it", DELIVERIES, faults.socket_refreshed),
    Choice("socket_warned", "Socket Mode: warning before it", DELIVERIES, faults.socket_warned),
    Choice("socket_stalled", "Socket Mode falls silent before it", DELIVERIES, faults.socket_stalled),
)
BY_NAME = {choice.name: choice for choice in CHOICES}


def ordered(name: str, point: str) -> Fault:
    """The fault of that name. NotAllowed where there is none, or it cannot strike there."""
    choice = BY_NAME.get(name)
    if choice is None or point not in choice.points:
        raise NotAllowed(f"there is no fault {name} at {point}")
    return choice.make()


def described(fault: Fault) -> str:
    """What the form calls this fault."""
    return next((choice.words for choice in CHOICES if choice.make() == fault), type(fault).__name__)


def is_of_delivery(choice: Choice) -> bool:
    """Whether it befalls what Slack sends, and not what the app calls."""
    return isinstance(choice.make(), DeliveryFault)
