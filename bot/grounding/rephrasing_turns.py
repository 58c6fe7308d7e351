"""Changes of a sentence that turn a verb: active and passive, a participle or a noun for its verb, the two sides of an "is".

In: the tokens of a sentence. Out: the tokens of others that it entails.

>>> "X built Y in 1900."   # Y was built by X in 1900.
"""

import re
from collections.abc import Iterator

from bot.grounding.clauses import (
    ADVERBS,
    MARKS,
    PREPOSITIONS,
    WH,
    Tokens,
    first_verb,
    is_manner,
    is_name,
    is_noun_phrase,
    is_verb,
    noun_phrase_before,
)
from bot.grounding.grammar import FUNCTION_WORDS
from bot.grounding.hedging import HEDGES, HOLDING
from bot.grounding.verbs import AUXILIARIES, BE, is_participle, is_past, participle_of, past_of_gerund

_ROUGHLY = frozenset("about around over nearly almost more than less some approximately roughly up to at least".split())
_HELPING = AUXILIARIES | ADVERBS | {"been", "be", "being", "not"}


def _doing(tokens: Tokens) -> Iterator[Tokens]:
    """From "X did A, doing B" and "X did A by doing B" to "X did B"."""
    verb = first_verb(tokens)
    if not verb or HEDGES.search(" ".join(tokens[: verb + 1])) or any(re.fullmatch(HOLDING, t) for t in tokens[: verb + 1]):
        return
    for i in range(verb + 2, len(tokens) - 1):
        before = tokens[i - 1].lower()
        follows = before in {",", "by"} or (before not in FUNCTION_WORDS and before not in MARKS)
        if (
            tokens[i].endswith("ing")
            and len(tokens[i]) > 5
            and tokens[i].islower()
            and follows
            and tokens[i + 1].lower() not in {"of", "by", "in", ","}
        ):
            if HEDGES.search(" ".join(tokens[verb:i])) or any(is_verb(tokens, j) for j in range(verb + 1, i)):
                return
            subject = tokens[:verb]
            yield from ((*subject, past, *tokens[i + 1 :]) for past in past_of_gerund(tokens[i]))
            return


def _fronted_participle(tokens: Tokens) -> Iterator[Tokens]:
    """From "Announced in May, X will do A" to "X was announced in May"."""
    comma = next((i for i, word in enumerate(tokens) if word == ","), None)
    verb = first_verb(tokens, comma + 1) if comma and is_participle(tokens[0].lower()) else None
    if comma and verb and tokens[1].lower() in PREPOSITIONS:
        yield (*tokens[comma + 1 : verb], "was", tokens[0].lower(), *tokens[1:comma])


def _having(tokens: Tokens) -> Iterator[Tokens]:
    """From "Despite having A, X does B" to "X has A"."""
    start = next((i for i in range(min(3, len(tokens))) if tokens[i].lower() in {"despite", "while", "by", "after", "when"}), None)
    comma = next((i for i in range(start + 2, len(tokens)) if tokens[i] == ","), None) if start is not None else None
    if start is None or comma is None or not tokens[start + 1].endswith("ing"):
        return
    verb = first_verb(tokens, comma + 1)
    subject = tokens[comma + 1 : verb] if verb else ()
    if subject and is_name(subject[0]):
        subject = subject[: next((i for i, token in enumerate(subject) if not is_name(token)), len(subject))]
    if verb and is_noun_phrase(subject):
        told = is_past(tokens[verb].lower())
        having = ("had" if told else "has",) if tokens[start + 1] == "having" else past_of_gerund(tokens[start + 1])
        yield from ((*subject, verb_form, *tokens[start + 2 : comma]) for verb_form in having)


def _amount(tokens: Tokens) -> Iterator[Tokens]:
    """From "an efficiency of about 63%" to "the efficiency is about 63%"."""
    for i in range(2, len(tokens) - 1):
        number = next((j for j in range(i + 1, min(i + 4, len(tokens))) if tokens[j][0].isdigit()), None)
        begin = noun_phrase_before(tokens, i) if tokens[i] == "of" and number else None
        if begin is not None and number is not None and all(t.lower() in _ROUGHLY for t in tokens[i + 1 : number]):
            end = next(
                (j for j in range(number, len(tokens)) if tokens[j] in MARKS or tokens[j].lower() in PREPOSITIONS | {"and", "compared"}),
                len(tokens),
            )
            yield (*tokens[begin:i], "is", *tokens[i + 1 : end])


def _owner(tokens: Tokens) -> Iterator[Tokens]:
    """From "Y's core Z" to "the core Z of Y", and back."""
    for i in range(len(tokens) - 1):
        if tokens[i].endswith(("’s", "'s")):
            end = next(
                (j for j in range(i + 1, len(tokens)) if tokens[j] in MARKS or tokens[j].lower() in FUNCTION_WORDS or is_verb(tokens, j)),
                len(tokens),
            )
            begin = noun_phrase_before(tokens, i + 1)
            if end > i + 1 and begin is not None:
                yield (*tokens[:begin], "the", *tokens[i + 1 : end], "of", *tokens[begin:i], tokens[i][:-2], *tokens[end:])


