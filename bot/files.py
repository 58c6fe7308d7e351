"""Files that somebody named for a result: found to be writable before it is worked out, and written.

In: a path and a text. Out: the file, or BotError that says why there can be none.
"""

import os
from pathlib import Path

from bot.errors import BotError


def require_writable(path: Path) -> None:
    """Raises BotError where `write` could not write there. What stands there stays as it is."""
    try:
        is_there = os.path.lexists(path)  # a link to where there is nothing yet stays too
        with path.open("ab"):
            pass
        if not is_there:
            path.unlink()
    except OSError as error:
        raise _unwritable(path, error) from None


def write(path: Path, text: str) -> None:
    """Write all of it, in the place of what stands there. Raises BotError where that fails."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> BotError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return BotError(f"{path.parent} is not a folder, so {path.name} cannot be written there.")
    return BotError(f"{path} cannot be written ({error.strerror}).")
