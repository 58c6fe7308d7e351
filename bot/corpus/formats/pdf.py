"""A PDF's pages as paragraphs: lines joined, words put together again that were parted at a line's end, running heads and page numbers away."""

import contextlib
import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence

import pypdf
from pypdf.errors import DependencyError

from bot.corpus.formats.extracted import Extracted, Notice, Stated, Unreadable
from bot.corpus.formats.marks import one_line

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it reports every oddity of a file that it can read all the same

LONGEST_SECONDS = 120.0  # for one file; a page takes 0.02 to 0.2 s
MOST_PAGES = 5_000
_MARK = re.compile(r"(?:\d{1,3}[.)]|[•▪◦‣*–—-]|\([a-z\d]{1,2}\))\s+\S|\d{1,2}(?:\.\d{1,2})+\.?\s+[^\W\d_a-z]")
_END = re.compile(r"""[.!?…:。！？]["'’”»)\]]*$""")
_NUMBER = re.compile(r"(?:page|p\.|seite|第)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?\s*(?:(?:of|/|von)\s*\d{1,4}|页)?", re.IGNORECASE)
_PARTED = re.compile(r"([^\W\d_]+)[-\u00ad]$")
SHORT = 0.75  # of a usual line: a line that ends earlier ends its paragraph
RUNNING = 0.5  # of the pages: a first or last line that stands on so many is no text


def extract_pdf(raw: bytes) -> Extracted:
    """A `.pdf` file. Raises Unreadable."""
    with _damage_reported():
        reader = _open(raw)
        pages = list(_texts(reader))
    lines = _without_running([_lines(page) for page in pages])
    known, usual = _words_within(lines), _usual_length(lines)
    text, starts = _joined([list(_paragraphs(page, known, usual)) for page in lines])
    if not text.strip():
        raise Unreadable("has no text in it, and is left out. If it was scanned, please run it through text recognition (OCR).")
    empty = [str(number) for number, page in enumerate(pages, start=1) if not page.strip()]
    notices = (Notice(f"has no text on page {', '.join(empty[:20])}: was it scanned?"),) if empty else ()
    return Extracted(text, pages=starts, stated=_stated(reader, text), notices=notices)


@contextlib.contextmanager
def _damage_reported() -> Iterator[None]:
    try:
        yield
    except Unreadable:
        raise
    except DependencyError:
        raise Unreadable("is encrypted in a way that cannot be read here, and is left out. Please save it without a password.") from None
    except Exception as error:  # noqa: BLE001  # a damaged file makes pypdf fail in any way at all
        raise Unreadable(f"cannot be read as a PDF ({type(error).__name__}), and is left out. Is it damaged?") from None


