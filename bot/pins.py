"""Approved answers, served at once to the same question for as long as every document they cite is as it was when they were approved.

In: an answered interaction and who approves it; later a question. Out: its Interaction without a model, each of its citations held against the
documents of now; or None, and the question takes the usual path.

"The same question" are the same words: case, punctuation around words, white space, the width of characters and Slack's markup aside. Nothing
is guessed: a question asked otherwise, in another language, about another time, or after others in its thread is another question.
"""

import re
import time
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.corpus import Corpus
from bot.grounding import Answer, Approval, Reading, restated
from bot.interactions import Interaction
from bot.languages import Languages
from bot.prompts import PromptLibrary
from bot.questions import Question, plain
from bot.store import Pin, Row, Store, words_of

PINNED = "pinned"

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
# Within a word or a number they mean something: "21.25", "don't", "10:30".
_AROUND_WORDS = re.compile(r"(?<!\w)[\"'.,;:!?¡¿…。、！？，；：()\[\]「」『』（）]+|[\"'.,;:!?¡¿…。、！？，；：()\[\]「」『』（）]+(?!\w)")


def key_of(text: str) -> str:
    """A question's words as they are compared.

    >>> key_of("<@U1> What’s  a 21.25% stake?") == key_of("what's a 21.25% ＳＴＡＫＥ")
    True
    """
    folded = unicodedata.normalize("NFKC", plain(text)).casefold().translate(_QUOTES)
    return " ".join(_AROUND_WORDS.sub(" ", folded).split())


class PinnedAnswers:
    """Pins answers, and serves those that are pinned. `corpus` gives the documents of now. All but the constructor block on the database."""

    def __init__(self, *, store: Store, corpus: Callable[[], Corpus], prompts: PromptLibrary, reading: Reading) -> None:
        self._store = store
        self._corpus = corpus
        self._reading = reading
        self._languages = Languages(prompts)

    # --- serving

    def answer(self, question: Question) -> Interaction | None:
        """What was approved for this question; None where nothing is, or where what is can no longer be said word for word."""
        began = time.perf_counter()
        if question.history or (pin := self._pin_for(question)) is None:
            return None
        corpus = self._corpus()
        approved = self._approved(pin, corpus)
        if approved is None or self._languages.of(plain(question.text)) != approved.language:
            return None
        return Interaction(
            question, approved, self._reading.plain_text(approved, question.id), evidence=_passages(approved, corpus),
            seconds={"total": time.perf_counter() - began}, documents=pin.documents,
        )  # fmt: skip

    def _pin_for(self, question: Question) -> Pin | None:
        key = key_of(question.text)
        until = question.until.isoformat() if question.until else ""
        return self._store.pin_for(key, question.wanted.value, until, question.place.team) if key else None

    @staticmethod
    def _approved(pin: Pin, corpus: Corpus) -> Answer | None:
        if changed_document(pin, corpus):
            return None
        found = restated(pin.answer, corpus)
        approval = Approval(pin.pinned_by, datetime.fromtimestamp(pin.pinned_at, UTC).date())
        return replace(found, engine=PINNED, approval=approval) if found else None

    # --- pinning

    def pin(self, row: Row, approver: str) -> str:
        """Approve the answer of a row; "" where that is done, else why it cannot be, as a label of prompts/replies/pins.md."""
        question = self._store.asked(row, history_turns=1)
        answer = Answer.from_json(row["answer"]) if row["answer"] else None
        if row["status"] != "done" or answer is None or not answer.claims or answer.declined_for:
            return "no_answer"
        if not key_of(words_of(row)):
            return "not_kept"
        if question.history:
            return "follow_up"
        corpus = self._corpus()
        standing = restated(answer, corpus)
        if standing is None:
            return "outdated"
        cited = corpus.digests(source.document for source in standing.sources)
        until = question.until.isoformat() if question.until else ""
        words = plain(question.text)
        self._store.pin(
            Pin(row["id"], row["team"], key_of(words), question.wanted.value, until, words, standing, cited, pinned_by=approver)
        )
        return ""

    def unpin(self, row: Row) -> bool:
        """Take back what serves the question of a row; whether anything did."""
        pin = self.of(row)
        return pin is not None and self._store.unpin(pin.id)

    def of(self, row: Row) -> Pin | None:
        """What serves the question of a row."""
        return self._pin_for(self._store.asked(row, history_turns=0))

    def expire(self) -> None:
        """Note which pins the documents of now have ended, and by which document."""
        corpus = self._corpus()
        for pin in self._store.pins():
            if not pin.changed and (document := changed_document(pin, corpus)):
                self._store.expire(pin.id, document)


def changed_document(pin: Pin, corpus: Corpus) -> str:
    """The first document a pin cites that is not as it was when it was pinned; "" where all are."""
    now = corpus.digests(pin.documents)
    return next((document for document, digest in pin.documents.items() if now.get(document) != digest), "")


def _passages(answer: Answer, corpus: Corpus) -> tuple[str, ...]:
    """The ids of the passages that an answer quotes from."""
    cited = [citation for source in answer.sources for citation in source.citations]
    found = (p.id for c in cited for p in corpus.passages_of(c.document) if p.start <= c.start and c.end <= p.end)
    return tuple(dict.fromkeys(found))
