"""The database: every question as one row, from queue to log."""

from bot.store.channels import ChannelChoice
from bot.store.ratings import Rating
from bot.store.store import Job, Row, Store

__all__ = ["ChannelChoice", "Job", "Rating", "Row", "Store"]
