"""The documents as they are when a page is asked for. In: a folder. Out: its corpus, read again only where a file changed."""

from collections.abc import Callable
from pathlib import Path

from bot.corpus import Corpus, state_of
from bot.errors import CorpusError


class CurrentCorpus:
    """Calls `load` for a folder whose state changed; what cannot be used leaves the earlier state. Raises CorpusError where there was none."""

    def __init__(self, folder: Path, load: Callable[[Path], Corpus]) -> None:
        self._folder = folder
        self._load = load
        self._seen = state_of(folder)
        self._corpus = load(folder)

    def __call__(self) -> Corpus:
        """The corpus of now."""
        state = state_of(self._folder)
        if state != self._seen:
            self._seen = state
            try:
                found = self._load(self._folder)
            except CorpusError:
                return self._corpus
            self._corpus = self._corpus if found.catalogue_problems else found
        return self._corpus
