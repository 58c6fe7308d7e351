"""Installation over OAuth: a browser comes, goes to Slack, and comes back with a code that is good for a token.

    GET /slack/install           sends it to Slack, with a state that only this browser can bring back, once, within ten minutes
    GET /slack/oauth_redirect    takes the state, exchanges the code, keeps the installation, and says what became of it

Who may install can only be told by what Slack gives for the code; of others the token is given back.
What goes wrong is told to the log; the page says only what to do. Nothing here repeats a code, a state or a token.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.errors import StoreError
from bot.slack.credentials import Credentials, exchange
from bot.slack.installation_pages import InstallationPages
from bot.slack.refusals import NETWORK, code
from bot.store import Installation, Store
from bot.store.installations import STATE_SECONDS

logger = logging.getLogger(__name__)

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
COOKIE = "installing"
_OURS = re.compile(r"[\w-]{43}")  # what secrets.token_urlsafe(32) gives


@dataclass(frozen=True, slots=True)
class _Granted:
    """What Slack gave for a code."""

    said: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Whose the installation is: the team's, or the whole organisation's."""
        return str(self._owner["id"])

    @property
    def name(self) -> str:
        return str(self._owner.get("name") or self.id)

    @property
    def enterprise(self) -> str:
        return str((self.said.get("enterprise") or {}).get("id") or "")

    @property
    def _owner(self) -> Mapping[str, Any]:
        owner: Mapping[str, Any] = self.said["enterprise" if self.said.get("is_enterprise_install") else "team"]
        return owner


class Installing:
    """Both paths. `client` has no token; `allowed` are the ids of the workspaces and organisations that may install the app, if not all."""

    def __init__(
        self,
        *,
        store: Store,
        credentials: Credentials,
        client: AsyncWebClient,
        pages: InstallationPages,
        allowed: Collection[str] = (),
    ) -> None:
        self._allowed = allowed
        self._store = store
        self._credentials = credentials
        self._client = client
        self._pages = pages

    def routes(self) -> list[Route]:
        """The routes, beside Slack's own."""
        return [Route(INSTALL_PATH, self.begin, methods=["GET"]), Route(REDIRECT_PATH, self.end, methods=["GET"])]

    async def begin(self, request: Request) -> Response:
        """Send the browser to Slack. One that began before keeps its cookie, so that each of its windows can end what it began."""
        if request.method == "HEAD":  # looked at, not followed
            return Response()
        state, known = secrets.token_urlsafe(32), request.cookies.get(COOKIE, "")
        browser = known if _OURS.fullmatch(known) else secrets.token_urlsafe(32)
        try:
            await asyncio.to_thread(self._store.begin_installing, state, browser)
        except StoreError as error:
            logger.warning("An installation could not be begun: %s", error)
            return self._pages.failed("busy", 503)
        given = self._credentials
        asked = {"client_id": given.client_id, "scope": ",".join(given.scopes), "state": state, "redirect_uri": given.redirect_url}
        response = RedirectResponse(f"{given.authorize_url}?{urlencode(asked)}", 302, headers={"Cache-Control": "no-store"})
        # Lax: the way back from Slack is a link that is followed, with which the cookie is sent.
        response.set_cookie(
            COOKIE, browser, max_age=int(STATE_SECONDS), path="/slack", secure=given.is_encrypted, httponly=True, samesite="lax"
        )
        return response

    async def end(self, request: Request) -> Response:
        """The browser is back."""
        if request.method == "HEAD":
            return Response()
        given = request.query_params
        try:
            is_expected = await asyncio.to_thread(self._store.take_state, given.get("state", ""), request.cookies.get(COOKIE, ""))
        except StoreError as error:
            logger.warning("An installation could not be ended: %s", error)
            return self._pages.failed("busy", 503)
        if not is_expected:
            logger.warning("An installation came back that was not begun here, not in this browser, too long ago, or twice")
            return self._pages.failed("unexpected", 400)
        if "error" in given or not given.get("code"):
            logger.info("An installation was not granted")
            return self._pages.cancelled()
        return await self._exchange(given["code"])

    async def _exchange(self, granted_code: str) -> Response:
        given = self._credentials
        try:
            said = await exchange(self._client, given, code=granted_code, redirect_uri=given.redirect_url)
            installation = await self._installation(said)
            if not installation.is_among(self._allowed):
                return await self._turn_away(installation, str(said["access_token"]))
            await asyncio.to_thread(self._store.install, installation)
        except (SlackApiError, KeyError, TypeError, ValueError, *NETWORK) as error:
            logger.error("Slack gave no token for an installation (%s)", code(error))  # noqa: TRY400  # the traceback could hold the code
            return self._pages.failed("refused", 502)
        except StoreError as error:
            logger.error("An installation could not be kept: %s", error)  # noqa: TRY400  # likewise
            return self._pages.failed("busy", 503)
        logger.info("Installed in %s (%s)", installation.name, installation.id)
        return self._pages.installed(installation.name, f"{given.app_url}?{urlencode(self._place(installation))}")

    async def _turn_away(self, installation: Installation, token: str) -> Response:
        logger.warning("Not installed in %s (%s): it is not in ALLOWED_INSTALLATIONS", installation.name, installation.id)
        try:
            await self._client.auth_revoke(token=token)
        except (SlackApiError, *NETWORK) as error:
            logger.warning("Its token could not be given back (%s); it is not kept", code(error))
        return self._pages.not_allowed(installation.name)

    @staticmethod
    def _place(installation: Installation) -> dict[str, str]:
        """Where the app is opened, as slack.com/app_redirect wants it."""
        return {"app": installation.app} | ({} if installation.is_of_organisation else {"team": installation.id})

    async def _installation(self, said: Mapping[str, Any]) -> Installation:
        granted, given = _Granted(said), self._credentials
        token, refresh_token, seconds = str(said["access_token"]), said.get("refresh_token"), said.get("expires_in")
        return Installation(
            id=granted.id, name=granted.name, enterprise=granted.enterprise, app=str(said["app_id"]), bot_user=str(said["bot_user_id"]),
            bot=await self._bot(token), installer=str((said.get("authed_user") or {}).get("id") or ""),
            scopes=tuple(filter(None, str(said.get("scope") or "").split(","))), token=given.seal.close(token, granted.id),
            refresh_token=given.seal.close(str(refresh_token), granted.id) if refresh_token else None,
            expires_at=self._store.now + float(seconds) if seconds else None,
        )  # fmt: skip

    async def _bot(self, token: str) -> str:
        """The bot's own id, asked once and kept: an event says by it who spoke. A token that came is kept even where this fails."""
        try:
            return str((await self._client.auth_test(token=token)).get("bot_id") or "")
        except (SlackApiError, *NETWORK) as error:
            logger.warning("Slack did not say who the bot is (%s)", code(error))
            return ""
