"""Claims as they are streamed. In: verified claims, one by one. Out: for each the Markdown that continues the message."""

from bot.characters import showable
from bot.grounding import Answer, CitedClaim, Reading, Verdict
from bot.slack.mrkdwn import as_markdown


class StreamedText:
    """What was said so far. A claim reads as it will in the finished answer, and no character of a document means anything in it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.claims: list[CitedClaim] = []

    def add(self, claim: CitedClaim) -> str:
        """The Markdown of a further claim, with what parts it from the one before."""
        before = self.claims[-1] if self.claims else None
        self.claims.append(claim)
        # Marks need no escape: `[1]` is a link only where something is defined as "1", and no document can define it.
        # Sources are numbered in the order of their first use: later claims change no number.
        so_far = Answer(Verdict.PARTIAL, engine="", corpus_digest="", claims=tuple(self.claims))
        marks = " ".join(self._reading.phrases.label("mark", number=n) for n in self._reading.marks(so_far, claim))
        line = f"{as_markdown(showable(self._reading.claim(claim)))} **{marks}**"
        return f"{_gap(before, claim)}{'- ' if claim.is_list_item else ''}{line}"


def _gap(before: CitedClaim | None, claim: CitedClaim) -> str:
    """What parts a claim from the one before: items of a list stand below each other, everything else apart."""
    if before is None:
        return ""
    return "\n" if before.is_list_item and claim.is_list_item else "\n\n"
