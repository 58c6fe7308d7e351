"""`tencent-bot replay` and `log gaps` over a log that the bot wrote itself."""

import asyncio
import json
from pathlib import Path

import pytest

from bot import asking
from bot.bootstrap import build
from bot.config import Settings
from bot.errors import BotError
from bot.questions import Turn
from bot.replaying import replay_log

DUG = "The harbour of Port Elling was dug by the engineer Agnes Holm in two years."
PAID = "The town paid 40,000 crowns for the harbour."


def settings(tmp_path: Path, *lines: str, **more: object) -> Settings:
    """A log that stays, and documents that are `lines` now."""
    folder = tmp_path / "documents"
    folder.mkdir(exist_ok=True)
    (folder / "harbour.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return Settings.model_validate({"seeds_dir": folder, "database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}"} | more)


def test_a_document_that_lost_its_answer_makes_a_replay_fail_and_shows_both_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = build(settings(tmp_path, DUG, PAID))
    for question in ("Who dug the harbour of Port Elling?", "How much did the town pay for the harbour?", "hello"):
        asyncio.run(asking.ask(bot, question))
    words, report = bot.prompts["cli"], tmp_path / "replay.html"

    assert replay_log(bot, 100, report, words) == 0
    assert capsys.readouterr().out == "2 same, 0 other claims, 0 better verdict, 0 worse verdict, 0 crashed\n"

    changed = build(settings(tmp_path, PAID))
    assert replay_log(changed, 100, report, words) == 1
    printed = capsys.readouterr().out
    assert "worse verdict" in printed
    assert f"- {DUG}" in printed
    with pytest.raises(BotError, match="cannot be written"):
        replay_log(bot, 100, tmp_path, words)
    assert "Worse (1)" in report.read_text(encoding="utf-8")
    assert len(list(changed.store.rows())) == 3  # nothing of a replay is logged


def test_an_empty_log_is_replayed_without_complaint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = build(settings(tmp_path, DUG))

    assert replay_log(bot, 100, None, bot.prompts["cli"]) == 0
    assert "no answered question" in capsys.readouterr().err


def test_a_question_from_a_batch_is_asked_again_with_what_came_before_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = build(settings(tmp_path, DUG, PAID))
    first = "Who dug the harbour of Port Elling?"
    before = [first, {"question": "And then?", "answer": "Nothing."}]
    asyncio.run(asking.ask_batch(bot, [json.dumps({"question": "How long did it take?", "history": before})], bot.prompts["cli"]))
    (row,) = bot.store.rows()

    assert bot.store.asked(row, 6).history == (Turn(first, ""), Turn("And then?", "Nothing."))
    assert replay_log(bot, 100, None, bot.prompts["cli"]) == 0
    assert "1 same" in capsys.readouterr().out


@pytest.mark.parametrize("kept", ["hashed", "none"])
def test_a_question_whose_words_were_not_kept_is_not_asked_again(tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: str) -> None:
    bot = build(settings(tmp_path, DUG, log_questions=kept))
    question = json.dumps({"question": "Who dug the harbour of Port Elling?", "history": ["Hm?"]})
    asyncio.run(asking.ask_batch(bot, [question], bot.prompts["cli"]))
    capsys.readouterr()

    assert [row["history"] for row in bot.store.rows()] == [None]
    assert replay_log(bot, 100, None, bot.prompts["cli"]) == 0
    assert "no answered question" in capsys.readouterr().err
