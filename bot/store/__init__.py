"""The database: every question as one row, from queue to log."""

from bot.store.channels import ChannelChoice
from bot.store.claims import AtOnce
from bot.store.installations import Installation
from bot.store.pins import Pin
from bot.store.privacy import LogQuestions, words_of
from bot.store.queue import LEASE_SECONDS, Claims, Job, Limits, Receipt
from bot.store.ratings import Rating
from bot.store.rows import Row, question_of
from bot.store.statistics import Figures, Selection
from bot.store.store import Store
from bot.store.threads import message_key
from bot.store.turns import Turns

__all__ = [
    "LEASE_SECONDS",
    "AtOnce",
    "ChannelChoice",
    "Claims",
    "Figures",
    "Installation",
    "Job",
    "Limits",
    "LogQuestions",
    "Pin",
    "Rating",
    "Receipt",
    "Row",
    "Selection",
    "Store",
    "Turns",
    "message_key",
    "question_of",
    "words_of",
]
