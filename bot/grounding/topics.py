"""What one could ask instead: names the documents speak of, those nearest to the question first.

In: a question and passages. Out: names as the documents write them, without repeats.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.corpus import Kind, Passage
from bot.grounding.grammar import FUNCTION_WORDS, NO_NAMES
from bot.retrieval.analysis import content_stems

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w&-]*[A-Za-z](?: [A-Z][\w&-]*[A-Za-z])*")
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Dr|Prof|Professor|President|Chairman|Sir) (?=[A-Z])")
_NOUN_AFTER = re.compile(r" ([a-z][a-z-]+)")
_OF_A_PEOPLE = re.compile(r"(?:ese|ish|[nts]ian)$")
_DENSE = 0.2  # names a word: where there are more, nouns are written with capitals, as in German
_SHORTEST = 3  # letters of a word by itself: shorter ones are abbreviations and initials


def suggested_topics(question: str, passages: Sequence[Passage]) -> list[str]:
    """Names that stand within sentences: first those of passages that share most words with the question, then the more frequent."""
    asked = set(content_stems(question))
    nearness: dict[str, int] = {}
    counts: Counter[str] = Counter()
    describing: Counter[str] = Counter()
    for passage in passages:
        if passage.kind is Kind.HEADING:
            continue
        text = " ".join(passage.text.split())
        shared = len(asked & set(content_stems(text)))
        names = list(_NAME.finditer(text))
        if len(names) > _DENSE * len(text.split()):
            continue
        found = {_TITLE.sub("", name.group()): text[name.end() :] for name in names}
        for name, after in found.items():
            if _is_telling(name) and not set(content_stems(name)) <= asked:
                counts[name] += 1
                describing[name] += _describes(after)
                nearness[name] = max(nearness.get(name, 0), shared)
    ordered = sorted(counts, key=lambda name: (-nearness[name], -counts[name], name))
    return [name for name in ordered if 2 * describing[name] <= counts[name] and not _is_part(name, counts)]


def _is_telling(name: str) -> bool:
    """Whether it can be somebody's or something's name: no month, no currency, no initials, no "Chinese"."""
    words = name.lower().split()
    is_long = len(words) > 1 or (len(name) >= _SHORTEST and not _OF_A_PEOPLE.search(name))
    return is_long and not NO_NAMES & set(words) and words[0] not in FUNCTION_WORDS


def _describes(after: str) -> bool:
    """Whether a noun follows, as in "Chinese companies": then it may be no name of its own."""
    noun = _NOUN_AFTER.match(after)
    return noun is not None and noun.group(1) not in FUNCTION_WORDS and not noun.group(1).endswith(("s", "ed", "ly"))


def _is_part(name: str, counts: Mapping[str, int]) -> bool:
    """Whether it is a bare part of a longer name that is there too: "Lau" beside "Martin Lau"."""
    return " " not in name and any(name in other.split()[1:] for other in counts)
