"""What a model may do beyond its first reply: mend claims that failed, write questions out, and doubt."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.corpus import load_corpus
from bot.drafting import Drafter
from bot.drafts import REPLY_SCHEMA
from bot.errors import ModelUnavailable
from bot.extractive import ExtractiveAnswerer
from bot.grounding import ClaimKind, Reading, Verdict
from bot.interactions import Interaction
from bot.judging import Judge
from bot.languages import Languages
from bot.llm import ChatModel, Usage
from bot.llm.scripted import ScriptedModel, Step
from bot.pipeline import Pipeline
from bot.prompts import PromptLibrary, Template
from bot.questions import Question, Turn
from bot.retrieval import Retriever
from bot.rewriting import Rewriter
from bot.snapshots import Snapshot
from tests.fakes.drafts import NOT_FOUND, claim, draft

PROMPTS = PromptLibrary.load(Path(__file__).resolve().parents[1] / "prompts")
DUG = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years."
PAID = "The town paid 40,000 crowns for the harbour."
TRUE = claim(DUG, ("000-1", DUG))
WRONG = claim("The harbour was dug by the engineer Agnes Holm in three years.", ("000-1", DUG))
MENDED = claim("The harbour was dug by the engineer Agnes Holm in two years.", ("000-1", DUG))
ASKED = "Who dug the harbour?"


@pytest.fixture
def pipeline(tmp_path: Path) -> "Make":
    return Make(tmp_path)


class Make:
    """A pipeline over one small document."""

    def __init__(self, folder: Path) -> None:
        (folder / "harbour.txt").write_text(f"{DUG}\n\n{PAID}\n", encoding="utf-8")
        self.corpus = load_corpus(folder)

    def __call__(self, drafter: Drafter | None) -> Pipeline:
        snapshot = Snapshot(self.corpus, Retriever(self.corpus, 1000, lambda _: 1), ExtractiveAnswerer(self.corpus), ("en",))
        reading = Reading(PROMPTS, "/ask", lambda: self.corpus)
        return Pipeline(snapshot=lambda: snapshot, prompts=PROMPTS, reading=reading, drafter=drafter)


def answered(pipeline: Pipeline, question: str | Question = ASKED) -> Interaction:
    return asyncio.run(pipeline.answer(question if isinstance(question, Question) else Question(question)))


def said(interaction: Interaction) -> list[tuple[ClaimKind, str]]:
    return [(made.kind, made.text) for made in interaction.answer.claims]


# --- mending


def test_a_claim_that_fails_is_asked_for_once_more_and_the_mended_one_is_posted(pipeline: Make) -> None:
    model = ScriptedModel([draft(WRONG), Usage(100, 0, 10)], [draft(MENDED), Usage(120, 100, 5)])
    interaction = answered(pipeline(Drafter(model, PROMPTS)))

    assert said(interaction) == [(ClaimKind.STATEMENT, MENDED["text"])]
    assert [withheld.text for withheld in interaction.answer.withheld] == [WRONG["text"]]
    assert interaction.tokens == Usage(220, 100, 15)
    assert "repair" in interaction.seconds
    first, second = model.prompts
    assert (first.instructions, first.evidence) == (second.instructions, second.evidence)  # what providers have cached
    assert WRONG["text"] in second.question
    assert "number" in second.question


def test_all_failing_claims_are_mended_in_one_call(pipeline: Make) -> None:
    paid = claim("The town paid 50,000 crowns for the harbour.", ("000-3", PAID))
    model = ScriptedModel([draft(WRONG, paid)], [draft(MENDED, claim(PAID, ("000-3", PAID)))])
    interaction = answered(pipeline(Drafter(model, PROMPTS)))

    assert len(model.prompts) == 2
    assert {text for _, text in said(interaction)} == {MENDED["text"], PAID}


@pytest.mark.parametrize(
    "second",
    [[draft(WRONG)], [NOT_FOUND], ["no JSON"], [], [ModelUnavailable("gone")], [draft(claim("See https://evil.example", ("000-1", DUG)))]],
    ids=["wrong again", "nothing", "prose", "silence", "no connection", "a link"],
)
def test_a_claim_that_is_not_mended_leaves_its_quote_once(pipeline: Make, second: Sequence[Step]) -> None:
    interaction = answered(pipeline(Drafter(ScriptedModel([draft(WRONG)], second), PROMPTS)))

    assert said(interaction) == [(ClaimKind.QUOTE, DUG)]
    assert interaction.answer.verdict is Verdict.ANSWERED
    assert interaction.answer.engine == "scripted"
    assert interaction.model_error is None


def test_nothing_is_mended_where_that_is_switched_off_or_nothing_failed(pipeline: Make) -> None:
    model = ScriptedModel([draft(WRONG)])
    assert said(answered(pipeline(Drafter(model, PROMPTS, repairs=False)))) == [(ClaimKind.QUOTE, DUG)]
    assert len(model.prompts) == 1

    model = ScriptedModel([draft(TRUE)])
    assert said(answered(pipeline(Drafter(model, PROMPTS)))) == [(ClaimKind.STATEMENT, DUG)]
    assert len(model.prompts) == 1


def test_a_mended_claim_of_something_else_does_not_replace_the_quote(pipeline: Make) -> None:
    model = ScriptedModel([draft(WRONG)], [draft(claim(PAID, ("000-3", PAID)))])

    assert said(answered(pipeline(Drafter(model, PROMPTS)))) == [(ClaimKind.STATEMENT, PAID), (ClaimKind.QUOTE, DUG)]


# --- the judge


def judged(pipeline: Make, *ruling: Step, reply: str = "") -> Interaction:
    judge = Judge(ScriptedModel(ruling), PROMPTS)
    return answered(pipeline(Drafter(ScriptedModel([reply or draft(TRUE)]), PROMPTS, judge)))


def test_a_judge_that_agrees_changes_nothing(pipeline: Make) -> None:
    interaction = judged(pipeline, '{"supported": true}', Usage(10, 0, 2))

    assert said(interaction) == [(ClaimKind.STATEMENT, DUG)]
    assert interaction.tokens == Usage(10, 0, 2)


@pytest.mark.parametrize(
    "ruling",
    [['{"supported": false}'], ["yes"], ['{"supported": "perhaps"}'], ["{}"], [], [ModelUnavailable("gone")], ["x" * 100_000]],
    ids=["no", "prose", "perhaps", "empty object", "silence", "no connection", "too much"],
)
def test_whatever_a_judge_does_but_agree_takes_a_claim_back_to_its_quote(pipeline: Make, ruling: list[Step]) -> None:
    interaction = judged(pipeline, *ruling)

    assert said(interaction) == [(ClaimKind.QUOTE, DUG)]
    assert [(withheld.text, withheld.reasons[0].rule) for withheld in interaction.answer.withheld] == [(DUG, "judge")]


def test_a_judge_cannot_let_a_failing_claim_pass(pipeline: Make) -> None:
    assert said(judged(pipeline, '{"supported": true}', reply=draft(WRONG))) == [(ClaimKind.QUOTE, DUG)]


# --- questions written out


def rewritten(words: str, *turns: Turn, model: ChatModel | None, spoken: Sequence[str] = ("en",)) -> tuple[str, bool]:
    done = asyncio.run(Rewriter(PROMPTS, Languages(PROMPTS), model).rewrite(words, turns, spoken))
    return done.text, done.crosses


DUG_BY = Turn("Who dug the harbour of Port Elling?", "Agnes Holm.")


def reply(question: object) -> ScriptedModel:
    return ScriptedModel([json.dumps({"question": question})])


def test_a_follow_up_is_written_out_by_the_model() -> None:
    written = "Who paid for the harbour of Port Elling?"

    assert rewritten("And who paid for it?", DUG_BY, model=reply(written)) == (written, False)


def test_a_question_that_stands_alone_is_not_put_to_the_model() -> None:
    model = reply("something else?")

    assert rewritten(DUG_BY.question, model=model) == (DUG_BY.question, False)
    assert rewritten("What does the fishery company of Port Elling export?", DUG_BY, model=model)[0].startswith("What does the fishery")
    assert model.prompts == []


@pytest.mark.parametrize(
    "model",
    [
        None, reply(""), reply(7), reply("x" * 500), reply("<!channel> Who paid?"), reply('{"mode": "answer"}'), ScriptedModel([NOT_FOUND]),
        ScriptedModel([ModelUnavailable("gone")]), ScriptedModel([]),
    ],
)  # fmt: skip
def test_without_a_usable_reply_the_rule_writes_it_out(model: ChatModel | None) -> None:
    assert rewritten("and in Germany?", Turn("What ships sail in Norway?", "Many."), model=model) == ("What ships sail in Germany?", False)


def test_a_number_that_got_lost_on_the_way_makes_a_reply_unusable() -> None:
    assert rewritten("And in 2019?", DUG_BY, model=reply("Who dug the harbour of Port Elling?"))[0] != "Who dug the harbour of Port Elling?"
    assert rewritten("And in 2019?", DUG_BY, model=reply("Who dug it in 2019?"))[0] == "Who dug it in 2019?"


def test_a_question_in_another_language_is_carried_over_by_the_model() -> None:
    assert rewritten("海港是谁建的？", model=reply("Who built the harbour?")) == ("Who built the harbour?", False)
    assert rewritten("海港是谁建的？", model=reply("Who built the harbour?"), spoken=("en", "zh")) == (
        "Who built the harbour? 海港是谁建的？",
        False,
    )
    assert rewritten("海港是谁建的？", model=reply("?"), spoken=("zh",)) == ("海港是谁建的？", False)


def test_without_a_model_it_is_said_that_a_question_was_not_carried_over(pipeline: Make) -> None:
    assert rewritten("海港是谁建的？", model=None) == ("海港是谁建的？", True)

    interaction = answered(pipeline(None), "海港是谁建的？")
    assert interaction.answer.verdict is Verdict.NOT_IN_DOCUMENTS
    assert interaction.text.startswith("在文件中没有找到确切的答案。")
    assert PROMPTS["languages/zh/answer"].label("crosses_languages") in interaction.text


def test_with_a_model_a_chinese_question_is_answered_with_chinese_phrases_and_the_original_words(pipeline: Make) -> None:
    model = ScriptedModel([json.dumps({"question": ASKED})], [draft(TRUE)])
    interaction = answered(pipeline(Drafter(model, PROMPTS)), "海港是谁建的？")

    assert said(interaction) == [(ClaimKind.STATEMENT, DUG)]
    assert DUG in interaction.text
    assert "来源" in interaction.text
    assert not interaction.answer.crosses_languages
    asked = [prompt for prompt in model.prompts if prompt.schema is REPLY_SCHEMA]
    assert "海港是谁建的？" in asked[0].question  # the model reads what was asked, not what was searched for


@pytest.mark.parametrize("name", ["evidence", "passage", "question", "judge", "rewrite"])
def test_a_prompt_that_cannot_be_filled_costs_the_model_and_never_the_answer(pipeline: Make, name: str) -> None:
    every = {each: PROMPTS[each] for each in PROMPTS.names()}
    every[name] = Template(name, PROMPTS[name].labels, "Words of $nobody.")
    broken = PromptLibrary(every)
    model = ScriptedModel(draft(TRUE), draft(TRUE))
    asking = pipeline(Drafter(model, broken, Judge(model, broken)))
    asking._rewriter = Rewriter(broken, asking._languages, model)

    interaction = answered(asking, Question(ASKED, history=(Turn("What is the harbour?", "Dug."),)))

    assert interaction.answer.claims
    assert (interaction.model_error or "").startswith("PromptError: ") is (name != "rewrite")
