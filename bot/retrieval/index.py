"""The search index: passages in, the best of them for a question out.

tantivy does the searching; the tokens are ours (`analysis`), so that ranking and grounding agree on what a word is. The index is derived
from the corpus and can always be built again.
"""

from collections.abc import Iterable, Sequence

import tantivy

from bot.corpus import Passage
from bot.retrieval.analysis import stems

_TOKENS = "tokens"
_NUMBER = "number"


class PassageIndex:
    """An index in memory over `passages`. A passage is found by its own words, its document's title and its heading."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        builder = tantivy.SchemaBuilder()
        builder.add_text_field(_TOKENS, stored=False, tokenizer_name="whitespace", index_option="freq")
        builder.add_unsigned_field(_NUMBER, stored=True, indexed=False)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        writer = self._index.writer(num_threads=1)
        for number, passage in enumerate(passages):
            document = tantivy.Document()
            document.add_text(_TOKENS, " ".join(_searchable(passage)))
            document.add_unsigned(_NUMBER, number)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def search(self, question: str, at_most: int) -> list[tuple[Passage, float]]:
        """The best passages for `question` with their BM25 scores, best first; none where no word is shared."""
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, _TOKENS, token, index_option="freq"))
            for token in dict.fromkeys(stems(question))
        ]
        searcher = self._index.searcher()
        found = searcher.search(tantivy.Query.boolean_query(terms), limit=at_most) if terms else None
        hits: Iterable[tuple[float, tantivy.DocAddress]] = found.hits if found else ()
        return [(self._passages[searcher.doc(address)[_NUMBER][0]], score) for score, address in hits]


def _searchable(passage: Passage) -> Iterable[str]:
    """The title simply put in front is what measured best (retrieval.md, "Ranking")."""
    names = passage.document.title.value or ""
    return stems(f"{names} {passage.heading or ''} {passage.text}")
