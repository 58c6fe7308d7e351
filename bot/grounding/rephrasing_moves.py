"""Changes of a sentence that leave one of its clauses or predicates, or move a phrase to the other end.

In: the tokens of a sentence. Out: the tokens of others that it entails.

>>> "X bought Y and sold Z in May."   # X sold Z in May. X bought Y.
"""

import re
from collections.abc import Iterator

from bot.grounding.clauses import ADVERBS, MARKS, PREPOSITIONS, PRONOUNS, SUBORDINATING, WH, Tokens, first_verb, is_name, is_verb
from bot.grounding.hedging import HEDGES, HOLDING
from bot.grounding.verbs import AUXILIARIES, is_past

_ALWAYS_CLAUSES = frozenset("when whenever because if although though while unless whereas".split())
_MOVABLE = frozenset("in on at during after before since until under among across throughout following with despite ahead within".split())
_RANKS = re.compile(r"^(?:first|second|third|fourth|only|sole|most|least|\w{3,}est)$", re.IGNORECASE)


def _one_predicate(tokens: Tokens) -> Iterator[Tokens]:
    """From "X did A and did B" to "X did B", and to "X did A"."""
    verb = first_verb(tokens)
    if verb is None or not verb:
        return
    for i in range(verb + 1, len(tokens) - 2):
        if tokens[i].lower() in WH | SUBORDINATING | {";", ":"} or (i > verb + 1 and is_verb(tokens, i)):
            return
        if tokens[i].lower() not in {"and", "but", "then"}:
            continue
        at = i + 1
        while at < len(tokens) - 1 and tokens[at].lower() in ADVERBS:
            at += 1
        if not is_verb(tokens, at) or (
            is_past(tokens[at].lower()) != is_past(tokens[verb].lower()) and tokens[at].lower() not in AUXILIARIES
        ):
            continue
        if re.fullmatch(HOLDING, tokens[verb]):
            return
        cut = i - 1 if tokens[i - 1] == "," else i
        yield (*tokens[:verb], *tokens[i + 1 :])
        yield tokens[:cut]
        return


def _one_clause(tokens: Tokens) -> Iterator[Tokens]:
    """Each of two clauses joined by a comma and "and", "but", "while", "so", or by a semicolon."""
    for i in range(3, len(tokens) - 3):
        if tokens[i] == ";" or (tokens[i] == "," and tokens[i + 1].lower() in {"and", "but", "so", "yet", "while", "although", "though"}):
            begin = i + 1 if tokens[i] == ";" else i + 2
            first, second = tokens[:i], tokens[begin:]
            verb = first_verb(second)
            if verb and first_verb(first) and first[0].lower() not in SUBORDINATING:
                if not any(re.fullmatch(HOLDING, w) for w in first):
                    yield second
                yield first


def _moved_phrase(tokens: Tokens) -> Iterator[Tokens]:
    """A phrase of time or place, or a clause of time or condition, at the other end."""
    opens = tokens[0].lower()
    comma = next((i for i, word in enumerate(tokens) if word == ","), None)
    if comma and comma < 16 and opens in _MOVABLE | SUBORDINATING | {"prior", "ahead", "according"}:
        phrase, rest = (opens, *tokens[1:comma]), tokens[comma + 1 :]
        stop = next((i for i, token in enumerate(rest) if token in {",", ";"}), len(rest))
        yield (*rest[:stop], *phrase, *rest[stop:])
    if comma is None and opens in {"in", "on", "since", "by"} and len(tokens) > 4 and tokens[1][0].isdigit():
        yield (*tokens[2:], opens, tokens[1])
    if len([i for i in range(len(tokens)) if is_verb(tokens, i)]) > 1 or any(_RANKS.match(token) for token in tokens):
        return  # of several verbs it may belong to any; and it may narrow a rank
    for i in range(len(tokens) - 2, 3, -1):
        word = tokens[i].lower()
        if tokens[i] in {";", ":"}:
            break
        if (
            word in _MOVABLE
            and "," not in tokens[i:]
            and "by" not in tokens[i:]
            and first_verb(tokens, 0, i)
            and not HEDGES.fullmatch(tokens[i - 1])
        ):
            yield (*tokens[i:], ",", *tokens[:i])


