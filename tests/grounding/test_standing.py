"""Whether a citation of the past still stands."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus
from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Fall, Fallen, Standing, Verdict

DUG = "The harbour of Port Elling was dug by the engineer “Agnes Holm” in two years."
PAID = "The town paid 4,000 crowns for it, half of them borrowed from the neighbouring islands."
SHEEP = "Sheep graze on the northern slopes of Sandby in summer and are brought down in October."


def corpus_of(folder: Path, text: str, catalogue: str = "") -> Corpus:
    folder.mkdir(exist_ok=True)
    (folder / "harbour.txt").write_text(text, encoding="utf-8")
    (folder / "corpus.toml").write_text(catalogue, encoding="utf-8")
    corpus = load_corpus(folder)
    assert not corpus.problems
    return corpus


def citing(quote: str, document: str = "harbour.txt") -> Citation:
    return Citation(document, None, None, None, 0, len(quote), quote)


def fallen(corpus: Corpus, *citations: Citation) -> tuple[Fallen, ...]:
    return Standing(corpus).fallen(Answer(Verdict.ANSWERED, "e", "d", (CitedClaim("It.", ClaimKind.STATEMENT, citations),)))


@pytest.mark.parametrize(
    "text",
    [
        f"{DUG}\n\n{PAID}\n",
        f"{SHEEP}\n\n{PAID}\n\n{DUG}\n",
        f"{DUG.replace('“', chr(34)).replace('”', chr(34))}\n\n{PAID}\n",
        f"{DUG.replace(' by the', chr(160) + 'by  the')}\n\n{PAID}\n",
    ],
    ids=["the same", "moved", "other quotation marks", "other spaces"],
)
def test_words_that_stand_there_in_whatever_place_and_typography_have_not_changed(tmp_path: Path, text: str) -> None:
    assert fallen(corpus_of(tmp_path, text), citing(DUG), citing(PAID)) == ()


def test_a_document_that_is_gone_takes_its_quotes_with_it(tmp_path: Path) -> None:
    (only,) = fallen(corpus_of(tmp_path, DUG), citing(DUG, "other.txt"))

    assert (only.why, only.instead) == (Fall.GONE, "")


def test_changed_words_are_shown_with_what_stands_there_instead(tmp_path: Path) -> None:
    changed = DUG.replace("two years", "three years")
    corpus = corpus_of(tmp_path, f"{SHEEP}\n\nIt is large. {changed} So they say.\n\n{PAID}\n")
    (only,) = fallen(corpus, citing(DUG), citing(PAID))

    assert (only.citation.quote, only.why, only.instead) == (DUG, Fall.CHANGED, changed)


def test_words_that_were_taken_out_have_nothing_in_their_place(tmp_path: Path) -> None:
    (only,) = fallen(corpus_of(tmp_path, SHEEP), citing(PAID))

    assert (only.why, only.instead) == (Fall.CHANGED, "")


def test_words_that_a_correction_withdrew_or_that_are_no_text_any_more_have_fallen(tmp_path: Path) -> None:
    note = "[Correction: an earlier version said who dug it.]"
    text = f"{DUG}\n\n{PAID}\n\n{note}\n"
    catalogue = """
        [documents."harbour.txt"]
        kinds = { 3 = "boilerplate", 5 = "note" }
        [[documents."harbour.txt".corrections]]
        line = 5
        subject = "Agnes Holm"
        withdrawn = "engineer"
        supersedes = [1]
    """
    found = fallen(corpus_of(tmp_path, text, catalogue), citing(DUG), citing(PAID), citing(note))

    assert [(one.citation.quote, one.why) for one in found] == [(DUG, Fall.WITHDRAWN), (PAID, Fall.OUTSIDE)]


def test_a_quote_whose_words_stand_but_whose_source_is_known_otherwise_is_told_from_one_that_fell(tmp_path: Path) -> None:
    catalogue = '[documents."harbour.txt"]\npublished = { value = 2019-05-01, evidence = "its cover" }\n'
    corpus = corpus_of(tmp_path, DUG, catalogue)
    as_known = replace(citing(DUG), published=date(2019, 5, 1))
    (only,) = fallen(corpus, as_known, replace(as_known, published=None))

    assert (only.why, only.instead) == (Fall.FACTS, "published: unknown → 2019-05-01")


def test_the_line_that_says_who_wrote_a_document_stands_although_it_is_no_passage(tmp_path: Path) -> None:
    byline = "By Agnes Holm"
    corpus = corpus_of(tmp_path, f"The harbour\n\n{byline}\nDATE: 3 May 2021\n\n{DUG}\n")

    assert [one.why for one in fallen(corpus, citing(byline)) if one.why is not Fall.FACTS] == []
    assert [one.why for one in fallen(corpus, citing("By Ida Berg"))] == [Fall.CHANGED]
