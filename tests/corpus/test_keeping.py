"""Documents put in and taken out: all or none, nothing overwritten unasked, nothing lost."""

import os
from pathlib import Path

import pytest

from bot.corpus import load_corpus
from bot.corpus.keeping import Added, add_documents, meant, remove_document
from bot.errors import CorpusError

PROSE = "The harbour of Port Elling was dug by the engineer Agnes Holm.\n"
OTHER = "The bridge of Port Elling was built by the engineer Karl Lind.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "here.txt").write_text(PROSE, encoding="utf-8")
    return documents


def write(path: Path, content: str | bytes = OTHER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_files_and_folders_are_copied_byte_for_byte(tmp_path: Path, folder: Path) -> None:
    one = write(tmp_path / "new" / "one.txt", OTHER.replace("\n", "\r\n"))
    write(tmp_path / "more" / "deep" / "two.md")
    write(tmp_path / "more" / "picture.png")
    added = add_documents([one, tmp_path / "more"], folder)
    assert added == [Added("one.txt", is_new=True), Added("more/deep/two.md", is_new=True)]
    assert (folder / "one.txt").read_bytes() == one.read_bytes()
    assert names(folder) == ["here.txt", "more/deep/two.md", "one.txt"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bad.pdf", b"%PDF-1.7 garbage", "cannot be read as a PDF"),
        ("bad.txt", b"", "is empty"),
        ("bad.xlsx", b"PK", "of a kind that cannot be read"),
        ("here.txt", OTHER.encode(), "--replace"),
    ],
)
def test_where_one_cannot_be_used_none_is_added(tmp_path: Path, folder: Path, name: str, content: bytes, reason: str) -> None:
    good, bad = write(tmp_path / "good.txt"), write(tmp_path / "new" / name, content)
    with pytest.raises(CorpusError, match=reason):
        add_documents([good, bad], folder)
    assert names(folder) == ["here.txt"]
    assert (folder / "here.txt").read_text(encoding="utf-8") == PROSE


@pytest.mark.parametrize(("source", "reason"), [("nowhere.txt", "is not there"), ("empty", "holds no document")])
def test_what_is_not_there_is_named(tmp_path: Path, folder: Path, source: str, reason: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match=reason):
        add_documents([tmp_path / source], folder)


def test_a_pipe_is_not_waited_for(tmp_path: Path, folder: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(CorpusError, match="is no file"):
        add_documents([tmp_path / "pipe.txt"], folder)


def test_a_folder_is_not_added_in_part(tmp_path: Path, folder: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    (more / "a.txt").write_text(PROSE, encoding="utf-8")
    (more / "linked.txt").symlink_to(folder / "here.txt")
    with pytest.raises(CorpusError, match="is a link out of the folder"):
        add_documents([more], folder)
    assert not (folder / "more").exists()
    assert [added.id for added in add_documents([more / "a.txt", more / "linked.txt"], folder)] == ["a.txt", "linked.txt"]
    assert not (folder / "linked.txt").is_symlink()


def test_two_files_of_one_name_are_not_added_over_each_other(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(CorpusError, match="name of another file"):
        add_documents([write(tmp_path / "a" / "x.txt"), write(tmp_path / "b" / "x.txt", f"{OTHER} More.")], folder)
    assert names(folder) == ["here.txt"]


def test_a_document_is_replaced_where_that_is_asked_for(tmp_path: Path, folder: Path) -> None:
    assert add_documents([write(tmp_path / "here.txt")], folder, replace=True) == [Added("here.txt", is_new=False)]
    assert (folder / "here.txt").read_text(encoding="utf-8") == OTHER


def test_what_is_taken_out_is_kept_aside_and_read_no_more(folder: Path) -> None:
    write(folder / "deep" / "there.txt")
    _, first = remove_document("deep/there.txt", folder)
    assert [document.id for document in load_corpus(folder).documents] == ["here.txt"]
    write(folder / "deep" / "there.txt", f"{OTHER} More.")
    _, second = remove_document("deep/there.txt", folder)
    assert first != second
    assert first.read_text(encoding="utf-8") == OTHER


@pytest.mark.parametrize("name", ["here", "HERE.TXT", "../outside.txt", "", "/etc/passwd", ".removed/here.txt"])
def test_only_a_whole_id_takes_a_document_out(tmp_path: Path, folder: Path, name: str) -> None:
    outside = write(tmp_path / "outside.txt")
    with pytest.raises(CorpusError, match="holds no"):
        remove_document(name, folder)
    assert names(folder) == ["here.txt"]
    assert outside.exists()


def test_an_id_may_be_given_as_it_is_shown_where_only_one_is_shown_so(folder: Path) -> None:
    odd, twin = "two\nlines\u202e.txt", "two lines.txt"
    write(folder / odd)
    assert (meant(odd, [odd, twin]), meant(twin, [odd, twin])) == (odd, twin)
    assert meant("two  lines.txt", [odd, twin]) is None
    removed, place = remove_document("two lines.txt", folder)
    assert (removed, place.name) == (odd, odd)
    assert names(folder) == [f".removed/{odd}", "here.txt"]


def test_a_part_of_an_id_is_met_with_the_ids_it_may_mean(folder: Path) -> None:
    with pytest.raises(CorpusError, match=r"Did you mean here\.txt\?"):
        remove_document("HERE", folder)
