"""What is known of a document, and what is said where corpus.toml or a file is wrong: the file, the line, and the others still serve."""

from datetime import date
from pathlib import Path

import pytest

from bot.corpus import Corpus, Document, Fact, Kind, Known, load_corpus
from bot.errors import CorpusError
from tests.corpus.conftest import SEEDS, Load

PROSE = "The harbour of Port Elling was dug by the engineer Agnes Holm. It cost 4.2 million crowns.\n"
OTHER_PROSE = "The bridge of Port Elling was built by the engineer Karl Lind. It carries 400 carts a day.\n"
GOOD = """[documents."good.txt"]
publisher = { value = "The Town" }
"""


def problem_at(corpus: Corpus, line: int | None) -> str:
    """The only problem's reason, checked to be in corpus.toml at `line`."""
    assert [(p.path.name, p.line) for p in corpus.problems] == [("corpus.toml", line)]
    return corpus.problems[0].reason


WRONG = {
    "a key that is not known": ('titel = { value = "X" }', 6, "titel: is not a key"),
    "a key that is not known in a fact": ('title = { value = "X", why = "said" }', 6, "title.why: is not a key"),
    "a word in place of a table": ('title = "X"', 6, "title: please write it as a table"),
    "a number in place of a word": ("title = { value = 3 }", 6, "title.value: Input should be a valid string"),
    "a date in quotation marks": ('published = { value = "2018-03-26" }', 6, "published.value: please write a date as 2018-03-26"),
    "a date with a time": ("published = { value = 2018-03-26T10:00:00 }", 6, "published.value: please write a date as 2018-03-26"),
    "a way of knowing that there is not": ('title = { value = "X", how = "guessed" }', 6, "title.how: Input should be"),
    "a value that is said to be unknown": ('title = { value = "X", how = "unknown" }', 6, "title: please give a value"),
    "a link that leads elsewhere than to the web": ('link = "javascript:alert(1)"', 6, "link: please write an address that begins with https://"),
    "a link that would end before its end": ('link = "https://example.com/a|b"', 6, "link: please write an address"),
    "no value": ('title = { evidence = "line 1" }', 6, "title: please give a value"),
    "a kind that there is not": ('kinds = { 1 = "poem" }', 6, "kinds.1: Input should be"),
    "a kind for what is no line": ('kinds = { one = "body" }', 6, "kinds.one"),
    "a table of its own": ('[documents."bad.txt".title]\nvalue = "X"\nwhy = "said"', 8, "title.why: is not a key"),
    "a correction without its line": ('[[documents."bad.txt".corrections]]\nsubject = "A"\nwithdrawn = "B"', 6, "corrections.0.line: Field required"),
    "a second correction": (
        '[[documents."bad.txt".corrections]]\nline = 1\nsubject = "A"\nwithdrawn = "B"\n'
        '[[documents."bad.txt".corrections]]\nline = 1\nsubject = "A"\nlines = 3\nwithdrawn = "B"',
        13,
        "corrections.1.lines: is not a key",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_entry_that_is_wrong_is_named_with_its_line_and_left_out(load: Load, name: str) -> None:
    entry, line, reason = WRONG[name]
    corpus = load(
        {"bad.txt": PROSE, "good.txt": OTHER_PROSE, "corpus.toml": f'{GOOD}\n# "titel" and bad.txt\n[documents."bad.txt"]\n{entry}\n'}
    )
    said = problem_at(corpus, line)
    assert said.startswith("bad.txt.")
    assert reason in said
    assert said.endswith("this entry is left out")
    bad, good = corpus.documents
    assert good.publisher == Fact("The Town", Known.STATED)
    assert bad.title.how is Known.DERIVED


def test_every_mistake_of_an_entry_is_named_at_its_own_line(load: Load) -> None:
    corpus = load({"a.txt": PROSE, "corpus.toml": '[documents."a.txt"]\ntitel = 1\nlanguage = "en"\nfirst_person = 2\n'})
    assert sorted((p.line, p.reason.split(":")[0]) for p in corpus.problems) == [(2, "a.txt.titel"), (4, "a.txt.first_person")]


def test_the_line_is_found_where_one_documents_name_is_part_of_anothers(load: Load) -> None:
    corpus = load({
        "aa.txt": OTHER_PROSE, "a.txt": PROSE, "corpus.toml": '[documents."aa.txt"]\nlanguage = "en"\n[documents."a.txt"]\nlanguage = 1\n',
    })  # fmt: skip
    assert "a.txt.language" in problem_at(corpus, 4)


def test_a_byte_order_mark_before_corpus_toml_does_no_harm(load: Load) -> None:
    corpus = load({"good.txt": PROSE, "corpus.toml": "\ufeff" + GOOD})
    assert (corpus.problems, corpus.documents[0].publisher.value) == ((), "The Town")


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ('[documents."a.txt"]\ntitle = {\n', 2, "cannot be read as TOML"),
        ('[documents."a.txt"]\nlanguage = "en"\nlanguage = "zh"\n', 3, "cannot be read as TOML"),
        (b"[names]\n'Caf\xe9' = []\n", 2, "is not UTF-8"),
        ("[document]\n", 1, "'document' is not known here"),
        ("# first\ndocuments = 3\n", 2, "'documents' is not known here"),
        ('[documents]\n"a.txt" = 3\n', 2, "please write it as a table"),
        ('[names]\n"Agnes Holm" = "Holm"\n', 2, "[names] 'Agnes Holm': please give a list"),
        ('[names]\n"Agnes Holm" = ["Holm", 3]\n', 2, "[names] 'Agnes Holm': please give a list"),
        (GOOD, 1, "describes good.txt, which is not there"),
        ('[documents."a.txt"]\n[documents."a.txt".kinds]\n7 = "body"\n', 3, "kinds: no paragraph begins at line 7"),
        ('[[documents."a.txt".corrections]]\nline = 9\nsubject = "A"\nwithdrawn = "B"\n', 1, "corrections: no paragraph begins at line 9"),
    ],
)
def test_a_corpus_toml_that_is_wrong_is_named_with_its_line_and_the_documents_still_serve(
    load: Load, content: str | bytes, line: int, reason: str
) -> None:
    corpus = load({"a.txt": PROSE, "corpus.toml": content})
    assert reason in problem_at(corpus, line)
    assert str(corpus.problems[0]).startswith(f"{corpus.problems[0].path}:{line}: ")
    assert [d.id for d in corpus.documents] == ["a.txt"]
    assert corpus.passages


