"""Numbers and dates: every way to write the same value passes, every other value is caught."""

from collections.abc import Callable

import pytest

from bot.grounding import ClaimKind
from tests.grounding.conftest import Verify

Page = Callable[..., Verify]


def passes(about: Verify, text: str) -> bool:
    made = about(text)
    return made is not None and made.kind is ClaimKind.STATEMENT


MONEY = "Harbour sales were RMB230 billion (USD31.5 billion)."
SAME_MONEY = [("RMB230 billion", same) for same in ("230 billion yuan", "RMB 230bn", "230bn renminbi", "RMB230,000 million", "RMB230bn")]
SAME_MONEY += [("USD31.5 billion", same) for same in ("US$31.5 billion", "$31.5bn", "31.5 billion US dollars", "31.5 billion dollars")]
SAME_MONEY += [("US$31.5 billion", same) for same in ("$31.5 billion", "$31,500 million")]
OTHER_MONEY = [
    "RMB230 million",
    "230 billion dollars",
    "US$230 billion",
    "RMB31.5 billion",
    "230 billion",
    "RMB23 billion",
    "RMB231 billion",
]
OTHER_MONEY += ["two hundred billion yuan", "RMB230", "230 trillion yuan", "€31.5 billion", "£230 billion"]


@pytest.mark.parametrize(("money", "same"), SAME_MONEY)
def test_money_may_be_written_another_way(page: Page, money: str, same: str) -> None:
    assert passes(page(f"Harbour sales were {money}."), f"Harbour sales were {same}.")


@pytest.mark.parametrize(("money", "same"), [("RMB230 billion", "CNY230bn"), ("US$31.5 billion", "USD31.5 billion")])
def test_a_currency_is_not_a_name(page: Page, money: str, same: str) -> None:
    assert passes(page(f"Harbour sales were {money}."), f"Harbour sales were {same}.")


@pytest.mark.parametrize("money", OTHER_MONEY)
def test_other_money_is_caught(page: Page, money: str) -> None:
    assert not passes(page(MONEY), f"Harbour sales were {money}.")


@pytest.mark.parametrize("share", ["21.25 percent", "21.25 per cent", "21.25 %", "21.25pct", "21.25%"])
def test_a_share_may_be_written_another_way(page: Page, share: str) -> None:
    assert passes(page("The town holds 21.25% of the harbour."), f"The town holds {share} of the harbour.")


@pytest.mark.parametrize(
    "share",
    ["21.25", "21.5%", "21.3%", "21%", "2125%", "-21.25%", "21,25%", "21.25 percentage points", "a fifth", "half", "about 20%", "12.25%"],
)
def test_another_share_is_caught(page: Page, share: str) -> None:
    assert not passes(page("The town holds 21.25% of the harbour."), f"The town holds {share} of the harbour.")


@pytest.mark.parametrize(
    ("sentence", "same"),
    [
        ("The harbour has seven quays.", "The harbour has 7 quays."),
        ("The harbour has 7 quays.", "The harbour has seven quays."),
        ("The harbour has twenty-one quays.", "The harbour has 21 quays."),
        ("The harbour has 2,800 quays.", "The harbour has 2800 quays."),
        ("The harbour has 1.1 billion users.", "The harbour has 1,100 million users."),
        ("The seventh harbour opened there.", "The 7th harbour opened there."),
        ("The 21st harbour opened there.", "The 21st harbour opened there."),
        ("The harbour has one hundred and five quays.", "The harbour has 105 quays."),
        ("The harbour took one-eighth of the trade.", "The harbour took an eighth of the trade."),
        ("The harbour took half of the trade.", "The harbour took half of the trade."),
    ],
)
def test_numbers_in_words_and_digits_are_one_value(page: Page, sentence: str, same: str) -> None:
    assert passes(page(sentence), same)


OTHER_NUMBERS = [
    ("The harbour has seven quays.", "The harbour has eight quays."),
    ("The harbour has seven quays.", "The harbour has 17 quays."),
    ("The seventh harbour opened there.", "The sixth harbour opened there."),
    ("The seventh harbour opened there.", "The 7 harbours opened there."),
    ("The harbour took one-eighth of the trade.", "The harbour took an eightieth of the trade."),
    ("The harbour took one-eighth of the trade.", "The harbour took a third of the trade."),
    ("The harbour took half of the trade.", "The harbour took a quarter of the trade."),
    ("The harbour has 2,800 quays.", "The harbour has 2.8 quays."),
    ("The harbour has 2,800 quays.", "The harbour has 28,000 quays."),
    ("The harbour has 1.1 billion users.", "The harbour has 1.1 million users."),
    ("The harbour has 1.1 billion users.", "The harbour has 11 billion users."),
    ("The harbour opened on May 21 there.", "The harbour opened 21 quays there."),
    ("The harbour employs 2000 people.", "The harbour employs people in 2000."),
]


@pytest.mark.parametrize(("sentence", "other"), OTHER_NUMBERS)
def test_other_numbers_are_caught(page: Page, sentence: str, other: str) -> None:
    assert not passes(page(sentence), other)


REPORTED_NUMBERS = [
    ("The harbour has hundreds of quays.", "The harbour has 100 quays."),
    ("The harbour has thousands of quays.", "The harbour has 1,000 quays."),
    ("The harbour has millions of users.", "The harbour has 1 million users."),
    ("The harbour has millions of users.", "The harbour has a million users."),
    ("The harbour has dozens of quays.", "The harbour has 10 quays."),
    ("A dozen harbours opened there.", "10 harbours opened there."),
]


