"""What the program writes about itself: which question it is about, and no secret wherever it stands."""

import asyncio
import contextlib
import io
import json
import logging
from collections.abc import Iterator
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


def test_libraries_that_write_whole_requests_at_debug_are_kept_from_it(capsys: pytest.CaptureFixture[str]) -> None:
    root, before = logging.getLogger(), logging.getLogger("slack_sdk").level
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    try:
        log_to_stderr(load_settings({"LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG"}, env_file=None), "DEBUG")
        logging.getLogger("slack_sdk.web").debug("body: Where is the harbour?")
        logging.getLogger("bot.worker").debug("ours")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.getLogger("slack_sdk").setLevel(before)
    said = capsys.readouterr().err
    assert [json.loads(line)["message"] for line in said.splitlines() if '"bot.worker"' in line] == ["ours"]
    assert "harbour" not in said


def test_an_error_of_the_database_does_not_repeat_what_was_asked(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    with store._writing() as connection:  # a table that is not as it should be, as after a restored wrong file
        connection.execute(text("ALTER TABLE interactions RENAME COLUMN wanted TO unwanted"))
    with pytest.raises(Exception, match="wanted") as caught:
        store.receive(Question("Where is the harbour?", "U1", Place(Surface.MENTION, "T1", "C1")))
    store.close()
    assert "harbour" not in str(caught.getrepr(showlocals=False)).split("E   ")[-1]
    assert "harbour" not in str(caught.value)
