"""What the command line lists: lines that other programs can cut in a pipe, a table on a terminal."""

import contextlib
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus
from bot.grounding import Answer, Verdict
from bot.interactions import Interaction
from bot.listing import print_blocks, print_documents, print_problems, print_row, print_rows
from bot.prompts import PromptLibrary
from bot.questions import Place, Question, Surface
from bot.store import Store

PROMPTS = PromptLibrary.load(Path(__file__).resolve().parents[1] / "prompts")
PROSE = "The harbour [of the town] was dug by Agnes Holm. It cost 4.2 million crowns."
TOML = """[documents."a.txt"]
title = { value = "Harbour [/b] news\\\\", how = "derived" }
published = { value = 2024-03-05 }
"""


class Terminal(io.StringIO):
    """A screen."""

    def isatty(self) -> bool:
        return True


def on_terminal(do: Callable[[], None]) -> str:
    screen = Terminal()
    with contextlib.redirect_stdout(screen):
        do()
    return screen.getvalue()


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    (tmp_path / "a.txt").write_text(f"Harbour\tnews\n\n{PROSE}\n\nIt is deep, and it is quiet.\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text(PROSE, encoding="utf-8")
    (tmp_path / "corpus.toml").write_text(TOML, encoding="utf-8")
    return load_corpus(tmp_path)


def test_documents_are_a_line_each_in_a_pipe(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    print_documents(corpus, PROMPTS)
    out, err = capsys.readouterr()
    assert [line.split("\t") for line in out.splitlines()] == [
        ["a.txt", "Harbour [/b] news\\ (inferred)", "publisher unknown", str(date(2024, 3, 5)), "2"],
        ["b.txt", "The harbour [of the town] was dug by… (inferred)", "publisher unknown", "undated", "1"],
    ]
    assert err.splitlines() == [f"2 documents, 3 passages, digest {corpus.digest}", "Every document was read."]


def test_documents_are_a_table_on_a_terminal_and_brackets_in_it_are_words(corpus: Corpus) -> None:
    shown = on_terminal(lambda: print_documents(corpus, PROMPTS))
    assert "document" in shown.splitlines()[1]
    assert "[/b]" in shown


def test_every_problem_is_a_line_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_bytes(b"\xff")
    print_problems(load_corpus(tmp_path), PROMPTS["cli"])
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.rpartition("/")[2].partition(":")[0] for line in err.splitlines()[1:]][:2] == ["a.txt", "b.txt"]
    assert "Every document was read" not in err


def test_blocks_are_shown_with_what_they_were_taken_for_and_why(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    print_blocks(corpus.documents[0])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "a.txt"
    assert [line.split("\t") for line in lines[1:]] == [
        ["1", "title", "a short first line", "Harbour news"],
        ["3", "body", "ends like a sentence", PROSE],
        ["5", "body", "ends like a sentence", "It is deep, and it is quiet."],
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}", lambda: 1_700_000_000.0)
    question = Question("What [is]\tit?\nWhy?", "U1", Place(Surface.DIRECT, "T1"), id="abcdef0123456789")
    opened.receive(question)
    opened.receive(Question("Open?", "U2", Place(Surface.DIRECT, "T1"), id="fedcba9876543210"))
    job = opened.claim("T1")
    assert job is not None
    opened.save(
        job,
        Interaction(
            question, Answer(Verdict.NOT_IN_DOCUMENTS, "extractive", "c" * 16), "The documents [don’t] say.", seconds={"total": 1.5}
        ),
    )
    opened.delivered(job, "")
    return opened


def test_interactions_are_a_line_each_in_a_pipe(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.rate("abcdef0123456789", "U1", is_good=True)
    store.explain("abcdef0123456789", "U2", ["wrong"], "No.")
    print_rows(store.rows(), PROMPTS["cli"], store.ratings(["abcdef0123456789"]))
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[1:] for row in rows] == [
        ["fedcba98", "direct", "U2", "queued", "", "", "", "Open?"],
        ["abcdef01", "direct", "U1", "done", "not_in_documents", "extractive", "+1 -1", "What [is] it? Why?"],
    ]
    assert {row[0][:7] for row in rows} == {"2023-11"}
    assert "[is]" in on_terminal(lambda: print_rows(store.rows(), PROMPTS["cli"]))
    store.close()


def test_nothing_that_is_shown_moves_the_cursor_or_turns_the_line(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.receive(Question("\x1b[31mWho\u202e?", "U3", Place(Surface.DIRECT, "T1"), id="0" * 16))
    store.explain("0" * 16, "U2", ["wrong"], "\x1b]0;No\x07")
    print_row(store.find("000")[0], store.ratings(["0" * 16]))
    (tmp_path / "two\nlines\u202e.txt").write_text(f"{PROSE}\n", encoding="utf-8")
    print_blocks(load_corpus(tmp_path).documents[0])
    shown = capsys.readouterr().out
    assert not set(shown) & set("\x1b\x07\u202e")
    assert "question: [31mWho?\n" in shown
    assert "\ntwo lines.txt\n" in shown
    store.close()


def test_an_empty_log_says_so_beside_the_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    print_rows(empty.rows(), PROMPTS["cli"])
    assert capsys.readouterr() == ("", "Nothing was asked yet.\n")
    empty.close()


def test_one_interaction_is_shown_with_all_that_is_known_of_it(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    store.explain("abcdef0123456789", "U2", ["wrong", "slow"], "No [really].")
    print_row(store.find("abc")[0], store.ratings(["abcdef0123456789"]))
    shown = capsys.readouterr().out
    for words in (
        "id: abcdef0123456789\n",
        "text: The documents [don’t] say.\n",
        '"total": 1.5',
        "received_at: 2023-11",
        "finished_at: 2023-11",
        "feedback: bad · U2 · 2023-11",
        "wrong · slow · No [really].",
    ):
        assert words in shown
    assert "reply_ts" not in shown  # what is empty is left out
    store.close()
