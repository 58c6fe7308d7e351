"""Signed HTTP: we POST to the app's request URL, as Slack does where Socket Mode is off.

In: deliveries. Out: requests with v0 signatures, the url_verification handshake before the first, retries marked by
headers, and the app's answers (docs.slack.dev/authentication/verifying-requests-from-slack, /apis/events-api).
"""

import json
import time
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.playground.decoding import decode
from bot.playground.deliveries import NoRetry, Undelivered
from bot.playground.faults import SocketFault
from bot.playground.installation import Installation
from bot.playground.records import Delivery, Records

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
REASONS = {"timeout": "http_timeout"}


class SignedHTTP:
    """The app's request URL; a `Transport`."""

    name: Literal["http"] = "http"

    def __init__(self, request_url: str, installation: Installation, records: Records) -> None:
        self._request_url = request_url
        self._installation = installation
        self._records = records
        self._signer = SignatureVerifier(installation.signing_secret)
        self._verified = False
        self._session: aiohttp.ClientSession | None = None

    @property
    def is_open(self) -> bool:
        """A request can always be tried."""
        return True

    async def wait_until_open(self) -> None:
        """Return at once."""

    async def send(self, delivery: Delivery) -> Any:  # whatever JSON the app answers with
        """POST it, and return the answer's JSON, text, or None. Undelivered if the status is not 2xx."""
        if not self._verified:
            await self._handshake()
        started = time.monotonic()
        body, content_type = _encoded(delivery)
        answer = await self._post(body, content_type, _retry_headers(delivery))
        delivery.ack_after = time.monotonic() - started
        return answer

    async def break_off(self, fault: SocketFault) -> None:
        """Nothing: there is no standing connection."""

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()

    async def _handshake(self) -> None:
        challenge = {"token": self._installation.verification_token, "challenge": "3eZbrw1aB", "type": "url_verification"}
        delivery = Delivery("url_verification", challenge, transport="http")
        self._records.deliveries.append(delivery)
        answer = await self._post(json.dumps(challenge), JSON, {})
        delivery.response = answer
        echoed = answer.get("challenge") if isinstance(answer, dict) else answer
        if echoed != challenge["challenge"]:
            delivery.failure = "challenge_failed"
            raise Undelivered("challenge_failed")
        delivery.acked = self._verified = True

    async def _post(self, body: str, content_type: str, headers: dict[str, str]) -> Any:  # as `send`
        signed = self._signature(body) | {"Content-Type": content_type, "User-Agent": "Slackbot 1.0"} | headers
        try:
            async with self._client().post(self._request_url, data=body.encode(), headers=signed) as response:
                return _answer(response, await response.text())
        except aiohttp.ClientError as error:
            raise Undelivered("connection_failed") from error

    def _signature(self, body: str) -> dict[str, str]:
        timestamp = str(int(time.time()))
        signature = self._signer.generate_signature(timestamp=timestamp, body=body)
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature or ""}

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _encoded(delivery: Delivery) -> tuple[str, str]:
    if delivery.kind == "command":
        return urlencode(delivery.payload), FORM
    if delivery.kind == "interaction":
        return urlencode({"payload": json.dumps(delivery.payload)}), FORM
    return json.dumps(delivery.payload), JSON


def _retry_headers(delivery: Delivery) -> dict[str, str]:
    if not delivery.attempt:
        return {}
    reason = delivery.retry_reason or "http_error"
    return {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": REASONS.get(reason, reason)}


def _answer(response: aiohttp.ClientResponse, text: str) -> Any:  # as `send`
    if not 200 <= response.status < 300:
        refused = NoRetry if response.headers.get("X-Slack-No-Retry") == "1" else Undelivered
        raise refused("http_error")
    if response.content_type != JSON or not text:
        return text or None
    try:
        return decode(text)
    except ValueError as error:
        raise Undelivered("http_error") from error
