"""Claims as they are streamed. In: verified claims, one by one. Out: for each the Markdown that continues the message, and what it cites."""

from bot.characters import showable
from bot.grounding import Answer, CitedClaim, Reading, Source, Verdict
from bot.slack.checking import CitedSource, Piece
from bot.slack.mrkdwn import as_markdown


class StreamedText:
    """What was said so far. A claim reads as it will in the finished answer, and no character of a document means anything in it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.claims: list[CitedClaim] = []

    def add(self, claim: CitedClaim) -> Piece:
        """The Markdown of a further claim, with what parts it from the one before; and its sources."""
        before = self.claims[-1] if self.claims else None
        self.claims.append(claim)
        # Marks need no escape: `[1]` is a link only where something is defined as "1", and no document can define it.
        # Sources are numbered in the order of their first use: later claims change no number.
        so_far = Answer(Verdict.PARTIAL, engine="", corpus_digest="", claims=tuple(self.claims))
        cited = [so_far.sources[number - 1] for number in self._reading.marks(so_far, claim)]
        line = f"{as_markdown(showable(self._reading.claim(claim)))} **{' '.join(map(self._mark, cited))}**"
        return Piece(f"{_gap(before, claim)}{'- ' if claim.is_list_item else ''}{line}", tuple(map(self._source, cited)))

    def _mark(self, source: Source) -> str:
        return self._reading.phrases.label("mark", number=source.number)

    def _source(self, source: Source) -> CitedSource:
        title, line = source.citations[0].title or source.document, self._reading.source(source.citations[0])
        return CitedSource(source.document, f"{self._mark(source)} {line}", title, self._reading.link(source.document))


def _gap(before: CitedClaim | None, claim: CitedClaim) -> str:
    """What parts a claim from the one before: items of a list stand below each other, everything else apart."""
    if before is None:
        return ""
    return "\n" if before.is_list_item and claim.is_list_item else "\n\n"
