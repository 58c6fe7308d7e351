"""Where the parts of a sentence begin and end: names, verbs, noun phrases, subjects.

In: a sentence's tokens, its marks among them. Out: places in it. No parser: closed classes of words, endings and neighbours. It is used on both
sides of every comparison, so what it gets wrong it gets wrong alike in a claim and in the sentence that the claim was taken from.

>>> predicates(split("Ma said the crew of Harvard has won."))   # said: Ma; won: crew
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.grounding.grammar import FUNCTION_WORDS, is_given_name, read
from bot.grounding.quantities import without_quantities
from bot.grounding.verbs import AUXILIARIES, BE, is_participle, is_past, lemma

Tokens = tuple[str, ...]

_TOKEN = re.compile(r"\.\.\.|[$€£¥]?\d+(?:[.,]\d+)+%?|[\w’'$€£¥%#&/.+-]*[\w’'%+]|[^\w\s]")
_SINGLE_QUOTES = re.compile(r"‘([^‘’]{1,60})’(?!\w)")
MARKS = frozenset(",;:()[]—–.!?")
WH = frozenset({"which", "who", "whose", "whom", "where", "that"})
SUBORDINATING = frozenset("when whenever while after before because if although though until once unless whereas since as".split())
PREPOSITIONS = frozenset(
    "in on at by for from to with within during after before since until under over among between across through despite following throughout "
    "unlike without ahead prior per along against of into about as".split()
)
DETERMINERS = frozenset(
    "the a an its their his her our this these those some any all both each every one two three four several many".split()
)
PRONOUNS = frozenset("it he she they we i you there".split())
ADVERBS = frozenset("also then later still once often first now soon never always not already further even subsequently thus only".split())
_NO_NAMES = FUNCTION_WORDS | frozenset("first second third originally initially eventually finally".split())


def split(sentence: str) -> Tokens:
    """The words and marks of a sentence, without its full stop."""
    tokens = [found for found in _TOKEN.findall(_SINGLE_QUOTES.sub(r"\1", sentence)) if found not in '“”"']
    while tokens and tokens[-1] in ".!?;":
        tokens.pop()
    is_small = bool(tokens) and tokens[0].lower() in PREPOSITIONS | SUBORDINATING | DETERMINERS | ADVERBS | PRONOUNS | FUNCTION_WORDS
    if is_small and not is_given_name(tokens[0], "", f" {' '.join(tokens[1:5])}"):
        tokens[0] = tokens[0].lower()  # a capital from the beginning of the sentence
    return tuple(tokens)


def is_name(word: str) -> bool:
    """Whether a token is written as a name."""
    return word == "&" or (word[:1].isupper() and word.lower() not in _NO_NAMES)


def is_verb(tokens: Sequence[str], i: int) -> bool:
    """Whether a token is the finite verb of its clause, as far as its form and its neighbours tell."""
    word, before = tokens[i].lower(), tokens[i - 1].lower() if i else ""
    after = tokens[i + 1].lower() if i + 1 < len(tokens) else ""
    if before in {"to", "be", "been", "being"} or not tokens[i][:1].islower():  # May and Will are names
        return False
    if word in AUXILIARIES:
        return True
    if not tokens[i][:1].islower() or before in DETERMINERS | PREPOSITIONS or before in AUXILIARIES:
        return False
    if is_past(word):
        joined = after == "and" and i + 3 < len(tokens) and is_participle(tokens[i + 2].lower()) and tokens[i + 3].lower() == "by"
        return (
            not (is_participle(word) and (after in {"by", "as"} or joined))
            and bool(after)
            and not (before in {",", "("} and after in PREPOSITIONS)
        )
    if word in FUNCTION_WORDS or not word.endswith("s") or word.endswith(("ss", "us", "is", "’s", "'s", "ics")) or is_past(before):
        return False
    opens = after in DETERMINERS | {"to", "that", "it", "how"} or (bool(after) and is_name(tokens[i + 1]))
    return before in WH | PRONOUNS or (opens and after not in AUXILIARIES)


def first_verb(tokens: Sequence[str], start: int = 0, end: int | None = None) -> int | None:
    """The first finite verb that stands in no relative clause."""
    stop = len(tokens) if end is None else end
    relative = False
    for i in range(start, stop):
        if tokens[i].lower() in WH and i > start:
            relative = True
        elif relative and tokens[i] == ",":
            relative = False
        elif not relative and is_verb(tokens, i):
            return i
    return None


@dataclass(frozen=True, slots=True)
class Predicate:
    """A finite verb and its subject.

    `kind` is BEING for "is the owner", HAVING for "has an owner", else DOING; `first` is the stem of the verb, or the first of what somebody is
    or has, `says` all of that. `heads` are the stems of the subject's nouns, and of the whole name where one is a name; `last` only the last
    word of each; `nouns` all their words; `pronoun` is what stands in their place.
    """

    verb: str
    kind: str
    is_passive: bool
    says: frozenset[str]
    first: str
    heads: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    nouns: frozenset[str] = frozenset()
    pronoun: str = ""


A_NUMBER = "#"
BEING, HAVING, DOING = "being", "having", "doing"
_CORPORATE = frozenset(
    "holdings ltd inc corp co group plc llc limited corporation percent per cent ii iii iv v vi vii viii xiii xiv".split()
)
_REACH = 8  # tokens after a helping verb in which what it helps to say is looked for
_ENDS_WHAT_IS_SAID = PREPOSITIONS - {"of", "per", "over", "under", "about", "around", "along"} | WH | {"to"}
_BOTH = frozenset("as since until after before while".split())  # a preposition, or the beginning of a clause
Noun = tuple[str, ...]


def predicates(tokens: Tokens) -> list[Predicate]:
    """The finite verbs of a sentence, each with its subject."""
    verbs = [i for i in range(len(tokens)) if is_verb(tokens, i) and not _is_helped(tokens, i)]
    found: list[Predicate] = []
    for n, i in enumerate(verbs):
        subject = _subject(tokens, i, verbs[n - 1] if n else None)
        kind, is_passive, said = _said(tokens, i)
        told = Predicate(tokens[i], kind, is_passive, frozenset(said), said[0] if said else "")
        if subject is not None:
            word = tokens[_before_verb(tokens, i) - 1].lower() if i else ""
            told = replace(
                told,
                heads=frozenset(stem for noun in subject for stem in _stems(_name_at_the_end(noun))),
                last=frozenset(stem for noun in subject for stem in _stems(noun[-1:])[-1:]),
                nouns=frozenset(stem for noun in subject for stem in _stems(noun)),
                pronoun=word if word in PRONOUNS else "",
            )
        elif found:  # "did A and did B": the second has the subject of the first
            before = found[-1]
            told = replace(told, heads=before.heads, last=before.last, nouns=before.nouns, pronoun=before.pronoun)
        found.append(told)
    return found


def _is_helped(tokens: Tokens, i: int) -> bool:
    j = i - 1
    while j >= 0 and tokens[j].lower() in ADVERBS:
        j -= 1
    return j >= 0 and tokens[j].lower() in AUXILIARIES and tokens[i].lower() not in AUXILIARIES


def _said(tokens: Tokens, i: int) -> tuple[str, bool, list[str]]:
    """The kind of a predicate, whether it is a passive, and the stems of what it says."""
    last, end = i, i
    while end < len(tokens) and (tokens[end].lower() in AUXILIARIES | ADVERBS | {"be", "been", "being", "not"} or is_manner(tokens[end])):
        last = end if tokens[end].lower() in AUXILIARIES | {"be", "been", "being"} else last
        end += 1
    helping = tokens[last].lower()
    if end >= len(tokens):
        return DOING, False, []
    word = tokens[end].lower()
    is_being, is_having = helping in BE | {"be", "been", "being"}, helping in {"has", "have", "had"}
    if tokens[i].lower() not in AUXILIARIES:
        return DOING, False, [lemma(tokens[i].lower())]
    if (is_being and (is_participle(word) or word.endswith("ing"))) or (is_having and is_participle(word)) or not (is_being or is_having):
        return DOING, is_being and is_participle(word), _stems((tokens[end],))[:1]
    kind = BEING if is_being else HAVING
    stop = next((k for k in range(end + 1, len(tokens)) if tokens[k] in MARKS or tokens[k].lower() in _ENDS_WHAT_IS_SAID), len(tokens))
    said = _stems(split(without_quantities(" ".join(tokens[end : min(stop, end + _REACH)]))))
    return kind, False, said or [A_NUMBER]


def is_manner(token: str) -> bool:
    """Whether a token is an adverb of manner."""
    return token.endswith("ly") and token.islower() and token not in {"only", "family", "supply", "early"}


def _before_verb(tokens: Tokens, verb: int) -> int:
    """One past the last word of what stands before a verb, adverbs passed over."""
    while verb and (tokens[verb - 1].lower() in ADVERBS | {"not"} or is_manner(tokens[verb - 1])):
        verb -= 1
    return verb


def _subject(tokens: Tokens, verb: int, previous: int | None) -> list[Noun] | None:
    """The nouns that are the subject of a verb; None where it has that of the verb before."""
    end = _before_verb(tokens, verb)
    before = tokens[end - 1].lower() if end else ""
    if before in {"and", "but", "or", "then"} and previous is not None:
        return None
    if before in WH - {"whose", "where", "whom"}:
        return _antecedent(tokens, end - 1)
    if before in PRONOUNS:
        return []
    if before in {",", ")", "—", "–"}:
        opening = next((i for i in range(end - 2, -1, -1) if tokens[i] in {",", "(", "—", "–"}), None)
        if opening is None:
            return []
        inside = tokens[opening + 1 : end - 1]
        apposition = _nouns(inside) if inside and inside[0].lower() not in PREPOSITIONS | WH and first_verb(inside) is None else []
        return [*apposition, *(_subject(tokens[:opening], opening, previous) or [])]
    start = end
    while start and not _closes(tokens, start - 1, previous):
        start -= 1
    return _nouns(tokens[start:end])


def _closes(tokens: Tokens, i: int, previous: int | None) -> bool:
    """Whether a subject that comes after `i` cannot reach back over it."""
    word = tokens[i].lower()
    if tokens[i] == ",":
        in_list = any(token.lower() in {"and", "or"} for token in tokens[i + 1 : i + 10]) and (previous is None or previous < i)
        opening = max((j + 1 for j in range(i) if tokens[j] in MARKS), default=0)
        return not (in_list and i > 1 and tokens[opening].lower() not in PREPOSITIONS | SUBORDINATING | WH | {"according", "prior"})
    joins_clauses = word in {"and", "but", "or"} and previous is not None and previous < i and not MARKS & set(tokens[previous:i])
    return tokens[i] in MARKS or word in WH | SUBORDINATING - _BOTH or i == previous or joins_clauses


def _antecedent(tokens: Tokens, end: int) -> list[Noun]:
    """What "who" or "which" at `end` stands for."""
    for i in range(end - 1, -1, -1):
        if tokens[i].lower() in {"one", "those", "all", "of"}:
            return []
        if _stems((tokens[i],)):
            of = next((j for j in range(i, max(0, i - 6), -1) if tokens[j] == "of"), None)
            whole = [tokens[max(0, of - 4) : of]] if of and _stems((tokens[of - 1],)) else []  # "the house of brick, which"
            return [tokens[max(0, i - 4) : i + 1], *whole]
    return []


def _nouns(phrase: Tokens) -> list[Noun]:
    """The nouns joined by "and" before the first preposition."""
    found: list[Noun] = []
    if phrase and phrase[0].lower() in _BOTH:
        found += _nouns(phrase[1:])
    opens = bool(phrase) and phrase[0].lower() in PREPOSITIONS | {"prior"}
    cut = len(phrase) if opens else next((i for i in range(1, len(phrase)) if phrase[i].lower() in PREPOSITIONS), len(phrase))
    noun: list[str] = []
    for token in (*phrase[:cut], "and"):
        if token.lower() in {"and", "or"} or token in MARKS:
            while len(noun) > 1 and (noun[-1].endswith(("able", "ible")) or (is_participle(noun[-1].lower()) and cut < len(phrase))):
                noun.pop()
            found += [tuple(noun)] if noun else []
            noun = []
        elif token.lower() not in _CORPORATE and _stems((token,)):
            noun.append(token)
    return found


def _stems(tokens: Sequence[str]) -> list[str]:
    return [word.stem for token in tokens for word in read(token) if word.is_content]


def _name_at_the_end(noun: Noun) -> Noun:
    """The last word of a noun, with the words before it where they are one name."""
    last = len(noun)
    while last > 1 and is_name(noun[last - 1]) and is_name(noun[last - 2]):
        last -= 1
    return noun[max(0, last - 1) :]
