"""Check 6, numbers: every quantity of a claim stands in its evidence, with the same value and unit.

In: a claim's text and its evidence. Out: reasons.

>>> numbers("Tencent holds 18.1% of JD.", …21.25% stake…)    # [Reason("number", "18.1%")]
"""

from decimal import Decimal

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.quantities import Quantity, find_quantities


def numbers(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The quantities of `text` that the evidence does not state."""
    stated = {(_value(q), q.unit) for q in find_quantities(evidence.text)}
    return [Reason("number", q.text) for q in find_quantities(text) if (_value(q), q.unit) not in stated]


def _value(quantity: Quantity) -> Decimal:
    return quantity.value.normalize()
