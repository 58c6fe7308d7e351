"""A sentence as its words and marks, before anything is known of what each of them is.

In: a sentence. Out: its Tokens; a preposition of two words, an amount of money and a date are brought into one form.

>>> [token.text for token in tokens_of("Prior to May 10, 2017 it cost $5.")]
['before', 'May', '10', '2017', 'it', 'cost', '5', 'dollars', '.']
"""

import re
from dataclasses import dataclass

from bot.grounding.clauses import split
from bot.grounding.grammar import BE


@dataclass(slots=True)
class Token:
    """One word or mark. `owns` is whether a possessive "'s" stood behind it; its tag is small as long as a word only may be that."""

    text: str
    lower: str
    tag: str = ""
    owns: bool = False

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[:1].isupper()


ALL_BE = BE | {"am", "'re", "'m"}
HAVE = frozenset({"has", "have", "had", "having"})
PARTICLES = frozenset("de du des la le von van der den di da del dos al bin ibn ul el".split())
POSSESSIVES = frozenset("his her its their our my your".split())
YEAR = re.compile(r"1\d{3}|20\d\d")
NUMBERS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million".split()
)
_MONEY = re.compile(
    r"(?:\b(?:US|USD) ?)?\$ ?(\d[\d.,]*\d|\d)((?:\s| ?)(?:million|billion|thousand|trillion)\b)?|\bUSD (\d[\d.,]*)(\s(?:million|billion)\b)?"
)
_JOINED = tuple(
    (re.compile(rf"\b{words}\b", re.IGNORECASE), joined)
    for words, joined in (
        ("prior to", "before"), ("ahead of", "ahead_of"), ("because of", "because_of"), ("due to", "because_of"), ("owing to", "because_of"),
        ("instead of", "instead_of"), ("as well as", "and"), ("according to", "according_to"), ("such as", "like"), ("in order to", "to"),
        ("out of", "out_of"), ("thanks to", "because_of"), ("as of", "as_of"), ("more than", "more_than"), ("less than", "less_than"),
        ("as a result of", "because_of"), ("in front of", "in_front_of"),
        ("north of", "north_of"), ("south of", "south_of"), ("east of", "east_of"), ("west of", "west_of"),
        ("rather than", "rather_than"), ("along with", "along_with"),
        ("together with", "along_with"), (r"up to(?= (?:\d|[$€£¥]))", "up_to"),
        ("even though", "although"), ("so that", "so_that"), ("as if", "as_if"), ("per cent", "percent"),
    )
)  # fmt: skip


def tokens_of(sentence: str) -> list[Token]:
    """The words and marks of `sentence`."""
    text = re.sub(r"(?<=\d),(?= (?:1[0-9]|20)\d\d\b)", "", sentence)  # "May 10, 2017"
    text = re.sub(r"\b(e\.g|i\.e|etc)\.", r"\1", text)
    text = re.sub(r"\b([ap])\.m\b\.?", r"\1m", text)
    text = re.sub(r"\b(?:[A-Z]\.){2,}", lambda m: m.group().replace(".", ""), text)  # "U.S."
    for pattern, joined in _JOINED:
        text = pattern.sub(joined, text)
    text = _MONEY.sub(lambda m: f"{m[1] or m[3]}{m[2] or m[4] or ''} dollars", text)
    text = re.sub(r"(?<=\d)\s?%", " percent", text)
    found = []
    for word in split(text):
        owner = re.match(r"(.+)['’]s$|(.+s)['’]$", word)
        bare = (owner[1] or owner[2]) if owner else word
        found.append(Token(bare, bare.lower(), owns=bool(owner)))
    return found


def is_plural(word: str) -> bool:
    """Whether a lower-cased noun looks like more than one."""
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in {"people", "men", "women", "children", "police"}
