"""A database that cannot be used is refused with a sentence; one that can is made and kept."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import StoreError, StoreUnavailable
from bot.grounding import Answer, Verdict
from bot.interactions import Interaction
from bot.store import Store
from bot.store.schema import STEPS, _interrupted, schema_version
from tests.store.conftest import asked, claimed, received


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
        assert received(store, asked("Why?", "once")) is expected
        store.close()


def test_the_log_survives_a_loss_of_power(sqlite_url: str) -> None:
    Store(sqlite_url).close()
    with sqlite3.connect(database(sqlite_url)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    store = Store(sqlite_url)
    with store._writing() as writing:
        assert writing.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL: each commit is on the disk
    store.close()


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(sqlite_url: str) -> None:
    path = database(sqlite_url)
    path.parent.mkdir()
    path.write_text("Dear diary, " * 1000, encoding="utf-8")
    said = refused(sqlite_url)
    assert (
        said == f"The database {path} cannot be opened: file is not a database. It is left as it is: please let DATABASE_URL name another."
    )
    assert path.read_text(encoding="utf-8") == "Dear diary, " * 1000
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for below in ("x.sqlite3", "sub/x.sqlite3"):
        said = refused(f"sqlite:///{tmp_path}/file/{below}")
        assert f"The folder of the database {tmp_path}/file/{below} cannot be made (" in said
        assert "Please let DATABASE_URL name a file elsewhere." in said


def test_a_folder_in_the_place_of_a_database_is_told(tmp_path: Path) -> None:
    assert f"it is a folder. Please let DATABASE_URL name a file in it, sqlite:///{tmp_path}/FILE." in refused(f"sqlite:///{tmp_path}")
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_nowhere_says_who_must_be_able_to_write_there(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite3").symlink_to(tmp_path / "gone" / "log.sqlite3")
    assert "Please let this user write it and its folder" in refused(f"sqlite:///{tmp_path}/log.sqlite3")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(sqlite_url: str) -> None:
    Store(sqlite_url).close()
    folder = database(sqlite_url).parent
    folder.chmod(0o500)
    try:
        assert "Please let this user write it and its folder" in refused(sqlite_url)
    finally:
        folder.chmod(0o700)
    Store(sqlite_url).close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_full_disk_says_to_make_room(tmp_path: Path) -> None:
    (tmp_path / "log.sqlite3").symlink_to("/dev/full")
    assert "Please make room on its disk" in refused(f"sqlite:///{tmp_path}/log.sqlite3")


def test_a_disk_that_fills_up_loses_nothing_and_once_there_is_room_goes_on(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    assert received(store, asked("Why?", "kept"))
    with closing(sqlite3.connect(database(sqlite_url))) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    room = [pages]
    sa.event.listen(store._engine, "begin", lambda connection: connection.exec_driver_sql(f"PRAGMA max_page_count = {room[0]}"))
    with pytest.raises(StoreUnavailable, match=r"database or disk is full\. Please make room on its disk") as refusal:
        received(store, asked("words " * 20_000, "too much"))
    assert "words" not in str(refusal.value)
    room[0] = 1_000_000
    assert received(store, asked("words " * 20_000, "too much"))
    assert [row["question"][:4] for row in store.rows()] == ["word", "Why?"]
    store.close()


def test_what_can_only_be_read_is_found_out_by_trying(url: str) -> None:
    store = Store(url)
    store.try_writing()
    read_only = "SET TRANSACTION READ ONLY" if url.startswith("postgres") else "PRAGMA query_only = 1"
    sa.event.listen(store._engine, "begin", lambda connection: connection.exec_driver_sql(read_only))
    with pytest.raises(StoreUnavailable):
        store.try_writing()
    store.close()


def test_a_file_that_is_damaged_while_it_is_used_is_told_and_no_fault_of_the_program(sqlite_url: str) -> None:
    before = Store(sqlite_url)
    for number in range(50):
        assert received(before, asked("Why? " * 500, f"{number}"))
    before.close()
    store = Store(sqlite_url)
    with database(sqlite_url).open("r+b") as file:
        half = database(sqlite_url).stat().st_size // 8192 * 4096
        file.seek(half)
        file.write(b"\xff" * half)
    with pytest.raises(StoreUnavailable, match="Please keep it aside"):
        list(store.rows())
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "", "interactions.sqlite3", "mysql://host/db", "nosuch://x", "sqlite://", "sqlite:///:memory:", "postgresql://u:hid@den:x@host/db",
        "postgresql://bot:hidden@host:port/db", "sqlite+aiosqlite:///hidden.sqlite3",
    ],
)  # fmt: skip
def test_what_names_no_database_is_refused(url: str) -> None:
    said = refused(url)
    assert said.startswith("DATABASE_URL must be a SQLite file, sqlite:///FILE, or PostgreSQL, ")
    assert "hid" not in said


def test_a_server_that_does_not_answer_is_refused_soon_and_without_its_password() -> None:
    said = refused("postgresql://bot:hidden@127.0.0.1:1/bot")
    assert "cannot be opened: connection failed" in said
    assert "hidden" not in said


def test_a_database_of_a_newer_program_is_refused_and_left_as_it_is(url: str) -> None:
    Store(url).close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.insert(schema_version).values(version=len(STEPS) + 1))
    assert "newer version of this program" in refused(url)
    with engine.begin() as connection:
        assert connection.execute(sa.select(sa.func.max(schema_version.c.version))).scalar() == len(STEPS) + 1
    engine.dispose()


def test_an_older_process_goes_on_while_a_newer_one_has_added_what_it_needs(url: str) -> None:
    """A rolling deploy: steps only add. The older program answers what is left, and only its next start is refused."""
    old = Store(url)
    assert received(old, asked("before?", "first"))
    engine = sa.create_engine(url)
    with engine.begin() as connection:  # as a step to come would
        connection.exec_driver_sql("ALTER TABLE interactions ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
        connection.exec_driver_sql("ALTER TABLE interactions ADD COLUMN weather TEXT")
        connection.exec_driver_sql("CREATE TABLE moods (seq INTEGER PRIMARY KEY)")
        connection.execute(sa.insert(schema_version).values(version=len(STEPS) + 1))
    assert received(old, asked("after?", "second", thread="2.0"))
    assert not received(old, asked("after?", "second", thread="2.0"))
    for text in ("before?", "after?"):
        job = claimed(old)
        assert (job.question.text, old.extend([job.token])) == (text, {job.token})
        old.save(job, Interaction(job.question, Answer(Verdict.DECLINED, "extractive", "d", ()), "no"))
        old.opened(job, "5.0")
        old.delivered(job, "5.0")
    assert [row["status"] for row in old.rows()] == ["done", "done"]
    assert old.forget("U1") == 2
    old.close()
    engine.dispose()
    assert "newer version of this program" in refused(url)


class Hasty(Store):
    step_lock_seconds = 0.2


def test_a_step_that_would_hold_up_the_others_behind_a_long_reader_is_put_off(postgres_url: str) -> None:
    old = Store(postgres_url)
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:  # as it was before that column
        connection.exec_driver_sql("ALTER TABLE interactions DROP COLUMN interrupted")
        connection.execute(sa.delete(schema_version).where(schema_version.c.version > STEPS.index(_interrupted)))
    with engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM interactions").scalar()
        with pytest.raises(StoreError, match="while others use its tables"):
            Hasty(postgres_url)
    Hasty(postgres_url).close()
    assert received(old, asked())
    old.close()
    engine.dispose()


def test_many_that_open_a_new_database_at_once_make_its_tables_once(url: str) -> None:
    def open_and_receive(number: int) -> bool:
        store = Store(url)
        taken = received(store, asked(str(number), f"key {number}"))
        store.close()
        return taken

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(open_and_receive, range(8))) == [True] * 8
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        versions = sa.select(schema_version.c.version).order_by(schema_version.c.version)
        assert connection.execute(versions).scalars().all() == [n + 1 for n in range(len(STEPS))]
    engine.dispose()


def test_a_file_with_other_tables_of_the_same_names_is_refused_and_left_as_it_is(sqlite_url: str) -> None:
    path = database(sqlite_url)
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE interactions (id TEXT, said TEXT)")
    connection.close()
    assert "cannot be opened" in refused(sqlite_url)
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT sql FROM sqlite_master").fetchall() == [("CREATE TABLE interactions (id TEXT, said TEXT)",)]
    connection.close()


@pytest.mark.parametrize(("table", "column"), [("interactions", "answer"), ("spending", "tokens"), ("ratings", None)])
def test_a_database_that_lacks_what_its_version_has_is_refused_and_says_what(sqlite_url: str, table: str, column: str | None) -> None:
    Store(sqlite_url).close()
    with sqlite3.connect(database(sqlite_url)) as connection:
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}" if column else f"DROP TABLE {table}")
    connection.close()
    said = refused(sqlite_url)
    assert (column or table) in said
    assert "log backup" in said
