"""The bar: on a terminal, for what takes long; nowhere else."""

import io

from rich.console import Console

from bot.progress import progress_bar, waiting


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


def test_words_are_shown_while_something_is_waited_for_on_a_terminal_and_nothing_in_a_pipe() -> None:
    for is_terminal in (True, False):
        console = Console(file=io.StringIO(), force_terminal=is_terminal, width=60)
        with waiting("Waiting for the model", console):
            pass
        assert isinstance(console.file, io.StringIO)
        assert ("Waiting for the model" in console.file.getvalue()) is is_terminal
