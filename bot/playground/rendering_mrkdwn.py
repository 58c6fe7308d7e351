"""Slack's own text dialect: mrkdwn goes in, safe HTML comes out.

No library reads this dialect, so this is a parser of our own, by the rules of
docs.slack.dev/messaging/formatting-message-text: `*bold*`, `_italic_`, `~struck~`, code in one or three backticks, `>`
quotes, `<…>` references, and `&lt; &gt; &amp;` for the three characters that would otherwise be markup. Emphasis needs
a non-word character, or an end, on its outside.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

from bot.playground.rendering_references import REFERENCE, Reader, emoji, link, reference

_FENCE = re.compile(r"```(.+?)```\n?", re.DOTALL)
_QUOTE = re.compile(r"^(?:>|&gt;)(?!&gt;|>) ?")
_URL = r"https?://[^\s<>|]+[^\s<>|.,;:!?'\")\]*_~]"
# An inner text cannot hold its own marker, so nesting ends after three levels and no match backtracks far.
_INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    rf"|(?P<reference>{REFERENCE.pattern.replace('(', '(?:', 1)})"
    rf"|(?<!\w)(?P<url>{_URL})"
    r"|(?<![\w*])\*(?P<bold>(?![\s*])[^*\n]*[^*\s])\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>(?![\s_])[^_\n]*[^_\s])_(?![\w_])"
    r"|(?<![\w~])~(?P<struck>(?![\s~])[^~\n]*[^~\s])~(?![\w~])",
    re.IGNORECASE,
)


def mrkdwn(text: object, reader: Reader) -> Markup:
    """Return the HTML of a mrkdwn text; line breaks are kept, and whatever is not markup shows as typed."""
    return Markup("").join(_fenced(str(text or ""), reader))


def unescaped(text: str) -> str:
    """Return `text` with Slack's three entities read back, as code and plain text show it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _fenced(text: str, reader: Reader) -> Iterator[Markup]:
    position = 0
    for fence in _FENCE.finditer(text):
        yield _lines(text[position : fence.start()].removesuffix("\n"), reader)
        yield Markup("<pre>{}</pre>").format(unescaped(fence[1].strip("\n")))
        position = fence.end()
    yield _lines(text[position:], reader)


def _lines(text: str, reader: Reader) -> Markup:
    if not text:
        return Markup("")
    groups = groupby(text.split("\n"), key=lambda line: bool(_QUOTE.match(line)))
    pieces = [(_quote if quoted else _paragraph)(lines, reader) for quoted, lines in groups]
    return Markup("").join(pieces)


def _quote(lines: Iterable[str], reader: Reader) -> Markup:
    return Markup("<blockquote>{}</blockquote>").format(_broken([_QUOTE.sub("", line) for line in lines], reader))


def _paragraph(lines: Iterable[str], reader: Reader) -> Markup:
    return Markup('<span class="lines">{}</span>').format(_broken(list(lines), reader))


def _broken(lines: list[str], reader: Reader) -> Markup:
    return Markup("<br>").join(inline(line, reader) for line in lines)


def inline(text: str, reader: Reader) -> Markup:
    """Return the HTML of one line of mrkdwn: emphasis, code, references, addresses and emoji."""
    pieces: list[Markup] = []
    position = 0
    for match in _INLINE.finditer(text):
        pieces += [emoji(unescaped(text[position : match.start()])), _matched(match, reader)]
        position = match.end()
    return Markup("").join([*pieces, emoji(unescaped(text[position:]))])


def _matched(match: re.Match[str], reader: Reader) -> Markup:
    kind = match.lastgroup or ""
    return _KINDS[kind](match[kind], reader)


def _reference(whole: str, reader: Reader) -> Markup:
    found = reference(unescaped(whole[1:-1]), reader)
    return escape(unescaped(whole)) if found is None else found


def _emphasis(tag: str) -> Callable[[str, Reader], Markup]:
    return lambda inner, reader: Markup(f"<{tag}>{{}}</{tag}>").format(inline(inner, reader))  # noqa: S704  # a tag of ours


_KINDS: dict[str, Callable[[str, Reader], Markup]] = {
    "code": lambda inner, _reader: Markup("<code>{}</code>").format(unescaped(inner)),
    "reference": _reference,
    "url": lambda url, _reader: link(unescaped(url), unescaped(url)),
    "bold": _emphasis("strong"),
    "italic": _emphasis("em"),
    "struck": _emphasis("s"),
}
