"""Documents that change while the bot runs: the next question sees all of the change, a question under way none of it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.llm import Usage
from bot.llm.scripted import ScriptedModel
from bot.prompts import Prompt
from bot.questions import Question
from tests.fakes.drafts import claim, draft

HARBOUR = "The harbour of Port Elling was dug by the engineer Agnes Holm.\n"
BRIDGE = "The bridge of Port Elling was built by the engineer Karl Lind.\n"
WHO_BRIDGE = "Who built the bridge of Port Elling?"
WHO_HARBOUR = "Who dug the harbour of Port Elling?"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    return folder


@pytest.fixture
def bot(tmp_path: Path, documents: Path) -> Bot:
    return build(_settings(tmp_path, documents))


def _settings(tmp_path: Path, documents: Path) -> Settings:
    return Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}", "seeds_dir": documents})


def settle(bot: Bot) -> bool:
    """Two looks: what changed, and that nothing has since."""
    return any([bot.live.refresh(), bot.live.refresh()])


def quoted(bot: Bot, question: str) -> set[str]:
    """All that is shown of the documents: in answer, or as coming near."""
    answer = asyncio.run(bot.pipeline.answer(Question(question))).answer
    return {citation.quote for claim in answer.claims for citation in claim.citations} | {citation.quote for citation in answer.closest}


def test_a_document_that_is_added_answers_the_next_question(bot: Bot, documents: Path) -> None:
    assert quoted(bot, WHO_BRIDGE) <= {HARBOUR.strip()}
    (documents / "new").mkdir()
    (documents / "new" / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
    assert settle(bot)
    interaction = asyncio.run(bot.pipeline.answer(Question(WHO_BRIDGE)))
    assert [c.document for made in interaction.answer.claims for c in made.citations] == ["new/bridge.txt"]
    assert interaction.answer.corpus_digest == bot.corpus.digest


def test_a_document_that_is_removed_or_rewritten_is_cited_no_more(bot: Bot, documents: Path) -> None:
    (documents / "harbour.txt").write_text(BRIDGE, encoding="utf-8")
    assert settle(bot)
    assert quoted(bot, WHO_HARBOUR) <= {BRIDGE.strip()}
    assert quoted(bot, WHO_BRIDGE) == {BRIDGE.strip()}
    (documents / "harbour.txt").unlink()
    assert settle(bot)
    assert bot.corpus.documents == ()
    assert quoted(bot, WHO_BRIDGE) == set()


def test_where_nothing_changed_nothing_is_read_again(bot: Bot, documents: Path) -> None:
    before = bot.live.current
    assert not settle(bot)
    (documents / "harbour.txt").touch()
    (documents / "picture.png").write_bytes(b"\x89PNG")
    assert not settle(bot)
    assert bot.live.current is before


def test_a_file_that_is_still_being_written_is_not_half_read(bot: Bot, documents: Path) -> None:
    before = bot.live.current
    for size in (10, 30, len(BRIDGE)):
        (documents / "bridge.txt").write_text(BRIDGE[:size], encoding="utf-8")
        assert not bot.live.refresh()
        assert bot.live.current is before
    assert bot.live.refresh()
    document = bot.corpus.document("bridge.txt")
    assert document
    assert document.text == BRIDGE


def test_a_corpus_toml_with_a_mistake_leaves_the_earlier_state_serving_until_it_is_mended(
    bot: Bot, documents: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = bot.live.current
    catalogue = documents / "corpus.toml"
    catalogue.write_text('[documents."harbour.txt"\npublisher = { value = "Town" }\n', encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert not settle(bot)
        assert not settle(bot)
    assert bot.live.current is before
    assert caplog.text.count("earlier state still serves") == 1
    assert "corpus.toml:1" in caplog.text
    catalogue.write_text('[documents."harbour.txt"]\npublisher = { value = "Town" }\n', encoding="utf-8")
    assert settle(bot)
    assert bot.corpus.documents[0].publisher.value == "Town"


def test_a_folder_that_is_gone_leaves_the_earlier_state_serving(bot: Bot, documents: Path, caplog: pytest.LogCaptureFixture) -> None:
    documents.rename(documents.with_name("away"))
    assert not settle(bot)
    assert "the earlier ones still serve" in caplog.text
    assert quoted(bot, WHO_HARBOUR) == {HARBOUR.strip()}
    documents.with_name("away").rename(documents)
    assert not settle(bot)  # it is what it was
    assert quoted(bot, WHO_HARBOUR) == {HARBOUR.strip()}


class Slow:
    """A model that replies when it is told to."""

    name = "slow"

    def __init__(self, reply: str) -> None:
        self._model = ScriptedModel([reply])
        self.asked, self.may_reply = asyncio.Event(), asyncio.Event()

    async def stream(self, prompt: Prompt) -> AsyncGenerator[str | Usage]:
        self.asked.set()
        await self.may_reply.wait()
        async for piece in self._model.stream(prompt):
            yield piece


def test_a_question_under_way_is_finished_from_the_documents_it_began_with(tmp_path: Path, documents: Path) -> None:
    async def scenario() -> None:
        model = Slow(draft(claim("", ("000-1", HARBOUR.strip()))))
        bot = build(_settings(tmp_path, documents), model)
        before = bot.corpus.digest
        asking = asyncio.create_task(bot.pipeline.answer(Question(WHO_HARBOUR)))
        await model.asked.wait()
        (documents / "harbour.txt").write_text(BRIDGE, encoding="utf-8")
        assert settle(bot)
        model.may_reply.set()
        answer = (await asking).answer
        assert [c.quote for made in answer.claims for c in made.citations] == [HARBOUR.strip()]
        assert answer.corpus_digest == before != bot.corpus.digest

    asyncio.run(scenario())


def test_the_bot_looks_by_itself_while_it_runs(bot: Bot, documents: Path) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(5), bot.live.following(0.01):
            (documents / "bridge.txt").write_text(BRIDGE, encoding="utf-8")
            while bot.corpus.document("bridge.txt") is None:  # noqa: ASYNC110  # a folder has no event to wait for
                await asyncio.sleep(0.01)

    asyncio.run(scenario())
