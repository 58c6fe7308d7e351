"""Approved answers: served to the same words and to nothing else, and never once a document is another."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot import asking
from bot.bootstrap import Bot, build
from bot.config import Settings
from bot.grounding import Answer
from bot.interactions import Interaction
from bot.llm.scripted import ScriptedModel
from bot.pins import key_of
from bot.questions import Question, Turn, Wanted
from bot.store import Row

DUG = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years."
WHO_DUG = "Who dug the harbour of Port Elling?"


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    folder = tmp_path / "documents"
    folder.mkdir()
    write(folder, DUG)
    (folder / "other.txt").write_text("Nobody ever asks about the windmill of Sandby, which stands still.\n", encoding="utf-8")
    running = build(Settings.model_validate({"seeds_dir": folder, "database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}"}))
    yield running
    running.store.close()


def write(folder: Path, text: str) -> None:
    (folder / "harbour.txt").write_text(f"{text}\n", encoding="utf-8")


def look(bot: Bot) -> None:
    bot.live.refresh()
    bot.live.refresh()


def ask(bot: Bot, text: str) -> Interaction:
    return asyncio.run(asking.ask(bot, text))


def newest(bot: Bot) -> Row:
    return next(iter(bot.store.rows()))


def pinned(bot: Bot, text: str = WHO_DUG) -> str:
    """Asked and pinned."""
    ask(bot, text)
    return bot.pins.pin(newest(bot), "U9")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Who dug it?", "who dug it"),
        ("Who  dug\tit ?", "WHO DUG IT!"),
        ("<@U123> Who dug it?", "Who dug it"),
        ("Who’s “Agnes”?", 'who\'s "agnes"'),
        ("Ｗｈｏ dug it？", "Who dug it?"),
        ("谁挖了海港？", "谁挖了海港"),
        ("¿Quién lo hizo?", "quién lo hizo"),
    ],
)
def test_the_same_words_are_the_same_question(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Is it 21.25%?", "Is it 2125%?"),
        ("Is it 21.25%?", "Is it 21 25%?"),
        ("What is C++?", "What is C?"),
        ("Was it 5?", "Was it -5?"),
        ("Who dug it?", "Who dug them?"),
        ("Who dug the well?", "Who dug the we'll?"),
        ("Is it an op-ed?", "Is it an op ed?"),
    ],
)
def test_other_words_are_another_question(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


def test_an_approved_answer_is_served_without_a_model_and_says_that_it_was_approved(bot: Bot) -> None:
    assert pinned(bot) == ""
    served = ask(bot, "who dug the harbour of  Port Elling")

    assert served.answer.engine == "pinned"
    assert [claim.text for claim in served.answer.claims] == [DUG]
    assert served.answer.approval
    assert f"Approved on {served.answer.approval.on}." in served.text
    assert "U9" not in served.text
    assert served.tokens.input == 0
    assert served.to_json()["approval"] == {"by": "U9", "on": served.answer.approval.on.isoformat()}
    row = newest(bot)
    assert (row["engine"], row["id"]) == ("pinned", served.question.id)
    assert Answer.from_json(row["answer"]) == served.answer


def test_a_model_is_not_asked_for_what_is_pinned(bot: Bot) -> None:
    pinned(bot)
    with_model = build(bot.settings, ScriptedModel([]))
    served = asyncio.run(asking.ask(with_model, WHO_DUG))
    with_model.store.close()

    assert (served.answer.engine, served.model_error) == ("pinned", None)


@pytest.mark.parametrize(
    "question",
    [
        Question("Who dug the harbour of Sandby?"),
        Question(WHO_DUG, wanted=Wanted.TIMELINE),
        Question(WHO_DUG, until=date(2018, 12, 31)),
        Question(WHO_DUG, history=(Turn("Which town is meant?", "Sandby."),)),
        Question("?!"),
    ],
)
def test_another_question_is_not_served(bot: Bot, question: Question) -> None:
    pinned(bot)

    assert bot.pins.answer(Question(WHO_DUG)) is not None
    assert bot.pins.answer(question) is None


def test_the_pipeline_itself_which_evaluation_and_replay_ask_knows_no_pins(bot: Bot) -> None:
    pinned(bot)

    assert asyncio.run(bot.pipeline.answer(Question(WHO_DUG))).answer.engine == "extractive"


@pytest.mark.parametrize("text", [f"{DUG}\n\nIt is deep.", f"It is deep.\n\n{DUG}", DUG.replace("two", "three")])
def test_any_change_of_a_cited_document_ends_a_pin_for_good(bot: Bot, text: str) -> None:
    pinned(bot)
    folder = bot.settings.seeds_dir
    (folder / "other.txt").write_text("The windmill of Sandby turns again, and people come to see it.\n", encoding="utf-8")
    look(bot)
    assert ask(bot, WHO_DUG).answer.engine == "pinned"

    write(folder, text)
    look(bot)
    assert ask(bot, WHO_DUG).answer.engine == "extractive"
    bot.pins.expire()
    write(folder, DUG)
    look(bot)
    assert ask(bot, WHO_DUG).answer.engine == "extractive"
    assert [pin.changed for pin in bot.store.pins()] == ["harbour.txt"]


def test_a_document_that_is_put_back_before_anybody_looked_has_not_changed(bot: Bot) -> None:
    pinned(bot)
    (bot.settings.seeds_dir / "harbour.txt").unlink()
    look(bot)
    assert ask(bot, WHO_DUG).answer.engine == "extractive"
    write(bot.settings.seeds_dir, DUG)
    look(bot)

    assert ask(bot, WHO_DUG).answer.engine == "pinned"


def test_a_citation_that_does_not_stand_where_it_says_is_never_served(bot: Bot) -> None:
    pinned(bot)
    (pin,) = bot.store.pins()
    stored = pin.answer.to_json()
    stored["claims"][0]["citations"][0]["quote"] = "The harbour was dug by nobody."
    bot.store.pin(type(pin)(**{name: getattr(pin, name) for name in pin.__slots__} | {"answer": Answer.from_json(stored)}))

    assert ask(bot, WHO_DUG).answer.engine == "extractive"


def test_what_cannot_stand_for_its_question_cannot_be_pinned(bot: Bot) -> None:
    assert pinned(bot, "Who owns the moon?") == "no_answer"
    assert pinned(bot, "hello") == "no_answer"
    ask(bot, WHO_DUG)
    row = newest(bot)
    assert bot.pins.pin({**row, "question": ""}, "U9") == "not_kept"  # type: ignore[arg-type]
    assert bot.pins.pin({**row, "question": "sha256:0123456789abcdef"}, "U9") == "not_kept"  # type: ignore[arg-type]
    write(bot.settings.seeds_dir, DUG.replace("two", "nine"))
    look(bot)
    assert bot.pins.pin(row, "U9") == "outdated"
    assert bot.store.pins() == []


def test_an_answer_that_was_served_from_a_pin_can_be_unpinned_and_is_then_answered_anew(bot: Bot) -> None:
    pinned(bot)
    ask(bot, WHO_DUG)
    assert bot.pins.unpin(newest(bot))
    assert not bot.pins.unpin(newest(bot))

    assert ask(bot, WHO_DUG).answer.engine == "extractive"
