"""The command line: every command is a few lines that build the bot, do one thing, and print.

Errors of our own tree end in one sentence on standard error and exit code 1; a traceback means a fault of the program.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urljoin

import typer
from rich.console import Console

from bot import asking, corpus_commands, listing, workspace_commands
from bot.bootstrap import Bot, build
from bot.commands import Help, parse_command
from bot.config import CHECKOUT, Settings, load_settings, oversights
from bot.corpus import Corpus, load_corpus
from bot.errors import BotError, PlaygroundError
from bot.grounding import Answer, Reading, Verdict
from bot.guide import guide
from bot.logs import log_to_stderr
from bot.pins import PinnedAnswers
from bot.progress import WORTH_READING, progress_bar, waiting
from bot.prompts import PromptLibrary, Template
from bot.questions import plain
from bot.signals import at_signal
from bot.store import Row, Store

if TYPE_CHECKING:
    from bot.playground.workspace import Workspace
    from bot.playing import Playing

EXIT_CODES = {Verdict.ANSWERED: 0, Verdict.PARTIAL: 0, Verdict.NOT_IN_DOCUMENTS: 3, Verdict.DECLINED: 1, Verdict.FAILED: 1}


def _exit_code(answer: Answer) -> int:
    """Small talk is declined as a question, but nothing is wrong with it."""
    return 0 if answer.is_small_talk else EXIT_CODES[answer.verdict]


PLAYGROUND_PORT = 8321
DASHBOARD_PORT = 8322
LOOK_SECONDS = 2.0  # between two looks at the documents; a look at 10,000 of them takes some 50 ms

app = typer.Typer(
    no_args_is_help=False, pretty_exceptions_enable=False, add_completion=False, help="A Slack bot that answers only from your documents."
)
log_app = typer.Typer(no_args_is_help=False, help="What was asked and answered.")
app.add_typer(corpus_commands.app, name="corpus")
app.add_typer(workspace_commands.app, name="workspaces")
app.add_typer(log_app, name="log")


def main() -> None:
    """Run, and turn our own errors into sentences."""
    try:
        app()
    except BrokenPipeError:
        # Whoever read our output has had enough, as `head` does; nothing is left to say to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except BotError as error:
        print(f"tencent-bot: {error}", file=sys.stderr)  # noqa: T201  # the command line's own voice
        sys.exit(1)


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """With Slack tokens: run the bot. Without: open the playground."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    if settings.has_slack:
        serve()
        return
    typer.echo(_words(settings).label("no_slack"))
    playground()


@app.command()
def serve() -> None:
    """Run the bot in the Slack workspace that the tokens belong to."""
    settings = load_settings()
    if not settings.has_slack:
        raise BotError("There is no SLACK_BOT_TOKEN, nor SLACK_CLIENT_ID. Please set one in .env, or run `tencent-bot playground`.")
    log_to_stderr(settings, settings.log_level)
    asyncio.run(_serve_until_signal(_built(settings), lambda: typer.echo(_words(settings).label("serving"), err=True)))


@app.command()
def playground(port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port of the page; 0 chooses one.")] = None) -> None:
    """Open a Slack workspace on this machine, with the bot in it."""
    began = time.perf_counter()
    settings = load_settings()
    log_to_stderr(settings, "WARNING" if settings.log_level == "INFO" else settings.log_level)
    asyncio.run(_playground(settings, port, began))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a question.")] = False,
    batch: Annotated[str | None, typer.Option(help='A file, or -, with a JSON object a line: {"id", "question", "history"?}.')] = None,
) -> None:
    """Answer one question, or a batch of them."""
    if (question is None) == (batch is None):
        raise BotError("Please give either a question in quotation marks, or --batch FILE.")
    settings = load_settings()
    if question is not None and isinstance(parse_command(question), Help) and question.strip():
        typer.echo(guide(_prompts(settings), settings.slack_command))
        return
    log_to_stderr(settings, "ERROR" if settings.log_level == "INFO" else settings.log_level)
    bot = _built(settings)
    if batch is not None:
        lines = list(_lines(batch))  # here, where Ctrl+C ends it: a loop that waits for a pipe hears of nothing else
        raise typer.Exit(asyncio.run(asking.ask_batch(bot, lines, _words(settings))))
    with waiting(_words(settings).label("waiting")) if settings.has_model else nullcontext():
        interaction = asyncio.run(asking.ask(bot, question or ""))
    if interaction.model_error:
        typer.echo(f"tencent-bot: {interaction.model_error}", err=True)
    typer.echo(json.dumps(interaction.to_json(), ensure_ascii=False) if as_json else interaction.text)
    raise typer.Exit(_exit_code(interaction.answer))