def _moved_clause(tokens: Tokens) -> Iterator[Tokens]:
    """From "X did it when Y came" to "When Y came, X did it"."""
    at = [i for i in range(3, len(tokens) - 2) if tokens[i].lower() in SUBORDINATING and _has_verb_of_its_own(tokens, i)]
    if any(_RANKS.match(token) for token in tokens):
        return
    if len(at) == 1 and first_verb(tokens, 0, at[0]) and not {"that", ";", ":", "who", "which", "whether"} & set(tokens[: at[0]]):
        end = at[0] - 1 if tokens[at[0] - 1] == "," else at[0]
        yield (*tokens[at[0] :], ",", *tokens[:end])


def _has_verb_of_its_own(tokens: Tokens, start: int) -> bool:
    end = next((i for i in range(start, len(tokens)) if tokens[i] in MARKS), len(tokens))
    return tokens[start].lower() in _ALWAYS_CLAUSES or first_verb(tokens, start + 1, end) is not None


def _said_at_the_other_end(tokens: Tokens) -> Iterator[Tokens]:
    """From "X said that S" to "S, X said"."""
    for i in range(1, min(len(tokens) - 4, 12)):
        if (
            tokens[0].lower() not in PRONOUNS
            and tokens[i].lower() == "that"
            and re.fullmatch(HOLDING, tokens[i - 1])
            and "," not in tokens[: i - 1]
        ):
            yield (*tokens[i + 1 :], ",", *tokens[:i])
            speaker = tokens[: i - 2] if tokens[i - 2].lower() in {"has", "have", "had", "also"} else tokens[: i - 1]
            yield ("According", "to", *speaker, ",", *tokens[i + 1 :])


def _on_the_day_when(tokens: Tokens) -> Iterator[Tokens]:
    """From "X left in 2013, when Y came" to "Y came in 2013"."""
    for i in range(3, len(tokens) - 3):
        if tokens[i].lower() == "when" and tokens[i - 1] == ",":
            begin = next((j for j in range(i - 2, max(0, i - 7), -1) if tokens[j].lower() in {"in", "on"}), None)
            if begin is not None and any(token[0].isdigit() for token in tokens[begin : i - 1]):
                yield (*tokens[i + 1 :], *tokens[begin : i - 1])


def _pronoun_as_name(tokens: Tokens) -> Iterator[Tokens]:
    """A pronoun of a sentence with one name that can be its subject, as that name: "Before he left, X …" as "Before X left, X …"."""
    at = [i for i, token in enumerate(tokens) if token.lower() in {"he", "she", "it", "they"} and i + 1 < len(tokens)]
    subjects = list(_subject_names(tokens))
    if len(at) != 1 or len(subjects) != 1:
        return
    (start, end), pronoun = subjects[0], at[0]
    if is_verb(tokens, pronoun + 1) or tokens[pronoun + 1].lower() in ADVERBS:
        yield (*tokens[:pronoun], *tokens[start:end], *tokens[pronoun + 1 :])


def _subject_names(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """The names that are the object of no preposition and of no verb."""
    i = 0
    while i < len(tokens):
        end = i
        while end < len(tokens) and is_name(tokens[end]):
            end += 1
        if end > i:
            before = tokens[i - 1].lower() if i else ""
            is_subject = end < len(tokens) and (is_verb(tokens, end) or tokens[end].lower() in ADVERBS or tokens[end] == ",")
            if before not in PREPOSITIONS and not (before == "the" and i > 1 and tokens[i - 2].lower() in PREPOSITIONS) and is_subject:
                yield i, end
        i = max(end, i + 1)


MOVES = (
    _one_clause,
    _one_predicate,
    _moved_phrase,
    _moved_clause,
    _said_at_the_other_end,
    _on_the_day_when,
    _pronoun_as_name,
)
