"""The task that stands above a streamed reply while it grows: that every sentence is checked, and against which sources.

In: the sources that a piece of the reply cites. Out: `task_update` chunks. Slack adds `details` to those it has and need not add `sources` to
those it has (openclaw/openclaw#125168), so each source is named once as it is used, and links come once, at the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.characters import showable
from bot.prompts import Template
from bot.slack.elements import Block, shortened

TASK = "checking"
LONGEST_FIELD = 256  # characters of a title, of details, of a source's text
MOST_DETAILS = 1_000  # characters of all details: what a long answer cites stands below it in full
MOST_LINKS = 20


@dataclass(frozen=True, slots=True)
class CitedSource:
    """A source of a piece: its document, its line in the list of sources, what it is called, where people find it."""

    document: str
    line: str
    title: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Markdown that continues a reply, and what it cites."""

    text: str
    sources: tuple[CitedSource, ...] = ()


@dataclass(slots=True)
class CheckingTask:
    """The task of one message, in the words of prompts/replies/searching.md."""

    words: Template
    _cited: dict[str, CitedSource] = field(default_factory=dict)
    _room: int = MOST_DETAILS
    _is_begun: bool = False

    def cites(self, sources: Iterable[CitedSource]) -> list[Block]:
        """The chunk that begins the task, or names sources that it did not name so far; none where there is nothing to say."""
        fresh = [source for source in sources if source.document not in self._cited]
        self._cited |= {source.document: source for source in fresh}
        if self._is_begun and not fresh:
            return []
        self._is_begun = True
        return [self._update(self.words.label("task"), "in_progress", details=self._details(fresh))]

    def done(self) -> list[Block]:
        """The chunk that ends it."""
        links = [
            {"type": "url", "url": source.link, "text": shortened(showable(source.title), LONGEST_FIELD)}
            for source in self._cited.values()
            if source.link
        ]
        return [self._update(self.words.label("task_done"), "complete", sources=links[:MOST_LINKS])]

    def _details(self, sources: Iterable[CitedSource]) -> str:
        said = "".join(f"{source.line}\n" for source in sources)[: self._room]
        self._room -= len(said)
        return showable(shortened(said, LONGEST_FIELD))

    def _update(self, title: str, status: str, **more: object) -> Block:
        given = {name: value for name, value in more.items() if value}
        return {"type": "task_update", "id": TASK, "title": shortened(title, LONGEST_FIELD), "status": status, **given}
