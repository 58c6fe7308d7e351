"""What a model says in a scenario, at its own pace. In: words of the documents. Out: scripts of claims with pauses between them."""

import json

from bot.config import CHECKOUT
from bot.corpus import Corpus, load_corpus
from bot.llm.scripted import Step
from tests.fakes.drafts import claim

CORPUS = load_corpus(CHECKOUT / "seeds")
STAKE = "Tencent is currently JD’s largest shareholder with a 21.25% stake."
AREAS = [" ".join(p.text.split()) for p in CORPUS.passages if p.kind.value == "list_item"][:7]
BEGINNING = '{"mode": "answer", "claims": ['
ENDING = '], "unanswered": []}'


def quoting(*sentences: str) -> list[Step]:
    """A reply that quotes these words, all at once."""
    return slowly(*sentences, pause=0.0)


def slowly(*sentences: str, pause: float, last_pause: float = 0.0, corpus: Corpus = CORPUS) -> list[Step]:
    """The same with a pause in seconds between every two claims, and one before the end."""
    steps: list[Step] = [BEGINNING]
    for number, words in enumerate(sentences):
        said = json.dumps(claim("", (_passage_with(words, corpus), words)), ensure_ascii=False)
        steps += [pause, f", {said}"] if number else [said]
    return [*steps, last_pause, ENDING]


def _passage_with(words: str, corpus: Corpus) -> str:
    return next(passage.id for passage in corpus.passages if words in " ".join(passage.text.split()))
