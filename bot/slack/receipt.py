"""Why an answer is as it is: what was considered, what was withheld and why, which engine, which words and documents, what it took.

In: the button below an answer, or `/command show ID`. Out: a dialog, or the same as a message to the asker.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import as_asked
from bot.corpus import Corpus
from bot.grounding import Answer, Reading
from bot.llm import Usage
from bot.pins import PINNED
from bot.pipeline import EXTRACTIVE
from bot.prompts import PromptLibrary, Template
from bot.slack.blocks import WHY_ACTION
from bot.slack.elements import (
    Block,
    Rendered,
    bullets,
    fallback,
    listed,
    modal,
    plain,
    quoted,
    rich_text,
    section,
    shortened,
    stretch,
    words,
)
from bot.slack.mrkdwn import escape
from bot.slack.pinning import Pinning
from bot.slack.workspaces import team_of
from bot.store import Row, Store, question_of

Payload = Mapping[str, Any]

MOST = 20  # documents, and claims withheld, in a dialog
MOST_IN_MESSAGE = 6  # of each, below the answer
LONGEST_SHOWN = (
    5_000  # characters of an answer shown again, which must fit one message with its receipt; `tencent-bot log show` has it whole
)
LONGEST_WITHHELD = 400
LONGEST_TITLE = 80  # characters, of one among several on a line
SHORTEST_SHOWN = 0.1  # seconds
SHOWN_ID = 8  # digits of an id that people are shown


class Receipt:
    """The receipt of one answer. What was withheld stands struck through, with the reason: it is no part of the answer."""

    def __init__(  # what it reads, and what a million tokens cost
        self, *, store: Store, corpus: Callable[[], Corpus], reading: Reading, prompts: PromptLibrary, pinning: Pinning,
        prices: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> None:  # fmt: skip
        self._pinning = pinning
        self._store = store
        self._prices = prices
        self._corpus = corpus
        self._reading = reading
        self._prompts = prompts
        self._template = prompts.reply("receipt")

    def register(self, app: AsyncApp) -> None:
        """Listen for the button."""
        app.action(WHY_ACTION)(self.open)

    async def open(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """The button: whoever sees the answer may see what it rests on."""
        await ack()
        found = await asyncio.to_thread(self._store.find, body["actions"][0]["value"], team=team_of(context))
        blocks, words = [plain(self._template.label("gone"))], self._template
        if found and found[0]["answer"]:
            blocks = [*self.blocks(found[0]), *await asyncio.to_thread(self._pinning.blocks, found[0], body["user"]["id"])]
            words = self._words_for(found[0])
        await client.views_open(trigger_id=body["trigger_id"], view=modal(words.label("title"), words.label("close"), blocks))

    def _words_for(self, row: Row) -> Template:
        return self._prompts.reply("receipt", Answer.from_json(row["answer"]).language)

    def of_asker(self, id_prefix: str, asker: str, team: str) -> Rendered:
        """For `show ID`: an answer of the asker's own. Blocks on the database; call it in a thread."""
        own = [row for row in self._store.find(id_prefix, team=team) if row["asker"] == asker and row["answer"]]
        if len(own) != 1:
            text = self._template.label("not_yours", id=id_prefix)
            return Rendered(fallback(escape(text)), [plain(text)])
        row = own[0]
        text = self._reading.plain_text(Answer.from_json(row["answer"]), row["id"])
        shown = stretch(shortened(text, LONGEST_SHOWN))
        asked = as_asked(question_of(row))
        blocks = [rich_text(section(words(listed(asked), bold=True)), quoted(*shown)), *self.blocks(row, MOST_IN_MESSAGE)]
        return Rendered(fallback(escape(f"{asked}\n{text}")), blocks)

    def blocks(self, row: Row, at_most: int = MOST) -> list[Block]:
        """The receipt itself, with so many documents and claims withheld; in the language of the answer."""
        speaking = copy(self)
        speaking._template = self._words_for(row)
        return speaking._blocks(row, Answer.from_json(row["answer"]), at_most)

    def _blocks(self, row: Row, answer: Answer, at_most: int) -> list[Block]:
        return [
            rich_text(self._heading("considered"), bullets(section(words(line)) for line in self._considered(row, answer, at_most))),
            *self._withheld(answer, at_most),
            rich_text(self._heading("made"), bullets(section(words(line)) for line in self._made(row, answer))),
        ]

    def _heading(self, name: str) -> Block:
        return section(words(self._template.label(name), bold=True))

    def _considered(self, row: Row, answer: Answer, at_most: int) -> Iterator[str]:
        """How many passages of each document were supplied, and how many of them are quoted; on one line those of which none is."""
        supplied = Counter(passage.document for passage in self._passages(row["evidence"] or ()))
        quotes = {source.document: len(source.citations) for source in answer.sources}
        quoted_from = [document for document in supplied if document.id in quotes]
        for document in quoted_from[:at_most]:
            yield self._template.label("document", title=listed(document.label), passages=supplied[document], quotes=quotes[document.id])
        if others := [document for document in supplied if document.id not in quotes]:
            named = "; ".join(f"{shortened(document.label, LONGEST_TITLE)} ({supplied[document]})" for document in others[:at_most])
            yield self._template.label("unquoted", documents=named)
        if left_out := sum(max(0, len(documents) - at_most) for documents in (quoted_from, others)):
            yield self._template.label("more", count=left_out)
        if not supplied:
            yield self._template.label("none_considered")

    def _passages(self, ids: Iterable[str]) -> Iterator[Any]:
        return (passage for passage in map(self._corpus().passage, ids) if passage)

    def _withheld(self, answer: Answer, at_most: int) -> Iterator[Block]:
        if not answer.withheld:
            yield rich_text(self._heading("nothing_withheld"))
            return
        rows = (
            section(words(shortened(claim.text, LONGEST_WITHHELD), strike=True), words(f" ({listed('; '.join(map(str, claim.reasons)))})"))
            for claim in answer.withheld[:at_most]
        )
        yield rich_text(self._heading("withheld"), bullets(rows))

    def _engine(self, engine: str) -> str:
        if engine == PINNED:
            return self._template.label("pinned_answer")
        return self._template.label("quotes_only") if engine == EXTRACTIVE else self._template.label("engine", engine=engine)

    def _made(self, row: Row, answer: Answer) -> Iterator[str]:
        yield self._engine(row["engine"])
        if row["model_error"]:
            yield self._template.label("model_failed")
        used = Usage(**(row["tokens"] or {}))
        if used != Usage():
            yield self._template.label("tokens", input=f"{used.input:,}", cached=f"{used.cached:,}", output=f"{used.output:,}")
        if cost := used.cost(self._prices):
            yield self._template.label("cost", cost=f"{cost:.4f}" if cost >= 0.0001 else f"{cost:.2g}")
        took = (row["seconds"] or {}).get("total", 0.0)
        yield self._template.label("seconds", seconds=f"{took:.1f}" if took >= SHORTEST_SHOWN else f"< {SHORTEST_SHOWN}")
        if row["prompt_digest"]:
            yield self._template.label("prompt", digest=row["prompt_digest"])
        yield self._template.label(
            "corpus" if answer.corpus_digest == self._corpus().digest else "corpus_changed", digest=answer.corpus_digest
        )
        yield self._template.label("answer_id", id=row["id"][:SHOWN_ID])
