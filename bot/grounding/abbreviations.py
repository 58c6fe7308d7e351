"""The short forms that a document introduces itself: "the Computer Science Network (CSNET)" is CSNET from there on.

In: a document. Out: each long name with its short one, as groups of names for the same; and texts without the brackets that introduce them.

>>> abbreviations(…the Harbour Company of Ribe (HCR) …)    # ({"Harbour Company of Ribe", "HCR"},)
"""

import re
from functools import lru_cache

from bot.corpus import Document

_SMALL = "of|and|for|the|de|in|on|to|&"
_WORD = r"[A-Z][\w’'-]{0,40}"  # no longer, and not many: texts without blanks exist
_INTRODUCED = re.compile(
    rf"(?P<long>(?<!\w){_WORD}(?:[ \u00a0-](?:(?:{_SMALL})\b|{_WORD})){{1,12}}) ?"
    r"\((?:the )?[\"“”']?(?P<short>[A-Z][A-Za-z]{1,9})[\"“”']?\)"
)
# As contracts and reports do it: "Sund Marine Ltd (the “Company”)".
_DEFINITION = re.compile(
    r" \((?:hereinafter |hereafter )?(?:the )?[“\"](?:[A-Z][a-z]+|we|us|our)[”\"](?:(?:,| or| and|, or) [“\"](?:we|us|our)[”\"])*\)"
)
_DEFINED = re.compile(
    rf"(?P<long>(?<!\w){_WORD}(?:[ \u00a0](?:(?:{_SMALL})\b|{_WORD}\.?)){{0,8}}) ?"
    r"\((?:hereinafter |hereafter )?the [\"“](?P<short>[A-Z][a-z]+)[\"”]\)"
)


@lru_cache(maxsize=256)
def abbreviations(document: Document) -> tuple[frozenset[str], ...]:
    """The groups of names that its brackets make."""
    shortened = ((_initialled(m["long"], m["short"]), m["short"]) for m in _INTRODUCED.finditer(document.text))
    defined = ((m["long"].rpartition(" and ")[2], f"the {m['short']}", f"The {m['short']}") for m in _DEFINED.finditer(document.text))
    return tuple(dict.fromkeys(frozenset(names) for names in (*shortened, *defined) if names[0]))


def names_of(document: Document) -> tuple[frozenset[str], ...]:
    """Every group of names for the same that the document or its catalogue tells."""
    return (*document.names, *abbreviations(document))


def without_introductions(document: Document, text: str) -> str:
    """`text` with "the Computer Science Network" for "the Computer Science Network (CSNET)"."""
    for group in abbreviations(document):
        long, short, *_ = sorted(group, key=len, reverse=True)
        text = re.sub(rf"({re.escape(long)}) ?\((?:the )?[\"“”']?{re.escape(short)}[\"“”']?\)", r"\1", text)
    return _DEFINITION.sub("", text)


def _initialled(long: str, short: str) -> str:
    """The end of a long name of which a short one takes letters, the first of each word in order; "" where there is none."""
    words = re.split(r"[ \u00a0-]", long)
    for start in range(len(words)):
        rest = [word for word in words[start:] if not re.fullmatch(_SMALL, word)]
        if words[start][0].isupper() and len(rest) > 1 and _takes(short.lower(), [word.lower() for word in rest]):
            return long[sum(len(word) + 1 for word in words[:start]) :]
    return ""


def _takes(short: str, words: list[str]) -> bool:
    """Whether `short` is made of the beginnings of all `words`, one letter or more of each."""
    if not words:
        return not short
    reach = next((n for n, (a, b) in enumerate(zip(short, words[0], strict=False)) if a != b), min(len(short), len(words[0])))
    return any(_takes(short[taken:], words[1:]) for taken in range(1, reach + 1))
