"""The engine that runs in the program itself: tantivy, on disk and memory-mapped, or in memory. No server, opened in milliseconds.

In: a folder, or None. Out: a SearchEngine that sees the index as it was when it was opened or last wrote itself: what another process does
to the folder meanwhile shows when it is opened again. Every write is one commit, so a process that is killed leaves the last whole one.
One process writes at a time; the others wait.
"""

import json
import shutil
import struct
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import tantivy

from bot.errors import IndexBroken, IndexBusy
from bot.retrieval import soundness
from bot.retrieval.searching import WEIGHTS, Entry, Frequencies, PassageId, version_of
from bot.retrieval.soundness import META
from bot.retrieval.tokens import Tokens

_DOCUMENT, _KEY, _NUMBER = "document", "key", "number"
_HEAP = 64_000_000  # bytes the writer fills before it writes a segment
_MOST_DEAD = 0.3  # the share of removed passages above which an index is made anew: removing alone never makes it smaller
_READ_AT_ONCE = 32_000_000  # bytes: an index this small is read whole when it is opened, in some ten milliseconds


class EmbeddedEngine:
    """An index in `folder`, made where there is none; in memory without a folder. `patience` in seconds is for another writer to end.

    Raises IndexBroken for a folder that holds something else, an index of another version of tantivy, or a damaged one. A large one whose files
    nobody wrote to since they were whole is read while it is in use: from the moment that finds damage, every search raises IndexBroken.
    """

    def __init__(self, folder: Path | None = None, patience: float = 60.0, read_at_once: int = _READ_AT_ONCE) -> None:
        self._folder = folder
        self._patience = patience
        self._schema = _schema()
        self._recording = threading.Lock()
        self._damaged: list[str] = []
        self._version: str | None = None
        self.checking: threading.Thread | None = None  # what reads a large index while it is in use
        with _as_broken():
            self._index = _open(folder, self._schema)
            self._index.config_reader("manual")
            self._see()
            if folder:
                self._insist_on_undamaged(folder, read_at_once)

    def put(self, passages: Iterable[Entry]) -> None:
        """Hold `passages` in place of whatever was held of their documents, in one commit. Raises IndexBusy."""
        replaced: set[str] = set()
        with self._writer() as writer:
            for entry in passages:
                if entry.id.document not in replaced:
                    writer.delete_documents_by_term(_DOCUMENT, entry.id.document)
                    replaced.add(entry.id.document)
                _add(writer, entry)

    def remove(self, *documents: str) -> None:
        """Hold none of `documents` any more, in one commit. Raises IndexBusy."""
        with self._writer() as writer:
            for document in documents:
                writer.delete_documents_by_term(_DOCUMENT, document)

    def search(self, tokens: Tokens[tuple[str, ...]], k: int) -> list[tuple[PassageId, float]]:
        """The `k` best passages and their BM25 scores, best first. Raises IndexBroken."""
        self._insist_on_undamaged_so_far()
        query = self._query(tokens)
        if k < 1 or query is None:
            return []
        with _as_broken():
            hits = self._searcher.search(query, limit=k, count=False).hits
            addresses = [address for _, address in hits]
            keys = self._searcher.fast_field_values(_KEY, addresses)
            numbers = self._searcher.fast_field_values(_NUMBER, addresses)
        return [
            (PassageId(f"{int(key or 0):016x}", int(number or 0)), score)
            for key, number, (score, _) in zip(keys, numbers, hits, strict=True)
        ]

    def frequencies(self, tokens: Tokens[tuple[str, ...]]) -> Frequencies:
        """How rare each of the tokens is."""
        of = self._searcher.doc_freq
        found = ({token: of(field, token) for token in dict.fromkeys(those)} for field, those in zip(Tokens._fields, tokens, strict=True))
        return Frequencies(self._searcher.num_docs, Tokens(*found))

    def held(self) -> Mapping[str, int]:
        """How many passages are held of each document."""
        return dict(self._searcher.terms_with_prefix(_DOCUMENT, "", filter_query=tantivy.Query.all_query()))

    def version(self) -> str:
        """16 hex digits, the same in every engine that holds the same. Known without a look at what is held where nothing changed since."""
        if self._version is None:
            self._version = version_of(self.held())
            self._record()
        return self._version

    def close(self) -> None:
        """Nothing to give back: mapped files go with the object."""

    @property
    def is_worn(self) -> bool:
        """Whether so much of it has been removed that it should be filled anew."""
        if self._folder is None:
            return False
        segments = json.loads((self._folder / META).read_bytes())["segments"]
        dead = sum(segment["deletes"]["num_deleted_docs"] for segment in segments if segment["deletes"])
        return bool(dead > _MOST_DEAD * sum(segment["max_doc"] for segment in segments))

    @contextmanager
    def _writer(self) -> Iterator[tantivy.IndexWriter]:
        """A writer whose work is committed and visible afterwards, or undone where something is raised."""
        writer = self._locked_writer()
        try:
            self._see()
            with _as_broken():
                yield writer
                writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()  # which also gives back the lock
        self._version = None
        self._see()
        self._record()

    def _locked_writer(self) -> tantivy.IndexWriter:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return self._index.writer(_HEAP, num_threads=1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise
                if time.monotonic() > deadline:
                    raise IndexBusy(f"another process has been writing to {self._folder} for {self._patience:.0f} seconds") from None
                time.sleep(0.1)

    def _see(self) -> None:
        self._index.reload()
        self._searcher = self._index.searcher()

    def _insist_on_undamaged(self, folder: Path, read_at_once: int) -> None:
        there, known = soundness.record_of(folder), soundness.recorded(folder)
        is_known = there is not None and known is not None and (there.meta, there.stamps) == (known.meta, known.stamps)
        if there and known and is_known and there.size > read_at_once:
            self._version = known.version
            self.checking = threading.Thread(target=self._check, args=(folder,), name="checking the index", daemon=True)
            self.checking.start()
            return
        if damaged := soundness.damaged(folder):
            raise IndexBroken(f"{', '.join(damaged)} is damaged")
        self.held()  # reads what a checksum does not cover: whether every file is there
        if there:
            self._version = known.version if known and is_known else None
            soundness.keep(folder, soundness.Record(there.meta, there.stamps, self._version))

    def _check(self, folder: Path) -> None:
        try:
            damaged = soundness.damaged(folder)
        except (OSError, ValueError, KeyError, TypeError):  # another process takes the folder away: what this one has mapped stays as it is
            return
        with self._recording:
            self._damaged = damaged
            if damaged:
                soundness.forget(folder)

    def _insist_on_undamaged_so_far(self) -> None:
        if self._damaged:
            raise IndexBroken(f"{', '.join(self._damaged)} is damaged")

    def _record(self) -> None:
        """That the files are whole as they stand: just written, or read when they were opened."""
        with self._recording:
            if self._folder and not self._damaged and (record := soundness.record_of(self._folder, self._version)):
                soundness.keep(self._folder, record)

    def _query(self, tokens: Tokens[tuple[str, ...]]) -> tantivy.Query | None:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.boost_query(self._term(field, token), weight))
            for field, weight, those in zip(Tokens._fields, WEIGHTS, tokens, strict=True)
            for token in dict.fromkeys(those)
        ]
        return tantivy.Query.boolean_query(terms) if terms else None

    def _term(self, field: str, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, field, token, index_option="freq")


