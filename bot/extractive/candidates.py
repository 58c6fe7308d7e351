"""A sentence that may answer a question, as it is ranked."""

from dataclasses import dataclass

from bot.corpus import Passage
from bot.extractive.features import PassageView
from bot.extractive.prepared import Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence with its features, its score, and once ranked the probability that it is the right one."""

    seen: PassageView
    index: int
    features: tuple[float, ...]
    score: float
    probability: float = 0.0

    @property
    def passage(self) -> Passage:
        """The passage it stands in."""
        return self.seen.prepared.passage

    @property
    def sentence(self) -> Sentence:
        """The sentence itself."""
        return self.seen.prepared.sentences[self.index]
