"""A database that cannot be used is refused with a sentence; one that can is made and kept."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import StoreError
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
    assert "cannot be opened: file is not a database" in refused(sqlite_url)
    assert path.read_text(encoding="utf-8").startswith("Dear diary")


def test_a_folder_that_cannot_be_made_or_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}/file/x.sqlite3")
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}/file/sub/x.sqlite3")
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["", "interactions.sqlite3", "mysql://host/db", "nosuch://x", "sqlite://", "sqlite:///:memory:"])
def test_what_names_no_database_is_refused(url: str) -> None:
    assert "DATABASE_URL" in refused(url)


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
    assert "The database cannot be opened" in refused(sqlite_url)
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
