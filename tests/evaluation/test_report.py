"""The page holds everything, shows failures first, and nothing in it is taken for markup."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from bot.corpus import Corpus
from bot.evaluation.cases import Case
from bot.evaluation.report import percent, render
from bot.evaluation.scores import Rate, Score, score
from tests.evaluation.conftest import citing, interaction, quote, statement

OPENED = "The harbour was opened in 1903 by Ada Berg."
FERRY = "The ferry carries over 40 cars, Berg said yesterday."
WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
VOID = {"meta", "br", "hr", "img", "link"}
CaseMaker = Callable[..., Case]


class Outline(HTMLParser):
    """The tags of a page, and those that were not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.ids += [value] if (value := given.get("id")) else []
        self.targets += [value.removeprefix("#") for name in ("href", "aria-labelledby") if (value := given.get(name))]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.fixture
def scores(case: CaseMaker, corpus: Corpus) -> list[Score]:
    return [
        score(case(id="right-one"), interaction(quote(OPENED)), corpus),
        score(case(id="missed-one"), interaction(text="Not said.", closest=(citing(OPENED),)), corpus),
        score(case(id="wrong-one", answerable=False, category="<b>cars</b>"), interaction(quote(FERRY)), corpus),
        score(case(id="ungrounded-one"), interaction(statement("Jack Holm opened it in 1903.", OPENED)), corpus),
        Score(
            case(id="crashed-one", question="<script>alert(1)</script>", history=[{"question": "<i>", "answer": "</p>"}]), None, crash="<x>"
        ),
    ]


@pytest.fixture
def page(scores: list[Score], corpus: Corpus) -> str:
    return render(scores, corpus, WHEN)


def test_every_tag_is_closed_and_every_reference_leads_somewhere(page: str) -> None:
    outline = Outline(page)
    assert (outline.crossed, outline.open) == ([], [])
    assert set(outline.targets) <= set(outline.ids)
    assert len(outline.ids) == len(set(outline.ids))


def test_words_of_cases_and_answers_are_escaped(page: str) -> None:
    assert {"script", "i", "b", "x"}.isdisjoint(Outline(page).tags)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;cars&lt;/b&gt;" in page


def test_nothing_is_fetched_from_elsewhere(page: str) -> None:
    assert not any(address in page for address in ("http://", "https://", "src=", "@import", "url("))
    assert "default-src 'none'" in page


def test_failures_come_before_all_cases_and_the_worst_come_first(page: str) -> None:
    places = [
        page.index(f'id="{name}"') for name in ("failure-crashed-one", "failure-ungrounded-one", "failure-wrong-one", "failure-missed-one")
    ]
    assert places == sorted(places)
    assert places[-1] < page.index('id="right-one"')
    assert "failure-right-one" not in page


def test_a_failure_shows_the_passage_cited_and_the_one_that_answers(page: str) -> None:
    missed = page[page.index('id="failure-missed-one"') :].partition("</article>")[0]
    assert "The harbour was <mark>opened in 1903</mark> by Ada Berg." in missed
    assert "no answer (not_in_documents), though a passage that answers it is among the closest" in missed
    wrong = page[page.index('id="failure-wrong-one"') :].partition("</article>")[0]
    assert f"<mark>{FERRY}</mark>" in wrong
    assert "harbour.txt" in wrong


def test_statements_are_listed_for_a_person_and_quotes_are_not(page: str) -> None:
    listed = page[page.index('id="statements"') : page.index('id="cases"')]
    assert "Jack Holm opened it in 1903." in listed
    assert "name not cited: Holm" in listed
    assert FERRY not in listed


def test_each_of_the_four_figures_is_a_picture_with_its_values_in_words(page: str) -> None:
    assert Outline(page).tags.count("caption") == 4
    answered = page[page.index("<caption>Answered") :].partition("</table>")[0]
    assert re.search(r'harbour</th>.*--share:25.00.*<td class="number">25 %</td>', answered)


def test_a_page_without_failures_says_so(case: CaseMaker, corpus: Corpus) -> None:
    page = render([score(case(), interaction(quote(OPENED)), corpus)], corpus, WHEN)
    assert "<p>None.</p>" in page
    assert "every claim posted is a quote" in page


@pytest.mark.parametrize(
    ("rate", "shown"), [(Rate(0, 0), "–"), (Rate(0, 9), "0 %"), (Rate(1, 999), "1 %"), (Rate(998, 999), "99 %"), (Rate(9, 9), "100 %")]
)
def test_a_share_is_not_rounded_to_all_or_nothing(rate: Rate, shown: str) -> None:
    assert percent(rate) == shown
