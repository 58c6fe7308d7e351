"""Past answers whose quotes no longer stand: what was said, which words fell and why, and where it was said.

In: the store and the documents of now. Out: Outdated, the newest first; as CSV; as JSON. Only answers that cite a changed document are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.corpus import Corpus
from bot.grounding import Answer, Fallen, Standing
from bot.insights.cells import as_table
from bot.questions import Surface
from bot.store import Store

THREADED = frozenset({Surface.MENTION.value, Surface.DIRECT.value, Surface.CORRECTION.value})


@dataclass(frozen=True, slots=True)
class Outdated:
    """A row of the log, as `Store.concerned` gives it, its answer, what of that fell, and the id of the interaction that corrected it, if one did."""

    row: Mapping[str, Any]
    answer: Answer
    fallen: tuple[Fallen, ...]
    corrected_by: str = ""

    @property
    def place(self) -> str:
        """Where it stands: the channel and the message of it, or who alone has seen it."""
        if self.is_in_a_thread:
            return f"{self.row['channel']} {self.row['reply_ts'].split()[0]}"
        return "command line" if self.row["surface"] == Surface.CLI.value else f"{self.row['channel']} private".strip()

    @property
    def is_in_a_thread(self) -> bool:
        """Whether its message can still be changed. What only its asker saw, and what was shared from there, cannot."""
        return self.row["surface"] in THREADED and bool(self.row["reply_ts"])


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at the answers found: those that are `outdated`, and the ids of those that stand, though a document changed."""

    outdated: tuple[Outdated, ...]
    standing: tuple[str, ...]


def look(store: Store, corpus: Corpus, at_most: int | None = None, days: int | None = None) -> Looked:
    """Hold the answers that a change concerns against the documents of now: the newest `at_most`, those of the last `days`, or all."""
    standing, outdated, unharmed = Standing(corpus), [], []
    for row in store.concerned(digests(corpus), at_most, days):
        answer = Answer.from_json(row["answer"])
        if fallen := standing.fallen(answer):
            outdated.append(Outdated(row, answer, fallen))
        else:
            unharmed.append(row["id"])
    corrected = store.corrected([each.row["id"] for each in outdated])
    return Looked(tuple(replace(each, corrected_by=corrected.get(each.row["id"], "")) for each in outdated), tuple(unharmed))


def digests(corpus: Corpus) -> dict[str, str]:
    """The documents of now, by id."""
    return {document.id: document.digest for document in corpus.documents}


def find_outdated(store: Store, corpus: Corpus) -> tuple[Outdated, ...]:
    """All there are. What turns out to stand is noted in the store, so that it is not read again until a document changes."""
    looked = look(store, corpus)
    store.stand(looked.standing, digests(corpus))
    return looked.outdated


def as_csv(outdated: Iterable[Outdated]) -> str:
    """One fallen quote a line, with a head. Cells that a spreadsheet would take for formulas are quoted with an apostrophe."""
    head = ("id", "answered", "place", "question", "document", "why", "quote", "instead", "corrected_by")
    return as_table(head, (row for each in outdated for row in _lines(each)))


def _lines(outdated: Outdated) -> Iterator[tuple[object, ...]]:
    told = (outdated.row["id"], when(outdated), outdated.place, outdated.row["question"])
    return (
        (*told, one.citation.document, one.why.value, one.citation.quote, one.instead, outdated.corrected_by) for one in outdated.fallen
    )


def as_json(outdated: Iterable[Outdated]) -> Iterator[dict[str, Any]]:
    """An object an answer."""
    for each in outdated:
        fallen = [
            {"document": one.citation.document, "why": one.why.value, "quote": one.citation.quote, "instead": one.instead}
            for one in each.fallen
        ]
        row = each.row
        yield {
            "id": row["id"], "answered": when(each), "question": row["question"], "surface": row["surface"], "channel": row["channel"],
            "reply_ts": row["reply_ts"] or "", "can_be_corrected": each.is_in_a_thread, "corrected_by": each.corrected_by, "fallen": fallen,
        }  # fmt: skip


def when(outdated: Outdated) -> str:
    """When it was asked, UTC."""
    return datetime.fromtimestamp(outdated.row["received_at"], UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
