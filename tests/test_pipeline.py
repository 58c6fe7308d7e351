"""The path of one question, with a model that plays a script: what a model may say, and what comes out of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Bot, build
from bot.config import CHECKOUT, Settings
from bot.drafts import REPLY_SCHEMA
from bot.errors import DraftUnreadable, ModelError, ModelRefused, ModelRejected, ModelUnavailable
from bot.grounding import CitedClaim, ClaimKind, Verdict
from bot.interactions import Interaction
from bot.llm import ChatModel, Usage
from bot.llm.scripted import ScriptedModel
from bot.prompts import Prompt
from bot.questions import Question, Turn
from tests.fakes.drafts import NOT_FOUND, claim, draft

QUESTION = "What stake does Tencent hold in JD?"
REVENUE = "What was Tencent's revenue in 2024?"
STAKE = "Tencent is currently JD’s largest shareholder with a 21.25% stake."
TRUE = "Tencent is JD’s largest shareholder with a 21.25% stake."
GOOD = claim(TRUE, ("000-21", STAKE))
ALSO_GOOD = claim("", ("004-36", "using 100% green electricity by 2030"))
GOLDEN = Path(__file__).parent / "fakes" / "prompt.golden.txt"

Build = Callable[..., Bot]


@pytest.fixture
def bot(tmp_path: Path) -> Build:
    """A function from a model and settings to a bot."""

    def assemble(model: ChatModel | None = None, **settings: object) -> Bot:
        given = {"database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}", "index_dir": tmp_path / "index"} | settings
        return build(Settings.model_validate(given), model)

    return assemble


def pieces(text: str, size: int = 30) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def answered(bot: Bot, question: str | Question = QUESTION) -> Interaction:
    """The Interaction, every citation of which is the slice of its file, and every word of which is cited or ours."""
    asked = question if isinstance(question, Question) else Question(question)
    interaction = asyncio.run(bot.pipeline.answer(asked))
    for made in interaction.answer.claims:
        for citation in made.citations:
            document = bot.corpus.document(citation.document)
            assert document
            assert document.text[citation.start : citation.end] == citation.quote
        assert " ".join(made.text.split()) in interaction.text
    for withheld in interaction.answer.withheld:
        said = {claim.text for claim in interaction.answer.claims}
        assert withheld.text in said or not withheld.text or withheld.text not in interaction.text
    return interaction


def said(bot: Build, *steps: str | Usage | ModelError, question: str = QUESTION, **settings: object) -> Interaction:
    """What becomes of a model's reply."""
    return answered(bot(ScriptedModel(steps), **settings), question)


# --- good replies


@pytest.mark.parametrize("size", [1, 5, 30, 10_000])
def test_a_true_claim_is_answered_by_the_model(bot: Build, size: int) -> None:
    interaction = said(bot, *pieces(draft(GOOD), size), Usage(100, 90, 10))

    answer = interaction.answer
    assert (answer.verdict, answer.engine) == (Verdict.ANSWERED, "scripted")
    assert [(made.kind, made.text) for made in answer.claims] == [(ClaimKind.STATEMENT, TRUE)]
    assert (answer.fell_back, answer.cut_short, answer.closest, answer.searched) == (False, False, (), None)
    assert interaction.draft == draft(GOOD)
    assert interaction.tokens == Usage(100, 90, 10)
    assert interaction.model == "scripted"
    assert interaction.model_error is None


def test_a_reply_in_a_fence_is_read(bot: Build) -> None:
    assert said(bot, *pieces(f"```json\n{draft(GOOD)}\n```")).answer.engine == "scripted"


def test_claims_come_out_while_the_model_is_still_speaking(bot: Build) -> None:
    async def watch() -> tuple[list[CitedClaim | Interaction], list[int]]:
        gate_open = asyncio.Event()
        spoken: list[int] = []

        class Waiting:
            name = "waiting"

            async def stream(self, _: Prompt) -> Any:
                whole = draft(GOOD, ALSO_GOOD)
                middle = whole.index('{"quotes"', whole.index('{"quotes"') + 1) + 12
                yield whole[:middle]
                await gate_open.wait()
                spoken.append(1)
                yield whole[middle:]

        steps: list[CitedClaim | Interaction] = []
        when: list[int] = []
        async for step in bot(Waiting()).pipeline.run(Question(QUESTION)):
            steps.append(step)
            when.append(len(spoken))
            gate_open.set()
        return steps, when

    steps, when = asyncio.run(asyncio.wait_for(watch(), 20))

    assert [type(step) for step in steps] == [CitedClaim, CitedClaim, Interaction]
    assert when == [0, 1, 1]
    assert isinstance(steps[-1], Interaction)
    assert list(steps[-1].answer.claims) == steps[:-1]


