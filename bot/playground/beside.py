"""Another web application beside the page, of the same origin. The program that runs the app sets `workspace.beside`, or does not.

In: a request below /beside. Out: that application's answer; what it is, the playground does not know.
"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/beside"


@dataclass(frozen=True)
class Beside:
    """What the page leads to: `words` are the link's, `about` says what is there."""

    words: str
    about: str
    app: ASGIApp


def mount(current: Callable[[], Beside | None]) -> Mount:
    """The route to whatever is beside at the moment of a request."""

    async def pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        there = current()
        app = there.app if there else PlainTextResponse("There is nothing beside this playground.", 404)
        await app(scope, receive, send)

    return Mount(PATH, app=pass_on)
