"""The page's routes without a browser: what they answer, to whom, and what they refuse."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.playground import page
from bot.playground.conversations import Message
from bot.playground.loopback import GUARDS
from bot.playground.modals import checked_view, open_modal
from bot.playground.page_messages import names_typed, typed, typed_again
from bot.playground.page_offers import offers
from bot.playground.page_places import place
from bot.playground.rendering_references import Reader
from bot.playground.workspace import Workspace
from tests.browser import FORM, MANIFEST, EchoApp

YOU, MEI = "U0PLAYYOU1", "U0PLAYMEI2"
GENERAL = "C0PLAYGEN1"


@pytest.fixture
def workspace() -> Workspace:
    made = Workspace(MANIFEST)
    made.dispatcher.transport = EchoApp(made)
    return made


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    app = Starlette(routes=page.routes(workspace, MANIFEST), middleware=GUARDS)
    with TestClient(app, base_url="http://127.0.0.1") as opened:
        yield opened


def perform(client: TestClient, deed: str, person: str = "you", **details: Any) -> dict[str, Any]:
    answer = client.post(f"/page/deeds/{deed}?as={person}", json=details)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def main(client: TestClient, address: str) -> str:
    parts = client.get(f"/page/parts?want=main&{address}").json()
    return str(parts["main"])


def test_the_page_shows_the_app_s_messages_first_and_its_prompts(client: TestClient) -> None:
    html = client.get("/").text
    assert "This conversation is between you and <b>Echo</b>" in html
    assert 'data-prompt="hello"' in html
    assert "not Slack" in html


def test_every_answer_forbids_scripts_and_styles_that_are_not_ours(client: TestClient) -> None:
    for address in ("/", "/page/parts?want=main", "/static/page.js"):
        policy = client.get(address).headers["content-security-policy"]
        assert "default-src 'none'; script-src 'self'; style-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_page_has_no_inline_script_style_or_handler(client: TestClient) -> None:
    html = client.get("/").text
    assert "<style" not in html
    assert " style=" not in html
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert html.count("<script") == html.count('<script type="module" src="/static/') == 1


def test_another_site_s_page_can_neither_write_nor_listen(client: TestClient) -> None:
    foreign = {"origin": "https://elsewhere.example"}
    assert client.post("/page/deeds/say", json={"channel": GENERAL, "text": "x"}, headers=foreign).status_code == 403
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400
    assert client.post("/page/deeds/say", content='{"channel": "C0PLAYGEN1", "text": "x"}').status_code == 404


def test_what_one_types_is_escaped_and_its_names_become_references(client: TestClient, workspace: Workspace) -> None:
    perform(client, "say", channel=GENERAL, text="@Mei Lin see #random & <b>, not @nobody")
    said = workspace.messages(GENERAL, viewer=YOU)[-1]
    assert said.text == "<@U0PLAYMEI2> see <#C0PLAYRAN3> &amp; &lt;b&gt;, not @nobody"
    html = main(client, "channel=general")
    assert "@Mei Lin</span>" in html
    assert "&amp; &lt;b&gt;" in html


def test_what_was_typed_comes_back_for_editing() -> None:
    reader = Reader("U1", {"U1": "Ann", "U2": "Ann Lee"}, {"C1": "general"})
    names = {"@Ann": "<@U1>", "@Ann Lee": "<@U2>", "#general": "<#C1>"}
    for text in ("see https://a.b/c?d=1&e=2, or <https://f.g>.", "@Ann Lee and @Ann in #general", "a < b && c > d", "&lt; stays", "plain"):
        assert typed_again(typed(text, names), reader) == text


def test_a_name_typed_by_hand_is_a_mention_in_any_case_and_only_as_a_whole_word(workspace: Workspace) -> None:
    names = names_typed(workspace)
    assert typed("@echo and @Echo, not @echoes nor me@echo", names) == "<@U0PLAYBOT1> and <@U0PLAYBOT1>, not @echoes nor me@echo"
    assert (
        typed("@mei lin, @sam: see #general-ly or #general", names) == "<@U0PLAYMEI2>, <@U0PLAYSAM3>: see <#C0PLAYGEN1>-ly or <#C0PLAYGEN1>"
    )


def test_an_address_typed_becomes_a_link_and_leaves_the_punctuation_out() -> None:
    assert typed("see https://a.b/c?d=1&e=2, or (<https://f.g>).", {"@x": "<@U1>"}) == (
        "see <https://a.b/c?d=1&amp;e=2>, or (&lt;<https://f.g>&gt;)."
    )


def test_a_reaction_is_a_button_that_takes_it_away_again(client: TestClient, workspace: Workspace) -> None:
    ts = perform(client, "say", channel=GENERAL, text="good?")["ts"]
    perform(client, "react", "mei", channel=GENERAL, ts=ts, emoji="thumbsup")
    assert 'data-react="thumbsup" aria-pressed="false" title="Mei Lin"' in main(client, "channel=general")
    assert 'data-react="thumbsup" aria-pressed="true"' in main(client, "channel=general&as=mei")
    perform(client, "react", "mei", channel=GENERAL, ts=ts, emoji="thumbsup")
    assert workspace.messages(GENERAL, viewer=YOU)[-1].reactions == {}


def test_a_page_loaded_anew_has_no_modal_open(client: TestClient, workspace: Workspace) -> None:
    open_modal(workspace, YOU, checked_view(FORM, "modal"))
    open_modal(workspace, MEI, checked_view(FORM, "modal"))
    assert "<dialog" in client.get("/page/parts?want=views").json()["views"]
    client.get("/")
    assert workspace.open_views(YOU) == []
    assert len(workspace.open_views(MEI)) == 1


def test_messages_of_one_author_share_a_heading_until_another_speaks(client: TestClient) -> None:
    for person, text in (("you", "one"), ("you", "two"), ("mei", "three"), ("you", "four")):
        perform(client, "say", person, channel=GENERAL, text=text)
    html = main(client, "channel=general")
    assert html.count('class="message compact"') == 1
    assert html.count(">Today<") == 1


def test_a_thread_shows_its_root_its_replies_and_the_channel_only_their_number(client: TestClient) -> None:
    ts = perform(client, "say", channel=GENERAL, text="root")["ts"]
    perform(client, "say", "mei", channel=GENERAL, text="first reply", thread=ts)
    perform(client, "say", "mei", channel=GENERAL, text="second reply", thread=ts)
    parts = client.get(f"/page/parts?want=main,thread&channel=general&thread={ts}").json()
    assert "first reply" not in parts["main"]
    assert "2 replies" in parts["main"]
    assert "first reply" in parts["thread"]
    assert parts.keys() == {"main", "thread"}


def test_an_ephemeral_message_is_in_one_person_s_page_only(client: TestClient, workspace: Workspace) -> None:
    perform(client, "command", channel=GENERAL, command="/echo", text="hush")
    assert "You said: hush" in main(client, "channel=general")
    assert "hush" not in main(client, "channel=general&as=mei")
    ts = workspace.messages(GENERAL, viewer=YOU)[-1].ts
    perform(client, "dismiss", "mei", channel=GENERAL, ts=ts)
    assert "You said: hush" in main(client, "channel=general")
    perform(client, "dismiss", channel=GENERAL, ts=ts)
    assert "hush" not in main(client, "channel=general")


def test_the_sidebar_counts_what_one_has_not_read(client: TestClient) -> None:
    main(client, "channel=general&as=mei")
    perform(client, "say", channel=GENERAL, text="@Mei Lin hello")
    sidebar = client.get("/page/parts?want=sidebar&channel=strategy&as=mei").json()["sidebar"]
    assert 'aria-label="1 unread"' in sidebar
    main(client, "channel=general&as=mei")
    assert "unread" not in client.get("/page/parts?want=sidebar&channel=strategy&as=mei").json()["sidebar"]


def test_what_slack_would_refuse_is_refused_with_a_reason(client: TestClient) -> None:
    answer = client.post("/page/deeds/say", json={"channel": "C0NOWHERE", "text": "x"})
    assert (answer.status_code, answer.json()) == (409, {"refused": "U0PLAYYOU1 is not in C0NOWHERE"})
    assert client.post("/page/deeds/say", json={"channel": GENERAL, "text": ""}).status_code == 422
    assert client.post("/page/deeds/say", json={"channel": GENERAL, "text": "x", "extra": 1}).status_code == 422
    assert client.post("/page/deeds/fly", json={}).status_code == 404


def test_an_address_that_is_wrong_falls_back_to_what_there_is(workspace: Workspace) -> None:
    found = place(workspace, {"as": "nobody", "channel": "nowhere", "thread": "1.2", "tab": "attic", "limit": "-1"})
    assert (found.me.id, found.channel, found.thread, found.tab, found.limit) == (YOU, workspace.im(YOU), None, "messages", 50)


def test_only_the_newest_messages_are_shown_until_one_asks_for_earlier_ones(client: TestClient, workspace: Workspace) -> None:
    for number in range(120):
        workspace.conversations.add(Message(GENERAL, f"1700000000.{number:06d}", MEI, f"number {number}!"))
    assert "number 69!" not in main(client, "channel=general")
    assert "number 70!" in main(client, "channel=general")
    assert "Show earlier messages" in main(client, "channel=general")
    assert "number 0!" in main(client, "channel=general&limit=300")


def test_a_window_hears_of_changes_its_person_may_see(client: TestClient) -> None:
    with client.websocket_connect("ws://127.0.0.1/page/live?as=mei") as live:
        perform(client, "command", channel=GENERAL, command="/echo", text="hush")
        ts = perform(client, "say", channel=GENERAL, text="hello")["ts"]
        behind_the_scenes = {"delivered", "api_called"}
        heard = next(told for told in iter(live.receive_json, None) if told["kind"] not in behind_the_scenes)
    assert heard == {"kind": "message_posted", "channel": GENERAL, "ts": ts, "thread": None, "view": None, "by": YOU}


def test_the_home_tab_shows_what_the_app_published(client: TestClient, workspace: Workspace) -> None:
    assert "has not published anything" in main(client, "tab=home")
    header = {"type": "header", "block_id": "h", "text": {"type": "plain_text", "text": "Welcome home"}}
    home = workspace.views.publish(YOU, {"type": "home", "blocks": [header]})
    html = main(client, "tab=home")
    assert "<h3>Welcome home</h3>" in html
    assert f'data-home="{home.id}"' in html
    assert "Welcome home" not in main(client, "tab=home&as=mei")


def test_a_modal_has_its_title_buttons_and_blocks(client: TestClient, workspace: Workspace) -> None:
    block = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "*words*"}}
    title, submit = {"type": "plain_text", "text": "A <title>"}, {"type": "plain_text", "text": "Go"}
    view = workspace.views.push(YOU, {"type": "modal", "title": title, "submit": submit, "blocks": [block]})
    html = client.get("/page/parts?want=views").json()["views"]
    for part in (f'data-view="{view.id}"', "A &lt;title&gt;", ">Go</button>", ">Close</button>", "<strong>words</strong>"):
        assert part in html
    perform(client, "close", view=view.id)
    assert client.get("/page/parts?want=views").json()["views"].strip() == ""


def test_commands_and_shortcuts_have_the_manifest_s_words_or_their_names(workspace: Workspace) -> None:
    described = offers(workspace.installation, MANIFEST)
    assert described.commands[0].usage_hint == "[anything]"
    assert [shortcut.name for shortcut in described.of_type("message")] == ["Echo this"]
    named = offers(workspace.installation)
    assert (named.commands[0].command, named.shortcuts[0].name) == ("/echo", "Echo this")
    assert offers(Workspace().installation).commands == ()


def test_the_page_s_files_are_all_served_and_none_comes_from_elsewhere(client: TestClient) -> None:
    for path in page.STATIC.iterdir():
        answer = client.get(f"/static/{path.name}")
        assert answer.status_code == 200
        assert "https://" not in answer.text


def test_closing_the_workspace_ends_the_windows_connections(client: TestClient, workspace: Workspace) -> None:
    with client.websocket_connect("ws://127.0.0.1/page/live") as live:
        assert client.portal is not None
        client.portal.call(workspace.shut_down)
        assert live.receive()["type"] == "websocket.close"