def _turned_to_passive(tokens: Tokens) -> Iterator[Tokens]:
    """From "X made Y in Z" to "Y was made by X in Z"; the agent may also stand at the end."""
    verb = first_verb(tokens)
    if not verb or verb + 1 >= len(tokens) or verb > 14:
        return
    end = verb + 1  # of "has made", "will make", "wants to make"
    while end < len(tokens) and (tokens[end].lower() in {"have", "been", "also", "not"} or tokens[end].lower() in ADVERBS):
        end += 1
    helped = tokens[verb].lower() in AUXILIARIES - BE
    done = end if helped else verb
    if tokens[verb].lower() in BE or done >= len(tokens) - 1 or (helped and tokens[done].lower() in FUNCTION_WORDS):
        return
    comma = max((i for i in range(verb) if tokens[i] == ","), default=-1)
    begin = comma + 1
    agent, front = tokens[begin:verb], tokens[:begin]
    if any(is_verb(agent, i) for i in range(1, len(agent))) or is_manner(tokens[done]):
        return
    manner = agent[-1:] if agent and agent[-1].endswith("ly") else ()
    agent = agent[: len(agent) - len(manner)]
    helping = (
        (*tokens[verb:done], "been" if tokens[verb].lower() in {"has", "have", "had"} else "be")
        if helped
        else ("was" if is_past(tokens[verb].lower()) else "is",)
    )
    helping = (*helping, *manner)
    stops = [
        i
        for i in range(done + 2, len(tokens))
        if tokens[i].lower() in PREPOSITIONS or tokens[i] in MARKS or tokens[i] in {"to", "and", "but"}
    ]
    for stop in [*stops[:4], len(tokens)]:
        patient, rest = tokens[done + 1 : stop], tokens[stop:]
        if not (is_noun_phrase(agent) and is_noun_phrase(patient)) or WH & set(rest[:2]):
            continue
        participle = participle_of(tokens[done].lower())
        yield (*front, *patient, *helping, participle, "by", *agent, *rest)
        if rest and not set(rest) & MARKS:
            yield (*front, *patient, *helping, participle, *rest, "by", *agent)


def _turned_to_active(tokens: Tokens) -> Iterator[Tokens]:
    """From "Y was made by X in Z" to "X made Y in Z"; "Y, made by X" to "X made Y"."""
    for by in range(2, len(tokens) - 1):
        if tokens[by].lower() != "by":
            continue
        done = next((i for i in range(by - 1, max(0, by - 6), -1) if is_participle(tokens[i].lower())), None)
        if done is None:
            continue
        last = done
        if tokens[done - 1].lower() == "and" and is_participle(tokens[done - 2].lower()):
            done -= 2
        verb = first_verb(tokens, 0, done)
        is_passive = verb and tokens[verb].lower() in AUXILIARIES and all(t.lower() in _HELPING for t in tokens[verb:done])
        begin = 0 if is_passive else noun_phrase_before(tokens, done)
        patient_end = verb if is_passive and verb else done
        if begin is None or patient_end <= begin or (not is_passive and tokens[done - 1].lower() in _HELPING):
            continue
        modal = tuple(t for t in tokens[patient_end:done] if t.lower() not in BE | {"been", "be", "being"})
        stops = [
            i
            for i in range(by + 2, len(tokens))
            if tokens[i].lower() in PREPOSITIONS or tokens[i] in MARKS or tokens[i] in {"and", "but", "that"}
        ]
        for stop in [*stops[:3], len(tokens)]:
            if is_noun_phrase(tokens[by + 1 : stop]) and is_noun_phrase(tokens[begin:patient_end]):
                yield (
                    *tokens[by + 1 : stop],
                    *modal,
                    *tokens[done : last + 1],
                    *tokens[begin:patient_end],
                    *tokens[last + 1 : by],
                    *tokens[stop:],
                )


def _definite_turned(tokens: Tokens) -> Iterator[Tokens]:
    """From "X is the Y with Z" to "the Y is X with Z", where there is but one Y."""
    verb = first_verb(tokens)
    if not verb or tokens[verb].lower() not in BE or verb + 2 >= len(tokens) or first_verb(tokens, verb + 1):
        return
    begin = verb + 1
    while begin < len(tokens) and tokens[begin].lower() in ADVERBS | {"currently", "now"}:
        begin += 1
    owner = any(token.endswith(("’s", "'s", "s’")) for token in tokens[begin : begin + 4])
    if begin < len(tokens) and (tokens[begin].lower() == "the" or owner):
        stops = PREPOSITIONS - {"of"} | {","}
        end = next((i for i in range(begin + 1, len(tokens)) if tokens[i].lower() in stops), len(tokens))
        yield (*tokens[begin:end], tokens[verb], *tokens[:verb], *tokens[end:])


def _noun_as_verb(tokens: Tokens) -> Iterator[Tokens]:
    """From "the founding of X … by Y" to "Y founded X …"."""
    for i in range(len(tokens) - 4):
        if not tokens[i].endswith("ing") or tokens[i + 1] != "of" or (i and tokens[i - 1].lower() != "the"):
            continue
        by = next((j for j in range(i + 2, len(tokens)) if tokens[j] == "by"), None)
        if by is None or not any(is_name(token) for token in tokens[by + 1 : by + 3]) or any(is_verb(tokens, j) for j in range(i + 2, by)):
            continue
        end = by + 1
        while end < len(tokens) and (is_name(tokens[end]) or tokens[end] in {"al", "de", "van", "of", "the"}):
            end += 1
        for past in past_of_gerund(tokens[i]):
            yield (*tokens[by + 1 : end], past, *tokens[i + 2 : by])


TURNS = (
    _noun_as_verb,
    _doing,
    _definite_turned,
    _having,
    _fronted_participle,
    _amount,
    _owner,
    _turned_to_passive,
    _turned_to_active,
)
