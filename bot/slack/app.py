"""The Slack side of the bot, put together and run: Socket Mode where there is an app token, else signed HTTP.

In: Settings, the store, the pipeline. Out: a running bot. It knows Slack by SLACK_API_URL alone.
"""

import asyncio
import contextlib
import gc
import logging
import platform
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

import aiohttp
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.authorization import AuthorizeResult
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.config import Settings
from bot.corpus import Corpus
from bot.correcting import Correcting, Limits, after_changes
from bot.errors import ConfigError
from bot.grounding import Reading
from bot.housekeeping import keep_house
from bot.metrics import Metrics
from bot.operations import operations_app
from bot.pins import PinnedAnswers
from bot.pipeline import Pipeline
from bot.prompts import PromptLibrary
from bot.serving import serving
from bot.slack.access import Access
from bot.slack.askers import Askers
from bot.slack.blocks import AnswerBlocks
from bot.slack.changes import Changes
from bot.slack.channel_settings import ChannelSettings
from bot.slack.desk import Desk
from bot.slack.digest import DigestWords, WeeklyDigest, destinations
from bot.slack.feedback import FeedbackForm
from bot.slack.follow_ups import FollowUps
from bot.slack.home import Home
from bot.slack.http import http_app
from bot.slack.intake import Intake
from bot.slack.listeners import Listeners
from bot.slack.pinning import Pinning
from bot.slack.posting import SlackDelivery
from bot.slack.receipt import Receipt
from bot.slack.sharing import Sharing
from bot.slack.shortcuts import Shortcuts
from bot.slack.socket_mode import socket_mode
from bot.slack.sources import SourcesDialog
from bot.slack.tenants import Tenants, tenants
from bot.slack.workspaces import Workspaces, patient_client, patient_session
from bot.snapshots import LiveCorpus
from bot.store import AtOnce, Store
from bot.worker import Worker

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 25
THREADS = 16
SWITCH_SECONDS = 0.0005


class Parts(Protocol):
    """What the Slack side is built on."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102
    @property
    def store(self) -> Store: ...  # noqa: D102
    @property
    def pipeline(self) -> Pipeline: ...  # noqa: D102
    @property
    def corpus(self) -> Corpus: ...  # noqa: D102
    @property
    def prompts(self) -> PromptLibrary: ...  # noqa: D102
    @property
    def live(self) -> LiveCorpus: ...  # noqa: D102
    @property
    def reading(self) -> Reading: ...  # noqa: D102
    @property
    def pins(self) -> PinnedAnswers: ...  # noqa: D102


async def serve(parts: Parts, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Run until `stop` is set; `on_ready` is called when Slack can reach the bot. Raises ConfigError for a token Slack does not take."""
    _set_up_threads()
    with _spared_by_the_collector():
        await _serve(parts, stop, on_ready)


