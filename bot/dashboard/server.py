"""Runs the dashboard on loopback until Ctrl+C. In: its app, a port. Raises BotError for a port that is taken."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.applications import Starlette

from bot.errors import BotError

HOST = "127.0.0.1"


def serve_dashboard(app: Starlette, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve; `on_ready` is told the address once it can be opened."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise BotError(f"Port {port} cannot be used ({error.strerror}). Please choose another --port.") from None
    listener.listen()
    on_ready(f"http://{HOST}:{listener.getsockname()[1]}")
    config = uvicorn.Config(app, log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
