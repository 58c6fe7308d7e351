"""What is done once the documents have changed, and which answers are corrected."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.corpus import Corpus, Document
from bot.correcting import after_changes, is_correctable
from bot.errors import StoreUnavailable
from bot.grounding import Answer, Citation, Fall, Fallen, Verdict
from bot.insights.outdated import Outdated

CITATION = Citation("a.txt", None, None, None, 0, 6, "Words.")
ROW: dict[str, Any] = {"surface": "mention", "channel": "C1", "reply_ts": "1.5", "question": "Who dug it?"}


def corpus(text: str) -> Corpus:
    return Corpus((Document("a.txt", text),))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not condition():  # noqa: ASYNC110  # what is waited for happens in a thread
            await asyncio.sleep(0.01)


def test_it_is_done_at_the_start_and_after_each_change_and_again_where_the_database_was_away() -> None:
    done: list[str] = []
    current = [corpus("one")]
    is_away = [True]

    def deed() -> None:
        done.append(current[0].documents[0].text)
        if is_away.pop() if is_away else False:
            raise StoreUnavailable("away")

    def crash() -> None:
        raise RuntimeError("broken")

    async def run() -> None:
        task = asyncio.create_task(after_changes(lambda: current[0], 0.02, [deed, crash]))
        await until(lambda: done == ["one", "one"])
        current[0] = corpus("two")
        await until(lambda: done == ["one", "one", "two"])
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("changed", "whys", "expected"),
    [
        ({}, [Fall.CHANGED], True),
        ({"surface": "correction"}, [Fall.GONE], True),
        ({}, [Fall.FACTS, Fall.WITHDRAWN], True),
        ({}, [Fall.FACTS], False),
        ({"surface": "command", "reply_ts": ""}, [Fall.CHANGED], False),
        ({"surface": "cli", "reply_ts": ""}, [Fall.CHANGED], False),
        ({"reply_ts": None}, [Fall.CHANGED], False),
        ({"question": ""}, [Fall.CHANGED], False),
        ({"question": "sha256:0123456789abcdef"}, [Fall.CHANGED], False),
    ],
)
def test_an_answer_in_a_thread_whose_words_fell_is_corrected_where_the_log_knows_what_was_asked(
    changed: dict[str, Any], whys: list[Fall], expected: bool
) -> None:
    fallen = tuple(Fallen(CITATION, why) for why in whys)

    assert is_correctable(Outdated(ROW | changed, Answer(Verdict.ANSWERED, "e", "d"), fallen)) is expected
