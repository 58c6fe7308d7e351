"""Replay: past questions again, with another prompt, model or corpus. Nothing is posted and nothing is logged.

In: questions with what was said to them, and a pipeline as it is now. Out: for each what changed, and whether anything got worse.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.grounding import Answer, CitedClaim, Verdict
from bot.interactions import Interaction
from bot.questions import Question

_RANK = {Verdict.ANSWERED: 3, Verdict.PARTIAL: 2, Verdict.NOT_IN_DOCUMENTS: 1, Verdict.DECLINED: 1, Verdict.FAILED: 0}


class Change(StrEnum):
    """What became of an answer."""

    SAME = "same"
    REWORDED = "other claims"
    BETTER = "better verdict"
    WORSE = "worse verdict"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A past question, what was said to it, and what that took: tokens in and out, and seconds."""

    question: Question
    answer: Answer
    text: str
    tokens: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past question and what would be said now; `now` is None where that crashed, for `crash`."""

    before: Asked
    now: Interaction | None
    crash: str = ""

    @property
    def change(self) -> Change:
        """In one word."""
        if self.now is None:
            return Change.CRASHED
        was, is_now = _RANK[self.before.answer.verdict], _RANK[self.now.answer.verdict]
        if was != is_now:
            return Change.BETTER if is_now > was else Change.WORSE
        return Change.REWORDED if self.gained or self.lost else Change.SAME

    @property
    def gained(self) -> tuple[CitedClaim, ...]:
        """Claims that are said now and were not."""
        return _beyond(self.now.answer.claims, self.before.answer.claims) if self.now else ()

    @property
    def lost(self) -> tuple[CitedClaim, ...]:
        """Claims that were said and are not now."""
        return _beyond(self.before.answer.claims, self.now.answer.claims) if self.now else self.before.answer.claims

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why claims are withheld now for reasons that were none before."""
        before = {str(reason) for claim in self.before.answer.withheld for reason in claim.reasons}
        now = (str(reason) for claim in (self.now.answer.withheld if self.now else ()) for reason in claim.reasons)
        return tuple(dict.fromkeys(reason for reason in now if reason not in before))

    @property
    def is_worse(self) -> bool:
        """Whether a person who asked then would get less now."""
        return self.change in {Change.WORSE, Change.CRASHED}


class Answering(Protocol):
    """What answers: a Pipeline, or a stand-in with the same one method."""

    async def answer(self, question: Question) -> Interaction:
        """The whole interaction."""
        ...


async def replay(pipeline: Answering, asked: Iterable[Asked], concurrency: int) -> AsyncIterator[Replayed]:
    """Each question again, in order, `concurrency` at a time."""
    slots = asyncio.Semaphore(max(1, concurrency))

    async def again(past: Asked) -> Replayed:
        async with slots:
            try:
                return Replayed(past, await pipeline.answer(past.question))
            except Exception as error:  # noqa: BLE001  # whatever a question runs into is its result, and the others go on
                return Replayed(past, None, f"{type(error).__name__}: {error}")

    async with asyncio.TaskGroup() as group:
        for task in [group.create_task(again(past)) for past in asked]:
            yield await task


def _beyond(claims: Sequence[CitedClaim], others: Sequence[CitedClaim]) -> tuple[CitedClaim, ...]:
    known = {_identity(claim) for claim in others}
    return tuple(claim for claim in claims if _identity(claim) not in known)


def _identity(claim: CitedClaim) -> tuple[str, ...]:
    """The words and what they rest on: places in a file move when it is edited, the words of a quote do not."""
    return (claim.text, *sorted(f"{citation.document}: {citation.quote}" for citation in claim.citations))
