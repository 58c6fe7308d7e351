"""Debian's Chromium, driven by Selenium, and the playground's page to drive it through.

Out: `served_page`, the page of a new workspace whose app is an `EchoApp`, on a real server on loopback, and `window`, a
headless window on it. Where no Chromium or chromedriver is installed, tests that ask for one skip.
"""

import asyncio
import contextlib
import shutil
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import pytest
import uvicorn
from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from starlette.applications import Starlette

from bot.playground import page
from bot.playground.changes import Change
from bot.playground.conversations import Message
from bot.playground.faults import SocketFault
from bot.playground.loopback import GUARDS
from bot.playground.modals import checked_view, open_modal
from bot.playground.records import Delivery
from bot.playground.workspace import Workspace

T = TypeVar("T")

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Echo"},
    "features": {
        "agent_view": {
            "agent_description": "Repeats.",
            "suggested_prompts": [{"title": "Say hello", "message": "hello"}],
        },
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "echo"},
        "slash_commands": [{"command": "/echo", "description": "Repeats what you say, to you alone", "usage_hint": "[anything]"}],
        "shortcuts": [{"name": "Echo this", "type": "message", "callback_id": "echo_this", "description": "Repeats a message"}],
    },
    "oauth_config": {"scopes": {"bot": ["app_mentions:read", "chat:write", "commands", "im:history"]}},
    "settings": {
        "event_subscriptions": {"bot_events": ["app_mention", "message.im", "app_home_opened"]},
        "interactivity": {"is_enabled": True},
    },
}

ANSWER_BUTTONS: dict[str, Any] = {
    "type": "actions",
    "block_id": "buttons",
    "elements": [
        {"type": "button", "action_id": "open_form", "text": {"type": "plain_text", "text": "Tell more"}},
        {"type": "button", "action_id": "again", "text": {"type": "plain_text", "text": "Again"}, "value": "again"},
    ],
}

FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Tell me more"},
    "submit": {"type": "plain_text", "text": "Send"},
    "close": {"type": "plain_text", "text": "Cancel"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "What should I say?"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}


@dataclass
class EchoApp:
    """An app behind the workspace, without a wire: it answers mentions and DMs in a thread, and commands to one person.

    The form refuses the word "wrong". `heard` are the deliveries, oldest first.
    """

    workspace: Workspace
    name: Literal["socket", "http"] = "socket"
    is_open: bool = True
    heard: list[Delivery] = field(default_factory=list)

    async def wait_until_open(self) -> None:
        """It always is."""

    async def break_off(self, fault: SocketFault) -> None:
        """There is no connection to break."""

    async def send(self, delivery: Delivery) -> Any:
        """Take a delivery and do what the app does about it; returns the acknowledgement's payload."""
        self.heard.append(delivery)
        payload = delivery.payload
        if delivery.kind == "event":
            return self._event(payload["event"])
        if delivery.kind == "command":
            self.post(payload["channel_id"], f"You said: {payload['text']}", only_for=payload["user_id"])
            return None
        return self._interaction(payload)

    def post(self, channel: str, text: str, *, thread: str | None = None, only_for: str | None = None, blocks: Any = None) -> str:
        """Post as the app; returns the ts."""
        bot = self.workspace.bot_user.id
        ts = self.workspace.conversations.timestamps.next()
        bot_id = self.workspace.installation.bot_id
        message = Message(channel, ts, bot, text, blocks, thread, bot_id=bot_id, ephemeral_for=only_for)
        self.workspace.post(message)
        return ts

    def _event(self, event: dict[str, Any]) -> None:
        if event["type"] in {"message", "app_mention"} and event.get("user") != self.workspace.bot_user.id:
            root = event.get("thread_ts") or event["ts"]
            blocks = [{"type": "markdown", "text": f"**Echo:** {event['text']}", "block_id": "said"}, ANSWER_BUTTONS]
            self.post(event["channel"], f"Echo: {event['text']}", thread=root, blocks=blocks)

    def _interaction(self, payload: dict[str, Any]) -> Any:
        if payload["type"] == "view_submission":
            return self._submission(payload["view"]["state"]["values"]["reason"]["text"]["value"], payload)
        if payload["type"] == "message_action":
            self.post(payload["channel"]["id"], f"Echo: {payload['message']['text']}", only_for=payload["user"]["id"])
        elif payload["actions"][0]["action_id"] == "open_form":
            open_modal(self.workspace, payload["user"]["id"], checked_view(FORM, "modal"))
        else:
            message = payload["message"]
            self.post(payload["channel"]["id"], "Once more", thread=message.get("thread_ts") or message["ts"])
        return None

    def _submission(self, text: str, payload: dict[str, Any]) -> Any:
        if text == "wrong":
            return {"response_action": "errors", "errors": {"reason": "Not that word"}}
        self.post(self.workspace.channel("general").id, f"{payload['user']['name']} wants: {text}")
        return None


