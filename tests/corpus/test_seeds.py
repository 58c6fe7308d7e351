"""The five documents: untouched, and every line taken for what extractive.md, section 5, says it is."""

import hashlib
import re
from datetime import date
from pathlib import Path

import pytest

from bot.corpus import CITABLE, Corpus, Document, Kind, Known, load_corpus
from tests.corpus.conftest import CHECKOUT, SEEDS

GIVEN = CHECKOUT.parent / "shared" / "seeds"
IDS = (
    "000_5e2a81c1d8135d37.txt",
    "001_a8c7480428b47449.txt",
    "002_3edb3706dee1d4e9.txt",
    "003_59fe38f4aae808c3.txt",
    "004_6e975eee182221c7.txt",
)

# Of each document, the lines that are not blank and what each is.
LINES: dict[str, dict[Kind, str]] = {
    IDS[0]: {
        Kind.BODY: "1 17 19 21",
        Kind.LIST_ITEM: "3 5 7 9 11 13 15",
        Kind.CONTACT: "23",
        Kind.BOILERPLATE: "25 27 29",
    },
    IDS[1]: {
        Kind.TITLE: "1 5",
        Kind.METADATA: "2 3 4",
        Kind.BODY: "7 9 11 13 15 17 19 21",
        Kind.BOILERPLATE: "23 24",
    },
    IDS[2]: {
        Kind.TITLE: "1 6",
        Kind.STANDFIRST: "3 4",
        Kind.BODY: "8 10 14 16 18 20 24 28 30 32 38 40 42 44 46",
        Kind.NOTE: "12 22",
        Kind.HEADING: "26 36",
        Kind.CAPTION: "34",
        Kind.BOILERPLATE: "50 54 56 58 60 62",
    },
    IDS[3]: {
        Kind.TITLE: "1",
        Kind.STANDFIRST: "3 4",
        Kind.METADATA: "5 6",
        Kind.BODY: "8 10 12 14 16 20 22 24 26 30 32 34 36",
        Kind.RELATED: "18 28",
    },
    IDS[4]: {
        Kind.TITLE: "1",
        Kind.BODY: "4 6 8 12 14 16 18 20 22 24 26 28 32 34 36 38",
        Kind.HEADING: "10 30",
    },
}
EVERY_LINE = [(name, kind, int(line)) for name, kinds in LINES.items() for kind, lines in kinds.items() for line in lines.split()]


def document(corpus: Corpus, document_id: str) -> Document:
    found = corpus.document(document_id)
    assert found is not None
    return found


@pytest.mark.skipif(not GIVEN.is_dir(), reason="the documents as they were given are not on this machine")
@pytest.mark.parametrize("name", IDS)
def test_a_document_is_byte_for_byte_the_one_that_was_given(name: str) -> None:
    assert (SEEDS / name).read_bytes() == (GIVEN / name).read_bytes()


def test_the_folder_holds_the_five_documents_and_what_is_known_of_them() -> None:
    assert sorted(path.name for path in SEEDS.iterdir()) == [*IDS, "corpus.toml"]


def test_everything_is_read_without_a_problem(seeds: Corpus) -> None:
    assert tuple(d.id for d in seeds.documents) == IDS
    assert seeds.problems == ()


@pytest.mark.parametrize(("name", "kind", "line"), EVERY_LINE)
def test_a_line_is_taken_for_what_it_is(seeds: Corpus, name: str, kind: Kind, line: int) -> None:
    block = next(b for b in document(seeds, name).blocks if b.line == line)
    assert (block.kind, bool(block.reason)) == (kind, True)


@pytest.mark.parametrize("name", IDS)
def test_no_line_is_missing_from_the_table_above(seeds: Corpus, name: str) -> None:
    expected = sorted(line for document_id, _, line in EVERY_LINE if document_id == name)
    visible = [number for number, line in enumerate(document(seeds, name).text.split("\n"), start=1) if line.strip()]
    assert [block.line for block in document(seeds, name).blocks] == expected == visible


@pytest.mark.parametrize("name", IDS)
def test_without_corpus_toml_every_line_is_taken_for_the_same(tmp_path: Path, seeds: Corpus, name: str) -> None:
    (tmp_path / name).write_bytes((SEEDS / name).read_bytes())
    bare = load_corpus(tmp_path)
    assert document(bare, name).blocks == document(seeds, name).blocks
    assert bare.problems == ()


