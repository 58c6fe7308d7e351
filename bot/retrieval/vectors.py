"""Meaning beside words: hits scored again by the likeness of their vectors to the question's; optional, off without EMBEDDING_MODEL.

In: a question, and hits with scores of their words. Out: the same hits in an order by both. There is no index of vectors: the best hits by
words are scored again, which gave 94.9 / 78.0 / 91.0 recall@5 where words alone gave 93.1 / 65.4 / 89.0 (retrieval.md, "Dense vectors"). A
passage's vector is asked for when it is first among the best hits, and kept by the digest of its text, so that only what is asked about is paid
for. Whoever fails to give vectors is passed over: the order by words stays.
"""

import hashlib
import logging
import math
import sqlite3
import threading
import time
from array import array
from collections.abc import Sequence
from operator import mul
from pathlib import Path
from typing import Protocol

from bot.errors import ModelError

logger = logging.getLogger(__name__)

WORDS = 0.6  # the share of the words' score in the sum; the vectors' is the rest
PAUSE = 30  # seconds in which nobody is asked after a failure, so that not every question waits for the next one
DEPTH = 100  # hits that are scored again

Vector = Sequence[float]


class Embedder(Protocol):
    """Gives texts their vectors. `name` says which model does: vectors of two do not compare."""

    name: str

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, in order. Raises ModelError."""
        ...


class Vectors:
    """Vectors of an embedder, kept in `file`, or in memory where that is impossible. Safe to use from several threads."""

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        self._embedder = embedder
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._kept = _database(file)

    def mixed(self, question: str, scores: Sequence[float], texts: Sequence[str]) -> list[float]:
        """The scores by words mixed with the likeness of each text to the question, both from 0 to 1; `scores` alone where vectors fail."""
        if time.monotonic() < self._not_before:
            return list(scores)
        try:
            asked, *found = self._of([question, *texts])
        except ModelError as error:
            logger.warning("No vectors (%s): for %d seconds passages are chosen by their words.", error, PAUSE)
            self._not_before = time.monotonic() + PAUSE
            return list(scores)
        likeness = [_cosine(asked, vector) for vector in found]
        return [WORDS * words + (1 - WORDS) * alike for words, alike in zip(_from_0_to_1(scores), _from_0_to_1(likeness), strict=True)]

    def _of(self, texts: Sequence[str]) -> list[Vector]:
        keys = [hashlib.blake2b(f"{self._embedder.name}\0{text}".encode(errors="surrogatepass"), digest_size=16).digest() for text in texts]
        known = self._read(keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            vectors = self._embedder.vectors(list(missing.values()))
            new: dict[bytes, Vector] = dict(zip(missing, vectors, strict=True))
            self._write({key: vector for key, vector in new.items() if key != keys[0]})  # a question is not kept
            known |= new
        return [known[key] for key in keys]

    def _read(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        marks = ",".join("?" * len(keys))
        with self._lock:
            rows = self._kept.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", keys).fetchall()  # noqa: S608  # marks only
        return {key: array("f", vector) for key, vector in rows}

    def _write(self, vectors: dict[bytes, Vector]) -> None:
        try:
            with self._lock, self._kept:
                self._kept.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)", [(key, array("f", vector).tobytes()) for key, vector in vectors.items()]
                )
        except sqlite3.Error as error:
            logger.warning("Vectors could not be kept (%s); they are asked for again next time.", error)


def _database(file: Path | None) -> sqlite3.Connection:
    try:
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        return _opened(str(file or ":memory:"))
    except (OSError, sqlite3.Error) as error:
        logger.warning("Vectors cannot be kept in %s (%s): they are kept in memory.", file, error)
        return _opened(":memory:")


def _opened(name: str) -> sqlite3.Connection:
    database = sqlite3.connect(name, check_same_thread=False, timeout=5)
    database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID")
    return database


def _cosine(one: Vector, other: Vector) -> float:
    if len(one) != len(other):
        return 0.0
    lengths = math.sqrt(sum(map(mul, one, one)) * sum(map(mul, other, other)))
    return sum(map(mul, one, other)) / lengths if lengths else 0.0


def _from_0_to_1(scores: Sequence[float]) -> list[float]:
    low, high = min(scores, default=0.0), max(scores, default=0.0)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]