@log_app.callback(invoke_without_command=True)
def log_default(context: typer.Context) -> None:
    """List the newest interactions."""
    if context.invoked_subcommand is None:
        log_list()


@log_app.command("list")
def log_list(most: Annotated[int, typer.Option(min=1, help="How many rows.")] = 50) -> None:
    """List the newest interactions."""
    settings = load_settings()
    store = _store(settings)
    rows = list(store.rows(most))
    listing.print_rows(rows, _words(settings), store.ratings([row["id"] for row in rows]))


@log_app.command("show")
def log_show(interaction_id: str) -> None:
    """Show everything about one interaction; the beginning of its id is enough."""
    settings = load_settings()
    store = _store(settings)
    row = _row(store, interaction_id, _words(settings))
    listing.print_row(row, store.ratings([row["id"]]))


@log_app.command("forget")
def log_forget(user: Annotated[str, typer.Argument(help="A Slack user id, as `log list` shows it.")]) -> None:
    """Delete what one person asked and was told."""
    settings = load_settings()
    typer.echo(_words(settings).label("deleted", count=_store(settings).forget(user)))


@log_app.command("purge")
def log_purge(days: Annotated[float | None, typer.Option(min=0, help="How old; RETENTION_DAYS where it is not given.")] = None) -> None:
    """Delete what is older than so many days."""
    settings = load_settings()
    chosen = days if days is not None else settings.retention_days
    if not chosen and days is None:
        raise BotError("Please give --days, or set RETENTION_DAYS.")
    typer.echo(_words(settings).label("deleted", count=_store(settings).purge(chosen)))


