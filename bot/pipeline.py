"""The path of one question: evidence, prompt, draft, verification, answer. Every surface goes through it.

In: a Question. Out: the claims that may be posted, each as soon as it is verified, and last the whole Interaction. Nothing is raised for
a model that fails: its place is taken by the extractive answerer, and the answer says so.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from typing import TypeVar

from bot.commands import as_typed
from bot.drafting import PROMPTS, Drafter
from bot.drafts import DraftClaim
from bot.grounding import Answer, Citation, CitedClaim, Gate, Reading, Verdict, differences, editors_notes
from bot.grounding.quoting import cite_quotes
from bot.imprints import asks_about_documents, imprint_of
from bot.interactions import Interaction
from bot.languages import Languages
from bot.llm import Usage
from bot.overviews import Overview, overview_of, unclear
from bot.prompts import PromptLibrary
from bot.questions import Question, Surface, Wanted, declined_for, plain
from bot.retrieval import Evidence
from bot.rewriting import Rewriter, Rewritten
from bot.smalltalk import small_talk
from bot.snapshots import Snapshot
from bot.suggestions import suggested

T = TypeVar("T")

EXTRACTIVE = "extractive"
MOST_SUGGESTIONS = 3
_IN_SENTENCES = frozenset({Surface.MENTION, Surface.DIRECT, Surface.CLI})  # "Compare prices and wages" need not be a command there
MOST_CANDIDATES = 6  # each costs one or two extractive answers, some 5 ms


@dataclass(slots=True)
class _Work:
    """What is known of one question while it is being answered."""

    asked: Rewritten
    language: str
    snapshot: Snapshot
    evidence: Evidence
    gate: Gate
    draft: str = ""
    model_error: str | None = None
    usage: Usage = field(default_factory=Usage)
    unanswered: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


class Pipeline:
    """Answers questions, each from the snapshot of the documents that is current when it begins. `drafter` is None where there is no model."""

    def __init__(
        self, *, snapshot: Callable[[], Snapshot], prompts: PromptLibrary, reading: Reading, drafter: Drafter | None = None
    ) -> None:
        self._thinking = ThreadPoolExecutor(1, "thinking")
        self._snapshot = snapshot
        self._prompts = prompts
        self._reading = reading
        self._drafter = drafter
        self._prompt_digest = prompts.digest(*PROMPTS)
        self._languages = Languages(prompts)
        self._rewriter = Rewriter(prompts, self._languages, drafter.model if drafter else None)

    async def _think(self, do: Callable[..., T], *about: object) -> T:
        """Do what only computes: one after another, as under Python's lock more at a time gains nothing and holds up all the others."""
        return await asyncio.get_running_loop().run_in_executor(self._thinking, copy_context().run, do, *about)

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
        question, overview = await _meant(question, snapshot)
        words = plain(question.text)
        if overview is None and question.wanted is not Wanted.ANSWER:
            why, names = await asyncio.to_thread(unclear, question.wanted, words, snapshot.corpus)
            yield self._declined(question, why, snapshot, names)
            return
        if overview and (self._drafter is None or overview.prompt is None):
            yield await self._think(self._quoted, question, words, overview, snapshot)
            return
        if overview and overview.prompt:
            asked = Rewritten(self._prompts[overview.prompt].fill(**overview.names))
        else:
            asked = await self._rewriter.rewrite(words, question.history, snapshot.spoken)
        rewritten = time.perf_counter()
        evidence = overview.evidence if overview else await _evidence(asked.text, question, snapshot)
        gate = Gate(asked.text, evidence.passages, words=words)
        work = _Work(asked, self._languages.of(words), snapshot, evidence, gate, usage=asked.usage)
        work.seconds |= {"rewriting": rewritten - began, "retrieval": time.perf_counter() - rewritten}
        engine = EXTRACTIVE
        if self._drafter is not None:
            told = replace(question, text=asked.text) if overview else question
            drafting = self._drafter.begin(told, evidence, snapshot.corpus.digest, gate)
            async for claim in drafting.claims():
                yield claim
            work.draft, work.model_error, work.unanswered = drafting.raw, drafting.error, drafting.unanswered
            work.usage += drafting.usage
            work.seconds |= drafting.seconds
            engine = self._drafter.model.name
        if self._needs_extracts(work):
            started = time.perf_counter()
            proposed = overview.claims if overview else await self._think(self._extracts, work)
            for draft_claim in proposed:
                if (extract := work.gate.verify(draft_claim)) is not None:
                    yield extract
            engine = EXTRACTIVE if work.gate.claims or work.model_error else engine
            work.seconds["extractive"] = time.perf_counter() - started
        answer = await self._think(self._conclude, work, engine)
        work.seconds["total"] = time.perf_counter() - began
        yield Interaction(
            question=question, answer=answer, text=self._reading.plain_text(answer, question.id),
            evidence=tuple(passage.id for passage in evidence.passages), prompt_digest=self._prompt_digest,
            model=self._drafter.model.name if self._drafter else None, draft=work.draft, model_error=work.model_error, tokens=work.usage,
            seconds=work.seconds, documents=snapshot.corpus.digests(source.document for source in answer.sources),
        )  # fmt: skip

    def stopped(self, question: Question, claims: tuple[CitedClaim, ...]) -> Interaction:
        """What there is of an answer that somebody stopped: the claims so far, and that it was stopped."""
        answer = Answer(
            Verdict.PARTIAL if claims else Verdict.DECLINED, engine=self._drafter.model.name if self._drafter else EXTRACTIVE,
            corpus_digest=self._snapshot().corpus.digest, claims=claims, declined_for="stopped", language=self._languages.of(question.text),
        )  # fmt: skip
        return Interaction(question, answer, self._reading.plain_text(answer, question.id), prompt_digest=self._prompt_digest)

    def _declined(self, question: Question, reason: str, snapshot: Snapshot, names: tuple[str, ...] = ()) -> Interaction:
        answer = Answer(
            Verdict.DECLINED, engine=EXTRACTIVE, corpus_digest=snapshot.corpus.digest, declined_for=reason, unanswered=names,
            language=self._languages.of(question.text),
        )  # fmt: skip
        return Interaction(question, answer, self._reading.plain_text(answer), prompt_digest=self._prompt_digest)

    def _quoted(self, question: Question, asked: str, overview: Overview, snapshot: Snapshot) -> Interaction:
        """An overview that is quotes, whichever engine there is."""
        began = time.perf_counter()
        gate = Gate(asked, overview.evidence.passages)
        for draft_claim in overview.claims:
            gate.verify(draft_claim)
        answer = Answer(
            verdict=_verdict(tuple(gate.claims), is_partial=False),
            engine=EXTRACTIVE,
            corpus_digest=snapshot.corpus.digest,
            claims=tuple(gate.claims),
            left_out=overview.evidence.left_out,
            undated=overview.evidence.undated,
            language=self._languages.of(question.text),
        )
        text = self._reading.plain_text(answer, question.id)
        return Interaction(
            question, answer, text, evidence=tuple(passage.id for passage in overview.evidence.passages),
            prompt_digest=self._prompt_digest, seconds={"total": time.perf_counter() - began},
            documents=snapshot.corpus.digests(source.document for source in answer.sources),
        )  # fmt: skip

    @staticmethod
    def _needs_extracts(work: _Work) -> bool:
        """Whether the extractive answerer takes over: no verified claim, and no honest "not found" either."""
        said_not_found = bool(work.draft) and work.model_error is None and not work.gate.withheld
        return not work.gate.claims and not said_not_found

    @staticmethod
    def _extracts(work: _Work) -> tuple[DraftClaim, ...]:
        draft = work.snapshot.extractive.answer(work.asked.text, work.evidence.passages)
        work.unanswered = work.gate.verify_unanswered(draft.unanswered)
        return draft.claims

    def _conclude(self, work: _Work, engine: str) -> Answer:
        claims, asked = tuple(work.gate.claims), work.asked.text
        notes = editors_notes(asked, claims, work.snapshot.corpus.documents)
        claims = (*claims, *notes, *differences(asked, claims, work.evidence.passages))
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
            undated=work.evidence.undated,
            language=work.language,
            crosses_languages=work.asked.crosses and engine == EXTRACTIVE,
        )

    @staticmethod
    def _closest(work: _Work) -> tuple[Citation, ...]:
        passages = work.evidence.passages
        return cite_quotes(work.snapshot.extractive.closest(work.asked.text, passages), passages)

    def _suggestions(self, work: _Work) -> tuple[str, ...]:
        """Up to three questions near this one that are known to be answerable, because the extractive answerer answers them."""
        words = self._prompts.reply("suggestions")
        found = suggested(work.asked.text, work.evidence.passages, work.snapshot.extractive, words, MOST_CANDIDATES)
        return tuple(islice(found, MOST_SUGGESTIONS))


