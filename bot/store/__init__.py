"""The database: every question as one row, from queue to log."""

from bot.store.store import Job, Row, Store

__all__ = ["Job", "Row", "Store"]
