"""Whom a sentence speaks of: other names, bare surnames, "we" and "he" replaced by one name each.

In: a sentence of a document. Out: the same words with every reference that can be resolved for certain written out, so that the checks
compare names with names. What cannot be resolved stays as it is, and a claim that resolves it by itself is not covered.

>>> in an article that introduced "Pony Ma Huateng", whose other names are known: "Ma wrote …" becomes "Pony Ma wrote …"
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.corpus import Document, Span

_WORD = r"[A-Z][\w.&'’-]*[\w]|[A-Z]"
_SPACE = "[ \u00a0]+"
_FULL_NAME = re.compile(rf"(?:{_WORD})(?:{_SPACE}(?:{_WORD})){{1,3}}")
# "It" as the subject of nothing: "it became clear that …", "it is interesting to note …".
_EXPLETIVE = re.compile(r"^[\"“']?It\s+(?:is|was|became|may be|might be|would be|will be|has been|seems|appears|takes|took)\s+\w+(?:\s+\w+)?\s+(?:that|to|if|when)\b")
_FIRST_PERSON = {"we": "{}", "our": "{}’s", "ours": "{}’s", "us": "{}"}
_PRONOUN = re.compile(r"^[\"“']?(?P<pronoun>He|She|They|It|His|Her|Their|Its)\b")
_POSSESSIVE = frozenset({"his", "her", "their", "its"})


def canonical(text: str, names: Sequence[frozenset[str]]) -> str:
    """`text` with every alternative name replaced by one of its group."""
    for pattern, chosen in _aliases(tuple(names)):
        text = pattern.sub(lambda _, chosen=chosen: chosen, text)  # type: ignore[misc]
    return text


@lru_cache(maxsize=64)
def _aliases(names: tuple[frozenset[str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """A pattern a group, longest alternatives first, and the name that stands for it: the one in most of the others, else the first."""
    rules = []
    for group in names:
        chosen = max(sorted(group), key=lambda name: (sum(name in other for other in group), len(name)))
        alternatives = "|".join(re.escape(name) for name in sorted(group, key=len, reverse=True))
        rules.append((re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)"), chosen))
    return tuple(rules)


def resolve(document: Document, span: Span) -> str:
    """The words of `document` at `span`, which is a sentence, with its references written out."""
    text = _with_antecedent(document, span)
    text = _with_full_names(document, span, text)
    text = _with_first_person(document, text)
    return canonical(text, document.names)


def resolve_claim(text: str, document: Document, at: Span) -> str:
    """A claim about the sentence at `at`, with its bare surnames written out as that sentence's are."""
    return canonical(_with_full_names(document, at, text), document.names)


def _with_first_person(document: Document, text: str) -> str:
    name = document.first_person
    if not name:
        return text
    return re.sub(r"\b(we|our|ours|us)\b", lambda m: _FIRST_PERSON[m.group().lower()].format(name), text, flags=re.IGNORECASE)


def _with_full_names(document: Document, span: Span, text: str) -> str:
    """A surname standing alone, with the full name last given to it before."""

    def full(match: re.Match[str]) -> str:
        return _introduced(document, span.start, match.group()) or match.group()

    return re.sub(rf"(?<![\w’'-])(?<![A-Z]\w[\s\u00a0])(?:{_WORD})(?![\w-])", lambda m: m.group() if _in_name(text, m) else full(m), text)


def _in_name(text: str, match: re.Match[str]) -> bool:
    """Whether a capitalised word has another beside it: then it is part of a name, and no surname alone."""
    before = re.search(r"[A-Z][\w.&'’-]*[\s\u00a0]+$", text[: match.start()])
    after = re.match(r"[\s\u00a0]+[A-Z]", text[match.end() :])
    return bool(before or after)


def _introduced(document: Document, before: int, surname: str) -> str | None:
    """The nearest full name before `before` that ends in `surname`, or holds it where the family name comes first."""
    if not _is_surname(document, surname):
        return None
    found = None
    for start, name in _full_names(document):
        if start >= before:
            break
        words = name.split()
        if surname in (words[-1], words[0]) or (len(words) == 3 and surname == words[1]):
            found = name
    return found


@lru_cache(maxsize=4096)
def _is_surname(document: Document, surname: str) -> bool:
    """Whether a word is somebody's surname: introduced by a full name, not alone, and with something to say."""
    alone = re.search(rf"(?<![\w’'-])(?<![A-Z]\w[ \u00a0])(?<![a-z][ \u00a0]){re.escape(surname)}(?![\w-])", document.text)
    first = re.search(rf"(?<!\w){re.escape(surname)}(?!\w)", document.text)
    full = next((start for start, name in _full_names(document) if surname in name.split()), None)
    if full is None or first is None or first.start() < full or (alone and alone.start() < full):
        return False
    if any(surname in name.split() for group in document.names for name in group):
        return True
    verb = r"(?:said|says|wrote|writes|not(?:ed|es)|add(?:ed|s)|told|tells|stress(?:ed|es)|maintain(?:ed|s)|believe[sd]?|explain(?:ed|s)|declare[sd]|announce[sd]|"
    verb += r"hope[sd]|emphasi[sz]e[sd]|promise[sd]|argue[sd]|insist(?:ed|s)|acknowledge[sd]|warn(?:ed|s)|admit(?:ted|s)|joined|was born|died)"
    return re.search(rf"(?<!\w){re.escape(surname)}[\s\u00a0]+{verb}\b", document.text) is not None


@lru_cache(maxsize=256)
def _full_names(document: Document) -> tuple[tuple[int, str], ...]:
    return tuple((m.start(), " ".join(m.group().split())) for m in _FULL_NAME.finditer(document.text))


def _with_antecedent(document: Document, span: Span) -> str:
    """A sentence that begins with a pronoun, with the name that the sentence before it begins with."""
    text = document.text[span.start : span.end]
    match = _PRONOUN.match(text)
    name = _subject_before(document, span) if match and not _EXPLETIVE.match(text) else None
    if not match or not name:
        return text
    written = f"{name}’s" if match["pronoun"].lower() in _POSSESSIVE else name
    return text[: match.start("pronoun")] + written + text[match.end("pronoun") :]


def _subject_before(document: Document, span: Span) -> str | None:
    """The name that begins the sentence before `span`, in the same paragraph, itself resolved."""
    before = document.text[:span.start].rstrip()
    if document.text[len(before) : span.start].count("\n") > 1:
        return None
    start = max((m.end() for m in re.finditer(r"[.!?…][\"”’')]*\s+(?=[\"“A-Z])|\n\s*", before[:-1])), default=0)
    subject = re.match(rf"[\"“]?(?P<name>(?:{_WORD})(?:{_SPACE}(?:{_WORD}))*)(?=[\s\u00a0,])", before[start:])
    if not subject or not _is_name(document, subject["name"]):
        return None
    return _introduced(document, start, subject["name"]) or subject["name"]


def _is_name(document: Document, words: str) -> bool:
    """Whether the document writes `words` with capitals within a sentence as well: at the beginning of one every word has them."""
    return re.search(rf"[a-z,]{_SPACE}{re.escape(words)}(?!\w)", document.text) is not None
