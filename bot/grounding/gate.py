"""The gate: draft claims in, cited claims out; what is not verified does not come out.

Each claim meets the checks in the order of grounding.md section 3.2. A claim that passes is posted as it stands. One that fails only checks
for which quoting is a remedy may be written again once, and is otherwise replaced by the words of the source. Everything else is withheld. A
check that crashes withholds.
"""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.corpus import Kind, Passage, Span
from bot.corpus.dates import find_dates
from bot.drafts import DraftClaim
from bot.grounding.answers import Citation, CitedClaim, ClaimKind, Reason, WithheldClaim, cite
from bot.grounding.apposition import is_apposed
from bot.grounding.attribution import attribution, unattributed
from bot.grounding.binding import binding, exchanged
from bot.grounding.connectives import connectives
from bot.grounding.corrections import corrections
from bot.grounding.coverage import coverage, wording
from bot.grounding.dates import dates, known_dates
from bot.grounding.edits import edits
from bot.grounding.evidence import ClaimEvidence, gather
from bot.grounding.foreign import foreign
from bot.grounding.gapping import written_out
from bot.grounding.hygiene import hygiene
from bot.grounding.mixing import mixing
from bot.grounding.modality import modality, told_as_fact
from bot.grounding.numbers import numbers
from bot.grounding.order import order, repeats
from bot.grounding.polarity import polarity
from bot.grounding.predication import predication
from bot.grounding.proof import denial, doers, identity, is_proved, stance, turned
from bot.grounding.resolution import resolve_claim
from bot.grounding.restating import restated
from bot.grounding.roles import names, roles
from bot.grounding.scope import scope
from bot.grounding.shortening import is_shortened
from bot.grounding.superseded import is_superseded
from bot.grounding.tense import tense
from bot.retrieval.analysis import content_stems, words

logger = logging.getLogger(__name__)

LONGEST_ANSWER = 9_000  # characters of all claims; Slack takes some 13,000 in a message, and no question here needs as many (slack.md 1.11)


