"""Replies as a model would write them. In: claims, quotes. Out: the JSON of a draft."""

import json
from typing import Any


def claim(text: str, *quotes: tuple[str, str], kind: str = "fact") -> dict[str, Any]:
    """A claim that rests on quotes, each a passage's id and words."""
    return {"quotes": [{"passage": passage, "text": words} for passage, words in quotes], "text": text, "kind": kind}


def draft(*claims: dict[str, Any], mode: str = "answer", unanswered: tuple[str, ...] = ()) -> str:
    """A whole reply."""
    return json.dumps({"mode": mode, "claims": list(claims), "unanswered": list(unanswered)}, ensure_ascii=False)


NOT_FOUND = draft(mode="not_found")
