"""Check 6, numbers: every quantity of a claim stands in its evidence, with the same value and unit.

In: a claim's text and its evidence. Out: reasons.

>>> numbers("Tencent holds 18.1% of JD.", …21.25% stake…)    # [Reason("number", "18.1%")]
"""

from collections import Counter
from decimal import Decimal

from bot.grounding.answers import Reason
from bot.grounding.evidence import ClaimEvidence
from bot.grounding.quantities import Quantity, find_quantities


def numbers(text: str, evidence: ClaimEvidence) -> list[Reason]:
    """The quantities of `text` that the evidence does not state."""
    left = Counter((_value(q), q.unit) for q in find_quantities(evidence.text))
    missing = []
    for quantity in find_quantities(text):
        key = (_value(quantity), quantity.unit)
        if left[key] <= 0:  # stated nowhere, or once and claimed twice
            missing.append(Reason("number", quantity.text))
        left[key] -= 1
    return missing


def _value(quantity: Quantity) -> Decimal:
    return quantity.value.normalize()
