"""Runs the dashboard on loopback until Ctrl+C. In: a Store, a corpus, a port. Raises BotError for a port that is taken."""

import socket
from collections.abc import Callable

import uvicorn

from bot.corpus import Corpus
from bot.dashboard.app import dashboard_app
from bot.errors import BotError
from bot.store import Store

HOST = "127.0.0.1"


def serve_dashboard(store: Store, corpus: Callable[[], Corpus], port: int, on_ready: Callable[[str], None]) -> None:
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
    config = uvicorn.Config(dashboard_app(store, corpus), log_level="warning", server_header=False)
    uvicorn.Server(config).run(sockets=[listener])
