"""An Answer as Block Kit; the only renderer for Slack, and it accepts an Answer and nothing else.

Every word that is not ours is a rich_text `text` element: Slack shows those as they are and interprets nothing in them, so a document
cannot mention a channel or plant a link. Limits are those of docs.slack.dev, "Block Kit" (slack.md 1.11).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.characters import showable
from bot.corpus import Corpus, Passage
from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Reading
from bot.prompts import PromptLibrary
from bot.slack.mrkdwn import escape

Block = dict[str, Any]

SOURCES_ACTION = "sources"
SHARE_ACTION = "share"
MOST_VIEW_BLOCKS = 100
LONGEST_FALLBACK = 4_000  # characters of `text` beside blocks
LONGEST_TITLE = 24  # characters of a modal's title
LONGEST_RICH_TEXT = 3_000  # characters of one text element; Slack names no limit, a section's is this


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message: its blocks, and the text for notifications and screen readers."""

    text: str
    blocks: list[Block]


class AnswerBlocks:
    """Renders answers with the phrases of prompts/replies/."""

    def __init__(self, reading: Reading, prompts: PromptLibrary) -> None:
        self._reading = reading
        self._prompts = prompts

    def private(self, answer: Answer, reference: str) -> Rendered:
        """For the person who gave a command: with a button to share."""
        return self._message(answer, reference, [] if answer.declined_for else [SHARE_ACTION])

    def public(self, answer: Answer, reference: str) -> Rendered:
        """For a thread: everybody in it sees it."""
        return self._message(answer, reference, [])

    def shared(self, answer: Answer, reference: str, *, question: str, user: str) -> Rendered:
        """For the channel: who shares it, and what was asked."""
        rendered = self.public(answer, reference)
        before, _, after = self._reading.phrases.label("shared", user="\0").partition("\0")
        heading = _section([_text(before), {"type": "user", "user_id": user}, _text(after)])
        asked = {"type": "rich_text_quote", "elements": [_text(question)]}
        lead = escape(self._reading.phrases.label("asked", question=question))
        return Rendered(_fallback(f"{lead}\n{rendered.text}"), [{"type": "rich_text", "elements": [heading, asked]}, *rendered.blocks])

    def _message(self, answer: Answer, reference: str, actions: list[str]) -> Rendered:
        blocks: list[Block] = [{"type": "rich_text", "elements": list(self._body(answer, reference))}]
        if notes := self._reading.notes(answer):
            blocks.append({"type": "context", "elements": [{"type": "plain_text", "text": note[:2000]} for note in notes]})
        if answer.sources:
            blocks.append({"type": "divider"})
            blocks.append({"type": "rich_text", "elements": list(self._sources(answer))})
            actions = [SOURCES_ACTION, *actions]
        if actions:
            buttons = [self._button(action, reference) for action in actions]
            blocks.append({"type": "actions", "block_id": f"answer:{reference}", "elements": buttons})
        return Rendered(_fallback(escape(self._reading.plain_text(answer, reference))), blocks)

    def _body(self, answer: Answer, reference: str) -> Iterator[Block]:
        if opening := self._reading.opening(answer, reference):
            yield _section([_text(opening)])
        first = True
        for is_list, claims in _runs(answer):
            if not first:
                yield _section([_text("\n")])
            first = False
            if claims[0].kind is ClaimKind.DIFFERENCE:
                yield from self._difference(answer, claims[0])
            elif is_list:
                items = [_section([_text(self._reading.claim(claim)), *self._marks(answer, claim)]) for claim in claims]
                yield {"type": "rich_text_list", "style": "bullet", "elements": items}
            else:
                yield from (_section([_text(self._reading.claim(claim)), *self._marks(answer, claim)]) for claim in claims)
        if answer.closest:
            yield _section([_text("\n" + self._reading.closest_heading())])
        for citation in answer.closest:
            yield {"type": "rich_text_quote", "elements": [_text(self._reading.quote(citation.quote) + "\n"), self._fine(citation)]}
        if answer.suggestions:
            yield _section([_text("\n" + self._reading.suggestions_heading())])
            items = [_section([_text(suggestion)]) for suggestion in answer.suggestions]
            yield {"type": "rich_text_list", "style": "bullet", "elements": items}

    def _difference(self, answer: Answer, claim: CitedClaim) -> Iterator[Block]:
        """Quotes of two documents side by side, each with where it is from."""
        yield _section([_text(self._reading.phrases.label("difference")), *self._marks(answer, claim)])
        rows = [_section([_text(f"{self._reading.quote(c.quote)} "), self._fine(c)]) for c in claim.citations]
        yield {"type": "rich_text_list", "style": "bullet", "elements": rows}

    def _marks(self, answer: Answer, claim: CitedClaim) -> list[Block]:
        marks = " ".join(self._reading.phrases.label("mark", number=n) for n in self._reading.marks(answer, claim))
        return [_text(f" {marks}", bold=True)]

    def _fine(self, citation: Citation) -> Block:
        return _text(self._reading.source(citation), italic=True)

    def _sources(self, answer: Answer) -> Iterator[Block]:
        yield _section([_text(self._reading.phrases.label("sources_heading"), bold=True)])
        for source in answer.sources:
            mark = self._reading.phrases.label("mark", number=source.number)
            yield _section([_text(f"{mark} ", bold=True), _text(self._reading.source(source.citations[0]))])

    def _button(self, action: str, reference: str) -> Block:
        label = self._reading.phrases.label(f"{action}_button")
        return {"type": "button", "action_id": action, "value": reference, "text": {"type": "plain_text", "text": label}}

    # --- other texts

    def reply(self, name: str, **values: object) -> Rendered:
        """A text of prompts/replies/, which is ours and may use Markdown."""
        text = self._prompts.reply(name).fill(**values)
        return Rendered(_fallback(text), [{"type": "markdown", "text": text}])

    def documents(self, corpus: Corpus) -> Rendered:
        """The list of documents, as far as one message holds."""
        template = self._prompts.reply("sources")
        shown = corpus.documents[:40]
        lines = [self._reading.document(document) for document in shown]
        if len(corpus.documents) > len(shown):
            lines.append(template.label("more", count=len(corpus.documents) - len(shown)))
        heading = template.fill(count=len(corpus.documents))
        items = {"type": "rich_text_list", "style": "bullet", "elements": [_section([_text(line)]) for line in lines]}
        text = escape("\n".join([heading.replace("*", ""), *(f"- {line}" for line in lines)]))
        return Rendered(_fallback(text), [{"type": "markdown", "text": heading}, {"type": "rich_text", "elements": [items]}])

    # --- the dialog

    def source_view(self, answer: Answer | None, corpus: Corpus) -> Block:
        """The dialog with each quote in bold within its passage."""
        template = self._prompts.reply("source_view")
        blocks = list(self._source_view_blocks(answer, corpus))[:MOST_VIEW_BLOCKS] if answer else [_plain(template.label("gone"))]
        return {
            "type": "modal",
            "title": {"type": "plain_text", "text": template.label("title")[:LONGEST_TITLE]},
            "close": {"type": "plain_text", "text": template.label("close")[:LONGEST_TITLE]},
            "blocks": blocks,
        }

    def _source_view_blocks(self, answer: Answer, corpus: Corpus) -> Iterator[Block]:
        template = self._prompts.reply("source_view")
        yield {"type": "context", "elements": [{"type": "plain_text", "text": template.label("quoted")}]}
        for source in answer.sources:
            mark = self._reading.phrases.label("mark", number=source.number)
            heading = _section([_text(f"{mark} {self._reading.source(source.citations[0])}", bold=True)])
            yield {"type": "rich_text", "elements": [heading]}
            shown = {passage.id for passage, _ in _by_passage(source.citations, corpus) if passage}
            for passage, citations in _by_passage(source.citations, corpus):
                if passage is None:
                    yield _plain(template.label("changed"))
                    yield from ({"type": "rich_text", "elements": [_quote([_text(c.quote, bold=True)])]} for c in citations)
                else:
                    before, after = (n if n and n.id not in shown else None for n in _neighbours(passage, corpus))
                    shown |= {n.id for n in (before, after) if n}
                    around = [*_aside(before), _quote(list(_highlighted(passage, citations))), *_aside(after)]
                    yield {"type": "rich_text", "elements": around}
            yield {"type": "divider"}


