"""Runs the bot: in Slack, or in the playground, until a signal ends it.

In: Settings. Out: a bot that serves, and what is said of it on the terminal.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from bot.bootstrap import Bot, build
from bot.config import Settings, oversights
from bot.errors import PlaygroundError
from bot.progress import WORTH_READING, progress_bar
from bot.prompts import PromptLibrary, Template
from bot.signals import at_signal
from bot.store import Store

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace
    from bot.playing import Playing

PLAYGROUND_PORT = 8321
LOOK_SECONDS = 2.0  # between two looks at the documents; a look at 10,000 of them takes some 50 ms


def built(settings: Settings) -> Bot:
    """The bot; a bar shows how far it is with a large folder of documents. What its operator may have overlooked is said."""
    words = _words(settings)
    for oversight in oversights():
        typer.echo(f"tencent-bot: {oversight}", err=True)
    with progress_bar(words.label("reading"), WORTH_READING) as on_progress:
        bot = build(settings, on_progress=on_progress)
    if not bot.corpus.documents:
        typer.echo(f"tencent-bot: {words.label('empty_folder', folder=settings.seeds_dir)}", err=True)
    return bot


async def serve_until_signal(bot: Bot, on_ready: Callable[[], None]) -> None:
    """Serve Slack until SIGTERM or Ctrl+C; `on_ready` is called when Slack can reach the bot."""
    stop = asyncio.Event()
    with at_signal(stop.set):
        await _serve(bot, stop, on_ready)


async def playground(settings: Settings, port: int | None, began: float) -> None:
    """Serve the playground on `port`, or on the usual one or any other that is free; `began` is when the program did, by time.perf_counter."""
    from bot.playground.server import emulated_slack  # noqa: PLC0415  # see _serve
    from bot.playing import Playing  # noqa: PLC0415  # likewise
    from bot.slack.manifest import manifest as build_manifest  # noqa: PLC0415

    words = _words(settings)
    app_manifest = build_manifest(_prompts(settings), settings.slack_command, knows_guests=not settings.allow_guests)
    try:
        workspace = emulated_slack(port=PLAYGROUND_PORT if port is None else port, manifest=app_manifest)
        slack = await workspace.__aenter__()
    except OSError as error:
        if port is not None:
            why = os.strerror(error.errno) if error.errno else error
            raise PlaygroundError(f"Port {port} cannot be used ({why}). Please choose another --port.") from None
        typer.echo(words.label("port_taken", port=PLAYGROUND_PORT))
        workspace = emulated_slack(port=0, manifest=app_manifest)
        slack = await workspace.__aenter__()
    try:
        tokens: dict[str, str | None] = {
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token,
            "slack_api_url": slack.api_url,
        }
        tokens |= {"slack_client_id": None, "slack_client_secret": None}
        bot = built(Settings.model_validate({**settings.model_dump(), **tokens}))
        bot.store.abandon(slack.workspace.installation.team_id, "the playground was closed")
        slack.workspace.engines = playing = Playing(bot.settings, words, _serve)
        with at_signal(playing.stop), _log_beside(slack.workspace, playing, bot, words):
            await playing.run(bot, lambda: _announce(slack.url, bot, words, began))
    finally:
        await workspace.__aexit__(None, None, None)


async def _serve(bot: Bot, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Serve until `stop` is set."""
    from bot.slack.app import serve as serve_slack  # noqa: PLC0415  # Bolt takes a while to import, and `ask` has no use for it

    try:
        async with bot.live.following(LOOK_SECONDS):
            await serve_slack(bot, stop, on_ready)
    finally:
        bot.store.close()


@contextmanager
def _log_beside(workspace: "Workspace", playing: "Playing", first: Bot, words: Template) -> Iterator[None]:
    """The dashboard of the playground's database, beside its page; with a store of its own, because each engine closes its bot's."""
    from bot.dashboard.app import Way, dashboard_app  # noqa: PLC0415  # see _serve
    from bot.playground.beside import Beside  # noqa: PLC0415

    store = Store(first.settings.database_url)
    way_back = Way(words.label("way_back"), "/")
    pages = dashboard_app(store, lambda: (playing.serving or first).corpus, prices=first.settings.token_prices, way_back=way_back)
    workspace.beside = Beside(words.label("log_beside"), words.label("log_beside_about"), pages)
    try:
        yield
    finally:
        workspace.beside = None
        store.close()


def _announce(url: str, bot: Bot, words: Template, began: float) -> None:
    typer.echo(words.label("model", model=bot.settings.openai_model) if bot.settings.has_model else words.label("no_model"))
    typer.echo(words.label("ready", url=url, seconds=f"{time.perf_counter() - began:.1f}"))
    typer.echo(words.label("stop_hint"))


def _prompts(settings: Settings) -> PromptLibrary:
    return PromptLibrary.load(settings.prompts_dir)


def _words(settings: Settings) -> Template:
    return _prompts(settings)["cli"]
