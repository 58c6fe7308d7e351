"""The database: every question as one row, from queue to log."""

from bot.store.channels import ChannelChoice
from bot.store.ratings import Rating
from bot.store.statistics import Figures, Selection
from bot.store.store import Job, Row, Store
from bot.store.threads import message_key

__all__ = ["ChannelChoice", "Figures", "Job", "Rating", "Row", "Selection", "Store", "message_key"]
