"""The documents: read, described, told from their boilerplate, and split into passages that are spans of the untouched files."""

from bot.corpus.documents import (
    CITABLE,
    Block,
    Corpus,
    Correction,
    Document,
    Fact,
    Kind,
    Known,
    Passage,
    sentences_around,
)
from bot.corpus.folder import FolderState, state_of
from bot.corpus.loading import OnProgress, load_corpus
from bot.corpus.passages import whole_block
from bot.corpus.spans import Span

__all__ = [
    "CITABLE", "Block", "Corpus", "Correction", "Document", "Fact", "FolderState", "Kind", "Known", "OnProgress", "Passage", "Span",
    "load_corpus", "sentences_around", "state_of", "whole_block",
]  # fmt: skip
