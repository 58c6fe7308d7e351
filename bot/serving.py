"""A web application on a port for as long as a context is open. In: an ASGI app. Out: nothing but its answers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from starlette.applications import Starlette

from bot.errors import ConfigError


@contextlib.asynccontextmanager
async def serving(app: Starlette, host: str, port: int, name: str) -> AsyncIterator[None]:
    """Serve `app` on `host`:`port`. Raises ConfigError where the port is taken; `name` is the setting that says another."""
    server = _Server(uvicorn.Config(app, host=host, port=port, log_config=None, log_level="warning", lifespan="off"))
    task = asyncio.create_task(_serve(server))
    try:
        while not server.started:
            if task.done():
                raise ConfigError(
                    f"HOST {host}, {name} {port} cannot be listened on. Please choose another {name}; HOST must be an address of this machine."
                )
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        await task


async def _serve(server: uvicorn.Server) -> None:
    """Serve until it should end. uvicorn ends the program where it cannot; left to a task, that ends the loop before anybody can say why."""
    with contextlib.suppress(SystemExit):
        await server.serve()


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: whoever runs the bot decides when it stops."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # uvicorn's own is an untyped generator
        """Leave the signals alone."""
        yield
