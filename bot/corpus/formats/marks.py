"""The Markdown that extracted text is written in: `# ` before a heading, `- ` before an item, blank lines between paragraphs.

Words that begin like such a mark by chance keep their place: nothing is added to the words themselves.
"""

import re
from collections.abc import Iterable


def heading(words: str, level: int) -> str:
    """A heading; empty where there are no words."""
    words = one_line(words)
    return f"{'#' * min(6, max(1, level))} {words}" if words else ""


def item(words: str) -> str:
    """An item of a list; empty where there are no words."""
    words = one_line(words)
    return f"- {words}" if words else ""


def row(cells: Iterable[str]) -> str:
    """A row of a table as an item; empty where every cell is."""
    return item(" | ".join(one_line(cell) for cell in cells if cell.strip()))


def one_line(words: str) -> str:
    """`words` with every run of white space as one blank."""
    return " ".join(words.split())


def joined(parts: Iterable[str]) -> str:
    """Paragraphs with a blank line between them; items that follow each other stand on lines that follow each other."""
    text = "\n\n".join(part for part in parts if part)
    return re.sub(r"(?m)^(- .*)\n\n(?=- )", r"\1\n", text)
