"""`tencent-bot replay`: past questions from the log, asked again on the bot as it is configured now.

In: the bot, and how many of the newest questions. Out: what changed, printed and as a report; an exit code.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bot.bootstrap import Bot
from bot.files import require_writable, write
from bot.grounding import Answer, Verdict
from bot.insights.printing import print_replayed, print_summary
from bot.insights.replay import Asked, Replayed, replay
from bot.insights.replay_report import render
from bot.progress import WORTH_ASKING, progress_bar
from bot.prompts import Template
from bot.store import Row, words_of


def replay_log(bot: Bot, most: int, report: Path | None, words: Template) -> int:
    """Ask the newest answered questions of the log again; 1 where something got worse, else 0. Raises BotError where the report cannot be written."""
    if report is not None:
        require_writable(report)
    asked = [past for row in bot.store.rows(most) if (past := _past(bot, row)) is not None]
    if not asked:
        Console(stderr=True).print(words.label("nothing_to_replay"))
    done = asyncio.run(_replay(bot, asked, words))
    print_summary(done)
    if report is not None:
        write(report, render(done, datetime.now(UTC)))
    return int(any(replayed.is_worse for replayed in done))


async def _replay(bot: Bot, asked: list[Asked], words: Template) -> list[Replayed]:
    done = []
    with progress_bar(words.label("replaying"), WORTH_ASKING) as on_progress:
        on_progress(0, len(asked))
        async for replayed in replay(bot.pipeline, asked, bot.settings.concurrency):
            done.append(replayed)
            print_replayed(replayed)
            on_progress(len(done), len(asked))
    return done


def _past(bot: Bot, row: Row) -> Asked | None:
    """A row's question and answer; None where it has no answer yet, or none from the documents."""
    answer = Answer.from_json(row["answer"]) if row["answer"] else None
    if answer is None or answer.verdict is Verdict.DECLINED or not words_of(row):
        return None
    tokens, seconds = row["tokens"] or {}, row["seconds"] or {}
    question = bot.store.asked(row, bot.settings.history_turns)
    return Asked(question, answer, row["text"] or "", tokens.get("input", 0) + tokens.get("output", 0), seconds.get("total", 0.0))
