"""Which passages a question's answer may rest on: all of them where they fit the token budget, else the best hits."""

from bot.retrieval.evidence import Evidence, Retriever

__all__ = ["Evidence", "Retriever"]
