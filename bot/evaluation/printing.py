"""Figures and failures on the command line: tables on a terminal, tab-separated lines in a pipe.

In: Scores and a console. Out: nothing but what is printed.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.evaluation.scores import Figures, Outcome, Rate, Score, figures, figures_by

FIGURE_HEADER = ("category", "engine", "cases", "ungrounded", "answered", "refused", "precision", "wrong", "median", "p95")
FAILURE_HEADER = ("case", "became", "question", "because")


def print_scores(scores: Sequence[Score], console: Console) -> None:
    """A row a category and engine, a row an engine, one for all; then a row a failure."""
    rows = [_row(category, engine, found) for (category, engine), found in rows_of(scores).items()]
    _print_table(FIGURE_HEADER, rows, console)
    failures = [s for s in scores if s.outcome is not Outcome.RIGHT]
    if failures:
        _print_table(FAILURE_HEADER, [(s.case.id, s.outcome.value, s.case.question, "; ".join(reasons(s))) for s in failures], console)


def rows_of(scores: Sequence[Score]) -> dict[tuple[str, str], Figures]:
    """The figures of each category and engine, of each engine, and of all where there are several."""
    by_engine = figures_by(scores, lambda s: ("all", s.engine))
    everything = {("all", "all"): figures(scores)} if len(by_engine) > 1 else {}
    return figures_by(scores, lambda s: (s.case.category, s.engine)) | by_engine | everything


def reasons(score: Score) -> tuple[str, ...]:
    """What is wrong with it, in words; empty where it is right."""
    found = [score.crash] if score.crash else []
    found += [f"“{judged.claim.text}”: {problem}" for judged in score.claims for problem in judged.problems]
    found += [f"says “{words}”" for words in score.forbidden]
    if not score.case.answerable and score.claims and not score.is_refusal:
        found.append("answers what the documents leave open")
    if score.case.answerable and score.interaction and not score.interaction.answer.claims:
        aside = ", though a passage that answers it is among the closest" if score.shows_closest else ""
        found.append(f"no answer ({score.interaction.answer.verdict.value}){aside}")
    else:
        found += [f"does not say {' or '.join(f'“{each}”' for each in words)}" for words in score.missing]
    return tuple(found)


def _row(category: str, engine: str, found: Figures) -> tuple[str, ...]:
    rates: tuple[Rate, ...] = (found.ungrounded, found.answered, found.refused, found.precision, found.wrong)
    latencies = (milliseconds(found.median_seconds), milliseconds(found.p95_seconds))
    return (category, engine, str(found.cases), *map(str, rates), *latencies)


def milliseconds(seconds: float | None) -> str:
    """A latency as people read it."""
    return "–" if seconds is None else f"{1000 * seconds:.0f} ms"


def _print_table(header: Sequence[str], rows: Sequence[Sequence[str]], console: Console) -> None:
    if not console.is_terminal:
        for row in (header, *rows):
            console.file.write("\t".join(" ".join(cell.split()) for cell in row) + "\n")  # Rich would turn tabs into blanks
        return
    table = Table(*header)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
