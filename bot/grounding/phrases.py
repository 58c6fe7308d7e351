"""A sentence as noun phrases, verbs and what stands between them.

In: a sentence. Out: its Chunks in order. A noun phrase has its nouns, each with the words before it, with what is "of" it or owns it, and with what
else it is called ("the trader Jan Kok"); a verb has its shape, its mood and its adverbs.

>>> [chunk.text for chunk in chunks("The trader Jan Kok founded two towns in Holland.")]
['trader Jan Kok', 'founded', 'two towns', 'in', 'Holland']
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from bot.grounding.grammar import CALENDAR, read
from bot.grounding.tagging import tagged
from bot.grounding.tokenizing import ALL_BE, HAVE, PARTICLES, POSSESSIVES, YEAR, Token, is_plural
from bot.grounding.verbs import lemma

# Words for what somebody is, which stand before a name with a capital as well.
TITLES = frozenset(
    "ceo cfo cto coo president chairman chairwoman chair director professor king queen prince princess duke duchess earl count emperor pope "
    "bishop archbishop cardinal sir lord lady dr mr mrs ms minister chancellor senator governor mayor general colonel major captain admiral "
    "judge justice secretary founder co-founder analyst manager editor author".split()
)
_THE = frozenset({"the", "this", "that", "these", "those"})
_EITHER = frozenset("after before since until as than like following".split())  # a preposition, or the beginning of a clause
_BEFORE_NOUNS = frozenset("almost nearly about approximately just more most less both very more_than less_than over around under".split())
_MOODS = {
    "will": "will", "would": "will", "shall": "will", "can": "can", "could": "can", "cannot": "can", "may": "may", "might": "may",
    "must": "must", "should": "should",
}  # fmt: skip
_UNREAL = frozenset({"would", "could", "might", "should"})
_IN_NAMES = PARTICLES | {"&"}
_ADJECTIVE = re.compile(r".{2,}(?:al|ive|ic|ous|ary|ful|able|ible|ern|ish|ian|less|large|small|new|old|young|modern)$")


@dataclass(frozen=True)
class Noun:
    """A noun with what belongs to it, all as stems.

    `modifiers` are its own words before it; `of` the nouns behind "of" or before "'s", `perhaps_of` those that "his" or "its" may mean; `other`
    what else it is called, or for a pronoun what it may stand for; `lent` the first two of "political, cultural and military impact". It `is_bare`
    without an article, as "robots" of all of them; it `is_restricted` by a "that" or "who" right behind it.
    """

    head: str
    modifiers: frozenset[str] = frozenset()
    of: tuple["Noun", ...] = ()
    is_definite: bool = False
    is_name: bool = False
    is_plural: bool = False
    is_bare: bool = False
    is_restricted: bool = False
    other: tuple["Noun", ...] = ()
    lent: frozenset[str] = frozenset()
    perhaps_of: tuple["Noun", ...] = ()

    def words(self) -> frozenset[str]:
        """Its stems, and those of what it is of."""
        return frozenset({self.head}) | self.modifiers | frozenset(word for noun in self.of for word in noun.words())


@dataclass(slots=True)
class Chunk:
    """A part of a sentence. `kind` is NP for a noun phrase, VB for a verb, else the tag of one word (`tagging`).

    Of a noun phrase: `nouns`; `article`, the word it opens with; whether it `owns` what follows; whether a verb has taken it (`used`). Of a verb:
    its stem; `shape`, which is active, passive, past (where a participle looks alike), ing or to; `mood`, "will", "can" and the like; the word
    it `opens` with.
    """

    kind: str
    start: int
    end: int
    text: str = ""
    nouns: list[Noun] = field(default_factory=list)
    article: str = ""
    owns: bool = False
    used: bool = False
    verb: str = ""
    shape: str = ""
    mood: str = ""
    opens: str = ""
    adverbs: frozenset[str] = frozenset()

    @property
    def opens_with_a(self) -> bool:
        """Whether it is "a …"."""
        return self.article in {"a", "an"}


def chunks(sentence: str) -> list[Chunk]:
    """The parts of `sentence`."""
    tokens = tagged(sentence)
    found: list[Chunk] = []
    while (i := found[-1].end if found else 0) < len(tokens):
        found.append(_chunk(tokens, i))
    _open_clauses(found)
    found = _with_owners(found)
    _join_of(found)
    _lend(found)
    _restrict(found)
    _share_titles(found)
    return found


def list_from(parts: Sequence[Chunk], i: int) -> list[Chunk]:
    """The noun phrases of "A, B and C" from the one at `i` on."""
    items, j = [parts[i]], i + 1
    while j + 1 < len(parts):
        behind = j + 1 if parts[j].text != "," or parts[j + 1].kind != "C" else j + 2
        if behind >= len(parts) or parts[behind].kind != "NP":
            break
        if parts[behind - 1].kind == "C" and (behind > j + 1 or parts[j].text != "but"):
            return [*items, parts[behind]]
        is_apposition = len(items) == 1 and _is_name(parts[i]) and not _is_name(parts[behind])
        if parts[j].text != "," or is_apposition:  # "Jan Kok, founder and mayor"
            break
        items.append(parts[behind])
        j = behind + 1
    return items[:1]


def _is_name(chunk: Chunk) -> bool:
    return any(noun.is_name for noun in chunk.nouns)


def list_of_same(parts: Sequence[Chunk], i: int) -> list[Chunk]:
    """As `list_from`, without a last "a …" behind others that are not: in "of gold and a value" the value is not the preposition's."""
    items = list_from(parts, i)
    return items[:-1] if len(items) > 1 and items[-1].opens_with_a and not items[0].opens_with_a else items


