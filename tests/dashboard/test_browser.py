"""The dashboard in a browser: light and dark, wide and narrow, with the keyboard alone."""

import asyncio
import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest
import uvicorn
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bot import asking
from bot.bootstrap import build
from bot.config import Settings
from bot.dashboard.app import dashboard_app
from tests import browser
from tests.browser import Window, free_socket

driver = browser.driver  # pytest finds fixtures by name
PAGES = ["/", "/log", "/gaps", "/outdated", "/pinned", "/?words=nothing-like-it", "/log/ffff"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard of a log with an answer, a gap and a very long word."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "harbour.txt").write_text("The harbour of Port Elling was dug by the engineer Agnes Holm in two years.\n", encoding="utf-8")
    bot = build(Settings.model_validate({"seeds_dir": folder, "database_url": f"sqlite:///{folder / 'log.sqlite3'}"}))
    for question in ("Who dug the harbour of Port Elling?", "Who owns the moon?", "x" * 500 + "?"):
        asyncio.run(asking.ask(bot, question))
    bound = free_socket()
    server = uvicorn.Server(uvicorn.Config(dashboard_app(bot.store, lambda: bot.corpus), log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    bound.close()
    bot.store.close()


@pytest.fixture
def window(driver: Chrome, address: str) -> Iterator[Window]:
    driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's; what earlier tests left in it
    yield Window(driver, address)
    driver.get("about:blank")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_no_page_is_wider_than_its_window_and_nothing_is_refused(window: Window) -> None:
    for page in PAGES:
        for width, scheme in ((1280, "light"), (360, "dark")):
            window.resize(width, 800, scheme)
            window.driver.get(window.url + page)
            assert window.driver.execute_script("return document.documentElement.scrollWidth") <= width, (page, width)
    assert [said for said in window.complaints() if "404" not in said and "favicon" not in said] == []


def test_dark_is_dark(window: Window) -> None:
    shown = {}
    for scheme in ("light", "dark"):
        window.resize(1280, 800, scheme)
        window.driver.get(window.url)
        shown[scheme] = window.driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert shown == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 23, 29)"}


def test_a_figure_leads_to_its_questions_and_those_to_everything_about_one(window: Window) -> None:
    window.driver.get(window.url)
    window.click("a", "harbour.txt")
    window.click("tbody a", "Who dug the harbour of Port Elling?")
    window.one("h1", "Who dug the harbour of Port Elling?")
    window.one("article blockquote", "Agnes Holm")
    window.click("nav a", "Gaps")
    window.one("tbody th", "Who owns the moon?")


def test_the_keyboard_comes_to_the_content_at_once_and_through_the_page_in_order(window: Window) -> None:
    window.driver.get(window.url)
    window.press_keys(Keys.TAB)
    assert window.driver.switch_to.active_element.text == "To the content"
    pages = [link.text for link in window.driver.find_elements(By.CSS_SELECTOR, "nav a")]
    names = []
    for _ in range(len(pages) + 5):
        window.press_keys(Keys.TAB)
        focused = window.driver.switch_to.active_element
        names.append(focused.get_attribute("name") or focused.text)
    assert names == [*pages, "Keep it up to date", "Save this page as a file", "days", "verdict", "channel"]


def test_every_chart_can_be_read_without_being_seen(window: Window) -> None:
    window.driver.get(window.url)
    figure = window.one("figure")
    picture = figure.find_element(By.TAG_NAME, "svg")
    assert picture.accessible_name == "Over time"
    table = window.driver.find_element(By.ID, str(picture.get_attribute("aria-describedby")))
    assert "not in documents" in str(table.get_property("textContent"))
    captions = [str(each.text) for each in window.driver.find_elements(By.TAG_NAME, "caption")]
    assert [caption.splitlines()[0] for caption in captions] == ["Documents by answers that cite them", "Time by step", "Who answered"]
    levels = [int(each.tag_name[1]) for each in window.driver.find_elements(By.CSS_SELECTOR, "h1, h2, h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
