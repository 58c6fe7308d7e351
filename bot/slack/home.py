"""The app's own two tabs: Home, with what there is to ask and what is kept; and Messages, with suggested prompts.

In: `app_home_opened`, presses on Home. Out: a view published for one person, prompts, questions asked in their conversation with the bot.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import as_asked
from bot.corpus import Document
from bot.examples import Examples
from bot.grounding import Reading
from bot.languages import Languages
from bot.prompts import PromptLibrary
from bot.questions import Place, Question, Surface
from bot.slack.askers import MOST_QUESTIONS, Askers
from bot.slack.blocks import WHY_ACTION
from bot.slack.elements import (
    LONGEST_BUTTON,
    Block,
    Rendered,
    bullets,
    button,
    fallback,
    listed,
    modal,
    plain,
    plain_text,
    quoted,
    rich_text,
    section,
    shortened,
    words,
)  # fmt: skip
from bot.slack.intake import Intake
from bot.slack.mrkdwn import escape
from bot.slack.posting import SlackDelivery
from bot.slack.workspaces import team_of
from bot.snapshots import Snapshot
from bot.store import Row, Store, question_of

logger = logging.getLogger(__name__)
Payload = Mapping[str, Any]

EXAMPLE_ACTION = "example"
FORGET_ACTION = "home_forget"
MOST_EXAMPLES = 4  # as many suggested prompts as Slack shows
MOST_DOCUMENTS = 30
LONGEST_HEADER = 150  # characters; docs.slack.dev, "Header block"
LONGEST_CONFIRM_TITLE = 100  # characters; docs.slack.dev, "Confirmation dialog object"


class Home:
    """Both tabs of the app, for everybody who opens them."""

    def __init__(  # each is what one part of the tab is made of
        self, *, store: Store, snapshot: Callable[[], Snapshot], reading: Reading, prompts: PromptLibrary, intake: Intake,
        delivery: SlackDelivery, command: str,
    ) -> None:  # fmt: skip
        self._store = store
        self._snapshot = snapshot
        self._reading = reading
        self._prompts = prompts
        self._template, self._nothing = prompts.reply("home"), prompts.reply("not_in_documents")
        self._languages = Languages(prompts)
        self._askers = Askers(store, prompts)
        self._examples = Examples(prompts)
        self._intake = intake
        self._delivery = delivery
        self._command = command

    def register(self, app: AsyncApp) -> None:
        """Listen for the tabs and for Home's buttons."""
        app.event("app_home_opened")(self.opened)
        app.action(re.compile(rf"^{EXAMPLE_ACTION}:"))(self.ask_example)
        app.action(FORGET_ACTION)(self.forget)

    async def opened(self, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Publish Home, or suggest prompts in Messages."""
        event = body["event"]
        if event.get("tab") == "home":
            await self.publish(client, event["user"], team_of(context))
            return
        prompts = await self._suggested()
        if not prompts:  # Slack takes one to four
            return
        try:
            await client.assistant_threads_setSuggestedPrompts(
                channel_id=event["channel"], title=self._template.label("prompts_title"), prompts=prompts
            )
        except SlackApiError as error:  # an app installed before it was an agent: its Messages tab has no prompts
            logger.info("No prompts suggested (%s)", error.response.get("error"))

    async def publish(self, client: AsyncWebClient, user: str, team: str) -> None:
        """Bring a person's Home up to date."""
        view = await asyncio.to_thread(self.view, user, team)
        await client.views_publish(user_id=user, view=view)

    async def ask_example(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """An example's button: asked in the conversation with the bot, as if it was typed there."""
        await ack()
        user, team, question = body["user"]["id"], team_of(context), body["actions"][0]["value"]
        asking = self.ask_in_messages(client, user=user, team=team, text=question, key=body["trigger_id"])
        await asyncio.gather(asking, self._tell_asked(client, user, team, body["trigger_id"]))

    async def _tell_asked(self, client: AsyncWebClient, user: str, team: str, trigger_id: str) -> None:
        language = await self._askers.language_of(user, team)
        await client.views_open(trigger_id=trigger_id, view=self._speaking(language)._told())

    def _told(self) -> Block:
        return modal(self._template.label("asked_title"), self._template.label("close"), [plain(self._template.label("asked_note"))])

    async def ask_in_messages(self, client: AsyncWebClient, *, user: str, team: str, text: str, key: str) -> None:
        """Ask `text` for `user` in their conversation with the bot: the question stands there, the answer comes in its thread."""
        opened = await client.conversations_open(users=user)
        channel = opened["channel"]["id"]
        lead = self._speaking(self._languages.of(text))._template.label("you_asked")
        shown = Rendered(fallback(escape(f"{lead} {text}")), [rich_text(section(words(lead)), quoted(words(text)))])
        ts = await self._delivery.post_notice(team, channel, shown)
        place = Place(Surface.DIRECT, team=team, channel=channel, thread_ts=ts, message_ts=ts)
        await self._intake.take_acknowledged(Question(text, user, place, dedupe_keys=(f"pressed:{key}",)))

    async def forget(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Delete what is kept of whoever presses, and show that it is gone."""
        await ack()
        user, team = body["user"]["id"], team_of(context)
        await asyncio.to_thread(self._store.forget, user, team=team)
        await self.publish(client, user, team)

    async def _suggested(self) -> list[dict[str, str]]:
        questions = await asyncio.to_thread(self._examples.questions, self._snapshot(), MOST_EXAMPLES)
        return [{"title": shortened(question, LONGEST_BUTTON), "message": question} for question in questions]

    # --- what Home shows

    def view(self, user: str, team: str) -> Block:
        """Home for one person of a workspace, in the language of their last questions. Blocks on the database; call it in a thread."""
        rows = self._store.of(user, MOST_QUESTIONS, team=team)
        return self._speaking(self._askers.language(rows))._view(rows)

    def _speaking(self, language: str) -> "Home":
        other = copy(self)
        other._template, other._nothing = self._prompts.reply("home", language), self._prompts.reply("not_in_documents", language)
        other._reading = self._reading.speaking(language)
        return other

    def _view(self, rows: Sequence[Row]) -> Block:
        snapshot = self._snapshot()
        blocks = [
            plain(self._template.label("intro") if snapshot.corpus.documents else self._nothing.label("no_documents")),
            *self._example_buttons(self._examples.questions(snapshot, MOST_EXAMPLES)),
            *self._questions(rows),
            *self._documents(snapshot.corpus.documents),
            self._header(self._template.label("kept_heading")), plain(self._template.label("kept_note", command=self._command)),
            self._forget_button(),
        ]  # fmt: skip
        return {"type": "home", "blocks": blocks}

    @staticmethod
    def _header(text: str) -> Block:
        return {"type": "header", "text": plain_text(text, LONGEST_HEADER)}

    def _documents(self, documents: Sequence[Document]) -> list[Block]:
        if not documents:
            return []
        lines = [listed(self._reading.document(document)) for document in documents[:MOST_DOCUMENTS]]
        if len(documents) > MOST_DOCUMENTS:
            lines.append(self._template.label("more", count=len(documents) - MOST_DOCUMENTS))
        heading = self._header(self._template.label("documents_heading", count=len(documents)))
        return [heading, rich_text(bullets(section(words(line)) for line in lines))]

    def _example_buttons(self, questions: Sequence[str]) -> list[Block]:
        if not questions:
            return []
        rows: list[Block] = [
            {"type": "actions", "elements": [button(f"{EXAMPLE_ACTION}:{n}", question, question)]} for n, question in enumerate(questions)
        ]
        return [self._header(self._template.label("examples_heading")), *rows]

    def _questions(self, rows: Sequence[Row]) -> list[Block]:
        if not rows:
            return []
        why = self._reading.phrases.label("why_button")
        shown = [
            plain(listed(as_asked(question_of(row)))) | ({"accessory": button(WHY_ACTION, why, row["id"])} if row["answer"] else {})
            for row in rows
        ]
        return [self._header(self._template.label("questions_heading")), *shown]

    def _forget_button(self) -> Block:
        confirm = {
            "title": plain_text(self._template.label("forget"), LONGEST_CONFIRM_TITLE),
            "text": plain_text(self._template.label("sure"), 300),
            "confirm": plain_text(self._template.label("yes"), 30),
            "deny": plain_text(self._template.label("no"), 30),
        }
        return {"type": "actions", "elements": [button(FORGET_ACTION, self._template.label("forget"), "", style="danger", confirm=confirm)]}
