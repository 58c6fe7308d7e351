"""The dashboard's pages as a Starlette app: figures, the log, one interaction, gaps, outdated and pinned answers.

In: a Store and the corpus as it is now. Out: HTML without scripts. Only GET, only for names of this machine (against DNS rebinding), under a
Content-Security-Policy that lets nothing be fetched. The app may be mounted anywhere: its links begin where it is.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.corpus import Corpus
from bot.dashboard import charts
from bot.dashboard.addresses import DAYS, number, query, selection_of
from bot.dashboard.overview import Prices, overview
from bot.errors import StoreError
from bot.insights import outdated
from bot.insights.gaps import Gap, as_case, as_csv, find_gaps
from bot.pages import environment, shares
from bot.pins import changed_document
from bot.store import Row, Selection, Store

PAGE_SIZE = 50
MOST_GAPS = 200
MOST_DISAPPOINTING = 1_500  # questions that are grouped for a page, the newest; the CSV has all
MOST_PASSAGES = 100
MOST_LOOKED_AT = 2_000  # answers that cite changed documents: reading one and holding it against them takes some 0.2 ms
LIVE_SECONDS = 10
VERDICTS = (*charts.ORDER, "queued", "running", "rejected", "replaced", "withdrawn")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
Page = Callable[[Request], str | Response]


@dataclass(frozen=True, slots=True)
class Way:
    """A link to where the dashboard is shown beside: its words and address."""

    words: str
    address: str


class Dashboard:
    """Renders the pages of one store."""

    def __init__(self, store: Store, corpus: Callable[[], Corpus], prices: Prices, way_back: Way | None) -> None:
        self._store = store
        self._corpus = corpus
        self._prices = prices
        self._way_back = way_back
        self._templates = environment(Path(__file__).parent / "templates")
        self._templates.filters |= {"moment": _moment}

    def overview(self, request: Request) -> str:
        """Figures and charts."""
        return self._overview(request, is_export=False)

    def export(self, request: Request) -> Response:
        """The first page as a file to send to somebody: the same, without the ways on."""
        page = self._overview(request, is_export=True)
        return HTMLResponse(page, headers=HEADERS | {"Content-Disposition": 'attachment; filename="dashboard.html"'})

    def _overview(self, request: Request, *, is_export: bool) -> str:
        selection = selection_of(request.query_params)
        found = overview(self._store, selection, self._corpus(), self._prices)
        columns = charts.columns(found.figures.days)
        return self._render(request, "overview.html", "overview", found=found, columns=columns, is_export=is_export, chart=charts)

    def log(self, request: Request) -> str:
        """The interactions, newest first, a page at a time."""
        selection = selection_of(request.query_params)
        rows = self._store.page(selection, number(request.query_params.get("before")), PAGE_SIZE + 1)
        shown, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
        votes = _votes(self._store, [row["id"] for row in shown])
        older = query(selection, before=shown[-1]["seq"]) if more else None
        return self._render(request, "log.html", "log", rows=shown, votes=votes, older=older, is_later="before" in request.query_params)

    def interaction(self, request: Request) -> str | Response:
        """Everything of one question."""
        found = self._store.find(request.path_params["id"])
        if len(found) != 1:
            return HTMLResponse(self._render(request, "missing.html", "log", id=request.path_params["id"]), 404, HEADERS)
        row, corpus = found[0], self._corpus()
        evidence = row["evidence"] or []
        passages = [(id_, corpus.passage(id_)) for id_ in evidence[:MOST_PASSAGES]] if row["corpus_digest"] == corpus.digest else []
        ratings = self._store.ratings([row["id"]])
        return self._render(
            request, "interaction.html", "log", row=row, answer=row["answer"] or {}, ratings=ratings, evidence=evidence, passages=passages
        )

    def gaps(self, request: Request) -> str:
        """What people asked for in vain."""
        rows = self._store.disappointing(selection_of(request.query_params).days, MOST_DISAPPOINTING + 1)
        found = find_gaps(rows[:MOST_DISAPPOINTING], self._store.voted_down())
        most = MOST_DISAPPOINTING if len(rows) > MOST_DISAPPOINTING else None
        return self._render(request, "gaps.html", "gaps", gaps=found[:MOST_GAPS], all=len(found), most=most)

    def gaps_csv(self, request: Request) -> Response:
        """The same for a spreadsheet."""
        gaps: tuple[Gap, ...] = find_gaps(self._store.disappointing(selection_of(request.query_params).days), self._store.voted_down())
        return Response(as_csv(gaps), media_type="text/csv", headers=HEADERS | {"Content-Disposition": 'attachment; filename="gaps.csv"'})

    def outdated(self, request: Request) -> str:
        """What was said and is no longer so."""
        looked = outdated.look(self._store, self._corpus(), MOST_LOOKED_AT)
        is_cut = len(looked.outdated) + len(looked.standing) == MOST_LOOKED_AT
        return self._render(request, "outdated.html", "outdated", outdated=looked.outdated, is_cut=is_cut, most=MOST_LOOKED_AT)

    def outdated_csv(self, request: Request) -> Response:  # noqa: ARG002  # a route's argument
        """The same for a spreadsheet, and all of it."""
        page = outdated.as_csv(outdated.look(self._store, self._corpus()).outdated)
        return Response(page, media_type="text/csv", headers=HEADERS | {"Content-Disposition": 'attachment; filename="outdated.csv"'})

    def pinned(self, request: Request) -> str:
        """What was approved, and what ended it."""
        corpus = self._corpus()
        pins = [(pin, pin.changed or changed_document(pin, corpus)) for pin in self._store.pins()]
        return self._render(request, "pinned.html", "pinned", pins=pins)

    def case(self, request: Request) -> Response:
        """A question of the log as an evaluation case."""
        found: list[Row] = self._store.find(request.path_params["id"])
        if len(found) != 1:
            return PlainTextResponse("not found", 404, HEADERS)
        return Response(
            as_case(found[0]), media_type="text/yaml", headers=HEADERS | {"Content-Disposition": 'attachment; filename="gap.yaml"'}
        )

    def unavailable(self, request: Request, error: StoreError) -> Response:
        """What is shown while the database cannot be asked."""
        return HTMLResponse(self._render(request, "unavailable.html", "", error=str(error)), 503, HEADERS | {"Retry-After": "5"})

    def _render(self, request: Request, template: str, here: str, **values: object) -> str:
        selection = selection_of(request.query_params)
        values = {
            "is_export": False, "query": query(selection), "selection": selection, "days": DAYS, "verdicts": VERDICTS, "here": here,
            "root": request.scope.get("root_path", ""), "way_back": self._way_back, "shares": shares, "now": datetime.now(UTC),
            "is_live": _is_live(request), "live_seconds": LIVE_SECONDS, "narrowed": lambda **more: query(replace(selection, **more)),
            "is_filtered": replace(selection, days=None) != Selection(),
        } | values  # fmt: skip
        return self._templates.get_template(template).render(**values)


def dashboard_app(
    store: Store, corpus: Callable[[], Corpus], *, prices: Prices = (0.0, 0.0, 0.0), way_back: Way | None = None,
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
) -> Starlette:  # fmt: skip
    """The app, for requests that name one of `hosts`."""
    pages = Dashboard(store, corpus, prices, way_back)
    shown: dict[str, Page] = {
        "/": pages.overview, "/export.html": pages.export, "/log": pages.log, "/log/{id}": pages.interaction, "/gaps": pages.gaps,
        "/gaps.csv": pages.gaps_csv, "/outdated": pages.outdated, "/outdated.csv": pages.outdated_csv,
        "/pinned": pages.pinned, "/case/{id}.yaml": pages.case,
    }  # fmt: skip
    routes = [Route(address, _page(render, pages.unavailable)) for address, render in shown.items()]
    return Starlette(routes=routes, middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)])


def _page(render: Page, unavailable: Callable[[Request, StoreError], Response]) -> Callable[[Request], Awaitable[Response]]:
    """A page that is rendered off the event loop: it reads the database."""

    async def respond(request: Request) -> Response:
        try:
            made = await run_in_threadpool(render, request)
        except StoreError as error:
            return unavailable(request, error)
        if isinstance(made, Response):
            return made
        return HTMLResponse(made, headers=HEADERS | ({"Refresh": str(LIVE_SECONDS)} if _is_live(request) else {}))

    return respond


def _is_live(request: Request) -> bool:
    """Whether the page is to be loaded again by itself: only where a person chose that."""
    return request.query_params.get("live") == "1"


def _votes(store: Store, ids: list[str]) -> dict[str, tuple[int, int]]:
    votes: dict[str, tuple[int, int]] = {}
    for rating in store.ratings(ids):
        good, bad = votes.get(rating.interaction_id, (0, 0))
        votes[rating.interaction_id] = (good + rating.is_good, bad + (not rating.is_good))
    return votes


def _moment(seconds: Any) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S") if seconds is not None else ""
