"""The index on disk: damage is noticed, a killed writer loses nothing, and processes that share a folder get along."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from bot.errors import IndexBroken, IndexBusy
from bot.retrieval import embedded_engine
from bot.retrieval.embedded import EmbeddedEngine
from bot.retrieval.searching import Entry, version_of
from bot.retrieval.soundness import keep, record_of
from bot.retrieval.tokens import tokens_of
from tests.retrieval.test_engines import entries, found, key

ROOT = Path(__file__).resolve().parents[2]
FILLED = {key(n): 3 for n in range(5)}


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder with an index of five documents, in several segments, with something removed."""
    folder = tmp_path / "index"
    engine = EmbeddedEngine(folder)
    for n in range(6):
        engine.put(entries(n, f"harbour {n}", f"mill {n}", f"The bakery of number {n}"))
    engine.remove(key(5))
    return folder


def committed(folder: Path) -> list[Path]:
    beside = {".managed.json", "sound.json"}
    return sorted(path for path in folder.iterdir() if path.suffix != ".lock" and path.name not in beside and path.stat().st_size)


def overwrite(path: Path, content: bytes) -> None:
    """Under another inode: cutting a file that is mapped would end the process that maps it, which here is the test's own."""
    path.unlink()
    path.write_bytes(content)


def test_an_index_is_opened_as_it_was_left(filled: Path) -> None:
    assert dict(EmbeddedEngine(filled).held()) == FILLED


