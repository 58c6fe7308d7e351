"""Orders to a model, as those who plant them write them. In: words of a document. Out: whether they speak to a language model, not to a reader.

A text about such orders is stopped as well: `kinds` in corpus.toml lets it in.
"""

import re

# As grounding.md 3.4, "Injection", has them.
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.]{0,30}\b(?:previous|prior|above|earlier|all|your|these|any)\b[^.]{0,20}\b(?:instructions?|prompts?|rules|context)\b"
    r"|\bsystem prompt\b|\byou are (?:an? |now (?:an? |the )?(?:\w+ ){0,2})?(?:ai|assistant|language model|chatbot)\b"
    r"|<\|?(?:system|im_start|endoftext)\|?>|^\s*(?:system|assistant)\s*:"
    r"|\b(?:as|dear) (?:an? )?(?:ai|language model)\b[^.]{0,40}\byou (?:must|should|will)\b|忽略.{0,10}(?:指令|指示|提示)",
    re.IGNORECASE,
)


# Each order has one of these in it, in some case: looking for them first is 50 times faster than looking for orders.
_ORDER_WORDS = (
    "ignore",
    "disregard",
    "forget",
    "override",
    "system",
    "you are",
    "im_start",
    "endoftext",
    "assistant",
    "as a",
    "dear",
    "忽略",
)


def gives_orders(words: str) -> bool:
    """Whether `words` speak to a language model, not to a reader."""
    folded = words.casefold()
    return any(word in folded for word in _ORDER_WORDS) and bool(_INSTRUCTION.search(words))
