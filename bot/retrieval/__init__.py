"""Which passages a question's answer may rest on: all of them where they fit the token budget, else the best hits."""

from bot.retrieval.analysis import content_stems
from bot.retrieval.evidence import Evidence, Retriever
from bot.retrieval.index import embedded_engine
from bot.retrieval.searching import SearchEngine
from bot.retrieval.vectors import Vectors

__all__ = ["Evidence", "Retriever", "SearchEngine", "Vectors", "content_stems", "embedded_engine"]
