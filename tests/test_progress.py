"""The bar: on a terminal, for what takes long; nowhere else."""

import io

from rich.console import Console

from bot.progress import progress_bar


def shown(done: int, total: int, *, on_terminal: bool, worth: int = 3) -> str:
    console = Console(file=io.StringIO(), force_terminal=on_terminal, width=80, color_system=None)
    with progress_bar("Reading", worth, console) as on_progress:
        on_progress(done, total)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_terminal_sees_how_far_it_is() -> None:
    assert "Reading" in (line := shown(2, 5, on_terminal=True))
    assert "2/5" in line


def test_little_to_do_is_worth_no_bar() -> None:
    assert "Reading" not in shown(1, 2, on_terminal=True)


def test_a_pipe_gets_nothing() -> None:
    assert not shown(2, 5, on_terminal=False).strip()
