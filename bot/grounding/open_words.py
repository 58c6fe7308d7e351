"""Words that may be a verb or not by their ending, decided by what stands beside them: "-ed", "-ing", "-s", and frequent plain verbs.

In: the tokens of a sentence, tagged as far as closed classes of words go, and the place of one. Out: its tag.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.grounding.clauses import is_name
from bot.grounding.tokenizing import NUMBERS, Token, is_plural
from bot.grounding.verbs import COMMON_VERBS, is_participle

_NOUNS_IN_ING = frozenset(
    "build train test meet plan process market manufacture program engineer bank finance trade spend learn teach account".split()
)
_QUANTITIES = frozenset("some several many few other various two three four five six seven eight nine ten most".split())
# Of what they tell nothing is an object: "rising prices" rise.
_ING_OF_SUBJECT = frozenset(
    "rising growing falling existing remaining living working coming lasting emerging ageing aging shrinking".split()
)


@dataclass(frozen=True, slots=True)
class _Place:
    """A word and what stands beside it; adverbs before it are passed over."""

    tokens: Sequence[Token]
    i: int
    j: int  # the word before

    @property
    def word(self) -> str:
        return self.tokens[self.i].lower

    @property
    def before(self) -> str:
        """The tag of the word before it."""
        return self.tokens[self.j].tag if self.j >= 0 else "M"

    @property
    def after(self) -> Token | None:
        return self.tokens[self.i + 1] if self.i + 1 < len(self.tokens) else None

    @property
    def then(self) -> str:
        """The tag of the word after it."""
        return self.after.tag if self.after else "M"

    @property
    def then_small(self) -> bool:
        return self.after is not None and self.after.text.islower()

    @property
    def then_capital(self) -> bool:
        return self.after is not None and self.after.is_capital

    def follows_one_of(self, tags: str, reach: int, end: int | None = None) -> bool:
        """Whether one of the words within `reach` before it has one of the tags."""
        return any(token.tag in tags for token in self.tokens[max(0, self.i - reach) : self.i if end is None else end])


def decided(tokens: Sequence[Token], i: int) -> str:
    """The tag of the word at `i`, which has one of `DECIDED`."""
    j = i - 1
    while j >= 0 and tokens[j].tag == "R":
        j -= 1
    place, tag = _Place(tokens, i, j), tokens[i].tag
    of_country = j >= 1 and tokens[j].is_capital and tokens[j - 1].text[0].isdigit()  # "38 US dollars"
    counted = j >= 0 and tag in {"z", "b"} and (tokens[j].lower in _QUANTITIES or tokens[j].text[0].isdigit() or of_country)
    counted |= tag == "z" and j >= 1 and tokens[j].tag == "N" and tokens[j - 1].text.isdecimal()  # "3 free meals"
    return "N" if (j >= 0 and tokens[j].owns) or place.before == "D" or counted else DECIDED[tag](place)


def _of_past(place: _Place) -> str:
    if not is_participle(place.word):
        return "E"
    if place.before in {"P", "T"}:
        return "N"
    opens_noun = place.then in {"N", "z", "b"}
    if place.before == "C" and opens_noun and place.j and place.follows_one_of("EX", 12, place.j):
        return "E"
    if place.before in {"M", "C"} and opens_noun and place.then_small:
        return "N"
    is_small = place.before == "N" and place.then == "N" and place.then_small and not place.tokens[place.j].is_capital
    return "N" if is_small and _has_later_verb(place) else "E"


def _of_ing(place: _Place) -> str:
    if place.word in _ING_OF_SUBJECT and place.before in {"V", "I", "P"} and place.then in {"N", "z", "b"}:
        return "N"
    if place.j < 0 and place.then == "X":  # "Smoking is forbidden"
        return "N"
    if place.j < 0 or place.before in {"P", "M", "S", "V", "I", "E"}:
        return "G"
    if place.before == "C":
        return "G" if place.follows_one_of("G", 8) else "N"
    if place.then in {"P", "T", "R"}:
        return "G" if is_plural(place.tokens[place.j].lower) else "N"
    transitive = place.before == "N" and place.then in {"N", "z", "b"} and _plain_of(place.word) in COMMON_VERBS - _NOUNS_IN_ING
    return "G" if place.then in {"D", "Q"} or transitive or (place.then == "N" and place.then_capital) else "N"


def _of_plain(place: _Place) -> str:
    tokens, j = place.tokens, place.j
    if place.before == "N" and place.then == "Q":
        return "V"
    if place.before == "C" and place.follows_one_of("IV", 8, j):
        return next(token.tag for token in reversed(tokens[:j]) if token.tag in {"I", "V"})
    if place.before == "N" and is_participle(tokens[j].lower):  # "paid leave"
        return "N"
    if (
        place.before == "N"
        and is_plural(tokens[j].lower)
        and not _has_earlier_verb(place)
        and not _has_later_verb(place)
        and _has_object(place)
    ):
        return "V"
    clause = tokens[max((k for k in range(place.i) if tokens[k].tag in {"M", "S", "W"}), default=-1) + 1 : place.i]
    plural = place.before == "Q" or (place.before == "W" and j > 0 and is_plural(tokens[j - 1].lower))
    if place.before == "N":
        plural = is_plural(tokens[j].lower) or place.then in {"T", "W"} or any(t.tag == "N" and is_plural(t.lower) for t in clause)
    return "V" if plural and not _has_verb_around(place) else "N"


_SAYS = frozenset(
    "hopes believes thinks says argues suggests insists maintains writes asserts explains stresses warns expects fears".split()
)


def _of_s(place: _Place) -> str:
    if place.before in {"Q", "W"}:
        return "V"
    if place.before == "N" and place.word in _SAYS:
        return "V"
    if place.then == "b" and not _has_later_verb(place) and _leads_to_object(place):  # "the new filters remove more dust"
        return "N"
    names_or_counts = place.after is not None and place.then == "N" and (is_name(place.after.text) or place.after.text[0].isdigit())
    if place.before == "N" and (place.then in {"D", "Q", "T"} or names_or_counts) and not _has_later_verb(place):
        return "V"
    joins = place.before == "C" and place.follows_one_of("XVE", 12, place.j)
    goes_on = place.then in {"P", "N", "R", "W", "g", "e", "z", "b"}
    return "V" if goes_on and (joins or (place.before == "N" and not _has_verb_around(place))) else "N"


DECIDED: dict[str, Callable[[_Place], str]] = {"e": _of_past, "g": _of_ing, "b": _of_plain, "z": _of_s}


def _plain_of(ing: str) -> str:
    """The plain form of an "-ing": "make" of "making"."""
    bare = ing[:-3]
    if bare in COMMON_VERBS:
        return bare
    return bare + "e" if bare + "e" in COMMON_VERBS else bare[:-1] if len(bare) > 2 and bare[-1] == bare[-2] else bare


def _has_later_verb(place: _Place) -> bool:
    """Whether another verb follows before the next mark or joining word."""
    later = next((t.tag for t in place.tokens[place.i + 1 :] if t.tag in {"X", "V", "M", "S", "W", "C"}), "M")
    return later in {"X", "V"}


def _has_earlier_verb(place: _Place) -> bool:
    """Whether a verb stands before it in its clause."""
    start = max((k for k in range(place.i) if place.tokens[k].tag in {"M", "S", "W"}), default=-1)
    return any(token.tag in {"X", "V", "E", "e", "I", "G"} for token in place.tokens[start + 1 : place.i])


def _leads_to_object(place: _Place) -> bool:
    """Whether the word behind it has what can only begin an object behind it."""
    then = place.tokens[place.i + 2] if place.i + 2 < len(place.tokens) else None
    return then is not None and (then.tag in {"D", "Q", "R"} or then.text[0].isdigit() or then.lower in NUMBERS)


def _has_object(place: _Place) -> bool:
    """Whether what follows can only begin an object: "receive 28 days", "wear a badge"."""
    return place.then in {"D", "Q"} or (place.after is not None and (place.after.text[0].isdigit() or place.after.lower in NUMBERS))


def _has_verb_around(place: _Place) -> bool:
    """Whether the clause has another verb."""
    tokens, i = place.tokens, place.i
    start = max((k for k in range(i) if tokens[k].tag in {"M", "S", "W"}), default=-1)
    end = next((k for k in range(i + 1, len(tokens)) if tokens[k].tag in {"M", "S", "W"}), len(tokens))
    return any(tokens[k].tag in {"X", "V", "E", "e"} for k in range(start + 1, end) if k != i)
