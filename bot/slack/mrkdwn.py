"""Text on its way to Slack and back. In Slack `& < >` open control sequences such as <!channel> (docs.slack.dev, "Escaping text")."""

import html
import re


def escape(text: str) -> str:
    """`text` so that Slack shows every character of it and obeys none."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def said(text: str | None, bot_user: str) -> str:
    """What a person said in a message, without the mention of the bot, entities undone."""
    return " ".join(html.unescape(re.sub(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>", " ", text or "")).split())
