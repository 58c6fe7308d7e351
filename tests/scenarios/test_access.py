"""Who may ask, and what those are told who may not."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.playground.conversations import User
from tests.scenarios.stage import Scene, scene

STAKE = "What stake does Tencent hold in JD?"


def words(shown: object) -> str:
    return json.dumps(shown, ensure_ascii=False)


def newcomer(s: Scene, *, team: str = "", is_guest: bool = False) -> str:
    """A person from elsewhere, or a guest, in #general."""
    workspace = s.slack.workspace
    own = workspace.installation.team_id
    user = workspace.add_user(User("U0STRANGE", "stranger", "Stranger", team or own, "000000", is_restricted=is_guest))
    workspace.conversations.channels[s.general].members.add(user.id)
    return user.id


def told(s: Scene, user: str, channel: str = "") -> list[str]:
    seen = s.slack.workspace.messages(channel or s.general, viewer=user)
    return [m.text for m in seen if m.ephemeral_for == user]


async def mention(s: Scene, user: str) -> str:
    ts = await s.slack.workspace.say(user, s.general, f"{s.mention} {STAKE}")
    await s.slack.workspace.delivered()
    return ts


def asked(s: Scene) -> list[str]:
    return [row["asker"] for row in s.bot.store.rows()]


def test_people_of_other_organisations_are_refused_politely_and_alone(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            stranger = newcomer(s, team="T0ELSEWHERE")
            ts = await mention(s, stranger)
            assert asked(s) == []
            assert s.replies(s.general, ts) == []
            assert told(s, stranger) == ["Sorry, I answer only people of the workspace I belong to."]
            assert told(s, s.you) == []

    asyncio.run(conversation())


def test_people_of_other_organisations_are_answered_where_the_settings_say_so(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database, allowed_teams="T0ELSEWHERE, T0MORE") as s:
            stranger = newcomer(s, team="T0ELSEWHERE")
            await mention(s, stranger)
            assert asked(s) == [stranger]

    asyncio.run(conversation())


def test_what_strangers_say_to_others_is_not_replied_to(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database) as s:
            stranger = newcomer(s, team="T0ELSEWHERE")
            await s.slack.workspace.say(stranger, s.general, "hello all")
            await s.slack.workspace.delivered()
            assert told(s, stranger) == []

    asyncio.run(conversation())


@pytest.mark.parametrize("setting", ["allowed_users", "allowed_channels"])
def test_only_who_and_where_the_settings_name_is_answered(database: Path, setting: str) -> None:
    async def conversation() -> None:
        given: dict[str, object] = {setting: "X1,X2"}
        async with scene(database, None, **given) as s:
            await mention(s, s.you)
            await s.slack.workspace.command(s.you, s.general, "/tencent", STAKE)
            assert asked(s) == []
            assert len(told(s, s.you)) == 2
            assert all("Sorry" in text for text in told(s, s.you))
            im = s.slack.workspace.im(s.you).id
            await s.slack.workspace.say(s.you, im, STAKE)
            await s.slack.workspace.delivered()
            assert asked(s) == ([] if setting == "allowed_users" else [s.you])

    asyncio.run(conversation())


def test_guests_are_refused_where_the_settings_say_so_and_buttons_of_theirs_do_nothing(database: Path) -> None:
    async def conversation() -> None:
        async with scene(database, allow_guests=False) as s:
            guest = newcomer(s, is_guest=True)
            await mention(s, guest)
            assert asked(s) == []
            assert "guests" in words(told(s, guest))
            await mention(s, s.you)
            await s.until(lambda: asked(s) == [s.you])

    asyncio.run(conversation())
