"""For whoever runs the bot: is it alive, is it ready, and how is it doing. In: the store and the metrics. Out: three paths over HTTP.

/healthz   200 while the process answers at all
/readyz    200 while Slack can reach the bot and the database answers, else 503
/metrics   Prometheus' text
"""

import asyncio
from collections.abc import Callable, Iterable

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import StoreError
from bot.metrics import Metrics
from bot.store import Store


class _QueueFigures:
    """Depth and age of the queue, asked of the database at each scrape: they are every replica's, not this one's."""

    def __init__(self, store: Store, team: str | None) -> None:
        self._store = store
        self._team = team

    def collect(self) -> Iterable[Metric]:
        """The two gauges; none while the database cannot be asked."""
        try:
            depth, age = self._store.waiting(self._team)
        except StoreError:
            return
        yield GaugeMetricFamily("bot_queue_depth", "Questions that are not answered yet", value=depth)
        yield GaugeMetricFamily("bot_queue_age_seconds", "How long the oldest of them has waited", value=age)


def operations_app(store: Store, team: str | None, metrics: Metrics, is_ready: Callable[[], bool]) -> Starlette:
    """The web application."""
    metrics.registry.register(_QueueFigures(store, team))

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("alive")

    async def readyz(_: Request) -> Response:
        if not is_ready():
            return PlainTextResponse("Slack cannot reach the bot: it is starting or stopping, or has no connection", 503)
        try:
            await asyncio.to_thread(store.waiting, team)
        except StoreError:
            return PlainTextResponse("the database cannot be asked", 503)
        return PlainTextResponse("ready")

    async def figures(_: Request) -> Response:
        text = await asyncio.to_thread(generate_latest, metrics.registry)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures)])
