"""Questions about the documents themselves: who wrote one, who published it and when, what it is about, which of them mention something.

In: a question and a Snapshot. Out: an Overview whose quotes are the lines in which the documents say so, or None where the question is none of
these, or no document states what is asked. Nothing is told that a document does not say: a date known from elsewhere has no line to quote.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any

from bot.corpus import Corpus, Document, Fact, Kind, Known, Passage, Span, whole_block
from bot.corpus.dates import find_dates
from bot.drafts import DraftClaim, Quote
from bot.extractive.questions_apart import parts_of
from bot.extractive.wrapping import unwrapped
from bot.overviews import Overview, document_named, summary
from bot.retrieval import Evidence, content_stems
from bot.retrieval.analysis import words
from bot.snapshots import Snapshot

MOST_NAMED = 8  # documents
_LOOKED_THROUGH = 200  # passages that share a word with what is to be mentioned
_OF_TITLE = 0.6  # of a title's words make a question's words that title, and not one thing it speaks of

_DOCUMENT = (
    r"(?:articles?|documents?|docs?|files?|texts?|pieces?|stor(?:y|ies)|reports?|speech(?:es)?|letters?|pages?|posts?|interviews?|papers?"
    r"|press releases?|memos?|handbooks?|guides?|manuals?|polic(?:y|ies)|minutes|notes?|essays?|talks?|sources?|news items?)"
)
_PLURAL = re.compile(
    rf"(?:all|each|every)(?: of)?(?: the| your| these| those)? {_DOCUMENT}"
    r"|(?:(?:the|your|these|those) )?(?:documents|docs|files|articles|texts|sources)",
    re.IGNORECASE,
)
_THE_ONLY = re.compile(rf"(?:it|this|that|(?:the|this|that|your) {_DOCUMENT})", re.IGNORECASE)
_IT = re.compile("it|this|that", re.IGNORECASE)
_WROTE = r"(?:written|authored|composed|penned)"
_CAME_OUT = r"(?:published|written|posted|dated|printed|last updated|updated)"
_BE = r"(?:is|are|was|were)"
_AUTHOR = (
    r"who (?:wrote|authored|penned|has written) (?P<name>.+)",
    rf"(?:who|by whom) {_BE} (?P<name>.+) {_WROTE}(?: by)?",
    rf"(?:who|what)(?:['’]s| {_BE}) the (?:authors?|writers?|byline) (?:of|on) (?P<name>.+)",
)
_PUBLISHER = (
    r"who (?:published|printed|ran|carried|has published) (?P<name>.+)",
    rf"(?:who|by whom) {_BE} (?P<name>.+) published(?: by)?",
    rf"(?:who|what)(?:['’]s| {_BE}) the (?:publishers?|sources?) of (?P<name>.+)",
    r"(?:which|what) (?:newspaper|paper|magazine|site|website|outlet|publisher|news agency|agency) (?:published|printed|ran|carried) (?P<name>.+)",
    rf"where {_BE} (?P<name>.+) published",
)
_PUBLISHED = (
    rf"(?:when|on (?:what|which) (?:day|date)|in (?:what|which) (?:year|month)) {_BE} (?P<name>.+) {_CAME_OUT}",
    r"when did (?P<name>.+) (?:appear|come out)",
    rf"what(?:['’]s| {_BE}) the (?:(?:publication|publishing) )?dates? (?:of|on) (?P<name>.+)",
    rf"how old {_BE} (?P<name>.+)",
)
_ABOUT = (rf"what(?:['’]s| {_BE}) (?P<name>.+) about", r"what (?:topic|subject) does (?P<name>.+) (?:cover|deal with|treat)")
_SPEAK = (
    r"(?:mention|talk about|speak (?:of|about)|discuss|refer to|contain|cover|deal with|name|write about|say (?:anything|something) about"
    r"|are about)"
)
_MENTION = (
    rf"(?:which|what|how many)(?: of)?(?: the| your| these)? {_DOCUMENT} {_SPEAK}s? (?P<name>.+)",
    rf"(?:do(?: any of)?(?: the| your)?|does any of(?: the| your)?|do(?:es)? any) {_DOCUMENT} (?:anywhere )?{_SPEAK} (?P<name>.+)",
    rf"(?:where|in (?:which|what) {_DOCUMENT}) (?:is|are) (?P<name>.+) (?:mentioned|discussed|named)",
    rf"(?:is|are) (?P<name>.+) (?:mentioned|discussed|named) (?:anywhere|in (?:any (?:of )?)?(?:the |your )?{_DOCUMENT})",
)


def asks_about_documents(question: str) -> bool:
    """Whether every part of a question is worded as one about documents: only then need any be looked for."""
    return all(_asked(part.text) for part in parts_of(unwrapped(question)))


def imprint_of(question: str, snapshot: Snapshot, *, is_first: bool = True) -> Overview | None:
    """The lines that answer `question`, if every part of it asks about documents and some line answers it.

    "It" means every document in what `is_first` said, and later something that was spoken of, unless there is one document only.

    What is mentioned is searched for, so there a question that no document answers has an Overview without claims.
    """
    found = []
    name = ""
    for part in parts_of(unwrapped(question)):
        asked = _asked(part.text)
        if asked is None:
            return None
        of, said = asked
        name = name if said.lower() in ("it", "this") and name else said
        if not is_first and _IT.fullmatch(name) and len(snapshot.corpus.documents) > 1:
            return None
        overview = of(name, snapshot)
        if overview is None:
            return None
        found.append(overview)
    passages = {passage.id: passage for overview in found for passage in overview.evidence.passages}
    claims = tuple(dict.fromkeys(claim for overview in found for claim in overview.claims))
    if len(found) == 1:
        return found[0]
    return Overview(claims, Evidence(tuple(passages.values()), is_whole=True, searched=len(snapshot.corpus.documents)))


Finder = Callable[[str, Snapshot], Overview | None]


def _asked(text: str) -> tuple[Finder, str] | None:
    """What finds the answer, and the name of what it is asked of."""
    plain = " ".join(text.split()).strip(" ?.!？")
    for finder, patterns in _FINDERS:
        for pattern in patterns:
            if found := re.fullmatch(rf"(?:and |so )?{pattern}", plain, re.IGNORECASE):
                return finder, found["name"]
    return None


# --- who wrote it, who published it, when


def _stated(fact_of: Callable[[Document], Fact[Any]], name: str, snapshot: Snapshot) -> Overview | None:
    """The line of each document named that states the fact; None where none does."""
    lines = [line for document in _named(name, snapshot.corpus) if (line := _line_of(document, fact_of(document)))]
    if not lines:
        return None
    return Overview(tuple(_claim(line, line.sentences) for line in lines), _evidence(lines, snapshot))


def _line_of(document: Document, fact: Fact[Any]) -> Passage | None:
    """The line that says so: one that the fact is known by, or another of the document's head. A guess from its body says nothing."""
    if fact.value is None:
        return None
    evident = {int(number) for number in re.findall(r"\bline (\d+)", fact.evidence)}
    likely = [block for block in document.blocks if block.line in evident]
    head = [block for block in document.blocks if block.kind is Kind.METADATA]
    for block in (*likely, *head):
        line = whole_block(document, block)
        may_say = block.kind is Kind.METADATA or (block.kind is Kind.BODY and fact.how is Known.STATED)
        if may_say and _says(line.text, fact.value):
            return line
    return None


