"""What a user would pick instead, each in a process of its own: `python retrieval_peers.py NAME TEXTS QUESTIONS`.

In: the name of a peer, a file of passages as `retrieval_data.Texts` writes it, and a JSON list of questions. Out: one JSON object: seconds to
import and to build, memory in MB after asking, and for each question the numbers of its ten best passages and the seconds it took. Each peer
is used as its own introduction says, with its own analysis. Only what a peer needs is installed, and only for its process.
"""

import json
import re
import sqlite3
import sys
import time
from array import array
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

DEEP = 10
# What `uv run --with` installs for each.
PACKAGES = {
    "sqlite_fts5": (),
    "rank_bm25": ("rank-bm25>=0.2.2,<0.3",),
    "llama_index": ("llama-index-retrievers-bm25>=0.8,<0.9",),
    "haystack": ("haystack-ai>=3.4,<4",),
}

Search = Callable[[str], Sequence[int]]


def sqlite_fts5(texts: list[str]) -> Search:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'porter unicode61')")
    database.executemany("INSERT INTO passages(rowid, text) VALUES (?, ?)", enumerate(texts))
    statement = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages) LIMIT ?"

    def search(question: str) -> Sequence[int]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        return [row for (row,) in database.execute(statement, (words or '""', DEEP))]

    return search


def rank_bm25(texts: list[str]) -> Search:
    from rank_bm25 import BM25Okapi  # noqa: PLC0415  # installed for this peer alone, as are the others below

    ranker = BM25Okapi([text.split(" ") for text in texts])
    return lambda question: [int(n) for n in ranker.get_scores(question.split(" ")).argsort()[::-1][:DEEP]]


def llama_index(texts: list[str]) -> Search:
    from llama_index.core.schema import TextNode  # noqa: PLC0415
    from llama_index.retrievers.bm25 import BM25Retriever  # noqa: PLC0415

    nodes = [TextNode(text=text, id_=str(number)) for number, text in enumerate(texts)]
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=DEEP, language="english")
    return lambda question: [int(hit.node.node_id) for hit in retriever.retrieve(question)]


def haystack(texts: list[str]) -> Search:
    from haystack import Document  # noqa: PLC0415
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever  # noqa: PLC0415
    from haystack.document_stores.in_memory import InMemoryDocumentStore  # noqa: PLC0415

    store = InMemoryDocumentStore()
    store.write_documents([Document(id=str(number), content=text) for number, text in enumerate(texts)])
    retriever = InMemoryBM25Retriever(document_store=store, top_k=DEEP)
    return lambda question: [int(hit.id) for hit in retriever.run(query=question)["documents"]]


PEERS: dict[str, Callable[[list[str]], Search]] = {
    "sqlite_fts5": sqlite_fts5,
    "rank_bm25": rank_bm25,
    "llama_index": llama_index,
    "haystack": haystack,
}


def read_texts(path: Path) -> list[str]:
    starts = array("Q", path.with_suffix(".starts").read_bytes())
    content = path.read_bytes()
    return [" ".join(content[a:b].decode().split("\x1f")).strip() for a, b in pairwise(starts)]


def memory() -> float:
    """Of this process, resident, in MB; not a number where the system does not say."""
    status = Path("/proc/self/status")
    return int(re.findall(r"VmRSS:\s+(\d+)", status.read_text())[0]) / 1024 if status.exists() else float("nan")


def main(name: str, texts_path: str, questions_path: str) -> None:
    texts = read_texts(Path(texts_path))
    questions: list[str] = json.loads(Path(questions_path).read_text(encoding="utf-8"))
    began = time.perf_counter()
    search = PEERS[name](texts)
    result: dict[str, Any] = {"build_s": time.perf_counter() - began, "found": [], "seconds": []}
    search(questions[0])  # the first question pays for what is made lazily
    for question in questions:
        began = time.perf_counter()
        result["found"].append(list(search(question)))
        result["seconds"].append(time.perf_counter() - began)
    print(json.dumps({**result, "memory_mb": memory()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
