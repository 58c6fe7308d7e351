"""What is tidied up while the bot runs: rows beyond RETENTION_DAYS, and dedupe keys that no delivery can repeat any more.

In: the store. Out: a smaller one, once an hour.
"""

import asyncio
import logging

from bot.errors import StoreError
from bot.store import Store

logger = logging.getLogger(__name__)

HOUR = 3_600


async def keep_house(store: Store, retention_days: int) -> None:
    """Tidy up now and every hour, until cancelled."""
    while True:
        try:
            await asyncio.to_thread(store.forget_deliveries)
            if retention_days and (gone := await asyncio.to_thread(store.purge, retention_days)):
                logger.info("%d interactions older than %d days were deleted", gone, retention_days)
            await asyncio.to_thread(store.empty_journal)
        except StoreError as error:
            logger.warning("The log could not be tidied up: %s", error)
        await asyncio.sleep(HOUR)
