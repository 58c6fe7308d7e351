"""Whatever a file holds, what is made of it are spans of the untouched text."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.corpus import CITABLE, Document, Kind, Passage, Span, sentences_around
from bot.corpus.blocks import read_blocks
from bot.corpus.passages import LONGEST_PASSAGE, passages_of
from tests.corpus.conftest import Load

UNSEEN = "\ufeff\u200b\u2060"

# Pieces of pages, so that the rules have something to get wrong, between any text at all.
FRAGMENTS = st.sampled_from([
    "\n", "\n\n", "\r\n", "\r", "  ", "\u00a0", "\u2028", "\ufeff", "\x0c", "1. ", "  • ", "- ", "# ", "(a) ", "[Correction: it is so.]",
    "By Jane Smith", "Date: 2 May 2020",
    "Related Stories :", "Read more", "Tencent buys shares in a shop",
    "(Yicai Global) March 26 -- ", "The harbour of Port Elling was dug by Agnes Holm. ",
    "青河镇位于山谷之中。", "e.g. Co. Ltd. 3.5 ", "🙂", "e\u0301", "?!”", "Price: 20 EUR", "===", "a", ". ",
])  # fmt: skip
PAGES = st.lists(FRAGMENTS | st.text(max_size=12), max_size=25).map("".join)


def passages(text: str) -> list[Passage]:
    return list(passages_of(Document("x.txt", text, blocks=read_blocks(text)), "000"))


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_blocks_are_in_order_and_never_overlap(text: str) -> None:
    blocks = read_blocks(text)
    for before, after in pairwise(blocks):
        assert before.end < after.start
        assert before.line < after.line
    assert all(0 <= block.start < block.end <= len(text) for block in blocks)


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_every_character_that_can_be_seen_belongs_to_a_block(text: str) -> None:
    covered = {i for block in read_blocks(text) for i in range(block.start, block.end)}
    assert not [i for i, character in enumerate(text) if i not in covered and not character.isspace() and character not in UNSEEN]


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_a_block_begins_on_the_line_it_says(text: str) -> None:
    for block in read_blocks(text):
        assert len(re.findall(r"\r\n|\r|\n", text[: block.start])) + 1 == block.line


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_sentences_lie_in_order_inside_their_passage_and_leave_nothing_out(text: str) -> None:
    for passage in passages(text):
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end
        for before, after in pairwise(passage.sentences):
            assert before.end <= after.start
            assert not text[before.end : after.start].strip()
        assert all(text[s.start : s.end].strip() for s in passage.sentences)


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_passages_have_ids_of_their_own_and_lie_in_citable_blocks(text: str) -> None:
    found = passages(text)
    assert len({passage.id for passage in found}) == len(found)
    blocks = [block for block in read_blocks(text) if block.kind in CITABLE]
    for passage in found:
        assert any(block.start <= passage.start < passage.end <= block.end for block in blocks)
    assert {passage.line for passage in found} == {block.line for block in blocks}


@given(PAGES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_line_ends_of_another_system_change_no_block(text: str) -> None:
    unix = text.replace("\r", "")
    windows = unix.replace("\n", "\r\n")
    shape = [(block.line, block.kind) for block in read_blocks(unix)]
    if all(len(line) < 30 for line in unix.split("\n")):  # where nothing is near a limit that counts characters
        assert [(block.line, block.kind) for block in read_blocks(windows)] == shape


JUNK = {
    "letters": "x" * 1_000_000,
    "sentences on one line": "This is a sentence. " * 50_000,
    "sentences on lines": "This is one more sentence that says very little and means to.\n\n" * 8_000,
    "full stops": "." * 1_000_000,
    "blanks": "a" + " " * 1_000_000 + "b",
    "quotation marks": '."' * 500_000,
    "brackets": "[at " * 250_000,
    "downloads": "download pdf " * 75_000 + ".",
    "blank lines": "\n" * 1_000_000,
    "bullets": "• one more item of a long list of things\n" * 10_000,
    "dates": "Title\nDate: " + "12 May 2020 " * 80_000 + "\n",
    "notes": "[Correction: incorrectly referred to " * 25_000 + "]",
    "repeated words": "the the the the the the the the the the.\n\n" * 4_000,
    "no blanks in Chinese": "青河镇" * 330_000,
}


@pytest.mark.parametrize("name", JUNK)
def test_junk_of_up_to_a_megabyte_takes_no_more_than_a_few_seconds(name: str) -> None:
    began = time.process_time()
    found = passages(JUNK[name])
    assert time.process_time() - began < 6  # what is quadratic takes minutes
    assert all(passage.end - passage.start <= LONGEST_PASSAGE for passage in found)


PROSE = "The harbour of Port Elling was dug by the engineer Agnes Holm. It cost 4.2 million crowns."


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"Title\r\n\r\n{PROSE}\r\n\r\n  1. Quiet quays are planned.\r\n".encode(), id="CRLF"),
        pytest.param(f"\ufeffTitle\n\n{PROSE}".encode(), id="BOM"),
        pytest.param(f"\ufeff{PROSE}".encode(), id="BOM before prose"),
        pytest.param(f"Title 🙂👩‍👩‍👧\n\n🙂 {PROSE} 👍🏽 It is so.\n".encode(), id="emoji"),
        pytest.param(f"\u00a0Title\u00a0\n\u00a0\n\u00a0{PROSE.replace(' ', chr(160))}\u00a0\n".encode(), id="NBSP"),
        pytest.param(f"Title\n\n{PROSE}".encode(), id="no final newline"),
        pytest.param(f"Title\x0c\n\n{PROSE}\x0b\n".encode(), id="form feeds"),
        pytest.param(f"Ti\u0301tle\n\nCafe\u0301 — {PROSE}".encode(), id="combining accents"),
    ],
)
def test_offsets_count_code_points_of_the_file_as_it_stands(load: Load, content: bytes) -> None:
    corpus = load({"x.txt": content})
    text = content.decode("utf-8")
    assert corpus.documents[0].text == text
    prose = next(p for p in corpus.passages if "Agnes" in p.text)
    assert "\u00a0".join(prose.text.split()).find("Port\u00a0Elling") > 0
    for passage in corpus.passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.text[0] not in UNSEEN + "\u00a0"


def test_a_byte_order_mark_is_in_no_block_and_hides_no_mark(load: Load) -> None:
    corpus = load({"x.txt": f"\ufeffTown news\n\n{PROSE}", "y.txt": f"\ufeff1. {PROSE}"})
    assert corpus.documents[0].title.value == "Town news"
    assert corpus.documents[1].blocks[0].kind is Kind.LIST_ITEM
    assert corpus.passages_of("y.txt")[0].text == PROSE


def test_a_long_paragraph_is_cut_between_sentences(load: Load) -> None:
    sentence = "The works cost a third more than planned. "
    corpus = load({"x.txt": sentence * 100})
    assert [p.id for p in corpus.passages] == ["000-1", "000-1.2", "000-1.3"]
    assert all(p.text.endswith("planned.") and p.text.startswith("The") for p in corpus.passages)


def test_a_sentence_without_end_is_cut_at_white_space_and_no_piece_of_it_is_blank() -> None:
    text = "word " * 500 + " " * 4000 + "end"
    found = passages(text)
    assert "".join(p.text for p in found).replace(" ", "") == text.replace(" ", "")
    assert all(span_text == span_text.strip() != "" for p in found for s in p.sentences for span_text in [text[s.start : s.end]])


def test_the_sentences_around_a_span_are_whole_and_in_order() -> None:
    text = "One is first. Two is second. Three is third and the last one of them."
    (passage,) = passages(text)
    middle = Span(text.index("is second"), text.index("Three") + 2)
    assert [text[s.start : s.end] for s in sentences_around(passage, [middle])] == [
        "Two is second.",
        "Three is third and the last one of them.",
    ]
    assert sentences_around(passage, [Span(13, 14)]) == ()  # the blank between two sentences


def test_documents_come_in_the_order_of_their_names_and_hidden_files_not_at_all(load: Load) -> None:
    corpus = load(
        {
            "b.md": PROSE + " It is so.",
            "a.txt": PROSE,
            "sub/c.TXT": PROSE + " It was so.",
            ".hidden/d.txt": PROSE,
            ".e.txt": PROSE,
            "f.doc": PROSE,
        }
    )
    assert [d.id for d in corpus.documents] == ["a.txt", "b.md", "sub/c.TXT"]
    assert [p.id for p in corpus.passages] == ["000-1", "001-1", "002-1"]
    assert corpus.passage("002-1") is corpus.passages[2]
    assert corpus.passage("003-1") is None
    assert corpus.document("d.txt") is None
    assert corpus.passages_of("d.txt") == ()


def test_an_empty_folder_is_an_empty_corpus(load: Load) -> None:
    corpus = load({})
    assert (corpus.documents, corpus.passages) == ((), ())
    assert [problem.reason for problem in corpus.problems] == [
        "holds no document that could be read. Put .docx, .htm, .html, .markdown, .md, .pdf, .txt, .xhtml files into it."
    ]


def test_a_corpus_digest_changes_with_a_word_and_with_what_is_known(tmp_path: Path, load: Load) -> None:
    digests = {load({"x.txt": PROSE}).digest, load({"x.txt": PROSE.replace("4.2", "4.3")}).digest}
    (tmp_path / "corpus.toml").write_text('[documents."x.txt"]\npublisher = { value = "Town" }\n', encoding="utf-8")
    digests.add(load({}).digest)
    (tmp_path / "corpus.toml").write_text('[documents."x.txt"]\npublisher = { value = "Town", how = "derived" }\n', encoding="utf-8")
    digests.add(load({}).digest)
    assert len(digests) == 4
