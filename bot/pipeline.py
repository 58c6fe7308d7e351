"""The path of one question: evidence, prompt, draft, verification, answer. Every surface goes through it.

In: a Question. Out: the claims that may be posted, each as soon as it is verified, and last the whole Interaction. Nothing is raised for
a model that fails: its place is taken by the extractive answerer, and the answer says so.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from bot.corpus import Passage
from bot.drafts import DraftClaim, DraftReader
from bot.errors import ModelError
from bot.followups import standalone
from bot.grounding import Answer, Citation, CitedClaim, Gate, Reading, Verdict, differences, editors_notes
from bot.grounding.quoting import cite_quotes
from bot.grounding.topics import suggested_topics
from bot.interactions import Interaction
from bot.llm import ChatModel, Usage
from bot.prompts import Prompt, PromptLibrary
from bot.questions import Question, Wanted, declined_for, plain
from bot.retrieval import Evidence
from bot.smalltalk import small_talk
from bot.snapshots import Snapshot

logger = logging.getLogger(__name__)

MODEL_PROMPTS = ("answer", "evidence", "passage", "question")
EXTRACTIVE = "extractive"
MOST_SUGGESTIONS = 3
MOST_CANDIDATES = 6  # each costs one extractive answer, some 5 ms


@dataclass(slots=True)
class _Work:
    """What is known of one question while it is being answered."""

    asked: str
    snapshot: Snapshot
    evidence: Evidence
    gate: Gate
    prompt_digest: str
    draft: str = ""
    model_error: str | None = None
    usage: Usage = field(default_factory=Usage)
    unanswered: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


class Pipeline:
    """Answers questions, each from the snapshot of the documents that is current when it begins. `model` is None where none is configured."""

    def __init__(
        self, *, snapshot: Callable[[], Snapshot], prompts: PromptLibrary, reading: Reading, model: ChatModel | None = None
    ) -> None:
        self._snapshot = snapshot
        self._prompts = prompts
        self._reading = reading
        self._model = model
        self._prompt_digest = prompts.digest(*MODEL_PROMPTS)

    async def answer(self, question: Question) -> Interaction:
        """The whole of `run`'s last step."""
        async for step in self.run(question):
            if isinstance(step, Interaction):
                return step
        raise AssertionError("run always ends with an Interaction")

    async def run(self, question: Question) -> AsyncIterator[CitedClaim | Interaction]:
        """Each verified claim as soon as it is, then the Interaction."""
        began = time.perf_counter()
        snapshot = self._snapshot()
        words = plain(question.text)
        if reason := declined_for(words) or small_talk(words, self._prompts):
            yield self._declined(question, reason, snapshot)
            return
        asked = standalone(words, question.history)
        if question.wanted is Wanted.TIMELINE:
            yield await asyncio.to_thread(self._timeline, question, asked, snapshot)
            return
        evidence = await asyncio.to_thread(snapshot.retriever.evidence, asked, question.until)
        work = _Work(asked, snapshot, evidence, Gate(asked, evidence.passages), self._prompt_digest)
        work.seconds["retrieval"] = time.perf_counter() - began
        engine = EXTRACTIVE
        if self._model is not None:
            async for claim in self._ask_model(self._model, question, work):
                yield claim
            engine = self._model.name
        if self._needs_extracts(work):
            started = time.perf_counter()
            draft = await asyncio.to_thread(snapshot.extractive.answer, asked, evidence.passages)
            work.unanswered = work.gate.verify_unanswered(draft.unanswered)
            for draft_claim in draft.claims:
                if (extract := work.gate.verify(draft_claim)) is not None:
                    yield extract
            engine = EXTRACTIVE if work.gate.claims or work.model_error else engine
            work.seconds["extractive"] = time.perf_counter() - started
        answer = await asyncio.to_thread(self._conclude, work, engine)
        work.seconds["total"] = time.perf_counter() - began
        yield Interaction(
            question=question, answer=answer, text=self._reading.plain_text(answer, question.id),
            evidence=tuple(passage.id for passage in evidence.passages), prompt_digest=work.prompt_digest,
            model=self._model.name if self._model else None, draft=work.draft, model_error=work.model_error, tokens=work.usage,
            seconds=work.seconds,
        )  # fmt: skip

    def _declined(self, question: Question, reason: str, snapshot: Snapshot) -> Interaction:
        answer = Answer(Verdict.DECLINED, engine=EXTRACTIVE, corpus_digest=snapshot.corpus.digest, declined_for=reason)
        return Interaction(question, answer, self._reading.plain_text(answer), prompt_digest=self._prompt_digest)

    def _timeline(self, question: Question, topic: str, snapshot: Snapshot) -> Interaction:
        """What each dated document says of a topic, in the order of their dates: quotes, whichever engine there is."""
        began, corpus = time.perf_counter(), snapshot.corpus
        dated = sorted((d for d in corpus.documents if d.published.value), key=lambda d: d.published.value or date.min)
        gate = Gate(topic, corpus.passages)
        for document in dated:
            quotes = snapshot.extractive.closest(topic, corpus.passages_of(document.id), 2)
            for quote in quotes:
                gate.verify(DraftClaim(quotes=(quote,), text=""))
        answer = Answer(
            verdict=_verdict(tuple(gate.claims), is_partial=False),
            engine=EXTRACTIVE,
            corpus_digest=corpus.digest,
            claims=tuple(gate.claims),
            left_out=len(corpus.documents) - len(dated),
        )
        text = self._reading.plain_text(answer, question.id)
        return Interaction(question, answer, text, prompt_digest=self._prompt_digest, seconds={"total": time.perf_counter() - began})

    async def _ask_model(self, model: ChatModel, question: Question, work: _Work) -> AsyncIterator[CitedClaim]:
        """Stream the model's draft through the gate. Its failure is recorded, not raised."""
        began = time.perf_counter()
        reader = DraftReader()
        try:
            # aclosing: a reply that is given up, because it is unreadable or nobody waits any more, is not left running.
            async with aclosing(model.stream(self.prompt(question, work.evidence, work.snapshot.corpus.digest))) as stream:
                async for piece in stream:
                    if isinstance(piece, Usage):
                        work.usage = piece
                        continue
                    for draft_claim in reader.feed(piece):
                        if (claim := work.gate.verify(draft_claim)) is not None:
                            yield claim
            work.unanswered = work.gate.verify_unanswered(reader.finish().unanswered)
        except ModelError as error:
            work.model_error = f"{type(error).__name__}: {error}"
            logger.warning("Question %s: %s", question.id[:8], work.model_error)
        work.draft = reader.raw
        work.seconds["model"] = time.perf_counter() - began

    @staticmethod
    def _needs_extracts(work: _Work) -> bool:
        """Whether the extractive answerer takes over: no verified claim, and no honest "not found" either."""
        said_not_found = bool(work.draft) and work.model_error is None and not work.gate.withheld
        return not work.gate.claims and not said_not_found

    def _conclude(self, work: _Work, engine: str) -> Answer:
        claims = tuple(work.gate.claims)
        notes = editors_notes(work.asked, claims, work.snapshot.corpus.documents)
        claims = (*claims, *notes, *differences(work.asked, claims, work.evidence.passages))
        cut_short = bool(claims) and engine != EXTRACTIVE and work.model_error is not None
        return Answer(
            verdict=_verdict(claims, is_partial=cut_short or bool(work.unanswered)),
            engine=engine,
            corpus_digest=work.snapshot.corpus.digest,
            claims=claims,
            withheld=tuple(work.gate.withheld),
            unanswered=work.unanswered if claims else (),
            closest=() if claims else self._closest(work),
            suggestions=() if claims else self._suggestions(work),
            fell_back=work.model_error is not None and engine == EXTRACTIVE,
            cut_short=cut_short,
            searched=None if work.evidence.is_whole else work.evidence.searched,
            left_out=work.evidence.left_out,
        )

    @staticmethod
    def _closest(work: _Work) -> tuple[Citation, ...]:
        passages = work.evidence.passages
        return cite_quotes(work.snapshot.extractive.closest(work.asked, passages), passages)

    def _suggestions(self, work: _Work) -> tuple[str, ...]:
        """Up to three questions near this one that are known to be answerable, because the extractive answerer answers them."""
        template = self._prompts.reply("suggestions")
        topics = suggested_topics(work.asked, work.evidence.passages)
        candidates = (template.fill(topic=topic) for topic in topics[:MOST_CANDIDATES])
        answerable = (candidate for candidate in candidates if _is_answerable(candidate, work))
        return tuple(islice(answerable, MOST_SUGGESTIONS))

    def prompt(self, question: Question, evidence: Evidence, mark: str) -> Prompt:
        """What a model is told: everything that stays the same first, the question last. `mark` is the corpus's digest."""
        asking = self._prompts["question"]
        turns = "\n".join(asking.label("turn", question=turn.question, answer=turn.answer) for turn in question.history)
        return Prompt(
            instructions=self._prompts["answer"].fill(),
            evidence=self._prompts["evidence"].fill(mark=mark, passages="\n".join(self.print_passage(p) for p in evidence.passages)),
            question=asking.fill(history=turns or asking.label("no_history"), question=plain(question.text)),
            digest=self._prompt_digest,
        )

    def print_passage(self, passage: Passage) -> str:
        """A passage as the prompt shows it."""
        return print_passage(self._prompts, passage)


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


def _is_answerable(question: str, work: _Work) -> bool:
    gate = Gate(question, work.evidence.passages)
    draft = work.snapshot.extractive.answer(question, work.evidence.passages)
    return any(gate.verify(claim) is not None for claim in draft.claims)


def _verdict(claims: tuple[CitedClaim, ...], *, is_partial: bool) -> Verdict:
    if not claims:
        return Verdict.NOT_IN_DOCUMENTS
    return Verdict.PARTIAL if is_partial else Verdict.ANSWERED
