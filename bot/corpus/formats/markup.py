"""Words of a Markdown file as a person reads them: without the marks of emphasis, links, code and quotation.

In: a stretch of such a file. Out: what to show for it; the stretch itself is what is cited. CommonMark decides what is a mark, so `2 * 3` and
`snake_case` stay; struck-out words keep their marks, for they say something.
"""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_LINE_START = re.compile(r"(?m)^[ \t]*(?:>[ \t]?)+")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]")
_ROW = re.compile(r"\|(.*)\|", re.DOTALL)
_STYLE = re.compile(r"</?(?:b|i|em|strong|u|span|mark|small|kbd|a|br)\b[^>]*>", re.IGNORECASE)


def without_markup(words: str) -> str:
    """`words` without marks. Those that have none within `words`, because their pair was cut off, stay."""
    (inline,) = _parser().parseInline(_FOOTNOTE.sub("", _LINE_START.sub("", words)))
    plain = "".join(map(_shown, inline.children or ())).strip()
    row = _ROW.fullmatch(plain)
    return row.group(1).strip() if row else plain


def _shown(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "html_inline":
        return "" if _STYLE.fullmatch(token.content) else token.content
    return token.content  # of an image its description; of what opens and closes a mark nothing


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark")
