"""The attacks that were found, and honest statements in the same words: a claim, the sentence of the document, and why."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.grounding import ClaimKind
from tests.grounding.test_facts import Page, passes

_CASES: dict[str, list[dict[str, Any]]] = yaml.safe_load((Path(__file__).parent / "attacks.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", _CASES["wrong"], ids=lambda case: str(case["claim"]))
def test_what_the_document_does_not_say_is_not_posted(page: Page, case: dict[str, Any]) -> None:
    assert not passes(page(case["quote"]), case["claim"]), case["why"]


@pytest.mark.parametrize("case", _CASES["honest"], ids=lambda case: str(case["claim"]))
def test_what_it_says_in_other_words_is_posted(page: Page, case: dict[str, Any]) -> None:
    assert passes(page(case["quote"]), case["claim"]), case["why"]


@pytest.mark.parametrize("case", _CASES["quoted"], ids=lambda case: str(case["claim"]))
def test_what_no_rule_can_tell_yet_is_quoted_and_not_lost(page: Page, case: dict[str, Any]) -> None:
    posted = page(case["quote"])(case["claim"])
    assert posted is not None
    assert (posted.kind, posted.text) == (ClaimKind.QUOTE, case["quote"])
