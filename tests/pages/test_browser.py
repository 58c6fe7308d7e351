"""The pages that are kept and sent, opened from a file: whole at every width, in light and dark, and nothing refused."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from bot.corpus import Corpus
from bot.evaluation.cases import Case
from bot.evaluation.comparing import Comparison
from bot.evaluation.report import render as render_report
from bot.evaluation.results import run_of
from bot.evaluation.scores import Score, score
from bot.insights.replay_report import render as render_replay
from tests import browser
from tests.browser import Window
from tests.evaluation.conftest import DOCUMENTS, interaction, quote
from tests.insights.test_replay import NOTHING, answer, replayed

driver = browser.driver  # pytest finds fixtures by name
WHEN = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
LONG = "Donaudampfschifffahrtsgesellschaft" * 12
OPENED = "The harbour was opened in 1903 by Ada Berg."


def report() -> str:
    corpus = Corpus(DOCUMENTS)

    def case(name: str, question: str) -> Case:
        given = {
            "id": name,
            "question": question,
            "category": LONG,
            "answerable": True,
            "must_contain": ["1903"],
            "quotes": ["opened in 1903"],
        }
        return Case.model_validate(given)

    def scores(text: str) -> list[Score]:
        return [
            score(case("right", "When?"), interaction(quote(OPENED)), corpus),
            score(case("missed", LONG), interaction(text=text), corpus),
        ]

    earlier = run_of([score(case("missed", LONG), interaction(quote(OPENED)), corpus)], "other", WHEN)
    found = scores(f"Not said. {LONG}")
    return render_report(found, corpus, WHEN, Comparison(earlier, run_of(found, corpus.digest, WHEN)))


def replay() -> str:
    return render_replay([replayed(answer(LONG, "B."), NOTHING), replayed(NOTHING, answer("A.")), replayed(answer("A."), None)], WHEN)


def replay_of_nothing() -> str:
    return render_replay([], WHEN)


PAGES: dict[str, Callable[[], str]] = {"report": report, "replay": replay, "replay of nothing": replay_of_nothing}


@pytest.fixture
def window(driver: Chrome) -> Iterator[Window]:
    driver.get_log("browser")  # type: ignore[no-untyped-call]  # selenium's; what earlier tests left in it
    yield Window(driver, "")
    driver.get("about:blank")
    driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_at_every_width(window: Window, tmp_path: Path, page: str) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGES[page](), encoding="utf-8")
    for width, scheme in ((1280, "light"), (360, "dark")):
        window.resize(width, 800, scheme)
        window.driver.get(file.as_uri())
        assert window.driver.execute_script("return document.documentElement.scrollWidth") <= width
        background = window.driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (background == "rgb(255, 255, 255)") is (scheme == "light")
    assert window.complaints() == []
