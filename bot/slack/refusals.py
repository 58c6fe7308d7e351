"""What Slack's refusals mean. In: an exception from the SDK or the network. Out: its name, and whether waiting may help."""

import contextlib
from collections.abc import Iterator

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import DeliveryError, NotInstalled

# Slack's words for "not now"; everything else will not pass by waiting (docs.slack.dev, errors of chat.postMessage).
_PASSING = frozenset(
    {
        "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
        "token_expired",  # another attempt gets a fresh one
    }
)  # fmt: skip
REVOKED = frozenset({"token_revoked", "account_inactive", "invalid_auth"})
"""Slack's words for a token that is no good any more."""
NETWORK = (aiohttp.ClientError, TimeoutError, OSError, SlackClientError)
"""A call that did not come back: Slack may have done what was asked, or not."""


def code(error: BaseException) -> str:
    """Slack's word for what went wrong; for a reply that is not Slack's JSON, as a gateway's 503 is, the status."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    data = error.response.data
    return str(data.get("error")) if isinstance(data, dict) else str(error.response.status_code)


@contextlib.contextmanager
def may_pass() -> Iterator[None]:
    """Raise DeliveryError for what another attempt may bring through, NotInstalled for a dead token, and everything else as it is."""
    try:
        yield
    except SlackApiError as error:
        if code(error) in _PASSING or error.response.status_code >= 500:
            raise DeliveryError(code(error)) from error
        if code(error) in REVOKED:
            raise NotInstalled(code(error)) from error
        raise
    except NETWORK as error:
        raise DeliveryError(type(error).__name__) from error
