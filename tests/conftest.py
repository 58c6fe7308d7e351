"""What many tests share: a PostgreSQL, started when the first of them asks for it."""

from collections.abc import Iterator

import pytest

from tests.fakes.postgres import NoPostgres, PostgresServer, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A server for the whole run."""
    try:
        running = postgres_server()
        server = running.__enter__()
    except NoPostgres as reason:
        pytest.skip(f"No PostgreSQL: {reason}")
    yield server
    running.__exit__(None, None, None)
