"""The answerer that needs no model: it answers with sentences of the documents, word for word, and knows when they do not answer."""

from bot.extractive.answerer import ExtractiveAnswerer

__all__ = ["ExtractiveAnswerer"]