def _by_passage(citations: Iterable[Citation], corpus: Corpus) -> Iterator[tuple[Passage | None, list[Citation]]]:
    """Citations of one document with the passage each stands in; None where the document no longer has those words there."""
    for passage, group in groupby(citations, key=lambda citation: _passage_of(citation, corpus)):
        yield passage, list(group)


def _passage_of(citation: Citation, corpus: Corpus) -> Passage | None:
    document = corpus.document(citation.document)
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return None
    around = (p for p in corpus.passages_of(document.id) if p.start <= citation.start and citation.end <= p.end)
    return next(around, None)


def _neighbours(passage: Passage, corpus: Corpus) -> tuple[Passage | None, Passage | None]:
    """The passages before and after in the same document."""
    siblings = corpus.passages_of(passage.document.id)
    at = next(i for i, sibling in enumerate(siblings) if sibling.id == passage.id)
    return siblings[at - 1] if at else None, siblings[at + 1] if at + 1 < len(siblings) else None


def _aside(passage: Passage | None) -> Iterator[Block]:
    """A neighbouring passage, so that a quote is read in its place."""
    if passage:
        yield _section([_text(" ".join(passage.text.split()), italic=True)])


def _highlighted(passage: Passage, citations: list[Citation]) -> Iterator[Block]:
    """The passage's text with the quotes in bold."""
    at = passage.start
    for citation in citations:
        yield from _stretch(passage, at, citation.start, bold=False)
        yield from _stretch(passage, max(at, citation.start), citation.end, bold=True)
        at = max(at, citation.end)
    yield from _stretch(passage, at, passage.end, bold=False)


def _stretch(passage: Passage, start: int, end: int, *, bold: bool) -> Iterator[Block]:
    if start < end:
        yield _text(passage.document.text[start:end], bold=bold)


def _runs(answer: Answer) -> Iterator[tuple[bool, list[CitedClaim]]]:
    """Claims in order; items of a list that follow each other stay together."""
    for is_list, group in groupby(answer.claims, key=lambda claim: claim.is_list_item):
        claims = list(group)
        yield from [(True, claims)] if is_list else [(False, [claim]) for claim in claims]


def _section(elements: list[Block]) -> Block:
    return {"type": "rich_text_section", "elements": [e for e in elements if e.get("text") != ""]}


def _quote(elements: list[Block]) -> Block:
    return {"type": "rich_text_quote", "elements": elements}


def _text(text: str, *, bold: bool = False, italic: bool = False) -> Block:
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    shown = showable(text)[:LONGEST_RICH_TEXT]
    return {"type": "text", "text": shown, "style": style} if style else {"type": "text", "text": shown}


def _plain(text: str) -> Block:
    return {"type": "section", "text": {"type": "plain_text", "text": text[:3000]}}


def _fallback(text: str) -> str:
    shown = showable(text)
    return shown if len(shown) <= LONGEST_FALLBACK else shown[: LONGEST_FALLBACK - 1] + "…"
