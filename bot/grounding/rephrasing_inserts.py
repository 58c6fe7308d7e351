"""Changes of a sentence that take out what is put into it, or make it a sentence of its own.

In: the tokens of a sentence. Out: the tokens of others that it entails: without a relative clause, an apposition, a bracket; and that as a statement.

>>> "X, which sells Y, closed."   # X closed. X sells Y.
"""

import re
from collections.abc import Iterator, Sequence

from bot.grounding.clauses import (
    ADVERBS,
    DETERMINERS,
    MARKS,
    PREPOSITIONS,
    SUBORDINATING,
    Tokens,
    first_verb,
    is_name,
    is_verb,
    noun_phrase_before,
)
from bot.grounding.grammar import FUNCTION_WORDS, REPORTING
from bot.grounding.hedging import HEDGES
from bot.grounding.verbs import AUXILIARIES, BE, IRREGULAR_PASTS, is_participle, is_past


def _insert_end(tokens: Sequence[str], start: int) -> int:
    """The end of what a comma or bracket at `start` opens: the comma before the verb that goes on, else the next one, else the end."""
    if tokens[start] in "([":
        return next((i for i in range(start, len(tokens)) if tokens[i] in ")]"), len(tokens))
    if tokens[start] in "—–":
        return next((i for i in range(start + 1, len(tokens)) if tokens[i] in "—–"), len(tokens))
    commas = [i for i in range(start + 1, len(tokens)) if tokens[i] in {",", ";"}]
    going_on = [i for i in commas if i + 1 < len(tokens) and (is_verb(tokens, i + 1) or tokens[i + 1].lower() in ADVERBS)]
    return (going_on or commas or [len(tokens)])[0]