def _chunk(tokens: Sequence[Token], i: int) -> Chunk:
    tag = tokens[i].tag
    then = tokens[i + 1].tag if i + 1 < len(tokens) else ""
    opens_noun = tag == "R" and then == "N" and (tokens[i].lower in _BEFORE_NOUNS or (i > 0 and tokens[i - 1].tag == "P"))
    if tag in {"D", "N", "Q"} or opens_noun:
        return _noun_chunk(tokens, i)
    if tag in {"X", "V", "I", "E", "G"} or (tag == "T" and then in {"X", "I"}):
        return _verb_chunk(tokens, i)
    return Chunk(tag, i, i + 1, tokens[i].lower, adverbs=frozenset({lemma(tokens[i].lower)} if tag == "R" else ()))


# ---- noun phrases


def _noun_chunk(tokens: Sequence[Token], start: int) -> Chunk:
    first = tokens[start].lower
    if tokens[start].tag == "Q":
        return Chunk("NP", start, start + 1, first, [Noun(first)], first)
    i = start
    while i < len(tokens) and tokens[i].tag in {"D", "R"}:
        i += 1
    is_date = start > 0 and tokens[start - 1].tag == "P" and tokens[start].tag == "N"
    words: list[Token] = []
    while i < len(tokens) and tokens[i].tag == "N":
        words.append(tokens[i])
        i += 1
        is_date = is_date and (words[-1].lower in CALENDAR or words[-1].text[0].isdigit())
        ends_date = is_date and YEAR.fullmatch(words[-1].lower) and i < len(tokens) and not tokens[i].text[0].isdigit()
        if words[-1].owns or ends_date:  # "in 1990 Saudi Arabia" are two
            break
    article = first if tokens[start].tag == "D" else ""
    nouns = _nouns(words, article)
    return Chunk("NP", start, max(i, start + 1), " ".join(t.text for t in words), nouns, article, owns=bool(words) and words[-1].owns)


