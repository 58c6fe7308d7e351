"""What the program writes about itself: which question it is about, and no secret wherever it stands."""

import asyncio
import contextlib
import io
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import text

from bot.config import Settings, load_settings
from bot.logs import HIDDEN, SafeFormatter, about, log_to_stderr, note_question, secrets_of
from bot.questions import Place, Question, Surface
from bot.store import Store

BOT, APP, SIGNING, KEY, PASSWORD, SEARCH = (
    "xoxb-1-abcdefgh",
    "not-shaped-like-a-token",
    "8f742231b10e",
    'k"ey\\1',
    "p@ss:word",
    "searchpass",
)
SETTINGS = Settings.model_validate({
    "slack_api_url": "http://127.0.0.1:1/api/",
    "slack_bot_token": BOT, "slack_app_token": APP, "slack_signing_secret": SIGNING, "openai_api_key": KEY,
    "opensearch_url": f"https://admin:{SEARCH}@localhost:9200", "database_url": "postgresql+psycopg://me:p%40ss%3Aword@db/log",
})  # fmt: skip
SECRETS = (BOT, APP, SIGNING, KEY, PASSWORD, "p%40ss%3Aword", SEARCH)


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(params=["text", "json"])
def form(request: pytest.FixtureRequest) -> Literal["text", "json"]:
    chosen: Literal["text", "json"] = request.param
    return chosen


@pytest.fixture
def logger(written: io.StringIO, form: Literal["text", "json"]) -> Iterator[logging.Logger]:
    handler = logging.StreamHandler(written)
    handler.addFilter(note_question)
    handler.setFormatter(SafeFormatter(form, secrets_of(SETTINGS)))
    made = logging.getLogger("tests.of.logs")
    made.addHandler(handler)
    made.setLevel("DEBUG")
    made.propagate = False
    yield made
    made.removeHandler(handler)


def fail(logger: logging.Logger, secret: str) -> None:
    try:
        int(f"refused {secret}")
    except ValueError:
        logger.exception("It failed")
        raise


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_is_written_in_a_message_its_arguments_or_a_traceback(
    logger: logging.Logger, written: io.StringIO, form: str, secret: str
) -> None:
    logger.warning("before %s after", [secret])
    logger.warning(f"before {secret} after")  # noqa: G004  # as libraries do
    with contextlib.suppress(ValueError):
        fail(logger, secret)
    said = written.getvalue()
    assert secret not in said
    assert repr(secret)[1:-1] not in said
    assert said.count(HIDDEN) >= 3
    assert said.count("before") == 2
    assert "ValueError" in said
    if form == "json":
        assert all(json.loads(line) for line in said.splitlines())


@pytest.mark.parametrize(
    "secret",
    [
        "xoxp-1234567890-abc", "xapp-1-A0-123-abcdef", "xoxe.xoxp-1-Mi0yLTEyMw", "sk-proj-abcdefghijkl", "Bearer abc.def-ghi",
        "https://hooks.slack.com/commands/T1/2/abc", "wss://wss.slack.com/link/?ticket=12ab-34cd&app_id=1", "mysql://u:hunter22@host/db",
    ],
)  # fmt: skip
def test_what_looks_like_a_token_or_a_private_address_is_hidden_although_no_setting_holds_it(
    logger: logging.Logger, written: io.StringIO, secret: str
) -> None:
    logger.info("calling %s now", secret)
    assert HIDDEN in written.getvalue()
    assert secret not in written.getvalue()
    assert not any(part in written.getvalue() for part in ("12ab", "hunter22", "abc.def", "T1/2", "1234567890"))


def test_what_is_no_secret_stays(logger: logging.Logger, written: io.StringIO) -> None:
    plain = "Serving Acme at https://slack.com/api/ as sketch-book, task-12345678901 of the risk-assessment-team"
    logger.info(plain)
    assert plain in written.getvalue()


def test_every_line_of_a_question_s_path_names_it_also_from_tasks_and_threads(
    logger: logging.Logger, written: io.StringIO, form: str
) -> None:
    async def answer(question_id: str) -> None:
        with about(question_id):
            await asyncio.gather(asyncio.create_task(step()), asyncio.to_thread(logger.info, "in a thread"))

    async def step() -> None:
        await asyncio.sleep(0)
        logger.info("in a task")

    async def both() -> None:
        logger.info("outside")
        await asyncio.gather(answer("a1"), answer("b2"))

    asyncio.run(both())
    lines = written.getvalue().splitlines()
    if form == "json":
        assert sorted(json.loads(line)["interaction"] for line in lines) == ["-", "a1", "a1", "b2", "b2"]
    else:
        assert [sum(f" INFO {name} " in line for line in lines) for name in ("-", "a1", "b2")] == [1, 2, 2]


@pytest.fixture
def logging_set_up() -> Iterator[Callable[[str], None]]:
    """A function that sets logging up as a start at this LOG_LEVEL does; undone afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("bot")
    levels, handlers = (root.level, ours.level), list[logging.Handler]()

    def set_up(level: str) -> None:
        handlers[:] = root.handlers  # those of pytest come with each phase of a test
        root.handlers.clear()
        log_to_stderr(load_settings({"LOG_FORMAT": "json", "LOG_LEVEL": level}, env_file=None), level)

    yield set_up
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


@pytest.mark.parametrize(
    ("level", "written"),
    [
        ("DEBUG", ["ours at DEBUG", "ours at INFO", "a library's at INFO", "ours at WARNING", "a library's at WARNING"]),
        ("INFO", ["ours at INFO", "ours at WARNING", "a library's at WARNING"]),
        ("WARNING", ["ours at WARNING", "a library's at WARNING"]),
        ("ERROR", []),
    ],
)
@pytest.mark.parametrize("library", ["slack_sdk.web", "one_that_nobody_thought_of"])
def test_libraries_are_heard_when_they_warn_and_at_debug_without_the_requests_they_write_there(
    logging_set_up: Callable[[str], None], capsys: pytest.CaptureFixture[str], level: str, written: list[str], library: str
) -> None:
    logging_set_up(level)
    for at in ("DEBUG", "INFO", "WARNING"):
        logging.getLogger("bot.worker").log(logging.getLevelNamesMapping()[at], "ours at %s", at)
        logging.getLogger(library).log(logging.getLevelNamesMapping()[at], "a library's at %s", at)
    assert [json.loads(line)["message"] for line in capsys.readouterr().err.splitlines()] == written


def test_a_start_tells_nothing_of_the_statements_that_the_database_is_sent(
    logging_set_up: Callable[[str], None], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    logging_set_up("INFO")
    Store(f"sqlite:///{tmp_path / 'log.sqlite3'}").close()
    assert capsys.readouterr().err == ""


def test_an_error_of_the_database_does_not_repeat_what_was_asked(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    with store._writing() as connection:  # a table that is not as it should be, as after a restored wrong file
        connection.execute(text("ALTER TABLE interactions RENAME COLUMN wanted TO unwanted"))
    with pytest.raises(Exception, match="wanted") as caught:
        store.receive(Question("Where is the harbour?", "U1", Place(Surface.MENTION, "T1", "C1")))
    store.close()
    assert "harbour" not in str(caught.getrepr(showlocals=False)).split("E   ")[-1]
    assert "harbour" not in str(caught.value)