async def _serve(parts: Parts, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
    settings = parts.settings
    async with patient_session() as session, tenants(settings, parts.store, parts.prompts, session) as served:
        workspaces = served.workspaces
        name = await asyncio.to_thread(parts.store.take_over, workspaces.team, platform.node())
        blocks = AnswerBlocks(parts.reading, parts.prompts)
        delivery = SlackDelivery(
            store=parts.store, workspaces=workspaces, session=session, blocks=blocks, prompts=parts.prompts, reading=parts.reading,
            corpus=lambda: parts.corpus,
        )  # fmt: skip
        metrics = Metrics(settings.token_prices)
        ways: list[Callable[[], bool]] = []  # in which Slack may reach the bot, while it serves: each says whether Slack can
        worker = Worker(
            store=parts.store,
            pipeline=parts.pipeline,
            pins=parts.pins,
            delivery=delivery,
            concurrency=settings.concurrency,
            history_turns=settings.history_turns,
            team=workspaces.team,
            name=name,
            at_once=AtOnce(settings.user_concurrency, settings.total_concurrency),
            metrics=metrics,
        )
        app = _bolt_app(parts, session, workspaces)
        served.listen(app, worker)
        _furnish(app, parts, worker=worker, delivery=delivery, blocks=blocks)
        watched = operations_app(parts.store, workspaces.team, metrics, lambda: any(way() for way in ways))
        # In this order: while the worker finishes what it has begun, what Slack sends is still recorded.
        async with (
            _watched(settings, watched),
            _transport(settings, app, metrics, served) as way,
            _working(worker),
            _alongside([*_digests(parts, workspaces), *_errands(parts, workspaces.team, worker)]),
        ):
            logger.info("Serving %s", served.served)
            ways.append(way)
            on_ready()
            await stop.wait()
            ways.clear()


def _set_up_threads() -> None:
    # What runs in threads mostly waits for the disk: the more of them wait together, the fewer times it is waited for.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "waiting"))
    # Python lets a thread that computes go on for 5 ms, in which nothing is acknowledged.
    sys.setswitchinterval(SWITCH_SECONDS)


@contextlib.contextmanager
def _spared_by_the_collector() -> Iterator[None]:
    """What there is now stays: the documents and all that was made of them are not looked through for garbage, which would hold up everybody."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _furnish(app: AsyncApp, parts: Parts, *, worker: Worker, delivery: SlackDelivery, blocks: AnswerBlocks) -> None:
    """Every room of the bot, each listening for its own; those that take what nobody listens to come last."""
    store, prompts, reading, command = parts.store, parts.prompts, parts.reading, parts.settings.slack_command
    intake = Intake(worker=worker, delivery=delivery, settings=parts.settings)
    prices = parts.settings.token_prices
    pinning = Pinning(store=store, pins=parts.pins, prompts=prompts, admins=parts.settings.admin_users)
    receipt = Receipt(store=store, corpus=lambda: parts.corpus, reading=reading, prompts=prompts, pinning=pinning, prices=prices)
    desk = Desk(
        store=store, blocks=blocks, corpus=lambda: parts.corpus, prompts=prompts, receipt=receipt, delivery=delivery, command=command
    )
    home = Home(
        store=store, snapshot=lambda: parts.live.current, reading=reading, prompts=prompts, intake=intake, delivery=delivery,
        command=command,
    )  # fmt: skip
    channel_settings = ChannelSettings(store=store, prompts=prompts)
    changes = Changes(store=store, intake=intake, worker=worker)
    follow_ups = FollowUps(store=store, is_on=parts.settings.thread_follow_ups)
    app.use(Access(parts.settings, prompts).check)
    listeners = Listeners(
        store=store, intake=intake, delivery=delivery, blocks=blocks, desk=desk, channel_settings=channel_settings, command=command,
        changes=changes, follow_ups=follow_ups,
    )  # fmt: skip
    for room in (
        listeners, receipt, pinning, desk, home, channel_settings, changes,
        SourcesDialog(store=store, corpus=lambda: parts.corpus, reading=reading, prompts=prompts),
        Sharing(store=store, blocks=blocks, delivery=delivery),
        FeedbackForm(store=store, prompts=prompts),
        Shortcuts(prompts=prompts, askers=Askers(store, prompts), intake=intake, delivery=delivery, blocks=blocks, home=home),
    ):  # fmt: skip
        room.register(app)
    listeners.register_last(app)


def _bolt_app(parts: Parts, session: aiohttp.ClientSession, workspaces: Workspaces) -> AsyncApp:
    settings = parts.settings

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult | None:  # Bolt cannot call a method
        return await workspaces.authorize(context)

    return AsyncApp(
        client=patient_client(settings, session, None),
        authorize=authorize,  # type: ignore[arg-type]  # None is documented, and means that it is not installed
        user_facing_authorize_error_message=parts.prompts.reply("installation").label("not_installed"),
        signing_secret=_secret(settings.slack_signing_secret),
        request_verification_enabled=False,  # over HTTP `http` has done it, over Socket Mode nothing is signed
        process_before_response=True,
    )


@contextlib.asynccontextmanager
async def _watched(settings: Settings, app: Starlette) -> AsyncIterator[None]:
    if not settings.operations_port:
        yield
        return
    async with serving(app, settings.host, settings.operations_port, "OPERATIONS_PORT"):
        yield


def _errands(parts: Parts, team: str | None, worker: Worker) -> list[Coroutine[Any, Any, None]]:
    """What is done beside answering."""
    settings = parts.settings
    limits = Limits(settings.correct_past_answers, settings.most_corrections)
    correcting = Correcting(
        store=parts.store,
        corpus=lambda: parts.corpus,
        team=team,
        limits=limits,
        wake=partial(asyncio.get_running_loop().call_soon_threadsafe, worker.wake),
    )
    deeds = [parts.pins.expire, *([correcting.correct] if limits.days else [])]
    settled = after_changes(lambda: parts.corpus, settings.corrections_after_seconds, deeds)
    return [keep_house(parts.store, settings.retention_days), settled]


def _digests(parts: Parts, workspaces: Workspaces) -> list[Coroutine[Any, Any, None]]:
    """The weekly digests, where channels are set for them."""
    shown, at = DigestWords(parts.prompts.reply("digest"), lambda: parts.corpus), parts.settings.digest_at
    return [
        WeeklyDigest(store=parts.store, workspaces=workspaces, shown=shown, team=team, channel=channel, at=at).run()
        for team, channel in destinations(parts.settings, workspaces.team)
    ]


@contextlib.asynccontextmanager
async def _alongside(errands: Sequence[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(errand) for errand in errands]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def _working(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        await worker.stop(DRAIN_SECONDS)
        await task


@contextlib.asynccontextmanager
async def _transport(settings: Settings, app: AsyncApp, metrics: Metrics, served: Tenants) -> AsyncIterator[Callable[[], bool]]:
    if settings.slack_app_token is None and settings.slack_signing_secret is None:
        raise ConfigError("Please set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) beside SLACK_BOT_TOKEN.")
    token = settings.slack_app_token
    transport = socket_mode(app, token.get_secret_value(), metrics) if token else _http(settings, app, served.routes)
    async with transport as way:
        yield way


@contextlib.asynccontextmanager
async def _http(settings: Settings, app: AsyncApp, others: Sequence[BaseRoute]) -> AsyncIterator[Callable[[], bool]]:
    async with serving(http_app(app, _secret(settings.slack_signing_secret) or "", others), settings.host, settings.port, "PORT"):
        yield lambda: True


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
