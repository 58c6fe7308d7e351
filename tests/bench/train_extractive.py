"""Makes the two files of numbers in bot/extractive/: `background.txt` and `weights.json`, and for the benchmark the weights of each fold.

    uv run python tests/bench/train_extractive.py background [DATA]
    uv run python tests/bench/train_extractive.py weights [DATA]

DATA is the folder with `retrieval-20k-passages.jsonl.gz` and `squad2-dev-16-articles.json.gz` (default ../shared/data). Standard library only. No question about
the documents in seeds/ is ever used.
"""

import gzip
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot.extractive.terms import tokenise

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "bot" / "extractive"
LEAST_FREQUENT = 4  # passages a stem must stand in to be worth its bytes
# Not counted: what is measured on, and pages that are mostly the names of functions.
NOT_COUNTED = frozenset({"squad", "windows-driver-docs"})


def write_background(data: Path) -> None:
    """Count in how many passages each stem stands, and write the table with frequencies rounded to steps of a fifth."""
    counts: Counter[str] = Counter()
    passages = 0
    for text in _counted_texts(data / "retrieval-20k-passages.jsonl.gz"):
        passages += 1
        counts.update({t.stem for t in tokenise(text) if t.is_term and t.stem.isascii() and t.stem.isalpha() and len(t.stem) < 20})
    by_step: dict[int, list[str]] = {}
    for stem, count in counts.items():
        if count >= LEAST_FREQUENT:
            by_step.setdefault(round(math.exp(round(math.log(count) * 5) / 5)), []).append(stem)
    lines = [str(passages), *(f"{count} {' '.join(sorted(stems))}" for count, stems in sorted(by_step.items(), reverse=True))]
    (SHIPPED / "background.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{passages} passages, {sum(map(len, by_step.values()))} stems, {(SHIPPED / 'background.txt').stat().st_size} bytes")


def _counted_texts(path: Path) -> Iterable[str]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            passage = json.loads(line)
            if passage["src"] not in NOT_COUNTED:
                yield passage["text"]


if __name__ == "__main__":
    write_background(Path(sys.argv[2] if len(sys.argv) > 2 else ROOT.parent / "shared" / "data"))
