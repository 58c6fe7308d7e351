"""Streamed messages: text, tasks and blocks that arrive piece by piece.

In: Markdown or chunks, already checked. Out: the message's text and blocks so far, and Slack's refusals of what comes
too late, too long, or in another mode (slack.md 1.2).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.playground.refusal import Refusal

BYTES_LIMIT = 10_600  # slack.md 1.2: cut-offs between 10.6 and 11.3 kB of UTF-8 were seen; the strictest is ours
CHUNK_BLOCKS_LIMIT = 50

Mode = Literal["text", "chunks"]
DisplayMode = Literal["timeline", "plan"]


@dataclass
class Stream:
    """One streamed message. `parts` are Markdown texts, task ids ("task") and blocks, in the order they came."""

    channel: str
    ts: str
    started: float
    display_mode: DisplayMode = "timeline"
    mode: Mode | None = None
    parts: list[tuple[Literal["markdown", "task", "block"], Any]] = field(default_factory=list)
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    plan_title: str = ""
    size: int = 0  # bytes of UTF-8
    is_open: bool = True
    stopped_by_user: bool = False

    @property
    def text(self) -> str:
        """The Markdown so far."""
        return "".join(text for kind, text in self.parts if kind == "markdown")

    def append(self, mode: Mode, chunks: Sequence[dict[str, Any]]) -> None:
        """Take chunks in. Refusal if the stream was fed the other way before, or grows too long: then none is taken."""
        if self.mode not in (None, mode):
            raise Refusal("streaming_mode_mismatch")
        added = sum(len(chunk["text"].encode()) for chunk in chunks if chunk["type"] == "markdown_text")
        if self.size + added > BYTES_LIMIT:
            raise Refusal("msg_too_long")
        blocks = sum(len(chunk["blocks"]) for chunk in chunks if chunk["type"] == "blocks")
        if blocks + sum(kind == "block" for kind, _ in self.parts) > CHUNK_BLOCKS_LIMIT:
            raise Refusal("msg_blocks_too_many")
        self.mode, self.size = mode, self.size + added
        for chunk in chunks:
            TAKERS[chunk["type"]](self, chunk)

    def blocks(self) -> list[dict[str, Any]]:
        """The message's blocks so far: Markdown, task cards where they came up, or one plan above everything."""
        shown = [] if self.display_mode == "timeline" else self._plan()
        for kind, part in self.parts:
            if kind == "markdown":
                shown.append({"type": "markdown", "text": part})
            elif kind == "block":
                shown.append(part)
            elif self.display_mode == "timeline":
                shown.append(_task_card(self.tasks[part]))
        return shown

    def take_markdown(self, chunk: dict[str, Any]) -> None:
        """Text continues the text before it."""
        if self.parts and self.parts[-1][0] == "markdown":
            self.parts[-1] = ("markdown", self.parts[-1][1] + chunk["text"])
        elif chunk["text"]:
            self.parts.append(("markdown", chunk["text"]))

    def take_task(self, chunk: dict[str, Any]) -> None:
        """A task is new, or moves on; `details` and `output` add to what was there (slack.md 1.2)."""
        if chunk["id"] not in self.tasks:
            self.parts.append(("task", chunk["id"]))
        task = self.tasks.setdefault(chunk["id"], {"id": chunk["id"], "details": "", "output": "", "sources": []})
        task |= {name: chunk[name] for name in ("title", "status") if chunk.get(name)}
        task["details"] += chunk.get("details") or ""
        task["output"] += chunk.get("output") or ""
        task["sources"] += chunk.get("sources") or []

    def take_plan(self, chunk: dict[str, Any]) -> None:
        """The plan gets a title."""
        self.plan_title = chunk["title"]

    def take_blocks(self, chunk: dict[str, Any]) -> None:
        """Blocks stand where they came."""
        self.parts += [("block", block) for block in chunk["blocks"]]

    def _plan(self) -> list[dict[str, Any]]:
        if not self.tasks:
            return []
        cards = [_task_card(task) for task in self.tasks.values()]
        return [{"type": "plan", "title": self.plan_title or "Plan", "tasks": cards}]


TAKERS: dict[str, Callable[[Stream, dict[str, Any]], None]] = {
    "markdown_text": Stream.take_markdown,
    "task_update": Stream.take_task,
    "plan_update": Stream.take_plan,
    "blocks": Stream.take_blocks,
}


class Streams:
    """Every stream, by channel and ts."""

    def __init__(self, clock: Callable[[], float], lifetime: float) -> None:
        self._clock = clock
        self._lifetime = lifetime
        self._streams: dict[tuple[str, str], Stream] = {}

    def new(self, channel: str, ts: str, display_mode: DisplayMode) -> Stream:
        """A stream at that message, beginning now; nobody finds it until it is kept."""
        return Stream(channel, ts, self._clock(), display_mode)

    def keep(self, stream: Stream) -> None:
        """Let the stream be found."""
        self._streams[stream.channel, stream.ts] = stream

    def open(self, channel: str, ts: str) -> Stream:
        """The stream there, if it may go on. Refusal if it was stopped, has ended, or is five minutes old."""
        stream = self._streams.get((channel, ts))
        if stream and stream.stopped_by_user:
            raise Refusal("stopped_by_user")
        if stream is None or not stream.is_open or self.has_expired(stream):
            raise Refusal("message_not_in_streaming_state")
        return stream

    def find(self, channel: str, ts: str) -> Stream | None:
        """The stream there, whatever its state."""
        return self._streams.get((channel, ts))

    def end(self, channel: str, ts: str, *, by_user: bool) -> None:
        """End the stream there, if there is one: for its age, or because a person pressed Stop."""
        if stream := self.find(channel, ts):
            stream.is_open, stream.stopped_by_user = False, by_user

    def has_expired(self, stream: Stream) -> bool:
        """Whether Slack has closed it for its age, activity or not."""
        return self._clock() - stream.started >= self._lifetime


def _task_card(task: dict[str, Any]) -> dict[str, Any]:
    card = {"type": "task_card", "task_id": task["id"], "title": task["title"], "status": task["status"]}
    card |= {name: _rich_text(task[name]) for name in ("details", "output") if task[name]}
    return card | ({"sources": task["sources"]} if task["sources"] else {})


def _rich_text(text: str) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]}
