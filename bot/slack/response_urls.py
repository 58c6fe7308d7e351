"""Messages to response URLs, which are no methods of the Web API. In: a URL of a command or a button. Out: whether Slack took the message."""

import logging
from collections.abc import Mapping

import aiohttp

from bot.errors import DeliveryError
from bot.slack.elements import Rendered
from bot.slack.simpler import REFUSED, simpler

logger = logging.getLogger(__name__)


class ResponseUrls:
    """Sends with `session`, which every call of the bot shares."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, response_url: str, message: Rendered, **options: object) -> bool:
        """Send a message; False where Slack no longer takes it (five uses in thirty minutes). Raises DeliveryError for what may pass."""
        for one in simpler(message):
            status, said = await self._post(response_url, one, options)
            if status >= 500 or status == 429:
                raise DeliveryError(f"response_url answered {status}")
            if status == 200 and not said.startswith("{"):  # Slack says "ok", or in JSON what is wrong
                return True
            if not any(word in said for word in REFUSED):
                return False
            logger.warning("Slack refused the blocks of a message: %s", said)
        return False

    async def _post(self, response_url: str, message: Rendered, options: Mapping[str, object]) -> tuple[int, str]:
        """The status, and what Slack said."""
        body = {"text": message.text, "blocks": message.blocks, "unfurl_links": False, "unfurl_media": False, **options}
        async with self._session.post(response_url, json=body, timeout=aiohttp.ClientTimeout(10)) as reply:
            return reply.status, await reply.text()

    async def delete(self, response_url: str) -> None:
        """Take the message of a response URL away; whether Slack does so changes nothing."""
        try:
            async with self._session.post(response_url, json={"delete_original": True}, timeout=aiohttp.ClientTimeout(10)):
                pass
        except (aiohttp.ClientError, TimeoutError) as error:
            logger.info("A waiting note could not be taken away (%s)", type(error).__name__)
