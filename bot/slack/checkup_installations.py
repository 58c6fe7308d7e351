"""What Slack says of an app that workspaces install by themselves: whether it takes the credentials, and the token of each workspace.

In: Settings and the store. Out: findings, each with what to do about it. No installation is made or changed.
"""

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.config import Settings
from bot.errors import ConfigError, SealBroken
from bot.prompts import Template
from bot.slack.checkup import Finding, missing_scopes, way_in
from bot.slack.credentials import Credentials, credentials, exchange
from bot.slack.manifest import events
from bot.slack.refusals import NETWORK, code
from bot.slack.workspaces import patient_client
from bot.store import Installation, Store

_WRONG = frozenset({"invalid_client_id", "bad_client_secret"})


async def installation_findings(settings: Settings, store: Store, words: Template) -> list[Finding]:
    """The credentials, every installation, the way in, and the events."""
    try:
        given = credentials(settings)
    except ConfigError as error:
        return [Finding("oauth", False, str(error))]
    async with aiohttp.ClientSession() as session:
        findings = [await _credentials(settings, given, session, words)]
        installations = store.installations()
        findings += [await _installation(settings, given, each, session, words) for each in installations]
    if not installations:
        findings.append(
            Finding("workspaces", True, words.label("no_workspaces", url=given.redirect_url.replace("oauth_redirect", "install")))
        )
    findings.append(await way_in(settings, words))
    heard = events(installs=True, of_organisations=any(each.is_of_organisation for each in installations))
    findings.append(Finding("events", True, words.label("events", events=", ".join(heard))))
    return findings


async def _credentials(settings: Settings, given: Credentials, session: aiohttp.ClientSession, words: Template) -> Finding:
    """Asked with a code that is none, Slack looks at the credentials first."""
    try:
        await exchange(patient_client(settings, session, None), given, code="none", redirect_uri=given.redirect_url)
    except SlackApiError as error:
        if code(error) in _WRONG:
            return Finding("oauth", False, words.label("bad_credentials", error=code(error)))
    except NETWORK as error:
        return Finding("oauth", False, words.label("no_answer", url=settings.slack_api_url, error=type(error).__name__))
    return Finding("oauth", True, words.label("credentials", url=given.redirect_url))


async def _installation(
    settings: Settings, given: Credentials, installation: Installation, session: aiohttp.ClientSession, words: Template
) -> Finding:
    name = f"workspace {installation.id}"
    if not installation.is_among(settings.allowed_installations):
        return Finding(name, False, words.label("unlisted", name=installation.name, id=installation.id))
    try:
        token = given.seal.open(installation.token, installation.id)
        said = await patient_client(settings, session, token).auth_test()
    except SealBroken as error:
        return Finding(name, False, words.label("sealed", name=installation.name, error=error, id=installation.id))
    except SlackApiError as error:
        return Finding(name, False, words.label("dead_token", name=installation.name, error=code(error), id=installation.id))
    except NETWORK as error:
        return Finding(name, False, words.label("no_answer", url=settings.slack_api_url, error=type(error).__name__))
    if missing := missing_scopes(said.headers, given.scopes):
        return Finding(name, False, words.label("workspace_lacks", name=installation.name, scopes=", ".join(missing)))
    return Finding(name, True, words.label("bot_token", name=said.get("user"), workspace=installation.name))