async def _meant(question: Question, snapshot: Snapshot) -> tuple[Question, Overview | None]:
    """The overview that is wanted, if one is; where its words name no document in a conversation, they are a question as any other."""
    if question.wanted is Wanted.ANSWER:
        is_of_documents = question.until is None and asks_about_documents(plain(question.text))
        find = partial(imprint_of, plain(question.text), snapshot, is_first=not question.history)
        return question, await asyncio.to_thread(find) if is_of_documents else None
    overview = await asyncio.to_thread(overview_of, question.wanted, plain(question.text), snapshot)
    if overview is None and question.place.surface in _IN_SENTENCES:
        return replace(question, text=as_typed(question.wanted, question.text), wanted=Wanted.ANSWER), None
    return question, overview


async def _evidence(asked: str, question: Question, snapshot: Snapshot) -> Evidence:
    """The evidence for what is `asked`. To search takes a thread, so that nobody else waits meanwhile."""
    if question.until is None and (whole := snapshot.retriever.whole()):
        return whole
    retriever = snapshot.retriever

    def search() -> Evidence:
        return retriever.evidence(snapshot.extractive.corrected(asked, retriever.holds), question.until)

    return await asyncio.to_thread(search)


def _verdict(claims: tuple[CitedClaim, ...], *, is_partial: bool) -> Verdict:
    if not claims:
        return Verdict.NOT_IN_DOCUMENTS
    return Verdict.PARTIAL if is_partial else Verdict.ANSWERED
