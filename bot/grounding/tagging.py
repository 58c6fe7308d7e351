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

from bot.grounding.clauses import ADVERBS, DETERMINERS, MARKS, PRONOUNS, is_manner, is_name
from bot.grounding.grammar import GIVEN_NAMES, is_given_name
from bot.grounding.open_words import DECIDED, decided
from bot.grounding.tokenizing import ALL_BE, HAVE, NUMBERS, PARTICLES, YEAR, Token, is_plural, tokens_of
from bot.grounding.verbs import COMMON_VERBS, is_participle, is_past

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
_OF_NOUNS = ("tion", "sion", "ment", "ity", "ery", "ance", "ence", "ness", "ship", "ware")
_BEFORENUMBERS = frozenset("over about around under above near up_to".split())
_NEVER_LIMITED = frozenset("has was is does years months weeks days hours minutes times".split())
_NEVER_VERBS = frozenset("employees committees fees trainees attendees trustees degrees refugees".split())
_TION_VERBS = frozenset("mentions questions functions positions conditions petitions auctions rations cautions envisions".split())


def tagged(sentence: str) -> list[Token]:
    """The words and marks of `sentence`; what is one preposition in two words is one."""
    tokens = tokens_of(sentence)
    _without_opening_capital(tokens)
    for i, token in enumerate(tokens):
        token.tag = next((tag for tag, fits in _GUESSES if fits(tokens, i)), "N")
    for i, token in enumerate(tokens):
        if token.lower == "to" and token.tag == "P":
            _tag_to(tokens, i)
    _tag_helped(tokens)
    for i, token in enumerate(tokens):
        if token.tag in DECIDED:
            token.tag = decided(tokens, i)
    return tokens


def _is_given_name(tokens: Sequence[Token], i: int) -> bool:
    if tokens[i].text not in GIVEN_NAMES:
        return False
    before, after = (" ".join(token.text for token in part) for part in (tokens[max(0, i - 2) : i], tokens[i + 1 : i + 5]))
    return is_given_name(tokens[i].text, f"{before} ", f" {after}")


def _without_opening_capital(tokens: Sequence[Token]) -> None:
    """A participle, an adverb or a common noun that opens the sentence has its capital from that."""
    if len(tokens) < 2 or not tokens[0].is_capital or tokens[0].owns or _is_given_name(tokens, 0):
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
    if i + 2 < len(tokens) and tokens[i + 1].lower == "a" and tokens[i + 2].lower not in NUMBERS | {"dozen", "half", "third", "quarter"}:
        return False  # "over a land"
    return tokens[i].lower in _BEFORENUMBERS and i + 1 < len(tokens) and _is_number(tokens[i + 1])


def _is_number(token: Token) -> bool:
    return bool(re.match(r"[$€£¥]?\d", token.text)) or token.lower in NUMBERS or token.lower in {"a", "half"}


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
    ("N", _is_given_name),
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
