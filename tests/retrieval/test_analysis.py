"""One analyser for what is indexed, searched and compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.retrieval.analysis import STOP_WORDS, content_stems, stem, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Ships' engines", ["the", "ships", "engines"]),
        ("Tencent’s JD.com stake", ["tencent", "jd.com", "stake"]),
        ("Café ﬁnance Ünlü", ["cafe", "finance", "unlu"]),
        ("21.25% of 1,240", ["21.25", "of", "1", "240"]),
        ("青河镇 in 水", ["青河", "河镇", "in", "水"]),
        ("WeChat微信Pay", ["wechat", "微信", "pay"]),
        ("co_op 🙂 …", ["co", "op"]),
        ("", []),
    ],
)
def test_a_text_is_read_as_words(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


def test_endings_and_stop_words_do_not_count() -> None:
    assert stems("The connections of the connected") == ("connect", "connect")
    assert stem("connecting") == stem("connected")


def test_a_question_of_stop_words_alone_keeps_them() -> None:
    assert stems("Who are you?") == ("who", "are", "you")
    assert content_stems("Who are you?") == ()


@given(st.text(max_size=80))
def test_any_text_is_read_and_reads_the_same_in_capitals_and_in_compatible_forms(text: str) -> None:
    found = stems(text)
    assert all(token and not any(c.isspace() for c in token) for token in found)
    assert stems(unicodedata.normalize("NFKC", text)) == found
    assert set(content_stems(text)) <= set(found) or not content_stems(text)


@given(st.text(alphabet="abc XYZ'’.é"))
def test_no_stop_word_stays_where_another_word_is(text: str) -> None:
    assert content_stems(text) == tuple(stem(w) for w in words(text) if w not in STOP_WORDS)
    assert stems(text.upper()) == stems(text.lower())


@given(st.text(alphabet="aB1 .'-éÜç“”‘–…·£°×\u00a0", max_size=30))
def test_what_is_nearly_ascii_is_read_as_beside_letters_that_are_not(text: str) -> None:
    assert words(f"{text} ł") == [*words(text), "ł"]
