"""Slack's bad days, on demand: what should go wrong at the next API call or delivery.

In: `faults.next("chat.postMessage", ratelimited(after=1))`. Out: the web API and the dispatcher ask, at each call and
each delivery, whether a fault waits there; each is used once (or `times`), first come first served.

A point is an API method's name ("chat.postMessage"), a delivery's kind ("event", "command", "interaction"), an event's
type ("app_mention"), "response_url" for its use, or "*" for any API call.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class RateLimited:
    """HTTP 429 with Retry-After, in seconds; nothing was done."""

    after: int


@dataclass(frozen=True)
class ServerError:
    """An HTTP status of the 5xx kind with no JSON; nothing was done."""

    status: int


@dataclass(frozen=True)
class Refused:
    """`ok: false` with this error code; nothing was done."""

    error: str


@dataclass(frozen=True)
class DroppedBeforeActing:
    """The connection breaks and nothing was done."""


@dataclass(frozen=True)
class DroppedAfterActing:
    """The connection breaks, but Slack did what was asked: a retry does it twice."""


@dataclass(frozen=True)
class Slow:
    """Slack takes its time, in seconds, and then does what was asked."""

    seconds: float


@dataclass(frozen=True)
class StreamEnded:
    """Before the call, Slack ends the stream it names: for its age, or because a person pressed Stop. It stays ended."""

    by_user: bool


@dataclass(frozen=True)
class Delayed:
    """The delivery is late by so many seconds."""

    seconds: float


@dataclass(frozen=True)
class DeliveredTwice:
    """The same event arrives two times, with the same event_id, however fast the first was acknowledged."""


@dataclass(frozen=True)
class AckLost:
    """The app acknowledged, Slack did not notice: it delivers again as a retry."""


@dataclass(frozen=True)
class SocketDropped:
    """Every Socket Mode connection breaks just before the delivery, without a goodbye."""


@dataclass(frozen=True)
class SocketRefreshed:
    """Slack asks every Socket Mode connection to come again (`disconnect`), then closes it, before the delivery."""


@dataclass(frozen=True)
class SocketWarned:
    """Slack says that it will close every connection in about ten seconds (`disconnect`, "warning"), and goes on using it until then."""


@dataclass(frozen=True)
class SocketStalled:
    """Every Socket Mode connection stays open before the delivery, but carries nothing any more, not even an answer to a ping."""


RESPONSE_URL = "response_url"
"""The point at which a POST to a response_url meets its fault."""

ApiFault = RateLimited | ServerError | Refused | DroppedBeforeActing | DroppedAfterActing | Slow | StreamEnded
SocketFault = SocketDropped | SocketRefreshed | SocketWarned | SocketStalled
DeliveryFault = DeliveredTwice | AckLost | Delayed | SocketFault
Fault = ApiFault | DeliveryFault


def ratelimited(after: int = 1) -> RateLimited:
    """429, with `Retry-After: after` seconds."""
    return RateLimited(after)


def server_error(status: int = 500) -> ServerError:
    """500, or another status."""
    return ServerError(status)


def refused(error: str) -> Refused:
    """Slack's `ok: false` with this error."""
    return Refused(error)


def dropped_before_acting() -> DroppedBeforeActing:
    """The connection breaks, nothing done."""
    return DroppedBeforeActing()


def dropped_after_acting() -> DroppedAfterActing:
    """The connection breaks, the deed done."""
    return DroppedAfterActing()


def slow(seconds: float) -> Slow:
    """The answer comes late."""
    return Slow(seconds)


def stream_expired() -> StreamEnded:
    """The stream is over for its age: message_not_in_streaming_state."""
    return StreamEnded(by_user=False)


def stream_stopped() -> StreamEnded:
    """A person has stopped the stream: stopped_by_user."""
    return StreamEnded(by_user=True)


def delayed(seconds: float) -> Delayed:
    """A late delivery."""
    return Delayed(seconds)


def delivered_twice() -> DeliveredTwice:
    """A duplicate delivery."""
    return DeliveredTwice()


def ack_lost() -> AckLost:
    """A redelivery in spite of an acknowledgement."""
    return AckLost()


def socket_dropped() -> SocketDropped:
    """The connections break."""
    return SocketDropped()


def socket_refreshed() -> SocketRefreshed:
    """The connections are asked to come again."""
    return SocketRefreshed()


def socket_warned() -> SocketWarned:
    """The connections are told of their end."""
    return SocketWarned()


def socket_stalled() -> SocketStalled:
    """The connections fall silent."""
    return SocketStalled()


class Faults:
    """The faults that wait, by point."""

    def __init__(self) -> None:
        self._waiting: dict[str, deque[Fault]] = {}

    def next(self, point: str, fault: Fault, *, times: int = 1) -> None:
        """Let the next `times` calls or deliveries at `point` meet `fault`, after those already waiting there."""
        self._waiting.setdefault(point, deque()).extend([fault] * times)

    def waiting(self) -> list[tuple[str, Fault]]:
        """Every fault that waits, with its point, each point's in their order."""
        return [(point, fault) for point, faults in self._waiting.items() for fault in faults]

    def clear(self) -> None:
        """Forget every fault that waits."""
        self._waiting.clear()

    def for_call(self, method: str) -> ApiFault | None:
        """The fault this API call meets, taken off the list."""
        fault = self._take([method] if method == RESPONSE_URL else [method, "*"])
        assert not isinstance(fault, DeliveryFault), f"{fault} cannot befall an API call"
        return fault

    def for_delivery(self, points: Iterable[str]) -> DeliveryFault | None:
        """The fault this delivery meets, taken off the list."""
        fault = self._take(points)
        assert not isinstance(fault, ApiFault), f"{fault} cannot befall a delivery"
        return fault

    def _take(self, points: Iterable[str]) -> Fault | None:
        for point in points:
            if waiting := self._waiting.get(point):
                return waiting.popleft()
        return None
