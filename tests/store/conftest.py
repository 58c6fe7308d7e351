"""A store in a folder of its own, with a clock that only moves when it is told to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.questions import Place, Question, Surface
from bot.store import Job, Store
from tests.fakes.postgres import PostgresServer


class Clock:
    """The time of a test, in seconds."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The store's clock."""
    return Clock()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'folder' / 'interactions.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Where the store is; nothing is there yet. Every test that asks for it runs on both databases."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """An empty database on a server."""
    return postgres.emptied_database()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    """An empty store."""
    opened = Store(url, clock)
    yield opened
    opened.close()


def asked(text: str = "Why?", *keys: str, thread: str = "1.0", ts: str = "9.9", team: str = "T1", channel: str = "C1") -> Question:
    """A question by a mention; `thread` is its conversation, "" for none."""
    return Question(text, "U1", Place(Surface.MENTION, team, channel, thread, ts, "https://example.test/r"), dedupe_keys=keys)


def received(store: Store, question: Question) -> bool:
    """Whether a delivery was taken as a new question."""
    return store.receive(question).is_taken


def claimed(store: Store, team: str | None = "T1", worker: str = "") -> Job:
    """The next job, which there must be."""
    job = store.claim(team, worker)
    assert job is not None
    return job