@pytest.mark.parametrize(("sentence", "other"), REPORTED_NUMBERS)
def test_rough_numbers_are_not_exact_ones(page: Page, sentence: str, other: str) -> None:
    assert not passes(page(sentence), other)


# --- dates

WEDNESDAY = "2018-10-31"

DERIVED = [
    ("The harbour council met yesterday.", "The harbour council met on October 30, 2018."),
    ("The harbour council met today.", "The harbour council met on 31 October 2018."),
    ("The harbour council met on Tuesday.", "The harbour council met on 30 October 2018."),
    ("The harbour council met last month.", "The harbour council met in September 2018."),
    ("The harbour council met last year.", "The harbour council met in 2017."),
    ("The harbour council met on October 30.", "The harbour council met on October 30, 2018."),
    ("The harbour council met on October 30.", "The harbour council met on October 30."),
    ("The harbour council met on January 8.", "The harbour council met on January 8, 2019."),
    ("The harbour council met in 1871.", "The harbour council met in 1871."),
]


@pytest.mark.parametrize(("sentence", "derived"), DERIVED)
def test_a_date_follows_from_the_words_and_the_day_of_publication(page: Page, sentence: str, derived: str) -> None:
    assert passes(page(sentence, published=WEDNESDAY), derived)


NOT_DERIVED = [
    ("The harbour council met yesterday.", "The harbour council met on October 29, 2018."),
    ("The harbour council met yesterday.", "The harbour council met yesterday."),
    ("The harbour council met last month.", "The harbour council met last month."),
    ("The harbour council met last month.", "The harbour council met in October 2018."),
    ("The harbour council met on October 30.", "The harbour council met on October 30, 2017."),
    ("The harbour council met on October 30.", "The harbour council met on October 31."),
    ("The harbour council met in 1871.", "The harbour council met in 1872."),
    ("The harbour council met in 1871.", "The harbour council met in May 1871."),
    ("The harbour council met in 1871.", "The harbour council met on Tuesday in 1871."),
    ("The harbour council met there.", "The harbour council met there in 2018."),
    ("The harbour council met there.", "The harbour council met there recently."),
    ("The harbour council met there in the last five years.", "The harbour council met there in the last five years."),
]


@pytest.mark.parametrize(("sentence", "wrong"), NOT_DERIVED)
def test_other_dates_and_words_of_relative_time_are_caught(page: Page, sentence: str, wrong: str) -> None:
    assert not passes(page(sentence, published=WEDNESDAY), wrong)


@pytest.mark.parametrize(
    ("sentence", "dated"), [(s, d) for s, d in DERIVED if any(year in d for year in ("2017", "2018", "2019")) and "1871" not in s]
)
def test_an_undated_document_never_gets_a_year(page: Page, sentence: str, dated: str) -> None:
    assert not passes(page(sentence), dated)


REPORTED_DATES = [
    ("The harbour council met last Wednesday.", "The harbour council met on October 31, 2018."),
    ("The harbour council will meet on Friday.", "The harbour council will meet on October 26, 2018."),
]


@pytest.mark.parametrize(("sentence", "wrong"), REPORTED_DATES)
def test_a_weekday_is_not_taken_for_another_weeks(page: Page, sentence: str, wrong: str) -> None:
    assert not passes(page(sentence, published=WEDNESDAY), wrong)


# --- coverage


@pytest.mark.parametrize(
    "text", ["Agnes Holm sold the harbour.", "The canal was dug by Agnes Holm.", "The harbour was dug by Agnes Holm’s father."]
)
def test_words_that_the_evidence_does_not_have_are_caught(page: Page, text: str) -> None:
    assert not passes(page("The harbour was dug by Agnes Holm."), text)


def test_a_verbatim_sentence_passes(page: Page) -> None:
    assert passes(page("The harbour was dug by Agnes Holm."), "The harbour was dug by Agnes Holm.")


@pytest.mark.parametrize("text", ["!!!", "…", "It is.", "🎉"])
def test_a_claim_without_a_word_of_its_own_says_nothing(page: Page, text: str) -> None:
    assert not passes(page("The harbour was dug by Agnes Holm."), text)


@pytest.mark.parametrize(
    "text", ["*The harbour was dug by Agnes Holm.*", "~The harbour~ was dug by Agnes Holm.", "The harbour was dug\U000e0041 by Agnes Holm."]
)
def test_marks_that_slack_renders_or_hides_do_not_come_out(page: Page, text: str) -> None:
    assert not passes(page("The harbour was dug by Agnes Holm."), text)


@pytest.mark.parametrize(
    "claim",
    ["As of 31 October 2018, the harbour has ten quays.", "The harbour has ten quays, according to an article of October 31, 2018."],
)
def test_a_claim_may_name_the_day_of_its_document(page: Page, claim: str) -> None:
    assert passes(page("The harbour has ten quays.", published="2018-10-31"), claim)


def test_an_undated_document_has_no_day_to_name(page: Page) -> None:
    assert not passes(page("The harbour has ten quays."), "As of 31 October 2018, the harbour has ten quays.")


def test_the_day_of_a_document_is_not_the_day_of_what_it_tells(page: Page) -> None:
    assert not passes(page("The harbour got ten quays.", published="2018-10-31"), "On 31 October 2018, the harbour got ten quays.")
    assert not passes(page("The harbour has ten quays.", published="2018-10-31"), "As of 31 October 2019, the harbour has ten quays.")
