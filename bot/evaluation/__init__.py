"""Proof: questions with known right answers, put to the bot, scored by checks of their own, and shown with every failure.

In: cases (YAML) and a pipeline. Out: figures by category and engine, a report, and an exit code.
"""

from bot.evaluation.cases import Case, CaseError, load_cases
from bot.evaluation.evaluating import Limits, Wanted, evaluate

__all__ = ["Case", "CaseError", "Limits", "Wanted", "evaluate", "load_cases"]
