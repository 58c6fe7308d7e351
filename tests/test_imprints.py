"""Questions about the documents themselves are answered by the line that says it, or not at all."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import Bot, build
from bot.config import load_settings
from bot.grounding import ClaimKind, Verdict
from bot.interactions import Interaction
from bot.llm.scripted import ScriptedModel
from bot.questions import Question, Turn

HARBOUR = """The harbour of Elling gets a crane

By Agnes Holm
PUBLISHED: 3 May 2021
SOURCE: Elling Gazette

The harbour of Elling will get a crane next spring, the council of the town decided on Monday evening.

The crane was built in Sandby, where cranes have been made for sixty years by the same family.
"""
RAILWAY = """The railway of Elling

The railway of Elling carries timber from the hills, and its line ends at the harbour gates.

Trains run twice a day in summer, and the railway employs thirty people from the town in all.
"""
SANDBY = """# Sandby in winter

DATE: 9 January 2022

Sandby is quiet in winter, when no ships come and the cranes of the yard stand still for ten weeks.
"""


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    bot = made(tmp_path, harbour__txt=HARBOUR, railway__txt=RAILWAY, sandby__md=SANDBY)
    yield bot
    bot.store.close()


def made(folder: Path, model: ScriptedModel | None = None, **texts: str) -> Bot:
    (folder / "seeds").mkdir()
    for name, text in texts.items():
        (folder / "seeds" / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return build(load_settings({"SEEDS_DIR": str(folder / "seeds"), "DATABASE_URL": f"sqlite:///{folder / 'log.sqlite3'}"}, None), model)


def ask(bot: Bot, text: str) -> Interaction:
    return asyncio.run(bot.pipeline.answer(Question(text)))


def quotes(bot: Bot, text: str) -> list[str]:
    return [citation.quote for claim in ask(bot, text).answer.claims for citation in claim.citations]


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Who wrote the article about the crane?", ["By Agnes Holm"]),
        ("who is the author of harbour.txt?", ["By Agnes Holm"]),
        ("By whom was the Gazette article written?", ["By Agnes Holm"]),
        ("When was the article on the harbour crane published?", ["PUBLISHED: 3 May 2021"]),
        ("What is the date of the Sandby article?", ["DATE: 9 January 2022"]),
        ("Who published “The harbour of Elling gets a crane”?", ["SOURCE: Elling Gazette"]),
        ("Which newspaper ran the crane story?", ["SOURCE: Elling Gazette"]),
        ("Who wrote the Gazette article and when was it published?", ["By Agnes Holm", "PUBLISHED: 3 May 2021"]),
        ("When were the documents published?", ["PUBLISHED: 3 May 2021", "DATE: 9 January 2022"]),
        ("Who wrote this?", ["By Agnes Holm"]),
        ("When was it published?", ["PUBLISHED: 3 May 2021", "DATE: 9 January 2022"]),
        ("Hi, could you please tell me who wrote the article about the crane? Thanks!", ["By Agnes Holm"]),
        ("btw do you know who wrote it?", ["By Agnes Holm"]),
    ],
)
def test_who_when_and_by_whom_are_answered_with_the_line_that_states_it(bot: Bot, question: str, lines: list[str]) -> None:
    interaction = ask(bot, question)

    assert interaction.answer.verdict is Verdict.ANSWERED
    assert quotes(bot, question) == lines
    for claim in interaction.answer.claims:
        assert claim.kind is ClaimKind.QUOTE
        for citation in claim.citations:
            document = bot.live.current.corpus.document(citation.document)
            assert document is not None
            assert document.text[citation.start : citation.end] == citation.quote


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote the railway article?",
        "When was the railway document published?",
        "Who is the author of sandby.md?",
        "Who wrote the article?",  # of three
        "Which documents mention Oslo?",
    ],
)
def test_what_no_document_says_of_itself_is_not_told(bot: Bot, question: str) -> None:
    assert ask(bot, question).answer.verdict is Verdict.NOT_IN_DOCUMENTS


@pytest.mark.parametrize("question", ["Who built the crane?", "When was the crane published?", "When was the harbour dated?"])
def test_a_question_on_what_a_document_speaks_of_is_none_on_the_document(bot: Bot, question: str) -> None:
    assert not {"By Agnes Holm", "PUBLISHED: 3 May 2021"} & {*quotes(bot, question)}


def test_the_only_document_need_not_be_named(tmp_path: Path) -> None:
    bot = made(tmp_path, harbour__txt=HARBOUR)

    assert quotes(bot, "Who wrote this?") == ["By Agnes Holm"]
    assert quotes(bot, "When was the document published?") == ["PUBLISHED: 3 May 2021"]
    bot.store.close()


def test_each_document_that_mentions_something_is_quoted_once(bot: Bot) -> None:
    answer = ask(bot, "Which documents mention cranes?").answer

    assert [claim.citations[0].document for claim in answer.claims] == ["harbour.txt", "sandby.md"]
    assert all("crane" in claim.text for claim in answer.claims)
    assert quotes(bot, "Which articles talk about Sandby?")[0].startswith("The crane was built in Sandby")


def test_what_a_document_is_about_is_its_summary(bot: Bot) -> None:
    answer = ask(bot, "What is the railway document about?").answer

    assert {citation.document for claim in answer.claims for citation in claim.citations} == {"railway.txt"}


def test_lines_that_state_something_need_no_model(tmp_path: Path) -> None:
    bot = made(tmp_path, ScriptedModel([]), harbour__txt=HARBOUR)

    assert quotes(bot, "Who wrote the document?") == ["By Agnes Holm"]
    bot.store.close()


def test_it_is_what_was_spoken_of_before_and_not_every_document(bot: Bot) -> None:
    history = (Turn("What was built in Sandby?", "The crane was built in Sandby, where cranes have been made for sixty years."),)

    def quoted(question: Question) -> list[str]:
        answer = asyncio.run(bot.pipeline.answer(question)).answer
        return [citation.quote for claim in answer.claims for citation in claim.citations]

    assert quoted(Question("How old is it?")) == ["PUBLISHED: 3 May 2021", "DATE: 9 January 2022"]
    assert "PUBLISHED: 3 May 2021" not in quoted(Question("How old is it?", history=history))
