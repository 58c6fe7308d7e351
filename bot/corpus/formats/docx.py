"""A Word file's paragraphs, lists and tables. Changes that were not accepted are read as if they were."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
import lxml.etree
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from bot.corpus.formats.extracted import Extracted, Notice, Stated, Unreadable
from bot.corpus.formats.marks import heading, item, joined, one_line, row

Element = Any  # python-docx gives lxml's elements

LARGEST_UNPACKED = 300_000_000  # bytes: an archive that promises more is a bomb, or no text
_TEXT, _TAB, _BREAK, _RETURN = qn("w:t"), qn("w:tab"), qn("w:br"), qn("w:cr")
_PARAGRAPH, _TABLE, _CONTROL, _CONTENT = qn("w:p"), qn("w:tbl"), qn("w:sdt"), qn("w:sdtContent")
_ROW, _CELL = qn("w:tr"), qn("w:tc")
_DELETED, _INSERTED, _MOVED_AWAY = qn("w:del"), qn("w:ins"), qn("w:moveFrom")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_READ = frozenset({_DELETED, _MOVED_AWAY, _FALLBACK, qn("w:pPr"), qn("w:rPr")})
_LEVEL = re.compile(r"heading (\d)", re.IGNORECASE)


def extract_docx(raw: bytes) -> Extracted:
    """A `.docx` file. Raises Unreadable."""
    document = _open(raw)
    styles = {style.style_id: (style.name or "") for style in document.styles}
    body = document.element.body
    text = joined(_blocks(body, styles))
    has_changes = next(body.iter(_DELETED, _INSERTED, _MOVED_AWAY), None) is not None
    notices = (Notice("holds changes that were not accepted; it is read as if they were"),) if has_changes else ()
    return Extracted(text, stated=_stated(document, text), notices=notices)


def _open(raw: bytes) -> WordDocument:
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("is protected by a password, or an old Word file, and is left out. Please save it as .docx without a password.")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_UNPACKED:
                raise Unreadable("would be too large when unpacked, and is left out")
        return docx.Document(io.BytesIO(raw))
    except (zipfile.BadZipFile, OpcError, KeyError, ValueError, OSError, EOFError, NotImplementedError, lxml.etree.LxmlError) as error:
        raise Unreadable(f"cannot be read as a Word file ({type(error).__name__}), and is left out. Is it damaged?") from None


def _blocks(parent: Element, styles: dict[str, str]) -> Iterator[str]:
    for child in parent:
        if child.tag == _PARAGRAPH:
            yield _paragraph(child, styles)
        elif child.tag == _TABLE:
            yield from (row(_words(cell) for cell in line.iterchildren(_CELL)) for line in child.iterchildren(_ROW))
        elif child.tag == _CONTROL:
            yield from (block for content in child.iterchildren(_CONTENT) for block in _blocks(content, styles))


def _paragraph(paragraph: Element, styles: dict[str, str]) -> str:
    words = _words(paragraph)
    properties = paragraph.pPr
    style = styles.get(paragraph.style or "", "").lower()
    if style == "title":
        return heading(words, 1)
    if level := _LEVEL.match(style):
        return heading(words, int(level.group(1)))
    is_item = style.startswith("list") or (properties is not None and properties.numPr is not None)
    return item(words) if is_item else one_line(words)


def _words(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in {_TAB, _BREAK, _RETURN, _PARAGRAPH}:
            yield " "
            yield from _pieces(child)
        elif child.tag not in _NOT_READ:
            yield from _pieces(child)


def _stated(document: WordDocument, text: str) -> Stated:
    """Title and author where the text itself begins with them: a file's properties are often those of the template it was made from."""
    head = one_line(text[:2_000]).casefold()

    def confirmed(value: str | None) -> str | None:
        words = one_line(value or "")
        return words if len(words) > 3 and words.casefold() in head else None

    try:
        properties = document.core_properties
        return Stated(title=confirmed(properties.title), author=confirmed(properties.author), where="the file's properties")
    except (ValueError, KeyError, OpcError):
        return Stated()
