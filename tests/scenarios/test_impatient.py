"""People who do not wait: they press twice, reload in the middle, go back, ask two at once, stop, and use no mouse. In a real browser."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from bot.llm.scripted import ScriptedModel
from tests import browser
from tests.browser import Window
from tests.scenarios.scripts import AREAS, slowly
from tests.scenarios.stage import Scene, scene

driver = browser.driver  # pytest finds fixtures by name
T = TypeVar("T")

QUESTION = "What are the seven areas in the open letter?"


@dataclass(frozen=True)
class Stage:
    """A scene that plays in a thread, for a browser to look at."""

    scene: Scene
    loop: asyncio.AbstractEventLoop

    def do(self, deed: Callable[[], T]) -> T:
        """Call something where the scene plays."""

        async def done() -> T:
            return deed()

        return self.run(done())

    def run(self, deed: Coroutine[Any, Any, T]) -> T:
        """Run something there."""
        return asyncio.run_coroutine_threadsafe(deed, self.loop).result(timeout=20)

    def settled(self) -> None:
        """Wait until nothing is being answered any more."""
        self.run(self.scene.until(lambda: not {row["status"] for row in self.scene.bot.store.rows()} & {"queued", "running"}))

    def shared(self) -> list[str]:
        """What the bot said to everybody in #general, outside of threads."""
        s = self.scene
        bot = s.slack.workspace.bot_user.id
        seen = self.do(lambda: s.slack.workspace.messages(s.general, viewer=s.you))
        return [m.ts for m in seen if m.user == bot and m.ephemeral_for is None]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The bot with a model that takes its time over each sentence."""
    ready, over, made = threading.Event(), asyncio.Event(), list[Stage]()
    database: Path = tmp_path_factory.mktemp("impatient") / "log.sqlite3"

    async def play() -> None:
        async with scene(database, ScriptedModel(slowly(*AREAS[:4], pause=0.8))) as s:
            made.append(Stage(s, asyncio.get_running_loop()))
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: asyncio.run(play()))
    thread.start()
    assert ready.wait(20), "the scene did not begin"
    yield made[0]
    made[0].loop.call_soon_threadsafe(over.set)
    thread.join(20)


@pytest.fixture
def window(driver: Chrome, stage: Stage) -> Iterator[Window]:
    driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's; what earlier tests left in it
    yield Window(driver, stage.scene.slack.url)
    driver.get("about:blank")
    stage.settled()


def asked_in_thread(window: Window, question: str = QUESTION) -> None:
    """Ask in #general and open the thread as soon as the reply begins."""
    window.open("/?channel=general")
    window.write(f"@Tencent {question}" + Keys.ESCAPE + Keys.ENTER)
    threads = window.count("#main .replies")
    window.click("#main .message:last-of-type .replies", "1 reply") if threads else window.click("#main .replies", "1 reply")


def test_a_reload_in_the_middle_of_an_answer_loses_nothing_of_it(window: Window) -> None:
    asked_in_thread(window)
    window.one("#thread .task-in_progress", "Checking every sentence")
    window.one("#thread .message", AREAS[0][:40])
    window.driver.refresh()
    window.one("body[data-live=yes]")
    window.one("#thread .message", AREAS[3][:40])
    window.one("#thread .task-complete", "Every sentence checked")
    window.one("#thread button", "Why this answer?")
    said = window.text("#thread")
    assert said.count(AREAS[1][:40]) == 1
    window.driver.back()
    window.driver.forward()
    window.one("#thread .message", AREAS[3][:40])
    assert not window.complaints()


def test_pressing_twice_does_it_once(window: Window, stage: Stage) -> None:
    before = len(stage.shared())
    window.open("/?channel=general")
    window.write(f"/tencent {QUESTION}" + Keys.ENTER)
    share = "#main .message.ephemeral button[data-action=share]"
    window.one(share)
    window.driver.execute_script("const share = document.querySelector(arguments[0]); share.click(); share.click()", share)
    window.one("#main .message:not(.ephemeral)", "Asked by")
    window.gone("#main .message.ephemeral button[data-action=share]")
    stage.settled()
    assert len(stage.shared()) == before + 1
    thumb = '#main .message:not(.ephemeral) button[data-value^="good:"]'
    window.of(thumb, "", lambda button: ActionChains(window.driver).double_click(button).perform())
    window.one('#main .message:not(.ephemeral) button[data-value^="good:"][aria-pressed=true]')
    stage.run(stage.scene.slack.workspace.delivered())
    store = stage.scene.bot.store
    assert [rating.is_good for rating in store.ratings([row["id"] for row in store.rows()])] == [True]
    assert not window.complaints()