def test_a_right_name_beside_a_wrong_one_is_kept(load: Load) -> None:
    corpus = load({"a.txt": PROSE, "corpus.toml": '[names]\n"Agnes Holm" = "Holm"\n"WeChat" = ["Weixin"]\n'})
    assert corpus.documents[0].names == (frozenset({"WeChat", "Weixin"}),)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (bytes(range(256)) * 4, None, "is no text"),
        (b"", None, "is empty"),
        (b" \r\n\xc2\xa0\n", None, "is empty"),
        (b"\xef\xbb\xbf", None, "has no text that could be cited"),
        (b"-----\n\n***\n", None, "has no text that could be cited"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_the_others_still_serve(load: Load, content: bytes, line: int | None, reason: str) -> None:
    corpus = load({"a.txt": content, "b.txt": PROSE, "corpus.toml": '[documents."a.txt"]\nlanguage = "en"\n'})
    (problem,) = corpus.problems
    assert (problem.path.name, problem.line) == ("a.txt", line)
    assert reason in problem.reason
    assert [d.id for d in corpus.documents] == ["b.txt"]


def test_a_file_that_goes_while_it_is_about_to_be_read_is_named_and_the_others_still_serve(tmp_path: Path, load: Load) -> None:
    load({"a.txt": PROSE, "b.txt": PROSE.replace("harbour", "bridge")})
    corpus = load_corpus(tmp_path, on_progress=lambda *_: (tmp_path / "a.txt").unlink(missing_ok=True))
    assert [d.id for d in corpus.documents] == ["b.txt"]
    assert "cannot be read" in corpus.problems[0].reason


def test_a_folder_that_is_not_there_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="Put your documents into one and set SEEDS_DIR"):
        load_corpus(tmp_path / "nowhere")


def test_a_link_is_kept_and_is_part_of_what_is_known(load: Load) -> None:
    linked, plain = (
        load({"a.txt": PROSE, "corpus.toml": f'[documents."a.txt"]\n{entry}\n'}) for entry in ('link = "https://example.com/a?b=1"', "")
    )
    assert (linked.documents[0].link, plain.documents[0].link) == ("https://example.com/a?b=1", None)
    assert linked.digest != plain.digest


# --- without corpus.toml


def described(load: Load, text: str) -> Document:
    return load({"x.txt": text}).documents[0]


