"""Getting things to the app: events with Slack's retries, commands and interactions with its three seconds.

In: payloads. Out: each sent through the transport in use (Socket Mode or signed HTTP), recorded, and for a command or
an interaction the app's acknowledgement.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Literal, Protocol

from bot.playground.changes import Change, ChangeFeed
from bot.playground.faults import AckLost, Delayed, DeliveredTwice, DeliveryFault, Faults, SocketFault
from bot.playground.records import Delivery, DeliveryKind, Records
from bot.playground.timings import Timings


class Undelivered(Exception):
    """The app did not get it, or did not say that it did. `str()` is Slack's retry reason."""


class NoRetry(Undelivered):
    """As Undelivered, and the app asked not to be sent it again (X-Slack-No-Retry)."""


class Transport(Protocol):
    """A way to the app."""

    @property
    def name(self) -> Literal["socket", "http"]:
        """Which one it is."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the app can be reached now, as far as one can know without trying."""
        ...

    async def wait_until_open(self) -> None:
        """Return once the app can be reached."""
        ...

    async def send(self, delivery: Delivery) -> Any:  # whatever JSON the app answers with
        """Send it, set `delivery.ack_after`, and return what the app put into its acknowledgement. Undelivered if none."""
        ...

    async def break_off(self, fault: SocketFault) -> None:
        """Let that happen to the connections."""
        ...


class Dispatcher:
    """Sends what is to be sent, through `transport`, which the server sets."""

    transport: Transport

    def __init__(self, timings: Timings, faults: Faults, records: Records, changes: ChangeFeed) -> None:
        self._timings = timings
        self._faults = faults
        self._records = records
        self._changes = changes
        self._tasks: set[asyncio.Task[None]] = set()

    def send_event(self, payload: dict[str, Any]) -> None:
        """Send an event in the background, and again until it is acknowledged or the retries are used up."""
        self._start(self._send_until_acked(payload))

    async def request(self, kind: DeliveryKind, payload: dict[str, Any]) -> Delivery:
        """Send a command or an interaction, once, and wait at most the three seconds for the answer."""
        delivery = Delivery(kind, payload, transport=self.transport.name)
        fault = self._faults.for_delivery([kind])
        await self._interrupt(fault)
        if self.transport.is_open:
            await self._attempt(delivery)
        else:
            self._fail(delivery, "no_connection")
        return delivery

    async def idle(self) -> None:
        """Return when no event is on its way any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Give up what is on its way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_until_acked(self, payload: dict[str, Any]) -> None:
        reason: str | None = None
        for attempt, delay in enumerate((0.0, *self._timings.retry_delays)):
            await asyncio.sleep(delay)
            delivery = Delivery("event", payload, attempt, reason, payload["event_id"], self.transport.name)
            fault = self._faults.for_delivery([payload["event"]["type"], "event"])
            if not await self._send_event_once(delivery, fault):
                return
            reason = delivery.failure

    async def _send_event_once(self, delivery: Delivery, fault: DeliveryFault | None) -> bool:
        """Whether it should be sent again."""
        await self._interrupt(fault)
        try:
            async with asyncio.timeout(self._timings.connection_wait):
                await self.transport.wait_until_open()
        except TimeoutError:
            self._fail(delivery, "no_connection")
            return True
        if isinstance(fault, DeliveredTwice):
            await self._attempt(Delivery("event", delivery.payload, event_id=delivery.event_id, transport=delivery.transport))
        again = await self._attempt(delivery)
        if isinstance(fault, AckLost):
            delivery.failure = "timeout"
            return True
        return again

    async def _attempt(self, delivery: Delivery) -> bool:
        """Whether trying again makes sense."""
        self._records.deliveries.append(delivery)
        try:
            async with asyncio.timeout(self._timings.ack_timeout):
                delivery.response = await self.transport.send(delivery)
        except TimeoutError:
            delivery.failure = "timeout"
        except Undelivered as error:
            delivery.failure = str(error)
            self._changes.publish(Change("delivered"))
            return not isinstance(error, NoRetry)
        else:
            delivery.acked = True
        self._changes.publish(Change("delivered"))
        return not delivery.acked

    def _fail(self, delivery: Delivery, reason: str) -> None:
        delivery.failure = reason
        self._records.deliveries.append(delivery)
        self._changes.publish(Change("delivered"))

    async def _interrupt(self, fault: DeliveryFault | None) -> None:
        if isinstance(fault, Delayed):
            await asyncio.sleep(fault.seconds)
        if isinstance(fault, SocketFault):
            await self.transport.break_off(fault)