@log_app.command("backup")
def log_backup(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Copy a SQLite log while the bot is running; to restore it, stop the bot and let DATABASE_URL name the copy."""
    settings = load_settings()
    _store(settings).back_up(file)
    typer.echo(_words(settings).label("backed_up", file=file))


@log_app.command("export")
def log_export() -> None:
    """Print every interaction with what people think of it, newest first, as one JSON object a line."""
    for row in _store(load_settings()).rated_rows():
        typer.echo(json.dumps(row, ensure_ascii=False))


@app.command()
def evaluate(
    cases: Annotated[Path, typer.Argument(help="A file of cases, or a folder of them.")] = CHECKOUT / "tests" / "cases",
    report: Annotated[Path | None, typer.Option(help="Write everything as one HTML page.")] = None,
    results: Annotated[Path | None, typer.Option("--json", help="Write the results, to compare a later run with them.")] = None,
    against: Annotated[Path | None, typer.Option(help="Results of an earlier run: say what turned since.")] = None,
) -> None:
    """Ask questions with known right answers and score what comes.

    Exit code 1 where a claim is not grounded, a case crashed, or something got worse since an earlier run.
    """
    from bot.evaluation import Wanted  # noqa: PLC0415  # see _serve
    from bot.evaluation import evaluate as run_cases  # noqa: PLC0415

    settings = load_settings()
    log_to_stderr(settings, "ERROR" if settings.log_level == "INFO" else settings.log_level)
    bot = _built(settings)
    running = run_cases(
        bot.pipeline, bot.corpus, cases, console=Console(), wanted=Wanted(report, results, against), concurrency=settings.concurrency
    )
    raise typer.Exit(asyncio.run(running))


@log_app.command("serve")
def log_serve(port: Annotated[int, typer.Option(min=0, max=65535, help="Where; 0 chooses one.")] = DASHBOARD_PORT) -> None:
    """Show the log in a browser on this machine: figures, every interaction, gaps. Read-only; Ctrl+C ends it."""
    from bot.dashboard.app import dashboard_app  # noqa: PLC0415  # see _serve
    from bot.dashboard.documents import CurrentCorpus  # noqa: PLC0415
    from bot.dashboard.server import serve_dashboard  # noqa: PLC0415

    settings = load_settings()
    corpus, words = CurrentCorpus(settings.seeds_dir, partial(load_corpus, cache_folder=settings.cache_dir)), _words(settings)
    pages = dashboard_app(_store(settings), corpus, prices=settings.token_prices)
    serve_dashboard(pages, port, lambda url: typer.echo(words.label("dashboard", url=url)))


@log_app.command("gaps")
def log_gaps(
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    case: Annotated[str | None, typer.Option(help="Print this interaction as an evaluation case (YAML) instead.")] = None,
) -> None:
    """Group the questions that the documents could not answer and the answers that were voted down."""
    from bot.insights import gaps  # noqa: PLC0415  # see _serve
    from bot.insights.printing import print_gaps  # noqa: PLC0415

    settings = load_settings()
    store = _store(settings)
    if case is not None:
        typer.echo(gaps.as_case(_row(store, case, _words(settings))), nl=False)
        return
    found = gaps.find_gaps(store.disappointing(), store.voted_down())
    if as_csv:
        typer.echo(gaps.as_csv(found), nl=False)
    else:
        print_gaps(found, _words(settings))


@log_app.command("digest")
def log_digest(post: Annotated[bool, typer.Option("--post", help="Post it to DIGEST_CHANNEL too.")] = False) -> None:
    """Print the last seven days in questions, as DIGEST_CHANNEL gets them every week."""
    from bot.insights.digest import digest_of  # noqa: PLC0415  # see _serve
    from bot.slack.digest import DigestWords, post_now  # noqa: PLC0415

    settings = load_settings()
    corpus, store, prompts, now = _corpus(settings), _store(settings), _prompts(settings), time.time()
    shown = DigestWords(prompts.reply("digest"), lambda: corpus)
    typer.echo(shown.text(digest_of(store, None, now)))
    if post:
        asyncio.run(post_now(settings, store, prompts, shown, now))


@log_app.command("outdated")
def log_outdated(
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a fallen quote a line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an answer.")] = False,
) -> None:
    """List the answers whose quotes no longer stand in the documents, with the words that stand there instead."""
    from bot.insights import outdated  # noqa: PLC0415  # see _serve
    from bot.insights.printing import print_outdated  # noqa: PLC0415

    settings = load_settings()
    found = outdated.find_outdated(_store(settings), _corpus(settings))
    if as_csv:
        typer.echo(outdated.as_csv(found), nl=False)
    elif as_json:
        for each in outdated.as_json(found):
            typer.echo(json.dumps(each, ensure_ascii=False))
    else:
        print_outdated(found, _words(settings))


@log_app.command("pin")
def log_pin(
    interaction_id: str,
    by: Annotated[str, typer.Option("--by", help="Who approves it: a Slack user id, to be named below the answer.")] = "",
) -> None:
    """Approve an answer: it is given at once to everybody who asks the same words, until a document it cites changes."""
    settings = load_settings()
    store, words = _store(settings), _words(settings)
    row = _row(store, interaction_id, words)
    if refusal := _pins(settings, store).pin(row, by):
        raise BotError(_prompts(settings).reply("pins").label(refusal))
    typer.echo(words.label("pinned", id=row["id"][:8], question=plain(row["question"])))


@log_app.command("unpin")
def log_unpin(pin_id: Annotated[str, typer.Argument(help="As `log pinned` shows it; its beginning is enough.")]) -> None:
    """Take an approval back."""
    settings = load_settings()
    store, words = _store(settings), _words(settings)
    found = [pin for pin in store.pins() if pin.id.startswith(pin_id)]
    if len(found) != 1:
        raise BotError(words.label("ambiguous" if found else "not_pinned", id=pin_id))
    store.unpin(found[0].id)
    typer.echo(words.label("unpinned", id=found[0].id[:8], question=found[0].question))


@log_app.command("pinned")
def log_pinned(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a pin.")] = False) -> None:
    """List the approved answers, and which of them ended because a document changed."""
    from bot.insights import pinned  # noqa: PLC0415  # see _serve
    from bot.insights.printing import print_pinned  # noqa: PLC0415

    settings = load_settings()
    store = _store(settings)
    _pins(settings, store).expire()
    if as_json:
        for pin in store.pins():
            typer.echo(json.dumps(pinned.as_json(pin), ensure_ascii=False))
    else:
        print_pinned(store.pins(), _words(settings))


@app.command()
def replay(
    prompts: Annotated[Path | None, typer.Option(help="Another folder of prompts.")] = None,
    model: Annotated[str | None, typer.Option(help="Another model.")] = None,
    seeds: Annotated[Path | None, typer.Option(help="Another folder of documents.")] = None,
    most: Annotated[int, typer.Option(min=1, help="How many of the newest questions.")] = 100,
    report: Annotated[Path | None, typer.Option(help="Write both answers side by side as one HTML page.")] = None,
) -> None:
    """Ask past questions again, with what is changed here or in the settings; exit 1 where an answer got worse. Nothing is posted or logged."""
    from bot.replaying import replay_log  # noqa: PLC0415  # see _serve

    settings = load_settings()
    log_to_stderr(settings, "ERROR" if settings.log_level == "INFO" else settings.log_level)
    changed = {"prompts_dir": prompts, "openai_model": model, "seeds_dir": seeds}
    if model is not None and not settings.has_model:
        raise BotError("--model needs an endpoint that has it. Please set OPENAI_API_KEY, or OPENAI_BASE_URL for one of your own.")
    bot = _built(Settings.model_validate(settings.model_dump() | {name: value for name, value in changed.items() if value is not None}))
    raise typer.Exit(replay_log(bot, most, report, _words(settings)))


@app.command()
def manifest(
    request_url: Annotated[str | None, typer.Option(help="For HTTP: https://HOST/slack/events; without it, for Socket Mode.")] = None,
    of_organisations: Annotated[bool, typer.Option("--organisation", help="Over OAuth, whole organisations may install it too.")] = False,
) -> None:
    """Print the Slack app manifest, to be pasted where Slack asks for one."""
    from bot.slack.manifest import manifest as build_manifest  # noqa: PLC0415  # see _serve

    if request_url is not None and not re.fullmatch(r"https://[^/\s]+/slack/events", request_url):
        raise BotError("--request-url must be https://YOUR-HOST/slack/events: that is where the bot listens, and Slack wants TLS.")
    settings = load_settings()
    redirect_url = settings.slack_redirect_url if settings.uses_oauth else None
    if of_organisations and not redirect_url:
        raise BotError("--organisation is for an app that is installed over OAuth: please set SLACK_CLIENT_ID and SLACK_REDIRECT_URL.")
    if redirect_url:  # installation works over HTTP alone, and on one host
        request_url = request_url or urljoin(redirect_url, "events")
    made = build_manifest(
        _prompts(settings), settings.slack_command, request_url, knows_guests=not settings.allow_guests, redirect_url=redirect_url,
        of_organisations=of_organisations,
    )  # fmt: skip
    typer.echo(json.dumps(made, indent=2, ensure_ascii=False))


@app.command()
def doctor() -> None:
    """Look at tokens, scopes, documents, database and model, and say what to do; exit 1 where something is to be done."""
    from bot.doctor import examine  # noqa: PLC0415  # see _serve

    settings = load_settings()
    log_to_stderr(settings, "CRITICAL")
    words, is_well = _prompts(settings)["doctor"], True
    for finding in examine(settings):
        typer.echo(f"{words.label('well' if finding.is_well else 'ill'):6} {finding.name}: {finding.said}")
        is_well &= finding.is_well
    raise typer.Exit(0 if is_well else 1)


# --- running


async def _serve_until_signal(bot: Bot, on_ready: Callable[[], None]) -> None:
    stop = asyncio.Event()
    with at_signal(stop.set):
        await _serve(bot, stop, on_ready)


async def _serve(bot: Bot, stop: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Serve until `stop` is set."""
    from bot.slack.app import serve as serve_slack  # noqa: PLC0415  # Bolt takes a while to import, and `ask` has no use for it

    try:
        async with bot.live.following(LOOK_SECONDS):
            await serve_slack(bot, stop, on_ready)
    finally:
        bot.store.close()


async def _playground(settings: Settings, port: int | None, began: float) -> None:
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
            raise PlaygroundError(f"{error}. Please choose another --port.") from None
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
        bot = _built(Settings.model_validate({**settings.model_dump(), **tokens}))
        bot.store.abandon(slack.workspace.installation.team_id, "the playground was closed")
        slack.workspace.engines = playing = Playing(bot.settings, words, _serve)
        with at_signal(playing.stop), _log_beside(slack.workspace, playing, bot, words):
            await playing.run(bot, lambda: _announce(slack.url, bot, words, began))
    finally:
        await workspace.__aexit__(None, None, None)


@contextmanager
def _log_beside(workspace: "Workspace", playing: "Playing", first: Bot, words: Template) -> Iterator[None]:
    """The dashboard of the playground's database, beside its page; with a store of its own, because each engine closes its bot's."""
    from bot.dashboard.app import Way, dashboard_app  # noqa: PLC0415  # see _serve
    from bot.playground.beside import Beside  # noqa: PLC0415

    store = _store(first.settings)
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


# --- within


def _built(settings: Settings) -> Bot:
    """The bot; a bar shows how far it is with a large folder of documents. What its operator may have overlooked is said."""
    words = _words(settings)
    for oversight in oversights():
        typer.echo(f"tencent-bot: {oversight}", err=True)
    with progress_bar(words.label("reading"), WORTH_READING) as on_progress:
        bot = build(settings, on_progress=on_progress)
    if not bot.corpus.documents:
        typer.echo(f"tencent-bot: {words.label('empty_folder', folder=settings.seeds_dir)}", err=True)
    return bot


def _lines(batch: str) -> Iterator[str]:
    try:
        if batch == "-":
            yield from sys.stdin
            return
        with Path(batch).open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"{batch} cannot be read: {error}") from None


def _row(store: Store, interaction_id: str, words: Template) -> Row:
    """The one interaction whose id begins so."""
    found = store.find(interaction_id)
    if len(found) != 1:
        raise BotError(words.label("ambiguous" if found else "not_found", id=interaction_id))
    return found[0]


def _corpus(settings: Settings) -> Corpus:
    """The documents of now. Raises CorpusError for a corpus.toml with mistakes: a running bot serves an earlier state then."""
    corpus = load_corpus(settings.seeds_dir, cache_folder=settings.cache_dir)
    if corpus.catalogue_problems:
        raise corpus.catalogue_problems[0]
    return corpus


def _pins(settings: Settings, store: Store) -> PinnedAnswers:
    prompts, corpus = _prompts(settings), _corpus(settings)
    return PinnedAnswers(
        store=store, corpus=lambda: corpus, prompts=prompts, reading=Reading(prompts, settings.slack_command, lambda: corpus)
    )


def _prompts(settings: Settings) -> PromptLibrary:
    return PromptLibrary.load(settings.prompts_dir)


def _words(settings: Settings) -> Template:
    return _prompts(settings)["cli"]


def _store(settings: Settings) -> Store:
    return Store(settings.database_url)
