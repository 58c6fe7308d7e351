"""Every message and view the bot can send, held as files in `golden/`: what a person would see changes only where somebody meant it to.

In: a name and a payload. Out: nothing, or a failed comparison. `pytest -n0 --inline-snapshot=fix` writes the files anew; read the diff.
"""

import re
from pathlib import Path
from typing import Any

from inline_snapshot import external_file

FOLDER = Path(__file__).parent / "golden"
# What is another one at each run, or with each edit of a prompt.
_PASSING = (
    (re.compile(r"\b\d{10}\.\d{6}\b"), "TS"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "DIGEST"),
    (re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{8}\b"), "ID"),
    (re.compile(r"Time: (?:< )?\d+\.\d s"), "Time: 0.0 s"),
    # A topic of the documents: which, is for others to hold.
    (re.compile(r"^(- )?(What do the documents say about|Who is|What is) (?:the [a-z]|[A-Z])[^?]*\?", re.MULTILINE), r"\1\2 TOPIC?"),
)


def hold(name: str, payload: Any) -> None:
    """Compare a payload with `golden/NAME.json`."""
    assert settled(payload) == external_file(FOLDER / f"{name}.json")


def settled(payload: Any) -> Any:
    """A payload without what passes."""
    if isinstance(payload, dict):
        return {name: settled(value) for name, value in payload.items()}
    if isinstance(payload, list | tuple):
        return [settled(each) for each in payload]
    if isinstance(payload, str):
        for pattern, instead in _PASSING:
            payload = pattern.sub(instead, payload)
    return payload
