"""Files of each kind as text: bytes in, an Extracted out.

Of `.txt` and `.md` the text is the file as decoded, its line ends untouched. Of `.html`, `.docx` and `.pdf` it is what is extracted, the same
each time from the same bytes with the same libraries: headings as Markdown headings, items of lists and rows of tables as `- …`.
"""

from bot.corpus.formats.extracted import Extracted, Notice, Stated, Unreadable
from bot.corpus.formats.extracting import LARGEST_FILE, SUFFIXES, extract, is_markdown

__all__ = ["LARGEST_FILE", "SUFFIXES", "Extracted", "Notice", "Stated", "Unreadable", "extract", "is_markdown"]