def test_a_flipped_bit_anywhere_is_noticed(filled: Path) -> None:
    tried = 0
    for path in committed(filled):
        if path.suffix == ".json":
            continue
        whole = path.read_bytes()
        for at in {0, len(whole) // 3, len(whole) - 101, len(whole) - 3} & set(range(len(whole))):
            overwrite(path, whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
            with pytest.raises(IndexBroken):
                EmbeddedEngine(filled)
            tried += 1
        overwrite(path, whole)
    assert tried > 20
    assert dict(EmbeddedEngine(filled).held()) == FILLED


@pytest.mark.parametrize("damage", [b"", b"\0" * 100, b"{}", b"not an index at all"])
def test_a_file_that_is_cut_or_overwritten_is_noticed_and_the_index_made_anew(filled: Path, damage: bytes) -> None:
    for path in committed(filled):
        whole = path.read_bytes()
        overwrite(path, damage)
        with pytest.raises(IndexBroken):
            EmbeddedEngine(filled)
        overwrite(path, whole)
    overwrite(committed(filled)[0], damage)
    assert dict(embedded_engine(filled).held()) == {}
    assert [path.name for path in filled.parent.iterdir()] == ["index"]


def opened_without_reading(folder: Path) -> EmbeddedEngine:
    """As an index of a million passages is, and read to its end by now."""
    engine = EmbeddedEngine(folder, read_at_once=0)
    if engine.checking:
        engine.checking.join()
    return engine


def test_a_large_index_is_not_read_before_it_is_opened(filled: Path) -> None:
    engine = opened_without_reading(filled)
    assert engine.checking
    assert engine.version() == version_of(FILLED)
    assert found(engine, "harbour 3")[0] == (key(3), 0)
    engine.put(entries(9, "harbour"))
    again = opened_without_reading(filled)
    assert again.checking
    assert again.version() == version_of(FILLED | {key(9): 1})


@pytest.mark.parametrize("cut", [0, 1, 40])
def test_what_was_written_to_a_large_index_since_is_noticed_at_its_opening(filled: Path, cut: int) -> None:
    for path in committed(filled):
        if path.suffix == ".json":
            continue
        whole, times = path.read_bytes(), path.stat()
        flipped = whole[:-30] + bytes([whole[-30] ^ 4]) + whole[-29:]
        overwrite(path, flipped[: len(flipped) - cut])
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        with pytest.raises(IndexBroken):
            EmbeddedEngine(filled, read_at_once=0)
        overwrite(path, whole)


def test_what_the_disk_spoiled_is_found_while_the_index_is_in_use_and_never_served_afterwards(filled: Path) -> None:
    path = next(path for path in committed(filled) if path.suffix == ".idx")
    whole = path.read_bytes()
    overwrite(path, whole[:2] + bytes([whole[2] ^ 4]) + whole[3:])
    as_though_untouched = record_of(filled)
    assert as_though_untouched
    keep(filled, as_though_untouched)
    engine = opened_without_reading(filled)
    assert engine.checking
    for _ in range(2):
        with pytest.raises(IndexBroken):
            engine.search(tokens_of("harbour 3"), 3)
    engine.put(entries(9, "harbour"))  # does not vouch for what was there before
    with pytest.raises(IndexBroken):
        opened_without_reading(filled)


def test_a_writer_that_was_killed_before_it_noted_what_it_wrote_has_the_index_read_again(filled: Path) -> None:
    before = (filled / "sound.json").read_bytes()
    EmbeddedEngine(filled).put(entries(9, "harbour"))
    for noted in (before, b"", b"{", b"[]", b'{"meta": "", "stamps": {"a": []}}'):
        (filled / "sound.json").write_bytes(noted)
        engine = opened_without_reading(filled)
        assert engine.checking is None
        assert engine.version() == version_of(FILLED | {key(9): 1})
    assert opened_without_reading(filled).checking


def test_a_file_that_is_gone_is_noticed(filled: Path) -> None:
    next(path for path in committed(filled) if path.suffix == ".term").unlink()
    for read_at_once in (0, 10**9):
        with pytest.raises(IndexBroken):
            EmbeddedEngine(filled, read_at_once=read_at_once)


def test_an_index_of_another_version_or_another_shape_is_not_opened(filled: Path, tmp_path: Path) -> None:
    import tantivy  # noqa: PLC0415  # what other programs make with it

    meta = filled / "meta.json"
    meta.write_text(meta.read_text().replace('"whitespace"', '"en_stem"'))
    with pytest.raises(IndexBroken):
        EmbeddedEngine(filled)
    other = tmp_path / "other"
    other.mkdir()
    tantivy.Index(tantivy.SchemaBuilder().add_text_field("body").build(), path=str(other))
    with pytest.raises(IndexBroken):
        EmbeddedEngine(other)


def test_a_folder_that_cannot_be_made_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(IndexBroken):
        EmbeddedEngine(tmp_path / "file" / "index")


def test_an_engine_sees_the_index_as_it_opened_it_while_another_writes(filled: Path) -> None:
    reader, writer = EmbeddedEngine(filled), EmbeddedEngine(filled)
    for n in range(5):
        writer.remove(key(n))
        writer.put(entries(10 + n, "harbour"))
    assert dict(reader.held()) == FILLED
    assert found(reader, "harbour 3")[0] == (key(3), 0)
    assert dict(EmbeddedEngine(filled).held()) == dict(writer.held()) == {key(10 + n): 1 for n in range(5)}


def test_a_second_writer_waits_and_sees_what_the_first_wrote(filled: Path) -> None:
    first, second = EmbeddedEngine(filled), EmbeddedEngine(filled)
    writing, may_end = threading.Event(), threading.Event()

    def slowly() -> None:
        def pausing() -> Iterator[Entry]:
            writing.set()
            assert may_end.wait(10)
            yield from entries(20, "a slow harbour")

        first.put(pausing())

    thread = threading.Thread(target=slowly)
    thread.start()
    assert writing.wait(10)
    impatient = EmbeddedEngine(filled, patience=0)
    with pytest.raises(IndexBusy):
        impatient.remove(key(1))
    threading.Timer(0.2, may_end.set).start()
    second.put(entries(21, "a second harbour"))
    thread.join()
    assert dict(second.held()) == FILLED | {key(20): 1, key(21): 1}


def test_an_index_of_which_most_was_removed_is_worn(filled: Path) -> None:
    engine = EmbeddedEngine(filled)
    worn = [engine.is_worn]
    engine.put(entry for n in range(30, 60) for entry in entries(n, "harbour", "mill"))
    worn.append(engine.is_worn)
    engine.remove(*(key(n) for n in range(30, 59)))
    worn.append(engine.is_worn)
    engine.remove(*engine.held())
    engine.put(entries(1, "harbour"))
    worn.append(engine.is_worn)
    assert worn == [False, False, True, False]


_WRITER = """
import sys
from pathlib import Path
from bot.retrieval.embedded import EmbeddedEngine
from bot.retrieval.searching import Entry
from tests.retrieval.test_engines import entries, key
engine = EmbeddedEngine(Path(sys.argv[1]))
for n in range(int(sys.argv[2]), 100_000):
    engine.put(entries(n, *(f"harbour {n} {i}" for i in range(4))))
    print(n, flush=True)
"""


def test_a_writer_that_is_killed_loses_nothing_it_had_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    begin = 0
    for commits in (3, 2):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(folder), str(begin)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            lines = iter(writer.stdout)
            for _ in range(commits):
                next(lines)
            writer.kill()
            acknowledged = begin + commits - 1 + sum(1 for _ in lines)
        held = EmbeddedEngine(folder).held()
        assert set(held.values()) == {4}
        assert {key(n) for n in range(acknowledged + 1)} <= set(held)
        begin = next(n for n in count() if key(n) not in held)
