"""Scores: what became of one case, and the figures of many.

In: a case, the interaction it led to, the corpus. Out: a Score; of any group of Scores, Figures.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.corpus import Corpus
from bot.evaluation.cases import Case
from bot.evaluation.support import is_quote, problems_of
from bot.evaluation.wording import find_quote, says, without
from bot.grounding import Citation, CitedClaim, ClaimKind, Verdict
from bot.interactions import Interaction

K = TypeVar("K")
NO_ENGINE = "none"
ANSWERS = frozenset({Verdict.ANSWERED, Verdict.PARTIAL})


class Outcome(StrEnum):
    """What became of a case, the worst first."""

    CRASHED = "crashed"
    UNGROUNDED = "ungrounded"
    WRONG = "wrong"
    OFF_POINT = "off the point"
    MISSED = "missed"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A posted claim and why it is not grounded; no problems where it is. `is_supporting` says for each citation whether the case names it."""

    claim: CitedClaim
    problems: tuple[str, ...]
    is_supporting: tuple[bool, ...]

    @property
    def is_quote(self) -> bool:
        """Whether it is nothing but the words it cites, and so needs no reading by a person."""
        return is_quote(self.claim)


@dataclass(frozen=True, slots=True)
class Score:
    """One case and what became of it.

    `missing` are the entries of must_contain that were not said, `forbidden` those of must_not_contain that were; `crash` is the error that
    took the interaction's place.
    """

    case: Case
    interaction: Interaction | None
    claims: tuple[JudgedClaim, ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    is_refusal: bool = False
    has_supporting_closest: bool = False
    crash: str | None = None

    @property
    def engine(self) -> str:
        """Who proposed the claims."""
        return self.interaction.answer.engine if self.interaction else NO_ENGINE

    @property
    def seconds(self) -> float | None:
        """How long the answer took, where that is known."""
        return self.interaction.seconds.get("total") if self.interaction else None

    @property
    def is_grounded(self) -> bool:
        """Whether nothing was posted that the documents do not support."""
        return not any(judged.problems for judged in self.claims)

    @property
    def is_answered(self) -> bool:
        """Whether an answerable question was answered, with what must be in it, and with nothing ungrounded."""
        return self._has_answer and self.is_grounded and not self.missing

    @property
    def is_wrong(self) -> bool:
        """Whether something was said that should not have been: an answer to what the documents leave open, or forbidden words."""
        return bool(self.forbidden) or (not self.case.answerable and bool(self.claims) and not self.is_refusal)

    @property
    def is_refused(self) -> bool:
        """Whether an unanswerable question was refused, or its premise corrected, and nothing forbidden said."""
        return self.is_refusal and not self.forbidden and not self.missing

    @property
    def shows_closest(self) -> bool:
        """Whether it answers nothing, and yet one of the closest passages it shows is one that the case names."""
        return self.has_supporting_closest and not self.claims

    @property
    def outcome(self) -> Outcome:
        """The worst that can be said of it."""
        if self.crash is not None:
            return Outcome.CRASHED
        if not self.is_grounded:
            return Outcome.UNGROUNDED
        if self.is_wrong:
            return Outcome.WRONG
        if self.is_answered if self.case.answerable else self.is_refused:
            return Outcome.RIGHT
        return Outcome.OFF_POINT if self._has_answer or not self.case.answerable else Outcome.MISSED

    @property
    def is_answerable(self) -> bool:
        """Whether the documents answer it."""
        return self.case.answerable

    @property
    def has_crashed(self) -> bool:
        """Whether an error took the answer's place."""
        return self.crash is not None

    @property
    def claim_count(self) -> int:
        """Claims posted."""
        return len(self.claims)

    @property
    def ungrounded_count(self) -> int:
        """Those that the documents do not support."""
        return sum(bool(claim.problems) for claim in self.claims)

    @property
    def named_count(self) -> int:
        """Citations posted, where the case names what may be cited."""
        return sum(len(claim.is_supporting) for claim in self.claims) if self.case.quotes else 0

    @property
    def supporting_count(self) -> int:
        """Those that rest on what it names."""
        return sum(sum(claim.is_supporting) for claim in self.claims) if self.case.quotes else 0

    @property
    def _has_answer(self) -> bool:
        return self.interaction is not None and self.interaction.answer.verdict in ANSWERS


def score(case: Case, interaction: Interaction, corpus: Corpus) -> Score:
    """What became of `case`."""
    answer, said = interaction.answer, said_in(interaction)
    asserted = _asserted_in(said, corpus)
    judged = tuple(
        JudgedClaim(claim, problems_of(claim, corpus), tuple(is_supporting(c, case, corpus) for c in claim.citations))
        for claim in answer.claims
    )
    return Score(
        case, interaction, judged,
        missing=tuple(words for words in case.must_contain if not any(says(said, each) for each in words)),
        forbidden=tuple(words for words in case.must_not_contain if says(asserted, words)),
        is_refusal=answer.verdict is not Verdict.FAILED and all(_corrects(claim, case) for claim in judged),
        has_supporting_closest=any(is_supporting(citation, case, corpus) for citation in answer.closest),
        crash="the answer failed" if answer.verdict is Verdict.FAILED else None,
    )  # fmt: skip


def said_in(interaction: Interaction) -> str:
    """What the bot says as its own answer: its claims, or else its reply.

    Not the closest passages, which it shows as no answer, nor the open parts, which are the asker's words.
    """
    answer = interaction.answer
    if answer.claims:
        return "\n".join(claim.text for claim in answer.claims)
    shown = (*(citation.quote for citation in answer.closest), *answer.unanswered, *answer.suggestions)
    return without(interaction.text, shown)


def _asserted_in(said: str, corpus: Corpus) -> str:
    """`said` without titles, publishers and dates of the documents: a source's date says nothing about what was asked."""
    facts = ((d.title.value, d.publisher.value, d.published.value and d.published.value.isoformat()) for d in corpus.documents)
    return without(said, (fact for known in facts for fact in known if fact))


def is_supporting(citation: Citation, case: Case, corpus: Corpus) -> bool:
    """Whether the citation has words in common with a quote that the case names, at the same place of the same document."""
    document = corpus.document(citation.document)
    spans = [span for quote in case.quotes for span in find_quote(document.text, quote)] if document else []
    return any(span.start < citation.end and citation.start < span.end for span in spans)


def _corrects(judged: JudgedClaim, case: Case) -> bool:
    """Whether an unanswerable question's claim puts its premise right: it cites what the case names, or is a correction where none is."""
    return all(judged.is_supporting) if case.quotes else judged.claim.kind is ClaimKind.CORRECTION


def reasons(score: Score) -> tuple[str, ...]:
    """What is wrong with it, in words; empty where it is right."""
    found = [score.crash] if score.crash else []
    found += [f"“{judged.claim.text}”: {problem}" for judged in score.claims for problem in judged.problems]
    found += [f"says “{words}”" for words in score.forbidden]
    if not score.case.answerable and score.claims and not score.is_refusal:
        found.append("answers what the documents leave open")
    if score.case.answerable and score.interaction and not score.interaction.answer.claims:
        aside = ", though a passage that answers it is among the closest" if score.shows_closest else ""
        found.append(f"no answer ({score.interaction.answer.verdict.value}){aside}")
    else:
        found += [f"does not say {' or '.join(f'“{each}”' for each in words)}" for words in score.missing]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Rate:
    """`part` of `whole`; of nothing there is no share."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """From 0 to 1."""
        return self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        return "–" if self.share is None else f"{100 * self.share:.1f} % ({self.part}/{self.whole})"


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some Scores. Latencies in seconds."""

    cases: int
    crashed: int
    ungrounded: Rate
    answered: Rate
    refused: Rate
    precision: Rate
    wrong: Rate
    median_seconds: float | None
    p95_seconds: float | None


class Countable(Protocol):
    """What can be counted: a Score, or what was kept of one."""

    @property
    def is_answerable(self) -> bool: ...  # noqa: D102
    @property
    def is_answered(self) -> bool: ...  # noqa: D102
    @property
    def is_refused(self) -> bool: ...  # noqa: D102
    @property
    def is_wrong(self) -> bool: ...  # noqa: D102
    @property
    def has_crashed(self) -> bool: ...  # noqa: D102
    @property
    def claim_count(self) -> int: ...  # noqa: D102
    @property
    def ungrounded_count(self) -> int: ...  # noqa: D102
    @property
    def named_count(self) -> int: ...  # noqa: D102
    @property
    def supporting_count(self) -> int: ...  # noqa: D102
    @property
    def seconds(self) -> float | None: ...  # noqa: D102


def figures(scores: Sequence[Countable]) -> Figures:
    """Count."""
    answerable = [s for s in scores if s.is_answerable]
    unanswerable = [s for s in scores if not s.is_answerable]
    seconds = sorted(s.seconds for s in scores if s.seconds is not None)
    return Figures(
        cases=len(scores),
        crashed=sum(s.has_crashed for s in scores),
        ungrounded=Rate(sum(s.ungrounded_count for s in scores), sum(s.claim_count for s in scores)),
        answered=Rate(sum(s.is_answered for s in answerable), len(answerable)),
        refused=Rate(sum(s.is_refused for s in unanswerable), len(unanswerable)),
        precision=Rate(sum(s.supporting_count for s in scores), sum(s.named_count for s in scores)),
        wrong=Rate(sum(s.is_wrong for s in scores), len(scores)),
        median_seconds=_quantile(seconds, 0.5),
        p95_seconds=_quantile(seconds, 0.95),
    )


def figures_by(scores: Iterable[Score], key: Callable[[Score], K]) -> dict[K, Figures]:
    """Figures of each group, in the order in which the groups appear."""
    groups: dict[K, list[Score]] = {}
    for each in scores:
        groups.setdefault(key(each), []).append(each)
    return {name: figures(group) for name, group in groups.items()}


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    """By the nearest rank."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
