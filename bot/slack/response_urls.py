"""Messages to response URLs, which are no methods of the Web API. In: a URL of a command or a button. Out: whether Slack took the message."""

import logging

import aiohttp

from bot.errors import DeliveryError
from bot.slack.elements import Rendered

logger = logging.getLogger(__name__)


class ResponseUrls:
    """Sends with `session`, which every call of the bot shares."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, response_url: str, message: Rendered, **options: object) -> bool:
        """Send a message; False where Slack no longer takes it (five uses in thirty minutes). Raises DeliveryError for what may pass."""
        body = {"text": message.text, "blocks": message.blocks, "unfurl_links": False, "unfurl_media": False, **options}
        async with self._session.post(response_url, json=body, timeout=aiohttp.ClientTimeout(10)) as reply:
            if reply.status >= 500 or reply.status == 429:
                raise DeliveryError(f"response_url answered {reply.status}")
            return reply.status == 200

    async def delete(self, response_url: str) -> None:
        """Take the message of a response URL away; whether Slack does so changes nothing."""
        try:
            async with self._session.post(response_url, json={"delete_original": True}, timeout=aiohttp.ClientTimeout(10)):
                pass
        except (aiohttp.ClientError, TimeoutError) as error:
            logger.info("A waiting note could not be taken away (%s)", type(error).__name__)
