"""Whether a posted claim is grounded: a second opinion, apart from the gate's.

In: a claim and the corpus. Out: what is wrong with it, nothing where it is grounded. A claim is grounded where each citation is the words
its offsets say, and the claim is those words, or has no number, name, negation, bound, modality or content word that the cited sentences
lack. This is a simple check: it does not see who did what to whom. So the report lists every statement for a person to read.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from difflib import get_close_matches

import Stemmer

from bot.corpus import Corpus, Document
from bot.evaluation.wording import fold, without
from bot.grounding import Citation, CitedClaim, ClaimKind

PRECEDING = 400  # characters before the cited words, where “he” may have his name
ASSEMBLED = frozenset({ClaimKind.DIFFERENCE, ClaimKind.CORRECTION})
MOST_WORDS_AROUND = 10  # a quote: a lead-in, “publisher unknown”, “undated”, “inferred”
MOST_FOREIGN_WORDS = 0.1  # of a statement's content words: a paraphrase may bring a few words of its own
_STEMMER = Stemmer.Stemmer("english")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)\]]*\s+(?=[A-Z“\"'‘(\[])|\n+")
_NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)*(?:\s?%)?")
_NAME = re.compile(r"(?<![\w’'])[A-Z][\w’'&-]*")
_WORDS = re.compile(r"[^\W\d_]+(?:'[a-z]+)?|\d+")
_COUNTS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_DATE_WORDS = frozenset([*(m.lower() for m in _MONTHS), *_WEEKDAYS, "yesterday", "today", "month", "year"])
_NEGATIONS = frozenset("not no never nor neither none nothing cannot without n't no-one nobody".split())
_MODALS = frozenset("will would shall may might could can should must want wants hopes aims plans likely seemingly believed".split())
_SCOPE = frozenset("all any every each only first most always entirely solely just because therefore since due more such same".split())
_SCALES = frozenset("hundred thousand million billion trillion".split())
_BOUNDS = {
    "over": frozenset("over more above exceed exceeds exceeded exceeding least plus".split()),
    "under": frozenset("under less below fewer only".split()),
    "near": frozenset("about nearly almost around approximately roughly some".split()),
}
_REPORTING = (
    "said says say told tells wrote writes write noted notes stated states stressed stresses explained explains added adds announced "
    "announces according declares declared described describes called calls document article letter speech mentions mentioned reports reported"
).split()
_FUNCTION = (
    "a an the this that these those it its he his him she her they their them we our us i my you your who whom whose which what when where why "
    "how and or but if as at by for from in into of on onto to with about over under up out off than then so also both is are was were be "
    "been being am do does did has have had will would shall should may might can could must there here "
    "s not no nor neither never cannot while after before during between through percent per cent"
).split()
_NOT_CONTENT = frozenset([*_FUNCTION, *_COUNTS, *_ORDINALS])  # small numbers are compared as numbers


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
    yield from _modality_problems(claim.text, evidence)
    yield from _bound_problems(claim.text, evidence)
    names = {stem(word) for name in _names(claim.text) for word in _WORDS.findall(fold(name))}
    content = [word for word in _content(claim.text) if stem(word) not in names]
    foreign = [word for word in content if not _stems(word) <= known]
    yield from (f"scope not cited: {word}" for word in foreign if word in _SCOPE)
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
    plain = re.sub(r"\s?per\s?cent\b", "%", fold(text))
    figures = {found.replace(",", "").replace(" ", "") for found in _NUMBER.findall(plain)}
    words = set(re.findall(r"[a-z]+", plain))
    words |= {near for word in words if word.endswith("th") for near in get_close_matches(word, _ORDINALS, 1, cutoff=0.9)}  # “one-eigth”
    return figures | {str(n) for names in (_COUNTS, _ORDINALS) for n, name in enumerate(names) if name in words}


def _derived(published: date | None, evidence: str) -> set[str]:
    """The parts of dates that follow from a dated document: its year where it names a day or month, and the day that is meant."""
    words = set(re.findall(r"[a-z]+", fold(evidence)))
    if published is None or not words & _DATE_WORDS:
        return set()
    days = {published - timedelta(days=1)} if "yesterday" in words else set()
    days |= {published - timedelta(days=(published.weekday() - n) % 7) for n, name in enumerate(_WEEKDAYS) if name in words}
    months = {_MONTHS[day.month - 1] for day in (published, published.replace(day=1) - timedelta(days=1)) if "month" in words}
    return {str(published.year)} | {str(day.day) for day in days} | {_MONTHS[day.month - 1] for day in days} | months


def _names(text: str) -> set[str]:
    return {found.rstrip("’'") for found in _NAME.findall(text) if fold(found) not in _FUNCTION}


def _negation_problems(statement: str, evidence: str) -> Iterable[str]:
    """A negation of its own, or none where the sentence denies the very words that are stated."""
    stated, cited = _tokens(statement), _tokens(evidence)
    names = {stem(fold(name)) for name in _names(evidence)}
    if _is_negative(stated) and not _is_negative(cited):
        yield "negation not cited"
    if not _is_negative(stated) and (denied := _following(cited, _NEGATIONS) & {stem(word) for word in stated} - names):
        yield f"negation left out: {', '.join(sorted(denied))}"


def _tokens(text: str) -> list[str]:
    without_month = re.sub(r"(?<=[a-z0-9,] )May\b", "", text)  # no “may”
    return re.findall(r"n't|[a-z0-9]+", fold(without_month).replace("n't", " n't"))


def _is_negative(tokens: Iterable[str]) -> bool:
    return any(token in _NEGATIONS for token in tokens)


def _following(tokens: list[str], cues: frozenset[str]) -> set[str]:
    """The stem of the first content word after each cue."""
    following = ([t for t in tokens[n + 1 : n + 4] if t not in _FUNCTION] for n, token in enumerate(tokens) if token in cues)
    return {stem(words[0]) for words in following if words}


def _modality_problems(statement: str, evidence: str) -> Iterable[str]:
    """What is to come, or may be, told as a fact; or a fact told as what is to come."""
    stated, cited = _tokens(statement), _tokens(evidence)
    if _MODALS.isdisjoint(stated) and (meant := _following(cited, _MODALS) & {stem(word) for word in stated}):
        yield f"modality left out: {', '.join(sorted(meant))}"
    if not _MODALS.isdisjoint(stated) and _MODALS.isdisjoint(cited):
        yield "modality not cited"


def _bound_problems(statement: str, evidence: str) -> Iterable[str]:
    """“Over”, “nearly” or “less than” lost, added or exchanged at a number that both have."""
    stated, cited = _bounds(statement), _bounds(evidence)
    for number in sorted(set(stated) & set(cited)):
        if not stated[number] & cited[number]:
            yield f"bound changed: {number}"


def _bounds(text: str) -> dict[str, set[str]]:
    """The kinds of bound, or "exactly", at which each number of `text` stands."""
    tokens = re.findall(r"\d+(?:[.,]\d+)*|[a-z]+", fold(text))
    found: dict[str, set[str]] = {}
    for n, token in enumerate(tokens):
        if token[0].isdigit() or token in _SCALES:
            before = set(tokens[max(0, n - 3) : n])
            kinds = {kind for kind, cues in _BOUNDS.items() if before & cues} or {"exactly"}
            found.setdefault(token.replace(",", ""), set()).update(kinds)
    return found


def _content(text: str) -> list[str]:
    return [word for word in _WORDS.findall(fold(text)) if word not in _NOT_CONTENT and not word.isdigit()]