@dataclass
class ServedPage:
    """The page of a workspace, served on loopback from a thread with an event loop of its own."""

    workspace: Workspace
    app: EchoApp
    url: str
    loop: asyncio.AbstractEventLoop
    server: uvicorn.Server

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine where the workspace lives; returns its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=10)

    def do(self, deed: Callable[[], T]) -> T:
        """Call something where the workspace lives; returns its result."""

        async def done() -> T:
            return deed()

        return self.run(done())

    def announce_status(self, channel: str, thread: str) -> None:
        """Tell the page that a thread's status line moved, as the Web API does."""
        self.workspace.changes.publish(Change("status_changed", channel, thread_ts=thread))

    def break_connections(self) -> None:
        """Break off the page's connections."""
        for connection in list(self.server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()


def free_socket() -> socket.socket:
    """Return a socket on a free port of loopback; whoever connects before it is served waits."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    return bound


@contextlib.contextmanager
def serving() -> Iterator[ServedPage]:
    """Serve the page of a new workspace until the block ends."""
    bound = free_socket()
    started = threading.Event()
    made: list[ServedPage] = []

    async def serve() -> None:
        workspace = Workspace(MANIFEST)
        app = EchoApp(workspace)
        workspace.dispatcher.transport = app
        config = uvicorn.Config(
            Starlette(routes=page.routes(workspace, MANIFEST), middleware=GUARDS),
            log_config=None,
            access_log=False,
            ws="websockets-sansio",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        made.append(ServedPage(workspace, app, url, asyncio.get_running_loop(), server))
        started.set()
        await server.serve(sockets=[bound])
        await workspace.shut_down()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(10), "the page's server did not start"
    try:
        yield made[0]
    finally:
        made[0].do(made[0].workspace.changes.close)
        made[0].server.should_exit = True
        thread.join(10)
        bound.close()


CHROMIUM_ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--no-first-run", "--disable-component-update", "--disable-sync", "--disable-default-apps", "--hide-scrollbars",
)  # fmt: skip


@contextlib.contextmanager
def chromium(profile: Path, *arguments: str) -> Iterator[webdriver.Chrome]:
    """Open a headless window with a fresh profile; skips the test where there is no Chromium."""
    binary, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("no chromium and chromedriver are installed")
    options = Options()
    options.binary_location = binary
    for argument in (*CHROMIUM_ARGUMENTS, f"--user-data-dir={profile}", *arguments):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    window = webdriver.Chrome(options=options, service=Service(driver))
    try:
        window.set_window_size(1280, 800)
        yield window
    finally:
        window.quit()


PATIENCE = 8.0
"""Seconds a test waits for the page to show something before it fails."""


@dataclass(frozen=True)
class Window:
    """One person's window on a playground at `url`."""

    driver: webdriver.Chrome
    url: str

    def open(self, address: str = "/") -> None:
        """Open an address of the page, and wait until it hears of changes."""
        self.driver.get(self.url + address)
        self.one("body[data-live=yes]")

    def one(self, selector: str, text: str = "") -> WebElement:
        """Wait for the first element under `selector` that holds `text`."""
        return self._until(lambda: self._found(selector, text), f"{selector} with {text!r}")

    def of(self, selector: str, text: str, reading: Callable[[WebElement], T]) -> T:
        """Read something of the first element under `selector` that holds `text`.

        The page may draw an element anew between finding and reading it; it is then found again.
        """

        def read() -> tuple[T] | None:
            element = self._found(selector, text)
            return None if element is None else (reading(element),)

        return self._until(read, f"{selector} with {text!r} to read")[0]

    def text(self, selector: str, text: str = "") -> str:
        """The shown words of the first element under `selector` that holds `text`."""
        return self.of(selector, text, lambda element: element.text)

    def value(self, selector: str) -> str:
        """What stands in a box."""
        return self.of(selector, "", lambda element: str(element.get_property("value")))

    def gone(self, selector: str, text: str = "") -> None:
        """Wait until nothing under `selector` holds `text`."""
        self._until(lambda: self._found(selector, text) is None, f"no {selector} with {text!r}")

    def count(self, selector: str) -> int:
        """How many elements there are now."""
        return len(self.driver.find_elements(By.CSS_SELECTOR, selector))

    def write(self, text: str, box: str = "#message-input") -> WebElement:
        """Type into a box."""

        def written(area: WebElement) -> WebElement:
            area.send_keys(text)
            return area

        return self.of(box, "", written)

    def press_keys(self, *keys: str) -> None:
        """Press keys wherever the focus is."""

        def pressed() -> bool | None:
            with contextlib.suppress(ElementNotInteractableException):  # drawn anew at this moment
                self.driver.switch_to.active_element.send_keys(*keys)
                return True
            return None

        self._until(pressed, f"{keys} to be taken")

    def focus_is_on(self, selector: str) -> bool:
        """Whether the focus is on such an element; asked in one breath, since the page may draw it anew at any time."""
        return bool(self.driver.execute_script("return document.activeElement.matches(arguments[0])", selector))

    def click(self, selector: str, text: str = "") -> None:
        """Click the first element under `selector` that holds `text`, once it is there and shown."""

        def clicked() -> bool:
            element = self._found(selector, text)
            if element is None:
                return False
            with contextlib.suppress(ElementNotInteractableException, ElementClickInterceptedException):
                element.click()
                return True
            return False

        self._until(clicked, f"{selector} with {text!r} to click")

    def hover(self, selector: str, text: str = "") -> None:
        """Move the pointer over an element."""
        self.of(selector, text, lambda element: ActionChains(self.driver).move_to_element(element).perform())

    def resize(self, width: int, height: int, scheme: str) -> None:
        """Give the window a size in CSS pixels and a colour scheme, "light" or "dark"."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def complaints(self) -> list[str]:
        """What the browser's console complained of so far: script errors, refused styles, missing files."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]  # type: ignore[no-untyped-call]  # selenium's

    def _found(self, selector: str, text: str) -> WebElement | None:
        elements = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return next((each for each in elements if text in str(each.get_property("textContent"))), None)

    def _until(self, condition: Callable[[], T | None], what: str) -> T:
        wait = WebDriverWait(self.driver, PATIENCE, 0.05, [StaleElementReferenceException])
        found = wait.until(lambda _driver: condition(), f"waited for {what}")
        assert found is not None
        return found


@dataclass(frozen=True)
class PageWindow(Window):
    """A window on a page served here."""

    page: ServedPage


@pytest.fixture
def served_page() -> Iterator[ServedPage]:
    with serving() as served:
        yield served


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One Chromium for all tests: every page is an origin of its own, so nothing one test left is there for the next."""
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def window(driver: webdriver.Chrome, served_page: ServedPage) -> Iterator[PageWindow]:
    driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's; what earlier tests left in it
    yield PageWindow(driver, served_page.url, served_page)
    driver.get("about:blank")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
