"""What was read is kept: a second start reads only what changed, and whatever happens to the cache, the corpus is the same."""

import os
import time
from pathlib import Path

import pytest

from bot.corpus import Corpus, load_corpus
from bot.corpus.parse_cache import FILE
from tests.fakes.files import pdf

WORDS = "The harbour number {} of Port Elling was dug by the engineer Agnes Holm, who had come from the north. "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """40 documents, last changed an hour ago."""
    documents = tmp_path / "documents"
    documents.mkdir()
    for number in range(39):
        (documents / f"{number:02d}.txt").write_text(f"Harbour {number}\n\n" + WORDS.format(number) * 60, encoding="utf-8")
    (documents / "z.pdf").write_bytes(pdf([WORDS.format(40)], [WORDS.format(41)]))
    for path in documents.iterdir():
        age(path)
    return documents


def age(path: Path, seconds: float = 3600) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def shown(corpus: Corpus) -> list[object]:
    return [corpus.digest, [(p.id, p.start, p.end, p.sentences, p.page) for p in corpus.passages], [str(p) for p in corpus.problems]]


def test_from_the_cache_comes_what_was_put_into_it(folder: Path, tmp_path: Path) -> None:
    plain = shown(load_corpus(folder))
    assert shown(load_corpus(folder, tmp_path / "cache")) == plain
    assert (tmp_path / "cache" / FILE).is_file()
    assert shown(load_corpus(folder, tmp_path / "cache")) == plain


def test_files_that_did_not_change_are_not_opened(folder: Path, tmp_path: Path) -> None:
    before = load_corpus(folder, tmp_path / "cache")
    path, stat = folder / "07.txt", (folder / "07.txt").stat()
    path.write_bytes(b"x" * stat.st_size)  # in place: same inode, and with its old time it looks the same
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert load_corpus(folder, tmp_path / "cache").digest == before.digest


def test_a_file_that_changed_is_read_again_though_it_has_its_old_size(folder: Path, tmp_path: Path) -> None:
    load_corpus(folder, tmp_path / "cache")
    path = folder / "07.txt"
    path.write_text(path.read_text(encoding="utf-8").replace("dug", "cut"), encoding="utf-8")
    document = load_corpus(folder, tmp_path / "cache").document("07.txt")
    assert document
    assert "was cut by" in document.text


def test_a_file_changed_again_within_the_same_moment_is_read_again(folder: Path, tmp_path: Path) -> None:
    path = folder / "07.txt"
    path.touch()  # just written: a second write may leave its time as it is
    load_corpus(folder, tmp_path / "cache")
    stat = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("dug", "cut"), encoding="utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    document = load_corpus(folder, tmp_path / "cache").document("07.txt")
    assert document
    assert "was cut by" in document.text


def test_a_file_that_was_only_moved_keeps_what_was_read_of_it(folder: Path, tmp_path: Path) -> None:
    load_corpus(folder, tmp_path / "cache")
    (folder / "07.txt").rename(folder / "99.txt")
    corpus = load_corpus(folder, tmp_path / "cache")
    assert corpus.document("07.txt") is None
    assert corpus.document("99.txt")


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_cache_that_is_broken_does_no_harm(folder: Path, tmp_path: Path, content: bytes) -> None:
    cache = tmp_path / "cache"
    load_corpus(folder, cache)
    for path in cache.iterdir():
        path.write_bytes(content)
    assert shown(load_corpus(folder, cache)) == shown(load_corpus(folder))


def test_a_cache_that_cannot_be_made_does_no_harm(folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert len(load_corpus(folder, tmp_path / "file" / "cache").documents) == 40
    assert "every file is read again" in caplog.text


def test_how_far_reading_is_can_be_watched(folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    load_corpus(folder, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == [(number, 40) for number in range(40)]