def test_what_the_model_leaves_open_makes_the_answer_partial(bot: Build) -> None:
    interaction = said(bot, draft(GOOD, unanswered=("who audits JD",)), question="What stake does Tencent hold in JD, and who audits JD?")

    assert interaction.answer.verdict is Verdict.PARTIAL
    assert interaction.answer.unanswered == ("who audits JD",)
    assert "who audits JD" in interaction.text


def test_an_open_part_in_words_of_the_models_own_is_not_said(bot: Build) -> None:
    interaction = said(bot, draft(GOOD, unanswered=("the merger with Alibaba",)))

    assert "merger" not in interaction.text


def test_an_honest_not_found_is_kept_and_nothing_is_put_in_its_place(bot: Build) -> None:
    interaction = said(bot, NOT_FOUND)

    assert (interaction.answer.verdict, interaction.answer.engine) == (Verdict.NOT_IN_DOCUMENTS, "scripted")
    assert interaction.answer.claims == ()
    assert interaction.text.startswith("I found no sure answer in the documents.")


def test_closest_passages_are_quotes_of_the_files(bot: Build) -> None:
    running = bot(ScriptedModel([NOT_FOUND]))

    for citation in answered(running, "What stake does Alibaba hold in JD?").answer.closest:
        document = running.corpus.document(citation.document)
        assert document
        assert document.text[citation.start : citation.end] == citation.quote


def test_without_a_model_the_documents_answer_by_themselves(bot: Build) -> None:
    interaction = answered(bot())

    assert (interaction.answer.verdict, interaction.answer.engine) == (Verdict.ANSWERED, "extractive")
    assert [made.kind for made in interaction.answer.claims] == [ClaimKind.QUOTE]
    assert (interaction.answer.fell_back, interaction.model, interaction.draft) == (False, None, "")


# --- replies that lie

