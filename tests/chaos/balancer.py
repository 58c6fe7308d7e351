"""What stands before the bot: a TCP balancer in a thread, which tries the next replica where one is not there, and again while Slack waits.

As a proxy does that is set up as the README says (Caddy's `lb_try_duration`, HAProxy's `retries`): a restart is bridged, not a longer absence.
"""

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator, Sequence

PATIENCE = 2.5  # seconds in all, of the three that Slack waits
PAUSE = 0.1  # seconds until one that is not there is tried again


class Balancer:
    """Listens on a port of loopback and hands each connection to one of `ports`."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self._turns = itertools.count()
        self._connections: set[asyncio.Task[None]] = set()
        self._end = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.ready = threading.Event()
        self.port = 0

    def end(self) -> None:
        """Stop; from another thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._end.set)

    async def serve(self) -> None:
        """Serve until `end`."""
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self._end.wait()
        server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A task of our own: asyncio's would report at the end that it was cancelled.
        task = asyncio.create_task(self._hand_over(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _hand_over(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                there = await self._connected()
        except TimeoutError:
            writer.close()
            return
        with contextlib.closing(there[1]), contextlib.closing(writer):
            await asyncio.gather(_pour(reader, there[1]), _pour(there[0], writer))

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to the next replica that is there, however long that takes."""
        first = next(self._turns)
        while True:
            for turn in range(len(self._ports)):
                with contextlib.suppress(OSError):
                    return await asyncio.open_connection("127.0.0.1", self._ports[(first + turn) % len(self._ports)])
            await asyncio.sleep(PAUSE)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextlib.contextmanager
def balanced(ports: Sequence[int]) -> Iterator[int]:
    """The port of a balancer before `ports`, while the context is open."""
    balancer = Balancer(ports)
    thread = threading.Thread(target=lambda: asyncio.run(balancer.serve()))
    thread.start()
    assert balancer.ready.wait(10), "the balancer does not listen"
    try:
        yield balancer.port
    finally:
        balancer.end()
        thread.join()
