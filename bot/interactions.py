"""The record of one question: what was asked, what it rested on, what was proposed, what was said, and what it took.

In: what the pipeline did. Out: the object that `ask --json` prints and the store keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.grounding import Answer
from bot.llm import Usage
from bot.questions import Question


@dataclass(frozen=True, slots=True)
class Interaction:
    """One question, answered.

    `text` is the answer as a person reads it; `evidence` the ids of the passages supplied; `draft` the raw reply of the model; `model_error`
    why the model could not be used, if it could not; `seconds` the time of each step and their `total`; `documents` the digest of each
    document that the answer cites, as far as it is known.
    """

    question: Question
    answer: Answer
    text: str
    evidence: tuple[str, ...] = ()
    prompt_digest: str = ""
    model: str | None = None
    draft: str = ""
    model_error: str | None = None
    tokens: Usage = field(default_factory=Usage)
    seconds: Mapping[str, float] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As `ask --json` prints it (architecture.md, "The command line")."""
        answer = self.answer.to_json()
        return {
            "id": self.question.id,
            "question": self.question.text,
            "verdict": answer["verdict"],
            "engine": answer["engine"],
            "text": self.text,
            "claims": answer["claims"],
            "withheld": answer["withheld"],
            "unanswered": answer["unanswered"],
            "suggestions": answer["suggestions"],
            "corpus_digest": answer["corpus_digest"],
            "prompt_digest": self.prompt_digest,
            "tokens": {"input": self.tokens.input, "cached": self.tokens.cached, "output": self.tokens.output},
            "seconds": {step: round(seconds, 4) for step, seconds in self.seconds.items()},
        } | ({"approval": answer["approval"]} if "approval" in answer else {})
