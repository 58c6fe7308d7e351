"""What a new user does first: the one command, the page, and the three questions, by slash command, mention and direct message."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys

from bot.config import CHECKOUT
from tests import browser
from tests.browser import Window

driver = browser.driver  # pytest finds fixtures by name

AREAS = "What are the seven areas in Pony Ma's open letter?"
STAKE = "What stake does Tencent hold in JD?"
REVENUE = "What was Tencent's revenue in 2024?"


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[str]:
    """The playground as the command line starts it, without tokens or key; its address."""
    environ = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", "from bot.cli import main; main()", "playground", "--port", "0"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environ | {"PYTHONPATH": str(CHECKOUT)}, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        lines = iter(process.stdout.readline, "")
        yield next(found.group() for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        process.stdout.close()


def test_a_new_user_gets_two_cited_answers_and_one_honest_refusal(driver: Chrome, playground: str) -> None:
    window = Window(driver, playground)
    window.open("/?channel=general")

    window.write(f"/tencent {AREAS}" + Keys.ENTER)
    answer = window.one("#main .message.ephemeral", "Wide platform").text
    assert all(
        area in answer
        for area in ("Deep integration", "Cloud sharing", "Smart connection", "Whole user base", "Big content", "New technology")
    )
    assert "Sources" in answer

    window.write(f"@Tencent {STAKE}" + Keys.ESCAPE + Keys.ENTER)
    window.click("#main .replies", "1 reply")
    assert "21.25%" in window.one("#thread .message", "largest shareholder").text
    window.click("#thread button", "Sources")
    assert "21.25% stake" in window.one("dialog", "Conference").text
    window.press_keys(Keys.ESCAPE)

    window.open("/?channel=D0000000001")
    window.write(REVENUE + Keys.ENTER)
    window.click("#main .replies", "1 reply")
    refusal = window.one("#thread .message", "The documents don’t say.").text
    assert "revenue" not in refusal.replace(REVENUE, "")
    assert not window.complaints()


def test_sharing_shows_the_answer_to_the_others(driver: Chrome, playground: str) -> None:
    window = Window(driver, playground)
    window.open("/?channel=general")
    window.write(f"/tencent {STAKE}" + Keys.ENTER)
    window.click("#main .message.ephemeral button", "Share to channel")
    window.one("#main .message:not(.ephemeral)", STAKE)
    window.open("/?channel=general&as=U0PLAYMEI2")
    shared = window.one("#main .message", STAKE).text
    assert "21.25%" in shared
    assert "Shared by" in shared