def _says(line: str, value: object) -> bool:
    if isinstance(value, date):
        return any(found.as_date() == value for found in find_dates(line))
    return bool(set(words(str(value))) & set(words(line)))


# --- what it is about


def _about(name: str, snapshot: Snapshot) -> Overview | None:
    """The summary of the one document named; of several the one sentence that says most of each."""
    summaries = [found for document in _named(name, snapshot.corpus) if (found := summary(document.id, snapshot))]
    if len(summaries) < 2:
        return summaries[0] if summaries else None
    claims = tuple(claim for one in summaries for claim in one.claims[:1])
    return Overview(claims, _evidence([passage for one in summaries for passage in one.evidence.passages], snapshot))


# --- which documents mention something


def _mentions(name: str, snapshot: Snapshot) -> Overview:
    """Of each document that says all of the words in one sentence, the first such sentence."""
    first: dict[str, tuple[Passage, Span]] = {}
    for called in _also_called(name, snapshot.corpus):
        wanted = set(content_stems(called))
        for passage in snapshot.retriever.search(called, _LOOKED_THROUGH) if wanted else ():
            sentence = next((s for s in passage.sentences if wanted <= set(content_stems(passage.document.text[s.start : s.end]))), None)
            kept = first.get(passage.document.id)
            if sentence and (kept is None or sentence.start < kept[1].start):
                first[passage.document.id] = (passage, sentence)
    found = sorted(first.values(), key=lambda one: one[0].document.id)[:MOST_NAMED]
    return Overview(tuple(_claim(passage, [sentence]) for passage, sentence in found), _evidence([p for p, _ in found], snapshot))


def _also_called(name: str, corpus: Corpus) -> Iterator[str]:
    bare = re.sub(r"^(?:the|an?) ", "", name.strip("\"“”'‘’"), flags=re.IGNORECASE)
    groups = {group for document in corpus.documents for group in document.names if bare.lower() in map(str.lower, group)}
    yield from dict.fromkeys([bare, *sorted(other for group in groups for other in group)])


# --- which document is meant


def _named(name: str, corpus: Corpus) -> Sequence[Document]:
    """The documents that `name` fits: all, the only one there is, or the one it calls by its title, publisher or file."""
    if _PLURAL.fullmatch(name) or _IT.fullmatch(name):
        return corpus.documents if len(corpus.documents) <= MOST_NAMED else ()
    if _THE_ONLY.fullmatch(name):
        return corpus.documents if len(corpus.documents) == 1 else ()
    bare = re.sub(
        rf"\b(?:the|this|that|your|an?|{_DOCUMENT}|called|titled|entitled|on|about|by|from|of|in)\b", " ", name, flags=re.IGNORECASE
    )
    document = document_named(name, corpus) or document_named(bare, corpus)
    if document is None or not (re.search(rf"\b{_DOCUMENT}\b", name, re.IGNORECASE) or _is_its_title(name, document)):
        return ()
    return (document,)


def _is_its_title(name: str, document: Document) -> bool:
    """Whether it is named as a document is, and not a thing it speaks of ("When was WeChat published?")."""
    title = set(content_stems(document.title.value or "")) or {document.id}
    return document.id in name or len(title & set(content_stems(name))) >= max(2, _OF_TITLE * len(title))


# --- quotes


def _claim(passage: Passage, sentences: Sequence[Span]) -> DraftClaim:
    text = passage.document.text[sentences[0].start : sentences[-1].end]
    return DraftClaim(quotes=(Quote(passage=passage.id, text=text),), text="")


def _evidence(passages: Iterable[Passage], snapshot: Snapshot) -> Evidence:
    return Evidence(tuple(passages), is_whole=True, searched=len(snapshot.corpus.documents))


_FINDERS: tuple[tuple[Finder, tuple[str, ...]], ...] = (
    (partial(_stated, lambda document: document.author), _AUTHOR),
    (partial(_stated, lambda document: document.publisher), _PUBLISHER),
    (partial(_stated, lambda document: document.published), _PUBLISHED),
    (_mentions, _MENTION),
    (_about, _ABOUT),
)
