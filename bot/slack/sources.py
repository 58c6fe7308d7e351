"""The dialog below an answer: each quote within its passage, and the document around it.

In: a button's press. Out: a dialog with every cited passage, page by page where they are many; from each passage a reader opens that turns
the document's pages, passage by passage.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.corpus import Corpus, Document, Fact, Kind, Passage, whole_block
from bot.grounding import Answer, Citation, Reading, Source
from bot.prompts import PromptLibrary
from bot.slack.blocks import SOURCES_ACTION
from bot.slack.elements import Block, button, context, link, modal, plain, quoted, rich_text, section, stretch, words
from bot.slack.workspaces import team_of
from bot.store import Store

Payload = Mapping[str, Any]

PAGE_ACTION = "sources_page"
READ_ACTION = "read"
TURN_ACTION = "turn"
BACK_ACTION = "turn_back"
PAGE_BACK_ACTION = "sources_page_back"
_BESIDE = frozenset({Kind.NOTE, Kind.METADATA})  # lines that are cited and belong to no passage: there is nothing to turn to
MOST_ON_PAGE = 12  # cited passages; each is at most six blocks of a view's hundred


@dataclass(frozen=True, slots=True)
class _Cited:
    """A passage with the quotes in it; without a passage where the document no longer has those words."""

    source: Source
    passage: Passage | None
    citations: tuple[Citation, ...]


class SourcesDialog:
    """The Sources button and everything in its dialog."""

    def __init__(self, *, store: Store, corpus: Callable[[], Corpus], reading: Reading, prompts: PromptLibrary) -> None:
        self._store = store
        self._corpus = corpus
        self._reading = reading
        self._prompts = prompts
        self._template = prompts.reply("source_view")

    def register(self, app: AsyncApp) -> None:
        """Listen for the button below an answer and for those in the dialog."""
        app.action(SOURCES_ACTION)(self.open)
        for action in (PAGE_ACTION, PAGE_BACK_ACTION):
            app.action(action)(self.turn_page)
        app.action(READ_ACTION)(self.read)
        for action in (TURN_ACTION, BACK_ACTION):
            app.action(action)(self.turn)

    # --- what is pressed

    async def open(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """The button below an answer."""
        await ack()
        reference = body["actions"][0]["value"]
        await client.views_open(trigger_id=body["trigger_id"], view=self.overview(await self._answer(reference, context), reference))

    async def turn_page(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """The next or previous passages of an answer that cites many."""
        await ack()
        reference, _, page = body["actions"][0]["value"].partition(":")
        view = self.overview(await self._answer(reference, context), reference, int(page))
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    async def read(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """A passage in its place: the reader opens on top."""
        await ack()
        reference, _, passage = body["actions"][0]["value"].partition(":")
        await client.views_push(trigger_id=body["trigger_id"], view=self.reader(await self._answer(reference, context), reference, passage))

    async def turn(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """The passage before or after."""
        await ack()
        reference, _, passage = body["actions"][0]["value"].partition(":")
        view = self.reader(await self._answer(reference, context), reference, passage)
        await client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    async def _answer(self, reference: str, context: AsyncBoltContext) -> Answer | None:
        return await asyncio.to_thread(self._store.answer, reference, team=team_of(context))

    # --- what is shown

    def overview(self, answer: Answer | None, reference: str, page: int = 0) -> Block:
        """Every cited passage with its quotes in bold, `MOST_ON_PAGE` at once; in the language of the answer."""
        if answer is None:
            return self._dialog([plain(self._template.label("gone"))])
        return self._speaking(answer.language)._overview(answer, reference, page)

    def _speaking(self, language: str) -> "SourcesDialog":
        other = copy(self)
        other._reading, other._template = self._reading.speaking(language), self._prompts.reply("source_view", language)
        return other

    def _overview(self, answer: Answer, reference: str, page: int) -> Block:
        corpus = self._corpus()
        cited = list(_cited(answer, corpus))
        pages = [cited[at : at + MOST_ON_PAGE] for at in range(0, len(cited), MOST_ON_PAGE)] or [[]]
        page = max(0, min(page, len(pages) - 1))
        blocks = [context([self._template.label("quoted")])]
        for number, (source, group) in enumerate(groupby(pages[page], key=lambda one: one.source)):
            apart = [{"type": "divider"}] if number else []
            # What was quoted is what people come for; what is known of the document stands below it.
            blocks += [*apart, self._heading(source), *self._passages(group, reference), context(self._facts(source, corpus))]
        if len(pages) > 1:
            blocks += self._turning(reference, page, len(pages))
        return self._dialog(blocks)

    def reader(self, answer: Answer | None, reference: str, passage_id: str) -> Block:
        """One passage of a document between its neighbours, what the answer quotes of it in bold; in the language of the answer."""
        if answer is None:
            return self._dialog([plain(self._template.label("gone"))])
        return self._speaking(answer.language)._reader(answer, reference, passage_id)

    def _reader(self, answer: Answer, reference: str, passage_id: str) -> Block:
        corpus = self._corpus()
        passage = corpus.passage(passage_id)
        # Where documents came or went since the button was drawn, another one may have the passage of that id.
        if passage is None or passage.document.id not in {source.document for source in answer.sources}:
            return self._dialog([plain(self._template.label("changed"))])
        standing = [_standing(c, corpus) for source in answer.sources for c in source.citations]
        citations = [citation for citation, there in standing if there == passage]
        siblings = corpus.passages_of(passage.document.id)
        at = siblings.index(passage)
        before, after = siblings[at - 1] if at else None, siblings[at + 1] if at + 1 < len(siblings) else None
        place = self._template.label("place", number=at + 1, count=len(siblings))
        turns = [
            button(action, self._template.label(name), f"{reference}:{there.id}")
            for action, name, there in ((BACK_ACTION, "back", before), (TURN_ACTION, "on", after))
            if there
        ]
        blocks = [
            rich_text(section(words(passage.document.label, bold=True))),
            context([place, self._template.label("quoted" if citations else "not_quoted")]),
            rich_text(*_aside(before), quoted(*_highlighted(passage, citations)), *_aside(after)),
        ]
        return self._dialog(blocks + ([{"type": "actions", "elements": turns}] if turns else []))

    def _heading(self, source: Source) -> Block:
        mark = self._reading.phrases.label("mark", number=source.number)
        named = section(words(f"{mark} {self._reading.source(*source.citations)}", bold=True))
        url = self._reading.link(source.document)
        return rich_text(named, *([section(link(url, self._template.label("open")))] if url else []))

    def _facts(self, source: Source, corpus: Corpus) -> list[str]:
        """What is known of the document and how, the name of its file last."""
        document = corpus.document(source.document)
        known = self._known(document) if document else ()
        return [*known, self._template.label("file", id=source.document)]

    def _known(self, document: Document) -> Iterator[str]:
        facts: tuple[tuple[str, Fact[Any]], ...] = (
            ("fact_title", document.title), ("fact_publisher", document.publisher),
            ("fact_author", document.author), ("fact_published", document.published),
        )  # fmt: skip
        for name, fact in facts:
            value = self._template.label(name, value=self._template.label("unknown") if fact.value is None else fact.value)
            yield self._template.label("known", fact=value, evidence=fact.evidence) if fact.evidence else value

    def _passages(self, cited: Iterable[_Cited], reference: str) -> Iterator[Block]:
        for one in cited:
            if one.passage is None:
                yield plain(self._template.label("changed"))
                yield rich_text(*(quoted(words(c.quote, bold=True)) for c in one.citations))
                continue
            yield rich_text(quoted(*_highlighted(one.passage, one.citations)))
            if one.passage.kind in _BESIDE:
                continue
            open_reader = button(READ_ACTION, self._template.label("read"), f"{reference}:{one.passage.id}")
            yield {"type": "actions", "elements": [open_reader]}

    def _turning(self, reference: str, page: int, pages: int) -> Iterator[Block]:
        yield context([self._template.label("page", number=page + 1, count=pages)])
        there = [(PAGE_BACK_ACTION, "page_back", page - 1), (PAGE_ACTION, "page_on", page + 1)]
        buttons = [button(action, self._template.label(name), f"{reference}:{to}") for action, name, to in there if 0 <= to < pages]
        yield {"type": "actions", "elements": buttons}

    def _dialog(self, blocks: list[Block]) -> Block:
        return modal(self._template.label("title"), self._template.label("close"), blocks)


def _cited(answer: Answer, corpus: Corpus) -> Iterator[_Cited]:
    for source in answer.sources:
        standing = [_standing(citation, corpus) for citation in source.citations]
        for passage, group in groupby(standing, key=lambda one: one[1]):
            yield _Cited(source, passage, tuple(sorted((citation for citation, _ in group), key=lambda citation: citation.start)))


def _standing(citation: Citation, corpus: Corpus) -> tuple[Citation, Passage | None]:
    """A citation where its words stand today, and its passage; None where the document, if it is there, has no such words to cite."""
    document = corpus.document(citation.document)
    places = sorted(_places(citation.quote, document.text), key=lambda at: abs(at - citation.start)) if document else []
    beside = [whole_block(document, block) for block in document.blocks if block.kind in _BESIDE] if document and places else []
    for start in places:
        end = start + len(citation.quote)
        for passage in (*corpus.passages_of(citation.document), *beside):
            if passage.start <= start and end <= passage.end:
                return replace(citation, start=start, end=end), passage
    return citation, None


def _places(quote: str, text: str) -> Iterator[int]:
    """Where the words stand: an edit elsewhere in the document moves them."""
    at = text.find(quote)
    while at >= 0:
        yield at
        at = text.find(quote, at + 1)


def _aside(passage: Passage | None) -> Iterator[Block]:
    """A neighbouring passage, so that a quote is read in its place."""
    if passage:
        yield section(words(" ".join(passage.text.split()), italic=True))


def _highlighted(passage: Passage, citations: Iterable[Citation]) -> Iterator[Block]:
    """The passage's text with the quotes in bold."""
    at = passage.start
    for citation in citations:
        yield from _stretch(passage, at, citation.start, bold=False)
        yield from _stretch(passage, max(at, citation.start), citation.end, bold=True)
        at = max(at, citation.end)
    yield from _stretch(passage, at, passage.end, bold=False)


def _stretch(passage: Passage, start: int, end: int, *, bold: bool) -> Iterator[Block]:
    if start < end:
        yield from stretch(passage.document.text[start:end], bold=bold)
