"""What people think of an answer: thumbs below each, and after a thumb down a form that asks what was wrong.

In: a press, a submitted form. Out: a rating in the store, one a person and answer; a changed mind changes it.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.prompts import PromptLibrary
from bot.slack.blocks import FEEDBACK_ACTION, GOOD
from bot.slack.elements import LONGEST_TITLE, Block, field, modal, option, plain, plain_text
from bot.slack.workspaces import team_of
from bot.store import Store

Payload = Mapping[str, Any]

FORM = "feedback_form"
REASONS = ("reason_wrong", "reason_missing", "reason_source", "reason_unclear", "reason_slow")
LONGEST_COMMENT = 3_000  # what Slack's text input holds


class FeedbackForm:
    """The thumbs and the form."""

    def __init__(self, *, store: Store, prompts: PromptLibrary) -> None:
        self._store = store
        self._prompts = prompts

    def register(self, app: AsyncApp) -> None:
        """Listen for thumbs and for the form."""
        app.action(FEEDBACK_ACTION)(self.rate)
        app.view(FORM)(self.explain)

    async def rate(self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """A thumb: kept at once; a thumb down also opens the form, which may be left unanswered.

        The form waits for no database: Slack lets a press open one for three seconds (docs.slack.dev, "Modals").
        """
        await ack()
        vote, reference, language = _parts(body["actions"][0]["value"], 3)
        keeping = asyncio.to_thread(self._store.rate, reference, body["user"]["id"], is_good=vote == GOOD, team=team_of(context))
        view = self.form(reference, language)
        opening = [] if vote == GOOD else [client.views_open(trigger_id=body["trigger_id"], view=view)]
        kept, *opened = await asyncio.gather(keeping, *opening, return_exceptions=True)
        if isinstance(kept, BaseException):
            raise kept
        for error in opened:  # without its form a vote is still a vote
            if isinstance(error, BaseException) and not isinstance(error, SlackApiError):
                raise error

    async def explain(self, ack: AsyncAck, body: Payload, context: AsyncBoltContext) -> None:
        """The form, filled in; thanks take its place."""
        held = body["view"]["state"]["values"]
        reasons = [chosen["value"] for chosen in held["reasons"]["reasons"].get("selected_options") or []]
        comment = held["comment"]["comment"].get("value") or ""
        reference, language = _parts(body["view"]["private_metadata"], 2)
        await asyncio.to_thread(self._store.explain, reference, body["user"]["id"], reasons, comment, team=team_of(context))
        await ack(response_action="update", view=self.thanks(language))

    def thanks(self, language: str = "") -> Block:
        """What takes the form's place."""
        words = self._prompts.reply("feedback", language)
        return modal(words.label("thanks_title"), words.label("thanks_close"), [plain(words.label("thanks"))])

    def form(self, reference: str, language: str = "") -> Block:
        """The form for one answer, in the language of that."""
        words = self._prompts.reply("feedback", language)
        options = [option(words.label(reason), reason.removeprefix("reason_")) for reason in REASONS]
        reasons = {"type": "checkboxes", "options": options}
        comment = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_COMMENT}
        blocks = [
            field("reasons", words.label("reasons"), reasons, optional=True),
            field("comment", words.label("comment"), comment, optional=True, hint=words.label("comment_hint")),
        ]
        more = {
            "callback_id": FORM,
            "private_metadata": f"{reference}:{language}",
            "submit": plain_text(words.label("send"), LONGEST_TITLE),
        }
        return modal(words.label("title"), words.label("close"), blocks, **more)


def _parts(value: str, count: int) -> list[str]:
    """What stands between colons; what an older message does not tell is ""."""
    return (value.split(":") + [""] * count)[:count]
