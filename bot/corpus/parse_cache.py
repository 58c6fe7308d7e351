"""What was made of each file, kept on disk, so that only files that changed are read again.

In: files and what was parsed of them. Out: the same, while a file's size, time of change and inode stay what they were, or its bytes do.
It can be deleted at any time; where it cannot be used, files are read as if there were none.
"""

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.corpus.folder import FoundFile
from bot.corpus.parsing import Parsed, parser_version

logger = logging.getLogger(__name__)

FILE = "documents.sqlite3"
JUST_WRITTEN = 2_000_000_000  # nanoseconds: a file may change again within its clock's tick, and look the same (as git's index knows)
LONGEST_UNUSED = 86_400  # seconds that what no file holds any more is kept: an editor may undo, a folder come back
_PARSED = TypeAdapter(Parsed)
_TABLES = """
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, inode INTEGER, digest TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parsed (digest TEXT PRIMARY KEY, version TEXT, kept_at REAL, body BLOB);
"""


class ParseCache:
    """A SQLite file in `folder`, for the documents below `documents`. Several processes may use it at once."""

    def __init__(self, folder: Path, documents: Path) -> None:
        self._root = f"{documents.absolute()}/"
        folder.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(folder / FILE, timeout=5, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.executescript(_TABLES)
        except sqlite3.Error:
            self._connection.close()
            raise
        self._digests = {row[0]: row[1:] for row in self._connection.execute("SELECT path, size, changed, inode, digest FROM files")}
        self._new: list[tuple[str, int, int, int, str]] = []
        self._bodies: list[tuple[str, str, float, bytes]] = []

    def unchanged(self, file: FoundFile) -> Parsed | None:
        """What was made of `file`, if it has not changed since."""
        known = self._digests.get(self._root + file.id)
        if known is None or known[:3] != (file.size, file.changed, file.inode):
            return None
        return self.by_digest(known[3])

    def by_digest(self, digest: str) -> Parsed | None:
        """What was made of a file with the same bytes."""
        row = self._connection.execute("SELECT body FROM parsed WHERE digest = ? AND version = ?", (digest, parser_version())).fetchone()
        try:
            return _PARSED.validate_json(row[0]) if row else None
        except ValidationError:
            return None

    def keep(self, file: FoundFile, digest: str, parsed: Parsed | None) -> None:
        """Remember a file; `parsed` is None where its content is known already."""
        if parsed is not None:
            self._bodies.append((digest, parser_version(), time.time(), _PARSED.dump_json(parsed)))
        if time.time_ns() - file.changed > JUST_WRITTEN:
            self._new.append((self._root + file.id, file.size, file.changed, file.inode, digest))
        if len(self._bodies) >= 200:
            self._write()

    def _write(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT OR REPLACE INTO parsed VALUES (?, ?, ?, ?)", self._bodies)
        self._connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)", self._new)
        self._connection.execute("COMMIT")
        self._bodies, self._new = [], []

    def finish(self, files: Iterable[FoundFile]) -> None:
        """Write what is left, and forget the files that are no longer there, with what no file holds any more."""
        had_new = bool(self._new or self._bodies)
        self._write()
        gone = {path for path in self._digests if path.startswith(self._root)} - {self._root + file.id for file in files}
        if gone or had_new:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in gone])
            self._connection.execute("DELETE FROM parsed WHERE version != ?", (parser_version(),))
            unused = "DELETE FROM parsed WHERE kept_at < ? AND digest NOT IN (SELECT digest FROM files)"
            self._connection.execute(unused, (time.time() - LONGEST_UNUSED,))
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let the file go."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()
