"""What the pronoun that opens a sentence stands for: the subject of the sentence before, where it agrees with it.

In: sentences of a document. Out: the words of the subject, as they stand. A subject that is itself the same pronoun is that of the sentence
before it. Where the subject cannot be told for certain, nothing is.

>>> antecedent("It", ["The packet switching network was built in 1973."], …)
'the packet switching network'
"""

import re
from collections.abc import Callable, Sequence

from bot.grounding.phrases import TITLES
from bot.grounding.tagging import POSSESSIVES, Token, is_plural, tagged

_PERSONS = frozenset({"he", "she", "his", "her"})
_MANY = frozenset({"they", "their"})
_NOMINATIVE = {"his": "he", "her": "she", "its": "it", "their": "they"}
_FARTHEST = 3  # sentences back
_BRACKETED = re.compile(r" ?\([^()]*\)")
_SHORTENED = re.compile(r"\b([A-Z]|Ltd|Inc|Co|Corp|Mr|Mrs|Ms|Dr|St|Jr|Sr|Gen|Col|Prof)\.(?= )")


def antecedent(pronoun: str, before: Sequence[str], is_name: Callable[[str], bool]) -> str | None:
    """What `pronoun` stands for after the sentences `before`; `is_name` tells whether a capitalised word is one by more than its place."""
    pronoun = pronoun.lower()
    for sentence in list(reversed(before))[:_FARTHEST]:
        subject = _subject(sentence)
        if [token.lower for token in subject] != [_NOMINATIVE.get(pronoun, pronoun)]:
            return _referent(pronoun, subject, is_name) if subject else None
    return None


def opens(words: str) -> bool:
    """Whether what stands before a pronoun leaves its sentence without another subject: "In 1990" does, "Another group will move" does not."""
    tokens = tagged(f"{words} it") if words.strip() else []
    return not any(token.tag in {"X", "V", "E", "I"} for token in tokens) and (not tokens or tokens[0].tag != "N")


def _subject(sentence: str) -> list[Token]:
    """The words before the first verb, without an opening phrase; none where they are no noun phrase."""
    tokens = tagged(_BRACKETED.sub("", _SHORTENED.sub(r"\1", sentence)))
    start = 0
    if tokens and tokens[0].tag in {"P", "S", "R"}:
        start = next((i + 1 for i, token in enumerate(tokens) if token.text == ","), len(tokens))
    end = next((i for i in range(start, len(tokens)) if tokens[i].tag in {"X", "V", "E", "W", "M", "G", "T", "S"}), len(tokens))
    words = [token for token in tokens[start:end] if token.tag != "R"]
    is_phrase = all(token.tag in {"D", "N", "Q"} or token.lower in {"of", "and"} for token in words)
    return words if is_phrase and end < len(tokens) and tokens[end].tag in {"X", "V", "E"} else []


def _referent(pronoun: str, subject: Sequence[Token], is_name: Callable[[str], bool]) -> str | None:
    many, lowers = pronoun in _MANY, [token.lower for token in subject]
    if "and" in lowers:
        return _written(subject) if many else None
    if any(token.tag == "Q" or token.lower in POSSESSIVES for token in subject):
        return None
    head = lowers.index("of") - 1 if "of" in lowers[1:] else len(subject) - 1
    first = head + 1
    while first and is_name(subject[first - 1].text) and not subject[first - 1].owns:
        first -= 1
    if first <= head:
        return _written(subject[first:])
    if pronoun in _PERSONS:
        return _written(subject) if lowers[head] in TITLES else None
    return _written(subject) if is_plural(lowers[head]) == many and lowers[head] not in TITLES else None


def _written(subject: Sequence[Token]) -> str:
    words = [f"{token.text}’s" if token.owns else token.text for token in subject]
    return " ".join([words[0].lower() if subject[0].tag == "D" else words[0], *words[1:]])
