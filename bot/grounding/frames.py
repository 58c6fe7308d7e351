"""The frames of a sentence: each verb with who does it, what it is done to, and the phrases that go with it.

`frame_reader` reads them out of a sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.grounding.phrases import Chunk, Noun
from bot.grounding.verbs import lemma

# Verbs of saying, believing and deciding: what stands behind one is true only under it.
HOLDING = frozenset(
    map(
        lemma,
        "say write note state report explain add argue claim maintain assert hold believe think suggest cite stress hope expect fear predict "
        "assume conclude estimate propose announce suspect consider feel imply allege warn deny insist declare find rule agree decide".split(),
    )
)
OF_TIME = frozenset(
    "day week month quarter year decade centuri time morn even night monday tuesday wednesday thursday friday saturday sunday".split()
)
FINITE = frozenset({"active", "passive", "past"})
INSERTING = frozenset({",", "(", "–", "—"})


@dataclass(frozen=True)
class Phrase:
    """A preposition with its nouns; `behind` is the head of the noun that it stands right behind."""

    preposition: str
    nouns: tuple[Noun, ...]
    behind: str = ""


@dataclass
class Frame:
    """A verb as its stem, and what goes with it.

    `is_either` is whether its form does not tell if the subject does or undergoes it ("died", "released in May"); `mood` a "will" or "to";
    `shape` is that of its verb (`phrases.Chunk`), none where an apposition or a title stands for it;
    `under` the verb of saying or believing it stands behind; `opens` the "before" or "after" that its clause begins with; `has_one_subject` whether
    the subjects are guesses at one, not a list; `is_aside` whether it stands right behind a comma or a bracket.
    """

    verb: str
    subjects: list[Noun] = field(default_factory=list)
    objects: list[Noun] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    adverbs: set[str] = field(default_factory=set)
    is_either: bool = False
    mood: str = ""
    under: str = ""
    opens: str = ""
    shape: str = ""
    has_one_subject: bool = False
    has_one_object: bool = False
    is_aside: bool = False


@dataclass
class SentenceFrames:
    """The frames of a sentence, and the nouns that found no place in any."""

    frames: list[Frame]
    loose: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether every noun has its place."""
        return bool(self.frames) and not self.loose


def head_of(chunk: Chunk) -> str:
    """The stem of the last noun of a noun phrase; "" for anything else."""
    return chunk.nouns[-1].head if chunk.kind == "NP" and chunk.nouns else ""


def is_time(nouns: Sequence[Noun]) -> bool:
    """Whether nouns can only tell when: "every day", "1652"."""
    return all(noun.head in OF_TIME or noun.head[0].isdigit() for noun in nouns)
