"""Questions that can be shown as examples, because they are known to be answerable: the extractive answerer answers each of them.

In: a Snapshot and the candidates of prompts/replies/examples.md, or where those are about other documents, names these documents speak of.
"""

from itertools import chain, islice

from bot.prompts import PromptLibrary
from bot.questions import plain
from bot.snapshots import Snapshot
from bot.suggestions import is_answered, suggested

MOST_CANDIDATES = 12  # each costs one or two extractive answers, some 5 ms


class Examples:
    """Remembers what it found for one state of the documents."""

    def __init__(self, prompts: PromptLibrary) -> None:
        self._prompts = prompts
        self._known: tuple[str, tuple[str, ...]] = ("", ())

    def questions(self, snapshot: Snapshot, at_most: int = 4) -> tuple[str, ...]:
        """Up to `at_most` questions, the written ones first. Computes; call it in a thread."""
        digest, found = self._known
        if digest != snapshot.corpus.digest:
            written = self._prompts.reply("examples").body.splitlines()
            known = (line for line in written if line.strip() and is_answerable(line, snapshot))
            words = self._prompts.reply("suggestions")
            further = suggested("", snapshot.corpus.passages, snapshot.extractive, words, MOST_CANDIDATES)
            found = tuple(islice(chain(known, further), at_most))
            self._known = (snapshot.corpus.digest, found)
        return found[:at_most]


def is_answerable(question: str, snapshot: Snapshot) -> bool:
    """Whether the documents answer `question` with a quote that the gate lets through."""
    return is_answered(question, snapshot.retriever.evidence(plain(question)).passages, snapshot.extractive)
