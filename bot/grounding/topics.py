"""What one could ask instead: names the documents speak of, those nearest to the question first.

In: a question and passages. Out: names as the documents write them, without repeats.
"""

import re
from collections import Counter
from collections.abc import Sequence

from bot.corpus import Kind, Passage
from bot.grounding.grammar import FUNCTION_WORDS
from bot.retrieval.analysis import content_stems

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w&-]*[A-Za-z](?: [A-Z][\w&-]*[A-Za-z])*")


def suggested_topics(question: str, passages: Sequence[Passage]) -> list[str]:
    """Names that stand within sentences: first those of passages that share most words with the question, then the more frequent."""
    asked = set(content_stems(question))
    nearness: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for passage in passages:
        if passage.kind is Kind.HEADING:
            continue
        text = " ".join(passage.text.split())
        shared = len(asked & set(content_stems(text)))
        for name in set(_NAME.findall(text)):
            if name.lower() not in FUNCTION_WORDS and not set(content_stems(name)) <= asked:
                counts[name] += 1
                nearness[name] = max(nearness.get(name, 0), shared)
    return sorted(counts, key=lambda name: (-nearness[name], -counts[name], name))