def test_stop_ends_an_answer_where_it_is_and_says_so(window: Window, stage: Stage) -> None:
    asked_in_thread(window)
    window.one("#thread .message", AREAS[0][:40])
    window.click("[data-do=stop]")
    window.one("#thread .message", "Stopped, as you asked.")
    stage.settled()
    assert AREAS[3][:40] not in window.text("#thread .message:last-of-type")
    window.gone("[data-do=stop]")


def test_two_people_who_ask_at_once_each_get_their_answer_in_their_own_place(window: Window, stage: Stage) -> None:
    other = stage.do(lambda: next(user.id for user in stage.scene.slack.workspace.people if user.id != stage.scene.you))
    window.open("/?channel=general")
    window.write(f"/tencent {QUESTION}" + Keys.ENTER)
    stage.run(stage.scene.slack.workspace.command(other, stage.scene.general, "/tencent", QUESTION))
    window.one("#main .message.ephemeral button[data-action=share]")
    stage.settled()
    waiting = "Reading the documents…"
    assert all(waiting not in m.text for user in (stage.scene.you, other) for m in stage.do(lambda user=user: stage.scene.private(user)))  # type: ignore[misc]  # a loop's variable, bound
    assert len(stage.do(lambda: stage.scene.private(other))) == 1


def test_everything_can_be_reached_without_a_mouse(window: Window, stage: Stage) -> None:
    im = stage.do(lambda: stage.scene.slack.workspace.im(stage.scene.you).id)
    window.open(f"/?channel={im}")
    window.write(QUESTION + Keys.ENTER)
    tab_to(window, "replies")
    window.press_keys(Keys.ENTER)
    window.one("#thread button", "Why this answer?")
    tab_to(window, "[data-action=sources]")
    window.press_keys(Keys.ENTER)
    window.one("dialog[open]", "The quote stands in bold")
    tab_to(window, "[data-action=read]")
    window.press_keys(Keys.SPACE)
    window.one("dialog[open]", "Passage 2 of")
    window.press_keys(Keys.ESCAPE)
    window.one("dialog[open]", "Read on from here")
    window.one("dialog[open] :focus, dialog[open]:focus")
    window.press_keys(Keys.ESCAPE)
    window.gone("dialog[open]")
    window.one("[data-action=sources]:focus")  # back where one was
    tab_to(window, '[data-value^="bad:"]')
    window.press_keys(Keys.ENTER)
    window.one("dialog[open] textarea")
    tab_to(window, "[type=submit]")
    window.press_keys(Keys.ENTER)
    window.one("dialog[open]", "Thank you")
    window.press_keys(Keys.ESCAPE)
    window.gone("dialog[open]")
    window.one('[data-value^="bad:"]:focus')


def tab_to(window: Window, what: str) -> None:
    """Press Tab, as a person does, until the focus is on a part of that kind."""
    for _ in range(80):
        window.press_keys(Keys.TAB)
        if window.focus_is_on(what if what.startswith("[") else f".{what}"):
            return
    focused = window.driver.execute_script("return document.activeElement.outerHTML")
    pytest.fail(f"no Tab leads to {what}; the focus is on {focused[:200]}")


def test_the_parts_of_a_page_have_names_for_those_who_hear_it(window: Window, stage: Stage) -> None:
    asked_in_thread(window)
    window.one("#thread button", "Why this answer?")
    stage.settled()
    assert window.of("body", "", nameless_parts) == []


def nameless_parts(body: WebElement) -> list[str]:
    return [
        str(element.get_attribute("outerHTML"))[:200]
        for element in body.find_elements(By.CSS_SELECTOR, "button, a[href], input, select, textarea")
        if element.is_displayed() and not element.accessible_name.strip()
    ]


def test_a_thread_stays_at_its_end_when_there_is_less_room(window: Window, stage: Stage) -> None:
    asked_in_thread(window)
    window.one("#thread button", "Why this answer?")
    stage.settled()
    try:
        for width in (400, 1280, 620):
            window.resize(width, 600, "dark")
            window.one("#thread .scroller[data-at-end=yes]")
            left = "const l = document.querySelector('#thread .scroller'); return l.scrollHeight - l.scrollTop - l.clientHeight"
            assert window.driver.execute_script(left) < 2
            assert window.driver.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        window.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        window.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
