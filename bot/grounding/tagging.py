"""The words of a sentence with their parts of speech, as far as `phrases` and `frames` need them.

In: a sentence. Out: its Tokens, each with a tag. Closed classes of words decide most; what may be a verb by its ending is decided by its
neighbours and by a list of frequent verbs (`verbs`).

M mark, P preposition, S opens a clause, W relative, C joins, D determiner, Q pronoun, R adverb, X helps a verb, V verb, I verb behind "to" or
"will", G "-ing", E past or participle, T the "to" of a verb, N all else.

>>> [token.tag for token in tagged("Kok was elected in 1652.")]
['N', 'X', 'E', 'P', 'N']
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.grounding.clauses import ADVERBS, DETERMINERS, MARKS, PRONOUNS, is_manner, is_name, split
from bot.grounding.grammar import BE
from bot.grounding.verbs import COMMON_VERBS, is_participle, is_past


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
_DO = frozenset({"do", "does", "did"})
_MODALS = frozenset("will would can could may might must shall should cannot".split())
_HELPING = ALL_BE | HAVE | _DO | _MODALS
_PREPOSITIONS = frozenset(
    "in on at by for from to with within during after before since until under over among between across through despite following throughout "
    "unlike without along against of into about as upon around near per above below behind beyond inside outside off out up toward towards via "
    "including like than amid alongside except onto ahead_of because_of instead_of according_to out_of as_of rather_than along_with "
    "in_front_of north_of south_of east_of west_of".split()
)
_OPENS_CLAUSE = frozenset(
    "when whenever while because although though if unless whereas once whether where how why what whatever wherever".split()
)
_RELATIVE = frozenset("which who whom that whose".split())
_JOINS = frozenset("and or but nor &".split())
_DETERMINERS = (DETERMINERS | frozenset("my your another such no either neither".split())) - frozenset(
    "one two three four several many some".split()
)
_PRONOUNS = PRONOUNS | frozenset("him them us me himself herself itself themselves this these those others".split())
_ADVERBS = ADVERBS | frozenset(
    "not almost nearly about approximately just very quite too more most less least well ever yet both together apart away back more_than "
    "less_than down off again however therefore thus instead rather sometime abroad elsewhere overseas overall perhaps".split()
)
_NO_MANNER = frozenset("monthly daily weekly yearly quarterly hourly likely unlikely friendly elderly costly deadly july italy".split())
_NO_ING = frozenset(
    "king thing something anything everything nothing evening morning spring string wing ring building during ceiling".split()
)
_NOUNS_IN_ING = frozenset(
    "build train test meet plan process market manufacture program engineer bank finance trade spend learn teach account".split()
)
_QUANTITIES = frozenset("some several many few other various two three four five six seven eight nine ten most".split())
_NUMBERS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million".split()
)
_OF_NOUNS = ("tion", "sion", "ment", "ity", "ery", "ance", "ence", "ness", "ship", "ware")
_BEFORE_NUMBERS = frozenset("over about around under above near up_to".split())
_NEVER_LIMITED = frozenset("has was is does years months weeks days hours minutes times".split())
_NEVER_VERBS = frozenset("employees committees fees trainees attendees trustees degrees refugees".split())
_TION_VERBS = frozenset("mentions questions functions positions conditions petitions auctions rations cautions envisions".split())
# Of what they tell nothing is an object: "rising prices" rise.
_ING_OF_SUBJECT = frozenset(
    "rising growing falling existing remaining living working coming lasting emerging ageing aging shrinking".split()
)


# ---- words

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


def tagged(sentence: str) -> list[Token]:
    """The words and marks of `sentence`; what is one preposition in two words is one."""
    tokens = _tokens(sentence)
    _without_opening_capital(tokens)
    for i, token in enumerate(tokens):
        token.tag = next((tag for tag, fits in _GUESSES if fits(tokens, i)), "N")
    for i, token in enumerate(tokens):
        if token.lower == "to" and token.tag == "P":
            _tag_to(tokens, i)
    _tag_helped(tokens)
    for i, token in enumerate(tokens):
        if token.tag in _DECIDED:
            token.tag = _decided(tokens, i)
    return tokens


def _tokens(sentence: str) -> list[Token]:
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


def _without_opening_capital(tokens: Sequence[Token]) -> None:
    """A participle, an adverb or a common noun that opens the sentence has its capital from that."""
    if len(tokens) < 2 or not tokens[0].is_capital or tokens[0].owns:
        return
    word, then = tokens[0].lower, tokens[1]
    is_common = (is_plural(word) or word.endswith(_OF_NOUNS)) and len(word) > 4 and not then.is_capital and then.text != "&"
    is_led = is_participle(word) and then.lower in _PREPOSITIONS
    is_small = word in _PREPOSITIONS | _OPENS_CLAUSE
    if is_small or is_common or is_led or (word.endswith("ing") and not then.is_capital) or is_manner(word):
        tokens[0].text = word


# ---- what each may be, the first that fits

Guess = Callable[[Sequence[Token], int], bool]


def _is_mark(tokens: Sequence[Token], i: int) -> bool:
    return tokens[i].text in MARKS or not re.search(r"\w|[&$%]", tokens[i].text)


def _helps(tokens: Sequence[Token], i: int) -> bool:
    word = tokens[i].lower
    if word == "am" and i and tokens[i - 1].text[0].isdigit():  # "9 am"
        return False
    if word == "need" and i + 1 < len(tokens) and tokens[i + 1].lower == "not":
        return True
    return word in {"be", "been", "being"} or (word in _HELPING and not (tokens[i].is_capital and i))


def _is_bound(tokens: Sequence[Token], i: int) -> bool:
    """Whether it is the "over" of "over two million"."""
    if not i and tokens[i].lower in {"above", "under", "near"}:  # "Above 2,000 packs the price falls"
        return False
    if i and tokens[i].lower in {"above", "under", "over"} and is_plural(tokens[i - 1].lower) and tokens[i - 1].lower not in _NEVER_LIMITED:
        return False  # "receipts under 15 euros"
    if i + 2 < len(tokens) and tokens[i + 1].lower == "a" and tokens[i + 2].lower not in _NUMBERS | {"dozen", "half", "third", "quarter"}:
        return False  # "over a land"
    return tokens[i].lower in _BEFORE_NUMBERS and i + 1 < len(tokens) and _is_number(tokens[i + 1])


def _is_number(token: Token) -> bool:
    return bool(re.match(r"[$€£¥]?\d", token.text)) or token.lower in _NUMBERS or token.lower in {"a", "half"}


def _is_determiner(tokens: Sequence[Token], i: int) -> bool:
    return tokens[i].lower in _DETERMINERS and not (tokens[i].is_capital and i and tokens[i].lower == "a")


def _is_pronoun(tokens: Sequence[Token], i: int) -> bool:
    is_name = tokens[i].text == "US" or (tokens[i].lower == "i" and i > 0 and tokens[i - 1].is_capital)
    return tokens[i].lower in _PRONOUNS and not is_name


def _is_adverb(tokens: Sequence[Token], i: int) -> bool:
    word = tokens[i].lower
    return word in _ADVERBS or (is_manner(tokens[i].text) and len(word) > 4 and word not in _NO_MANNER)


def _is_noun_for_sure(tokens: Sequence[Token], i: int) -> bool:
    token = tokens[i]
    if re.match(r"[$€£¥]?\d", token.text) or (token.is_capital and (i or is_name(token.text))) or "-" in token.lower:
        return True
    return token.lower in PARTICLES and _between_names(tokens, i)


def _between_names(tokens: Sequence[Token], i: int) -> bool:
    return 0 < i < len(tokens) - 1 and tokens[i - 1].is_capital and tokens[i + 1].is_capital


def _ends_in_ing(tokens: Sequence[Token], i: int) -> bool:
    word = tokens[i].lower
    return word.endswith("ing") and len(word) > 4 and word not in _NO_ING


def _ends_in_s(tokens: Sequence[Token], i: int) -> bool:
    word = tokens[i].lower
    never = word in _NEVER_VERBS or (word.endswith(("tions", "sions", "ities", "nesses")) and word not in _TION_VERBS)
    return word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")) and len(word) > 3 and not never


_GUESSES: tuple[tuple[str, Guess], ...] = (
    ("M", _is_mark),
    ("X", _helps),
    ("W", lambda tokens, i: tokens[i].lower in _RELATIVE),
    ("S", lambda tokens, i: tokens[i].lower in _OPENS_CLAUSE),
    ("N", lambda tokens, i: tokens[i].text == "&" and _between_names(tokens, i)),
    ("C", lambda tokens, i: tokens[i].lower in _JOINS),
    ("R", _is_bound),
    ("P", lambda tokens, i: tokens[i].lower in _PREPOSITIONS and not tokens[i].is_capital),
    ("D", _is_determiner),
    ("Q", _is_pronoun),
    ("R", _is_adverb),
    ("N", _is_noun_for_sure),
    ("e", lambda tokens, i: is_past(tokens[i].lower) or is_participle(tokens[i].lower)),
    ("g", _ends_in_ing),
    ("z", _ends_in_s),
    ("b", lambda tokens, i: tokens[i].lower in COMMON_VERBS),
)


# ---- verbs behind other words


def _tag_to(tokens: Sequence[Token], i: int) -> None:
    """The "to" of a verb and that verb; in "3,000 to 5,000" it belongs to the number."""
    if i + 1 >= len(tokens):
        return
    before = tokens[i - 1] if i else None
    if before is not None and before.tag == "N" and before.text[0].isdigit() and tokens[i + 1].text[0].isdigit():
        tokens[i].tag = "P" if YEAR.fullmatch(before.text) else "N"
        return
    j = i + 1
    while j < len(tokens) - 1 and tokens[j].tag == "R":
        j += 1
    if _is_plain_verb(tokens, j):
        tokens[i].tag = "T"
        tokens[j].tag = "X" if tokens[j].lower in {"be", "have"} and _is_helped(tokens, j + 1) else "I"


def _is_plain_verb(tokens: Sequence[Token], j: int) -> bool:
    token = tokens[j]
    following = tokens[j + 1].tag if j + 1 < len(tokens) else "M"
    if token.lower in {"be", "have", "do"} or token.tag == "b":
        return True
    return token.tag == "N" and token.text.islower() and token.text.isalpha() and following in {"D", "Q"}


def _is_helped(tokens: Sequence[Token], j: int) -> bool:
    while j < len(tokens) and (tokens[j].tag == "R" or tokens[j].lower == "been"):
        j += 1
    return j < len(tokens) and (tokens[j].tag in {"e", "E"} or tokens[j].lower in {"been", "being"})


def _tag_helped(tokens: Sequence[Token]) -> None:
    """The verb that a helping verb helps, adverbs between passed over: "would not easily accept"."""
    for i, token in enumerate(tokens):
        j = i + 1
        while j < len(tokens) and tokens[j].tag == "R":
            j += 1
        if token.tag != "X" or j >= len(tokens):
            continue
        after, word = tokens[j], token.lower
        if word in _MODALS | _DO | {"need"}:
            if after.tag in {"N", "e", "z", "b"} and after.text.islower():
                after.tag = "I"
        elif (word in ALL_BE | {"been", "being", "be"} and after.tag in {"e", "g"}) or (word in HAVE and after.tag == "e"):
            after.tag = after.tag.upper()


# ---- what may be a verb by its ending


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


def _decided(tokens: Sequence[Token], i: int) -> str:
    j = i - 1
    while j >= 0 and tokens[j].tag == "R":
        j -= 1
    place, tag = _Place(tokens, i, j), tokens[i].tag
    of_country = j >= 1 and tokens[j].is_capital and tokens[j - 1].text[0].isdigit()  # "38 US dollars"
    counted = j >= 0 and tag in {"z", "b"} and (tokens[j].lower in _QUANTITIES or tokens[j].text[0].isdigit() or of_country)
    return "N" if (j >= 0 and tokens[j].owns) or place.before == "D" or counted else _DECIDED[tag](place)


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


_DECIDED: dict[str, Callable[[_Place], str]] = {"e": _of_past, "g": _of_ing, "b": _of_plain, "z": _of_s}


def is_plural(word: str) -> bool:
    """Whether a lower-cased noun looks like more than one."""
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in {"people", "men", "women", "children", "police"}


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
    return then is not None and (then.tag in {"D", "Q", "R"} or then.text[0].isdigit() or then.lower in _NUMBERS)


def _has_object(place: _Place) -> bool:
    """Whether what follows can only begin an object: "receive 28 days", "wear a badge"."""
    return place.then in {"D", "Q"} or (place.after is not None and (place.after.text[0].isdigit() or place.after.lower in _NUMBERS))


def _has_verb_around(place: _Place) -> bool:
    """Whether the clause has another verb."""
    tokens, i = place.tokens, place.i
    start = max((k for k in range(i) if tokens[k].tag in {"M", "S", "W"}), default=-1)
    end = next((k for k in range(i + 1, len(tokens)) if tokens[k].tag in {"M", "S", "W"}), len(tokens))
    return any(tokens[k].tag in {"X", "V", "E", "e"} for k in range(start + 1, end) if k != i)
