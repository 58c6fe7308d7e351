"""Socket Mode: the app connects to us, and we send it envelopes that it acknowledges.

In: WebSocket connections opened with a one-time ticket, and deliveries. Out: `hello`, envelopes, each to exactly one
connection, and their acknowledgements (docs.slack.dev/apis/events-api/using-socket-mode).
"""

import asyncio
import contextlib
import itertools
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.playground.decoding import decode
from bot.playground.deliveries import Undelivered
from bot.playground.faults import SocketFault, SocketRefreshed, SocketStalled, SocketWarned
from bot.playground.records import Delivery

CONNECTION_LIMIT = 10
WARNING_SECONDS = 10.0  # "the connection will be closed in about 10 seconds"
STALL_SECONDS = 20.0  # until Slack itself gives up a connection from which nothing comes
ENVELOPE_TYPES = {"event": "events_api", "command": "slash_commands", "interaction": "interactive"}


@dataclass
class _Sent:
    """An envelope that is out: whom it was for, and who waits for its acknowledgement."""

    delivery: Delivery
    at: float
    acked: asyncio.Future[Any]


@dataclass
class _Connection:
    """One WebSocket of the app's."""

    socket: WebSocket
    sent: dict[str, _Sent] = field(default_factory=dict)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    is_stalled: bool = False

    def acknowledge(self, answer: dict[str, Any]) -> None:
        """Note an acknowledgement; one that comes too late is only recorded."""
        sent = self.sent.pop(str(answer.get("envelope_id")), None)
        if sent is None:
            return
        sent.delivery.ack_after = time.monotonic() - sent.at
        if not sent.acked.done():
            sent.acked.set_result(answer.get("payload"))

    def lost(self) -> None:
        """Tell everyone who waits that the connection is gone."""
        for sent in self.sent.values():
            if not sent.acked.done():
                sent.acked.set_exception(Undelivered("connection_failed"))


class SocketMode:
    """The app's connections; a `Transport`. `deafen` lets nothing of a connection be read any more, `drop` breaks it off."""

    name: Literal["socket"] = "socket"

    def __init__(self, app_id: str, deafen: Callable[[WebSocket], None], drop: Callable[[WebSocket], None]) -> None:
        self._app_id = app_id
        self._deafen = deafen
        self._drop = drop
        self._tickets: set[str] = set()
        self._connections: list[_Connection] = []
        self._turn = itertools.count()
        self._open = asyncio.Event()
        self._to_turn_away = 0
        self._to_keep_waiting = 0
        self._closing = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether the app is connected."""
        return bool(self._connections)

    @property
    def connection_count(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    async def wait_until_open(self) -> None:
        """Return once the app is connected."""
        await self._open.wait()

    def ticket(self) -> str:
        """A ticket for one connection: what apps.connections.open puts into its URL."""
        ticket = secrets.token_urlsafe(18)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Hold one connection until either side ends it."""
        ticket = socket.query_params.get("ticket", "")
        if self._to_keep_waiting:
            self._to_keep_waiting -= 1
            await self._closing.wait()
        is_known = ticket in self._tickets
        self._tickets.discard(ticket)
        if not is_known or self._to_turn_away or len(self._connections) >= CONNECTION_LIMIT:
            self._to_turn_away -= is_known and self._to_turn_away > 0
            await socket.close(code=1008)
            return
        await socket.accept()
        connection = _Connection(socket)
        await socket.send_json(self._hello())
        self._join(connection)
        try:
            await self._listen(connection)
        finally:
            self._leave(connection)

    async def send(self, delivery: Delivery) -> Any:  # whatever JSON the app answers with
        """Send an envelope over one connection and wait for its acknowledgement."""
        if not self._connections:
            raise Undelivered("connection_failed")
        connection = self._connections[next(self._turn) % len(self._connections)]
        envelope = _envelope(delivery)
        sent = _Sent(delivery, time.monotonic(), asyncio.get_running_loop().create_future())
        connection.sent[envelope["envelope_id"]] = sent
        try:
            if not connection.is_stalled:
                await connection.socket.send_json(envelope)
            return await sent.acked
        except (WebSocketDisconnect, RuntimeError) as error:  # RuntimeError: starlette's, on a socket already closed
            raise Undelivered("connection_failed") from error
        finally:
            sent.acked.cancel()  # nobody waits any more; a late acknowledgement is still recorded

    def turn_away(self, connections: int) -> None:
        """Refuse the next so many connections; their tickets are used up."""
        self._to_turn_away = connections

    def keep_waiting(self, connections: int) -> None:
        """Take the next so many connections, and say nothing to them."""
        self._to_keep_waiting = connections

    async def break_off(self, fault: SocketFault) -> None:
        """Let every connection break, ask it to come again, or only warn it (docs.slack.dev/apis/events-api/using-socket-mode)."""
        for connection in list(self._connections):
            if isinstance(fault, SocketStalled):
                self._stall(connection)
                continue
            if isinstance(fault, SocketRefreshed | SocketWarned):
                reason = "refresh_requested" if isinstance(fault, SocketRefreshed) else "warning"
                await connection.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "playground"}})
            if isinstance(fault, SocketWarned):
                asyncio.get_running_loop().call_later(WARNING_SECONDS, self._end, connection)
            else:
                self._end(connection)

    def _stall(self, connection: _Connection) -> None:
        connection.is_stalled = True
        self._deafen(connection.socket)
        asyncio.get_running_loop().call_later(STALL_SECONDS, self._drop, connection.socket)

    def _end(self, connection: _Connection) -> None:
        self._leave(connection)
        connection.leaving.set()

    async def close(self) -> None:
        """End every connection: the server is stopping."""
        self._closing.set()
        for connection in list(self._connections):
            if connection.is_stalled:
                self._drop(connection.socket)
            connection.leaving.set()

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "playground", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._app_id},
        }

    async def _listen(self, connection: _Connection) -> None:
        leaving = asyncio.create_task(connection.leaving.wait())
        try:
            while not leaving.done():
                message = asyncio.create_task(connection.socket.receive_text())
                await asyncio.wait({message, leaving}, return_when=asyncio.FIRST_COMPLETED)
                if not message.done():
                    message.cancel()
                    break
                connection.acknowledge(_decoded(message.result()))
        except (WebSocketDisconnect, RuntimeError):  # RuntimeError: starlette's, once a send has found the socket closed
            return
        finally:
            leaving.cancel()
        if connection.socket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it may have gone meanwhile
                await connection.socket.close(code=1001)

    def _join(self, connection: _Connection) -> None:
        self._connections.append(connection)
        self._open.set()

    def _leave(self, connection: _Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        if not self._connections:
            self._open.clear()
        connection.lost()


def _envelope(delivery: Delivery) -> dict[str, Any]:
    envelope: dict[str, Any] = {
        "envelope_id": str(uuid.uuid4()),
        "type": ENVELOPE_TYPES[delivery.kind],
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind != "event",
    }
    if delivery.kind == "event":
        envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.retry_reason or ""}
    return envelope


def _decoded(text: str) -> dict[str, Any]:
    try:
        answer = decode(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
