"""An Answer as a person reads it in plain text: on the command line, in `ask --json`, in the log, for screen readers.

In: an Answer and the phrases of prompts/replies/. Out: text with numbered marks and the list of sources.
"""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace

from bot.characters import showable
from bot.corpus import Corpus, Document, Span
from bot.corpus.formats import is_markdown
from bot.grounding.answers import Answer, Citation, CitedClaim, ClaimKind, Verdict, cite, group_by_document
from bot.prompts import PromptLibrary, Template
from bot.questions import MAX_QUESTION_CHARS


class Reading:
    """The words around an answer, filled. Every renderer takes them from here, so that each surface says the same.

    `corpus` gives the documents there are now: they are counted where there is nothing to cite.
    """

    def __init__(self, prompts: PromptLibrary, command: str, corpus: Callable[[], Corpus]) -> None:
        self._corpus = corpus
        self._prompts = prompts
        self._command = command
        self._language = ""
        self._phrases = self._reply("answer")

    def speaking(self, language: str) -> "Reading":
        """The same in `language`, as far as prompts/languages/ has its words."""
        if language == self._language:
            return self
        other = copy(self)
        other._language = language
        other._phrases = other._reply("answer")
        return other

    def _reply(self, name: str) -> Template:
        return self._prompts.reply(name, self._language)

    @property
    def phrases(self) -> Template:
        """The labels around an answer."""
        return self._phrases

    def opening(self, answer: Answer, reference: str = "") -> str:
        """The sentence that stands in place of claims where there are none; empty where there are."""
        if answer.claims:
            return ""
        if answer.declined_for and answer.is_small_talk:
            return self._reply(answer.declined_for).fill(command=self._command, documents=len(self._corpus().documents))
        if answer.declined_for:
            named = (self._phrases.label("quote", quote=name) for name in answer.unanswered)
            names = showable(", ".join(named)).replace("`", "'")  # between backticks stands what is ours
            return self._reply("declined").label(answer.declined_for, command=self._command, limit=MAX_QUESTION_CHARS, names=names)
        if answer.verdict is Verdict.FAILED:
            return self._reply("failed").fill(reference=reference[:8])
        refusal = self._reply("not_in_documents")
        if not self._corpus().documents:
            return refusal.label("no_documents")
        # Above passages that may answer, or where little could be looked for, it would be wrong that the documents do not say.
        return refusal.label("unsure") if answer.closest or answer.crosses_languages else refusal.fill()

    def claim(self, claim: CitedClaim) -> str:
        """One claim's words, without its marks."""
        match claim.kind:
            case ClaimKind.QUOTE:
                return self.quote(claim.text, claim.citations[0].document if claim.citations else "")
            case ClaimKind.DIFFERENCE:
                rows = "\n".join(f"- {self.quote(c.quote, c.document)} ({self.source(c)})" for c in claim.citations)
                return f"{self._phrases.label('difference')}\n{rows}"
            case ClaimKind.CORRECTION if claim.text.startswith("["):
                return self._phrases.label("editors_note", text=claim.text)
            case ClaimKind.CORRECTION:
                return self._phrases.label("correction", text=claim.text)
            case _:
                return claim.text

    def quote(self, words: str, document: str = "") -> str:
        """Words of a document between quotation marks; those that bring their own keep them. Of Markdown, without its marks."""
        plain = showable(" ".join(self.unmarked(words, document).split()))
        opens, closes = plain.startswith(("“", '"')), plain.endswith(("”", '"'))
        if opens and closes:
            return plain
        if opens and "”" not in plain and plain.count('"') < 2:
            plain = plain[1:]  # a quotation that goes on in the next sentence: ours closes it here
        return self._phrases.label("quote", quote=plain)

    @staticmethod
    def unmarked(words: str, document: str) -> str:
        """Words of the document of that id as they are read: without the marks of Markdown, where it is written in that."""
        if not is_markdown(document):
            return words
        from bot.corpus.formats.markup import without_markup  # noqa: PLC0415  # the parser of Markdown takes a while to import

        return without_markup(words)

    def marks(self, answer: Answer, claim: CitedClaim) -> tuple[int, ...]:
        """The numbers of the sources that a claim cites."""
        cited = {citation.document for citation in claim.citations}
        return tuple(source.number for source in answer.sources if source.document in cited)

    def source(self, citation: Citation, *others: Citation) -> str:
        """Title · publisher · date, each as far as it is known, what is derived marked; and the pages of these citations of one document."""
        shown = self._phrases.label(
            "source",
            title=self._known(citation, "title", citation.title, "untitled"),
            publisher=self._known(citation, "publisher", citation.publisher, "publisher_unknown"),
            date=self._known(citation, "published", citation.published.isoformat() if citation.published else None, "undated"),
        )
        pages = sorted({one.page for one in (citation, *others) if one.page})
        return self._phrases.label("pages", source=shown, pages=", ".join(map(str, pages))) if pages else shown

    def link(self, document_id: str) -> str | None:
        """Where people find a document on the web, as far as that is known of those there are now."""
        document = self._corpus().document(document_id)
        return document.link if document else None

    def document(self, document: Document) -> str:
        """A document in the same words as a source."""
        return self.source(replace(cite(document, Span(0, 0)), page=None))

    def approval(self, answer: Answer, user: str) -> str:
        """That a person approved the answer, whom `user` names; "" where nobody did."""
        if answer.approval is None:
            return ""
        day = answer.approval.on.isoformat()
        return self._phrases.label("approved", user=user, date=day) if user else self._phrases.label("approved_unnamed", date=day)

    def notes(self, answer: Answer) -> tuple[str, ...]:
        """What else must be said below the claims: what stays open, what was searched, which engine answered."""
        notes = [*self._as_of(answer)]
        if answer.claims and answer.declined_for:
            notes.append(self._reply("declined").label(answer.declined_for))
        if answer.verdict is Verdict.NOT_IN_DOCUMENTS:
            if not self._corpus().documents:
                return tuple(notes)  # nothing was searched, by whichever engine
            notes.append(self._corpus_range())
        if answer.unanswered and not answer.declined_for:
            notes.append(self._phrases.label("unanswered", parts="; ".join(answer.unanswered)))
        if answer.left_out:
            notes.append(self._phrases.label("no_date" if answer.left_out == answer.undated else "left_out", documents=answer.left_out))
        if answer.searched is not None:
            notes.append(self._phrases.label("searched", documents=answer.searched))
        if answer.crosses_languages:
            notes.append(self._phrases.label("crosses_languages"))
        return (*notes, *self._about_the_engine(answer))

    def _about_the_engine(self, answer: Answer) -> Iterable[str]:
        if answer.cut_short:
            yield self._phrases.label("cut_short")
        if answer.fell_back:
            yield self._phrases.label("fell_back")
        elif answer.engine == "extractive" and not answer.declined_for:
            yield self._phrases.label("extractive")

    def _as_of(self, answer: Answer) -> Iterable[str]:
        """As of when an answer stands: the days its dated sources were published, and whether others have none."""
        said = group_by_document(c for claim in answer.claims if claim.kind is not ClaimKind.DIFFERENCE for c in claim.citations)
        cited = [source.citations[0].published for source in said]
        dated = sorted(day for day in cited if day)
        if dated:
            first, last = dated[0].isoformat(), dated[-1].isoformat()
            yield self._phrases.label("as_of", date=first) if first == last else self._phrases.label("as_of_range", first=first, last=last)
        if len(dated) < len(cited):
            yield self._phrases.label("undated_source" if not dated else "undated_others")

    def _corpus_range(self) -> str:
        """How many documents there are, and from when those are that have a date."""
        corpus = self._corpus()
        documents, dates = len(corpus.documents), corpus.dates
        if not dates:
            return self._phrases.label("corpus_undated", documents=documents)
        first, last = dates[0].isoformat(), dates[-1].isoformat()
        return self._phrases.label("corpus_range", documents=documents, first=first, last=last, undated=documents - len(dates))

    def closest_heading(self) -> str:
        """What stands above the closest passages of a refusal."""
        return self._reply("not_in_documents").label("closest_heading")

    def suggestions_heading(self) -> str:
        """What stands above the suggested questions."""
        return self._reply("suggestions").label("heading")

    def _known(self, citation: Citation, fact: str, value: str | None, otherwise: str) -> str:
        if value is None:
            return self._phrases.label(otherwise)
        known = showable(value)
        return self._phrases.label("derived", value=known) if fact in citation.derived else known

    def plain_text(self, answer: Answer, reference: str = "") -> str:
        """The whole answer, in the language that it was asked in where there are words for that."""
        return "\n".join(self.speaking(answer.language)._lines(answer, reference)).strip()

    def _lines(self, answer: Answer, reference: str) -> Iterable[str]:
        quoted = {claim.text for claim in answer.claims if claim.kind is ClaimKind.QUOTE}
        if opening := self.opening(answer, reference):
            yield opening
        for claim in answer.claims:
            marks = " ".join(self._phrases.label("mark", number=n) for n in self.marks(answer, claim))
            yield f"{'- ' if claim.is_list_item else ''}{self.claim(claim)} {marks}"
        yield from self._closest_lines(answer)
        if answer.suggestions:
            yield ""
            yield self.suggestions_heading()
            yield from (f"- {suggestion}" for suggestion in answer.suggestions)
        # Without a name: this text is kept in the log, and an id says nothing to who hears it read out.
        for note in filter(None, (self.approval(answer, user=""), *self.notes(answer))):
            yield ""
            yield note
        if answer.sources:
            yield ""
            yield self._phrases.label("sources_heading")
        for source in answer.sources:
            yield f"{self._phrases.label('mark', number=source.number)} {self.source(*source.citations)}"
            yield from (
                f"    {self.quote(citation.quote, citation.document)}" for citation in source.citations if citation.quote not in quoted
            )

    def _closest_lines(self, answer: Answer) -> Iterable[str]:
        if answer.closest:
            yield ""
            yield self.closest_heading()
        for citation in answer.closest:
            yield f"- {self.quote(citation.quote, citation.document)}"
            yield f"  {self.source(citation)}"