def _nouns(words: Sequence[Token], article: str) -> list[Noun]:
    """The noun of a run of words; where a name follows what it is ("the trader Jan Kok"), with that."""
    if not words:
        return []
    is_definite = article in _THE | POSSESSIVES
    cut = _title_end(words)
    *before, head = _stems(words[cut:])
    is_name = words[-1].is_capital
    if cut:
        *title, what = _stems(words[:cut])
        called = Noun(what, frozenset(title), is_definite=is_definite)
        return [Noun(head, frozenset(before), is_definite=True, is_name=True, other=(called,))]
    is_definite = is_definite or (is_name and article not in {"a", "an"})
    return [
        Noun(head, frozenset(before), is_definite=is_definite, is_name=is_name, is_plural=is_plural(words[-1].lower), is_bare=not article)
    ]


def _title_end(words: Sequence[Token]) -> int:
    """How many words say what the name behind them is; 0 where there is no such name."""
    start = len(words)
    while start > 1 and words[start - 1].is_capital and (words[start - 2].is_capital or words[start - 2].lower in _IN_NAMES):
        start -= 2 if words[start - 2].lower in _IN_NAMES and start > 2 else 1
    start -= 1
    if words[-1].is_capital and start > 0 and words[start - 1].text.islower() and words[start - 1].text.isalpha():
        return start
    titles = [n for n, word in enumerate(words[:-1]) if word.lower in TITLES and words[n + 1].is_capital]
    return titles[-1] + 1 if titles else 0


def _stems(words: Sequence[Token]) -> list[str]:
    return [stem for word in words for stem in _stems_of(word)]


def _stems_of(token: Token) -> list[str]:
    return [word.stem for word in read(token.text) if word.is_content or word.text[0].isdigit()] or [lemma(token.lower)]


def _with_owners(parts: Sequence[Chunk]) -> list[Chunk]:
    """The parts, "Tibet's" and "rulers" one of them."""
    found: list[Chunk] = []
    for chunk in parts:
        before = found[-1] if found else None
        if before is None or not (chunk.kind == before.kind == "NP" and before.owns and chunk.nouns):
            found.append(chunk)
            continue
        nouns = [replace(noun, of=(*before.nouns, *noun.of), is_definite=True) for noun in chunk.nouns]
        article = before.article if before.article in POSSESSIVES else ""
        found[-1] = Chunk("NP", before.start, chunk.end, chunk.text, nouns, article, owns=chunk.owns)
    return found


def _join_of(parts: list[Chunk]) -> None:
    """Make "rulers", "of" and "Tibet" one."""
    for i in range(len(parts) - 2, 0, -1):
        if i + 1 >= len(parts):
            continue
        base, of, owner = parts[i - 1 : i + 2]
        if of.kind == "P" and of.text == "of" and base.kind == owner.kind == "NP" and base.nouns:
            owners = tuple(
                noun for item in list_of_same(parts, i + 1) for noun in item.nouns if not _is_counted_alike(noun, base.nouns[-1])
            )
            nouns = [replace(noun, of=(*noun.of, *owners)) for noun in base.nouns]
            parts[i - 1 : i + 2] = [Chunk("NP", base.start, owner.end, base.text, nouns, base.article, owns=owner.owns)]


def _is_counted_alike(noun: Noun, base: Noun) -> bool:
    """Whether a noun is another number of the same: of "10 percent of A and 15 percent of B", the latter is not of the former."""
    return noun.head == base.head and all(any(word[0].isdigit() for word in one.modifiers) for one in (noun, base))


def _lend(parts: Sequence[Chunk]) -> None:
    """In "major political, cultural and military impact" the adjectives before it are the last noun's as well."""
    for i, chunk in enumerate(parts):
        items = list_from(parts, i) if chunk.kind == "NP" else []
        if len(items) > 1 and all(_ADJECTIVE.match(item.text.split(" ")[-1]) for item in items[:-1]):
            lent = frozenset(word for item in items[:-1] for noun in item.nouns for word in noun.words())
            items[-1].nouns = [replace(noun, lent=noun.lent | lent) for noun in items[-1].nouns]


def _restrict(parts: Sequence[Chunk]) -> None:
    """Tell the nouns that a relative clause without a comma narrows."""
    for one, after in pairwise(parts):
        if one.kind == "NP" and after.kind == "W":
            one.nouns = [replace(noun, is_restricted=True) for noun in one.nouns]


