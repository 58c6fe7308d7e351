"""One file, read: its text, its blocks, and what it says of itself. Nothing here depends on corpus.toml or on other files."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path, PurePath

from bot.corpus.blocks import read_blocks
from bot.corpus.documents import Block
from bot.corpus.formats import Notice, Unreadable, extract
from bot.corpus.metadata import Facts, detect
from bot.corpus.passages import Place, places_of

_LIBRARIES = ("lxml", "python-docx", "pypdf", "charset-normalizer", "pyyaml")


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file holds: offsets count code points of `text`; `head` and `pages` are Extracted's. `facts` is None where it is unreadable."""

    text: str = ""
    head: int = 0
    pages: tuple[int, ...] = ()
    blocks: tuple[Block, ...] = ()
    facts: Facts | None = None
    places: tuple[Place, ...] = ()
    words_digest: str = ""
    """The same for texts that differ in white space alone."""
    notices: tuple[Notice, ...] = ()
    unreadable: str = ""
    """Why nothing could be got out of it; the message completes the sentence "FILE …"."""


def parse(name: str, raw: bytes) -> Parsed:
    """The file `name`, which ends in one of formats.SUFFIXES."""
    try:
        found = extract(name, raw)
    except Unreadable as error:
        return Parsed(unreadable=str(error))
    blocks = read_blocks(found.text, head=found.head)
    facts = detect(found.text, blocks, found.stated)
    words = hashlib.sha256(" ".join(found.text.split()).encode("utf-8", "surrogatepass")).hexdigest()
    return Parsed(found.text, found.head, found.pages, blocks, facts, places_of(found.text, blocks), words, found.notices)


def digest_of(name: str, raw: bytes) -> str:
    """Identifies what `parse` makes of a file: its bytes, its kind, and this version of the parser."""
    return hashlib.sha256(b"\0".join((parser_version().encode(), PurePath(name).suffix.lower().encode(), raw))).hexdigest()


@cache
def parser_version() -> str:
    """Changes with every word of the code that reads files, and with the libraries it uses."""
    source = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        source.update(path.read_bytes())
    for library in _LIBRARIES:
        source.update(metadata.version(library).encode())
    return source.hexdigest()
