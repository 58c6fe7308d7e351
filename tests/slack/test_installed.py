"""Whose client a team gets: its own, its organisation's, or none."""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import aiohttp
import pytest
from slack_bolt.async_app import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.errors import DeliveryError, NotInstalled
from bot.playground.faults import dropped_after_acting, refused
from bot.playground.server import emulated_slack
from bot.questions import Place, Question, Surface
from bot.sealing import Seal
from bot.slack.credentials import Credentials, credentials
from bot.slack.installed import InstalledWorkspaces
from bot.slack.rotation import Rotation
from bot.slack.uninstalling import Uninstalling
from bot.store import Installation, Store
from bot.worker import Worker

SEAL = Seal([base64.urlsafe_b64encode(b"k" * 32).decode()])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
    yield opened
    opened.close()


def installation(owner: str, token: str = "", enterprise: str = "", **more: object) -> Installation:
    sealed = SEAL.close(token or f"xoxb-{owner}", owner)
    plain = Installation(owner, f"Team {owner}", "A1", f"UB{owner}", f"B{owner}", "U1", ("chat:write",), sealed, enterprise=enterprise)
    return replace(plain, **more)  # type: ignore[arg-type]


def given(**more: object) -> Credentials:
    settings = {
        "slack_signing_secret": "s", "slack_client_id": "c", "slack_client_secret": "s",
        "slack_token_key": base64.urlsafe_b64encode(b"k" * 32).decode(), "slack_redirect_url": "https://bot.example/slack/oauth_redirect",
    }  # fmt: skip
    return credentials(Settings.model_validate(settings | more))


def workspaces(store: Store, client: AsyncWebClient | None = None, allowed: Collection[str] = ()) -> InstalledWorkspaces:
    rotation = Rotation(store=store, credentials=given(), client=client or AsyncWebClient())

    def new_client(token: str) -> AsyncWebClient:
        return AsyncWebClient(token=token)

    return InstalledWorkspaces(store=store, seal=SEAL, rotation=rotation, new_client=new_client, allowed=allowed)


def tried(call: Callable[[], Awaitable[object]]) -> object:
    async def run() -> object:
        return await call()

    return asyncio.run(run())


def request(team: str | None, enterprise: str | None = None, *, whole: bool = False) -> AsyncBoltContext:
    return AsyncBoltContext({"team_id": team, "enterprise_id": enterprise, "is_enterprise_install": whole})


def test_each_team_has_its_own_client_and_the_same_one_as_long_as_its_token_stays(store: Store) -> None:
    async def ask() -> None:
        served = workspaces(store)
        store.install(installation("T1"))
        store.install(installation("T2"))
        one, other = await served.of("T1"), await served.of("T2")
        assert (one.client.token, other.client.token, one.impatient.token) == ("xoxb-T1", "xoxb-T2", "xoxb-T1")
        assert await served.of("T1") is one
        store.install(installation("T1", "xoxb-anew"))
        anew = await served.of("T1")
        assert (anew.client.token, anew.pace is one.pace) == ("xoxb-anew", True)
        store.uninstall("T1")
        with pytest.raises(NotInstalled):
            await served.of("T1")

    tried(ask)


