"""Ctrl+C at any moment of a start ends the program without a trace."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Presses Ctrl+C in the moment in which a module is looked for: early or late, but always the same moment.
PROGRAM = """
import os, signal, sys

class Pressing:
    def find_spec(self, name, path=None, target=None):
        if name == at:
            print("pressed", file=sys.stderr)
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)  # as on a terminal, wherever the tests run
at = sys.argv.pop(1)
sys.meta_path.insert(0, Pressing())
from bot.start import main
main()
"""


@pytest.mark.parametrize(
    ("at", "arguments"),
    [
        ("pydantic", ["ask", "Who?"]),  # while the program loads
        ("bot.llm.openai", ["ask", "Who?"]),  # while the bot is built
        ("bot.playground.server", ["playground", "--port", "0"]),  # inside the event loop
    ],
)
def test_ctrl_c_while_the_program_starts_ends_it_without_a_trace(tmp_path: Path, at: str, arguments: list[str]) -> None:
    settings = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}",
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
    }
    command = [sys.executable, "-c", PROGRAM, at, *arguments]
    ran = subprocess.run(command, cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 130
    assert ran.stderr.startswith("pressed\n")
    assert ran.stderr.count("\n") <= 2
    assert ran.stdout == ""
