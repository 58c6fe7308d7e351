"""The playground's web page: a workspace goes in, the routes of a page that shows and uses it come out.

`GET /` is the whole page; the script it loads sends what the person does to `/page/deeds/…`, hears of changes over the
WebSocket `/page/live`, and fetches the parts they touched from `/page/parts`. HTML is rendered here and nowhere else.
"""

import asyncio
from collections.abc import AsyncIterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.playground import beside
from bot.playground.page_deeds import DEEDS
from bot.playground.page_headers import PageHeaders
from bot.playground.page_offers import offers
from bot.playground.page_panes import Panes
from bot.playground.page_places import place
from bot.playground.page_tool import Wire
from bot.playground.workspace import Change, NotAllowed, Workspace

STATIC = Path(__file__).parent / "static"


def routes(workspace: Workspace, manifest: Mapping[str, Any] | None = None) -> list[BaseRoute]:
    """Return the page's routes: `/`, `/page/…`, `/beside/…` and `/static/…`.

    Args:
        workspace: what the page shows and uses.
        manifest: the app's manifest, for the words of its commands and shortcuts; without it, their names alone.
    """
    page = Page(workspace, manifest)
    headers = [Middleware(PageHeaders)]
    return [
        Route("/", page.whole, middleware=headers),
        Mount(
            "/page",
            routes=[
                Route("/parts", page.parts),
                Route("/deeds/{deed}", page.perform, methods=["POST"]),
                Route("/wire/{exchange}", Wire(workspace).__call__),
                WebSocketRoute("/live", page.live),
            ],
            middleware=headers,
        ),
        beside.mount(lambda: workspace.beside),
        Mount("/static", StaticFiles(directory=STATIC), middleware=headers),
    ]


class Page:
    """The page's endpoints, for one workspace."""

    def __init__(self, workspace: Workspace, manifest: Mapping[str, Any] | None = None) -> None:
        self.workspace = workspace
        self.panes = Panes(workspace, offers(workspace.installation, manifest))

    async def whole(self, request: Request) -> Response:
        """Answer `GET /` with the place the query names. In Slack, a window loaded anew has no modal open."""
        where = place(self.workspace, request.query_params)
        for view in self.workspace.views.clear(where.me.id):
            self.workspace.changes.publish(Change("view_closed", user=view.user, view_id=view.id))
        return HTMLResponse(self.panes.page(where))

    async def parts(self, request: Request) -> Response:
        """Answer `GET /page/parts?want=main,sidebar` with {part: HTML}, the rest of the query as for `/`."""
        wanted = request.query_params.get("want", "").split(",")
        return JSONResponse(self.panes.parts(place(self.workspace, request.query_params), wanted))

    async def perform(self, request: Request) -> Response:
        """Answer `POST /page/deeds/NAME?as=PERSON` with what the deed has to say; {"refused": why} where Slack refuses.

        Only JSON is read, which another site's page cannot send without this page's leave.
        """
        deed = DEEDS.get(request.path_params["deed"])
        if deed is None or not request.headers.get("content-type", "").startswith("application/json"):
            return JSONResponse({"refused": "no such deed"}, status_code=404)
        me = place(self.workspace, request.query_params).me
        try:
            return JSONResponse(await deed.model_validate_json(await request.body()).perform(self.workspace, me))
        except ValidationError as error:
            return JSONResponse({"refused": f"{error.error_count()} fields are wrong"}, status_code=422)
        except NotAllowed as refusal:
            return JSONResponse({"refused": str(refusal)}, status_code=409)

    async def live(self, websocket: WebSocket) -> None:
        """Tell one window of every change its person may see, until either side goes."""
        me = place(self.workspace, websocket.query_params).me
        # Subscribed before the page hears "open" and fetches everything: no change falls between the two.
        with self.workspace.subscribe() as changes:
            await websocket.accept()
            telling = asyncio.create_task(self._tell(websocket, changes, me.id))
            try:
                await _left(websocket)
            finally:
                telling.cancel()

    async def _tell(self, websocket: WebSocket, changes: AsyncIterable[Change], me: str) -> None:
        with suppress(WebSocketDisconnect):
            async for change in changes:
                if self._concerns(change, me):
                    await websocket.send_json(self._told(change))
            await websocket.close()

    def _concerns(self, change: Change, me: str) -> bool:
        if change.user not in {None, me}:
            return False
        channel = self.workspace.conversations.channel(change.channel) if change.channel else None
        return channel is None or me in channel.members

    def _told(self, change: Change) -> dict[str, Any]:
        told: dict[str, Any] = {
            "kind": change.kind,
            "channel": change.channel,
            "ts": change.ts,
            "thread": change.thread_ts,
            "view": change.view_id,
        }
        if change.kind == "notice_shown" and change.user:
            told["text"] = self.workspace.notices(change.user)[-1].text
        if change.kind == "message_posted" and change.channel and change.ts:
            told["by"] = getattr(self.workspace.message(change.channel, change.ts), "user", None)
        return told


async def _left(websocket: WebSocket) -> None:
    """Return when the window has gone; what it says until then is nothing."""
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
