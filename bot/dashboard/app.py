"""The dashboard's pages as a Starlette app: figures, the log, one interaction, gaps, outdated answers.

In: a Store and the corpus as it is now. Out: HTML without scripts. Only GET, only for names of this machine (against DNS rebinding), under a
Content-Security-Policy that lets nothing be fetched.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.corpus import Corpus
from bot.dashboard import charts
from bot.dashboard.overview import Overview, overview
from bot.insights import outdated
from bot.insights.gaps import as_case, as_csv, find_gaps
from bot.store import Selection, Store

PAGE_SIZE = 50
MOST_LOOKED_AT = 2_000  # answers that cite changed documents: reading one and holding it against them takes some 0.2 ms
DAYS = (1, 7, 30, 90, 365)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Page = Callable[[Request], str | Response]


class Dashboard:
    """Renders the pages of one store."""

    def __init__(self, store: Store, corpus: Callable[[], Corpus]) -> None:
        self._store = store
        self._corpus = corpus
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._templates.filters |= {"moment": _moment, "seconds": _seconds, "name": _name}

    def overview(self, request: Request) -> str:
        """Figures and charts."""
        selection = selection_of(request.query_params)
        return self._overview(selection, overview(self._store, selection, self._corpus()), is_export=False)

    def export(self, request: Request) -> Response:
        """The first page as a file to send to somebody: the same, without the ways on."""
        selection = selection_of(request.query_params)
        page = self._overview(selection, overview(self._store, selection, self._corpus()), is_export=True)
        return HTMLResponse(page, headers=HEADERS | {"Content-Disposition": 'attachment; filename="dashboard.html"'})

    def _overview(self, selection: Selection, found: Overview, *, is_export: bool) -> str:
        return self._render(
            "overview.html",
            selection,
            "overview",
            found=found,
            columns=charts.columns(found.figures.days),
            withheld=charts.bars(found.withheld),
            cited=charts.bars(found.cited),
            channels=charts.bars(found.figures.channels),
            is_export=is_export,
            chart=charts,
        )

    def log(self, request: Request) -> str:
        """The interactions, newest first, a page at a time."""
        selection = selection_of(request.query_params)
        rows = self._store.page(selection, _number(request.query_params.get("before")), PAGE_SIZE + 1)
        shown, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
        votes = _votes(self._store, [row["id"] for row in shown])
        older = query(selection, before=shown[-1]["seq"]) if more else None
        return self._render("log.html", selection, "log", rows=shown, votes=votes, older=older)

    def interaction(self, request: Request) -> str | Response:
        """Everything of one question."""
        found = self._store.find(request.path_params["id"])
        if len(found) != 1:
            return HTMLResponse(self._render("missing.html", Selection(), "log", id=request.path_params["id"]), 404, HEADERS)
        row = found[0]
        ratings = self._store.ratings([row["id"]])
        return self._render("interaction.html", Selection(), "log", row=row, answer=row["answer"] or {}, ratings=ratings)

    def gaps(self, request: Request) -> str:
        """What people asked for in vain."""
        found = find_gaps(self._store.disappointing(), self._store.all_ratings())
        return self._render("gaps.html", selection_of(request.query_params), "gaps", gaps=found)

    def gaps_csv(self, request: Request) -> Response:  # noqa: ARG002  # a route's argument
        """The same for a spreadsheet."""
        page = as_csv(find_gaps(self._store.disappointing(), self._store.all_ratings()))
        return Response(page, media_type="text/csv", headers=HEADERS | {"Content-Disposition": 'attachment; filename="gaps.csv"'})

    def outdated(self, request: Request) -> str:
        """What was said and is no longer so."""
        looked = outdated.look(self._store, self._corpus(), MOST_LOOKED_AT)
        is_cut = len(looked.outdated) + len(looked.standing) == MOST_LOOKED_AT
        selection = selection_of(request.query_params)
        return self._render("outdated.html", selection, "outdated", outdated=looked.outdated, is_cut=is_cut, most=MOST_LOOKED_AT)

    def outdated_csv(self, request: Request) -> Response:  # noqa: ARG002  # a route's argument
        """The same for a spreadsheet, and all of it."""
        page = outdated.as_csv(outdated.look(self._store, self._corpus()).outdated)
        return Response(page, media_type="text/csv", headers=HEADERS | {"Content-Disposition": 'attachment; filename="outdated.csv"'})

    def case(self, request: Request) -> Response:
        """A question of the log as an evaluation case."""
        found = self._store.find(request.path_params["id"])
        if len(found) != 1:
            return PlainTextResponse("not found", 404, HEADERS)
        return Response(
            as_case(found[0]), media_type="text/yaml", headers=HEADERS | {"Content-Disposition": 'attachment; filename="gap.yaml"'}
        )

    def _render(self, template: str, selection: Selection, here: str, **values: object) -> str:
        values = {"is_export": False, "query": query(selection), "selection": selection, "here": here, "days": DAYS} | values
        return self._templates.get_template(template).render(now=datetime.now(UTC), **values)


def dashboard_app(store: Store, corpus: Callable[[], Corpus], hosts: tuple[str, ...] = ("127.0.0.1", "localhost")) -> Starlette:
    """The app, for requests that name one of `hosts`."""
    pages = Dashboard(store, corpus)
    routes = [
        Route("/", _page(pages.overview)),
        Route("/export.html", _page(pages.export)),
        Route("/log", _page(pages.log)),
        Route("/log/{id}", _page(pages.interaction)),
        Route("/gaps", _page(pages.gaps)),
        Route("/gaps.csv", _page(pages.gaps_csv)),
        Route("/outdated", _page(pages.outdated)),
        Route("/outdated.csv", _page(pages.outdated_csv)),
        Route("/case/{id}.yaml", _page(pages.case)),
    ]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)])


def selection_of(params: Mapping[str, str]) -> Selection:
    """The filters of an address; what makes no sense filters nothing."""
    return Selection(
        days=_number(params.get("days")), channel=params.get("channel", ""), verdict=params.get("verdict", ""),
        engine=params.get("engine", ""), words=params.get("words", "").strip(),
    )  # fmt: skip


def query(selection: Selection, **more: object) -> str:
    """The filters as the end of an address, `?` included; empty where there is none."""
    given = {name: value for name, value in (asdict(selection) | more).items() if value}
    return f"?{urlencode(given)}" if given else ""


def _page(render: Page) -> Callable[[Request], Awaitable[Response]]:
    """A page that is rendered off the event loop: it reads the database."""

    async def respond(request: Request) -> Response:
        made = await run_in_threadpool(render, request)
        return made if isinstance(made, Response) else HTMLResponse(made, headers=HEADERS)

    return respond


def _votes(store: Store, ids: list[str]) -> dict[str, tuple[int, int]]:
    votes: dict[str, tuple[int, int]] = {}
    for rating in store.ratings(ids):
        good, bad = votes.get(rating.interaction_id, (0, 0))
        votes[rating.interaction_id] = (good + rating.is_good, bad + (not rating.is_good))
    return votes


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _moment(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S") if seconds is not None else ""


def _seconds(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def _name(value: str | None) -> str:
    return (value or "open").replace("_", " ")
