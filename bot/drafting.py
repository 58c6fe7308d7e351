"""The model's part in an answer: its prompt, its reply streamed through the gate, one chance to mend what fails, and the judge's doubts.

In: a question, its evidence, and the gate. Out: claims that may be posted, each as soon as it is verified. A model that fails is recorded,
not raised: `error` says why, and the claims it made before stand.
"""

import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import lru_cache, partial

from bot.corpus import Passage
from bot.drafts import REPLY_SCHEMA, DraftReader
from bot.errors import ModelError, PromptError
from bot.grounding import CitedClaim, ClaimKind, FailingClaim, Gate
from bot.judging import Judge
from bot.llm import ChatModel, Usage
from bot.prompts import Prompt, PromptLibrary
from bot.questions import Question, plain
from bot.retrieval import Evidence

logger = logging.getLogger(__name__)

PROMPTS = ("answer", "evidence", "passage", "question", "repair")
CODE_MADE = (ClaimKind.QUOTE, ClaimKind.DIFFERENCE)


@dataclass(frozen=True, slots=True)
class Drafter:
    """What drafts a model's answers: the model, a judge or None, whether failing claims are mended, and `mark`, the corpus's digest."""

    model: ChatModel
    prompts: PromptLibrary
    judge: Judge | None = None
    repairs: bool = True

    def begin(self, question: Question, evidence: Evidence, mark: str, gate: Gate) -> "Drafting":
        """The drafting of one answer."""
        return Drafting(self, partial(answer_prompt, self.prompts, question, evidence, mark), plain(question.text), gate)


class Drafting:
    """One answer being drafted. `claims` once, then what it left: the `raw` reply, `error`, `usage`, `unanswered` and `seconds`."""

    def __init__(self, drafter: Drafter, prompt: Callable[[], Prompt], words: str, gate: Gate) -> None:
        self._drafter = drafter
        self._prompt_of = prompt
        self._words = words
        self._gate = gate
        self.raw = ""
        self.error: str | None = None
        self.usage = Usage()
        self.unanswered: tuple[str, ...] = ()
        self.seconds: dict[str, float] = {}

    async def claims(self) -> AsyncIterator[CitedClaim]:
        """The verified claims of the reply, then those that were mended, then the quotes of the rest."""
        began = time.perf_counter()
        reader = DraftReader()
        try:
            prompt = self._prompt_of()
            async for claim in self._stream(prompt, reader):
                yield claim
            self.unanswered = self._gate.verify_unanswered(reader.finish().unanswered)
        except (ModelError, PromptError) as error:
            self.error = f"{type(error).__name__}: {error}"
            logger.warning("The model gave no usable reply: %s", self.error)
        self.raw = reader.raw
        self.seconds["model"] = time.perf_counter() - began
        if self._gate.failing and self.error is None and self._drafter.repairs:
            async for claim in self._mend(prompt, tuple(self._gate.failing)):
                yield claim
        for quoted in self._gate.fall_back():
            yield quoted

    async def _stream(self, prompt: Prompt, reader: DraftReader) -> AsyncIterator[CitedClaim]:
        # aclosing: a reply that is given up, because it is unreadable or nobody waits any more, is not left running.
        async with aclosing(self._drafter.model.stream(prompt)) as stream:
            async for piece in stream:
                if isinstance(piece, Usage):
                    self.usage += piece
                    continue
                for draft in reader.feed(piece):
                    if (claim := self._gate.propose(draft)) is not None:
                        yield await self._judged(claim)

    async def _mend(self, prompt: Prompt, failing: Sequence[FailingClaim]) -> AsyncIterator[CitedClaim]:
        """Ask once for all failing claims anew. Whatever comes of it meets the gate like any other; a failure leaves their quotes."""
        began = time.perf_counter()
        reader = DraftReader()
        try:
            asking = prompt.asking(_repair_question(self._drafter.prompts, self._words, failing))
            async for claim in self._stream(asking, reader):
                yield claim
        except (ModelError, PromptError) as error:
            logger.info("Failing claims were not mended: %s", type(error).__name__)
        self.raw += f"\n{reader.raw}"
        self.seconds["repair"] = time.perf_counter() - began

    async def _judged(self, claim: CitedClaim) -> CitedClaim:
        if self._drafter.judge is None or claim.kind in CODE_MADE:
            return claim
        doubt, usage = await self._drafter.judge.doubt(claim)
        self.usage += usage
        return claim if doubt is None else self._gate.demote(claim, doubt)


def answer_prompt(prompts: PromptLibrary, question: Question, evidence: Evidence, mark: str) -> Prompt:
    """What a model is told: everything that stays the same first, the question last."""
    asking = prompts["question"]
    turns = "\n".join(asking.label("turn", question=turn.question, answer=turn.answer) for turn in question.history)
    return Prompt(
        instructions=prompts["answer"].fill(),
        evidence=_print_evidence(prompts, mark, _These(evidence.passages)),
        question=asking.fill(history=turns or asking.label("no_history"), question=plain(question.text)),
        digest=prompts.digest(*PROMPTS),
        schema=REPLY_SCHEMA,
    )


class _These:
    """Passages as a key, equal where they are the very same tuple: to compare them takes longer than to print them."""

    __slots__ = ("passages",)

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self.passages = passages

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _These) and self.passages is other.passages

    def __hash__(self) -> int:
        return id(self.passages)


@lru_cache(maxsize=4)  # as below
def _print_evidence(prompts: PromptLibrary, mark: str, these: _These) -> str:
    return prompts["evidence"].fill(mark=mark, passages="\n".join(print_passage(prompts, passage) for passage in these.passages))


@lru_cache(maxsize=5_000)  # where the whole corpus fits, every question shows the same
def print_passage(prompts: PromptLibrary, passage: Passage) -> str:
    """A passage as the prompt shows it: on one line, with what the model needs to quote it."""
    template = prompts["passage"]
    published = passage.document.published.value
    return template.fill(
        id=passage.id,
        kind=passage.kind.value,
        document=passage.document.label,
        date=published.isoformat() if published else template.label("undated"),
        text=" ".join(passage.text.split()),
    )


def _repair_question(prompts: PromptLibrary, words: str, failing: Sequence[FailingClaim]) -> str:
    return prompts["repair"].fill(sentences="\n".join(_shown(prompts, failing)), question=words)


def _shown(prompts: PromptLibrary, failing: Sequence[FailingClaim]) -> Iterator[str]:
    for each in failing:
        quotes = " · ".join(f"[{quote.passage}] {' '.join(quote.text.split())}" for quote in each.draft.quotes)
        yield prompts["repair"].label("sentence", text=each.draft.text, quotes=quotes, reasons="; ".join(map(str, each.reasons)))
