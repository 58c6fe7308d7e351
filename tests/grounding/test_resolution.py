"""Whom a sentence speaks of: what its pronoun and its short names stand for."""

from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus
from bot.grounding import ClaimKind
from bot.grounding.abbreviations import abbreviations, without_introductions
from bot.grounding.antecedents import antecedent
from tests.grounding.conftest import verify


def corpus_of(folder: Path, text: str) -> Corpus:
    (folder / "page.txt").write_text(f"A page about the harbour\n\n{text}\n", encoding="utf-8")
    return load_corpus(folder)


@pytest.mark.parametrize(
    ("before", "pronoun", "meant"),
    [
        (["The northern ferry was built in Hull."], "It", "the northern ferry"),
        (["The ferry of Hull was built in 1906.", "It was sold in 1920."], "It", "the ferry of Hull"),
        (["In 1906, Ida Moe (born 1870) sold the mill."], "She", "Ida Moe"),
        (["Ida Moe and Per Lund sold the mill."], "They", "Ida Moe and Per Lund"),
        (["The farmers sold the mill."], "Their", "the farmers"),
        (["The farmers sold the mill."], "It", None),
        (["The ferry was built in Hull."], "He", None),
        (["His mill burnt."], "It", None),
        (["Ida Moe and Per Lund sold the mill."], "He", None),
        (["A fine day."], "It", None),
        ([], "It", None),
    ],
)
def test_a_pronoun_stands_for_the_subject_before_it_where_both_agree(before: list[str], pronoun: str, meant: str | None) -> None:
    assert antecedent(pronoun, before, lambda word: word in {"Ida", "Moe", "Per", "Lund", "Hull"}) == meant


def test_what_a_document_puts_in_brackets_is_another_name(tmp_path: Path) -> None:
    text = "The Harbour Company of Ribe (HCR) owns two docks. It joined the Union of Docks (a club) in 1906 (May)."
    document = corpus_of(tmp_path, text).documents[0]

    assert abbreviations(document) == (frozenset({"Harbour Company of Ribe", "HCR"}),)
    assert "Ribe owns two docks" in without_introductions(document, document.text)


@pytest.mark.parametrize(
    ("claim", "passes"),
    [
        ("The northern ferry was sold in 1920.", True),
        ("Hull was sold in 1920.", False),
        ("The northern ferry was sold in 1906.", False),
    ],
)
def test_a_claim_may_name_what_the_sentence_before_names(tmp_path: Path, claim: str, passes: bool) -> None:
    sold = "It was sold in 1920 to a farmer."
    corpus = corpus_of(tmp_path, f"The northern ferry was built in Hull in 1906. {sold}")
    made = verify(corpus, claim, (corpus.passages[-1].id, sold), question=claim)

    assert (made is not None and made.kind is ClaimKind.STATEMENT) is passes


def test_a_sentence_with_its_own_pronoun_passes_as_it_stands(tmp_path: Path) -> None:
    sold = "It was sold in 1920 to a farmer."
    corpus = corpus_of(tmp_path, f"The northern ferry was built in Hull in 1906. {sold}")

    assert verify(corpus, sold, (corpus.passages[-1].id, sold), question=sold) is not None
