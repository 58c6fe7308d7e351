"""What the types promise, held against the source: nobody but the gate's own package makes what may be posted."""

import ast
from pathlib import Path

import pytest

from bot.config import CHECKOUT
from bot.corpus import load_corpus
from bot.drafts import DraftClaim, Quote
from bot.grounding import ClaimKind
from bot.grounding.gate import Gate

MODULES = sorted(path for path in (CHECKOUT / "bot").rglob("*.py") if path.parent.name != "grounding")
ONLY_GROUNDING_MAKES = {"Citation", "CitedClaim", "cite"}


def called(source: str) -> set[str]:
    """The names that a module calls, as they stand at the end of each call."""
    functions = (node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return {f.id if isinstance(f, ast.Name) else f.attr for f in functions if isinstance(f, ast.Name | ast.Attribute)}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_no_other_module_makes_a_citation_or_a_cited_claim(path: Path) -> None:
    assert called(path.read_text(encoding="utf-8")) & ONLY_GROUNDING_MAKES == set()


def test_the_look_at_the_source_does_find_a_call() -> None:
    assert called("a = answers.cite(d, s)\nb = Citation(1)") == {"cite", "Citation"}


def test_a_claim_that_corrects_the_question_says_so_and_is_checked_like_any_other() -> None:
    corpus = load_corpus(CHECKOUT / "seeds")
    stake = "Tencent is currently JD’s largest shareholder with a 21.25% stake."
    gate = Gate("Why is JD the largest shareholder of Tencent?", corpus.passages)
    quotes = (Quote(passage="000-21", text=stake),)
    said = "Tencent is JD’s largest shareholder with a 21.25% stake."
    made = gate.verify(DraftClaim(quotes=quotes, text=said, kind="corrects_question"))
    assert made is not None
    assert made.kind is ClaimKind.CORRECTION
    wrong = gate.verify(DraftClaim(quotes=quotes, text="JD is Tencent’s largest shareholder.", kind="corrects_question"))
    assert wrong is None or wrong.kind is ClaimKind.QUOTE
