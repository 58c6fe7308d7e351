"""An Answer as Block Kit; the only renderer for Slack, and it accepts an Answer and nothing else.

Every word that is not ours is a rich_text `text` element (`elements`), so that Slack obeys none of it.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby

from bot.corpus import Corpus
from bot.grounding import Answer, Citation, CitedClaim, ClaimKind, Fall, Fallen, Reading, Source
from bot.prompts import PromptLibrary
from bot.slack.elements import (
    Block,
    Rendered,
    bullets,
    button,
    citation,
    context,
    fallback,
    link,
    listed,
    markdown_fallback,
    quoted,
    rich_text,
    section,
    thumb,
    with_code,
    words,
)  # fmt: skip
from bot.slack.mrkdwn import escape

SOURCES_ACTION = "sources"
SHARE_ACTION = "share"
WHY_ACTION = "why"
FEEDBACK_ACTION = "feedback"
GOOD, BAD = "good", "bad"


class AnswerBlocks:
    """Renders answers with the phrases of prompts/replies/."""

    def __init__(self, reading: Reading, prompts: PromptLibrary, language: str = "") -> None:
        self._reading = reading.speaking(language)
        self._prompts = prompts
        self._language = language

    def private(self, answer: Answer, reference: str, *, question: str) -> Rendered:
        """For the person who gave a command: with a button to share, below what was asked, as Slack shows no command to anybody."""
        if answer.declined_for:
            return self._message(answer, reference, [])
        rendered = self._message(answer, reference, [SHARE_ACTION])
        asked = self.speaking(answer.language)._reading.phrases.label("asked", question=listed(question))
        return Rendered(rendered.text, [context([asked]), *rendered.blocks])

    def public(self, answer: Answer, reference: str) -> Rendered:
        """For a thread: everybody in it sees it."""
        return self._message(answer, reference, [])

    def ending(self, answer: Answer, reference: str, *, said: int) -> list[Block]:
        """What `public` says after its first `said` claims, for a reply that was streamed so far."""
        return self._message(answer, reference, [], said).blocks

    def shared(self, answer: Answer, reference: str, *, question: str, user: str) -> Rendered:
        """For the channel: who asked, and what."""
        rendered = self.public(answer, reference)
        before, _, after = self._reading.phrases.label("shared", user="\0").partition("\0")
        heading = section(words(before), {"type": "user", "user_id": user}, words(after))
        lead = escape(self._reading.phrases.label("asked", question=question))
        return Rendered(fallback(f"{lead}\n{rendered.text}"), [rich_text(heading, quoted(words(question))), *rendered.blocks])

    def outdated(self, answer: Answer, reference: str) -> Rendered:
        """For a thread, once a source of the answer changed: that it is corrected below."""
        rendered = self.public(answer, reference)
        notice = self.speaking(answer.language)._reading.phrases.label("outdated")
        return Rendered(fallback(f"{notice}\n{rendered.text}"), [rich_text(section(words(notice, bold=True))), *rendered.blocks])

    def correction(self, answer: Answer, reference: str, *, question: str, fallen: Iterable[Fallen], url: str | None) -> Rendered:
        """For the same thread: which sources changed, what was asked, and what the documents say now; `url` leads to what was said."""
        rendered = self.public(answer, reference)
        phrases = self.speaking(answer.language)._reading.phrases
        changed = {one.citation.document: one for one in fallen if one.why is not Fall.FACTS}.values()
        lines = [
            phrases.label("source_gone" if one.why is Fall.GONE else "source_changed", title=one.citation.title or one.citation.document)
            for one in changed
        ]
        led = [words(" "), link(url, phrases.label("earlier_answer"))] if url else []
        heading = section(words(" ".join(lines), bold=True), *led)
        lead = escape("\n".join([*lines, phrases.label("asked", question=question)]))
        return Rendered(fallback(f"{lead}\n{rendered.text}"), [rich_text(heading, quoted(words(question))), *rendered.blocks])

    def _message(self, answer: Answer, reference: str, actions: list[str], said: int = 0) -> Rendered:
        return self.speaking(answer.language)._in_its_language(answer, reference, actions, said)

    def speaking(self, language: str) -> "AnswerBlocks":
        """The same in `language`, as far as prompts/languages/ has its words."""
        return AnswerBlocks(self._reading, self._prompts, language)

    def _in_its_language(self, answer: Answer, reference: str, actions: list[str], said: int) -> Rendered:
        body = list(self._body(answer, reference, said))
        blocks: list[Block] = [rich_text(*body)] if body else []
        if answer.approval:
            blocks.append(self._approval(answer))
        if notes := self._reading.notes(answer):
            blocks.append(context(notes))
        if answer.sources:
            blocks.append({"type": "divider"})
            blocks.append(rich_text(*self._sources(answer)))
            actions = [SOURCES_ACTION, *actions]
        if not answer.declined_for:
            actions = [*actions, WHY_ACTION]
        if actions:
            buttons = [button(action, self._reading.phrases.label(f"{action}_button"), reference) for action in actions]
            blocks.append({"type": "actions", "block_id": f"answer:{reference}", "elements": buttons})
        if not answer.declined_for:
            blocks.append(self._feedback(reference))
        return Rendered(fallback(escape(self._reading.plain_text(answer, reference))), blocks)

    def _body(self, answer: Answer, reference: str, said: int) -> Iterator[Block]:
        if opening := self._reading.opening(answer, reference):
            yield section(*with_code(opening))
        first = True
        for is_list, claims in _runs(answer.claims[said:]):
            if not first:
                yield section(words("\n"))
            first = False
            if claims[0].kind is ClaimKind.DIFFERENCE:
                yield from self._difference(answer, claims[0])
            elif is_list:
                yield bullets(self._claim(answer, claim) for claim in claims)
            else:
                yield from (self._claim(answer, claim) for claim in claims)
        if answer.closest:
            yield section(words("\n" + self._reading.closest_heading()))
        for near in answer.closest:
            yield quoted(words(self._reading.quote(near.quote, near.document) + "\n"), self._fine(near))
        if answer.suggestions:
            yield section(words("\n" + self._reading.suggestions_heading()))
            yield bullets(section(words(suggestion)) for suggestion in answer.suggestions)

    def _approval(self, answer: Answer) -> Block:
        by = answer.approval.by if answer.approval else ""
        before, _, after = self._reading.approval(answer, "\0" if by else "").partition("\0")
        named = [{"type": "user", "user_id": by}] if by else []
        return rich_text(section(words(before, italic=True), *named, words(after, italic=True)))

    def _claim(self, answer: Answer, claim: CitedClaim) -> Block:
        return section(words(self._reading.claim(claim)), *self._marks(answer, claim))

    def _difference(self, answer: Answer, claim: CitedClaim) -> Iterator[Block]:
        """Quotes of two documents side by side, each with where it is from."""
        yield section(words(self._reading.phrases.label("difference")), *self._marks(answer, claim))
        yield bullets(section(words(f"{self._reading.quote(c.quote, c.document)} "), self._fine(c)) for c in claim.citations)

    def _marks(self, answer: Answer, claim: CitedClaim) -> Iterator[Block]:
        for number in self._reading.marks(answer, claim):
            source = answer.sources[number - 1]
            quotes = [c for c in claim.citations if c.document == source.document]
            yield words(" ")
            yield self._mark(source, quotes[0])

    def _mark(self, source: Source, cited: Citation) -> Block:
        """The number of a source; Slack's own citation where the document can be led to."""
        mark = self._reading.phrases.label("mark", number=source.number)
        if (url := self._reading.link(source.document)) is None:
            return words(mark, bold=True)
        title, publisher = cited.title or source.document, cited.publisher or ""
        return citation(url, mark, source.number, title=title, publisher=publisher, quote=cited.quote)

    def _fine(self, cited: Citation) -> Block:
        return words(self._reading.source(cited), italic=True)

    def _sources(self, answer: Answer) -> Iterator[Block]:
        yield section(words(self._reading.phrases.label("sources_heading"), bold=True))
        for source in answer.sources:
            url, named = self._reading.link(source.document), self._reading.source(*source.citations)
            yield section(self._mark(source, source.citations[0]), words(" "), link(url, named) if url else words(named))

    def _feedback(self, reference: str) -> Block:
        """The thumbs: each tells its word, the answer's id and its language."""
        template = self._prompts.reply("feedback", self._language)
        thumbs = {
            "type": "feedback_buttons",
            "action_id": FEEDBACK_ACTION,
            "positive_button": thumb(template.label("good"), template.label("good_spoken"), f"{GOOD}:{reference}:{self._language}"),
            "negative_button": thumb(template.label("bad"), template.label("bad_spoken"), f"{BAD}:{reference}:{self._language}"),
        }
        return {"type": "context_actions", "block_id": f"feedback:{reference}", "elements": [thumbs]}

    # --- other texts

    def reply(self, name: str, **values: object) -> Rendered:
        """A text of prompts/replies/."""
        return self.markdown(self._prompts.reply(name, self._language).fill(**values))

    @staticmethod
    def markdown(text: str) -> Rendered:
        """A text that is ours and may use Markdown."""
        return Rendered(markdown_fallback(text), [{"type": "markdown", "text": text}])

    def note(self, name: str, label: str, **values: object) -> Rendered:
        """A label of a text in prompts/replies/, as a message."""
        text = self._prompts.reply(name, self._language).label(label, **values)
        return Rendered(markdown_fallback(text), [{"type": "markdown", "text": text}])

    def documents(self, corpus: Corpus) -> Rendered:
        """The list of documents, as far as one message holds."""
        if not corpus.documents:
            return self.note("not_in_documents", "no_documents")
        template = self._prompts.reply("sources", self._language)
        shown = corpus.documents[:40]
        lines = [listed(self._reading.document(document)) for document in shown]
        if len(corpus.documents) > len(shown):
            lines.append(template.label("more", count=len(corpus.documents) - len(shown)))
        heading = template.fill(count=len(corpus.documents))
        text = escape("\n".join([heading.replace("*", ""), *(f"- {line}" for line in lines)]))
        items = bullets(section(words(line)) for line in lines)
        return Rendered(fallback(text), [{"type": "markdown", "text": heading}, rich_text(items)])


def _runs(claims_in_order: Iterable[CitedClaim]) -> Iterator[tuple[bool, list[CitedClaim]]]:
    """Claims in order; items of a list that follow each other stay together."""
    for is_list, group in groupby(claims_in_order, key=lambda claim: claim.is_list_item):
        claims = list(group)
        yield from [(True, claims)] if is_list else [(False, [claim]) for claim in claims]
