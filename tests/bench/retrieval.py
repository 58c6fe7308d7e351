"""How well and how fast passages are found, beside what a user would pick instead: `uv run python tests/bench/retrieval.py [--quick] [DATA]`.

    --quick          10,000 of the passages, fewer questions, two peers: within 45 seconds on two idle cores
    --sizes N,N,...  how many passages (default 20000,200000; 1000000 takes some ten minutes)

DATA is the folder of public data (default ../shared/data). Larger collections hold distractors made of recombined sentences (retrieval_data).
Every process asks for itself and is measured by itself: the index is opened by a new process, peers are installed for theirs alone, all in one
run. Recall is of SQuAD's questions unless a set is named; the weights of the ranking were fitted on these questions (train_retrieval prints what
they give on questions left out), and on no others. `engine_only` is the order of the hits before they are ranked anew. `busy` figures count the
processor's time, of all threads: on a machine with other work to do the clock says little. Vectors are not measured: there is no embedding model
here.

`memory_mb` is what is resident when every question was asked, without the passages' texts, which are the benchmark's. Of it `own` is the
process's alone; `mapped` are pages of the index's files, which the system takes back when it needs them; the rest is the program's code.

The last line is one JSON object: recall_at_1, recall_at_5, p50_ms, p99_ms of the first collection, peers by size, and everything else that was
measured.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # a script's own folder is all that Python looks in

from bot.retrieval.embedded import EmbeddedEngine  # noqa: E402  # after the path is set
from bot.retrieval.ranking import best_first, distinct, sought  # noqa: E402
from bot.retrieval.searching import PassageId  # noqa: E402
from bot.retrieval.tokens import tokens_of  # noqa: E402
from tests.bench.retrieval_data import (  # noqa: E402
    DATA_FOLDER,
    SEED,
    Question,
    Source,
    Texts,
    entry,
    fewer,
    read_chinese,
    read_english,
    with_distractors,
)  # fmt: skip
from tests.bench.retrieval_peers import PACKAGES, PEERS, mapped, memory  # noqa: E402

DEEP = 10
Figures = dict[str, Any]
SLOW = {"rank_bm25": 4, "haystack": 8}  # asked so many times fewer questions
USUAL = 20_000  # passages
FEWEST = 60  # questions for a peer


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("data", nargs="?", type=Path, default=DATA_FOLDER)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--sizes", type=lambda text: [int(size) for size in text.split(",")])
    asked.add_argument("--peers", type=lambda text: list(filter(None, text.split(","))))
    asked.add_argument("--open", nargs=3, metavar=("INDEX", "TEXTS", "QUESTIONS"), help="what a new process measures of an index")
    options = asked.parse_args()
    if options.open:
        print(json.dumps(opened(*map(Path, options.open))))
        return
    sizes = options.sizes or ([10_000] if options.quick else [20_000, 200_000])
    peers = options.peers if options.peers is not None else ["sqlite_fts5", "rank_bm25"] if options.quick else list(PEERS)
    with tempfile.TemporaryDirectory() as folder:
        figures = run(options.data, Path(folder), sizes, peers, quick=options.quick)
    print(json.dumps(figures))


def run(data: Path, folder: Path, sizes: Sequence[int], peers: Sequence[str], *, quick: bool) -> Figures:
    passages, questions = read_english(data)
    most_questions = 500 if quick else 4_000
    questions = random.Random(SEED).sample(questions, min(most_questions, len(questions)))
    if quick:
        passages, questions = fewer(passages, questions, sizes[0])
    figures: Figures = {}
    for size in sizes:
        measured = measure(folder / str(size), with_distractors(passages, size), questions)
        show(f"{size:,} passages", measured)
        figures = figures or {**measured, "by_size": {}, "peers": {}}
        figures["by_size"][str(size)] = measured
        for name in peers:
            figures["peers"].setdefault(name, {})[str(size)] = beside(name, folder / str(size), questions, measured, size)
    figures["chinese"] = chinese(data, folder, [] if quick else passages, 150 if quick else 1_190)
    return figures


def measure(folder: Path, passages: Iterable[Source], questions: Sequence[Question]) -> Figures:
    """Build an index in `folder`, and let a new process open it and ask it `questions`."""
    folder.mkdir()
    texts = Texts.write(folder / "texts", passages)
    (folder / "questions.json").write_text(json.dumps([(q.text, sorted(q.gold), q.set) for q in questions]), encoding="utf-8")
    began, busy_before = time.perf_counter(), time.process_time()
    engine = EmbeddedEngine(folder / "index")
    engine.put(entry(number, passage) for number, passage in enumerate(texts))
    figures: Figures = {"build_s": time.perf_counter() - began, "build_busy_s": time.process_time() - busy_before}
    figures["size_mb"] = sum(path.stat().st_size for path in (folder / "index").iterdir()) / 1e6
    command = [sys.executable, __file__, "--open", str(folder / "index"), str(folder / "texts"), str(folder / "questions.json")]
    figures |= json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    began = time.perf_counter()
    engine.put(entry(len(texts) + n, Source("", f"The zyzzyva number {n} was added later.")) for n in range(10))
    assert len(engine.search(tokens_of("zyzzyva"), DEEP)) == DEEP
    figures["added_visible_ms"] = 1000 * (time.perf_counter() - began)
    return figures


def opened(index: Path, texts_path: Path, questions_path: Path) -> Figures:
    """What a new process measures: opening, the first question, memory, and every question both as the engine has it and ranked anew."""
    questions = [Question(text, frozenset(gold), set_) for text, gold, set_ in json.loads(questions_path.read_text(encoding="utf-8"))]
    texts = Texts(texts_path)
    before = memory()
    began = time.perf_counter()
    engine = EmbeddedEngine(index)
    open_s = time.perf_counter() - began
    ranked = ranking(engine, texts)
    ranked(questions[0].text)
    first_s = time.perf_counter() - began
    figures: Figures = {"open_ms": 1000 * open_s, "open_and_first_ms": 1000 * first_s}
    if engine.checking:
        engine.checking.join()
    figures["checked_s"] = time.perf_counter() - began  # a large index is read through while the first questions are answered
    figures["engine_only"] = judged(questions, *asked_of(lambda q: hits(engine, q), questions))
    figures |= judged(questions, *asked_of(ranked, questions))
    read_of_texts = mapped(texts_path)
    held = {
        "memory_mb": memory() - read_of_texts,
        "memory_own_mb": memory("RssAnon"),
        "memory_mapped_mb": mapped(index),
        "memory_of_texts_mb": read_of_texts,
    }
    return figures | held | {"memory_before_mb": before}


def ranking(engine: EmbeddedEngine, texts: Texts) -> Callable[[str], list[PassageId]]:
    return lambda question: [passage for passage, _ in best_first(engine, tokens_of(question), DEEP, texts.candidate)]


def hits(engine: EmbeddedEngine, question: str) -> list[PassageId]:
    return [passage for passage, _ in engine.search(sought(distinct(tokens_of(question))), DEEP)]


def asked_of(
    search: Callable[[str], Iterable[PassageId]], questions: Sequence[Question]
) -> tuple[list[list[int]], list[float], list[float]]:
    """The numbers of the best passages for each question, the seconds each took, and those of them in which the processor was at work."""
    found, seconds, busy = [], [], []
    for question in questions:
        began, busy_before = time.perf_counter(), time.process_time()
        ids = list(search(question.text))
        busy.append(time.process_time() - busy_before)
        seconds.append(time.perf_counter() - began)
        found.append([int(passage.document, 16) for passage in ids])
    return found, seconds, busy


def judged(questions: Sequence[Question], found: Sequence[Sequence[int]], seconds: Sequence[float], busy: Sequence[float]) -> Figures:
    """Recall in percent for SQuAD and by set, and latency: as the clock has it, and of the processor alone."""
    sets = sorted({question.set for question in questions})
    by_set = {name: recall([(q, f) for q, f in zip(questions, found, strict=True) if q.set == name]) for name in sets}
    return {
        **by_set.get("squad", next(iter(by_set.values()))),
        "p50_ms": at(seconds, 0.5),
        "p99_ms": at(seconds, 0.99),
        "busy_p50_ms": at(busy, 0.5),
        "busy_p99_ms": at(busy, 0.99),
        "per_second": len(busy) / sum(busy),
        "sets": by_set,
    }


def at(seconds: Sequence[float], share: float) -> float:
    """The milliseconds that this share of them stays within."""
    return 1000 * sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))]


def recall(answered: Sequence[tuple[Question, Sequence[int]]]) -> Figures:
    """In percent; of questions with several gold passages one is enough."""
    ranks = [next((rank for rank, n in enumerate(found, 1) if n in question.gold), None) for question, found in answered]
    at = {f"recall_at_{k}": 100 * sum(rank is not None and rank <= k for rank in ranks) / len(ranks) for k in (1, 5, 10)}
    return {**at, "mrr_at_10": 100 * sum(1 / rank for rank in ranks if rank) / len(ranks), "questions": len(ranks)}


def beside(name: str, folder: Path, questions: Sequence[Question], ours: Figures, size: int) -> Figures:
    """A peer on the same passages, asked a part of the same questions: the fewer, the slower it is and the more passages there are."""
    most = len(questions) * min(1.0, USUAL / size) / 4 / SLOW.get(name, 1)
    part = list(islice((q for q in questions if q.set == "squad"), max(FEWEST, int(most))))
    (folder / "part.json").write_text(json.dumps([question.text for question in part]), encoding="utf-8")
    packages = [argument for package in PACKAGES[name] for argument in ("--with", package)]
    script = str(ROOT / "tests" / "bench" / "retrieval_peers.py")
    python = ["uv", "run", "--no-project", "--quiet", *packages, "python"] if packages else [sys.executable]
    done = subprocess.run(
        [*python, script, name, str(folder / "texts"), str(folder / "part.json")], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1][:100]  # MemoryError: it needs more than MOST_MEMORY
        print(f"{name:24} could not be measured: {reason}")
        return {"unavailable": True}
    answered = json.loads(done.stdout.splitlines()[-1])
    figures: Figures = judged(part, *(answered.pop(key) for key in ("found", "seconds", "busy"))) | answered
    figures["our_p99_share"] = ours["busy_p99_ms"] / figures["busy_p99_ms"]
    figures["our_p99_share_not_reranked"] = ours["engine_only"]["busy_p99_ms"] / figures["busy_p99_ms"]
    show(name, figures)
    return figures


def chinese(data: Path, folder: Path, english: Sequence[Source], most: int) -> Figures:
    """Chinese questions on Chinese passages alone, mixed with the English ones, and on the passages in traditional characters."""
    from opencc import OpenCC  # noqa: PLC0415  # makes the traditional texts; the index folds characters with it

    passages, questions = read_chinese(data)
    questions = random.Random(SEED).sample(questions, min(most, len(questions)))
    traditional = [Source("", OpenCC("s2t").convert(passage.text)) for passage in passages]
    figures = {}
    for number, (name, collection) in enumerate(
        {"zh": passages, "zh mixed": [*passages, *english], "zh across scripts": traditional}.items()
    ):
        texts = Texts.write(folder / f"chinese-{number}", collection)
        engine = EmbeddedEngine()
        engine.put(entry(number, passage) for number, passage in enumerate(texts))
        figures[name] = judged(questions, *asked_of(ranking(engine, texts), questions))
        show(name, figures[name])
    return figures


def show(name: str, figures: Figures) -> None:
    columns = (
        "recall_at_1",
        "recall_at_5",
        "recall_at_10",
        "mrr_at_10",
        "p50_ms",
        "p99_ms",
        "busy_p50_ms",
        "busy_p99_ms",
        "per_second",
        "build_s",
        "build_busy_s",
        "size_mb",
        "memory_mb",
        "memory_own_mb",
        "memory_mapped_mb",
    )
    print(f"{name:24}" + "".join(f" {column.replace('recall_at_', 'r@')}={figures[column]:.4g}" for column in columns if column in figures))
    for part, those in figures.get("sets", {}).items():
        print(f"    {part:20}" + "".join(f" {key.replace('recall_at_', 'r@')}={value:.4g}" for key, value in those.items()))
    for key in (
        "open_ms",
        "open_and_first_ms",
        "checked_s",
        "added_visible_ms",
        "memory_before_mb",
        "memory_of_texts_mb",
        "our_p99_share",
        "our_p99_share_not_reranked",
    ):
        if key in figures:
            print(f"    {key:20} {figures[key]:.4g}")


if __name__ == "__main__":
    main()
