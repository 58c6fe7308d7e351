"""Small corpora made of texts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus

Load = Callable[[dict[str, str]], Corpus]
TOPICS = ("harbour", "museum", "railway", "school", "library", "theatre", "bakery", "orchard", "castle", "mill")


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A function from `{name: text}` to the corpus of these files."""

    def write_and_load(files: dict[str, str]) -> Corpus:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return load_corpus(tmp_path)

    return write_and_load


@pytest.fixture
def town(load: Load) -> Corpus:
    """Ten documents of ten paragraphs, each paragraph about a year of its own."""
    return load({
        f"{topic}.txt": f"The {topic} of Port Elling\n\n"
        + "\n\n".join(f"In {1900 + 10 * n + i} the {topic} was painted for the {i}th time by painter{n}x{i}." for i in range(10))
        for n, topic in enumerate(TOPICS)
    })  # fmt: skip
