"""The second opinion: what it lets through, and what it does not."""

from dataclasses import replace

import pytest

from bot.corpus import Corpus, Document
from bot.evaluation.support import is_quote, problems_of
from bot.grounding import CitedClaim, ClaimKind
from tests.evaluation.conftest import DOCUMENTS, citing, quote, statement

OPENED = "The harbour was opened in 1903 by Ada Berg."
FERRY = "The ferry carries over 40 cars, Berg said yesterday."


def test_a_quote_is_grounded(corpus: Corpus) -> None:
    assert problems_of(quote("opened in 1903"), corpus) == ()


def test_a_quote_in_other_quotation_marks_is_a_quote() -> None:
    assert is_quote(replace(quote(OPENED), text=f"“{OPENED}”"))
    assert not is_quote(replace(quote(OPENED), text="The harbour was opened in 1904 by Ada Berg."))


def test_a_claim_without_a_citation_is_not_grounded(corpus: Corpus) -> None:
    assert problems_of(CitedClaim(OPENED, ClaimKind.QUOTE, ()), corpus) == ("it rests on no citation",)


@pytest.mark.parametrize("change", [{"start": 3}, {"quote": "opened in 1904"}, {"document": "absent.txt"}, {"end": 10_000}, {"start": -4}])
def test_a_citation_whose_offsets_do_not_hold_its_words_is_not_grounded(change: dict[str, object], corpus: Corpus) -> None:
    claim = quote("opened in 1903")
    false = replace(claim, citations=(replace(claim.citations[0], **change),))  # type: ignore[arg-type]  # each of its own type
    assert "does not say" in problems_of(false, corpus)[0]


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Ada Berg opened the harbour in 1903.", OPENED),
        ("In 1903, Ada Berg opened the harbour.", OPENED),
        ("The ferry carries over 40 cars, according to Ada Berg.", FERRY),
        ("On 25 March 2019, Berg said the ferry carries over 40 cars.", FERRY),
        ("She did not buy the Northern Line.", "She did not buy the “Northern Line”."),
    ],
)
def test_an_honest_statement_is_grounded(text: str, cited: str, corpus: Corpus) -> None:
    assert problems_of(statement(text, cited), corpus) == ()


@pytest.mark.parametrize(
    ("text", "cited", "problem"),
    [
        ("Ada Berg opened the harbour in 1904.", OPENED, "number not cited: 1904"),
        ("The ferry carries over 40 million cars.", FERRY, "words not cited: million"),
        ("The ferry carries four cars.", FERRY, "number not cited: 4"),
        ("Jack Holm opened the harbour in 1903.", OPENED, "name not cited: Holm"),
        ("Ada Berg never opened the harbour.", OPENED, "negation not cited"),
        ("She did buy the Northern Line.", "buy the “Northern Line”", "negation left out: buy"),
        ("The harbour was demolished, flooded and sold in 1903.", OPENED, "words not cited: demolished, flooded, sold"),
        ("The ferry carries 40 cars.", FERRY, "bound changed: 40"),
        ("The ferry carries nearly 40 cars.", FERRY, "bound changed: 40"),
        ("The ferry will carry over 40 cars.", FERRY, "modality not cited"),
        ("The harbour was opened in 1903 by Ada Berg because all ferries are hers.", OPENED, "scope not cited: because"),
        ("On 26 April 2019, Berg said the ferry carries over 40 cars.", FERRY, "number not cited: 26"),
    ],
)
def test_a_changed_number_name_or_negation_and_foreign_words_are_found(text: str, cited: str, problem: str, corpus: Corpus) -> None:
    assert problem in problems_of(statement(text, cited), corpus)


def test_an_undated_document_gives_no_year(corpus: Corpus) -> None:
    claim = CitedClaim("The museum may close in May 2019.", ClaimKind.STATEMENT, (citing("The museum may close in May.", DOCUMENTS[1]),))
    assert problems_of(claim, corpus) == ("number not cited: 2019",)


def test_what_may_come_is_not_told_as_a_fact(corpus: Corpus) -> None:
    claim = CitedClaim("The museum closes in May.", ClaimKind.STATEMENT, (citing("The museum may close in May.", DOCUMENTS[1]),))
    assert problems_of(claim, corpus) == ("modality left out: close",)


def test_percent_currency_and_a_misspelt_ordinal_are_the_same_in_words_and_signs() -> None:
    document = Document("a.txt", "It lost over US$220 billion, 100% of its value and one-eigth of its staff.")
    text = "It lost over USD 220 billion, 100 per cent of its value and one-eighth of its staff."
    claim = CitedClaim(text, ClaimKind.STATEMENT, (citing(document.text, document),))
    assert problems_of(claim, Corpus((document,))) == ()


def test_quotes_put_side_by_side_by_code_are_grounded(corpus: Corpus) -> None:
    rows = f"The documents differ:\n- “{OPENED}” (The harbour · publisher unknown · 2019-03-26)\n- “{FERRY}” (The harbour)"
    assert problems_of(statement(rows, OPENED, FERRY, kind=ClaimKind.DIFFERENCE), corpus) == ()


def test_words_of_its_own_between_quotes_are_not_grounded(corpus: Corpus) -> None:
    rows = f"“{OPENED}” and later, in 1950, Jack Holm bought it. “{FERRY}”"
    assert "number not cited: 1950" in problems_of(statement(rows, OPENED, FERRY, kind=ClaimKind.DIFFERENCE), corpus)
