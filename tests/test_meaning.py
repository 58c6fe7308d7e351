"""With EMBEDDING_MODEL a question in other words is answered through the whole bot, where the search by words alone does not find the passage.

Vectors come from a server on loopback, and say whether a text speaks of cleaning.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import build
from bot.config import load_settings
from bot.grounding import Verdict
from bot.interactions import Interaction
from bot.llm import Usage
from bot.prompts import Prompt
from bot.questions import Question
from tests.fakes.openai_server import OpenAIServer, Reply, embeddings, error, openai_server

QUESTION = "How can a wine stain be cleaned off the grey carpet?"
ANSWER = (
    "Salt gets red marks out of a carpet if it is strewn on them at once, before they have had the time to dry, and brushed away later."
)
# Each shares more words with the question and is shorter, and they take all the room that there is.
OTHERS = [
    *(f"The grey carpet of room {n} has a wine stain by the door." for n in (1, 2)),
    *(f"Room {n} has a grey carpet, a desk by the window and a rack behind the door." for n in range(10, 70)),
]
ABOUT_CLEANING = re.compile(r"clean|gets? .*out|salt", re.IGNORECASE)


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with openai_server() as running:
        yield running


class Quoting:
    """A model that quotes ANSWER where it is shown it, and else finds nothing."""

    name = "quoting"

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage, None]:
        shown = re.search(rf"\[(\S+) \|[^\]]*\] {re.escape(ANSWER)}", prompt.evidence)
        claims = [{"text": ANSWER, "quotes": [{"passage": shown.group(1), "text": ANSWER}]}] if shown else []
        yield json.dumps({"mode": "answer" if claims else "not_found", "claims": claims, "unanswered": []})


async def reply(body: dict[str, Any]) -> Reply:
    return embeddings(*([1.0, 0.1] if ABOUT_CLEANING.search(text) else [0.1, 1.0] for text in body["input"]))


async def no_reply(_: dict[str, Any]) -> Reply:
    return error(500, "oh no")


def asked(folder: Path, server: OpenAIServer, **settings: str) -> Interaction:
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    (seeds / "rooms.txt").write_text("\n\n".join(["The rooms of the hotel", *OTHERS[:30], ANSWER, *OTHERS[30:]]), encoding="utf-8")
    given = {
        "SEEDS_DIR": str(seeds), "INDEX_DIR": str(folder / "index"), "DATABASE_URL": f"sqlite:///{folder / 'log.sqlite3'}",
        "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": "sk-loopback", "CONTEXT_TOKENS": "700",
    }  # fmt: skip
    bot = build(load_settings(given | settings, None), Quoting())
    try:
        return asyncio.run(bot.pipeline.answer(Question(QUESTION)))
    finally:
        bot.store.close()


def test_words_alone_do_not_find_the_passage(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer_with(reply)
    found = asked(tmp_path, server)

    assert found.model_error is None
    assert ANSWER not in found.text
    assert not server.requests


def test_with_vectors_the_passage_is_found_shown_to_the_model_and_cited(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer_with(reply)
    found = asked(tmp_path, server, EMBEDDING_MODEL="small")

    assert found.answer.verdict is Verdict.ANSWERED
    assert [citation.quote for claim in found.answer.claims for citation in claim.citations] == [ANSWER]
    assert {(seen.body["model"], seen.headers["authorization"]) for seen in server.requests} == {("small", "Bearer sk-loopback")}


def test_a_bot_that_starts_again_asks_for_no_vector_of_a_passage_twice(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer_with(reply)
    asked(tmp_path, server, EMBEDDING_MODEL="small")
    server.answer_with(reply)
    found = asked(tmp_path, server, EMBEDDING_MODEL="small")

    assert ANSWER in found.text
    assert [seen.body["input"] for seen in server.requests] == [[QUESTION]]


def test_where_vectors_fail_the_search_by_words_stays(server: OpenAIServer, tmp_path: Path) -> None:
    server.answer_with(no_reply)
    with_vectors = asked(tmp_path, server, EMBEDDING_MODEL="small")

    assert server.requests
    assert with_vectors.evidence == asked(tmp_path, server).evidence
