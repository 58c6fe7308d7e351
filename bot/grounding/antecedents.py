"""What the pronoun that opens a sentence stands for: the subject of the sentence before, where it agrees with it.

In: sentences of a document. Out: the words of the subject, as they stand. A subject that is itself the same pronoun is that of the sentence
before it; where the subject is no person, "he" is the one person that its sentence names. Where it cannot be told for certain, nothing is.

>>> antecedent("It", ["The packet switching network was built in 1973."], …)
'the packet switching network'
"""

import re
from collections.abc import Callable, Iterator, Sequence

from bot.grounding.grammar import CALENDAR
from bot.grounding.phrases import TITLES
from bot.grounding.tagging import tagged
from bot.grounding.tokenizing import POSSESSIVES, Token, is_plural

_PERSONS = frozenset({"he", "she", "his", "her"})
_MANY = frozenset({"they", "their"})
_NOMINATIVE = {"his": "he", "her": "she", "its": "it", "their": "they"}
_FARTHEST = 3  # sentences back
# Of which one says "it" and "they".
_COLLECTIVE = frozenset(
    "government military company team council board committee group police family army crew public staff ministry court party union band firm "
    "department management administration".split()
)
_PLACED = frozenset({"in", "at", "from", "to", "near", "into", "across", "around", "outside", "towards", "toward"})
_BRACKETED = re.compile(r" ?\([^()]*\)")
_SHORTENED = re.compile(r"\b([A-Z]|Ltd|Inc|Co|Corp|Mr|Mrs|Ms|Dr|St|Jr|Sr|Gen|Col|Prof)\.(?= )")


def antecedent(pronoun: str, before: Sequence[str], is_name: Callable[[str], bool]) -> str | None:
    """What `pronoun` stands for after the sentences `before`; `is_name` tells whether a capitalised word is one by more than its place."""
    pronoun = pronoun.lower()
    for sentence in list(reversed(before))[:_FARTHEST]:
        subject, called = _subject(sentence)
        if [token.lower for token in subject] == [_NOMINATIVE.get(pronoun, pronoun)]:
            continue
        found = _referent(pronoun, called, is_name) or _referent(pronoun, subject, is_name)
        return found or (_only_person(sentence, is_name) if pronoun in _PERSONS else None)
    return None


def opens(words: str) -> bool:
    """Whether what stands before a pronoun leaves its sentence without another subject: "In 1990" does, "Another group will move" does not."""
    tokens = tagged(f"{words} it") if words.strip() else []
    verbs = [i for i, token in enumerate(tokens) if token.tag in {"X", "V", "E", "I"}]
    is_participle = (
        len(verbs) == 1 and tokens[verbs[0]].tag == "E" and all(token.tag == "R" or not i for i, token in enumerate(tokens[: verbs[0]]))
    )
    return (not verbs or is_participle) and (not tokens or tokens[0].tag != "N" or is_participle)


def _subject(sentence: str) -> tuple[list[Token], list[Token]]:
    """The words before the first verb, without an opening phrase, and those between commas behind them; none where they are no noun phrase."""
    tokens = tagged(_BRACKETED.sub("", _SHORTENED.sub(r"\1", sentence)))
    start = 0
    if tokens and (tokens[0].tag in {"P", "S", "R"} or _is_led_in(tokens)):
        start = next((i + 1 for i, token in enumerate(tokens) if token.text == ","), len(tokens))
    end = _phrase_end(tokens, start)
    words, called, then = tokens[start:end], list[Token](), end
    if then < len(tokens) and tokens[then].text == ",":
        then = next((i + 1 for i in range(end + 1, len(tokens)) if tokens[i].text == ","), len(tokens))
        called = tokens[end + 1 : then - 1]
    if then >= len(tokens) or tokens[then].tag not in {"X", "V", "E"} or not _is_phrase(words):
        return [], []
    return _without_adverbs(words), _without_adverbs(called) if _is_phrase(called) else []


def _is_led_in(tokens: Sequence[Token]) -> bool:
    """Whether the subject stands behind a comma, without another: "Older than the mill, the bridge was"."""
    comma = next((i for i, token in enumerate(tokens) if token.text == ","), len(tokens))
    if any(token.tag in {"X", "V", "W", "S"} for token in tokens[:comma]):
        return False
    end = _phrase_end(tokens, comma + 1)
    words = tokens[comma + 1 : end]
    return bool(words) and end < len(tokens) and tokens[end].tag in {"X", "V", "E"} and words[0].tag in {"D", "N"} and _is_phrase(words)


def _phrase_end(tokens: Sequence[Token], start: int) -> int:
    """Where the first word is that is no part of a noun phrase; "the packet switching network" is one."""
    tags = [token.tag for token in tokens]
    inside = {i for i in range(start + 1, len(tokens) - 1) if tags[i - 1 : i + 2] == ["N", "G", "N"]}
    return next(
        (i for i in range(start, len(tokens)) if tags[i] in {"X", "V", "E", "W", "M", "G", "T", "S"} and i not in inside), len(tokens)
    )


def _is_phrase(words: Sequence[Token]) -> bool:
    return bool(words) and all(token.tag in {"D", "N", "Q", "R", "G"} or token.lower in {"of", "and"} for token in words)


def _without_adverbs(words: Sequence[Token]) -> list[Token]:
    return [token for token in words if token.tag != "R"]


def _only_person(sentence: str, is_name: Callable[[str], bool]) -> str | None:
    """The one name of a sentence that may be a person's: not where something is, and not "Chinese" before a noun.

    None where the sentence speaks of somebody by a pronoun: that may be another.
    """
    tokens = tagged(_BRACKETED.sub("", _SHORTENED.sub(r"\1", sentence)))
    if any(token.lower in _PERSONS | {"him", "himself", "herself"} for token in tokens):
        return None
    persons = [
        " ".join(token.text for token in name) for before, name, after in _names(tokens, is_name) if _may_be_person(before, name, after)
    ]
    return persons[0] if len(persons) == 1 else None


def _names(tokens: Sequence[Token], is_name: Callable[[str], bool]) -> Iterator[tuple[Token | None, list[Token], Token | None]]:
    """The runs of capitalised words, each with the word before and behind it."""
    i = 0
    while i < len(tokens):
        end = i
        while end < len(tokens) and tokens[end].is_capital and tokens[end].tag == "N" and is_name(tokens[end].text):
            end += 1
            if tokens[end - 1].owns:
                break
        if end > i:
            yield (tokens[i - 1] if i else None), list(tokens[i:end]), (tokens[end] if end < len(tokens) else None)
        i = max(end, i + 1)


def _may_be_person(before: Token | None, name: Sequence[Token], after: Token | None) -> bool:
    is_placed = before is not None and before.lower in _PLACED | {"the", "a", "an"}
    is_adjective = after is not None and after.tag == "N" and not name[-1].owns
    return not is_placed and not is_adjective and all(token.text.isalpha() and token.lower not in CALENDAR for token in name)


def _referent(pronoun: str, subject: Sequence[Token], is_name: Callable[[str], bool]) -> str | None:
    many, lowers = pronoun in _MANY, [token.lower for token in subject]
    if not subject or subject[-1].tag != "N":
        return None
    if "and" in lowers:
        return _written(subject) if many else None
    if any(token.tag == "Q" or token.lower in POSSESSIVES for token in subject):
        return None
    head = lowers.index("of") - 1 if "of" in lowers[1:] else len(subject) - 1
    first = head + 1
    while first and is_name(subject[first - 1].text) and not subject[first - 1].owns:
        first -= 1
    if first <= head:
        is_person = first > 0 and subject[first - 1].text.islower() and subject[first - 1].tag == "N"  # "the historian Jan Kok"
        return _written(subject[first:]) if not (many and is_person) else None
    if pronoun in _PERSONS:
        return _written(subject) if lowers[head] in TITLES else None
    agrees = is_plural(lowers[head]) == many or lowers[head] in _COLLECTIVE
    return _written(subject) if agrees and lowers[head] not in TITLES else None


def _written(subject: Sequence[Token]) -> str:
    words = [f"{token.text}’s" if token.owns else token.text for token in subject]
    return " ".join([words[0].lower() if subject[0].tag == "D" else words[0], *words[1:]])
