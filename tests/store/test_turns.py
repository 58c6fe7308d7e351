"""What tasks want of a store: done one after another, durable together, each told what became of its own."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.errors import StoreUnavailable
from bot.questions import Question
from bot.store import Receipt, Store, Turns
from tests.store.conftest import asked

PATIENCE = 10.0


class Busy:
    """A store whose thread is kept busy until it is released, and whose commits are counted, or fail."""

    def __init__(self, path: Path) -> None:
        self.store = Store(f"sqlite:///{path}")
        self.turns = Turns(self.store, PATIENCE)
        self.begun, self.release = threading.Event(), threading.Event()
        self.commits = 0
        self.is_full = False
        event.listen(self.store._engine, "commit", self._commit)

    def _commit(self, _: sa.Connection) -> None:
        self.commits += 1
        if self.is_full:
            raise sa.exc.OperationalError("COMMIT", {}, Exception("disk full"))

    def hold(self) -> None:
        self.begun.set()
        self.release.wait(PATIENCE)

    async def while_busy(self, *wants: "asyncio.Task[Receipt]") -> list[Receipt | BaseException]:
        """What these came to, who all came while something else was being done."""
        holding = asyncio.create_task(self.turns.take(self.hold))
        await asyncio.to_thread(self.begun.wait, PATIENCE)
        coming = asyncio.gather(*wants, return_exceptions=True)
        await asyncio.sleep(0)
        self.release.set()
        await asyncio.wait([holding])
        return await coming

    def receive(self, text: str) -> "asyncio.Task[Receipt]":
        return asyncio.create_task(self.turns.take(self.store.receive, asked(text, text)))

    @property
    def questions(self) -> list[str]:
        return sorted(row["question"] for row in self.store.rows())


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    opened = Busy(tmp_path / "log.sqlite3")
    yield opened
    opened.store.close()


def test_what_comes_meanwhile_is_made_durable_together(busy: Busy) -> None:
    async def come() -> list[Receipt | BaseException]:
        return await busy.while_busy(*(busy.receive(f"{n}?") for n in range(8)))

    assert asyncio.run(come()) == [Receipt(is_taken=True, ahead=n) for n in range(8)]
    assert (busy.commits, len(busy.questions)) == (1, 8)


def test_one_that_fails_is_told_to_who_wanted_it_and_to_nobody_else(busy: Busy) -> None:
    def fail() -> Receipt:
        busy.store.receive(asked("written", "written"))
        raise ValueError("wrong")

    async def come() -> list[Receipt | BaseException]:
        return await busy.while_busy(busy.receive("a?"), asyncio.create_task(busy.turns.take(fail)), busy.receive("b?"))

    first, second, third = asyncio.run(come())
    assert [first, third] == [Receipt(is_taken=True), Receipt(is_taken=True, ahead=2)]
    assert isinstance(second, ValueError)


def test_what_does_not_reach_the_disk_is_told_to_all_who_wanted_it(busy: Busy) -> None:
    async def come() -> list[Receipt | BaseException]:
        return await busy.while_busy(busy.receive("a?"), busy.receive("b?"))

    busy.is_full = True
    assert [type(outcome) for outcome in asyncio.run(come())] == [StoreUnavailable, StoreUnavailable]
    busy.is_full = False
    assert busy.questions == []
    assert asyncio.run(busy.turns.take(busy.store.receive, asked("c?", "c"))).is_taken


def test_nobody_is_told_before_what_they_wrote_can_be_seen_by_others(busy: Busy) -> None:
    async def receive(n: int) -> bool:
        await busy.turns.take(busy.store.receive, asked(f"{n}?", f"{n}"))
        return f"{n}?" in busy.questions

    async def come() -> list[bool]:
        return await asyncio.gather(*map(receive, range(40)))

    assert all(asyncio.run(come()))
    assert busy.commits < 40


def test_what_is_urgent_is_done_before_what_came_earlier(busy: Busy) -> None:
    done: list[str] = []

    async def come() -> None:
        holding = asyncio.create_task(busy.turns.take(busy.hold))
        await asyncio.to_thread(busy.begun.wait, PATIENCE)
        slow = [asyncio.create_task(busy.turns.take(done.append, text)) for text in ("a", "b")]
        await asyncio.sleep(0)
        urgent = asyncio.create_task(busy.turns.take_first(done.append, "urgent"))
        await asyncio.sleep(0)
        busy.release.set()
        await asyncio.gather(holding, urgent, *slow)

    asyncio.run(come())
    assert done == ["urgent", "a", "b"]


def test_what_is_read_after_a_write_is_read_with_it(busy: Busy) -> None:
    def receive_and_read(question: Question) -> int:
        busy.store.receive(question)
        return busy.store.waiting("T1")[0]

    assert asyncio.run(busy.turns.take(receive_and_read, asked("a?", "a"))) == 1


def test_who_waits_no_longer_keeps_nobody_from_being_told(busy: Busy) -> None:
    async def come() -> list[Receipt | BaseException]:
        left = busy.receive("left?")
        asyncio.get_running_loop().call_soon(left.cancel)
        return await busy.while_busy(left, busy.receive("a?"))

    _, second = asyncio.run(come())
    assert isinstance(second, Receipt)
    assert second.is_taken
    assert "a?" in busy.questions
