"""What stands between `<` and `>` in Slack's text, links, emoji, dates: one of them goes in, safe HTML comes out.

Shared by every dialect (mrkdwn, the markdown block, rich text), so a mention looks the same wherever it was written.
Source of the forms: docs.slack.dev/messaging/formatting-message-text.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from bot.playground.rendering_emoji import EMOJI

REFERENCE = re.compile(r"<([@#!][^<>\n]{1,300}|(?:https?://|mailto:)[^<>\n]{1,3000})>", re.IGNORECASE)
"""A whole reference; group 1 is what stands between the angle brackets."""

EMOJI_CODE = re.compile(r":([a-z0-9_+-]{1,60}):")

_SCHEMES = {"http", "https", "mailto"}
_BROADCASTS = {"here", "channel", "everyone"}


@dataclass(frozen=True)
class Reader:
    """Whose eyes a message is rendered for.

    `users` and `channels` map Slack ids to the names to show; `zone` is the reader's time zone (None: the machine's).
    """

    id: str = ""
    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None

    def time(self, seconds: float) -> datetime:
        """Return the moment `seconds` after the Unix epoch, in the reader's time zone."""
        return datetime.fromtimestamp(seconds, tz=UTC).astimezone(self.zone)

    def now(self) -> datetime:
        """Return the present moment in the reader's time zone."""
        return datetime.now(tz=UTC).astimezone(self.zone)


def safe_url(url: object) -> str | None:
    """Return `url` when a browser may be sent there (http, https or mailto), else None."""
    if not isinstance(url, str) or any(ord(character) <= 32 for character in url):
        return None
    try:
        scheme = urlsplit(url).scheme.lower()
    except ValueError:
        return None
    return url if scheme in _SCHEMES else None


def link(url: str, label: Markup | str) -> Markup:
    """Return an anchor that opens in a new tab, or only the label where the address is not safe."""
    target = safe_url(url)
    if target is None:
        return escape(label)
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(target, label)


def emoji(text: str) -> Markup:
    """Return `text` escaped, its known `:codes:` replaced by their characters; unknown ones stay as typed."""
    return Markup(EMOJI_CODE.sub(_emoji_character, str(escape(text))))  # noqa: S704  # escaped first


def _emoji_character(match: re.Match[str]) -> str:
    character = EMOJI.get(match[1])
    if character is None:
        return match[0]
    return f'<span class="emoji" role="img" title=":{match[1]}:">{character}</span>'


def user_mention(user: str, reader: Reader, label: str = "") -> Markup:
    """Return the chip of `<@U…>`; the reader's own name is highlighted, as Slack does."""
    name = reader.users.get(user) or label or user
    own = " mention-you" if user == reader.id else ""
    return Markup('<span class="mention{}" data-user="{}">@{}</span>').format(own, user, name.removeprefix("@"))


def channel_mention(channel: str, reader: Reader, label: str = "") -> Markup:
    """Return the chip of `<#C…>`, which the page opens as a channel."""
    name = reader.channels.get(channel) or label or channel
    return Markup('<a class="mention" href="?channel={0}" data-open-channel="{0}">#{1}</a>').format(channel, name)


def broadcast(range_: str) -> Markup:
    """Return the chip of `<!here>`, `<!channel>` or `<!everyone>`: it would notify people, so it stands out."""
    return Markup('<span class="mention mention-broadcast">@{}</span>').format(range_)


def date(seconds: float, template: str, reader: Reader, url: str | None = None) -> Markup:
    """Return `<!date^…>` filled in.

    `{date}`, `{date_num}`, `{date_short}`, `{date_long}`, `{time}`, `{time_secs}` and `{ago}` are known;
    the `_pretty` forms say "today", "yesterday" or "tomorrow" where that is so.
    """
    moment = reader.time(seconds)
    text = re.sub(r"\{(\w+)\}", lambda match: _date_part(match, moment, reader.now()), template)
    shown = Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), text)
    return link(url, shown) if url else shown


def _date_part(match: re.Match[str], moment: datetime, now: datetime) -> str:
    name = match[1]
    if name == "ago":
        return ago(moment, now)
    plain = name.removesuffix("_pretty")
    formats = _DATE_FORMATS.get(plain)
    if formats is None:
        return match[0]
    relative = relative_day(moment, now) if name != plain else None
    return relative or formats(moment)


def clock(moment: datetime) -> str:
    """Return the time as Slack writes it: `9:05 AM`."""
    return f"{moment.hour % 12 or 12}:{moment:%M %p}"


_DATE_FORMATS: dict[str, Callable[[datetime], str]] = {
    "date_num": lambda moment: f"{moment:%Y-%m-%d}",
    "date": lambda moment: f"{moment:%B} {moment.day}, {moment.year}",
    "date_short": lambda moment: f"{moment:%b} {moment.day}, {moment.year}",
    "date_long": lambda moment: f"{moment:%A}, {moment:%B} {moment.day}, {moment.year}",
    "time": clock,
    "time_secs": lambda moment: f"{moment.hour % 12 or 12}:{moment:%M:%S %p}",
}


def relative_day(moment: datetime, now: datetime) -> str | None:
    """Return "today", "yesterday" or "tomorrow", or None for any other day."""
    distance = moment.date() - now.date()
    return {timedelta(0): "today", timedelta(-1): "yesterday", timedelta(1): "tomorrow"}.get(distance)


def ago(moment: datetime, now: datetime) -> str:
    """Return how long ago `moment` was, in its largest unit: `3 minutes ago`."""
    seconds = int((now - moment).total_seconds())
    units = ((86400, "day"), (3600, "hour"), (60, "minute"))
    for size, name in units:
        count = abs(seconds) // size
        if count:
            amount = f"{count} {name}{'s' if count > 1 else ''}"
            return f"{amount} ago" if seconds > 0 else f"in {amount}"
    return "just now"


def reference(inner: str, reader: Reader) -> Markup | None:
    """Return the HTML of what stood between `<` and `>`, or None where it is no reference and must show as typed."""
    target, _, label = inner.partition("|")
    kind, name = target[:1], target[1:]
    if kind == "@" and re.fullmatch(r"[UWB][A-Z0-9]+", name):
        return user_mention(name, reader, label)
    if kind == "#" and re.fullmatch(r"[CGD][A-Z0-9]+", name):
        return channel_mention(name, reader, label)
    if kind == "!":
        return _special(name, label, reader)
    if kind in {"@", "#"} or safe_url(target) is None:
        return None
    return link(target, emoji(label) if label else target.removeprefix("mailto:"))


def _special(name: str, label: str, reader: Reader) -> Markup | None:
    if name in _BROADCASTS:
        return broadcast(name)
    if name.startswith("subteam^"):
        return Markup('<span class="mention">@{}</span>').format((label or name[8:]).removeprefix("@"))
    if name.startswith("date^"):
        return _special_date(name, label, reader)
    return escape(label) if label else None


def _special_date(name: str, label: str, reader: Reader) -> Markup | None:
    _, seconds, *rest = name.split("^")
    try:
        return date(float(seconds), rest[0], reader, rest[1] if len(rest) > 1 else None)
    except (ValueError, OverflowError, OSError, IndexError):
        return escape(label) if label else None
