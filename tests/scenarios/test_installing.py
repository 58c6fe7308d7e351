"""Workspaces install the bot by themselves, and each has it to itself."""

import asyncio
import base64
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import Bot
from bot.config import CHECKOUT, Settings
from bot.errors import ConfigError
from bot.playground.conversations import Message, User
from bot.playground.faults import refused
from bot.playground.workspace import Workspace
from bot.questions import Place, Question, Surface
from bot.slack.credentials import credentials
from bot.slack.digest import METADATA_TYPE
from bot.store import Store
from tests.scenarios.installations import KEY, Street, new_browser, new_key, opened, replies, street, tokens, until, written
from tests.scenarios.stage import PROMPTS
from tests.scenarios.test_asking import STAKE, STAKE_WORDS, words
from tests.scenarios.test_digest import due_now

PAGES = PROMPTS.reply("installation")
WAITING = PROMPTS.reply("searching").fill()


def acted(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scenario())


def general(workspace: Workspace) -> str:
    return workspace.channel("general").id


def private(workspace: Workspace) -> list[Message]:
    """What only `you` see in #general, but for the note that the documents are being read."""
    seen = workspace.messages(general(workspace), viewer=workspace.you.id)
    return [message for message in seen if message.ephemeral_for and message.text != WAITING]


async def asked(workspace: Workspace, place: str = "") -> Message:
    """The answer to a mention in #general, or to a question in a direct conversation."""
    text = STAKE if place else f"<@{workspace.installation.bot_user_id}> {STAKE}"
    ts = await workspace.say(workspace.you.id, place or general(workspace), text)
    return await replied(workspace, ts, place)


async def replied(workspace: Workspace, ts: str, place: str = "") -> Message:
    await until(lambda: [m for m in replies(workspace, place or general(workspace), ts) if not m.streaming])
    return replies(workspace, place or general(workspace), ts)[-1]


async def at_home(workspace: Workspace, user: User) -> str:
    """What somebody's Home shows."""
    await workspace.open_home(user.id)
    await until(lambda: workspace.home(user.id))
    return str(workspace.home(user.id))


async def commanded(workspace: Workspace, text: str) -> Message:
    before = len(private(workspace))
    await workspace.command(workspace.you.id, general(workspace), "/tencent", text)
    await until(lambda: len(private(workspace)) > before)
    return private(workspace)[-1]


async def settled(bot: Bot) -> None:
    await until(lambda: all(row["status"] not in {"queued", "running"} for row in bot.store.rows()))


