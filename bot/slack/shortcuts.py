"""Shortcuts: "Ask about this message" in a message's menu, and a question form from anywhere.

In: a shortcut, a submitted form. Out: a question, answered in the message's thread, or privately in a conversation, or in Messages.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands import Ask, parse_command
from bot.prompts import PromptLibrary
from bot.questions import MAX_QUESTION_CHARS, Place, Question, Surface, declined_for, plain
from bot.slack.askers import Askers
from bot.slack.blocks import AnswerBlocks
from bot.slack.elements import LONGEST_TITLE, Block, Rendered, fallback, field, modal, plain_text, rich_text, section, words
from bot.slack.home import Home
from bot.slack.intake import Intake
from bot.slack.mrkdwn import escape, said
from bot.slack.posting import SlackDelivery
from bot.slack.workspaces import bot_user_of, team_of

logger = logging.getLogger(__name__)
Payload = Mapping[str, Any]

ABOUT_MESSAGE = "ask_about_message"
ASK_FORM = "ask_form"
# What is said of words that cannot be asked, by the reason of `declined_for`.
FORM_WORDS = {"empty": "form_empty", "too_long": "form_too_long"}
MESSAGE_WORDS = {"empty": "message_empty", "too_long": "message_too_long"}


class Shortcuts:
    """Both shortcuts and the form."""

    def __init__(  # whom it asks for, how a question goes its way, and what it says
        self, *, prompts: PromptLibrary, askers: Askers, intake: Intake, delivery: SlackDelivery, blocks: AnswerBlocks, home: Home,
    ) -> None:  # fmt: skip
        self._prompts = prompts
        self._askers = askers
        self._intake = intake
        self._delivery = delivery
        self._blocks = blocks
        self._home = home

    def register(self, app: AsyncApp) -> None:
        """Listen for the shortcuts and the form."""
        app.shortcut(ABOUT_MESSAGE)(self.about_message)
        app.shortcut(ASK_FORM)(self.open_form)
        app.view(ASK_FORM)(self.submitted)

    async def about_message(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        """Ask what a message says, for everybody in its thread to see; for the asker alone where the bot is not in the channel."""
        await ack()
        message, user = body["message"], body["user"]["id"]
        asked = said(message.get("text"), bot_user_of(context))
        if reason := declined_for(plain(asked)):
            blocks = self._blocks.speaking(await self._askers.language_of(user, team_of(context)))
            await self._delivery.respond(body["response_url"], blocks.note("shortcuts", MESSAGE_WORDS[reason]), response_type="ephemeral")
            return
        channel, ts = body["channel"]["id"], body["message_ts"]
        place = Place(Surface.MENTION, team_of(context), channel, message.get("thread_ts") or ts, ts)
        try:
            await self._delivery.post_in_thread(place, self._who_asks(user, self._askers.language_in(asked)))
        except SlackApiError as error:
            logger.info("Asked about a message where nothing can be posted (%s)", error.response.get("error"))
            place = Place(Surface.COMMAND, place.team, channel, response_url=body["response_url"])
        question = Question(asked, user, place, dedupe_keys=(f"shortcut:{body['trigger_id']}",))
        if place.surface is Surface.COMMAND:
            await self._delivery.respond(place.response_url, self._delivery.waiting(question), response_type="ephemeral")
        await self._intake.take_acknowledged(question)

    async def open_form(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """The question form."""
        await ack()
        language = await self._askers.language_of(body["user"]["id"], team_of(context))
        await client.views_open(trigger_id=body["trigger_id"], view=self.form(language))

    async def submitted(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """The form, filled in: answered where it says, to its asker alone; without a conversation, in Messages."""
        user, team = body["user"]["id"], team_of(context)
        text, key = body["view"]["state"]["values"]["question"]["question"].get("value") or "", body["view"]["id"]
        if reason := declined_for(plain(text)):
            said_so = self._prompts.reply("shortcuts", await self._askers.language_of(user, team)).label(FORM_WORDS[reason])
            await ack(response_action="errors", errors={"question": said_so})
            return
        await ack()
        where = next(iter(body.get("response_urls") or ()), None)
        if where is None:
            await self._home.ask_in_messages(client, user=user, team=team, text=text, key=key)
            return
        place = Place(Surface.COMMAND, team, where["channel_id"], response_url=where["response_url"])
        question = _asked(Question(text, user, place, dedupe_keys=(f"form:{key}",)))
        await self._delivery.respond(place.response_url, self._delivery.waiting(question), response_type="ephemeral")
        await self._intake.take_acknowledged(question)

    def form(self, language: str = "") -> Block:
        """One question, and where its answer is wanted."""
        template = self._prompts.reply("shortcuts", language)
        question = {
            "type": "plain_text_input", "multiline": True, "max_length": MAX_QUESTION_CHARS, "focus_on_load": True,
            "placeholder": plain_text(template.label("placeholder"), 150),
        }  # fmt: skip
        where = {"type": "conversations_select", "response_url_enabled": True, "default_to_current_conversation": True}
        blocks = [
            field("question", template.label("question"), question),
            field("where", template.label("where"), where, optional=True, hint=template.label("where_hint")),
        ]
        submit = plain_text(template.label("ask"), LONGEST_TITLE)
        return modal(template.label("title"), template.label("close"), blocks, callback_id=ASK_FORM, submit=submit)

    def _who_asks(self, user: str, language: str) -> Rendered:
        before, _, after = self._prompts.reply("shortcuts", language).label("asks", user="\0").partition("\0")
        block = rich_text(section(words(before), {"type": "user", "user_id": user}, words(after)))
        return Rendered(fallback(f"{escape(before)}<@{user}>{escape(after)}"), [block])


def _asked(question: Question) -> Question:
    """The same subcommands as after the command, as far as they are questions."""
    request = parse_command(question.text)
    return replace(question, text=request.text, wanted=request.wanted, until=request.until) if isinstance(request, Ask) else question
