"""What the mutations know of English, without any dependency: names, numbers, word forms, antonyms, and rewriting by table.

In: text. Out: the names, places and words in it, and its rewritten forms. The word lists and tables stand in `data/mutations.toml`.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

DATA = Path(__file__).with_name("data")
LISTS: dict[str, Any] = tomllib.loads((DATA / "mutations.toml").read_text(encoding="utf-8"))
NAMES = {key: value if isinstance(value, list) else frozenset(value.split()) for key, value in LISTS["names"].items()}
MONTHS = "January February March April May June July August September October November December".split()
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve".split()

YEAR = re.compile(r"(?<![\w,.$€£–-])(1\d{3}|20[0-2]\d)(?![\w,]?\d|[\w%])")
QUANTITY = r"(?<![\w.,–:/(-])(?!(?:1\d{3}|20[0-2]\d)(?![\w,.]?\d))(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w,.–:/-]?\d|-|(?:st|nd|rd|th)\b)"
NUMBER = re.compile(QUANTITY)
AMOUNT = r"(?:US\$|RMB|\$|£|€)?\d|" + "|".join(rf"{w}\b" for w in [*NUMBER_WORDS, "a million", "one billion", "a hundred", "half"])
DAY = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})\b(?!\d)|\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b")
NAME = re.compile(r"\b[A-Z][\w’'.&-]*[\w](?:[ ](?:[A-Z][\w’'.&-]*\w|(?:of|the|de|von|van|and)(?= [A-Z][\w-]+ (?:Group|Act|Church)\b)))*")
FINITE = re.compile(rf"\b(?:{'|'.join(LISTS['verbs']['finite'].split())})\b")
VERB_LIKE = re.compile(rf"{FINITE.pattern}|\b(?:{'|'.join(LISTS['verbs']['transitive'].split())}|\w{{2,}}ed)\b")


@cache
def sentences(document: str) -> tuple[str, ...]:
    """Its sentences, cut where a full stop is followed by a capital: good enough to choose one from."""
    return tuple(re.split(r"(?<=[a-z)”\"%\d][.!?])\s+(?=[A-Z“\"])", document))


@cache
def word_runs(document: str) -> frozenset[str]:
    """Each of its sentences as its words, with one space between."""
    return frozenset(" ".join(words(sentence)) for sentence in sentences(document))


@cache
def words(text: str) -> list[str]:
    """Its words and numbers in small letters, without punctuation."""
    return re.findall(r"[\w%$€£]+", text.lower())


# ---- names


def names_in(text: str, document: str) -> list[str]:
    """The names in a text, in order; a word that only begins a sentence is one where `document` has it elsewhere with a capital."""
    found = []
    for match in NAME.finditer(text):
        name = re.sub(r"['’]s?$", "", match.group().strip(".'’"))
        begins = not re.search(r"[\w,’'] $", text[: match.start()])
        while begins and name.split(" ")[0] in NAMES["openers"] and " " in name:
            name = name.split(" ", 1)[1]
        start = text.index(name, match.start())
        if (
            is_name(name)
            and (not begins or start > match.start() or " " in name or name in _mid_sentence(document))
            and _stands_alone(text, start, name)
        ):
            found.append(name)
    return list(dict.fromkeys(found))


_JOINED_BEFORE = re.compile(r"(?:\b[A-Z][\w.’'-]*(?: of| of the| the| v| de)? |\w[-–])$")
_JOINED_AFTER = re.compile(r"(?:(?: of| of the| the| v| de)? [A-Z]|[-–]\w| \d)")


def _stands_alone(text: str, start: int, name: str) -> bool:
    """Whether it is a whole name: "Amsterdam" is none in "New Amsterdam", nor "Robert" in "Robert of Jumièges"."""
    before = text[:start].removesuffix("The ").removesuffix("In ")
    return not _JOINED_BEFORE.search(before) and not _JOINED_AFTER.match(text[start + len(name) :])


@cache
def _mid_sentence(document: str) -> frozenset[str]:
    return frozenset(re.findall(r"(?<=[a-z,] )[A-Z][\w’'.&-]*\w", document))


def is_name(name: str) -> bool:
    """Whether a capitalised word, or several, names someone or something."""
    unfit = name in NAMES["openers"] or name.split(maxsplit=1)[0] in {*MONTHS, *WEEKDAYS} or len(name) < 2
    return not unfit and not is_adjective(name)


def is_adjective(name: str) -> bool:
    """Whether it says of which country or faith something is: it cannot stand where a name stands."""
    return name in NAMES["demonyms"] or bool(re.fullmatch(r"[A-Z][a-z]+(?:ish|ese|ian|ean|ists?|ism|ans)", name))


@cache
def document_names(document: str) -> list[str]:
    return list(dict.fromkeys(n for sentence in re.split(r"(?<=[.!?])\s+", document) for n in names_in(sentence, document)))


def replace_name(text: str, name: str, other: str) -> str:
    """The text with a name replaced wherever it is a whole name."""
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-]| [A-Z])", lambda _: other, text)


def is_place(name: str, document: str) -> bool:
    """Whether the document says that something is in, at or near it."""
    return name in _places(document)


@cache
def _places(document: str) -> frozenset[str]:
    return frozenset(re.findall(rf"\b(?:in|at|near|to|from|across|throughout) (?:the )?({NAME.pattern})", document))


# ---- word forms


@cache
def antonyms() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in re.split(r"[·\n]", LISTS["antonyms"]["pairs"].strip()):
        one, other = pair.split()
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


# ---- rewriting by table


def rewritten(kind: str, text: str, random: Random) -> Iterator[str]:
    """The sentence with one place rewritten as the table says, in an order the seed gives."""
    places = [(match, replacements) for pattern, *replacements in LISTS["rewrite"][kind] for match in _pattern(pattern).finditer(text)]
    for match, replacements in shuffled(places, random):
        new = _expanded(match, random.choice(replacements))
        yield _agreeing(new + decapitalised(text) if match.span() == (0, 0) and new.endswith(", ") else put(text, match, new))


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    verb = rf"(?!(?:{'|'.join(LISTS['verbs']['not_plain'].split())})\b)[a-z]{{2,}}(?<!ly)\b"
    return re.compile(pattern.replace("{N}", f"(?:{AMOUNT})").replace("{Q}", QUANTITY).replace("{V}", verb))


def _expanded(match: re.Match[str], replacement: str) -> str:
    if replacement == "past(1)":
        return past(match[1])
    if replacement == "was(1)":
        return f"{match[1]} {'were' if re.search('[^s]s$|^they$', match[1]) else 'was'}"
    if replacement == "upper(1)":
        return match[1].upper()
    return match.expand(replacement)


def past(verb: str) -> str:
    """The past tense of a verb's plain form."""
    if verb in irregular():
        return irregular()[verb][0]
    if verb.endswith("e"):
        return verb + "d"
    if re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    doubled = re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb) or verb in {
        "admit",
        "commit",
        "occur",
        "prefer",
        "refer",
        "permit",
        "transfer",
    }
    return verb + (verb[-1] if doubled else "") + "ed"


@cache
def irregular() -> dict[str, tuple[str, str]]:
    rows = [row.split() for row in re.split(r"[·\n]", LISTS["verbs"]["irregular"].strip())]
    return {plain: (before, participle) for plain, before, participle in rows}


@cache
def participles() -> dict[str, str]:
    return {participle: before for before, participle in irregular().values()}


def _agreeing(text: str) -> str:
    """With a capital at its start, and with a or an as the next word wants it."""
    text = text[:1].upper() + text[1:]
    text = re.sub(r"\b([Aa])n (?=[bcdfgjklmnpqrstvwxyz])", r"\1 ", text)
    return re.sub(r"\b([Aa]) (?=[aei])", r"\1n ", text)


def put(text: str, match: re.Match[str], replacement: str) -> str:
    return text[: match.start()] + replacement + text[match.end() :]


def decapitalised(text: str) -> str:
    return text[0].lower() + text[1:] if re.split(r"[\s,]", text)[0] in NAMES["openers"] else text


def shuffled(items: Sequence[T], random: Random) -> list[T]:
    """The items in an order the seed gives."""
    return random.sample(list(items), len(items))
