"""Where sentences end."""

import pytest

from bot.corpus.sentences import split_sentences

CASES = [
    ["It cost a lot.", "It was worth it."],
    ["Dr. Holm met Mr. Berg at 5 p.m. on Monday.", "They spoke."],
    ["Yonghui Superstores Co., Better Life Chain Share Co., and Liqun Group Co., have become partners."],
    ["Tencent Holdings Ltd. has bought shares.", "It sold none."],
    ["The rate is 3.5 per cent.", "In the U.S. it is 4.2."],
    ["“Avoid abuse and put an end to evil use,” Lau stresses.", "“Technology is part of it.”"],
    ["Is it so?", "Yes!", "“It is!”", "Well…", "Perhaps."],
    ["J. Holm dug it.", "E.g. in Oslo."],
    ["茶叶主要销往广州。", "“那里的买家出价最高！”", "是吗？", "是。"],
    ["One line\nand its end.", "Another"],
    ["No end at all"],
]


@pytest.mark.parametrize("sentences", CASES)
def test_a_paragraph_falls_into_its_sentences(sentences: list[str]) -> None:
    chinese = sentences[0][-1] == "。"
    text = "  " + ("" if chinese else " \u00a0").join(sentences) + " "
    assert [text[s.start : s.end] for s in split_sentences(text, 0, len(text))] == sentences


def test_only_the_stretch_that_is_asked_for_is_read() -> None:
    text = "One. Two. Three."
    assert [text[s.start : s.end] for s in split_sentences(text, 5, 9)] == ["Two."]
    assert split_sentences(text, 4, 5) == ()
