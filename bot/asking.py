"""Questions from the command line, one or a batch, recorded and answered on the same path as Slack's."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from bot.bootstrap import Bot
from bot.commands import Ask, parse_command
from bot.delivery import Checkpoint, Reply
from bot.grounding import Answer, CitedClaim, Verdict
from bot.interactions import Interaction
from bot.pipeline import EXTRACTIVE
from bot.progress import WORTH_ASKING, progress_bar
from bot.prompts import Template
from bot.questions import Question, Turn
from bot.store import Job
from bot.worker import Worker


class PrintedReply:
    """The command line's reply: the caller prints what it gets back."""

    async def begin(self) -> None:
        """Nothing to show."""

    def show(self, claim: CitedClaim) -> None:
        """Nothing to show."""

    def complete(self) -> None:
        """Nothing was shown."""

    async def finish(self, answer: Answer) -> str:  # noqa: ARG002  # the protocol's arguments
        """Nothing to post."""
        return ""

    async def withdraw(self) -> None:
        """Nothing to take back."""

    async def apologise(self) -> None:
        """The caller sees the failure."""

    async def close(self) -> None:
        """Nothing runs for it."""


class PrintedDelivery:
    """Where the command line's answers go."""

    async def reply(self, job: Job, opened: Checkpoint) -> Reply:  # noqa: ARG002  # the protocol's arguments
        """The reply to any question."""
        return PrintedReply()


async def ask(bot: Bot, text: str) -> Interaction:
    """One question, answered and logged."""
    return await _answer(bot, _worker(bot), _question(_well_formed(text)))


def _question(text: str, history: tuple[Turn, ...] = ()) -> Question:
    """The words as a question; `as-of …` and `timeline …` mean what they mean after the slash command."""
    request = parse_command(text)
    asked = request if isinstance(request, Ask) else Ask(text)
    return Question(asked.text, history=history, wanted=asked.wanted, until=asked.until)


async def ask_batch(bot: Bot, lines: Iterable[str], words: Template) -> int:
    """Answer a question a line and print a JSON object a line, in order; 1 where one failed, else 0."""
    numbered = enumerate((line.removeprefix("\ufeff") for line in lines), start=1)  # Windows begins its files with that mark
    asked = [(number, line) for number, line in numbered if line.strip()]
    failed, done = False, 0
    with progress_bar(words.label("asking"), WORTH_ASKING) as on_progress:
        on_progress(done, len(asked))
        async for shown in _in_order(bot, asked, words):
            failed |= shown["verdict"] == Verdict.FAILED.value
            print(_json_line(shown), flush=True)  # noqa: T201  # the command's output
            on_progress(done := done + 1, len(asked))
    return int(failed)


async def _in_order(bot: Bot, lines: Sequence[tuple[int, str]], words: Template) -> AsyncIterator[dict[str, Any]]:
    """Several at once, given back in the order of the lines, each with its number."""
    slots, worker = asyncio.Semaphore(bot.settings.concurrency), _worker(bot)

    async def answer(number: int, line: str) -> dict[str, Any]:
        async with slots:
            return await _answer_line(bot, worker, number, line, words)

    async with asyncio.TaskGroup() as group:
        for task in [group.create_task(answer(number, line)) for number, line in lines]:
            yield await task


async def _answer_line(bot: Bot, worker: Worker, number: int, line: str, words: Template) -> dict[str, Any]:
    try:
        given, question = _parse(line)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        reason = words.label("bad_line", line=number, reason=error)
        failed = Interaction(Question(""), Answer(Verdict.FAILED, EXTRACTIVE, bot.corpus.digest), reason)
        return failed.to_json() | {"id": _id_of(line)}
    interaction = await _answer(bot, worker, question)
    return interaction.to_json() | ({"id": given["id"]} if "id" in given else {})


def _parse(line: str) -> tuple[dict[str, Any], Question]:
    given = json.loads(line)
    if not isinstance(given, dict) or not isinstance(given.get("question"), str):
        raise ValueError("no question in it")  # noqa: TRY004  # one kind of error for all that a line may be
    return given, _question(_well_formed(given["question"]), _turns(given.get("history") or []))


def _id_of(line: str) -> object:
    try:
        return json.loads(line).get("id")
    except (ValueError, AttributeError, RecursionError):
        return None


def _json_line(shown: dict[str, Any]) -> str:
    """One line of output; in ASCII where the caller's id holds what UTF-8 cannot."""
    line = json.dumps(shown, ensure_ascii=False)
    return line if _well_formed(line) == line else json.dumps(shown)


def _well_formed(text: str) -> str:
    """`text` with a question mark for each half of a surrogate pair: arguments, pipes and JSON may hold some, and no database takes them."""
    return text.encode(errors="replace").decode()


def _turns(history: object) -> tuple[Turn, ...]:
    """Turns as {"question", "answer"}, as chat messages {"role", "content"}, or as questions alone."""
    if not isinstance(history, list):
        raise TypeError("its history is not a list")
    turns: list[Turn] = []
    for said in history:
        if isinstance(said, str):
            turns.append(Turn(_well_formed(said), ""))
        elif "question" in said:
            turns.append(Turn(_words(said["question"]), _words(said.get("answer"))))
        elif said["role"] == "user":
            turns.append(Turn(_words(said["content"]), ""))
        elif said["role"] == "assistant" and turns:
            turns[-1] = Turn(turns[-1].question, _words(said["content"]))
    return tuple(turns)


def _words(said: object) -> str:
    """What was said; null is nothing."""
    if said is not None and not isinstance(said, str):
        raise TypeError("something in its history is not text")
    return _well_formed(said or "")


async def _answer(bot: Bot, worker: Worker, question: Question) -> Interaction:
    job = await asyncio.to_thread(bot.store.begin, question)
    interaction = await worker.process(job)
    if interaction is not None:
        return interaction
    answer = Answer(Verdict.FAILED, EXTRACTIVE, bot.corpus.digest)
    return Interaction(question, answer, bot.reading.plain_text(answer, question.id))


def _worker(bot: Bot) -> Worker:
    return Worker(
        store=bot.store,
        pipeline=bot.pipeline,
        pins=bot.pins,
        delivery=PrintedDelivery(),
        concurrency=bot.settings.concurrency,
        history_turns=bot.settings.history_turns,
    )
