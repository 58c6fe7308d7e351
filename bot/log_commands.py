"""`tencent-bot log …`: what was asked and answered, what became of it, and what was approved."""

import asyncio
import json
import time
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bot import listing
from bot.config import Settings, load_settings
from bot.corpus import Corpus, load_corpus
from bot.errors import BotError
from bot.grounding import Reading
from bot.pins import PinnedAnswers
from bot.prompts import PromptLibrary, Template
from bot.questions import plain
from bot.store import Row, Store

DASHBOARD_PORT = 8322

app = typer.Typer(no_args_is_help=False, help="What was asked and answered.")


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """List the newest interactions."""
    if context.invoked_subcommand is None:
        list_newest()


@app.command("list")
def list_newest(most: Annotated[int, typer.Option(min=1, help="How many rows.")] = 50) -> None:
    """List the newest interactions."""
    settings = load_settings()
    store = _store(settings)
    rows = list(store.rows(most))
    listing.print_rows(rows, _words(settings), store.ratings([row["id"] for row in rows]))


@app.command("show")
def show(interaction_id: str) -> None:
    """Show everything about one interaction; the beginning of its id is enough."""
    settings = load_settings()
    store = _store(settings)
    row = _row(store, interaction_id, _words(settings))
    listing.print_row(row, store.ratings([row["id"]]))


@app.command("forget")
def forget(user: Annotated[str, typer.Argument(help="A Slack user id, as `log list` shows it.")]) -> None:
    """Delete what one person asked and was told."""
    if not user.strip():  # a variable that was not set, not whoever asks on the command line, who has no id
        raise BotError("Please give the id of a Slack user, as `tencent-bot log list` shows it.")
    settings = load_settings()
    typer.echo(_words(settings).label("deleted", count=_store(settings).forget(user)))


@app.command("purge")
def purge(days: Annotated[float | None, typer.Option(min=0, help="How old; RETENTION_DAYS where it is not given.")] = None) -> None:
    """Delete what is older than so many days."""
    settings = load_settings()
    chosen = days if days is not None else settings.retention_days
    if not chosen and days is None:
        raise BotError("Please give --days, or set RETENTION_DAYS.")
    typer.echo(_words(settings).label("deleted", count=_store(settings).purge(chosen)))


@app.command("backup")
def back_up(file: Annotated[Path, typer.Argument(help="A file that is not there yet.")]) -> None:
    """Copy a SQLite log while the bot is running; to restore it, stop the bot and let DATABASE_URL name the copy."""
    settings = load_settings()
    _store(settings).back_up(file)
    typer.echo(_words(settings).label("backed_up", file=file))


@app.command("export")
def export() -> None:
    """Print every interaction with what people think of it, newest first, as one JSON object a line."""
    for row in _store(load_settings()).rated_rows():
        typer.echo(json.dumps(row, ensure_ascii=False))


@app.command("serve")
def serve(port: Annotated[int, typer.Option(min=0, max=65535, help="Where; 0 chooses one.")] = DASHBOARD_PORT) -> None:
    """Show the log in a browser on this machine: figures, every interaction, gaps. Read-only; Ctrl+C ends it."""
    from bot.dashboard.app import dashboard_app  # noqa: PLC0415  # they take a while to import, and `log list` has no use for them
    from bot.dashboard.documents import CurrentCorpus  # noqa: PLC0415
    from bot.dashboard.server import serve_dashboard  # noqa: PLC0415

    settings = load_settings()
    corpus, words = CurrentCorpus(settings.seeds_dir, partial(load_corpus, cache_folder=settings.cache_dir)), _words(settings)
    pages = dashboard_app(_store(settings), corpus, prices=settings.token_prices)
    serve_dashboard(pages, port, lambda url: typer.echo(words.label("dashboard", url=url)))


@app.command("gaps")
def list_gaps(
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    case: Annotated[str | None, typer.Option(help="Print this interaction as an evaluation case (YAML) instead.")] = None,
) -> None:
    """Group the questions that the documents could not answer and the answers that were voted down."""
    from bot.insights import gaps  # noqa: PLC0415  # they take a while to import, and `log list` has no use for them
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


@app.command("digest")
def digest(post: Annotated[bool, typer.Option("--post", help="Post it to DIGEST_CHANNEL too.")] = False) -> None:
    """Print the last seven days in questions, as DIGEST_CHANNEL gets them every week."""
    from bot.insights.digest import digest_of  # noqa: PLC0415  # they take a while to import, and `log list` has no use for them
    from bot.slack.digest import DigestWords, post_now  # noqa: PLC0415

    settings = load_settings()
    corpus, store, prompts, now = _corpus(settings), _store(settings), _prompts(settings), time.time()
    shown = DigestWords(prompts.reply("digest"), lambda: corpus)
    typer.echo(shown.text(digest_of(store, None, now)))
    if post:
        asyncio.run(post_now(settings, store, prompts, shown, now))


@app.command("outdated")
def list_outdated(
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a fallen quote a line.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an answer.")] = False,
) -> None:
    """List the answers whose quotes no longer stand in the documents, with the words that stand there instead."""
    from bot.insights import outdated  # noqa: PLC0415  # they take a while to import, and `log list` has no use for them
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


@app.command("pin")
def pin(
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


@app.command("unpin")
def unpin(pin_id: Annotated[str, typer.Argument(help="As `log pinned` shows it; its beginning is enough.")]) -> None:
    """Take an approval back."""
    settings = load_settings()
    store, words = _store(settings), _words(settings)
    found = [pin for pin in store.pins() if pin.id.startswith(pin_id)]
    if len(found) != 1:
        raise BotError(words.label("ambiguous" if found else "not_pinned", id=pin_id))
    store.unpin(found[0].id)
    typer.echo(words.label("unpinned", id=found[0].id[:8], question=found[0].question))


@app.command("pinned")
def list_pinned(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a pin.")] = False) -> None:
    """List the approved answers, and which of them ended because a document changed."""
    from bot.insights import pinned  # noqa: PLC0415  # they take a while to import, and `log list` has no use for them
    from bot.insights.printing import print_pinned  # noqa: PLC0415

    settings = load_settings()
    store = _store(settings)
    _pins(settings, store).expire()
    if as_json:
        for pin in store.pins():
            typer.echo(json.dumps(pinned.as_json(pin), ensure_ascii=False))
    else:
        print_pinned(store.pins(), _words(settings))


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
