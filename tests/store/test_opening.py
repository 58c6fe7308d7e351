"""A database that cannot be used is refused with a sentence; one that can is made and kept."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import Store
from bot.store.schema import STEPS
from tests.store.conftest import asked


def database(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def refused(url: str) -> str:
    with pytest.raises(StoreError) as refusal:
        Store(url)
    said = str(refusal.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_the_folder_and_the_tables_are_made_and_what_is_in_them_is_kept(url: str) -> None:
    for expected in (True, False):
        store = Store(url)
        assert store.receive(asked("Why?", "once")) is expected
        store.close()


def test_the_log_survives_a_loss_of_power(url: str) -> None:
    Store(url).close()
    with sqlite3.connect(database(url)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(url: str) -> None:
    Store(url).close()
    connection = sqlite3.connect(database(url))
    connection.execute("INSERT INTO schema_version VALUES (?)", (len(STEPS) + 1,))
    connection.commit()
    assert "newer version of this program" in refused(url)
    assert connection.execute("SELECT max(version) FROM schema_version").fetchone() == (len(STEPS) + 1,)
    connection.close()


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(url: str) -> None:
    path = database(url)
    path.parent.mkdir()
    path.write_text("Dear diary, " * 1000, encoding="utf-8")
    assert "cannot be opened: file is not a database" in refused(url)
    assert path.read_text(encoding="utf-8").startswith("Dear diary")


def test_a_folder_that_cannot_be_made_or_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}/file/x.sqlite3")
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}/file/sub/x.sqlite3")
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["", "interactions.sqlite3", "postgresql://host/db", "nosuch://x", "sqlite://", "sqlite:///:memory:"])
def test_what_names_no_sqlite_file_is_refused(url: str) -> None:
    assert "DATABASE_URL" in refused(url)


def test_many_that_open_a_new_database_at_once_make_its_tables_once(url: str) -> None:
    def open_and_receive(number: int) -> bool:
        store = Store(url)
        taken = store.receive(asked(str(number), f"key {number}"))
        store.close()
        return taken

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_and_receive, range(8))) == [True] * 8
    with sqlite3.connect(database(url)) as connection:
        assert connection.execute("SELECT version FROM schema_version").fetchall() == [(n + 1,) for n in range(len(STEPS))]
    connection.close()
