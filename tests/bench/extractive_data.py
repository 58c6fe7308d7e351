"""SQuAD 2.0 and XQuAD as corpora and questions.

In: their JSON files. Out: a Corpus, a document an article, and the questions with their answer sentences; and the same among many more passages.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.corpus import Block, Corpus, Document, Fact, Kind, Known, Passage
from bot.corpus.passages import passages_of
from bot.extractive.asked import Asked
from bot.extractive.candidates import Candidate
from bot.extractive.library import Counts, Library
from bot.extractive.model import Model
from bot.extractive.questions_apart import Part
from bot.extractive.ranking import Ranker
from bot.extractive.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parents[2]
DATA_FOLDER = ROOT.parent / "shared" / "data"
SQUAD = "squad2-dev-16-articles.json.gz"
XQUAD = "xquad.zh.json.gz"
OTHERS = "retrieval-20k-passages.jsonl.gz"


@dataclass(frozen=True)
class Question:
    """A question on one article. `golds` are the offsets in the document where an annotated answer begins; none where it is unanswerable."""

    text: str
    article: str
    paragraph: frozenset[str]
    golds: frozenset[int]

    @property
    def is_answerable(self) -> bool:
        """Whether the paragraph it was asked of answers it."""
        return bool(self.golds)

    def is_right(self, candidate: Candidate) -> bool:
        """Strictly: whether the sentence holds the beginning of an answer some annotator marked."""
        span = candidate.sentence.span
        return candidate.passage.document.id == self.article and any(span.start <= gold < span.end for gold in self.golds)


def read_squad(path: Path) -> tuple[Corpus, list[Question]]:
    """The corpus of all articles of the file, and its questions."""
    articles = json.loads(gzip.decompress(path.read_bytes()))
    documents: list[Document] = []
    passages: list[Passage] = []
    questions: list[Question] = []
    for number, article in enumerate(articles):
        document = _document(article)
        its_passages = tuple(passages_of(document, f"{number:03d}"))
        documents.append(document)
        passages.extend(its_passages)
        questions.extend(_questions(article, document, its_passages))
    return Corpus(tuple(documents), tuple(passages)), questions


def _document(article: dict[str, Any]) -> Document:
    return _document_of(article["title"], [paragraph["text"] for paragraph in article["paragraphs"]])


def _document_of(name: str, texts: Sequence[str]) -> Document:
    blocks, start = [], 0
    for number, text in enumerate(texts):
        blocks.append(Block(start, start + len(text), 2 * number + 1, Kind.BODY, "a paragraph"))
        start += len(text) + 2
    return Document(id=name, text="\n\n".join(texts), title=Fact(name.replace("_", " "), Known.STATED), blocks=tuple(blocks))


def read_xquad(path: Path) -> tuple[Corpus, list[Question]]:
    """The corpus of all paragraphs of the file, a document an article, and its questions; all are answerable."""
    documents: list[Document] = []
    passages: list[Passage] = []
    questions: list[Question] = []
    for number, article in enumerate(json.loads(gzip.decompress(path.read_bytes()))["data"]):
        document = _document_of(f"{number:03d}", [paragraph["context"] for paragraph in article["paragraphs"]])
        documents.append(document)
        passages.extend(passages_of(document, f"{number:03d}"))
        for block, paragraph in zip(document.blocks, article["paragraphs"], strict=True):
            for asked in paragraph["qas"]:
                golds = frozenset(block.start + answer["answer_start"] for answer in asked["answers"])
                questions.append(Question(asked["question"], document.id, frozenset(), golds))
    return Corpus(tuple(documents), tuple(passages)), questions


def among_others(corpus: Corpus, path: Path, passages: int) -> Corpus:
    """`corpus` and passages of the retrieval benchmark beside it, none of SQuAD's, until there are so many."""
    documents, added = list(corpus.documents), list(corpus.passages)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            read = json.loads(line)
            if len(added) >= passages:
                break
            if not read["src"].startswith("squad"):
                document = _document_of(f"{read['title']} {number}", [read["text"]])
                documents.append(document)
                added.extend(passages_of(document, f"x{number}"))
    return Corpus(tuple(documents), tuple(added))


def _questions(article: dict[str, Any], document: Document, passages: Sequence[Passage]) -> Iterator[Question]:
    for block, paragraph in zip(document.blocks, article["paragraphs"], strict=True):
        own = frozenset(p.id for p in passages if p.line == block.line)
        for asked in paragraph["qas"]:
            golds = frozenset() if asked["imp"] else frozenset(block.start + answer[1] for answer in asked["answers"])
            if asked["imp"] or golds:
                yield Question(asked["q"], document.id, own, golds)


@dataclass(frozen=True)
class Ranked:
    """A question as it went: its terms, its candidates in order, and with which ranker."""

    question: Question
    asked: Asked
    candidates: list[Candidate]


class Conditions:
    """One corpus under the conditions an answerer meets: whole, without the paragraph or the article asked about, the article alone."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._library = Library(corpus)
        self._sample = self._library.candidates(corpus.passages)
        self._counts = Counts.of(self._sample)
        self._vocabulary = Vocabulary(self._sample)
        self._by_article: dict[str, tuple[Vocabulary, Counts]] = {}
        self._alone: dict[str, tuple[Vocabulary, Counts]] = {}

    def whole(self, question: Question, model: Model) -> Ranked:
        """Asked over everything."""
        return self._ranked(question, model, self._corpus.passages, self._vocabulary, self._counts)

    def without_paragraph(self, question: Question, model: Model) -> Ranked:
        """Asked where its own paragraph is not there, nor counted."""
        gone = [one for one in self._sample if one.passage.id in question.paragraph]
        passages = [p for p in self._corpus.passages if p.id not in question.paragraph]
        return self._ranked(question, model, passages, self._vocabulary, self._counts.without(gone))

    def without_article(self, question: Question, model: Model) -> Ranked:
        """Asked where its article is not there, nor counted."""
        if question.article not in self._by_article:
            rest = [one for one in self._sample if one.passage.document.id != question.article]
            self._by_article[question.article] = Vocabulary(rest), Counts.of(rest)
        passages = [p for p in self._corpus.passages if p.document.id != question.article]
        return self._ranked(question, model, passages, *self._by_article[question.article])

    def article_alone(self, question: Question, model: Model, without_paragraph: Iterable[str] = ()) -> Ranked:
        """Asked over its article only, some forty paragraphs: the size of a small team's corpus. `without_paragraph` are ids left out."""
        if question.article not in self._alone:
            own = [one for one in self._sample if one.passage.document.id == question.article]
            self._alone[question.article] = Vocabulary(own), Counts.of(own)
        vocabulary, counts = self._alone[question.article]
        out = frozenset(without_paragraph)
        gone = [one for one in self._sample if one.passage.id in out]
        passages = [p for p in self._corpus.passages_of(question.article) if p.id not in out]
        return self._ranked(question, model, passages, vocabulary, counts.without(gone))

    def _ranked(self, question: Question, model: Model, passages: Sequence[Passage], vocabulary: Vocabulary, counts: Counts) -> Ranked:
        ranker = Ranker(self._library, vocabulary, counts, model)
        asked = ranker.read(Part(question.text), passages)
        return Ranked(question, asked, ranker.rank(asked, passages))
