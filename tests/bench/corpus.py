"""How long 10,000 documents take to be read: the first time, again with nothing changed, again with one changed, and to be looked at for
changes; and the memory they take. Run alone: `uv run python tests/bench/corpus.py [--quick]` (1,000 documents).

The documents are made of words drawn from a fixed list with a fixed seed, eight paragraphs of five sentences each: what they say is of no
matter here. Seconds are of the processor, since a machine may be busy with other things; `wall` beside them is the clock's.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bot.corpus import load_corpus, state_of

WORDS = """
    harbour bridge council town engineer river quay crane ferry market school tower mill road rail coal iron timber grain vessel captain year month
    plan cost crown million builds digs mends opens closes carries sells buys plans says long short old new great small stone wooden northern southern
    the of and in to for with on from by at its this that which after before under over
""".split()


def write(folder: Path, count: int) -> None:
    drawn = random.Random(1)

    def sentence() -> str:
        return " ".join(drawn.choices(WORDS, k=20)).capitalize() + "."

    for number in range(count):
        place = folder / f"{number // 500:02d}"
        place.mkdir(exist_ok=True)
        paragraphs = (" ".join(sentence() for _ in range(5)) for _ in range(8))
        (place / f"{number:05d}.{'md' if number % 2 else 'txt'}").write_text(
            f"Document {number}\n\n" + "\n\n".join(paragraphs), encoding="utf-8"
        )


def measured(work: Callable[[], object]) -> dict[str, float]:
    """Seconds of the processor and of the clock."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return {"s": round(time.process_time() - cpu, 2), "wall_s": round(time.perf_counter() - wall, 2)}


def one_run(what: str, folder: Path, cache: Path) -> dict[str, float]:
    """In a process of its own, as a start is: `what` is "load", "state" or "plain" (without a cache)."""
    script = (
        "import json, resource, sys; sys.path.insert(0, sys.argv[4])\n"
        "from pathlib import Path; from tests.bench.corpus import run\n"
        "print(json.dumps(run(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))"
    )
    command = [sys.executable, "-c", script, what, str(folder), str(cache), str(Path(__file__).resolve().parents[2])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def run(what: str, folder: Path, cache: Path) -> dict[str, float]:
    """What a process of `one_run` does: its figures."""
    before = resident()
    if what == "state":
        return measured(lambda: state_of(folder))
    found: list[object] = []
    figures = measured(lambda: found.append(load_corpus(folder, None if what == "plain" else cache)))
    return figures | {"mb": round(resident() - before)}


def resident() -> float:
    """This process's memory, in MB; nothing where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 / 1e6 if status.exists() else float("nan")


def main() -> None:
    count = 1_000 if "--quick" in sys.argv else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name) / "documents", Path(name) / "cache"
        folder.mkdir()
        write(folder, count)
        time.sleep(2.1)  # what was written this moment is not trusted to be done with
        rows = {
            "without a cache": one_run("plain", folder, cache),
            "first": one_run("load", folder, cache),
            "again": one_run("load", folder, cache),
        }
        changed = folder / "00" / "00000.txt"
        changed.write_text(changed.read_text(encoding="utf-8") + "\n\nOne thing more is said.\n", encoding="utf-8")
        rows |= {"one changed": one_run("load", folder, cache), "a look": one_run("state", folder, cache)}
        size = sum(path.stat().st_size for path in cache.iterdir()) / 1e6
    print(f"{count:,} documents       processor        clock   memory")
    for title, row in rows.items():
        print(f"{title:18}  {row['s']:10.2f} s {row['wall_s']:10.2f} s  {row.get('mb', 0):4.0f} MB")
    print(f"cache on disk       {size:8.1f} MB")
    figures = {title.replace(" ", "_"): row for title, row in rows.items()}
    print(json.dumps({"documents": count, "cache_mb": round(size, 1), **figures}))


if __name__ == "__main__":
    main()
