"""What the gate's tests share: the corpus that ships, small corpora, and a gate asked about one claim."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import CHECKOUT
from bot.corpus import Corpus, load_corpus
from bot.drafts import DraftClaim, Quote
from bot.grounding import CitedClaim, Gate

SEEDS = load_corpus(CHECKOUT / "seeds")

Verify = Callable[..., CitedClaim | None]


def checked(corpus: Corpus, claim: CitedClaim) -> CitedClaim:
    """The claim, every citation of which is the slice of its file that it says it is."""
    assert claim.citations
    for citation in claim.citations:
        document = corpus.document(citation.document)
        assert document
        assert document.text[citation.start : citation.end] == citation.quote
    return claim


def verify(corpus: Corpus, text: str, *quotes: tuple[str, str], question: str = "Tencent?") -> CitedClaim | None:
    """What the gate makes of one claim, each quote a passage's id and words; a claim that is not posted as it stood was withheld."""
    gate = Gate(question, corpus.passages)
    made = gate.verify(DraftClaim(quotes=tuple(Quote(passage=passage, text=words) for passage, words in quotes), text=text))
    assert gate.claims == ([made] if made else [])
    if text and (made is None or made.text != text):
        assert [withheld.text for withheld in gate.withheld] == [text]
        assert gate.withheld[0].reasons
    return checked(corpus, made) if made else None


@pytest.fixture
def page(tmp_path: Path) -> Callable[..., Verify]:
    """A function from the one sentence of a page (and its day, as 2018-10-31) to a function that verifies a claim about it."""

    def of(sentence: str, *, published: str | None = None) -> Verify:
        (tmp_path / "page.txt").write_text(f"A page about the harbour\n\n{sentence}\n", encoding="utf-8")
        if published:
            (tmp_path / "corpus.toml").write_text(f'[documents."page.txt"]\npublished = {{ value = {published} }}\n', encoding="utf-8")
        corpus = load_corpus(tmp_path)
        passage = corpus.passages[-1]
        assert passage.text == sentence
        return lambda text: verify(corpus, text, (passage.id, sentence), question=f"{sentence}?")

    return of
