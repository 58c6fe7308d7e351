"""The app as workspaces install it by themselves: Slack's page that asks whether it may, and what a code is good for.

In: the manifest's redirect URLs and scopes. Out: the page at /oauth/v2/authorize with Allow and Cancel, and oauth.v2.access
(docs.slack.dev/authentication/installing-with-oauth, /authentication/using-token-rotation), with Slack's error codes.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.playground.installation import DEFAULT_SCOPES
from bot.playground.methods.call import Answer, Call
from bot.playground.refusal import Refusal

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace

PATH = "/oauth/v2/authorize"
CODE_SECONDS = 600.0
TOKEN_SECONDS = 43_200
KNOWN_SCOPES = DEFAULT_SCOPES | {"chat:write", "users:read"}
_ASKED = ("client_id", "scope", "state", "redirect_uri")


@dataclass(frozen=True)
class _Code:
    """What a person allowed: good once, for ten minutes, for whoever names the same redirect URL."""

    team: str
    user: str
    scopes: frozenset[str]
    redirect_uri: str
    expires: float


class Distribution:
    """The app's credentials and everything that was granted with them."""

    def __init__(self, workspaces: "Sequence[Workspace]", manifest: Mapping[str, Any] | None) -> None:
        """Offer the app to all of `workspaces`, also to those that come later."""
        given = manifest or {}
        self._workspaces = workspaces
        self._redirect_urls: Sequence[str] = given.get("oauth_config", {}).get("redirect_urls", ())
        self._rotates = bool(given.get("settings", {}).get("token_rotation_enabled"))
        self._codes: dict[str, _Code] = {}
        self._refresh_tokens: dict[str, str] = {}
        self.client_id = f"{secrets.randbelow(10**10):010d}.{secrets.randbelow(10**12):012d}"
        self.client_secret = secrets.token_hex(16)

    def routes(self) -> list[Route]:
        """The page's route."""
        return [Route(PATH, self.ask, methods=["GET"]), Route(PATH, self.decide, methods=["POST"])]

    async def ask(self, request: Request) -> Response:
        """The page: which workspace, and whether."""
        asked = dict(request.query_params)
        if problem := self._problem(asked):
            return _page("Something went wrong", f"<p>Invalid request: <code>{escape(problem)}</code></p>", 400)
        return _page("Permission", self._form(asked))

    async def decide(self, request: Request) -> Response:
        """Allow or Cancel: the browser goes back with a code, or with an error."""
        async with request.form() as form:
            asked = {name: str(value) for name, value in form.items()}
        if problem := self._problem(asked):
            return _page("Something went wrong", f"<p>Invalid request: <code>{escape(problem)}</code></p>", 400)
        team, redirect_uri = asked.get("team"), self._redirect_uri(asked)
        workspace = next((each for each in self._workspaces if each.installation.team_id == team), None)
        if asked.get("choice") != "allow" or workspace is None:
            answer = {"error": "access_denied", "state": asked.get("state", "")}
        else:
            answer = {"code": self._code(workspace, asked, redirect_uri), "state": asked.get("state", "")}
        return RedirectResponse(f"{redirect_uri}?{urlencode(answer)}", 302)

    def access(self, call: Call) -> Answer:
        """oauth.v2.access: a code, or a refresh token, for a token."""
        if call.text("client_id") != self.client_id:
            raise Refusal("invalid_client_id")
        if call.text("client_secret") != self.client_secret:
            raise Refusal("bad_client_secret")
        match call.optional("grant_type"):
            case None | "authorization_code":
                return self._by_code(call)
            case "refresh_token":
                return self._by_refresh_token(call)
        raise Refusal("invalid_grant_type")

    # --- within

    def _problem(self, asked: Mapping[str, str]) -> str | None:
        """Slack's word for what is wrong with a request for permission."""
        scopes = frozenset(filter(None, asked.get("scope", "").split(",")))
        if asked.get("client_id") != self.client_id:
            return "invalid_client_id"
        if not self._redirect_uri(asked):
            return "bad_redirect_uri"
        if not scopes:
            return "no_scopes"
        return None if scopes <= KNOWN_SCOPES else "invalid_scope"

    def _redirect_uri(self, asked: Mapping[str, str]) -> str | None:
        """Where to go back to: what was asked for, if it begins as one that the app has; its first one where nothing was asked for."""
        wanted = asked.get("redirect_uri") or next(iter(self._redirect_urls), "")
        return wanted if any(wanted.startswith(url) for url in self._redirect_urls) else None

    def _form(self, asked: Mapping[str, str]) -> str:
        app = escape(self._workspaces[0].installation.app_name)
        hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">' for name in _ASKED)
        options = "".join(
            f'<option value="{escape(each.installation.team_id)}">{escape(each.installation.team_name)}</option>'
            for each in self._workspaces
        )
        scopes = "".join(f"<li><code>{escape(scope)}</code></li>" for scope in asked["scope"].split(","))
        return (
            f'<form method="post" action="{PATH}">{hidden}<p><label>Workspace <select name="team">{options}</select></label></p>'
            f"<p>{app} asks for:</p><ul>{scopes}</ul>"
            '<p><button name="choice" value="cancel">Cancel</button> <button name="choice" value="allow">Allow</button></p></form>'
        )

    def _code(self, workspace: "Workspace", asked: Mapping[str, str], redirect_uri: str | None) -> str:
        code = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**12)}.{secrets.token_hex(32)}"
        scopes = frozenset(asked["scope"].split(","))
        expires = workspace.clock() + CODE_SECONDS
        self._codes[code] = _Code(workspace.installation.team_id, workspace.you.id, scopes, redirect_uri or "", expires)
        return code

    def _by_code(self, call: Call) -> Answer:
        code = self._codes.get(call.text("code"))
        if code is None or call.workspace.clock() > code.expires:
            raise Refusal("invalid_code")
        if call.text("redirect_uri") != code.redirect_uri:
            raise Refusal("bad_redirect_uri")
        del self._codes[call.text("code")]
        workspace = next(each for each in self._workspaces if each.installation.team_id == code.team)
        workspace.installation.scopes, workspace.installation.is_installed = code.scopes, True
        return self._granted(workspace) | {"authed_user": {"id": code.user}}

    def _by_refresh_token(self, call: Call) -> Answer:
        team = self._refresh_tokens.pop(call.text("refresh_token"), None)
        workspace = next((each for each in self._workspaces if each.installation.team_id == team), None)
        if workspace is None or not workspace.installation.is_installed:
            raise Refusal("invalid_refresh_token")
        return self._granted(workspace)

    def _granted(self, workspace: "Workspace") -> Answer:
        installation = workspace.installation
        more = self._expiring(workspace) if self._rotates else {"access_token": self._lasting(workspace)}
        return {
            "token_type": "bot",
            "scope": ",".join(sorted(installation.scopes)),
            "bot_user_id": installation.bot_user_id,
            "app_id": installation.app_id,
            "team": {"id": installation.team_id, "name": installation.team_name},
            "enterprise": None,
            "is_enterprise_install": False,
            **more,
        }

    @staticmethod
    def _lasting(workspace: "Workspace") -> str:
        """The one token of an installation: whoever installs again is given the same."""
        granted, revoked = workspace.installation.granted, workspace.installation.revoked
        token = next((token for token in granted if token not in revoked), None) or f"xoxb-playground-{secrets.token_hex(16)}"
        granted[token] = None
        return token

    def _expiring(self, workspace: "Workspace") -> Answer:
        token, refresh_token = f"xoxe.xoxb-1-{secrets.token_hex(24)}", f"xoxe-1-{secrets.token_hex(24)}"
        workspace.installation.granted[token] = workspace.clock() + TOKEN_SECONDS
        self._refresh_tokens[refresh_token] = workspace.installation.team_id
        return {"access_token": token, "refresh_token": refresh_token, "expires_in": TOKEN_SECONDS}


_HEAD = (
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    "<style>:root { color-scheme: light dark } body { font: 1rem/1.5 system-ui; max-width: 32rem; margin: 2rem auto; padding: 0 1rem }</style>"
)


def _page(title: str, body: str, status: int = 200) -> Response:
    head = f"<head>{_HEAD}<title>{title}</title></head>"
    return HTMLResponse(f'<!doctype html><html lang="en">{head}<body><h1>{title}</h1>{body}</body></html>', status)