def _inserts(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Where inserts open and close: relative clauses, appositions, participles, brackets, dashes."""
    for start in range(1, len(tokens) - 2):
        if tokens[start] in {",", "(", "—", "–"}:
            end = _insert_end(tokens, start)
            if end - start > 1 and tokens[start + 1].lower() not in {"and", "or", "but", "so", "yet", "nor"}:
                yield start, end


def _without_insert(tokens: Tokens) -> Iterator[Tokens]:
    """Without what is put in between commas, brackets or dashes, where it takes nothing back."""
    for start, end in _inserts(tokens):
        inside = tokens[start + 1 : end]
        opens = inside[0].lower()
        is_aside = (
            tokens[start] != ","
            or opens in {"which", "who", "whose", "where", "a", "an", "the", "including", "such"}
            or is_participle(opens)
        )
        is_aside = (
            is_aside
            or opens.endswith("ing")
            or (is_name(inside[0]) and end < len(tokens) and is_verb(tokens, min(end + 1, len(tokens) - 1)))
        )
        if is_aside and not HEDGES.search(" ".join(inside)):
            rest = tokens[end + 1 :] if end < len(tokens) and tokens[end] in {",", ")", "—", "–"} else tokens[end:]
            if rest or tokens[start] in {",", "("}:
                yield (*tokens[:start], *rest)


def _insert_as_sentence(tokens: Tokens) -> Iterator[Tokens]:
    """From "X, which V …" to "X V …"; "X, the Y of Z, …" to "X is the Y of Z"."""
    for start, end in _inserts(tokens):
        begin = noun_phrase_before(tokens, start)
        if begin is None:
            continue
        noun, inside = tokens[begin:start], tokens[start + 1 : end]
        opens = inside[0].lower()
        if opens in {"which", "who", "that"}:
            yield from _relative(noun, inside[1:])
        elif opens == "whose" and len(inside) > 2:
            yield (*noun[:-1], _possessive(noun[-1]), *inside[1:])
        elif ((opens in {"a", "an", "the"} or (tokens[start] == "," and _is_office(inside))) and first_verb(inside) is None) or (
            tokens[start] == "," and is_participle(opens) and len(inside) > 2 and inside[1].lower() in PREPOSITIONS
        ):
            yield from ((*noun, be, *inside) for be in being(tokens))
    for i in range(2, len(tokens) - 2):  # without a comma: "the state that lasted", "the warlords who …"
        if tokens[i].lower() in {"who", "that", "which"} and tokens[i - 1] not in MARKS and is_verb(tokens, i + 1):
            begin = noun_phrase_before(tokens, i)
            verb = first_verb(tokens, 0, i)
            if begin is None:
                continue
            end = next((j for j in range(i, len(tokens)) if tokens[j] in {",", ";"}), len(tokens))
            if verb and tokens[verb].lower() in BE and begin == verb + 1:
                yield (*tokens[:verb], *tokens[i + 1 : end])  # "X was a state that lasted": X lasted


def _is_office(words: Sequence[str]) -> bool:
    return "of" in words[1:6] and not words[0][0].isdigit() and words[0].lower() not in PREPOSITIONS | DETERMINERS | SUBORDINATING


def _relative(noun: Tokens, clause: Tokens) -> Iterator[Tokens]:
    """A relative clause as a sentence about `noun`, which is its subject, or its object where it has a subject of its own."""
    if not clause:
        return
    if is_verb((noun[-1], *clause), 1) or clause[0].lower() in ADVERBS:
        yield (*noun, *clause)
        return
    verb = first_verb(clause)
    if verb is None or not 1 <= verb <= 6:
        return
    end = verb + 1
    while end < len(clause) and (
        clause[end].lower() in {"to", "been", "be", "not", "also"} or clause[end - 1].lower() in {"to"} | AUXILIARIES
    ):
        end += 1
    yield (*clause[:end], *noun, *clause[end:])


def _possessive(word: str) -> str:
    return f"{word}’" if word.endswith("s") else f"{word}’s"


def _title_after(tokens: Tokens) -> Iterator[Tokens]:
    """From "Y's founder X did it" to "X, Y's founder, did it", and to "X is Y's founder"."""
    for i in range(1, len(tokens)):
        if not is_name(tokens[i]) or not tokens[i - 1].islower() or tokens[i - 1] in FUNCTION_WORDS or is_verb(tokens, i - 1):
            continue
        end = i
        while end < len(tokens) and is_name(tokens[end]):
            end += 1
        begin = i
        while begin and _belongs_to_title(tokens, begin - 1):
            begin -= 1
        if begin == i or tokens[begin] in {"and", "or"} or tokens[i - 1].endswith(("ing", "ly")) or is_participle(tokens[i - 1]):
            continue
        title, name = tokens[begin:i], tokens[i:end]
        if len(title) > 1 and (
            begin == 0 or is_name(title[0]) or title[0].lower() in DETERMINERS or tokens[begin - 1] in MARKS | PREPOSITIONS
        ):
            yield from ((*name, be, *title) for be in being(tokens))
            yield (*tokens[:begin], *name, ",", *title, *([","] if end < len(tokens) and tokens[end] not in MARKS else []), *tokens[end:])


def _belongs_to_title(tokens: Tokens, i: int) -> bool:
    word = tokens[i].lower()
    if word in {"and", "of"}:
        return i > 0 and tokens[i - 1] not in MARKS
    return tokens[i] not in MARKS and word not in PREPOSITIONS and word not in FUNCTION_WORDS - DETERMINERS and not is_verb(tokens, i)


def being(tokens: Tokens) -> tuple[str, ...]:
    """What "to be" is in the time of a sentence: whoever said something yesterday is still what he is."""
    verb = next((token for i, token in enumerate(tokens) if is_verb(tokens, i)), "")
    told = is_past(verb.lower()) or verb in {"was", "were", "had", "did"}
    return ("was",) if told and not re.fullmatch(REPORTING, verb) else ("is", "was") if told else ("is",)


def _one_adjective(tokens: Tokens) -> Iterator[Tokens]:
    """From "a political, cultural and military impact" to "a military impact": each single word of a list before its noun."""
    for i in range(1, len(tokens) - 2):
        if tokens[i].lower() != "and" or (tokens[i - 1] in MARKS and tokens[i - 1] != ","):
            continue
        start = i - 2 if tokens[i - 1] == "," else i - 1
        items = [start]
        while start >= 2 and tokens[start - 1] == "," and tokens[start - 2].islower() and tokens[start - 2] not in FUNCTION_WORDS:
            start -= 2
            items.append(start)
        items.append(i + 1)
        words = [tokens[n] for n in items]
        listed = all(word.islower() and word not in FUNCTION_WORDS and word not in IRREGULAR_PASTS for word in words)
        if listed and start and tokens[i + 2] not in MARKS and tokens[i + 2].lower() not in FUNCTION_WORDS:
            yield from ((*tokens[:start], word, *tokens[i + 2 :]) for word in words)


INSERTS = (
    _insert_as_sentence,
    _title_after,
    _without_insert,
    _one_adjective,
)
