"""The exception tree is the one its docstring draws, and says where."""

import inspect
import re
from pathlib import Path

import pytest

from bot import errors
from bot.errors import BotError, CorpusError, DraftUnreadable, ModelError

CLASSES = {name: c for name, c in vars(errors).items() if inspect.isclass(c) and issubclass(c, BotError)}


def drawn() -> dict[str, str]:
    """Each exception in the docstring's tree and the one it hangs below."""
    found, ancestors = {}, ["Exception"]
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"    ([ │├└─]*)([A-Z]\w+)  ", line):
            depth = len(match.group(1)) // 4
            ancestors[depth + 1 :] = [match.group(2)]
            found[match.group(2)] = ancestors[depth]
    return found


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert drawn() == {name: c.__bases__[0].__name__ for name, c in CLASSES.items()}


@pytest.mark.parametrize("name", CLASSES)
def test_every_exception_says_what_it_means(name: str) -> None:
    assert (CLASSES[name].__doc__ or "").strip()


def test_a_corpus_error_names_its_file_and_line() -> None:
    error = CorpusError(Path("seeds/corpus.toml"), 7, "is wrong")
    assert (str(error), error.path, error.line, error.reason) == ("seeds/corpus.toml:7: is wrong", Path("seeds/corpus.toml"), 7, "is wrong")
    assert str(CorpusError(Path("seeds/a.txt"), None, "is empty")) == "seeds/a.txt: is empty"


def test_an_unreadable_draft_is_a_failure_of_the_model() -> None:
    assert issubclass(DraftUnreadable, ModelError)