def test_the_shipped_articles_describe_themselves_as_far_as_they_can(tmp_path: Path) -> None:
    for path in SEEDS.glob("*.txt"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    letter, yicai, shift, post, speech = load_corpus(tmp_path).documents
    assert (letter.title.how, letter.published.value, letter.author.value) == (Known.DERIVED, None, None)
    assert letter.title.value == "Ahead of Tencent’s seventh annual Global Partner Conference…"
    assert (yicai.publisher, yicai.published.value) == (Fact("Yicai", Known.STATED, "line 4"), date(2018, 3, 26))
    assert yicai.author == Fact("Duan Qianqian", Known.DERIVED, "line 2")
    assert (shift.published.value, shift.publisher.value) == (None, None)
    assert post.published == Fact(date(2018, 10, 31), Known.STATED, "line 5")
    assert (speech.title.value, speech.published.value) == ("A Digital Bridge for International Cooperation: Dowson Tong", None)


def test_a_corrections_note_is_found_without_corpus_toml(tmp_path: Path) -> None:
    name = "002_3edb3706dee1d4e9.txt"
    (tmp_path / name).write_bytes((SEEDS / name).read_bytes())
    (correction,) = load_corpus(tmp_path).documents[0].corrections
    assert (correction.line, correction.subject, correction.withdrawn, correction.supersedes) == (12, "Martin Lau", "CEO", (4,))


NOTES = [
    ("[Correction: An earlier version incorrectly referred to Agnes Holm as mayor of Oslo.]", ("Agnes Holm", "mayor")),
    ("[Correction: This article wrongly called Agnes\nHolm a lawyer; it mistakenly described Agnes Holm as a lawyer.]", ("Agnes Holm", "lawyer")),
    ("[Clarification: the text erroneously described Agnes Holm to be the mayor.]", ("Agnes Holm", "mayor")),
    ("[Editor’s note: the harbour is closed in May.]", None),
]  # fmt: skip


@pytest.mark.parametrize(("note", "expected"), NOTES)
def test_a_note_says_who_was_wrongly_called_what(load: Load, note: str, expected: tuple[str, str] | None) -> None:
    document = described(
        load, f"Title\n\n{PROSE}\nAgnes Holm, then a lawyer and mayor, lived in Oslo for years.\n\nThe mayor Ida Berg came.\n\n{note}\n"
    )
    assert document.blocks[-1].kind is Kind.NOTE
    found = [(c.subject, c.withdrawn) for c in document.corrections]
    assert found == ([expected] if expected else [])
    # The paragraph that calls her so is superseded; the one about another mayor stays.
    assert all(c.supersedes == (5,) for c in document.corrections)


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("Published: 12 March 2024", date(2024, 3, 12)),
        ("Posted on March 12, 2024", date(2024, 3, 12)),
        ("Tuesday, 12 March 2024, 7:27pm", date(2024, 3, 12)),
        ("2024-03-12", date(2024, 3, 12)),
        ("DATE: 03/04/2024", None),
        ("Updated: 12 March 2024", None),
        ("Last updated 12 March 2024", None),
        ("Source: the council of 12 March 2024", None),
        ("Published: March 2024", None),
        ("Published: 31 February 2024", None),
    ],
)
def test_only_a_line_that_says_so_dates_a_document_and_no_date_is_guessed(load: Load, head: str, published: date | None) -> None:
    assert described(load, f"Harbour dug out\n{head}\n\n{PROSE}\nOn 1 May 2021 it was opened.\n").published.value == published


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (PROSE, "en"), (PROSE + "茶园", "en"), ("青河镇位于山谷之中，全镇有三千名居民，WeChat很流行。", "zh"),
        ("この港は技師アグネスによって掘られました。", "ja"), ("이 항구는 기술자가 팠습니다. 비용이 많이 들었습니다.", "ko"),
    ],
)  # fmt: skip
def test_the_language_is_that_of_most_letters(load: Load, text: str, language: str) -> None:
    assert described(load, text).language == language


def test_a_title_made_of_first_words_is_short_in_chinese_too(load: Load) -> None:
    title = described(load, "青河镇位于山谷之中，全镇有三千名居民。" * 20).title
    assert title.how is Known.DERIVED
    assert title.value is not None
    assert len(title.value) <= 81


def test_a_document_without_a_title_is_called_by_its_file(load: Load) -> None:
    document = described(load, "- one thing\n- another thing\n")
    assert (document.title, document.label) == (Fact(), "x.txt")
    assert described(load, PROSE).label.endswith("…")
