"""Who is who: api.test, auth.*, users.info, bots.info, team.info. In: calls. Out: identities."""

from typing import Any

from bot.playground.block_kit.surfaces import message_problems, view_problems
from bot.playground.methods.call import Answer, Call
from bot.playground.refusal import Refusal, invalid_arguments


def api_test(call: Call) -> Answer:
    """api.test: echoes its arguments, or answers with the error asked for."""
    arguments = {name: value for name, value in call.arguments.items() if name != "token"}
    if error := call.optional("error"):
        raise Refusal(error, more={"args": arguments})
    return {"args": arguments} if arguments else {}


def auth_test(call: Call) -> Answer:
    """auth.test."""
    installation = call.workspace.installation
    who: dict[str, Any] = {
        "url": f"https://{installation.team_domain}.slack.com/",
        "team": installation.team_name,
        "team_id": installation.team_id,
        "is_enterprise_install": False,
    }
    if call.token == installation.app_token:
        return who | {"app_name": installation.app_name, "app_id": installation.app_id}
    return who | {
        "user": installation.bot_name,
        "user_id": installation.bot_user_id,
        "bot_id": installation.bot_id,
    }


def auth_revoke(call: Call) -> Answer:
    """auth.revoke: the token is no good from now on; with `test`, nothing happens."""
    if call.arguments.get("test"):
        return {"revoked": False}
    assert call.token is not None, "auth.revoke needs a token"
    call.workspace.installation.revoked.add(call.token)
    return {"revoked": True}


def users_info(call: Call) -> Answer:
    """users.info."""
    user = call.workspace.user(call.text("user"))
    if user is None:
        raise Refusal("user_not_found")
    profile = {"real_name": user.real_name, "display_name": user.name, "team": user.team_id}
    shape: dict[str, Any] = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": False,
        "color": user.color,
        "real_name": user.real_name,
        "tz": user.tz,
        "profile": profile,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": user.is_restricted or user.is_ultra_restricted,
        "is_ultra_restricted": user.is_ultra_restricted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "is_stranger": user.team_id != call.workspace.installation.team_id,
        "updated": 1_700_000_000,
    }
    return {"user": shape | ({"locale": "en-US"} if call.arguments.get("include_locale") else {})}


def bots_info(call: Call) -> Answer:
    """bots.info."""
    installation = call.workspace.installation
    if call.text("bot") not in ("", installation.bot_id):
        raise Refusal("bot_not_found")
    bot = {
        "id": installation.bot_id,
        "deleted": False,
        "name": installation.app_name,
        "updated": 1_700_000_000,
        "app_id": installation.app_id,
        "user_id": installation.bot_user_id,
        "icons": {},
    }
    return {"bot": bot}


def team_info(call: Call) -> Answer:
    """team.info."""
    installation = call.workspace.installation
    if call.text("team") not in ("", installation.team_id):
        raise Refusal("team_not_found")
    team = {
        "id": installation.team_id,
        "name": installation.team_name,
        "domain": installation.team_domain,
        "email_domain": "",
        "icon": {"image_default": True},
    }
    return {"team": team}


def blocks_validate(call: Call) -> Answer:
    """blocks.validate: exactly one of `blocks`, `message`, `view`."""
    given = [name for name in ("blocks", "message", "view") if call.arguments.get(name) is not None]
    if len(given) != 1:
        raise invalid_arguments("provide exactly one of: blocks, message, view")
    if problems := _problems(given[0], call.arguments[given[0]]):
        errors = [{"code": "failed_constraint", "message": problem} for problem in problems]
        raise Refusal(f"invalid_{given[0]}", more={"errors": errors})
    return {}


def _problems(name: str, value: object) -> list[str]:
    if name == "view":
        return list(view_problems(value, "")) if isinstance(value, dict) else ["must provide an object"]
    blocks = value.get("blocks", []) if isinstance(value, dict) else value
    return list(message_problems(blocks)) if isinstance(blocks, list) else ["must provide an array"]


HANDLERS = {
    "api.test": api_test,
    "auth.test": auth_test,
    "auth.revoke": auth_revoke,
    "users.info": users_info,
    "bots.info": bots_info,
    "team.info": team_info,
    "blocks.validate": blocks_validate,
}
