"""The report: one HTML page with everything in it, no script, nothing fetched.

In: Scores, the corpus, the time. Out: the page's text. Every word of a case or an answer is escaped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment

from bot.corpus import Corpus, Document, Span
from bot.evaluation.comparing import Comparison
from bot.evaluation.printing import rows_of, side_by_side
from bot.evaluation.scores import Figures, Outcome, Rate, Score, figures, figures_by, reasons
from bot.evaluation.wording import find_quote
from bot.grounding import Citation
from bot.pages import environment

Row = tuple[str, str, float | None, None]
"""A line of a chart: its name, its figure as it is shown, the share of the longest bar from 0 to 100, and no address."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote within its paragraph; `is_supporting` where a case names it."""

    document: str
    before: str
    quote: str
    after: str
    is_supporting: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of one figure by category. `best` is the share that is aimed at, 0 or 1."""

    title: str
    meaning: str
    best: int
    rows: tuple[Row, ...]


CHARTS = (
    ("ungrounded", "Ungrounded claims", "of all claims posted; must be 0", 0),
    ("answered", "Answered", "of the answerable questions, with what must be in it", 1),
    ("refused", "Correctly refused", "of the unanswerable questions, or their premise corrected", 1),
    ("precision", "Citation precision", "of the citations, those that rest on a passage the case names", 1),
)


def render(scores: Sequence[Score], corpus: Corpus, when: datetime, compared: Comparison | None = None) -> str:
    """The whole page, with what turned since an earlier run where there is one."""
    return _environment(corpus).get_template("report.html").render(
        when=when, corpus=corpus, total=figures(scores), rows=rows_of(scores), charts=tuple(_charts(scores)), scores=scores,
        engines=sorted({s.engine for s in scores}), failures=_failures(scores), categories=_by_category(scores),
        statements=[(s, judged) for s in scores for judged in s.claims if not judged.is_quote],
        compared=compared, sides=side_by_side(compared) if compared else (),
    )  # fmt: skip


def _environment(corpus: Corpus) -> Environment:
    made = environment(Path(__file__).parent)
    made.filters.update(
        reasons=reasons, percent=percent,
        cited=lambda score: tuple(_cited(score, corpus)), wanted=lambda score: tuple(_wanted(score, corpus)),
    )  # fmt: skip
    return made


def percent(rate: Rate) -> str:
    """A rate in whole per cent, never rounded to 0 or 100 where it is not."""
    if rate.share is None:
        return "–"
    rounded = 1 if 0 < rate.share < 0.01 else 99 if 0.99 < rate.share < 1 else round(100 * rate.share)
    return f"{rounded} %"


def _charts(scores: Sequence[Score]) -> Iterator[Chart]:
    by_category = figures_by(scores, lambda s: s.case.category)
    for name, title, meaning, best in CHARTS:
        yield Chart(title, meaning, best, tuple(_rows(by_category, name)))


def _rows(by_category: dict[str, Figures], name: str) -> Iterator[Row]:
    for category, found in by_category.items():
        rate: Rate = getattr(found, name)
        yield category, percent(rate), 100 * rate.share if rate.share is not None else None, None


def _failures(scores: Sequence[Score]) -> list[Score]:
    order = list(Outcome)
    return sorted((s for s in scores if s.outcome is not Outcome.RIGHT), key=lambda s: order.index(s.outcome))


def _by_category(scores: Sequence[Score]) -> dict[str, list[Score]]:
    return {name: [s for s in scores if s.case.category == name] for name in dict.fromkeys(s.case.category for s in scores)}


def _cited(score: Score, corpus: Corpus) -> Iterator[Excerpt]:
    """The passages cited, each once."""
    pairs = ((c, ok) for judged in score.claims for c, ok in zip(judged.claim.citations, judged.is_supporting, strict=True))
    for citation, is_supporting in dict.fromkeys(pairs):
        yield _excerpt_of(citation, corpus, is_supporting=is_supporting)


def _wanted(score: Score, corpus: Corpus) -> Iterator[Excerpt]:
    """The passages that the case names, where the documents have them; else the words alone."""
    for quote in score.case.quotes:
        found = [(document, span) for document in corpus.documents for span in find_quote(document.text, quote)[:1]]
        yield _excerpt(*found[0]) if found else Excerpt("", "", quote, "")


def _excerpt_of(citation: Citation, corpus: Corpus, *, is_supporting: bool) -> Excerpt:
    document = corpus.document(citation.document)
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return Excerpt(citation.document, "", citation.quote, "", is_supporting)
    return _excerpt(document, Span(citation.start, citation.end), is_supporting=is_supporting)


def _excerpt(document: Document, span: Span, *, is_supporting: bool = True) -> Excerpt:
    """The words at `span` within their line, which is a paragraph in most files."""
    text, begin = document.text, document.text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    end = len(text) if end < 0 else end
    return Excerpt(document.id, text[begin : span.start], text[span.start : span.end], text[span.end : end], is_supporting)
