"""Evidence limited to what was published by a day, and what the dated documents say in order."""

import asyncio
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.bootstrap import Bot, build
from bot.commands import Ask, Explain, Request, parse_command
from bot.config import load_settings
from bot.grounding import ClaimKind
from bot.interactions import Interaction
from bot.llm.scripted import ScriptedModel
from bot.questions import Question, Wanted

DOCUMENTS = {
    "a.txt": "The harbour grows\nDATE: March 3 2019\n\nThe harbour of Elling had nine quays after the works, the council said.\n",
    "b.txt": "The harbour shrinks\nDATE: May 5 2021\n\nThe harbour of Elling had four quays after the storm, the council said.\n",
    "c.txt": "The harbour\n\nThe harbour of Elling had two quays in the beginning, as the story goes.\n",
}


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    (tmp_path / "seeds").mkdir()
    for name, text in DOCUMENTS.items():
        (tmp_path / "seeds" / name).write_text(text, encoding="utf-8")
    made = build(load_settings({"SEEDS_DIR": str(tmp_path / "seeds"), "DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}"}, None))
    yield made
    made.store.close()


def said(bot: Bot, question: Question) -> Interaction:
    return asyncio.run(bot.pipeline.answer(question))


def cited(interaction: Interaction) -> list[str]:
    return [citation.document for claim in interaction.answer.claims for citation in claim.citations]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("as-of 2018 how many?", Ask("how many?", until=date(2018, 12, 31))),
        ("as of 2018-02 how many?", Ask("how many?", until=date(2018, 2, 28))),
        ("AS-OF 2020-02-03 how many?", Ask("how many?", until=date(2020, 2, 3))),
        ("as-of 2018-13 how many?", Explain("as-of", "as-of 2018-13 how many?")),
        ("as-of 2018", Explain("as-of", "as-of 2018")),
        ("timeline the quays", Ask("the quays", wanted=Wanted.TIMELINE)),
        ("timeline of quays", Ask("quays", wanted=Wanted.TIMELINE)),
        ("timeline", Explain("timeline")),
    ],
)
def test_the_grammar(text: str, asked: Request) -> None:
    assert parse_command(text) == asked


def test_younger_and_undated_documents_are_no_evidence(bot: Bot) -> None:
    answered = said(bot, Question("How many quays did the harbour of Elling have?", until=date(2019, 12, 31)))
    assert set(cited(answered)) == {"a.txt"}
    assert (answered.answer.left_out, answered.answer.undated) == (2, 1)
    assert "asked for: 2." in answered.text


def test_nothing_was_published_by_then(bot: Bot) -> None:
    answered = said(bot, Question("How many quays did the harbour of Elling have?", until=date(2001, 1, 1)))
    assert cited(answered) == []
    assert answered.answer.closest == ()


def test_a_timeline_is_in_the_order_of_dates_and_leaves_the_undated_out(bot: Bot) -> None:
    answered = said(bot, Question("quays of the harbour of Elling", wanted=Wanted.TIMELINE))
    assert cited(answered) == ["a.txt", "b.txt"]
    assert [claim.as_of for claim in answered.answer.claims] == [date(2019, 3, 3), date(2021, 5, 5)]
    assert answered.answer.left_out == 1
    assert "have no date: 1." in answered.text
    assert "asked for" not in answered.text


def test_documents_that_differ_are_put_side_by_side(bot: Bot) -> None:
    said_by_one = {"passage": "000-4", "text": "The harbour of Elling had nine quays after the works, the council said."}
    claim = {"quotes": [said_by_one], "text": "The harbour of Elling had nine quays after the works, the council said.", "kind": "fact"}
    model = ScriptedModel([json.dumps({"mode": "answer", "claims": [claim], "unanswered": []})])
    answered = said(build(bot.settings, model), Question("How many quays did the harbour of Elling have?"))
    differing = [c for c in answered.answer.claims if c.kind is ClaimKind.DIFFERENCE]
    assert [{citation.document for citation in c.citations} for c in differing] == [{"a.txt", "b.txt"}, {"a.txt", "c.txt"}]
    assert "different figures or dates" in answered.text
    assert "four quays" in answered.text


def test_what_is_wanted_survives_the_queue(bot: Bot) -> None:
    question = Question("quays", wanted=Wanted.TIMELINE, until=date(2020, 1, 2))
    bot.store.receive(question)
    job = bot.store.claim("")
    assert job is not None
    assert (job.question.wanted, job.question.until) == (Wanted.TIMELINE, date(2020, 1, 2))