def _share_titles(parts: Sequence[Chunk]) -> None:
    """In "the mill's founder and owner Ida Moe" both titles are hers."""
    for one, joins, other in zip(parts, parts[1:], parts[2:], strict=False):
        is_title = one.kind == other.kind == "NP" and joins.text == "and" and one.nouns and one.nouns[-1].head in TITLES | {"executive"}
        if is_title and other.nouns and other.nouns[-1].is_name and other.nouns[-1].other:
            name, owners = other.nouns[-1], one.nouns[-1].of
            titles = (*one.nouns, *(replace(noun, of=(*noun.of, *owners)) for noun in name.other))
            other.nouns = [*other.nouns[:-1], replace(name, other=titles)]
            one.nouns = list(other.nouns)


# ---- verbs and clauses


def _verb_chunk(tokens: Sequence[Token], start: int) -> Chunk:
    i, helpers, mood = start, list[str](), ""
    while i < len(tokens) and tokens[i].tag in {"X", "R", "T"}:
        if tokens[i].tag == "T" and not (i + 1 < len(tokens) and tokens[i + 1].tag in {"X", "I"}):
            break
        if tokens[i].tag == "X":
            helpers.append(tokens[i].lower)
        mood = "to" if tokens[i].tag == "T" else _MOODS.get(tokens[i].lower, mood)
        i += 1
    adverbs = frozenset(lemma(token.lower) for token in tokens[start:i] if token.tag == "R")
    last = helpers[-1] if helpers else ""
    if mood in {"will", "can", "may", "should"} and "have" in helpers and _UNREAL & set(helpers):
        mood = "would have"
    is_being = last in ALL_BE | {"be", "been", "being"}
    if i < len(tokens) and tokens[i].tag in {"E", "G", "I", "V"}:
        shape = _shape(tokens[i].tag, bool(helpers), is_being)
        mood = "to" if shape == "to" else mood
        verb, text, i = lemma(tokens[i].lower), tokens[i].text, i + 1
    else:
        shape = "to" if mood == "to" and helpers == ["be"] else "active"
        verb, text = "be" if is_being else "have" if last in HAVE else "do", last
    return Chunk("VB", start, max(i, start + 1), text, verb=verb, shape=shape, mood=mood, opens=tokens[start].lower, adverbs=adverbs)


def _shape(tag: str, is_helped: bool, is_being: bool) -> str:
    if is_helped:
        return "passive" if is_being and tag == "E" else "active"
    return {"E": "past", "G": "ing", "I": "to"}.get(tag, "active")


def _open_clauses(parts: Sequence[Chunk]) -> None:
    """Tell the "after" and "that" that open a clause, because a verb follows the noun behind them, from the others."""
    for i, chunk in enumerate(parts):
        after = parts[i + 1] if i + 1 < len(parts) else None
        if chunk.text == "that" and chunk.kind == "W" and i and parts[i - 1].kind == "P":  # "anything above that needs"
            chunk.kind, chunk.nouns = "NP", [Noun("that")]
        if chunk.kind == "P" and chunk.text in _EITHER and not _is_date(after) and _has_clause(parts, i + 1):
            chunk.kind = "S"
        stands_for_noun = after is not None and after.kind == "VB" and i > 0 and parts[i - 1].kind == "NP"
        if chunk.kind == "W" and chunk.text == "that" and not stands_for_noun:
            chunk.kind = "S"


def _is_date(chunk: Chunk | None) -> bool:
    return chunk is not None and chunk.kind == "NP" and bool(chunk.nouns) and chunk.nouns[-1].head[0].isdigit()


def _has_clause(parts: Sequence[Chunk], start: int) -> bool:
    """Whether the noun phrase at `start`, with what goes with it, is followed by a verb of its own."""
    for n, chunk in enumerate(parts[start:]):
        if chunk.kind == "VB" and n and chunk.shape in {"active", "past", "passive"}:
            return True
        if chunk.kind not in {"NP", "R", "P"}:
            return False
    return False
