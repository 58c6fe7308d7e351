"""The record of one question, as programs read it."""

import json

from bot.grounding import Answer, Reason, Verdict, WithheldClaim
from bot.interactions import Interaction
from bot.llm import Usage
from bot.questions import Question


def test_an_interaction_is_the_object_that_the_architecture_shows() -> None:
    answer = Answer(
        Verdict.PARTIAL,
        "openai:m",
        "c0",
        withheld=(WithheldClaim("a claim", (Reason("number", "18.1"),)),),
        unanswered=("who",),
        suggestions=("what?",),
    )
    interaction = Interaction(
        Question("q?", id="i1"), answer, "t", ("000-1",), "p0", "openai:m", "{}", None, Usage(3, 2, 1), {"total": 0.123456}
    )

    assert interaction.to_json() == {
        "id": "i1", "question": "q?", "verdict": "partial", "engine": "openai:m", "text": "t", "claims": [],
        "withheld": [{"text": "a claim", "reasons": ["number: 18.1"]}], "unanswered": ["who"], "suggestions": ["what?"],
        "corpus_digest": "c0", "prompt_digest": "p0", "tokens": {"input": 3, "cached": 2, "output": 1}, "seconds": {"total": 0.1235},
    }  # fmt: skip


def test_what_is_private_to_the_log_is_not_printed() -> None:
    interaction = Interaction(Question("q?", asker="U1"), Answer(Verdict.FAILED, "m", "c"), "t", draft="raw", model_error="401")

    printed = json.dumps(interaction.to_json())

    assert "raw" not in printed
    assert "401" not in printed
    assert "U1" not in printed


def test_an_answer_comes_back_from_what_was_stored_of_it() -> None:
    answer = Answer(Verdict.PARTIAL, "m", "c", withheld=(WithheldClaim("x", (Reason("a", "b: c"),)),), searched=5, declined_for="empty")

    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer
