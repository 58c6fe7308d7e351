"""How much of a question stays in the log once it has ended. While it is open, its words are needed to answer it."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.store.rows import Row

DIGEST_MARK = "sha256:"


class LogQuestions(StrEnum):
    """All of it; a digest, so that repeats can be counted; or nothing. Without the words, follow-ups cannot refer to them."""

    FULL = "full"
    HASHED = "hashed"
    NONE = "none"

    def closing(self, row: Row) -> dict[str, object]:
        """The columns to overwrite when a question ends whose row is `row` so far."""
        if self is LogQuestions.FULL:
            return {}
        words = f"{DIGEST_MARK}{hashlib.sha256(row['question'].encode()).hexdigest()[:16]}" if self is LogQuestions.HASHED else ""
        # The draft and the text may repeat the question; the answer's claims are the documents' words, and its sources stay readable.
        emptied = {"question": words, "draft": sa.null(), "text": sa.null(), "response_url": "", "history": sa.null()}
        # What a fault says may be anything; its kind stays.
        kinds = {name: (row[name] or "").partition(":")[0] or None for name in ("model_error", "error")}
        return emptied | kinds | {"answer": _without_its_words(row["answer"]) if row["answer"] else sa.null()}


def words_of(row: Row | Mapping[str, Any]) -> str:
    """The words of a row's question; empty where the log did not keep them."""
    return "" if row["question"].startswith(DIGEST_MARK) else str(row["question"])


def _without_its_words(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A stored answer without what can repeat the question: parts left open are its own words, and what was withheld may be anybody's."""
    withheld = [{"text": "", "reasons": [f"{reason.partition(': ')[0]}: " for reason in claim["reasons"]]} for claim in answer["withheld"]]
    return {**answer, "withheld": withheld, "unanswered": []}
