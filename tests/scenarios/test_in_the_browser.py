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


@pytest.fixture
def window(driver: Chrome, playground: str) -> Iterator[Window]:
    """A window on it, which hears no more of it once it is stopped."""
    driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's; what earlier tests left in it
    yield Window(driver, playground)
    driver.get("about:blank")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_a_new_user_gets_two_cited_answers_and_one_honest_refusal(window: Window) -> None:
    window.open("/?channel=general")

    window.write(f"/tencent {AREAS}" + Keys.ENTER)
    answer = window.text("#main .message.ephemeral", "Wide platform")
    assert all(
        area in answer
        for area in ("Deep integration", "Cloud sharing", "Smart connection", "Whole user base", "Big content", "New technology")
    )
    assert "Sources" in answer

    window.write(f"@Tencent {STAKE}" + Keys.ESCAPE + Keys.ENTER)
    window.click("#main .replies", "1 reply")
    assert "21.25%" in window.text("#thread .message", "largest shareholder")
    window.click("#thread button", "Sources")
    assert "21.25% stake" in window.text("dialog", "Conference")
    window.press_keys(Keys.ESCAPE)

    window.open("/?channel=D0000000001")
    window.write(REVENUE + Keys.ENTER)
    window.click("#main .replies", "1 reply")
    refusal = window.text("#thread .message", "The documents don’t say.")
    assert "revenue" not in refusal.replace(REVENUE, "")

    window.click("header a[href='/beside/']")
    window.one("dt", "Questions")
    window.click("nav a", "Log")
    window.click("tbody a", STAKE)
    window.one("article", "21.25%")
    window.click("nav a", "Back to the playground")
    window.one("body[data-live=yes]")
    assert not window.complaints()


def test_sharing_shows_the_answer_to_the_others(window: Window) -> None:
    window.open("/?channel=general")
    window.write(f"/tencent {STAKE}" + Keys.ENTER)
    window.click("#main .message.ephemeral button", "Share to channel")
    window.one("#main .message:not(.ephemeral)", STAKE)
    window.open("/?channel=general&as=U0PLAYMEI2")
    shared = window.text("#main .message", STAKE)
    assert "21.25%" in shared
    assert "Asked by" in shared


def test_every_dialog_opens_reads_well_and_gives_the_page_back(window: Window) -> None:
    window.open("/?channel=general")
    window.write(f"@Tencent {STAKE}" + Keys.ESCAPE + Keys.ENTER)
    window.click("#main .replies", "1 reply")
    window.one("#thread .message", "largest shareholder")

    window.click("#thread button", "Sources")
    window.click("dialog[open] button", "Read on from here")
    window.gone("dialog[open]", "Read on from here")
    window.press_keys(Keys.ESCAPE)
    window.one("dialog[open]", "Read on from here")  # the dialog below comes back
    leave(window)
    window.click("#thread button", "Why this answer?")
    assert "code that only quotes" in window.text("dialog[open]", "Nothing was withheld.")
    leave(window)

    window.click('#thread button[data-value^="bad:"]')
    window.write("It is not the newest figure", "dialog[open] textarea")
    window.click("dialog[open] button[type=submit]")
    window.one("dialog[open]", "Thank you")
    leave(window)

    window.write("/tencent settings" + Keys.ENTER)
    window.click("dialog[open] label", "Everybody here")
    window.click("dialog[open] button", "Save")
    window.gone("dialog[open]")
    window.write(f"/tencent {STAKE}" + Keys.ENTER)
    window.one("#main .message:not(.ephemeral)", "21.25%")

    window.write("/ask")
    window.click("[role=option]", "Ask the documents")
    window.write(AREAS, "dialog[open] textarea")
    window.click("dialog[open] button", "Ask")
    window.gone("dialog[open]")
    window.one("#main .message", "Wide platform")
    assert not window.complaints()


def test_home_knows_what_was_asked_and_a_thread_is_called_by_its_first_question(window: Window) -> None:
    window.open("/?channel=D0000000001")
    window.write(STAKE + Keys.ENTER)
    window.click("#main .replies", "1 reply")
    window.one("#thread .message", "largest shareholder")
    window.one("#thread .pane-head", STAKE)

    window.click("#main [data-tab=home]")
    assert "What I keep" in window.text("#main .home", "Your last questions")
    window.click("#main .home button", "Why this answer?")
    window.one("dialog[open]", "Passages considered")
    leave(window)
    for scheme, width in (("light", 1280), ("dark", 400)):
        window.resize(width, 900, scheme)
        assert window.driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    assert not window.complaints()


def leave(window: Window) -> None:
    """Close the one dialog that is open."""
    window.press_keys(Keys.ESCAPE)
    window.gone("dialog[open]")
