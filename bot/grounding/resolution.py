"""Whom a sentence speaks of: other names, bare surnames, "we" and "he" replaced by one name each.

In: a sentence of a document. Out: the same words with every reference that can be resolved for certain written out, so that the checks
compare names with names. What cannot be resolved stays as it is, and a claim that resolves it by itself is not covered.

>>> in an article that introduced "Pony Ma Huateng", whose other names are known: "Ma wrote …" becomes "Pony Ma wrote …"
"""

import re
from collections.abc import Sequence
from functools import lru_cache, partial

from bot.corpus import Document, Span
from bot.grounding.abbreviations import names_of, without_introductions
from bot.grounding.antecedents import antecedent, opens
from bot.grounding.grammar import REPORTING
from bot.grounding.verbs import is_participle
from bot.retrieval.analysis import STOP_WORDS

_WORD = r"[A-Z][\w.&'’-]*[\w]|[A-Z]"
_SPACE = "[ \u00a0]+"
_FULL_NAME = re.compile(rf"(?:{_WORD})(?:{_SPACE}(?:{_WORD})){{1,3}}")
# "It" as the subject of nothing: "it became clear that …", "it is interesting to note …".
_EXPLETIVE = re.compile(
    r"\b[Ii]t\s+(?:is|was|became|may be|might be|would be|will be|has been|seems|appears|takes|"
    r"took)\s+(?P<what>\w+)(?:\s+\w+)?\s+(?P<then>that|to|if|when)\b"
)
_FIRST_PERSON = {"we": "{}", "our": "{}’s", "ours": "{}’s", "us": "{}"}
_PRONOUN = re.compile(r"^(?:[^\"“”.;]{0,60}?[\s,])??(?P<pronoun>[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts)\b")
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


def resolve(document: Document, span: Span, before: Sequence[Span] = ()) -> str:
    """The words of `document` at `span`, which is a sentence, with its references written out; `before` are those before it in its passage."""
    text = without_introductions(document, _with_antecedent(document, span, before))
    text = _with_full_names(document, span, text)
    text = _with_first_person(document, text)
    return canonical(text, names_of(document))


def resolve_claim(text: str, document: Document, at: Span, before: Sequence[Span] = ()) -> str:
    """A claim about the sentence at `at`, with its bare surnames, and the pronoun that opens both, written out as that sentence's are."""
    mine, theirs = _PRONOUN.search(text), _PRONOUN.search(document.text[at.start : at.end])
    if mine and theirs and mine["pronoun"] == theirs["pronoun"] and (name := _antecedent_at(document, at, before)):
        text = _in_place_of(mine, name)
    return canonical(_with_full_names(document, at, without_introductions(document, text)), names_of(document))


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
    full = next((start for start, name in _full_names(document) if surname in name.split()), None)
    if full is None:
        return False
    alone = re.search(rf"(?<![\w’'-])(?<![A-Z]\w[ \u00a0])(?<![a-z][ \u00a0]){re.escape(surname)}(?![\w-])", document.text)
    first = re.search(rf"(?<!\w){re.escape(surname)}(?!\w)", document.text)
    if first is None or first.start() < full or (alone and alone.start() < full):
        return False
    if any(surname in name.split() for group in document.names for name in group):
        return True
    speaks = rf"(?<!\w){re.escape(surname)}{_SPACE}(?:{REPORTING}|also|joined|was born|died)\b"
    return re.search(speaks, document.text) is not None


@lru_cache(maxsize=256)
def _full_names(document: Document) -> tuple[tuple[int, str], ...]:
    return tuple((m.start(), " ".join(m.group().split())) for m in _FULL_NAME.finditer(document.text))


def _with_antecedent(document: Document, span: Span, before: Sequence[Span]) -> str:
    """The first pronoun of a sentence that names nobody before it, as the subject of the sentence before."""
    match = _PRONOUN.search(document.text[span.start : span.end])
    name = _antecedent_at(document, span, before)
    return _in_place_of(match, name) if match and name else document.text[span.start : span.end]


def _antecedent_at(document: Document, span: Span, before: Sequence[Span]) -> str | None:
    """What the first pronoun of the sentence at `span` stands for."""
    text = document.text[span.start : span.end]
    match = _PRONOUN.search(text)
    if match is None or _is_expletive(text):
        return None
    opening = text[: match.start("pronoun")]
    if _names_somebody(document, opening) or not opens(opening):
        return None
    return antecedent(match["pronoun"], [document.text[one.start : one.end] for one in before], partial(_is_name, document))


def _in_place_of(match: re.Match[str], name: str) -> str:
    """The text of a match with `name` for its pronoun."""
    written = f"{name}’s" if match["pronoun"].lower() in _POSSESSIVE else name
    return match.string[: match.start("pronoun")] + written + match.string[match.end("pronoun") :]


def _is_expletive(text: str) -> bool:
    """Whether an "it" stands for nothing; "it was built to last" stands for something."""
    match = _EXPLETIVE.search(text)
    return match is not None and not (
        is_participle(match["what"].lower()) and match["what"].lower() not in _JUDGED and match["then"] == "to"
    )


_JUDGED = frozenset(
    "said believed thought reported known found estimated announced hoped expected decided agreed suggested proposed claimed".split()
)


def _names_somebody(document: Document, text: str) -> bool:
    return any(_is_name(document, match.group()) and not match.group().endswith("ly") for match in re.finditer(_WORD, text))


def _is_name(document: Document, word: str) -> bool:
    """Whether the document never writes a capitalised word small: at the beginning of a sentence every word has a capital."""
    return (
        word[:1].isupper()
        and re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", document.text) is None
        and word.lower() not in _NO_NAMES
    )


_NO_NAMES = STOP_WORDS | frozenset("first second third originally initially eventually finally however moreover although".split())
