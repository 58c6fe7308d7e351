"""Documents written to a folder and loaded as any other."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus

CHECKOUT = Path(__file__).resolve().parents[2]
SEEDS = CHECKOUT / "seeds"

Load = Callable[..., Corpus]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A function from files, `{name: text or bytes}`, to the corpus of them."""

    def write_and_load(files: dict[str, str | bytes]) -> Corpus:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_corpus(tmp_path)

    return write_and_load


@pytest.fixture(scope="session")
def seeds() -> Corpus:
    """The corpus that the repository ships."""
    return load_corpus(SEEDS)
