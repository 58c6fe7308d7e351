"""The panel behind the scenes, in Chromium as a person uses it."""

import json
from collections.abc import Iterator

import pytest
from selenium.webdriver.common.keys import Keys

from bot.playground.faults import delivered_twice, ratelimited
from bot.playground.modals import checked_view, open_modal
from tests import browser
from tests.browser import FORM, PageWindow

driver, served_page, window = browser.driver, browser.served_page, browser.window  # pytest finds fixtures by name

GENERAL, YOU = "C0PLAYGEN1", "U0PLAYYOU1"


@pytest.fixture(autouse=True)
def no_complaints(window: PageWindow) -> Iterator[None]:
    yield
    assert not window.complaints()


def open_tool(window: PageWindow, tab: str = "wire") -> None:
    window.click("[data-do=toggle-tool]")
    if tab != "wire":
        window.click(f"#tool [data-tool={tab}]")
    window.one(f"#tool-tab-{tab}[aria-selected=true]")


def test_the_wire_moves_while_one_looks_at_it_and_shows_each_payload(window: PageWindow) -> None:
    window.open("/?channel=general")
    open_tool(window)
    window.one("#tool .empty", "Nothing on the wire yet")
    window.write("@Echo hello" + Keys.ESCAPE + Keys.ENTER)
    window.click("#tool .exchange", "app_mention")
    sent = window.text("dialog [data-part=sent]", "event_callback")
    assert json.loads(sent)["event"]["text"] == "<@U0PLAYBOT1> hello"
    window.driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"origin": window.url, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    window.click("dialog [data-copies=scenario]")
    window.one("dialog [data-copies=scenario]", "Copied")
    copied = window.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert "async with scene(database) as s:" in copied
    window.press_keys(Keys.ESCAPE)
    window.gone("dialog.modal-wide")
    assert window.driver.switch_to.active_element.get_attribute("data-exchange") == "delivery-0"


def test_a_fault_is_ordered_by_hand_and_called_off(window: PageWindow) -> None:
    window.open("/?channel=general")
    open_tool(window, "faults")
    window.click("#tool [type=submit]")
    window.one("#tool .waiting", "429, Retry-After: 3 s at chat.postMessage")
    window.write("Delivered twice", "#tool [name=fault]")
    window.click("#tool [type=submit]")
    window.one("#tool .waiting", "Delivered twice at any event")
    faults = window.page.workspace.faults
    assert window.page.do(faults.waiting) == [("chat.postMessage", ratelimited(after=3)), ("event", delivered_twice())]
    window.click("#tool [data-do=clear-faults]")
    window.one("#tool .tool-words", "Slack is well")


def test_the_panel_opens_moves_and_closes_by_keyboard(window: PageWindow) -> None:
    window.open("/?channel=general")
    opener = window.one("[data-do=toggle-tool]")
    opener.send_keys(Keys.ENTER)
    window.one("#tool-tab-wire:focus")
    window.press_keys(Keys.ARROW_LEFT)
    window.one("#tool-tab-engine:focus")
    window.one("#tool .empty", "No choice here")
    window.press_keys(Keys.ESCAPE)
    window.gone("#tool [role=tab]")
    window.one("[data-do=toggle-tool]:focus")
    assert opener.get_attribute("aria-expanded") == "false"


def test_the_panel_is_a_drawer_in_a_narrow_window(window: PageWindow) -> None:
    window.resize(380, 720, "dark")
    window.open("/?channel=general&tool=faults")
    panel = window.one("#tool")
    assert panel.rect["width"] == 380
    assert window.driver.execute_script("return document.documentElement.scrollWidth") == 380
    window.click("[data-do=close-tool]")
    window.gone("#tool [role=tab]")
    window.click("[data-do=toggle-sidebar]")
    window.one("#sidebar .entry", "general")


def test_reacting_shows_at_once_and_again_takes_it_away(window: PageWindow) -> None:
    window.page.run(window.page.workspace.say("U0PLAYMEI2", GENERAL, "good?"))
    window.open("/?channel=general")
    window.hover("#main .message", "good?")
    window.click("#main .toolbar [data-react=thumbsup]")
    window.click("#main .reaction[aria-pressed=true]")
    window.gone("#main .reaction")


def test_a_dialog_does_not_survive_a_reload(window: PageWindow) -> None:
    window.open("/?channel=general")
    window.page.do(lambda: open_modal(window.page.workspace, YOU, checked_view(FORM, "modal")))
    window.one("dialog[open]", "Tell me more")
    window.open("/?channel=general")
    window.gone("dialog[open]", "Tell me more")
    assert window.page.do(lambda: window.page.workspace.open_views(YOU)) == []
