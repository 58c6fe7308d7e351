"""JSON from outside. In: text or bytes. Out: the value, or ValueError for what is no JSON or is nested absurdly deep.

Python's parser ends in RecursionError near a thousand levels, and so does everything that walks a value later; Block Kit needs about fifteen.
"""

import json
import re
from typing import Any

DEPTH_LIMIT = 64
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


def decode(text: str | bytes) -> Any:  # any JSON value
    """Return the value that `text` (bytes: UTF-8) spells."""
    given = text.decode() if isinstance(text, bytes) else text
    if _depth(given) > DEPTH_LIMIT:
        raise ValueError(f"nested deeper than {DEPTH_LIMIT}")
    return json.loads(given)


def _depth(text: str) -> int:
    """How deep the brackets outside strings go."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", _STRINGS.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
