"""Text on its way to Slack and back. In Slack `& < >` open control sequences such as <!channel> (docs.slack.dev, "Escaping text")."""

import html
import re

_BLIND = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]"
)


def escape(text: str) -> str:
    """`text` so that Slack shows every character of it and obeys none."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def without_blind(text: str) -> str:
    """`text` without characters that are not seen or turn the direction of what is."""
    return _BLIND.sub("", text)


def said(text: str | None, bot_user: str) -> str:
    """What a person said in a message, without the mention of the bot, entities undone."""
    return " ".join(html.unescape(re.sub(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>", " ", text or "")).split())