class Remedy(StrEnum):
    """What is left of a claim that fails a check."""

    DROP = "drop"
    QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: what it is called in reasons, how it reads a claim against its evidence, and what its failure leaves."""

    name: str
    run: Callable[[str, ClaimEvidence], list[Reason]]
    remedy: Remedy
    yields: bool = False  # to a proof: it only suspects words of standing in another place
    is_of_clause: bool = True  # it asks what the whole sentence does with the words: says, plans, denies
    is_of_place: bool = False  # it suspects words of standing beside others than in the evidence


# In order; later checks are added here and nowhere else.
CHECKS: tuple[Check, ...] = (
    Check("hygiene", lambda text, _: hygiene(text), Remedy.DROP, is_of_clause=False),
    Check("foreign", foreign, Remedy.QUOTE, is_of_clause=False),
    Check("numbers", numbers, Remedy.QUOTE, is_of_clause=False),
    Check("dates", dates, Remedy.QUOTE, is_of_clause=False),
    Check("polarity", polarity, Remedy.QUOTE, is_of_clause=False),
    Check("modality", modality, Remedy.QUOTE),
    Check("told as fact", told_as_fact, Remedy.QUOTE, yields=True),
    Check("stance", stance, Remedy.QUOTE),
    Check("identity", identity, Remedy.QUOTE, is_of_place=True),
    Check("denial", denial, Remedy.QUOTE, is_of_place=True),
    Check("turned", turned, Remedy.QUOTE, is_of_place=True),
    Check("doers", doers, Remedy.QUOTE, is_of_place=True),
    Check("mixing", mixing, Remedy.QUOTE, is_of_place=True),
    Check("tense", tense, Remedy.QUOTE),
    Check("scope", scope, Remedy.QUOTE),
    Check("connectives", connectives, Remedy.QUOTE),
    Check("binding", binding, Remedy.QUOTE, yields=True, is_of_place=True),
    Check("exchanged", exchanged, Remedy.QUOTE, yields=True, is_of_place=True),
    Check("edits", edits, Remedy.QUOTE),
    Check("repeats", repeats, Remedy.QUOTE),
    Check("order", order, Remedy.QUOTE, yields=True, is_of_place=True),
    Check("names", names, Remedy.QUOTE),
    Check("roles", roles, Remedy.QUOTE, yields=True, is_of_place=True),
    Check("predication", predication, Remedy.QUOTE, yields=True, is_of_place=True),
    Check("attribution", attribution, Remedy.QUOTE, is_of_clause=False),
    Check("unattributed", unattributed, Remedy.QUOTE, yields=True, is_of_clause=False),
    Check("coverage", coverage, Remedy.QUOTE, is_of_clause=False),
    Check("wording", wording, Remedy.QUOTE, yields=True),
    Check("corrections", corrections, Remedy.DROP, is_of_clause=False),
)


@dataclass(frozen=True, slots=True)
class FailingClaim:
    """A claim that failed, whose quote may be posted in its place: what was proposed, on what, and why it failed."""

    draft: DraftClaim
    evidence: ClaimEvidence
    reasons: tuple[Reason, ...]


class Gate:
    """Verifies the claims of one draft, one after another, against the passages that were supplied for one question.

    `question` is what is searched for; `words` what was asked to the letter, where that differs.
    """

    def __init__(self, question: str, supplied: Iterable[Passage], checks: Sequence[Check] = CHECKS, *, words: str = "") -> None:
        self._asked = set(content_stems(question))
        self._question = question
        self._words = words or question
        self._supplied: Mapping[str, Passage] = {passage.id: passage for passage in supplied}
        self._checks = checks
        self._said: set[str] = set()
        self._quoted: set[tuple[str, Span]] = set()
        self.claims: list[CitedClaim] = []
        self.withheld: list[WithheldClaim] = []
        self.failing: list[FailingClaim] = []

    def verify(self, draft: DraftClaim) -> CitedClaim | None:
        """The claim that may be posted in place of `draft`, its quote where it fails, or None. Repeats are not posted twice."""
        return self.propose(draft) or next(self.fall_back(), None)

    def propose(self, draft: DraftClaim) -> CitedClaim | None:
        """As `verify`, except that a claim which fails and may be quoted is kept in `failing`, to be written again before `fall_back`."""
        try:
            return self._propose(draft)
        except Exception as error:
            # A claim that cannot be checked has not been checked.
            logger.exception("A check crashed; its claim is withheld")
            self._withhold(draft, [Reason("crash", type(error).__name__)])
            return None

    def fall_back(self) -> Iterator[CitedClaim]:
        """The quotes of the claims that are still failing, where nothing else was said of the same sentences."""
        while self.failing:
            quoted = self._post_quote(self.failing.pop(0).evidence)
            if quoted is not None:
                yield quoted

    def demote(self, claim: CitedClaim, reason: Reason) -> CitedClaim:
        """`claim`, which was posted last and nobody has seen, as the quote that it rests on."""
        text = " […] ".join(citation.quote for citation in claim.citations)
        demoted = replace(claim, text=text, kind=ClaimKind.QUOTE)
        self.claims[self.claims.index(claim)] = demoted
        self.withheld.append(WithheldClaim(claim.text, (reason,)))
        return demoted

    def verify_unanswered(self, parts: Iterable[str]) -> tuple[str, ...]:
        """Of the parts that a draft says are left open, those in the question's own words; the rest is withheld."""
        kept = []
        for part in filter(content_stems, parts):
            # Word for word and in a row: words of the question in another order, or with a "not", would be a statement.
            is_quoted = f" {' '.join(words(part))} " in f" {' '.join(words(self._words))} "
            reasons = hygiene(part) + ([] if is_quoted else [Reason("unanswered", "not in the question's own words")])
            if reasons:
                self.withheld.append(WithheldClaim(part, tuple(reasons)))
            elif part.strip():
                kept.append(part.strip())
        return tuple(dict.fromkeys(kept))

    def _propose(self, draft: DraftClaim) -> CitedClaim | None:
        evidence = gather(draft.quotes, self._supplied)
        if not isinstance(evidence, ClaimEvidence):
            self._withhold(draft, evidence)
            return None
        if any(is_superseded(passage) for passage in evidence.passages):
            self._withhold(draft, [Reason("correction", "superseded by the editor's correction")])
            return None
        text = " ".join(draft.text.split(" ")).strip()
        if not text:
            return self._post_quote(evidence)
        first = evidence.sentences[0]
        plain = resolve_claim(text, evidence.document, first, evidence.before(first))
        if missing := self._missing_years(evidence):
            self._withhold(draft, [Reason("question", f"asks for {missing}, which its evidence does not name")])
            return None
        failed = self._failed(plain, evidence)
        if failed and evidence.has_sentence(text):  # what the whole sentence does with its words it does here as well
            failed = [(check, found) for check, found in failed if not check.is_of_clause]
        if not failed or any(not self._failed(form, evidence) for form in restated(plain, evidence.resolved)[1:]):
            corrects = draft.kind == "corrects_question"
            return self._post_statement(text, ClaimKind.CORRECTION if corrects else ClaimKind.STATEMENT, evidence)
        reasons = [reason for _, found in failed for reason in found]
        self._withhold(draft, reasons)
        if all(check.remedy is Remedy.QUOTE for check, _ in failed) and self._relates(evidence):
            self.failing.append(FailingClaim(draft, evidence, tuple(reasons)))
        return None

    def _failed(self, text: str, evidence: ClaimEvidence) -> list[tuple[Check, list[Reason]]]:
        """The checks that `text` fails, and why."""
        parts = written_out(text)
        failed = [(check, found) for check in self._checks if (found := [reason for part in parts for reason in check.run(part, evidence)])]
        if failed and is_apposed(text, evidence):
            failed = [(check, found) for check, found in failed if not check.is_of_clause]
        if failed and any(check.yields for check, _ in failed) and all(is_proved(part, evidence) for part in parts):
            failed = [(check, found) for check, found in failed if not check.yields]
        if any(check.is_of_place for check, _ in failed) and is_shortened(text, evidence):
            failed = [(check, found) for check, found in failed if not check.is_of_place]
        return failed

    def _missing_years(self, evidence: ClaimEvidence) -> str:
        """The years the question names, where the evidence, its document's title and date name none of them: it is of another time."""
        asked = {found.year for found in find_dates(self._question) if found.year}
        known = {found.year for found in (*known_dates(evidence), *find_dates(evidence.document.title.value or ""))}
        published = evidence.document.published.value
        known |= {published.year} if published else set()
        return ", ".join(str(year) for year in sorted(asked)) if asked and not asked & known else ""

    def _relates(self, evidence: ClaimEvidence) -> bool:
        """Whether the quote has anything to do with the question: one content word, in the quote, its title or another name."""
        names = (name for group in evidence.document.names if any(_says(self._question, n) for n in group) for name in group)
        words = {s for text in (evidence.text, evidence.document.title.value or "") for s in content_stems(text)}
        return bool(words & self._asked) or any(_says(evidence.text, name) for name in names)

    def _post_statement(self, text: str, kind: ClaimKind, evidence: ClaimEvidence) -> CitedClaim | None:
        if text.casefold() in self._said:
            return None
        self._said.add(text.casefold())
        return self._post(text, kind, evidence)

    def _post_quote(self, evidence: ClaimEvidence) -> CitedClaim | None:
        spans = {(evidence.document.id, span) for span in evidence.sentences}
        if spans <= self._quoted:
            return None
        text = " […] ".join(citation.quote for citation in _citations(evidence))
        return self._post(text, ClaimKind.QUOTE, evidence)

    def _post(self, text: str, kind: ClaimKind, evidence: ClaimEvidence) -> CitedClaim | None:
        if sum(len(claim.text) for claim in self.claims) + len(text) > LONGEST_ANSWER:
            self.withheld.append(WithheldClaim(text, (Reason("length", f"the answer would be longer than {LONGEST_ANSWER} characters"),)))
            return None
        self._quoted |= {(evidence.document.id, span) for span in evidence.sentences}
        is_list_item = all(passage.kind is Kind.LIST_ITEM for passage in evidence.passages)
        claim = CitedClaim(text, kind, _citations(evidence), evidence.document.published.value, is_list_item)
        self.claims.append(claim)
        return claim

    def _withhold(self, draft: DraftClaim, reasons: Sequence[Reason]) -> None:
        self.withheld.append(WithheldClaim(draft.text or " […] ".join(quote.text for quote in draft.quotes), tuple(reasons)))


def _citations(evidence: ClaimEvidence) -> tuple[Citation, ...]:
    """The whole sentences of the evidence; those that follow each other are one."""
    merged: list[Span] = []
    for span in evidence.sentences:
        follows = merged and not evidence.document.text[merged[-1].end : span.start].strip() and _same_passage(evidence, merged[-1], span)
        if follows:
            merged[-1] = Span(merged[-1].start, span.end)
        else:
            merged.append(span)
    return tuple(cite(evidence.document, span) for span in merged)


def _same_passage(evidence: ClaimEvidence, one: Span, other: Span) -> bool:
    return any(p.start <= one.start and other.end <= p.end for p in evidence.passages)


def _says(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