def test_two_workspaces_ask_at_the_same_time_and_each_gets_its_own_answer_by_its_own_token(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            for workspace in (s.one, s.other):
                page = await s.install(workspace)
                assert (page.status, PAGES.label("installed", workspace=workspace.installation.team_name) in page.text) == (200, True)
            assert len(tokens(s.one) | tokens(s.other)) == 2
            answers = await asyncio.gather(*(asked(workspace) for workspace in (s.one, s.other) for _ in range(2)))
            assert all(STAKE_WORDS in words(answer) for answer in answers)
            for workspace in (s.one, s.other):
                assert STAKE_WORDS in words(await commanded(workspace, STAKE))
                await workspace.open_home(workspace.you.id)
                await at_home(workspace, workspace.you)
                await asked(workspace, place=workspace.im(workspace.you.id).id)
            await settled(bot)
            for workspace, stranger in ((s.one, s.other), (s.other, s.one)):
                # The emulated Slack gives a call to the workspace whose token it shows: one with the wrong token would be refused there.
                assert [call.response for call in workspace.records.calls if not call.ok] == []
                assert [row for row in bot.store.rows() if row["team"] == workspace.installation.team_id]
                known = {channel.id for channel in stranger.conversations.channels.values()}
                assert not [call for call in workspace.records.calls if call.arguments.get("channel") in known]
                assert [call.method for call in workspace.records.calls].count("auth.test") == 1
            for secret in tokens(s.one) | tokens(s.other) | {s.slack.distribution.client_secret}:
                assert secret.encode() not in written(database)

    acted(scenario)


def test_what_was_open_is_answered_after_a_restart_in_the_workspace_it_came_from(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s:
            async with s.bot():
                await s.install(s.one)
                await s.install(s.other)
            store, threads = Store(f"sqlite:///{database}"), {}
            for workspace in (s.one, s.other):
                channel, team = general(workspace), workspace.installation.team_id
                threads[workspace] = ts = await workspace.say(workspace.you.id, channel, "<@U0NOBODY1> look")
                store.receive(Question(STAKE, workspace.you.id, Place(Surface.MENTION, team, channel, ts, ts)))
            store.receive(Question(STAKE, "U1", Place(Surface.MENTION, "T0NOBODY", general(s.one), "1.0", "1.0")))
            store.close()
            async with s.bot() as bot:
                for workspace, ts in threads.items():
                    await replied(workspace, ts)
                await until(lambda: bot.store.waiting(None)[0] == 0)
                (unserved,) = [row for row in bot.store.rows() if row["team"] == "T0NOBODY"]
                assert unserved["status"] == "queued"
            for workspace in threads:
                assert [call.response for call in workspace.records.calls if not call.ok] == []

    acted(scenario)


def test_nothing_of_one_workspace_is_seen_or_changed_from_another(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            for workspace in (s.one, s.other):
                await s.install(workspace)
            # Slack's ids of people are their workspace's alone: here somebody else has the same one.
            twin = replace(s.one.you, team_id=s.other.installation.team_id)
            s.other.add_user(twin)
            s.other.channel("general").members.add(twin.id)
            answer = await asked(s.one)
            await settled(bot)
            (row,) = bot.store.rows()
            reference, place = row["id"], general(s.other)
            await _commands_show_nothing(s, twin, reference)
            await _buttons_show_nothing(s, twin, reference)
            assert bot.store.ratings([reference]) == []
            await s.other.command(twin.id, place, "/tencent", "forget-me")
            assert [kept["id"] for kept in bot.store.rows()] == [reference]
            await s.one.press(s.one.you.id, channel=general(s.one), ts=answer.ts, action_id="sources")
            await until(lambda: s.one.open_views(s.one.you.id))

    acted(scenario)


async def _commands_show_nothing(s: Street, twin: User, reference: str) -> None:
    for text in (f"show {reference}", "my-data"):
        await s.other.command(twin.id, general(s.other), "/tencent", text)
    said = [message for message in s.other.messages(general(s.other), viewer=twin.id) if message.ephemeral_for == twin.id]
    assert len(said) == 2
    assert not any(STAKE in words(message) or STAKE_WORDS in words(message) for message in said)
    assert PROMPTS.reply("home").label("questions_heading") not in await at_home(s.other, twin)


async def _buttons_show_nothing(s: Street, twin: User, reference: str) -> None:
    """Buttons below a message of the bot's, as if their values had come from the other workspace."""
    (token,) = tokens(s.other)
    values = {"sources": reference, "why": reference, "share": reference, "read": f"{reference}:1", "home_forget": "", "forget_me": ""}
    buttons = [
        {"type": "button", "action_id": name, "value": value or "x", "text": {"type": "plain_text", "text": name}}
        for name, value in values.items()
    ]
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(token=token, base_url=s.slack.api_url, session=session)
        posted = await client.chat_postMessage(channel=general(s.other), text="x", blocks=[{"type": "actions", "elements": buttons}])
    ts, before = str(posted["ts"]), len(s.other.messages(general(s.other), viewer=twin.id))
    for name in ("sources", "why"):
        await s.other.press(twin.id, channel=general(s.other), ts=ts, action_id=name)
        await until(lambda: s.other.open_views(twin.id))
        (view,) = s.other.open_views(twin.id)
        assert STAKE_WORDS not in str(view.blocks)
        await s.other.close(twin.id, view.id)
    await s.other.press(twin.id, channel=general(s.other), ts=ts, action_id="share")
    await s.other.press(twin.id, channel=general(s.other), ts=ts, action_id="home_forget")
    assert len(s.other.messages(general(s.other), viewer=twin.id)) == before


def test_a_state_is_good_once_for_the_browser_that_began(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot, new_browser() as browser, new_browser() as thief:
            back = await s.decide(browser, await s.begin(browser), s.one)
            stolen = await opened(thief, back)
            assert (stolen.status, PAGES.label("unexpected").split(",")[0] in stolen.text) == (400, True)
            too_late = await opened(browser, back)
            assert too_late.status == 400
            assert bot.store.installations() == []
            back = await s.decide(browser, await s.begin(browser), s.one)
            assert [(await opened(browser, back)).status for _ in range(2)] == [200, 400]
            assert (await opened(browser, f"{s.base}/slack/oauth_redirect?code=1&state=guessed")).status == 400
            assert (await opened(browser, f"{s.base}/slack/oauth_redirect")).status == 400
            assert len(bot.store.installations()) == 1
            assert [call.method for call in s.one.records.calls] == ["oauth.v2.access", "auth.test"]

    acted(scenario)


def test_two_windows_of_one_browser_may_each_end_what_they_began(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot, new_browser() as browser:
            begun = [await s.begin(browser) for _ in range(2)]
            for asked_for, workspace in zip(begun, (s.one, s.other), strict=True):
                assert (await opened(browser, await s.decide(browser, asked_for, workspace))).status == 200
            assert {each.id for each in bot.store.installations()} == {"T0PLAYTEAM", "T0OTHRTEAM"}

    acted(scenario)


def test_callbacks_of_one_workspace_at_the_same_moment_leave_one_installation_that_works(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            pages = await asyncio.gather(*(s.install(s.one) for _ in range(8)))
            assert {page.status for page in pages} == {200}
            assert len(bot.store.installations()) == 1
            assert STAKE_WORDS in words(await asked(s.one))

    acted(scenario)


def test_who_cancels_is_told_that_nothing_changed(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            page = await s.install(s.one, "cancel")
            assert (page.status, PAGES.label("cancelled_title") in page.text) == (200, True)
            assert bot.store.installations() == []

    acted(scenario)


def test_a_workspace_that_may_not_install_is_told_and_its_token_given_back(database: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot(allowed_installations=s.other.installation.team_id) as bot:
            page = await s.install(s.one)
            assert (page.status, PAGES.label("not_allowed", workspace="Playground") in page.text) == (403, True)
            assert tokens(s.one) == s.one.installation.revoked
            assert bot.store.installations() == []
            s.slack.faults.next("auth.revoke", refused("fatal_error"))
            assert (await s.install(s.one)).status == 403
            assert bot.store.installations() == []
            assert (await s.install(s.other)).status == 200
            assert STAKE_WORDS in words(await asked(s.other))

    acted(scenario)
    assert "Playground (T0PLAYTEAM): it is not in ALLOWED_INSTALLATIONS" in caplog.text
    assert "could not be given back (fatal_error)" in caplog.text
    assert "xoxb" not in caplog.text


def test_each_workspace_has_its_own_week_posted_to_its_own_channel(database: Path) -> None:
    def posted(workspace: Workspace) -> list[str]:
        seen = workspace.messages(general(workspace), viewer=workspace.you.id)
        return [message.text for message in seen if message.metadata and message.metadata["event_type"] == METADATA_TYPE]

    async def scenario() -> None:
        async with street(database) as s:
            async with s.bot() as bot:
                for workspace in (s.one, s.other):
                    await s.install(workspace)
                await asked(s.one)
                await settled(bot)
            with sqlite3.connect(database) as connection:  # the digest looks back from the hour that just was
                connection.execute("UPDATE interactions SET received_at = received_at - 7200")
            connection.close()
            channels = ",".join(f"{each.installation.team_id}:{general(each)}" for each in (s.one, s.other))
            async with s.bot(digest_channel=f"{channels},T0NOBODY:C1", **due_now()):
                await until(lambda: posted(s.one) and posted(s.other))
            assert "Questions: 1. People who asked: 1." in posted(s.one)[0]
            assert "Nobody asked anything." in posted(s.other)[0]
            with pytest.raises(ConfigError, match="TEAM:CHANNEL"):
                async with s.bot(digest_channel="C1"):
                    pass

    acted(scenario)


def test_an_event_of_an_organisation_is_heard(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            await s.install(s.one)
            team = s.one.installation.team_id
            s.one.installation.events |= {"team_access_revoked"}
            organisation = replace(bot.store.installations()[0], id="E1", enterprise="E1", name="Acme")
            bot.store.install(organisation)
            bot.store.serve("T2", "E1")
            s.one.send_event(None, {"type": "team_access_revoked", "team_ids": ["T2", team], "event_ts": "1.0"})
            await until(lambda: bot.store.installation_of("T2") is None)
            assert bot.store.installation_of(team) is not None

    acted(scenario)


def test_a_wrong_secret_fails_in_words_and_without_a_trace_of_it(database: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot(slack_client_secret="s3cret-but-wrong") as bot:
            page = await s.install(s.one)
            assert (page.status, PAGES.label("refused")[:40] in page.text) == (502, True)
            assert "s3cret" not in page.text
            assert bot.store.installations() == []

    acted(scenario)
    assert "bad_client_secret" in caplog.text
    assert "s3cret" not in caplog.text


def test_the_page_says_the_workspaces_name_as_it_is_and_fetches_nothing(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot(), new_browser() as browser:
            s.one.installation.team_name = "<script>alert(1)</script>"
            back = await s.decide(browser, await s.begin(browser), s.one)
            async with browser.get(back) as response:
                shown = await response.text()
                assert "<script>" not in shown
                style = shown.partition("<style>")[2].partition("</style>")[0]
                digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
                assert f"style-src 'sha256-{digest}'" in response.headers["Content-Security-Policy"]
                assert "script-src" not in response.headers["Content-Security-Policy"]
                assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
                assert (response.headers["Referrer-Policy"], response.headers["Cache-Control"]) == ("no-referrer", "no-store")
            async with browser.head(f"{s.base}/slack/install") as looked:
                assert "Set-Cookie" not in looked.headers

    acted(scenario)


def test_the_cookie_is_only_for_this_and_only_for_us(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot(slack_redirect_url="https://bot.example/slack/oauth_redirect"), new_browser() as browser:
            async with browser.get(f"{s.base}/slack/install", allow_redirects=False) as response:
                cookie = response.headers["Set-Cookie"].lower()
            assert all(flag in cookie for flag in ("httponly", "secure", "samesite=lax", "path=/slack", "max-age=600"))

    acted(scenario)


def test_a_workspace_that_removes_the_app_is_forgotten_and_told_nothing_more(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            await s.install(s.one)
            await s.install(s.other)
            await asked(s.one)
            await settled(bot)
            calls = len(s.one.records.calls)
            waiting = Place(Surface.MENTION, s.one.installation.team_id, general(s.one), "1.0", "1.0")
            # An edit of nothing: open, and due only in a while.
            bot.store.receive(Question(STAKE, s.one.you.id, waiting))
            job = bot.store.claim(s.one.installation.team_id)
            if job is not None:
                bot.store.retry(job, after=60, error="")
            await s.one.uninstall()
            await until(lambda: [each.id for each in bot.store.installations()] == [s.other.installation.team_id])
            await s.one.delivered()
            assert {row["status"] for row in bot.store.rows()} <= {"done", "failed"}
            assert not [call for call in s.one.records.calls[calls:] if call.method.startswith("chat.") and call.ok]
            assert STAKE_WORDS in words(await asked(s.other))
            assert (await s.install(s.one)).status == 200
            assert STAKE_WORDS in words(await asked(s.one))

    acted(scenario)


def test_a_removal_from_before_a_new_installation_ends_nothing(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            await s.install(s.one)
            s.one.send_event(None, {"type": "app_uninstalled", "event_ts": "1.0"})  # as if it was held back; the token is good
            await s.one.delivered()
            assert len(bot.store.installations()) == 1

    acted(scenario)


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_token_that_is_dead_when_the_answer_comes_closes_the_question_once(database: Path, error: str) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            await s.install(s.one)
            for method in ("chat.postMessage", "chat.startStream", "chat.postEphemeral"):
                s.slack.faults.next(method, refused(error), times=20)
            mention = f"<@{s.one.installation.bot_user_id}> {STAKE}"
            await s.one.say(s.one.you.id, general(s.one), mention)
            await until(lambda: [row for row in bot.store.rows() if row["status"] == "failed"])
            (row,) = bot.store.rows()
            assert (row["error"], row["attempts"]) == (f"uninstalled: {error}", 1)
            assert len(s.one.records.calls_of("chat.postMessage")) == 1

    acted(scenario)


def test_a_request_from_a_workspace_that_is_not_known_is_answered_in_words(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s, s.bot() as bot:
            s.one.installation.is_installed = True  # Slack thinks so; the bot was never told
            await s.one.command(s.one.you.id, general(s.one), "/tencent", STAKE)
            assert [m.text for m in private(s.one)] == [PAGES.label("not_installed")]
            assert list(bot.store.rows()) == []

    acted(scenario)


def test_bolt_keeps_nothing_in_files_where_the_environment_holds_the_credentials(database: Path, tmp_path: Path) -> None:
    """It reads SLACK_CLIENT_ID from there by itself, and brings stores of its own."""
    home = tmp_path / "home"
    home.mkdir()
    environ = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "HOME": str(home), "PYTHONPATH": str(CHECKOUT)}
    code = f"from pathlib import Path; from {__name__} import come_and_go; come_and_go(Path({str(database)!r}))"
    subprocess.run([sys.executable, "-c", code], env={"PATH": os.environ["PATH"], **environ}, cwd=tmp_path, check=True)
    assert list(home.iterdir()) == []


def come_and_go(database: Path) -> None:
    """One workspace installs the app, asks, and removes it."""

    async def scenario() -> None:
        async with street(database) as s, s.bot():
            await s.install(s.one)
            assert STAKE_WORDS in words(await asked(s.one))
            await s.one.uninstall()
            await s.one.delivered()

    acted(scenario)


# --- keys and settings


def test_a_new_key_takes_over_at_one_start_and_the_old_one_can_go(database: Path) -> None:
    async def scenario() -> None:
        async with street(database) as s:
            first, second = new_key(), new_key()
            async with s.bot(slack_token_key=first):
                await s.install(s.one)
            async with s.bot(slack_token_key=f"{second}, {first}"):
                pass
            async with s.bot(slack_token_key=second):
                assert STAKE_WORDS in words(await asked(s.one))
            with pytest.raises(ConfigError, match=r"No key of SLACK_TOKEN_KEY opens the tokens of Playground \(T0PLAYTEAM\)\. Please add"):
                async with s.bot(slack_token_key=first):
                    pass

    acted(scenario)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"slack_bot_token": "xoxb-1"}, "either SLACK_BOT_TOKEN"),
        ({"slack_app_token": "xapp-1"}, "leave SLACK_APP_TOKEN out"),
        ({"slack_signing_secret": None}, "set SLACK_SIGNING_SECRET"),
        ({"slack_client_secret": None}, "both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"),
        ({"slack_client_id": None}, "both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET"),
        ({"slack_redirect_url": None}, "SLACK_REDIRECT_URL"),
        ({"slack_token_key": None}, "There is no SLACK_TOKEN_KEY"),
        ({"slack_token_key": "short"}, "A key of SLACK_TOKEN_KEY is none"),
    ],
)
def test_settings_that_lack_something_or_contradict_each_other_are_named(given: dict[str, object], said: str) -> None:
    whole = {
        "slack_signing_secret": "s", "slack_client_id": "c", "slack_client_secret": "s", "slack_token_key": KEY,
        "slack_redirect_url": "https://bot.example/slack/oauth_redirect",
    }  # fmt: skip
    assert credentials(Settings.model_validate(whole)).authorize_url == "https://slack.com/oauth/v2/authorize"
    with pytest.raises(ConfigError, match=said):
        credentials(Settings.model_validate(whole | given))


# --- tokens that expire


def test_a_token_that_ends_soon_is_exchanged_once_while_the_old_one_still_serves(database: Path) -> None:
    async def scenario() -> None:
        async with street(database, rotates=True) as s, s.bot() as bot:
            await s.install(s.one)
            (known,) = bot.store.installations()
            assert known.expires_at is not None
            _let_end_in(bot, 600.0)
            await asyncio.gather(*(asked(s.one) for _ in range(3)))
            await until(lambda: bot.store.installations()[0].token != known.token)
            await asked(s.one)
            assert len(s.one.records.calls_of("oauth.v2.access")) == 2
            assert [call.response for call in s.one.records.calls if not call.ok] == []
            for secret in tokens(s.one):
                assert secret.encode() not in written(database)

    acted(scenario)


def test_a_token_that_has_ended_is_exchanged_before_anything_is_said(database: Path) -> None:
    async def scenario() -> None:
        async with street(database, rotates=True) as s, s.bot() as bot:
            await s.install(s.one)
            _let_end_in(bot, -5.0)
            for token in s.one.installation.granted:
                s.one.installation.granted[token] = 0.0
            assert STAKE_WORDS in words(await asked(s.one))
            assert len(s.one.records.calls_of("oauth.v2.access")) == 2

    acted(scenario)


def _let_end_in(bot: Bot, seconds: float) -> None:
    (known,) = bot.store.installations()
    assert known.refresh_token is not None
    assert bot.store.refreshed(known, known.token, known.refresh_token, bot.store.now + seconds)
