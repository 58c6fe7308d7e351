"""The firewall between what a model proposes and what is posted.

In: draft claims and the passages they may rest on. Out: an Answer whose every claim was checked against the words of a document.
"""

from bot.grounding.answers import (
    Answer,
    Approval,
    Citation,
    CitedClaim,
    ClaimKind,
    Reason,
    Source,
    Verdict,
    WithheldClaim,
)
from bot.grounding.corrections import editors_notes
from bot.grounding.differences import differences
from bot.grounding.gate import FailingClaim, Gate
from bot.grounding.reading import Reading
from bot.grounding.standing import Fall, Fallen, Standing, restated

__all__ = [
    "Answer", "Approval", "Citation", "CitedClaim", "ClaimKind", "FailingClaim", "Fall", "Fallen", "Gate", "Reading", "Reason", "Source", "Standing",
    "Verdict",
    "WithheldClaim", "differences", "editors_notes", "restated",
]  # fmt: skip
