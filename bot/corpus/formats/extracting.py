"""Which reader a file is for. The readers of HTML, Word and PDF are imported when the first such file comes: a corpus of text starts without."""

from collections.abc import Callable
from pathlib import PurePath

from bot.corpus.formats.extracted import Extracted, Unreadable
from bot.corpus.formats.plain import extract_markdown, extract_text

LARGEST_FILE = 50_000_000  # bytes: a book of a thousand pages with pictures; more is an archive, not a document
LONGEST_TEXT = 10_000_000  # characters


def _html(raw: bytes) -> Extracted:
    from bot.corpus.formats.html import extract_html  # noqa: PLC0415  # see above

    return extract_html(raw)


def _docx(raw: bytes) -> Extracted:
    from bot.corpus.formats.docx import extract_docx  # noqa: PLC0415  # see above

    return extract_docx(raw)


def _pdf(raw: bytes) -> Extracted:
    from bot.corpus.formats.pdf import extract_pdf  # noqa: PLC0415  # see above

    return extract_pdf(raw)


_READERS: dict[str, Callable[[bytes], Extracted]] = {
    ".txt": extract_text,
    ".md": extract_markdown,
    ".markdown": extract_markdown,
    ".html": _html,
    ".htm": _html,
    ".xhtml": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}
SUFFIXES = frozenset(_READERS)


def is_markdown(name: str) -> bool:
    """Whether the text of the file `name` has Markdown's marks in it."""
    return name.lower().endswith((".md", ".markdown"))


def extract(name: str, raw: bytes) -> Extracted:
    """The text of the file `name`, which ends in one of SUFFIXES. Raises Unreadable."""
    found = _READERS[PurePath(name).suffix.lower()](raw)
    if len(found.text) > LONGEST_TEXT:
        raise Unreadable(f"has more than {LONGEST_TEXT:,} characters, and is left out. Please split it.")
    return found
