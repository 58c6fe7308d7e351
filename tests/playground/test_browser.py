"""The playground's page through a real browser: what a person does, and what they and the others then see."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.keys import Keys
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.models.messages.chunk import MarkdownTextChunk, TaskUpdateChunk
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.server import EmulatedSlack, emulated_slack
from tests import browser
from tests.browser import MANIFEST, PageWindow, Window

driver, served_page, window = browser.driver, browser.served_page, browser.window  # pytest finds fixtures by name

GENERAL = "/?channel=general"


def test_a_sent_message_shows_at_once_and_the_answer_opens_from_its_reply_count(window: PageWindow) -> None:
    window.open(GENERAL)
    window.write("@Echo good morning" + Keys.ESCAPE + Keys.ENTER)
    window.one("#main .message .mention", "@Echo")
    window.click("#main .replies", "1 reply")
    window.one("#thread .message", "Echo: ")
    assert window.of("#thread h2", "Thread", lambda heading: heading.is_displayed())
    assert not window.complaints()


def test_a_reply_written_in_the_thread_stays_in_the_thread(window: PageWindow) -> None:
    ts = window.page.run(window.page.workspace.say("U0PLAYMEI2", "C0PLAYGEN1", "who knows?"))
    window.open(GENERAL)
    window.hover("#main .message", "who knows?")
    window.click("#main .toolbar [data-open-thread]")
    window.write("I do" + Keys.ENTER, "#thread-input")
    window.one("#thread .message:not(.pending)", "I do")
    assert window.count("#main .messages > .message") == 1
    assert [each.text for each in window.page.do(lambda: window.page.workspace.thread("C0PLAYGEN1", ts, viewer="U0PLAYYOU1"))] == [
        "who knows?",
        "I do",
    ]


def test_escape_closes_the_thread(window: PageWindow) -> None:
    ts = window.page.run(window.page.workspace.say("U0PLAYMEI2", "C0PLAYGEN1", "hello"))
    window.open(f"{GENERAL}&thread={ts}")
    window.one("#thread .message", "hello")
    window.press_keys(Keys.ESCAPE)
    window.gone("#thread .message")
    assert "thread" not in window.driver.current_url


def test_a_slash_lists_the_commands_and_tab_completes_one(window: PageWindow) -> None:
    window.open(GENERAL)
    area = window.write("/")
    assert "Repeats what you say, to you alone" in window.text(".completion li", "/echo")
    area.send_keys(Keys.TAB + "three words" + Keys.ENTER)
    window.one(".message.ephemeral", "You said: three words")
    assert not window.complaints()


def test_an_at_sign_lists_the_people_and_enter_picks_one(window: PageWindow) -> None:
    window.open(GENERAL)
    window.write("hello @mei")
    window.one(".completion li", "Mei Lin")
    window.press_keys(Keys.ENTER)
    window.write("and all" + Keys.ENTER)
    assert window.text("#main .message .mention") == "@Mei Lin"
    assert (
        window.page.do(lambda: window.page.workspace.messages("C0PLAYGEN1", viewer="U0PLAYYOU1"))[-1].text == "hello <@U0PLAYMEI2> and all"
    )


def test_an_ephemeral_message_is_seen_by_one_person_only_and_can_be_dismissed(window: PageWindow) -> None:
    window.open(GENERAL)
    window.page.do(lambda: window.page.app.post("C0PLAYGEN1", "for you", only_for="U0PLAYYOU1"))
    window.page.do(lambda: window.page.app.post("C0PLAYGEN1", "for all"))
    window.one(".message", "for all")
    window.one(".ephemeral", "for you")
    window.open(f"{GENERAL}&as=mei")
    window.one(".message", "for all")
    assert window.count(".ephemeral") == 0
    window.open(GENERAL)
    window.click("[data-do=dismiss]")
    window.gone(".ephemeral")


def test_a_modal_says_what_is_wrong_at_the_field_and_closes_when_it_is_right(window: PageWindow) -> None:
    window.open()
    window.write("hello" + Keys.ENTER)
    window.click("#thread .button", "Tell more")
    window.one("dialog[open] h2", "Tell me more")
    window.press_keys(Keys.ENTER)
    window.one("dialog .field-error", "Please complete this required field.")
    window.press_keys("wrong", Keys.ENTER)
    window.one("dialog .field-error", "Not that word")
    window.press_keys(Keys.CONTROL + "a")
    window.press_keys("right", Keys.ENTER)
    window.gone("dialog[data-view]")
    window.open(GENERAL)
    window.one(".message", "you wants: right")
    assert not window.complaints()


def test_escape_closes_a_modal_and_gives_the_page_back(window: PageWindow) -> None:
    window.open()
    window.write("hello" + Keys.ENTER)
    window.click("#thread .button", "Tell more")
    window.one("dialog[open]")
    window.press_keys(Keys.ESCAPE)
    window.gone("dialog[data-view]")
    assert window.page.do(lambda: window.page.workspace.open_views("U0PLAYYOU1")) == []


def test_a_button_in_a_message_reaches_the_app(window: PageWindow) -> None:
    window.open()
    window.write("hello" + Keys.ENTER)
    window.click("#thread .button", "Again")
    window.one("#thread .message", "Once more")
    pressed = [each for each in window.page.app.heard if each.kind == "interaction"]
    action = pressed[-1].payload["actions"][0]
    assert (action["action_id"], action["value"]) == ("again", "again")


def test_an_app_that_does_not_answer_is_said_to_the_person(window: PageWindow) -> None:
    window.open(GENERAL)
    window.page.app.is_open = False
    window.write("/echo hi" + Keys.ENTER)
    window.one(".message", "/echo failed because the app did not respond")


def test_a_message_shortcut_is_in_the_message_menu(window: PageWindow) -> None:
    window.page.run(window.page.workspace.say("U0PLAYMEI2", "C0PLAYGEN1", "repeat me"))
    window.open(GENERAL)
    window.hover("#main .message", "repeat me")
    window.click("#main .toolbar summary")
    window.click("[data-shortcut=echo_this]")
    window.one(".ephemeral", "Echo: repeat me")


def test_ones_own_message_can_be_edited_and_deleted(window: PageWindow) -> None:
    window.open(GENERAL)
    window.write("a < b" + Keys.ENTER)
    window.hover("#main .message:not(.pending)", "a < b")
    window.click("#main .toolbar summary")
    window.click("[data-do=edit]")
    window.press_keys(Keys.END, " & c", Keys.ENTER)
    assert window.text("#main .content", "a < b & c") == "a < b & c (edited)"
    window.hover("#main .message", "a < b & c")
    window.click("#main .toolbar summary")
    window.click("[data-do=delete]")
    window.click("dialog .button-danger", "Delete")
    window.gone("#main .message")


def test_the_arrow_up_edits_what_one_wrote_last(window: PageWindow) -> None:
    window.open(GENERAL)
    window.write("teh end" + Keys.ENTER)
    window.one("#main .message:not(.pending)", "teh end")
    window.write(Keys.ARROW_UP)
    window.one(".edit-form textarea").clear()
    window.write("the end" + Keys.ENTER, ".edit-form textarea")
    window.one("#main .content", "the end (edited)")


def test_a_deleted_thread_closes_its_panel(window: PageWindow) -> None:
    page = window.page
    ts = page.run(page.workspace.say("U0PLAYMEI2", "C0PLAYGEN1", "soon gone"))
    window.open(f"{GENERAL}&thread={ts}")
    window.one("#thread .message", "soon gone")
    page.run(page.workspace.delete_message("U0PLAYMEI2", "C0PLAYGEN1", ts))
    window.one("body:not(.with-thread)")


def test_a_long_conversation_stays_where_one_reads_and_says_that_there_is_more(window: PageWindow) -> None:
    page = window.page
    for number in range(30):
        page.do(partial(page.app.post, "C0PLAYGEN1", f"line {number}"))
    window.open(GENERAL)
    window.one(".message", "line 29")
    scrolled = "const list = document.querySelector('#main .scroller'); return list.scrollHeight - list.clientHeight - list.scrollTop"
    assert window.driver.execute_script(scrolled) < 2
    window.driver.execute_script("document.querySelector('#main .scroller').scrollTop = 0")
    window.gone("#main .scroller[data-at-end=yes]")
    page.do(lambda: page.app.post("C0PLAYGEN1", "the newest"))
    window.click(".to-bottom", "New messages")
    window.one("#main .scroller[data-at-end=yes]")
    assert window.driver.execute_script(scrolled) < 2


def test_a_draft_waits_in_its_channel_and_survives_a_reload(window: PageWindow) -> None:
    window.open(GENERAL)
    window.write("half a thought")
    window.click(".entry", "strategy")
    window.one(".entry.current", "strategy")
    assert window.value("#message-input") == ""
    window.open(GENERAL)
    assert window.value("#message-input") == "half a thought"


def test_unread_messages_are_counted_until_the_channel_is_opened(window: PageWindow) -> None:
    window.open("/?channel=strategy")
    window.page.run(window.page.workspace.say("U0PLAYMEI2", "C0PLAYGEN1", "<@U0PLAYYOU1> look"))
    assert window.text(".entry.unread .badge") == "1"
    window.click(".entry.unread", "general")
    window.gone(".entry.unread")


def test_the_status_line_comes_and_goes_with_the_app_s_work(window: PageWindow) -> None:
    page = window.page
    ts = page.run(page.workspace.say("U0PLAYYOU1", "C0PLAYGEN1", "a question"))
    window.open(GENERAL)

    def work() -> None:
        page.workspace.threads.set_status(("C0PLAYGEN1", ts), "is searching the documents…", ())
        page.announce_status("C0PLAYGEN1", ts)

    page.do(work)
    window.one("#main .status-line", "Echo is searching the documents…")
    page.do(lambda: page.app.post("C0PLAYGEN1", "found it", thread=ts))
    window.gone("#main .status-line", "is searching")


def test_the_switcher_goes_where_a_few_letters_say(window: PageWindow) -> None:
    window.open()
    window.press_keys(Keys.CONTROL + "k")
    window.one("#switcher[open]")
    window.press_keys("strat", Keys.ENTER)
    window.one(".entry.current", "strategy")
    assert "channel=C0PLAYSTR2" in window.driver.current_url


def test_a_suggested_prompt_is_sent_as_it_says(window: PageWindow) -> None:
    window.open()
    window.click(".prompt", "Say hello")
    window.one("#thread .message", "Echo: hello")


def test_markup_in_a_message_stays_words(window: PageWindow) -> None:
    window.open(GENERAL)
    attack = "<img src=x onerror=\"document.title='gone'\"><script>document.title='gone'</script>"
    window.write(attack + Keys.ENTER)
    assert window.text("#main .message:not(.pending) .content") == attack
    assert window.count("#main .content img, #main .content script") == 0
    assert "gone" not in window.driver.title


def test_nothing_is_lost_when_the_connection_breaks(window: PageWindow) -> None:
    window.open(GENERAL)
    window.page.do(window.page.break_connections)
    window.page.do(lambda: window.page.app.post("C0PLAYGEN1", "while you were away"))
    window.one(".message", "while you were away")
    window.one("body[data-live=yes]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (700, 900), (390, 800)])
def test_no_size_or_colour_scheme_leaves_the_page_blank_or_too_wide(window: PageWindow, scheme: str, size: tuple[int, int]) -> None:
    window.page.run(window.page.workspace.say("U0PLAYMEI2", "C0PLAYGEN1", "hello " * 60))
    window.resize(*size, scheme)
    window.open(GENERAL)
    assert window.of(".message", "hello", lambda message: message.is_displayed())
    assert window.driver.execute_script("return document.documentElement.scrollWidth") == size[0]
    ground = window.driver.execute_script("return getComputedStyle(document.querySelector('#main')).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(22, 25, 31)"}[scheme]
    assert len(window.driver.get_screenshot_as_png()) > 8_000
    assert not window.complaints()


def bolt_app(slack: EmulatedSlack, go_on: asyncio.Event) -> AsyncApp:
    """An app of Slack's own library that streams an answer to a DM, and pauses in it until `go_on`."""
    app = AsyncApp(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url))

    @app.event("message")
    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        place = {"channel": event["channel"], "thread_ts": event["ts"]}
        stream = await client.chat_stream(**place, task_display_mode="plan")
        await stream.append(chunks=[TaskUpdateChunk(id="1", title="Reading", status="in_progress")])
        await stream.append(chunks=[MarkdownTextChunk(text="The **first** half")])
        await go_on.wait()
        await stream.append(chunks=[TaskUpdateChunk(id="1", title="Reading", status="complete")])
        await stream.stop(markdown_text=" and the rest.")

    return app


def watch_the_stream(window: Window, go_on: Callable[[], object]) -> None:
    window.open()
    window.write("what is it?" + Keys.ENTER)
    window.one("#thread [data-streaming]", "The first half")
    window.one("#thread .task-in_progress", "Reading")
    go_on()
    window.one("#thread .message:not([data-streaming])", "The first half and the rest.")
    window.one("#thread .task-complete", "Reading")
    assert not window.complaints()


async def stream_to(driver: Chrome) -> None:
    go_on = asyncio.Event()
    async with emulated_slack(manifest=MANIFEST) as slack:
        handler = AsyncSocketModeHandler(bolt_app(slack, go_on), slack.app_token)
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's
        loop = asyncio.get_running_loop()
        await asyncio.to_thread(watch_the_stream, Window(driver, slack.url), lambda: loop.call_soon_threadsafe(go_on.set))
        await asyncio.to_thread(driver.get, "about:blank")
        await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's


def test_an_answer_that_a_bolt_app_streams_grows_in_the_open_thread(driver: Chrome) -> None:
    driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's; what earlier tests left in it
    asyncio.run(stream_to(driver))
