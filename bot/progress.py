"""A bar that fills while something long is done: on a terminal; in a pipe nothing."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

WORTH_A_BAR = 200  # files: fewer are read before anybody wonders


@contextlib.contextmanager
def reading_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A function to call with how many of how many files are read; `words` stand before the bar, which goes away at the end."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(words, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=total >= WORTH_A_BAR)
