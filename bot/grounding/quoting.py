"""Quotes that are shown as what they are, without a claim: the closest passages of a refusal.

In: proposed quotes and the passages supplied. Out: a Citation for each that stands there; the others are left out.
"""

from collections.abc import Iterable

from bot.corpus import Passage
from bot.drafts import Quote
from bot.grounding.answers import Citation, cite
from bot.grounding.evidence import ClaimEvidence, gather
from bot.grounding.superseded import is_superseded


def cite_quotes(quotes: Iterable[Quote], supplied: Iterable[Passage]) -> tuple[Citation, ...]:
    """The whole sentences that `quotes` stand in."""
    by_id = {passage.id: passage for passage in supplied}
    found = (gather([quote], by_id) for quote in quotes)
    sound = (e for e in found if isinstance(e, ClaimEvidence) and not any(is_superseded(p) for p in e.passages))
    return tuple(dict.fromkeys(cite(evidence.document, span) for evidence in sound for span in evidence.sentences))
