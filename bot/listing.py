"""Documents and log rows on the command line: tables on a terminal, tab-separated lines in a pipe."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.characters import on_one_line, showable
from bot.corpus import Corpus, Document, Fact, Known
from bot.prompts import PromptLibrary, Template
from bot.store import Installation, Rating, Row


def print_documents(corpus: Corpus, prompts: PromptLibrary) -> None:
    """Every document: id, title, publisher, date, passages."""
    phrases = prompts.reply("answer")
    rows = [
        (
            document.id,
            _known(document.title, phrases, "untitled"),
            _known(document.publisher, phrases, "publisher_unknown"),
            _known(document.published, phrases, "undated"),
            str(len(corpus.passages_of(document.id))),
        )
        for document in corpus.documents
    ]
    _print_table(("document", "title", "publisher", "published", "passages"), rows)
    print_problems(corpus, prompts["cli"])


def print_installations(installations: Sequence[Installation], words: Template) -> None:
    """The workspaces that installed the app: id, name, when, scopes."""
    if not installations:
        Console(stderr=True).print(words.label("no_workspaces_yet"), highlight=False, markup=False, soft_wrap=True)
        return
    rows = [(each.id, each.name, _when(each.installed_at), " ".join(each.scopes)) for each in installations]
    _print_table(("workspace", "name", "installed", "scopes"), rows)


def print_problems(corpus: Corpus, words: Template) -> None:
    """How much was read, and what was not."""
    console = Console(stderr=True)
    counted = words.label("documents", documents=len(corpus.documents), passages=len(corpus.passages), digest=corpus.digest)
    console.print(counted, highlight=False, markup=False, soft_wrap=True)
    for problem in [*(corpus.problems or [words.label("no_problems")]), *corpus.notices]:
        console.print(showable(str(problem)), highlight=False, markup=False, soft_wrap=True)


def print_blocks(document: Document) -> None:
    """A document's blocks: line, what it was taken for, why, and its words."""
    rows = [(f"{b.line}", b.kind.value, b.reason, " ".join(document.text[b.start : b.end].split())) for b in document.blocks]
    Console().print(on_one_line(document.id), highlight=False, markup=False, soft_wrap=True)
    _print_table(("line", "kind", "because", "text"), rows)


def print_rows(rows: Iterable[Row], words: Template, ratings: Iterable[Rating] = ()) -> None:
    """Interactions, one a line, with the votes on each as +good -bad."""
    votes = _votes(ratings)
    shown = [
        (
            _when(row["received_at"]),
            row["id"][:8],
            row["surface"],
            row["asker"],
            row["status"],
            row["verdict"] or "",
            row["engine"] or "",
            votes.get(row["id"], ""),
            row["question"],
        )
        for row in rows
    ]
    if shown:
        _print_table(("received", "id", "surface", "asker", "status", "verdict", "engine", "feedback", "question"), shown)
    else:
        Console(stderr=True).print(words.label("no_rows"))


def _votes(ratings: Iterable[Rating]) -> dict[str, str]:
    counted = Counter((rating.interaction_id, rating.is_good) for rating in ratings)
    return {id_: f"+{counted[id_, True]} -{counted[id_, False]}" for id_, _ in counted}


def print_row(row: Row, ratings: Iterable[Rating] = ()) -> None:
    """Everything of one interaction, what people thought of it last."""
    console = Console()
    for column, value in row.items():
        if value not in (None, ""):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
            shown = f"{column}: {_when(value) if column.endswith('_at') else showable(text)}"
            console.print(shown, highlight=False, markup=False, soft_wrap=True)
    for rating in ratings:
        vote = " · ".join(("good" if rating.is_good else "bad", rating.user, _when(rating.rated_at), *rating.reasons, rating.comment))
        console.print(showable(f"feedback: {vote.removesuffix(' · ')}"), highlight=False, markup=False, soft_wrap=True)


def _print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    console = Console()
    if not console.is_terminal:
        for row in rows:
            console.file.write("\t".join(map(on_one_line, row)) + "\n")  # Rich would turn tabs into blanks
        return
    table = Table(*header)
    for row in rows:
        table.add_row(*(Text(showable(cell)) for cell in row))
    console.print(table)


def _known(fact: Fact[Any], phrases: Template, otherwise: str) -> str:
    if fact.value is None:
        return phrases.label(otherwise)
    return phrases.label("derived", value=fact.value) if fact.how is Known.DERIVED else str(fact.value)


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(sep=" ", timespec="seconds")
