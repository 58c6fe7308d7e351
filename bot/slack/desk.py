"""What is answered at once, without a question: help, the list of documents, an answer shown again, what is kept of somebody.

In: a request of the command's grammar and who makes it. Out: a message, or a dialog, in the language of their last questions. What is one
person's own is never said in a thread.
"""

import asyncio
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext

from bot.commands import Explain, ForgetMe, Help, ListSources, MyData, OpenSettings, Request, Show, Suggest, as_asked
from bot.corpus import Corpus
from bot.guide import guide, usage
from bot.prompts import PromptLibrary
from bot.slack.askers import Askers
from bot.slack.blocks import AnswerBlocks
from bot.slack.elements import Block, Rendered, bullets, button, fallback, listed, plain, rich_text, section, words
from bot.slack.mrkdwn import escape
from bot.slack.posting import SlackDelivery
from bot.slack.receipt import SHOWN_ID, Receipt
from bot.slack.workspaces import team_of
from bot.store import Row, Store, question_of

FORGET_ACTION = "forget_me"
MOST_LISTED = 10
PERSONAL = (Show, MyData, ForgetMe, OpenSettings)


class Desk:
    """Answers requests. Raises AssertionError for an Ask, which is no request of this kind."""

    def __init__(  # each is what one kind of request is answered from
        self, *, store: Store, blocks: AnswerBlocks, corpus: Callable[[], Corpus], prompts: PromptLibrary, receipt: Receipt,
        delivery: SlackDelivery, command: str,
    ) -> None:  # fmt: skip
        self._store = store
        self._blocks = blocks
        self._corpus = corpus
        self._prompts = prompts
        self._receipt = receipt
        self._delivery = delivery
        self._command = command
        self._askers = Askers(store, prompts)
        self._language = ""

    def register(self, app: AsyncApp) -> None:
        """Listen for the button that deletes."""
        app.action(FORGET_ACTION)(self.forget)

    async def answer(self, request: Request, asker: str, team: str, *, is_private: bool = True) -> Rendered:
        """What is said to `request` of a person of a workspace; where others read along, what is personal is only said to be had in private."""
        speaking = self._speaking(await self._askers.language_of(asker, team))
        return await speaking._answer(request, asker, team, is_private=is_private)

    def _speaking(self, language: str) -> "Desk":
        other = copy(self)
        other._language, other._blocks = language, self._blocks.speaking(language)
        return other

    async def _answer(self, request: Request, asker: str, team: str, *, is_private: bool) -> Rendered:
        if isinstance(request, PERSONAL) and not is_private:
            return self._say("personal")
        match request:
            case Help():
                return self._blocks.markdown(guide(self._prompts, self._command, self._language))
            case ListSources():
                return self._blocks.documents(self._corpus())
            case Show(reference):
                return await asyncio.to_thread(self._receipt.of_asker, reference, asker, team)
            case MyData():
                return await asyncio.to_thread(self._kept, asker, team)
            case ForgetMe():
                return self._confirm(await asyncio.to_thread(self._count, asker, team))
            case OpenSettings():
                return self._say("settings_by_command")
            case Suggest(typed, meant):
                text = self._prompts.reply("desk", self._language).label("suggest", command=self._command, meant=meant, typed=typed)
                return Rendered(fallback(escape(text)), [plain(text)])
            case Explain(name, typed):
                return self._explained(name, typed)
        raise AssertionError(f"{request} is a question")

    def _explained(self, name: str, typed: str) -> Rendered:
        used = self._blocks.note("desk", "used", usage=usage(self._prompts, self._command, name, self._language))
        if not typed:
            return used
        asked = self._prompts.reply("desk", self._language).label("or_asked", command=self._command, typed=typed)
        return Rendered(fallback(f"{used.text}\n{escape(asked)}"), [*used.blocks, plain(asked)])

    async def forget(self, ack: AsyncAck, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """The button that deletes what is kept of whoever presses it."""
        await ack()
        user, team = body["user"]["id"], team_of(context)
        speaking = self._speaking(await self._askers.language_of(user, team))
        count = await asyncio.to_thread(self._store.forget, user, team=team)
        await self._delivery.respond(body["response_url"], speaking._say("forgotten", count=count), replace_original=True)

    def _kept(self, asker: str, team: str) -> Rendered:
        template = self._prompts.reply("desk", self._language)
        rows = self._store.of(asker, MOST_LISTED, team=team)
        text = template.label("kept" if rows else "nothing_kept", command=self._command, most=MOST_LISTED)
        blocks = [plain(text), *self._listed(rows)]
        return Rendered(fallback(escape("\n".join([text, *(listed(as_asked(question_of(row))) for row in rows)]))), blocks)

    def _listed(self, rows: list[Row]) -> list[Block]:
        items = (section(words(f"{row['id'][:SHOWN_ID]} ", bold=True), words(listed(as_asked(question_of(row))))) for row in rows)
        return [rich_text(bullets(items))] if rows else []

    def _count(self, asker: str, team: str) -> int:
        return len(self._store.of(asker, team=team))

    def _confirm(self, count: int) -> Rendered:
        template = self._prompts.reply("desk", self._language)
        if not count:
            return self._say("nothing_kept", command=self._command)
        asked = template.label("confirm", count=count)
        delete = button(FORGET_ACTION, template.label("delete"), "", style="danger")
        return Rendered(fallback(asked), [plain(asked), {"type": "actions", "elements": [delete]}])

    def _say(self, name: str, **values: object) -> Rendered:
        text = self._prompts.reply("desk", self._language).label(name, **{"command": self._command, **values})
        return Rendered(fallback(escape(text)), [plain(text)])
