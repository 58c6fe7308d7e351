"""How much of a question stays in the log once it has ended. While it is open, its words are needed to answer it."""

import hashlib
from enum import StrEnum

import sqlalchemy as sa

from bot.questions import Question


class LogQuestions(StrEnum):
    """All of it; a digest, so that repeats can be counted; or nothing. Without the words, follow-ups cannot refer to them."""

    FULL = "full"
    HASHED = "hashed"
    NONE = "none"

    def closing(self, question: Question) -> dict[str, object]:
        """The columns to overwrite when `question` ends."""
        if self is LogQuestions.FULL:
            return {}
        words = f"sha256:{hashlib.sha256(question.text.encode()).hexdigest()[:16]}" if self is LogQuestions.HASHED else ""
        # The draft and the text may repeat the question; the answer's claims are the documents' words, and its sources stay readable.
        return {"question": words, "draft": sa.null(), "text": sa.null(), "response_url": ""}
