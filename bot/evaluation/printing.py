"""Figures and failures on the command line: tables on a terminal, tab-separated lines in a pipe.

In: Scores and a console. Out: nothing but what is printed.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.evaluation.comparing import Comparison
from bot.evaluation.scores import Figures, Outcome, Rate, Score, figures, figures_by, reasons

FIGURE_HEADER = ("category", "engine", "cases", "ungrounded", "answered", "refused", "precision", "wrong", "median", "p95")
COMPARED_HEADER = ("figure", "before", "now")
TURNED_HEADER = ("turned", "case", "became", "question", "because")
RATES = ("ungrounded", "answered", "refused", "precision", "wrong")
FAILURE_HEADER = ("case", "became", "question", "because")


def print_scores(scores: Sequence[Score], console: Console) -> None:
    """A row a category and engine, a row an engine, one for all; then a row a failure."""
    rows = [_row(category, engine, found) for (category, engine), found in rows_of(scores).items()]
    _print_table(FIGURE_HEADER, rows, console)
    failures = [s for s in scores if s.outcome is not Outcome.RIGHT]
    if failures:
        _print_table(FAILURE_HEADER, [(s.case.id, s.outcome.value, s.case.question, "; ".join(reasons(s))) for s in failures], console)


def print_comparison(compared: Comparison, console: Console) -> None:
    """The figures of both runs side by side; then a row a case that turned."""
    _print_table(COMPARED_HEADER, [(name, before, now) for name, before, now in side_by_side(compared)], console)
    turned = [("worse", turn) for turn in compared.worse] + [("better", turn) for turn in compared.better]
    if turned:
        rows = [
            (to, t.now.id, f"{t.before.outcome.value} → {t.now.outcome.value}", t.now.question, "; ".join(t.now.reasons))
            for to, t in turned
        ]
        _print_table(TURNED_HEADER, rows, console)


def side_by_side(compared: Comparison) -> list[tuple[str, str, str]]:
    """Each figure of the cases of both runs: its name, before, now."""
    before, now = compared.before, compared.now
    rates = [(name, str(getattr(before, name)), str(getattr(now, name))) for name in RATES]
    right = [
        [turn.before.outcome is Outcome.RIGHT for turn in compared.pairs],
        [turn.now.outcome is Outcome.RIGHT for turn in compared.pairs],
    ]
    return [
        ("right", str(Rate(sum(right[0]), len(right[0]))), str(Rate(sum(right[1]), len(right[1])))), *rates,
        ("crashed", str(before.crashed), str(now.crashed)),
        ("median", milliseconds(before.median_seconds), milliseconds(now.median_seconds)),
    ]  # fmt: skip


def rows_of(scores: Sequence[Score]) -> dict[tuple[str, str], Figures]:
    """The figures of each category and engine, of each engine, and of all where there are several."""
    by_engine = figures_by(scores, lambda s: ("all", s.engine))
    everything = {("all", "all"): figures(scores)} if len(by_engine) > 1 else {}
    return figures_by(scores, lambda s: (s.case.category, s.engine)) | by_engine | everything


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
