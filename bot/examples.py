"""Questions that can be shown as examples, because they are known to be answerable: the extractive answerer answers each of them.

In: a Snapshot and the candidates of prompts/replies/examples.md, or where those are about other documents, names these documents speak of.
"""

from itertools import chain, islice

from bot.grounding import Gate
from bot.grounding.topics import suggested_topics
from bot.prompts import PromptLibrary
from bot.questions import plain
from bot.snapshots import Snapshot

MOST_CANDIDATES = 30  # each costs one extractive answer, some 5 ms


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
            topics = suggested_topics("", snapshot.corpus.passages)
            asked = (self._prompts.reply("suggestions").fill(topic=topic) for topic in topics)
            candidates = islice(chain((line for line in written if line.strip()), asked), MOST_CANDIDATES)
            found = tuple(islice((one for one in candidates if is_answerable(one, snapshot)), at_most))
            self._known = (snapshot.corpus.digest, found)
        return found[:at_most]


def is_answerable(question: str, snapshot: Snapshot) -> bool:
    """Whether the documents answer `question` with a quote that the gate lets through."""
    passages = snapshot.retriever.evidence(plain(question)).passages
    gate = Gate(question, passages)
    return any(gate.verify(claim) is not None for claim in snapshot.extractive.answer(question, passages).claims)