LIES: dict[str, dict[str, Any]] = {
    "a fabricated quote": claim("Tencent sold its stake in JD.", ("000-21", "Tencent has sold its whole stake in JD to Alibaba.")),
    "a changed number": claim("Tencent is JD’s largest shareholder with an 18.1% stake.", ("000-21", STAKE)),
    "a changed number in the quote too": claim(
        "Tencent is JD’s largest shareholder with an 18.1% stake.", ("000-21", STAKE.replace("21.25", "18.1"))
    ),
    "a changed date": claim(
        "Pony Ma released an open letter on October 29.", ("000-1", "released an open letter (in Chinese) on October 30")
    ),
    "an added year": claim("Tencent is JD’s largest shareholder with a 21.25% stake in 2018.", ("000-21", STAKE)),
    "the wrong passage": claim(TRUE, ("001-21", STAKE)),
    "no passage": claim(TRUE, ("999-1", STAKE)),
    "two documents": claim("Tencent values connection with a 21.25% stake.", ("000-21", STAKE), ("001-13", "Tencent values connection.")),
    "a link": claim(f"{TRUE} See https://evil.example", ("000-21", STAKE)),
    "a mention": claim(f"<!channel> {TRUE}", ("000-21", STAKE)),
    "withdrawn words": claim("CEO stresses putting end to evil use.", ("002-4", "CEO stresses putting end to evil use")),
    "a withdrawn title": claim(
        "CEO Martin Lau says that his company wants partners.", ("002-10", "Martin Lau (pic) says that his company")
    ),
    "outside knowledge": claim("Tencent was founded by Pony Ma in Shenzhen.", ("000-1", "Tencent’s founder and CEO Pony Ma")),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_is_withheld_and_logged_and_never_said(bot: Build, lie: dict[str, Any]) -> None:
    interaction = said(bot, *pieces(draft(lie)))

    assert lie["text"] not in interaction.text
    assert ClaimKind.STATEMENT not in {made.kind for made in interaction.answer.claims}
    assert lie["text"] in {withheld.text for withheld in interaction.answer.withheld}
    assert all(withheld.reasons for withheld in interaction.answer.withheld)
    assert interaction.answer.verdict in {Verdict.ANSWERED, Verdict.NOT_IN_DOCUMENTS}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_beside_a_truth_does_not_take_it_along(bot: Build, lie: dict[str, Any]) -> None:
    interaction = said(bot, *pieces(draft(lie, GOOD)))

    assert [made.text for made in interaction.answer.claims if made.kind is ClaimKind.STATEMENT] == [TRUE]
    assert interaction.answer.engine == "scripted"


def test_nothing_but_lies_leaves_what_the_documents_say_by_themselves(bot: Build) -> None:
    interaction = said(bot, draft(LIES["a fabricated quote"]))

    assert interaction.answer.engine == "extractive"
    assert [made.text for made in interaction.answer.claims] == [STAKE]
    assert not interaction.answer.fell_back  # the model could be used; what it said could not


def test_a_claim_that_is_made_twice_is_said_once(bot: Build) -> None:
    assert [made.text for made in said(bot, draft(GOOD, GOOD)).answer.claims] == [TRUE]


# --- replies that fail

BROKEN: dict[str, list[str | ModelError]] = {
    "nothing": [],
    "prose": ["Certainly! Tencent owns JD."],
    "prose before JSON": ["Here you are: ", draft(GOOD)],
    "other keys": ['{"answer": "Tencent owns JD."}'],
    "a list": ["[]"],
    "half a word of JSON": ['{"mode": "ans'],
    "too much": ["x" * 100_000],
    "too many claims": [draft(*[GOOD] * 0, mode="perhaps")],
    "no connection": [ModelUnavailable("no connection")],
    "a wrong key": [ModelRejected("401")],
    "a refusal": [ModelRefused("declined")],
    "a cut": ['{"mode": "answer", "claims": [', DraftUnreadable("cut")],
}


@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN.keys())
def test_a_model_that_fails_leaves_what_the_documents_say_and_says_so(bot: Build, steps: list[str | ModelError]) -> None:
    interaction = said(bot, *steps)

    assert (interaction.answer.verdict, interaction.answer.engine) == (Verdict.ANSWERED, "extractive")
    assert [made.text for made in interaction.answer.claims] == [STAKE]
    assert interaction.answer.fell_back
    assert not interaction.answer.cut_short
    assert "The language model could not be used" in interaction.text
    assert "owns" not in interaction.text
    assert interaction.model == "scripted"
    assert interaction.model_error


@pytest.mark.parametrize("steps", BROKEN.values(), ids=BROKEN.keys())
def test_a_model_that_fails_on_what_the_documents_do_not_say_leaves_an_honest_no(bot: Build, steps: list[str | ModelError]) -> None:
    interaction = said(bot, *steps, question=REVENUE)

    assert interaction.answer.verdict is Verdict.NOT_IN_DOCUMENTS
    assert interaction.answer.fell_back or interaction.answer.engine == "scripted"


HALF = draft(GOOD, ALSO_GOOD)[:-60]


@pytest.mark.parametrize(
    "end",
    [[], [ModelUnavailable("dropped")], [DraftUnreadable("length")], [ModelRefused("filtered")], ["!!! not JSON"]],
    ids=["silence", "dropped", "length", "filtered", "garbage"],
)
def test_half_a_reply_after_a_true_claim_is_a_partial_answer(bot: Build, end: list[str | ModelError]) -> None:
    interaction = said(bot, *pieces(HALF), *end)

    answer = interaction.answer
    assert (answer.verdict, answer.engine) == (Verdict.PARTIAL, "scripted")
    assert [made.text for made in answer.claims][:1] == [TRUE]
    assert (answer.cut_short, answer.fell_back) == (True, False)
    assert "cut short" in interaction.text
    assert interaction.model_error


@pytest.mark.parametrize(("question", "reason"), [("", "empty"), ("  ?!", "empty"), ("x" * 3001, "too_long")])
def test_a_question_that_is_not_taken_is_not_put_to_the_model(bot: Build, question: str, reason: str) -> None:
    model = ScriptedModel([draft(GOOD)])

    interaction = answered(bot(model), question)

    assert (interaction.answer.verdict, interaction.answer.declined_for) == (Verdict.DECLINED, reason)
    assert model.prompts == []
    assert interaction.text