def discard(folder: Path) -> None:
    """Take a folder that cannot be used out of the way, at once, also for other processes, and delete it. Raises IndexBroken."""
    aside = folder.with_name(f"{folder.name}.broken-{time.time_ns()}")
    try:
        folder.rename(aside)
    except FileNotFoundError:
        return  # another process was quicker
    except OSError as error:
        raise IndexBroken(f"{folder} cannot be replaced ({error.strerror})") from error
    shutil.rmtree(aside, ignore_errors=True)


@lru_cache(maxsize=1)
def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in Tokens._fields:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(_DOCUMENT, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(_KEY, fast=True)
    builder.add_unsigned_field(_NUMBER, fast=True)
    return builder.build()


def _add(writer: tantivy.IndexWriter, entry: Entry) -> None:
    document = tantivy.Document()
    for field, those in zip(Tokens._fields, entry.tokens, strict=True):
        document.add_text(field, " ".join(those))
    document.add_text(_DOCUMENT, entry.id.document)
    document.add_unsigned(_KEY, int(entry.id.document, 16))
    document.add_unsigned(_NUMBER, entry.id.number)
    writer.add_document(document)


@contextmanager
def _as_broken() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError, KeyError, TypeError, struct.error) as error:
        raise IndexBroken(str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # how Rust's panics arrive; their class cannot be imported
            raise IndexBroken(str(error)) from error
        raise


def _open(folder: Path | None, schema: tantivy.Schema) -> tantivy.Index:
    if folder is None:
        return tantivy.Index(schema)
    if not (folder / META).exists():
        folder.mkdir(parents=True, exist_ok=True)
    elif not tantivy.Index.is_compatible(str(folder)):
        raise IndexBroken("it was written by another version of tantivy")
    return tantivy.Index(schema, path=str(folder))  # which insists on the same schema
