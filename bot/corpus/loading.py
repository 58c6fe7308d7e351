"""A folder of documents as a Corpus. What cannot be used is reported beside it; the other documents still serve."""

import logging
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.corpus.blocks import read_blocks
from bot.corpus.catalogue import Catalogue, Entry, described, read_catalogue
from bot.corpus.documents import CITABLE, Corpus, Document, Kind
from bot.corpus.folder import FILE_NAME, FoundFile, find_files
from bot.corpus.formats import LARGEST_FILE, SUFFIXES
from bot.corpus.metadata import detect
from bot.corpus.parse_cache import ParseCache
from bot.corpus.parsing import Parsed, digest_of, parse
from bot.corpus.passages import Place, passages_at, places_of
from bot.errors import CorpusError

logger = logging.getLogger(__name__)

_OTHER_DOCUMENTS = frozenset({".doc", ".rtf", ".odt", ".pptx", ".ppt", ".xlsx", ".xls", ".epub", ".pages", ".csv"})

WORTH_A_CACHE = 200_000  # bytes of all files: fewer are read as fast as they are found again

OnProgress = Callable[[int, int], None]
"""Called with how many of how many files are read."""


def load_corpus(folder: Path, cache_folder: Path | None = None, on_progress: OnProgress | None = None) -> Corpus:
    """Read every document below `folder`, in the order of their names; with `cache_folder`, only those that changed since.

    Raises CorpusError only where there is no such folder; all other problems are in `Corpus.problems`.
    """
    if not folder.is_dir():
        raise CorpusError(folder, None, "is not a folder. Put your documents into one and set SEEDS_DIR to it.")
    catalogue = read_catalogue(folder)
    files, problems = find_files(folder)
    problems += _passed_over(files)
    readable = [file for file in files if file.suffix in SUFFIXES]
    shelf = _Shelf(catalogue)
    is_large = sum(file.size for file in readable) >= WORTH_A_CACHE
    with _Reader(folder, cache_folder if is_large else None) as reader:
        for done, file in enumerate(readable):
            if on_progress:
                on_progress(done, len(readable))
            try:
                shelf.put(file, reader.read(file))
            except CorpusError as problem:
                problems.append(problem)
        reader.finish(readable)
    documents = shelf.documents
    problems += [*_instructions(folder, documents), *_misplaced(folder, catalogue, documents)]
    if not documents:
        problems.append(CorpusError(folder, None, f"holds no document that could be read. Put {_kinds()} files into it."))
    passages = tuple(
        one for number, document in enumerate(documents) for one in passages_at(document, f"{number:03d}", shelf.places[document.id])
    )
    return Corpus(tuple(documents), passages, (*catalogue.problems, *problems), catalogue.problems, tuple(shelf.notices))


def read_file(path: Path) -> Parsed:
    """What a file holds. Raises CorpusError where it cannot be read or has nothing to cite."""
    with _Reader(path.parent, None) as reader:
        stat = path.stat()
        parsed = reader.read(FoundFile(path.name, str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino))
    _check_citable(path, parsed)
    return parsed