def test_a_token_that_was_copied_over_another_teams_is_never_used(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    async def ask() -> None:
        served = workspaces(store)
        store.install(replace(installation("T2"), token=installation("T1").token))
        with pytest.raises(NotInstalled):
            await served.of("T2")
        assert await served.authorize(request("T2")) is None

    tried(ask)
    assert "T2 was sealed for T1" in caplog.text
    assert "xoxb" not in caplog.text


def test_an_organisations_bot_answers_in_each_of_its_workspaces_and_in_no_other(store: Store) -> None:
    async def ask() -> None:
        served = workspaces(store)
        store.install(installation("E1", enterprise="E1"))
        for team in ("T1", "T2"):
            found = await served.authorize(request(team, "E1", whole=True))
            assert found is not None
            assert (found.team_id, found.bot_user_id, found.bot_token) == (team, "UBE1", "xoxb-E1")
        assert await served.authorize(request("T3", "E2", whole=True)) is None
        assert await served.authorize(request("T4", "E1", whole=False)) is None
        assert (await served.of("T2")).client.token == "xoxb-E1"

    tried(ask)


class Deaf:
    """A worker that is told what not to answer."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def interrupt(self, why: object, *, question_id: str) -> None:  # noqa: ARG002  # the worker's arguments
        self.told.append(question_id)


def removed(store: Store, worker: Deaf, context: AsyncBoltContext, event: dict[str, object] | None = None) -> None:
    told = Uninstalling(store=store, worker=cast("Worker", worker), seal=SEAL, client=AsyncWebClient())
    body = {"event_time": 4_000_000_000, "event": event or {"type": "app_uninstalled"}}
    call = told.revoked if event else told.uninstalled
    asyncio.run(call(body, context))


def asked(store: Store, team: str) -> str:
    question = Question("Why?", "U1", Place(Surface.MENTION, team, "C1", f"{team}.0", "1.0"))
    store.receive(question)
    return question.id


def test_an_organisation_that_removes_the_app_takes_all_its_workspaces_with_it(store: Store) -> None:
    store.install(installation("E1", enterprise="E1"))
    store.install(installation("T9"))
    for team in ("T1", "T2"):
        store.serve(team, "E1")
    questions, _ = {asked(store, "T1"), asked(store, "T2")}, asked(store, "T9")
    removed(store, worker := Deaf(), request("T1", "E1", whole=True))
    assert set(worker.told) == questions
    assert [each.id for each in store.installations()] == ["T9"]
    assert store.waiting(None)[0] == 1


def test_one_workspace_of_an_organisation_leaves_alone(store: Store) -> None:
    store.install(installation("E1", enterprise="E1"))
    store.serve("T1", "E1")
    store.serve("T2", "E1")
    question = asked(store, "T1")
    asked(store, "T2")
    removed(store, worker := Deaf(), request("T1", "E1", whole=False))
    assert worker.told == [question]
    assert [each.id for each in store.installations()] == ["E1"]
    assert store.installation_of("T2") is not None


def test_workspaces_that_an_organisations_app_can_no_longer_reach_leave_and_one_with_its_own_app_stays(store: Store) -> None:
    store.install(installation("E1", enterprise="E1"))
    store.install(installation("T3"))
    for team in ("T1", "T2"):
        store.serve(team, "E1")
    gone, _, own = asked(store, "T1"), asked(store, "T2"), asked(store, "T3")
    told = Uninstalling(store=store, worker=cast("Worker", worker := Deaf()), seal=SEAL, client=AsyncWebClient())
    asyncio.run(told.access_revoked({"event": {"type": "team_access_revoked", "team_ids": ["T1", "T3", "T9"]}}))
    assert worker.told == [gone]
    assert store.installation_of("T1") is None
    assert [each and each.id for each in map(store.installation_of, ("T2", "T3"))] == ["E1", "T3"]
    assert next(row["status"] for row in store.rows() if row["id"] == own) == "queued"


def test_a_workspace_that_the_settings_no_longer_name_is_served_no_more(store: Store) -> None:
    store.install(installation("T1"))
    store.install(installation("T2", enterprise="E1"))
    store.install(installation("E2", enterprise="E2"))
    store.serve("T3", "E2")

    async def ask() -> None:
        for allowed, served in (("T1", {"T1"}), ("E1", {"T2"}), ("E2", {"T3"}), ("T3", set()), ("", {"T1", "T2", "T3"})):
            mine = workspaces(store, allowed=allowed.split())
            assert {team for team in ("T1", "T2", "T3") if await mine.authorize(request(team))} == served

    tried(ask)


def test_a_persons_own_token_is_none_of_ours(store: Store) -> None:
    store.install(installation("T1"))
    removed(store, Deaf(), request("T1"), {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}})
    assert len(store.installations()) == 1
    removed(store, Deaf(), request("T1"), {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": ["UBT1"]}})
    assert store.installations() == []


@pytest.mark.parametrize("fault", [refused("invalid_refresh_token"), dropped_after_acting()])
def test_a_token_that_cannot_be_exchanged_serves_to_its_end_and_is_tried_once_a_minute(
    store: Store, caplog: pytest.LogCaptureFixture, fault: object
) -> None:
    async def ask() -> None:
        async with emulated_slack() as slack, aiohttp.ClientSession() as session:
            slack.faults.next("oauth.v2.access", fault, times=5)  # type: ignore[arg-type]
            client = AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[])
            rotation = Rotation(store=store, credentials=given(), client=client)
            sealed = SEAL.close("xoxe-1-refresh", "T1")
            for left, is_good in ((60.0, True), (-1.0, False)):
                store.install(installation("T1", refresh_token=sealed, expires_at=store.now + left))
                (known,) = store.installations()
                for _ in range(3):
                    if is_good:
                        assert await rotation.fresh(known) == known
                if not is_good:
                    with pytest.raises(DeliveryError):
                        await rotation.fresh(known)
                await rotation.close()
            assert len(slack.workspace.records.calls_of("oauth.v2.access")) == 2

    with caplog.at_level(logging.ERROR):
        tried(ask)
    assert "must be installed again" in caplog.text
    assert "xoxe-1" not in caplog.text
