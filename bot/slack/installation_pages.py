"""The pages that somebody sees who installs the app: it is installed, it was cancelled, it failed.

In: what became of it. Out: HTML without scripts that fetches nothing, with the words of prompts/replies/installation.md.
"""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from bot.prompts import PromptLibrary

_FOLDER = Path(__file__).parent / "pages"
_STYLE = (_FOLDER / "installation.css").read_text(encoding="utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # the address holds a code
    "Cache-Control": "no-store",
}


class InstallationPages:
    """Renders them."""

    def __init__(self, prompts: PromptLibrary, install_path: str) -> None:
        self._words = prompts.reply("installation")
        self._install_path = install_path
        environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
        self._template = environment.get_template("installation.html")

    def installed(self, workspace: str, app_url: str) -> Response:
        """The app is in that workspace."""
        words = self._words
        texts = [words.label("installed", workspace=workspace), words.label("installed_next")]
        return self._page("installed", words.label("installed_title"), texts, (words.label("open"), app_url), 200)

    def cancelled(self) -> Response:
        """Whoever was asked did not allow it."""
        words = self._words
        return self._page("cancelled", words.label("cancelled_title"), [words.label("cancelled")], self._again(), 200)

    def not_allowed(self, workspace: str) -> Response:
        """It is for other workspaces."""
        words = self._words
        onwards = words.label("another"), self._install_path
        return self._page("failed", words.label("not_allowed_title"), [words.label("not_allowed", workspace=workspace)], onwards, 403)

    def failed(self, reason: str, status: int) -> Response:
        """It is not installed; `reason` is a label."""
        return self._page("failed", self._words.label("failed_title"), [self._words.label(reason)], self._again(), status)

    def _again(self) -> tuple[str, str]:
        return self._words.label("again"), self._install_path

    def _page(self, outcome: str, title: str, texts: list[str], onwards: tuple[str, str], status: int) -> Response:
        label, url = onwards
        shown = self._template.render(outcome=outcome, title=title, texts=texts, label=label, url=url, style=_STYLE)
        return HTMLResponse(shown, status, headers=HEADERS)
