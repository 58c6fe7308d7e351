"""What a user would pick instead, each in a process of its own: `python retrieval_peers.py NAME TEXTS QUESTIONS`.

In: the name of a peer, a file of passages as `retrieval_data.Texts` writes it, and a JSON list of questions. Out: one JSON object: seconds to
build, milliseconds until a new process may ask and until ten added passages are found, memory in MB after asking, the size on disk, and for
each question the numbers of its ten best passages, the seconds it took and those of them in which the processor was at work. Each peer is used
as its own introduction says, with its own analysis: where that keeps nothing on disk, opening is building; where it takes nothing in, adding is
building too. Only what a peer needs is installed, and only for its process, which may take MOST_MEMORY.
"""

import json
import re
import resource
import sqlite3
import sys
import tempfile
import time
from array import array
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

DEEP = 10
MOST_MEMORY = 6 * 2**30  # bytes: what a peer needs more of a small server does not have
ADDED = [f"The zyzzyva number {n} was added later." for n in range(10)]
# What `uv run --with` installs for each.
PACKAGES = {
    "sqlite_fts5": (),
    "rank_bm25": ("rank-bm25>=0.2.2,<0.3",),
    "llama_index": ("llama-index-retrievers-bm25>=0.8,<0.9",),
    "haystack": ("haystack-ai>=3.4,<4",),
}


class Peer(Protocol):
    """What each of them is asked for."""

    def __init__(self, texts: list[str]) -> None: ...

    def search(self, question: str) -> Sequence[int]:
        """The numbers of the best passages."""
        ...

    def add(self, texts: list[str]) -> None:
        """Take in further passages, numbered on from the last."""
        ...


class SqliteFts5:
    """On disk, as a program would keep it."""

    def __init__(self, texts: list[str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.path = Path(self._folder.name) / "passages.db"
        self._count = 0
        self.open()
        self._database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'porter unicode61')")
        self.add(texts)

    def open(self) -> None:
        self._database = sqlite3.connect(self.path)

    def add(self, texts: list[str]) -> None:
        with self._database:
            self._database.executemany("INSERT INTO passages(rowid, text) VALUES (?, ?)", enumerate(texts, self._count))
        self._count += len(texts)

    def search(self, question: str) -> Sequence[int]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        statement = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages) LIMIT ?"
        return [row for (row,) in self._database.execute(statement, (words or '""', DEEP))]


class RankBm25:
    """In memory, words split at white space."""

    def __init__(self, texts: list[str]) -> None:
        from rank_bm25 import BM25Okapi  # noqa: PLC0415  # installed for this peer alone, as are the others below

        self._texts = texts
        self._ranker = BM25Okapi([text.split(" ") for text in texts])

    def add(self, texts: list[str]) -> None:
        self.__init__([*self._texts, *texts])  # type: ignore[misc]  # it takes nothing in

    def search(self, question: str) -> Sequence[int]:
        return [int(n) for n in self._ranker.get_scores(question.split(" ")).argsort()[::-1][:DEEP]]


class LlamaIndex:
    """Its BM25 retriever, in memory."""

    def __init__(self, texts: list[str]) -> None:
        from llama_index.core.schema import TextNode  # noqa: PLC0415
        from llama_index.retrievers.bm25 import BM25Retriever  # noqa: PLC0415

        self._texts = texts
        nodes = [TextNode(text=text, id_=str(number)) for number, text in enumerate(texts)]
        self._retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEEP, language="english")

    def add(self, texts: list[str]) -> None:
        self.__init__([*self._texts, *texts])  # type: ignore[misc]  # it takes nothing in

    def search(self, question: str) -> Sequence[int]:
        return [int(hit.node.node_id) for hit in self._retriever.retrieve(question)]


class Haystack:
    """Its in-memory store, and the BM25 retriever over it."""

    def __init__(self, texts: list[str]) -> None:
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever  # noqa: PLC0415
        from haystack.document_stores.in_memory import InMemoryDocumentStore  # noqa: PLC0415

        self._store = InMemoryDocumentStore()
        self._count = 0
        self.add(texts)
        self._retriever = InMemoryBM25Retriever(document_store=self._store, top_k=DEEP)

    def add(self, texts: list[str]) -> None:
        from haystack import Document  # noqa: PLC0415

        self._store.write_documents([Document(id=str(number), content=text) for number, text in enumerate(texts, self._count)])
        self._count += len(texts)

    def search(self, question: str) -> Sequence[int]:
        return [int(hit.id) for hit in self._retriever.run(query=question)["documents"]]


PEERS: dict[str, Callable[[list[str]], Peer]] = {
    "sqlite_fts5": SqliteFts5,
    "rank_bm25": RankBm25,
    "llama_index": LlamaIndex,
    "haystack": Haystack,
}


def read_texts(path: Path) -> list[str]:
    starts = array("Q", path.with_suffix(".starts").read_bytes())
    content = path.read_bytes()
    return [" ".join(content[a:b].decode().split("\x1f")).strip() for a, b in pairwise(starts)]


def memory(kind: str = "VmRSS") -> float:
    """Of this process, resident, in MB; of it RssAnon is its own, RssFile what it maps. Not a number where the system does not say."""
    status = Path("/proc/self/status")
    return int(re.findall(rf"{kind}:\s+(\d+)", status.read_text())[0]) / 1024 if status.exists() else float("nan")


def mapped(folder_or_file: Path) -> float:
    """MB of memory that hold parts of these files in this process: the system takes them back when it needs them."""
    smaps, total, counts = Path("/proc/self/smaps"), 0, False
    for line in smaps.read_text().splitlines() if smaps.exists() else ():
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            counts = line.partition("/")[2].startswith(str(folder_or_file.resolve()).lstrip("/"))
        elif counts and line.startswith("Rss:"):
            total += int(line.split()[1])
    return total / 1024


def asked(peer: Peer, questions: Sequence[str]) -> dict[str, Any]:
    found, seconds, busy = [], [], []
    peer.search(questions[0])  # the first question pays for what is made lazily
    for question in questions:
        began, busy_before = time.perf_counter(), time.process_time()
        hits = list(peer.search(question))
        busy.append(time.process_time() - busy_before)
        seconds.append(time.perf_counter() - began)
        found.append(hits)
    return {"found": found, "seconds": seconds, "busy": busy}


def opened(peer: Peer, build_s: float, question: str) -> dict[str, float]:
    """Of a peer on disk its size, and how long a new connection takes until its first answer; of any other how long it takes to build."""
    if not isinstance(peer, SqliteFts5):
        return {"open_and_first_ms": 1000 * build_s}
    began = time.perf_counter()
    peer.open()
    peer.search(question)
    return {"open_and_first_ms": 1000 * (time.perf_counter() - began), "size_mb": peer.path.stat().st_size / 1e6}


def added(peer: Peer) -> float:
    """Milliseconds until ten added passages are found."""
    began = time.perf_counter()
    peer.add(ADDED)
    assert peer.search("zyzzyva")
    return 1000 * (time.perf_counter() - began)


def main(name: str, texts_path: str, questions_path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    texts = read_texts(Path(texts_path))
    questions: list[str] = json.loads(Path(questions_path).read_text(encoding="utf-8"))
    began, busy_before = time.perf_counter(), time.process_time()
    peer = PEERS[name](texts)
    result: dict[str, Any] = {"build_s": time.perf_counter() - began, "build_busy_s": time.process_time() - busy_before}
    result |= asked(peer, questions) | {"memory_mb": memory()}
    result |= opened(peer, result["build_s"], questions[0])
    print(json.dumps({**result, "added_visible_ms": added(peer)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
