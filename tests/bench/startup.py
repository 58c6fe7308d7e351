"""How long it takes to be ready: the playground from its command to its address, one `ask` from its command to its exit, and the memory of an
idle playground. Run alone: `uv run python tests/bench/startup.py [--quick]`; each figure is the median of its runs, beside an empty Python.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
BOT = [sys.executable, "-c", "from bot.cli import main; main()"]


def environment(folder: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(CHECKOUT),
        "DATABASE_URL": f"sqlite:///{folder}/log.sqlite3",
        "PYTHONUNBUFFERED": "1",
    }


def playground(folder: str) -> tuple[float, float]:
    """Seconds until the playground says that it is ready, and its memory then, in MB."""
    began = time.perf_counter()
    with subprocess.Popen(
        [*BOT, "playground", "--port", "0"], cwd=folder, env=environment(folder), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        next(line for line in process.stdout if re.search(r"http://127\.0\.0\.1:\d+", line))
        ready = time.perf_counter() - began
        status = Path(f"/proc/{process.pid}/status")
        resident = int(re.findall(r"VmRSS:\s+(\d+)", status.read_text())[0]) / 1024 if status.exists() else float("nan")
        process.send_signal(signal.SIGTERM)
    return ready, resident


def run(command: list[str], folder: str) -> float:
    """Seconds from a command to its exit."""
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def main() -> None:
    runs = 2 if "--quick" in sys.argv else 5
    with tempfile.TemporaryDirectory() as folder:
        playgrounds = [playground(folder) for _ in range(runs)]
        asked = [run([*BOT, "ask", "What stake does Tencent hold in JD?"], folder) for _ in range(runs)]
        empty = [run([sys.executable, "-c", "pass"], folder) for _ in range(runs)]
    figures = {
        "ready_s": round(statistics.median(ready for ready, _ in playgrounds), 2),
        "ask_s": round(statistics.median(asked), 2),
        "rss_mb": round(statistics.median(resident for _, resident in playgrounds)),
        "python_s": round(statistics.median(empty), 2),
    }
    print(f"playground ready   {figures['ready_s']:6.2f} s")
    print(f"one ask            {figures['ask_s']:6.2f} s")
    print(f"an empty Python    {figures['python_s']:6.2f} s")
    print(f"idle playground    {figures['rss_mb']:6.0f} MB")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
