"""What passed between Slack and the app: every API call and every delivery, in order, for tests and for the page.

In: calls and deliveries as they happen. Out: lists to read, and searches over them. Nothing secret is kept: the token of
a call is not.
"""

import time
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

T = TypeVar("T")

MOST = 5_000
"""How many of the newest calls, deliveries and uses are kept, each: a page that is left open for days shall not fill the memory."""

DeliveryKind = Literal["event", "command", "interaction", "url_verification"]


@dataclass(frozen=True)
class ApiCall:
    """One call of a Web API method: the arguments as decoded, and Slack's answer with its HTTP status."""

    method: str
    arguments: dict[str, Any]
    response: dict[str, Any]
    status: int = 200
    fault: str | None = None  # the fault that was injected, if one was
    at: float = 0.0  # when it came, seconds since the epoch
    seconds: float = 0.0  # until it was answered

    @property
    def ok(self) -> bool:
        """Whether Slack said `ok`."""
        return bool(self.response.get("ok"))

    @property
    def error(self) -> str | None:
        """Slack's error code."""
        return self.response.get("error")


@dataclass
class Delivery:
    """One sending of something to the app: each retry is a Delivery of its own, with the same event_id."""

    kind: DeliveryKind
    payload: dict[str, Any]
    attempt: int = 0
    retry_reason: str | None = None
    event_id: str | None = None
    transport: Literal["socket", "http"] | None = None
    acked: bool = False
    ack_after: float | None = None  # seconds; set also for an acknowledgement that came too late
    response: Any = None  # the payload the app put into its acknowledgement
    failure: str | None = None  # "timeout", "http_error", "connection_failed", "no_connection"
    at: float = field(default_factory=time.time)

    @property
    def event_type(self) -> str | None:
        """The type of the event inside, if it is one."""
        event = self.payload.get("event")
        return event.get("type") if isinstance(event, dict) else None


@dataclass
class ResponseUrlUse:
    """One POST to a response_url, and what Slack answered."""

    url: str
    body: dict[str, Any]
    status: int
    answer: str
    at: float = field(default_factory=time.time)


class Newest(list[T]):
    """A list to append to, which lets go of its oldest tenth when it holds more than `most`; `gone` is how many those were so far."""

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self.most = most
        self.gone = 0

    def append(self, one: T, /) -> None:
        """Add the newest."""
        super().append(one)
        if len(self) > self.most:
            oldest = max(1, self.most // 10)
            del self[:oldest]
            self.gone += oldest


@dataclass
class Records:
    """All calls and deliveries so far, or the newest of them where there are very many."""

    calls: Newest[ApiCall] = field(default_factory=Newest)
    deliveries: Newest[Delivery] = field(default_factory=Newest)
    responses: Newest[ResponseUrlUse] = field(default_factory=Newest)

    def keep(self, most: int) -> None:
        """Keep so many of each from now on."""
        self.calls.most = self.deliveries.most = self.responses.most = most

    def calls_of(self, method: str) -> list[ApiCall]:
        """The calls of one method, oldest first."""
        return [call for call in self.calls if call.method == method]

    def deliveries_of(self, event_type: str) -> list[Delivery]:
        """The deliveries of one event type, retries included."""
        return [delivery for delivery in self.deliveries if delivery.event_type == event_type]