class _Shelf:
    """The documents of one folder, each text once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_words: dict[str, str] = {}
        self.documents: list[Document] = []
        self.places: dict[str, tuple[Place, ...]] = {}
        self.notices: list[CorpusError] = []

    def put(self, file: FoundFile, parsed: Parsed) -> None:
        """Add a document. Raises CorpusError where it has nothing to cite, or what another one has."""
        entry = self._catalogue.entries.get(file.id)
        document = _document(file.id, parsed, entry, self._catalogue.names)
        _check_citable(file.path, parsed if entry is None else Parsed(blocks=document.blocks, text=document.text))
        if (same := self._by_words.setdefault(parsed.words_digest, file.id)) != file.id:
            raise CorpusError(file.path, None, f"says the same as {same}, word for word, and is left out")
        self.documents.append(document)
        self.places[file.id] = parsed.places if document.blocks is parsed.blocks else places_of(document.text, document.blocks)
        self.notices += [CorpusError(file.path, notice.line, notice.reason) for notice in parsed.notices]


def _document(document_id: str, parsed: Parsed, entry: Entry | None, names: tuple[frozenset[str], ...]) -> Document:
    blocks, found = parsed.blocks, parsed.facts
    if found is None or (entry is not None and entry.kinds):
        blocks = read_blocks(parsed.text, entry.kinds if entry else None, parsed.head)
        found = detect(parsed.text, blocks)
    facts = described(found, entry)
    return Document(
        id=document_id, text=parsed.text, title=facts.title, publisher=facts.publisher, author=facts.author, published=facts.published,
        language=facts.language, first_person=facts.first_person, blocks=blocks, corrections=facts.corrections, names=names,
        pages=parsed.pages, link=facts.link,
    )  # fmt: skip


def _check_citable(path: Path, parsed: Parsed) -> None:
    if not parsed.text.strip():
        raise CorpusError(path, None, "is empty, and is left out")
    if not any(block.kind in CITABLE for block in parsed.blocks):
        raise CorpusError(path, None, "has no text that could be cited, and is left out")


class _Reader:
    """Reads files, through the cache while there is one that works."""

    def __init__(self, folder: Path, cache_folder: Path | None) -> None:
        self._cache: ParseCache | None = None
        try:
            self._cache = ParseCache(cache_folder, folder) if cache_folder else None
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)

    def __enter__(self) -> "_Reader":
        return self

    def __exit__(self, *_: object) -> None:
        if self._cache:
            self._cache.close()

    def read(self, file: FoundFile) -> Parsed:
        """What a file holds. Raises CorpusError where nothing could be got out of it."""
        if file.size > LARGEST_FILE:
            raise CorpusError(file.path, None, f"has more than {LARGEST_FILE / 1e6:,.0f} MB, and is left out. Please split it.")
        parsed = self._cached(file) or self._read_again(file)
        if parsed.unreadable:
            raise CorpusError(file.path, None, parsed.unreadable)
        return parsed

    def finish(self, files: Sequence[FoundFile]) -> None:
        """Keep what was read for the next time."""
        try:
            if self._cache:
                self._cache.finish(files)
        except sqlite3.Error as error:
            self._give_up(error)

    def _cached(self, file: FoundFile) -> Parsed | None:
        try:
            return self._cache.unchanged(file) if self._cache else None
        except sqlite3.Error as error:
            self._give_up(error)
            return None

    def _read_again(self, file: FoundFile) -> Parsed:
        try:
            raw = file.path.read_bytes()
        except OSError as error:
            raise CorpusError(file.path, None, f"cannot be read ({error.strerror}), and is left out") from None
        try:
            return self._remembered(file, raw)
        except sqlite3.Error as error:
            self._give_up(error)
            return parse(file.id, raw)

    def _remembered(self, file: FoundFile, raw: bytes) -> Parsed:
        if self._cache is None:
            return parse(file.id, raw)
        digest = digest_of(file.id, raw)
        known = self._cache.by_digest(digest)
        parsed = known or parse(file.id, raw)
        self._cache.keep(file, digest, None if known else parsed)
        return parsed

    def _give_up(self, error: Exception) -> None:
        logger.warning("The cache of documents cannot be used, so every file is read again: %s", error)
        self.__exit__()
        self._cache = None


def _misplaced(folder: Path, catalogue: Catalogue, documents: Sequence[Document]) -> Iterator[CorpusError]:
    """What corpus.toml says of documents, or of lines in them, that are not there."""
    described_documents = [document for document in documents if document.id in catalogue.entries]
    begun = {document.id: {block.line for block in document.blocks} for document in described_documents}
    for name, entry in catalogue.entries.items():
        if not (folder / name).is_file():
            yield CorpusError(folder / FILE_NAME, catalogue.line_of(name), f"describes {name}, which is not there")
        for line, keys in _lines_named(entry) if name in begun else ():
            if line not in begun[name]:
                reason = f"{name}: {keys[0]}: no paragraph begins at line {line}"
                yield CorpusError(folder / FILE_NAME, catalogue.line_of(name, *keys), reason)


def _lines_named(entry: Entry) -> Iterator[tuple[int, tuple[str, str]]]:
    for line in entry.kinds:
        yield line, ("kinds", str(line))
    for number, correction in enumerate(entry.corrections):
        for line in (correction.line, *correction.supersedes):
            yield line, ("corrections", str(number))


def _instructions(folder: Path, documents: Sequence[Document]) -> Iterator[CorpusError]:
    for document in documents:
        for block in document.blocks:
            if block.kind is Kind.INSTRUCTION:
                yield CorpusError(folder / document.id, block.line, "gives orders to a language model, and is never cited")


def _passed_over(files: Sequence[FoundFile]) -> Iterator[CorpusError]:
    """Files that look like documents and are none that can be read: whoever put them there should know."""
    for file in files:
        if file.suffix in _OTHER_DOCUMENTS:
            yield CorpusError(file.path, None, f"is of a kind that cannot be read, and is left out. Please save it as one of {_kinds()}.")


def _kinds() -> str:
    return ", ".join(sorted(SUFFIXES))
