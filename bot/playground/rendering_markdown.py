"""Slack's `markdown` block and `markdown_text`: standard Markdown goes in, safe HTML comes out.

CommonMark with tables and strikethrough by markdown-it-py, raw HTML off. Slack reads its own `<@U…>`, `<!channel>` and
`<url|text>` inside Markdown too (slack.md 1.7), so they are rendered as what they would do: an injection must be seen.
"""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from markupsafe import Markup, escape

from bot.playground.rendering_references import REFERENCE, Reader, emoji, link, reference, safe_url


def markdown(text: object, reader: Reader) -> Markup:
    """Return the HTML of a Markdown text as Slack shows it; an image becomes a link, as in Slack."""
    return Markup(_MARKDOWN.render(str(text or ""), {"reader": reader}))  # noqa: S704  # markdown-it escapes; raw HTML is off


def _slack_reference(state: StateInline, silent: bool) -> bool:
    match = REFERENCE.match(state.src, state.pos) if state.src[state.pos] == "<" else None
    if match is None or reference(match[1], Reader()) is None:
        return False
    if not silent:
        token = state.push("slack_reference", "", 0)
        token.content = match[1]
    state.pos = match.end()
    return True


class _SlackRenderer(RendererHTML):
    """markdown-it's renderer, with Slack's references, emoji and links."""

    def slack_reference(self, tokens: Sequence[Token], index: int, _options: OptionsDict, env: MutableMapping[str, Any]) -> str:
        return str(reference(tokens[index].content, _reader(env)) or "")

    def text(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: MutableMapping[str, Any]) -> str:
        return str(emoji(tokens[index].content))

    def image(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: MutableMapping[str, Any]) -> str:
        source = str(tokens[index].attrGet("src") or "")
        return str(link(source, tokens[index].content or source))

    def link_open(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: MutableMapping[str, Any]) -> str:
        return Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">').format(
            escape(tokens[index].attrGet("href") or "")
        )

    def th_open(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: MutableMapping[str, Any]) -> str:
        return _cell(tokens[index])

    def td_open(self, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: MutableMapping[str, Any]) -> str:
        return _cell(tokens[index])


def _cell(token: Token) -> str:
    # A class where markdown-it writes a style attribute, which the page's Content-Security-Policy forbids.
    align = str(token.attrGet("style") or "").removeprefix("text-align:")
    return f'<{token.tag} class="{align}">' if align in {"center", "right"} else f"<{token.tag}>"


def _reader(env: Mapping[str, Any]) -> Reader:
    found = env.get("reader")
    return found if isinstance(found, Reader) else Reader()


def _slack_markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}, renderer_cls=_SlackRenderer)
    parser.enable(["table", "strikethrough"])
    parser.validateLink = lambda url: safe_url(url) is not None  # type: ignore[method-assign]  # the documented hook
    parser.inline.ruler.before("autolink", "slack_reference", _slack_reference)
    return parser


_MARKDOWN = _slack_markdown()
