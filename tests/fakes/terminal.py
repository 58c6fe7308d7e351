"""The command line in a process of its own, with the folder, environment and pipes that a shell would give it.

In: arguments, input, settings. Out: exit code, output and errors. Importing the program takes far longer than running it, so one process
imports it and forks for each command; `tests/test_cli.py` also starts the program as a shell does.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import bot.llm.openai
import bot.slack.manifest  # noqa: F401  # what the program imports late, imported once here
from bot.cli import main
from bot.config import CHECKOUT

PATIENCE = 30  # seconds until a command that hangs is ended


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


class Shell:
    """Runs commands, one after another."""

    def __init__(self, orders: IO[str], codes: IO[str]) -> None:
        self._orders = orders
        self._codes = codes

    def run(self, arguments: Sequence[str], *, folder: Path, settings: Mapping[str, str], stdin: bytes) -> Ran:
        """Run the command in `folder`, with `settings` and nothing else in its environment."""
        pipes = folder / "pipes"
        pipes.mkdir(exist_ok=True)
        (pipes / "0").write_bytes(stdin)
        print(json.dumps([arguments, str(folder), settings]), file=self._orders, flush=True)
        code = int(self._codes.readline())
        return Ran(code, *((pipes / name).read_text(encoding="utf-8") for name in "12"))


@contextmanager
def shell() -> Iterator[Shell]:
    """A process that is ready to run commands."""
    command = [sys.executable, "-m", "tests.fakes.terminal"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        yield Shell(process.stdin, process.stdout)
        process.stdin.close()


def _serve() -> None:
    for order in sys.stdin:
        arguments, folder, settings = json.loads(order)
        child = os.fork()
        if not child:
            _command(arguments, Path(folder), settings)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201  # what the other side reads


def _command(arguments: Sequence[str], folder: Path, settings: Mapping[str, str]) -> None:
    """Be the command; never returns."""
    signal.alarm(PATIENCE)
    _redirect(folder / "pipes")
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(settings)
    sys.argv = ["tencent-bot", *arguments]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001  # as the interpreter does
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _redirect(pipes: Path) -> None:
    """Descriptors and streams 0, 1 and 2 as files: none of them a terminal."""
    for number, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), (2, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)):
        os.dup2(os.open(pipes / str(number), flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # they live as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # as above
    sys.stderr = open(2, "w", encoding="utf-8", buffering=1, closefd=False)  # noqa: SIM115  # as above


if __name__ == "__main__":
    _serve()
