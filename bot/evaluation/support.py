"""Whether a posted claim is grounded: a second opinion, apart from the gate's.

In: a claim and the corpus. Out: what is wrong with it, nothing where it is grounded. A claim is grounded where each citation is the words
its offsets say, and the claim is those words, or has no number, name, negation or content word that the cited sentences lack. This is a
simple check: it does not see who did what to whom. So the report lists every statement for a person to read.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta

import Stemmer

from bot.corpus import Corpus, Document
from bot.evaluation.wording import fold, without
from bot.grounding import Citation, CitedClaim, ClaimKind

PRECEDING = 400  # characters before the cited words, where “he” may have his name
ASSEMBLED = frozenset({ClaimKind.DIFFERENCE, ClaimKind.CORRECTION})
MOST_WORDS_AROUND = 10  # a quote: a lead-in, “publisher unknown”, “undated”, “inferred”
MOST_FOREIGN_WORDS = 0.2  # of a statement's content words: a paraphrase may bring a few words of its own
_STEMMER = Stemmer.Stemmer("english")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[A-Z“\"'‘(\[])|\n+")
_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)*(?:\s?%)?")
_NAME = re.compile(r"(?<![\w’'])[A-Z][\w’'&-]*")
_WORDS = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_COUNTS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_DATE_WORDS = frozenset([*(m.lower() for m in _MONTHS), *_WEEKDAYS, "yesterday", "today", "month", "year"])
_NEGATIONS = frozenset("not no never nor neither none nothing cannot without n't no-one nobody".split())
_REPORTING = (
    "said says say told tells wrote writes write noted notes stated states stressed stresses explained explains added adds announced "
    "announces according described describes called calls document article letter speech mentions mentioned reports reported"
).split()
_FUNCTION = (
    "a an the this that these those it its he his him she her they their them we our us i my you your who whom whose which what when where why "
    "how and or but if as at by for from in into of on onto to with about over under up out off than then so such also both is are was were be "
    "been being am do does did has have had will would shall should may might can could must there here all any each more most other some own "
    "s not no nor neither never cannot while after before during between through"
).split()


def problems_of(claim: CitedClaim, corpus: Corpus) -> tuple[str, ...]:
    """Why `claim` is not grounded, in words; empty where it is."""
    if not claim.citations:
        return ("it rests on no citation",)
    if false := [c for c in claim.citations if not is_verbatim(c, corpus)]:
        return tuple(f"{c.document} does not say “{c.quote}” at {c.start}–{c.end}" for c in false)
    return () if is_quote(claim) or is_assembled(claim) else tuple(_problems_of_statement(claim, corpus))


def is_verbatim(citation: Citation, corpus: Corpus) -> bool:
    """Whether the document has the quote's words at its offsets."""
    document = corpus.document(citation.document)
    return document is not None and 0 <= citation.start < citation.end and document.text[citation.start : citation.end] == citation.quote


def is_quote(claim: CitedClaim) -> bool:
    """Whether the claim is nothing but the words it cites."""
    parts = [fold(citation.quote) for citation in claim.citations]
    text = fold(claim.text)
    return any(text in {each, each.strip('"'), f'"{each}"'} for each in (*parts, " ".join(parts), " … ".join(parts), " ... ".join(parts)))


def is_assembled(claim: CitedClaim) -> bool:
    """Whether the claim is put together by code: whole quotes, what is known of their documents, and a few words around them."""
    if claim.kind not in ASSEMBLED or not any(citation.quote in claim.text for citation in claim.citations):
        return False
    known = [c.published.isoformat() if c.published else "" for c in claim.citations]
    known += [part or "" for c in claim.citations for part in (c.quote, c.title, c.publisher)]
    rest = fold(without(claim.text, known))
    return not re.search(r"\d", rest) and len(_WORDS.findall(rest)) <= MOST_WORDS_AROUND * len(claim.citations)


def _problems_of_statement(claim: CitedClaim, corpus: Corpus) -> Iterable[str]:
    cited = [(document, c) for c in claim.citations if (document := corpus.document(c.document)) is not None]
    evidence = " ".join(_sentences_at(document.text, c.start, c.end) for document, c in cited)
    derivable = {part for document, _ in cited for part in _derived(document.published.value, evidence)}
    yield from (f"number not cited: {n}" for n in sorted(_numbers(claim.text) - _numbers(evidence) - derivable))
    known = _stems(" ".join([evidence, *derivable, *(_facts(document) for document, _ in cited), *_REPORTING]))
    named = known | _stems(" ".join(document.text[max(0, c.start - PRECEDING) : c.start] for document, c in cited))
    yield from (f"name not cited: {name}" for name in sorted(_names(claim.text)) if not _stems(name) <= named)
    yield from _negation_problems(claim.text, evidence)
    content = _content(claim.text)
    foreign = [word for word in content if not _stems(word) <= known]
    if len(foreign) > MOST_FOREIGN_WORDS * len(content):
        yield f"words not cited: {', '.join(foreign)}"


def _stems(text: str) -> set[str]:
    return {stem(word) for word in _WORDS.findall(fold(text))}


def stem(word: str) -> str:
    """The word without its ending, in lower case."""
    return str(_STEMMER.stemWord(word.lower().removesuffix("'s").removesuffix("s'")))


def _sentences_at(text: str, start: int, end: int) -> str:
    """The whole sentences that `text[start:end]` touches: a clipped quote cannot hide a “not”."""
    cuts = [0, *(found.end() for found in _SENTENCE_END.finditer(text)), len(text)]
    first = max(cut for cut in cuts if cut <= start)
    return text[first : min((cut for cut in cuts if cut >= end), default=len(text))]


def _facts(document: Document) -> str:
    """What is known of the document, and the other names of whoever is named in it."""
    facts = (document.title.value, document.publisher.value, document.author.value, document.first_person)
    aliases = (name for group in document.names if any(other in document.text for other in group) for name in group)
    return " ".join([*(fact for fact in facts if fact), *aliases])


def _numbers(text: str) -> set[str]:
    """Figures without thousands' commas, with their “%”; and the words for small ones."""
    figures = {found.replace(",", "").replace(" ", "") for found in _NUMBER.findall(text)}
    words = set(re.findall(r"[a-z]+", fold(text)))
    return figures | {str(n) for names in (_COUNTS, _ORDINALS) for n, name in enumerate(names) if name in words}


def _derived(published: date | None, evidence: str) -> set[str]:
    """The parts of dates that follow from a dated document: its year where it names a day or month, and the day that is meant."""
    words = set(re.findall(r"[a-z]+", fold(evidence)))
    if published is None or not words & _DATE_WORDS:
        return set()
    days = {published - timedelta(days=1)} if "yesterday" in words else set()
    days |= {published - timedelta(days=(published.weekday() - n) % 7) for n, name in enumerate(_WEEKDAYS) if name in words}
    months = {_MONTHS[(published.replace(day=1) - timedelta(days=1)).month - 1]} if "month" in words else set()
    return {str(published.year)} | {str(day.day) for day in days} | {_MONTHS[day.month - 1] for day in days} | months


def _names(text: str) -> set[str]:
    return {found.rstrip("’'") for found in _NAME.findall(text) if fold(found) not in _FUNCTION}


def _negation_problems(statement: str, evidence: str) -> Iterable[str]:
    """A negation of its own, or none where the sentence denies the very words that are stated."""
    stated, cited = _tokens(statement), _tokens(evidence)
    if _is_negative(stated) and not _is_negative(cited):
        yield "negation not cited"
    if not _is_negative(stated) and (denied := _denied(cited) & {stem(word) for word in stated}):
        yield f"negation left out: {', '.join(sorted(denied))}"


def _tokens(text: str) -> list[str]:
    return re.findall(r"n't|[a-z0-9]+", fold(text).replace("n't", " n't"))


def _is_negative(tokens: Iterable[str]) -> bool:
    return any(token in _NEGATIONS for token in tokens)


def _denied(tokens: list[str]) -> set[str]:
    """The stem of the first content word after each negation."""
    following = ([t for t in tokens[n + 1 : n + 4] if t not in _FUNCTION] for n, token in enumerate(tokens) if token in _NEGATIONS)
    return {stem(words[0]) for words in following if words}


def _content(text: str) -> list[str]:
    return [word for word in _WORDS.findall(fold(text)) if word not in _FUNCTION and not word.isdigit()]
