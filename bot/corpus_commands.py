"""`tencent-bot corpus …`: what the documents are, what was made of them, one more, one less."""

from pathlib import Path
from typing import Annotated

import typer

from bot import listing
from bot.characters import showable
from bot.config import Settings, load_settings
from bot.corpus import Corpus, load_corpus
from bot.corpus.catalogue import read_catalogue
from bot.corpus.keeping import add_documents, meant, remove_document
from bot.corpus.resemblance import resembling
from bot.errors import BotError
from bot.progress import WORTH_READING, progress_bar
from bot.prompts import PromptLibrary, Template

MOST_SHOWN_LINE_BY_LINE = 100  # documents

app = typer.Typer(no_args_is_help=False, help="The documents: what they are, what was made of each line, one more, one less.")


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """List the documents."""
    if context.invoked_subcommand is None:
        list_documents()


@app.command("list")
def list_documents() -> None:
    """List the documents and what is known of each; exit 1 where corpus.toml has a mistake: what it says is not heeded then."""
    settings = load_settings()
    corpus = _corpus(settings)
    listing.print_documents(corpus, PromptLibrary.load(settings.prompts_dir))
    raise typer.Exit(1 if corpus.catalogue_problems else 0)


@app.command()
def check() -> None:
    """Say what could not be read, what resembles what, and what every line was taken for; exit 1 where something could not be used."""
    settings = load_settings()
    corpus, words = _corpus(settings), _words(settings)
    if len(corpus.documents) <= MOST_SHOWN_LINE_BY_LINE:
        for document in corpus.documents:
            listing.print_blocks(document)
    else:
        typer.echo(words.label("show_hint"), err=True)
    listing.print_problems(corpus, words)
    for one in resembling(corpus.documents):
        shown = words.label("resembling", first=one.first, second=one.second, percent=round(100 * one.share))
        typer.echo(showable(shown), err=True)
    raise typer.Exit(1 if corpus.problems else 0)


@app.command()
def show(document_id: str) -> None:
    """Show one document, line by line."""
    settings = load_settings()
    corpus = _corpus(settings)
    document = corpus.document(meant(document_id, [each.id for each in corpus.documents]) or "")
    if document is None:
        raise BotError(_words(settings).label("no_document", id=document_id))
    listing.print_blocks(document)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of them.")],
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of documents of the same name.")] = False,
) -> None:
    """Copy documents into the folder, each checked first; all of them or none. Exit 1 where some document is left out then."""
    settings = load_settings()
    words = _words(settings)
    for added in add_documents(paths, settings.seeds_dir, replace=replace):
        typer.echo(showable(words.label("added" if added.is_new else "replaced", id=added.id)))
    corpus = _say_digest(settings, words)
    for problem in corpus.problems:  # of two that say the same, the one that was there may be left out
        typer.echo(showable(str(problem)), err=True)
    raise typer.Exit(1 if corpus.problems else 0)


@app.command()
def remove(document_id: Annotated[str, typer.Argument(help="Its whole id, as `corpus list` shows it.")]) -> None:
    """Take one document out of the folder; it is kept aside, and nothing else is touched."""
    settings = load_settings()
    words = _words(settings)
    document_id, kept = remove_document(document_id, settings.seeds_dir)
    typer.echo(showable(words.label("removed", id=document_id, place=kept)))
    if document_id in read_catalogue(settings.seeds_dir).entries:
        typer.echo(showable(words.label("still_described", id=document_id)))
    _say_digest(settings, words)


def _say_digest(settings: Settings, words: Template) -> Corpus:
    corpus = _corpus(settings)
    typer.echo(words.label("documents", documents=len(corpus.documents), passages=len(corpus.passages), digest=corpus.digest), err=True)
    return corpus


def _corpus(settings: Settings) -> Corpus:
    with progress_bar(_words(settings).label("reading"), WORTH_READING) as on_progress:
        return load_corpus(settings.seeds_dir, settings.cache_dir, on_progress)


def _words(settings: Settings) -> Template:
    return PromptLibrary.load(settings.prompts_dir)["cli"]
