"""Keeping other web pages out of the playground.

In: every request. Out: the same, unless a page of another origin sent it: a web page anywhere may make a browser on this
machine send requests to 127.0.0.1, or open a WebSocket there. The Host check against DNS rebinding is Starlette's.
"""

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
LOOPBACK_NAMES = ["127.0.0.1", "localhost"]


class SameOrigin:
    """Refuses writes and WebSockets whose Origin is not this server itself. Programs, which send none, pass."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on or refuse it."""
        if _is_foreign(scope):
            refuse = WebSocketClose(1008) if scope["type"] == "websocket" else PlainTextResponse("cross-origin", 403)
            await refuse(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_foreign(scope: Scope) -> bool:
    if scope["type"] == "lifespan" or (scope["type"] == "http" and scope["method"] in SAFE_METHODS):
        return False
    headers = Headers(scope=scope)
    if headers.get("sec-fetch-site") == "cross-site":
        return True
    origin = headers.get("origin")
    return origin is not None and origin != f"http://{headers.get('host')}"


GUARDS = [Middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK_NAMES, www_redirect=False), Middleware(SameOrigin)]
