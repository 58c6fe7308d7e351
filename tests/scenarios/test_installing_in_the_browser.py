"""Installing the bot as a person does: the link, Slack's question, the way back; in Chromium, which keeps to the pages' policies and cookies."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests import browser
from tests.scenarios.installations import Street, street
from tests.scenarios.stage import PROMPTS

driver = browser.driver  # pytest finds fixtures by name
PAGES = PROMPTS.reply("installation")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """A street with the bot in it, in a thread of its own."""
    ready, ending, found = threading.Event(), asyncio.Event(), list[Street]()

    async def live(database: Path) -> None:
        async with street(database) as s, s.bot():
            found.append(s)
            loops.append(asyncio.get_running_loop())
            ready.set()
            await ending.wait()

    loops: list[asyncio.AbstractEventLoop] = []
    thread = threading.Thread(target=asyncio.run, args=[live(tmp_path_factory.mktemp("street") / "log.sqlite3")])
    thread.start()
    assert ready.wait(30)
    yield found[0]
    loops[0].call_soon_threadsafe(ending.set)
    thread.join(30)


def text(driver: Chrome, selector: str) -> str:
    """What stands there, once the page that a click leads to does."""
    patience = WebDriverWait(driver, 10, ignored_exceptions=[WebDriverException])  # none there yet, or drawn anew at this moment
    return patience.until(lambda _: driver.find_element(By.CSS_SELECTOR, selector).text)


def click(driver: Chrome, by: str, what: str) -> None:
    """Go where a link or a button leads, and wait until that is there."""
    left = driver.find_element(By.TAG_NAME, "html")
    driver.find_element(by, what).click()
    # Between two pages Chromium may know neither the old node nor that it is stale, and says so in an error of its own.
    WebDriverWait(driver, 10, ignored_exceptions=[WebDriverException]).until(expected_conditions.staleness_of(left))


def test_a_person_allows_cancels_and_comes_too_late(driver: Chrome, place: Street) -> None:
    driver.get(f"{place.base}/slack/install")
    assert driver.current_url.startswith(f"{place.slack.url}/oauth/v2/authorize?")
    assert "chat:write" in text(driver, "ul")
    Select(driver.find_element(By.NAME, "team")).select_by_visible_text("Other")
    click(driver, By.CSS_SELECTOR, "button[value=allow]")
    assert PAGES.label("installed_title") in text(driver, "h1")
    assert PAGES.label("installed", workspace="Other") in text(driver, "main")
    # The page's own style was let through by its policy.
    assert driver.find_element(By.TAG_NAME, "main").value_of_css_property("border-top-width") == "1px"
    assert "app_redirect?app=A0PLAYAPP1&team=T0OTHRTEAM" in str(driver.find_element(By.TAG_NAME, "a").get_attribute("href"))

    driver.refresh()
    assert PAGES.label("failed_title") in text(driver, "h1")
    click(driver, By.LINK_TEXT, PAGES.label("again"))
    click(driver, By.CSS_SELECTOR, "button[value=cancel]")
    assert PAGES.label("cancelled_title") in text(driver, "h1")
    assert [entry for entry in driver.get_log("browser") if "Content Security Policy" in entry["message"]] == []  # type: ignore[no-untyped-call]  # selenium's
    driver.get("about:blank")