@pytest.mark.parametrize("name", IDS)
def test_a_passage_is_the_slice_of_the_file_that_its_offsets_name(seeds: Corpus, name: str) -> None:
    text = (SEEDS / name).read_bytes().decode()
    passages = seeds.passages_of(name)
    assert passages
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.text == passage.text.strip()
        assert passage.kind in CITABLE


def test_personal_data_and_boilerplate_are_in_no_passage(seeds: Corpus) -> None:
    everything = "\n".join(passage.text for passage in seeds.passages)
    for words in (
        "ritacyliao",
        "Akismet",
        "Leave a",
        "Follow Yicai",
        "Digerati50",
        "Related Stories",
        "China orders Tencent",
        "Correction:",
    ):
        assert words not in everything


def test_the_seven_areas_are_seven_passages_under_the_sentence_that_introduces_them(seeds: Corpus) -> None:
    items = [p for p in seeds.passages_of(IDS[0]) if p.kind is Kind.LIST_ITEM]
    assert [p.line for p in items] == [3, 5, 7, 9, 11, 13, 15]
    assert [p.text.partition(":")[0] for p in items] == [
        "Deep integration", "Cloud sharing", "Smart connection", "Whole user base", "Big content", "New technology", "Wide platform",
    ]  # fmt: skip
    for item in items:
        assert item.lead_in is not None
        assert "seven key areas" in item.document.text[item.lead_in.start : item.lead_in.end]


def test_a_dateline_is_not_part_of_the_first_sentence(seeds: Corpus) -> None:
    assert seeds.passages_of(IDS[1])[0].text.startswith("Chinese internet titan")


def test_a_paragraph_stands_under_its_heading(seeds: Corpus) -> None:
    by_line = {p.line: p for p in seeds.passages_of(IDS[2])}
    assert by_line[24].heading is None
    assert (by_line[28].heading, by_line[46].heading) == ("A partner for progress", "Powered by Tencent Cloud")


def test_abbreviations_do_not_end_a_sentence(seeds: Corpus) -> None:
    retailers = next(p for p in seeds.passages_of(IDS[1]) if p.line == 21)
    assert len(retailers.sentences) == 2


KNOWN = {
    IDS[0]: (Known.DERIVED, None, None, None),
    IDS[1]: (Known.STATED, "Yicai Global", "Duan Qianqian", date(2018, 3, 26)),
    IDS[2]: (Known.STATED, None, None, None),
    IDS[3]: (Known.STATED, "South China Morning Post", None, date(2018, 10, 31)),
    IDS[4]: (Known.STATED, None, "Dowson Tong", None),
}


@pytest.mark.parametrize("name", IDS)
def test_only_what_the_documents_say_is_known_of_them(seeds: Corpus, name: str) -> None:
    found = document(seeds, name)
    assert (found.title.how, found.publisher.value, found.author.value, found.published.value) == KNOWN[name]
    for fact in (found.title, found.publisher, found.author, found.published):
        assert (fact.value is None) == (fact.how is Known.UNKNOWN)


def test_the_year_that_stands_nowhere_is_said_nowhere(seeds: Corpus) -> None:
    everything = "".join(p.read_text(encoding="utf-8") for p in SEEDS.iterdir())
    assert not re.search(r"\b2017\b", everything)
    assert all(d.published.value is None or d.published.value.year == 2018 for d in seeds.documents)


def test_the_correction_supersedes_the_line_that_called_him_otherwise(seeds: Corpus) -> None:
    (correction,) = document(seeds, IDS[2]).corrections
    assert (correction.line, correction.subject, correction.withdrawn, correction.supersedes) == (12, "Martin Lau", "CEO", (4,))


def test_the_digest_tells_one_corpus_from_another(seeds: Corpus) -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", seeds.digest)
    joined = "".join(d.digest for d in seeds.documents)
    assert seeds.digest == hashlib.sha256(joined.encode()).hexdigest()[:16]
    assert len({d.digest for d in seeds.documents}) == len(IDS)
