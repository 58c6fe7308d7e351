"""Text on its way to Slack and back. In Slack `& < >` open control sequences such as <!channel> (docs.slack.dev, "Escaping text")."""

import html
import re


def escape(text: str) -> str:
    """`text` so that Slack shows every character of it and obeys none."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def said(text: str | None, bot_user: str) -> str:
    """What a person said in a message, without the mention of the bot, entities undone."""
    return " ".join(html.unescape(re.sub(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>", " ", text or "")).split())


_MARKUP = re.compile(r"[\\`*_\[\]~|]|^[-+=#]|(?<=^\d)[.)]|(?<=^\d\d)[.)]|&(?=#?\w+;)|:(?=[a-z][\w+-]*:)", re.IGNORECASE)


def as_markdown(text: str) -> str:
    """`text` as one line of Markdown that shows every character of it: no emphasis, link, image, list, heading, emoji or mention.

    Slack reads `<…>` as its own even within Markdown, and `&lt;` as the character (slack.md 1.7); a backslash keeps the rest from meaning
    anything (CommonMark 0.31, "Backslash escapes").
    """
    marked = _MARKUP.sub(lambda match: "\\" + match.group(), " ".join(text.split()))
    return marked.replace("<", "&lt;").replace(">", "&gt;")


def mentions(text: str | None, user: str) -> bool:
    """Whether a message mentions that user."""
    return re.search(rf"<@{re.escape(user)}(?:\|[^>]*)?>", text or "") is not None
