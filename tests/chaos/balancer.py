"""What stands before several replicas: a TCP balancer in a thread, which tries the next one where one is not there."""

import asyncio
import contextlib
import itertools
import threading
from collections.abc import Iterator, Sequence

PATIENCE = 2.5  # seconds for a replica that is stopped


class Balancer:
    """Listens on a port of loopback and hands each connection to one of `ports`."""

    def __init__(self, ports: Sequence[int]) -> None:
        self._ports = list(ports)
        self._turns = itertools.count()
        self.port = 0

    async def serve(self, ready: threading.Event, end: asyncio.Event) -> None:
        """Serve until `end`."""
        async with await asyncio.start_server(self._hand_over, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            ready.set()
            await end.wait()

    async def _hand_over(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turns)
        for turn in range(len(self._ports)):
            try:
                async with asyncio.timeout(PATIENCE):
                    there = await asyncio.open_connection("127.0.0.1", self._ports[(first + turn) % len(self._ports)])
            except (OSError, TimeoutError):
                continue
            await asyncio.gather(_pour(reader, there[1]), _pour(there[0], writer))
            return
        writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()


@contextlib.contextmanager
def balanced(ports: Sequence[int]) -> Iterator[int]:
    """The port of a balancer before `ports`, while the context is open."""
    balancer, ready, loop = Balancer(ports), threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(balancer.serve(ready, end)))
    thread.start()
    ready.wait(10)
    try:
        yield balancer.port
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.run_until_complete(_cancel_all())
        loop.close()


async def _cancel_all() -> None:
    pending = asyncio.all_tasks() - {asyncio.current_task()}
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
