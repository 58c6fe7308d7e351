"""Search, summary and comparison: quotes without a model, the model through the same gate with one."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import Bot, build
from bot.commands import as_typed
from bot.config import load_settings
from bot.corpus import Corpus
from bot.grounding import ClaimKind, Verdict
from bot.interactions import Interaction
from bot.llm.scripted import ScriptedModel
from bot.overviews import document_named
from bot.questions import Place, Question, Surface, Wanted

HARBOUR = """The harbour of Elling

The harbour of Elling was dug by hand between two rocks, and it holds forty ships today.

Ships bring timber and grain to the harbour, and the harbour lives on timber more than on grain.

The council paid for a new crane at the harbour because ships with timber had to wait too long.

Rain fell on the town during most of that week, which nobody remembers with any pleasure now.
"""
RAILWAY = """The railway of Elling

The railway of Elling carries timber from the hills, and its line ends at the harbour gates.

Trains run twice a day in summer, and the railway employs thirty people from the town in all.
"""


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    (tmp_path / "seeds" / "railway.txt").write_text(RAILWAY, encoding="utf-8")
    return tmp_path / "seeds"


def made(seeds: Path, model: ScriptedModel | None = None) -> Bot:
    return build(load_settings({"SEEDS_DIR": str(seeds), "DATABASE_URL": f"sqlite:///{seeds.parent / 'log.sqlite3'}"}, None), model)


@pytest.fixture
def bot(seeds: Path) -> Iterator[Bot]:
    bot = made(seeds)
    yield bot
    bot.store.close()


def said(bot: Bot, text: str, wanted: Wanted) -> Interaction:
    return asyncio.run(bot.pipeline.answer(Question(text, wanted=wanted)))


def quotes(interaction: Interaction) -> list[str]:
    assert all(claim.kind is ClaimKind.QUOTE for claim in interaction.answer.claims)
    return [citation.quote for claim in interaction.answer.claims for citation in claim.citations]


def documents(interaction: Interaction) -> list[str]:
    return [citation.document for claim in interaction.answer.claims for citation in claim.citations]


def test_search_quotes_the_sentences_that_hold_the_words(bot: Bot) -> None:
    found = said(bot, "new crane", Wanted.SEARCH)
    assert "crane" in quotes(found)[0]
    assert found.answer.verdict is Verdict.ANSWERED
    assert said(bot, "submarines", Wanted.SEARCH).answer.verdict is Verdict.NOT_IN_DOCUMENTS


def test_a_summary_says_what_a_document_is_about_in_its_order(bot: Bot) -> None:
    found = said(bot, "harbour", Wanted.SUMMARY)
    assert set(documents(found)) == {"harbour.txt"}
    starts = [c.start for claim in found.answer.claims for c in claim.citations]
    assert starts == sorted(starts)
    assert any("timber" in quote for quote in quotes(found))
    assert said(bot, "harbour", Wanted.SUMMARY).text == found.text


def test_a_comparison_quotes_both_documents_about_what_both_speak_of(bot: Bot) -> None:
    found = said(bot, "the railway with the harbour", Wanted.COMPARISON)
    assert [*dict.fromkeys(documents(found))] == ["railway.txt", "harbour.txt"]
    assert all(any(word in quote.lower() for word in ("timber", "harbour", "elling", "town")) for quote in quotes(found))


@pytest.mark.parametrize("text", ["from hill to gate and back with the harbour", "the harbour and from hill to gate and back"])
def test_a_title_may_hold_the_words_that_join_two_names(seeds: Path, text: str) -> None:
    (seeds / "railway.txt").write_text(RAILWAY.replace("The railway of Elling", "From hill to gate and back", 1), encoding="utf-8")
    bot = made(seeds)
    assert set(documents(said(bot, text, Wanted.COMPARISON))) == {"railway.txt", "harbour.txt"}
    bot.store.close()


@pytest.mark.parametrize(
    ("text", "wanted", "missing"),
    [
        ("the airport", Wanted.SUMMARY, ("the airport",)),
        ("elling", Wanted.SUMMARY, ("elling",)),
        ("the railway with the airport", Wanted.COMPARISON, ("the airport",)),
        ("the airport with the museum", Wanted.COMPARISON, ("the airport", "the museum")),
        ("the railway and the railway of Elling", Wanted.COMPARISON, ("the railway", "the railway of Elling")),
    ],
)
def test_a_command_for_what_names_no_one_document_is_declined_with_the_name_and_the_way_on(
    bot: Bot, text: str, wanted: Wanted, missing: tuple[str, ...]
) -> None:
    found = asyncio.run(bot.pipeline.answer(Question(text, place=Place(Surface.COMMAND, "T1", "C1"), wanted=wanted)))
    assert (found.answer.verdict, found.answer.unanswered) == (Verdict.DECLINED, missing)
    assert ", ".join(f"“{name}”" for name in missing) in found.text
    assert ("the same document" in found.text) is ("railway" in missing[0])
    assert "/tencent sources" in found.text


def test_where_there_is_no_command_to_point_to_a_comparison_says_which_side_was_not_found(bot: Bot) -> None:
    found = said(bot, "timber and zeppelins", Wanted.COMPARISON)
    assert found.answer.unanswered == ("zeppelins",)
    assert any("timber" in quote for quote in quotes(found))
    assert "/tencent" not in found.text


@pytest.mark.parametrize(("text", "wanted"), [("forty ships and timber", Wanted.COMPARISON), ("the airport", Wanted.SUMMARY)])
def test_in_a_conversation_what_names_no_document_is_a_question_like_any_other(seeds: Path, text: str, wanted: Wanted) -> None:
    model = ScriptedModel(['{"mode": "not_found", "claims": [], "unanswered": []}'])
    bot = made(seeds, model)
    question = Question(text, place=Place(Surface.DIRECT, "T1", "D1", "1.0", "1.0"), wanted=wanted)
    found = asyncio.run(bot.pipeline.answer(question))
    bot.store.close()
    assert found.answer.verdict is Verdict.NOT_IN_DOCUMENTS
    assert as_typed(wanted, text) in model.prompts[0].question


def test_a_model_summarizes_only_what_the_gate_lets_through(seeds: Path) -> None:
    bot = made(seeds)
    passage = next(p.id for p in bot.corpus.passages if "forty ships" in p.text)
    bot.store.close()
    quote = {"passage": passage, "text": "it holds forty ships today"}
    texts = ("The harbour of Elling holds ninety ships.", "The harbour of Elling was dug by hand between two rocks.")
    claims = [{"quotes": [quote], "text": text, "kind": "fact"} for text in texts]
    model = ScriptedModel([json.dumps({"mode": "answer", "claims": claims, "unanswered": []})])
    bot = made(seeds, model)
    found = said(bot, "harbour", Wanted.SUMMARY)
    bot.store.close()
    assert "ninety" not in found.text
    assert "dug by hand" in found.text
    assert "The harbour of Elling" in model.prompts[0].question
    assert "Trains run twice" not in model.prompts[0].evidence


def test_a_document_is_named_by_its_file_or_by_words_of_its_title(bot: Bot) -> None:
    corpus: Corpus = bot.corpus
    for name in ("harbour.txt", "Harbour", "the harbour of elling"):
        found = document_named(name, corpus)
        assert found is not None
        assert found.id == "harbour.txt"
    assert document_named("", corpus) is None
