"""Interactions as a pipeline would give them, over two small documents."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bot.corpus import Corpus, Document, Fact, Span
from bot.evaluation.cases import Case
from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Verdict
from bot.grounding.answers import cite
from bot.interactions import Interaction
from bot.questions import Question

HARBOUR = """The harbour was opened in 1903 by Ada Berg. She did not buy the “Northern Line”.
The ferry carries over 40 cars, Berg said yesterday.
"""
MUSEUM = "The museum may close in May.\n"
DOCUMENTS = (
    Document("harbour.txt", HARBOUR, title=Fact("The harbour"), published=Fact(date(2019, 3, 26))),
    Document("museum.txt", MUSEUM, title=Fact("The museum")),
)


@pytest.fixture
def corpus() -> Corpus:
    return Corpus(DOCUMENTS)


def citing(words: str, document: Document = DOCUMENTS[0]) -> Citation:
    start = document.text.index(words)
    return cite(document, Span(start, start + len(words)))


def quote(words: str, document: Document = DOCUMENTS[0]) -> CitedClaim:
    return CitedClaim(words, ClaimKind.QUOTE, (citing(words, document),), document.published.value)


def statement(text: str, *words: str, kind: ClaimKind = ClaimKind.STATEMENT) -> CitedClaim:
    return CitedClaim(text, kind, tuple(citing(each) for each in words))


def interaction(*claims: CitedClaim, verdict: Verdict | None = None, text: str = "", closest: tuple[Citation, ...] = ()) -> Interaction:
    chosen = verdict or (Verdict.ANSWERED if claims else Verdict.NOT_IN_DOCUMENTS)
    answer = Answer(chosen, "fake", "digest", claims, closest=closest)
    return Interaction(Question("?"), answer, text or "\n".join(claim.text for claim in claims), seconds={"total": 0.25})


@pytest.fixture
def case() -> Callable[..., Case]:
    """A case that is answerable unless it is told otherwise."""

    def make(**given: Any) -> Case:
        answerable = {"answerable": True, "must_contain": ["1903"], "quotes": ["opened in 1903"]}
        fallback = answerable if given.get("answerable", True) else {}
        return Case.model_validate({"id": "a-case", "question": "?", "category": "harbour"} | fallback | given)

    return make
