"""What is wanted of the documents besides one answer: passages that hold some words, a timeline, a summary, a comparison.

In: what was asked and a Snapshot. Out: an Overview, the quotes that give it without a model and, where a model can give more, what to ask it.
Everything in it goes through the gate like any draft.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.commands import compared
from bot.corpus import Corpus, Document, Passage, Span
from bot.drafts import DraftClaim, Quote
from bot.questions import Wanted
from bot.retrieval import Evidence, content_stems
from bot.snapshots import Snapshot

MOST_HITS = 8
MOST_CENTRAL = 4  # sentences of a summary
MOST_COMPARED = 3  # sentences of each of two documents
PER_DOCUMENT = 2  # sentences of each document of a timeline
_NAMED = 0.6  # of a name's words must be in a document's title, publisher, author or file name
_SHORTEST, _LONGEST = 40, 600  # characters of a sentence that says something by itself


@dataclass(frozen=True, slots=True)
class Overview:
    """`claims` are quotes of `evidence`; `prompt` is the file of prompts/ that asks a model for the same, filled with `names`."""

    claims: tuple[DraftClaim, ...]
    evidence: Evidence
    prompt: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


def overview_of(wanted: Wanted, asked: str, snapshot: Snapshot) -> Overview | None:
    """What `wanted` is of `asked`; None where that names no document."""
    makers: dict[Wanted, Callable[[str, Snapshot], Overview | None]] = {
        Wanted.SEARCH: search, Wanted.TIMELINE: timeline, Wanted.SUMMARY: summary, Wanted.COMPARISON: comparison,
    }  # fmt: skip
    return makers[wanted](asked, snapshot)


def search(words: str, snapshot: Snapshot) -> Overview:
    """The passages that fit `words` best, the sentence with most of them quoted from each."""
    wanted = set(content_stems(words))
    found = []
    for passage in snapshot.retriever.search(words, MOST_HITS):
        shared = {sentence: _shared(passage, sentence, wanted) for sentence in passage.sentences}
        if any(shared.values()):
            found.append((passage, max(shared, key=lambda sentence: shared[sentence])))
    evidence = Evidence(tuple(p for p, _ in found), is_whole=True, searched=len(snapshot.corpus.documents))
    return Overview(_each(_quotes(found)), evidence)


def timeline(topic: str, snapshot: Snapshot) -> Overview:
    """What each dated document says of a topic, in the order of their dates."""
    corpus = snapshot.corpus
    dated = sorted((d for d in corpus.documents if d.published.value), key=lambda d: d.published.value or date.min)
    quotes = [quote for d in dated for quote in snapshot.extractive.closest(topic, corpus.passages_of(d.id), PER_DOCUMENT)]
    undated = len(corpus.documents) - len(dated)
    evidence = Evidence(corpus.passages, is_whole=True, searched=len(dated), left_out=undated, undated=undated)
    return Overview(_each(quotes), evidence)


def summary(name: str, snapshot: Snapshot) -> Overview | None:
    """The sentences of one document that say most of what it is about, in its order."""
    document = document_named(name, snapshot.corpus)
    if document is None:
        return None
    evidence = snapshot.retriever.evidence_within([document.id], document.label)
    quotes = _quotes(_central(evidence.passages, _weights(evidence.passages), MOST_CENTRAL))
    return Overview(_each(quotes), evidence, "summary", {"document": document.label})


def comparison(names: str, snapshot: Snapshot) -> Overview | None:
    """What each of two documents says of what both are about, one after the other."""
    pairs = ([document_named(name, snapshot.corpus) for name in pair] for pair in compared(names))
    first, second = next(((a, b) for a, b in pairs if a and b and a is not b), (None, None))
    if first is None or second is None:
        return None
    evidence = snapshot.retriever.evidence_within([first.id, second.id], f"{first.label} {second.label}")
    sides = [[p for p in evidence.passages if p.document is document] for document in (first, second)]
    weights = [_weights(side) for side in sides]
    both = Counter({stem: min(weights[0][stem], weights[1][stem]) for stem in weights[0] if stem in weights[1]})
    quotes = [quote for side in sides for quote in _quotes(_central(side, both, MOST_COMPARED))]
    return Overview(_each(quotes), evidence, "comparison", {"first": first.label, "second": second.label})


def unclear(wanted: Wanted, asked: str, corpus: Corpus) -> tuple[str, tuple[str, ...]]:
    """Why there is no overview, as a label of prompts/replies/declined.md, and the names that fit no one document, or both the same."""
    names = next(iter(compared(asked)), (asked,)) if wanted is Wanted.COMPARISON else (asked,)
    missing = tuple(name for name in names if document_named(name, corpus) is None)
    return ("no_such_document", missing) if missing else ("same_document", names)


def document_named(name: str, corpus: Corpus) -> Document | None:
    """The one document that `name` fits: its id, or words of its title, publisher, author or file name."""
    wanted = set(content_stems(name))
    if (exact := corpus.document(name)) or not wanted:
        return exact
    scores = {document: len(wanted & _names(document)) / len(wanted) for document in corpus.documents}
    ranked = sorted(scores, key=lambda document: -scores[document])[:2]
    if not ranked or scores[ranked[0]] < _NAMED or (len(ranked) > 1 and scores[ranked[1]] == scores[ranked[0]]):
        return None
    return ranked[0]


def _names(document: Document) -> set[str]:
    known = (document.title.value, document.publisher.value, document.author.value, document.id.replace("_", " ").replace(".", " "))
    initials = "".join(word[0] for word in (document.publisher.value or "").split() if word[0].isupper())
    return set(content_stems(" ".join(filter(None, (*known, initials if len(initials) > 1 else "")))))


def _central(passages: Sequence[Passage], weights: Counter[str], at_most: int) -> list[tuple[Passage, Span]]:
    """The sentences whose words weigh most, each word counted once over all of them (SumBasic, Nenkova and Vanderwende 2005)."""
    left = dict(weights)
    open_: dict[tuple[str, Span], tuple[Passage, Span]] = {(p.id, s): (p, s) for p in passages for s in p.sentences if _says_something(s)}
    stems = {key: set(content_stems(p.document.text[s.start : s.end])) for key, (p, s) in open_.items()}
    chosen: list[tuple[Passage, Span]] = []
    while open_ and len(chosen) < at_most:
        best = max(open_, key=lambda key: sum(left.get(stem, 0) for stem in stems[key]) / (8 + len(stems[key])))
        if not any(left.get(stem, 0) for stem in stems[best]):
            break
        chosen.append(open_.pop(best))
        left |= dict.fromkeys(stems[best], 0)
    return sorted(chosen, key=lambda one: one[1].start)


def _weights(passages: Sequence[Passage]) -> Counter[str]:
    """How often each telling word occurs."""
    return Counter(stem for passage in passages for stem in content_stems(passage.text))


def _says_something(sentence: Span) -> bool:
    return _SHORTEST <= sentence.end - sentence.start <= _LONGEST


def _shared(passage: Passage, sentence: Span, wanted: set[str]) -> int:
    return len(wanted & set(content_stems(passage.document.text[sentence.start : sentence.end])))


def _quotes(found: Sequence[tuple[Passage, Span]]) -> list[Quote]:
    return [Quote(passage=p.id, text=p.document.text[s.start : s.end]) for p, s in found]


def _each(quotes: Iterable[Quote]) -> tuple[DraftClaim, ...]:
    return tuple(DraftClaim(quotes=(quote,), text="") for quote in quotes)
