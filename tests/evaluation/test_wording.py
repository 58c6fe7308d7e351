import pytest

from bot.evaluation.wording import find_quote, fold, says


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("They have 26 regions.", "26"),
        ("a “smart” plan", '"SMART" plan'),
        ("Tencent’s  stake", "tencent's stake"),
        ("a\u00a0million\u200b servers", "million servers"),
        ("8–9 November", "8-9 november"),
        ("深圳天气", "天气"),
        ("21.25%.", "21.25%"),
    ],
)
def test_words_are_found_whatever_their_typography(text: str, words: str) -> None:
    assert says(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("In 2026", "26"),
        ("1.1 billion", "1"),
        ("1.1 billion", "1 billion"),
        ("2,800 nodes", "800 nodes"),
        ("partnership", "partner"),
        ("", "a"),
    ],
)
def test_part_of_a_word_or_number_is_not_found(text: str, words: str) -> None:
    assert not says(text, words)


def test_folding_keeps_letters_of_other_scripts() -> None:
    assert fold("Ａ  腾讯 “Ж”") == 'a 腾讯 "ж"'


def test_a_quote_is_found_at_its_offsets_in_the_untouched_text() -> None:
    text = "He said:\n“It’s a \u00a0 test – really”."
    (span,) = find_quote(text, '"It\'s a test - really"')
    assert text[span.start : span.end] == "“It’s a \u00a0 test – really”"


def test_a_quote_keeps_its_capitals() -> None:
    assert find_quote("New Retail", "new retail") == ()