# --- the evidence and the prompt


def prompted(bot: Build, question: Question, **settings: object) -> Prompt:
    model = ScriptedModel([NOT_FOUND])
    answered(bot(model, **settings), question)
    return next(prompt for prompt in model.prompts if prompt.schema is REPLY_SCHEMA)


def test_what_comes_before_the_question_is_the_same_for_every_question(bot: Build) -> None:
    one = prompted(bot, Question(QUESTION))
    other = prompted(bot, Question(REVENUE, history=(Turn("a", "b"),)))

    assert (one.instructions, one.evidence, one.digest) == (other.instructions, other.evidence, other.digest)
    assert one.question != other.question


def test_the_question_comes_last_and_history_before_it_and_never_among_the_evidence(bot: Build) -> None:
    prompt = prompted(bot, Question(QUESTION, history=(Turn("Who is Gertrude?", "A mathematician."),)))

    assert prompt.question.endswith(QUESTION)
    assert prompt.question.index("Gertrude") < prompt.question.index("mathematician") < prompt.question.index(QUESTION)
    assert "Gertrude" not in prompt.instructions + prompt.evidence
    assert QUESTION not in prompt.instructions + prompt.evidence


def test_what_was_said_before_cannot_be_quoted(bot: Build) -> None:
    lie = claim("Tencent’s revenue was 660 billion yuan.", ("000-21", "Tencent’s revenue was 660 billion yuan."))
    turn = Turn("What was it?", "Tencent’s revenue was 660 billion yuan.")

    interaction = answered(bot(ScriptedModel([draft(lie)])), Question("And the revenue?", history=(turn,)))

    assert "660" not in interaction.text


def test_a_question_of_dollar_signs_and_braces_is_passed_on_as_it_is(bot: Build) -> None:
    question = "What is $question or ${history} or $$ or {x} of JD?"

    assert prompted(bot, Question(question)).question.endswith(question)


def test_a_corpus_that_fits_is_shown_whole(bot: Build) -> None:
    running = bot(ScriptedModel([NOT_FOUND]))

    assert answered(running).evidence == tuple(passage.id for passage in running.corpus.passages)


def test_of_a_corpus_that_does_not_fit_the_best_is_shown_and_the_answer_says_what_was_searched(bot: Build) -> None:
    interaction = said(bot, draft(GOOD), context_tokens=1500)

    assert interaction.answer.searched == 5
    assert 0 < len(interaction.evidence) < 20
    assert "000-21" in interaction.evidence
    assert interaction.answer.verdict is Verdict.ANSWERED
    assert "Documents searched: 5." in interaction.text


def test_passages_are_looked_for_by_what_a_misspelt_question_means(bot: Build) -> None:
    found = answered(bot(context_tokens=700), "how much did they invst in reserch and develpment")

    assert found.answer.searched is not None
    assert "RMB230 billion" in found.text


def test_what_was_not_shown_cannot_be_quoted(bot: Build) -> None:
    interaction = said(bot, draft(GOOD), question="Which partners does Tencent have in Germany?", context_tokens=1500)

    assert "000-21" not in interaction.evidence
    assert TRUE not in interaction.text


def rendered(prompt: Prompt) -> str:
    return f"=== instructions\n{prompt.instructions}\n=== evidence\n{prompt.evidence}\n=== question\n{prompt.question}\n"


def harbour(folder: Path, bot: Build) -> str:
    """The prompt of one question about one small page."""
    (folder / "harbour.txt").write_text(
        "The harbour of Port Elling\n\nThe harbour of Port Elling was dug by the engineer Agnes Holm.\n\nIts aims are these three:\n\n"
        "  1. Quiet quays: Ships switch off their engines.\n\n  2. Clean water: No waste reaches the basin.\n\nLeave a comment\n",
        encoding="utf-8",
    )
    question = Question("And who paid for it?", history=(Turn("Who dug the harbour?", "Agnes Holm."),))
    return rendered(prompted(bot, question, seeds_dir=folder, prompts_dir=CHECKOUT / "prompts"))


def test_the_rendered_prompt_is_the_golden_one(tmp_path: Path, bot: Build) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    text = harbour(seeds, bot)
    (tmp_path / "prompt.txt").write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text(encoding="utf-8"), f"If the new one is meant, copy {tmp_path / 'prompt.txt'} to {GOLDEN}"