def _open(raw: bytes) -> pypdf.PdfReader:
    if b"%PDF-" not in raw[:1024]:
        raise Unreadable("is not a PDF, and is left out")
    reader = pypdf.PdfReader(io.BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("is protected by a password, and is left out. Please save it without one.")
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable(f"has more than {MOST_PAGES:,} pages, and is left out. Please split it.")
    return reader


def _texts(reader: pypdf.PdfReader) -> Iterator[str]:
    until = time.monotonic() + LONGEST_SECONDS
    for page in reader.pages:
        yield page.extract_text()
        if time.monotonic() > until:
            raise Unreadable(f"takes more than {LONGEST_SECONDS:.0f} s to read, and is left out. Please split it.")


def _words_within(pages: Sequence[list[str]]) -> frozenset[str]:
    """The words that no line's end has parted."""
    words: set[str] = set()
    is_parted = False
    for line in (line for page in pages for line in page if line):
        found = re.findall(r"[^\W\d_]+", line.lower())
        was_parted, is_parted = is_parted, bool(_PARTED.search(line))
        words.update(found[was_parted : len(found) - is_parted])
    return frozenset(words)


def _lines(page: str) -> list[str]:
    return [one_line(line) for line in page.split("\n")]


def _without_running(pages: Sequence[list[str]]) -> list[list[str]]:
    """The pages without page numbers and without first and last lines that most of them share, digits aside."""
    shared = Counter(key for page in pages for key in {_key(page[at]) for at in _ends(page)})
    running = {key for key, count in shared.items() if count >= max(3, RUNNING * len(pages))}
    return [
        [line for at, line in enumerate(page) if at not in ends or not (_key(line) in running or (line and _NUMBER.fullmatch(line)))]
        for page, ends in ((page, set(_ends(page))) for page in pages)
    ]


def _ends(page: list[str]) -> list[int]:
    """The places of the first two and the last two lines that are not blank."""
    visible = [at for at, line in enumerate(page) if line]
    return [*visible[:2], *visible[2:][-2:]]


def _key(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _usual_length(pages: Sequence[list[str]]) -> int:
    """Of a line that is full, in characters: four of five lines are no longer."""
    lengths = sorted(len(line) for page in pages for line in page if line)
    return lengths[int(0.8 * (len(lengths) - 1))] if lengths else 0


def _paragraphs(lines: Sequence[str], known: frozenset[str], usual: int) -> Iterator[str]:
    paragraph = last = ""
    for line in lines:
        if paragraph and (not line or _MARK.match(line) or _ends_paragraph(last, line, usual)):
            yield paragraph
            paragraph = ""
        paragraph = _append(paragraph, line, known)
        last = line
    if paragraph:
        yield paragraph


def _ends_paragraph(last: str, following: str, usual: int) -> bool:
    """Whether the paragraph ends with the line `last`: it is short and a sentence ends there, or it is a heading above what follows."""
    is_short = len(last) < SHORT * usual
    if _PARTED.search(last) or not is_short:
        return False
    return bool(_END.search(last)) or (following[:1].isupper() and len(last) < SHORT * SHORT * usual)


def _append(paragraph: str, line: str, known: frozenset[str]) -> str:
    if not paragraph or not line:
        return paragraph or line
    parted = _PARTED.search(paragraph)
    if parted and (line[:1].islower() or (parted.group(1).isupper() and len(parted.group(1)) > 1 and line[:2].isupper())):
        rest = re.match(r"[^\W\d_]+", line)
        halves = {parted.group(1).lower(), rest.group().lower()} if rest else set()
        # "well-" + "known" keeps its hyphen where the document has both words by themselves; "indus-" + "trial" does not.
        is_compound = paragraph[-1] == "-" and bool(halves) and halves <= known
        return paragraph + line if is_compound else paragraph[:-1] + line
    is_east_asian = paragraph[-1] > "\u2e7f" and line[0] > "\u2e7f"
    return paragraph + ("" if is_east_asian else " ") + line


def _joined(pages: Sequence[Sequence[str]]) -> tuple[str, tuple[int, ...]]:
    """The text and where each page begins in it; a sentence that goes on overleaf is not broken."""
    text, starts = "", []
    for paragraphs in pages:
        goes_on = bool(text and paragraphs) and not _END.search(text) and paragraphs[0][:1].islower()
        text += " " if goes_on else "\n\n" if text and paragraphs else ""
        starts.append(len(text))
        text += "\n\n".join(paragraphs)
    return text, tuple(starts)


def _stated(reader: pypdf.PdfReader, text: str) -> Stated:
    """Title and author where the text itself begins with them: a file's properties are often those of what it was made with."""
    head = one_line(text[:2_000]).casefold()

    def confirmed(value: object) -> str | None:
        words = one_line(value) if isinstance(value, str) else ""
        return words if len(words) > 3 and words.casefold() in head else None

    try:
        said = reader.metadata
    except Exception:  # noqa: BLE001  # as above: the text could be read
        return Stated()
    return Stated(title=confirmed(said.title), author=confirmed(said.author), where="the file's properties") if said else Stated()
