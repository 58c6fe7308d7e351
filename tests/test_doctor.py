"""What the doctor finds, of an installation that is well and of every way to be ill."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.config import CHECKOUT, Settings
from bot.doctor import examine
from bot.playground.server import emulated_slack
from bot.prompts import PromptLibrary
from bot.slack.checkup import slack_findings
from bot.slack.checkup_installations import installation_findings
from bot.slack.manifest import manifest
from bot.store import Store
from tests.scenarios.installations import new_key, street

PROMPTS = PromptLibrary.load(CHECKOUT / "prompts")


def settings(tmp_path: Path, **given: object) -> Settings:
    return Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 'log.sqlite3'}"} | given)


def looked(lacking: str = "", **given: object) -> dict[str, tuple[bool, str]]:
    """What is found of an app in an emulated Slack, with its tokens but for those given."""

    async def look() -> dict[str, tuple[bool, str]]:
        app = manifest(PROMPTS, "/tencent")
        app["oauth_config"]["scopes"]["bot"] = [scope for scope in app["oauth_config"]["scopes"]["bot"] if scope != lacking]
        async with emulated_slack(port=0, manifest=app) as slack:
            tokens = {"slack_bot_token": slack.bot_token, "slack_app_token": slack.app_token, "slack_api_url": slack.api_url}
            found = await slack_findings(Settings.model_validate(tokens | given), PROMPTS["doctor"])
            return {finding.name: (finding.is_well, finding.said) for finding in found}

    return asyncio.run(look())


def test_an_app_with_its_tokens_and_scopes_is_well() -> None:
    found = looked()
    assert all(is_well for is_well, _ in found.values())
    assert {"bot token", "scopes", "way in", "events"} == set(found)
    assert "app_home_opened" in found["events"][1]


def test_a_scope_that_is_lacking_is_named() -> None:
    is_well, said = looked(lacking="assistant:write")["scopes"]
    assert not is_well
    assert "assistant:write" in said
    assert "chat:write" not in said


def test_guests_need_a_scope_of_their_own() -> None:
    assert "users:read" in looked(allow_guests=False)["scopes"][1]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("bot token", {"slack_bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN (invalid_auth)"),
        ("way in", {"slack_app_token": "xapp-wrong"}, "connections:write"),
        ("way in", {"slack_app_token": None}, "Slack cannot reach the bot"),
        ("bot token", {"slack_api_url": "http://127.0.0.1:9/api/"}, "does not answer"),
    ],
)
def test_what_is_ill_says_what_to_do(name: str, given: dict[str, object], words: str) -> None:
    is_well, said = looked("", **given)[name]
    assert not is_well
    assert words in said
    assert "wrong" not in said


def test_without_slack_and_model_the_documents_and_the_database_are_looked_at(tmp_path: Path) -> None:
    found = {finding.name: finding.is_well for finding in examine(settings(tmp_path))}
    assert found == {"documents": True, "database": True, "model": True, "slack": True}


def test_documents_that_cannot_be_read_a_model_and_a_database_that_cannot_be_reached_are_named(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text("The harbour of Elling had nine quays after the works.\n", encoding="utf-8")
    (tmp_path / "seeds" / "b.txt").write_bytes(b"\xff\xfe\xff")
    ill = settings(tmp_path, seeds_dir=tmp_path / "seeds", openai_base_url="http://127.0.0.1:9/v1")
    found = {finding.name: finding for finding in examine(ill)}
    assert "b.txt" in found["documents"].said
    assert not found["documents"].is_well
    assert not found["model"].is_well
    assert "OPENAI_BASE_URL" in found["model"].said
    (gone, *_) = examine(settings(tmp_path, database_url="sqlite:////proc/nowhere/log.sqlite3"))
    assert not gone.is_well
    assert "DATABASE_URL" in gone.said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_database_that_can_only_be_read_is_not_well(tmp_path: Path) -> None:
    given = settings(tmp_path)
    Store(given.database_url).close()
    (tmp_path / "log.sqlite3").chmod(0o400)
    found = {finding.name: finding for finding in examine(given)}
    assert not found["database"].is_well
    assert "Please let this user write it" in found["database"].said


def test_an_app_for_several_workspaces_is_looked_at_with_each_of_them(tmp_path: Path) -> None:
    async def look() -> None:
        async with street(tmp_path / "log.sqlite3") as s:
            async with s.bot():
                await s.install(s.one)
                await s.install(s.other)
            store = Store(f"sqlite:///{tmp_path / 'log.sqlite3'}")
            given = {"slack_api_url": s.slack.api_url} | s.settings
            found = {each.name: each for each in await installation_findings(settings(tmp_path, **given), store, PROMPTS["doctor"])}
            assert {"oauth", "workspace T0PLAYTEAM", "workspace T0OTHRTEAM", "way in", "events"} == set(found)
            assert all(each.is_well for each in found.values())
            assert "app_uninstalled" in found["events"].said
            for token in s.one.installation.granted:
                s.one.installation.revoked.add(token)
            s.other.installation.scopes = frozenset({"commands"})
            ill = given | {"slack_client_secret": "wrong"}
            found = {each.name: each for each in await installation_findings(settings(tmp_path, **ill), store, PROMPTS["doctor"])}
            assert [each.name for each in found.values() if not each.is_well] == ["oauth", "workspace T0PLAYTEAM", "workspace T0OTHRTEAM"]
            assert "bad_client_secret" in found["oauth"].said
            assert "token_revoked" in found["workspace T0PLAYTEAM"].said
            assert "chat:write" in found["workspace T0OTHRTEAM"].said
            lost = given | {"slack_token_key": new_key()}
            found = {each.name: each for each in await installation_findings(settings(tmp_path, **lost), store, PROMPTS["doctor"])}
            assert "`tencent-bot workspaces forget T0PLAYTEAM`" in found["workspace T0PLAYTEAM"].said
            (lacking,) = await installation_findings(settings(tmp_path, **(given | {"slack_token_key": None})), store, PROMPTS["doctor"])
            assert not lacking.is_well
            assert "SLACK_TOKEN_KEY" in lacking.said
            store.close()

    asyncio.run(look())
