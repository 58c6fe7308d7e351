"""Signs that something long is done: a bar that fills, or a line of words. On a terminal; in a pipe nothing."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

OnProgress = Callable[[int, int], None]
"""To be called with how many of how many are done."""

WORTH_READING = 200  # files: fewer are read before anybody wonders
WORTH_ASKING = 2  # questions


@contextlib.contextmanager
def progress_bar(words: str, worth: int, console: Console | None = None) -> Iterator[OnProgress]:
    """What moves the bar; `words` stand before it. It is shown from `worth` things to do on, and goes away at the end."""
    shown_on = console or Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # Rich takes some pipes for terminals where the environment says FORCE_COLOR.
    is_off = console is None and not sys.stderr.isatty()
    with Progress(*columns, console=shown_on, disable=is_off or not shown_on.is_terminal, transient=True) as progress:
        task = progress.add_task(words, visible=False)
        yield lambda done, total: progress.update(task, completed=done, total=total, visible=total >= worth)


@contextlib.contextmanager
def waiting(words: str, console: Console | None = None) -> Iterator[None]:
    """`words` on a terminal while the context lasts, gone at its end."""
    shown_on = console or Console(stderr=True)
    if not shown_on.is_terminal or (console is None and not sys.stderr.isatty()):
        yield
        return
    with shown_on.status(words):
        yield
