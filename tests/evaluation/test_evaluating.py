"""A whole evaluation: what is printed, what is written, and the exit code."""

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from bot.bootstrap import build
from bot.config import CHECKOUT, load_settings
from bot.corpus import Corpus
from bot.errors import BotError
from bot.evaluation import CaseError, Limits, Wanted, evaluate
from bot.evaluation.scores import Figures, Rate
from bot.grounding import CitedClaim
from bot.interactions import Interaction
from bot.llm.scripted import ScriptedModel
from bot.questions import Question
from tests.evaluation.conftest import interaction, quote, statement
from tests.fakes.drafts import claim, draft

OPENED = "The harbour was opened in 1903 by Ada Berg."
CASES = """category: ports
cases:
  - id: ports-year
    question: When was the harbour opened?
    answerable: true
    must_contain: ["1903"]
    quotes: [opened in 1903]
  - id: ports-cost
    question: What did it cost?
    answerable: false
"""


class FakePipeline:
    """Answers the first question with the claims given, crashes where there are none, and refuses all others."""

    def __init__(self, *claims: CitedClaim) -> None:
        self.claims = claims
        self.asked: list[str] = []

    async def answer(self, question: Question) -> Interaction:
        self.asked.append(question.text)
        if "cost" in question.text:
            return interaction(text="Not said.")
        if not self.claims:
            raise ValueError("broken")
        return interaction(*self.claims)


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "ports.yaml"
    path.write_text(CASES, encoding="utf-8")
    return path


def run(pipeline: FakePipeline, corpus: Corpus, cases: Path, limits: Limits | None = None, **wanted: Path) -> tuple[int, str]:
    printed = io.StringIO()
    console, files = Console(file=printed, width=200), Wanted(**wanted)
    code = asyncio.run(evaluate(pipeline, corpus, cases, console=console, wanted=files, concurrency=2, limits=limits or Limits()))
    return code, printed.getvalue()


def test_grounded_answers_succeed_and_are_printed_as_lines(corpus: Corpus, cases: Path) -> None:
    code, printed = run(FakePipeline(quote(OPENED)), corpus, cases)
    header, ports, everything = (line.split("\t") for line in printed.splitlines())
    assert code == 0
    assert header[:5] == ["category", "engine", "cases", "ungrounded", "answered"]
    assert ports == [
        "ports",
        "fake",
        "2",
        "0.0 % (0/1)",
        "100.0 % (1/1)",
        "100.0 % (1/1)",
        "100.0 % (1/1)",
        "0.0 % (0/2)",
        "250 ms",
        "250 ms",
    ]
    assert everything[:3] == ["all", "fake", "2"]


def test_an_ungrounded_claim_fails_the_evaluation_and_is_printed(corpus: Corpus, cases: Path) -> None:
    code, printed = run(FakePipeline(statement("Jack Holm opened it in 1903.", OPENED)), corpus, cases)
    assert code == 1
    assert "ports-year\tungrounded\tWhen was the harbour opened?\t“Jack Holm opened it in 1903.”: name not cited: Holm" in printed


def test_a_crash_fails_the_evaluation_and_the_other_cases_go_on(corpus: Corpus, cases: Path) -> None:
    pipeline = FakePipeline()
    code, printed = run(pipeline, corpus, cases)
    assert (code, len(pipeline.asked)) == (1, 2)
    assert "ports-year\tcrashed\tWhen was the harbour opened?\tValueError: broken" in printed


def test_a_limit_that_is_not_kept_fails_the_evaluation(corpus: Corpus, cases: Path) -> None:
    off_point = FakePipeline(quote("The ferry carries over 40 cars, Berg said yesterday."))
    assert run(off_point, corpus, cases)[0] == 0
    assert run(off_point, corpus, cases, limits=Limits(least_answered=0.5))[0] == 1


def test_the_report_is_written(corpus: Corpus, cases: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    assert run(FakePipeline(quote(OPENED)), corpus, cases, report=report)[0] == 0
    assert report.read_text(encoding="utf-8").lstrip().startswith("<!doctype html>")


def test_a_report_that_cannot_be_written_is_said_before_anything_is_asked(corpus: Corpus, cases: Path, tmp_path: Path) -> None:
    pipeline = FakePipeline(quote(OPENED))
    with pytest.raises(BotError, match="is not a folder"):
        run(pipeline, corpus, cases, report=tmp_path / "absent" / "report.html")
    assert pipeline.asked == []
    with pytest.raises(BotError, match="cannot be written"):
        run(pipeline, corpus, cases, report=tmp_path)
    assert pipeline.asked == []


def test_wrong_cases_are_an_error_of_our_own(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(CaseError):
        run(FakePipeline(), corpus, tmp_path)


def test_a_terminal_gets_tables(corpus: Corpus, cases: Path) -> None:
    printed = io.StringIO()
    console = Console(file=printed, width=200, force_terminal=True)
    asyncio.run(evaluate(FakePipeline(), corpus, cases, console=console))
    assert "┃ category" in printed.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert "\t" not in printed.getvalue()


@pytest.mark.parametrize(
    ("limits", "is_kept"),
    [
        (Limits(), True),
        (Limits(most_wrong=0.1), False),
        (Limits(least_refused=0.7), False),
        (Limits(least_precision=1), True),
        (Limits(least_answered=0.5), True),
        (Limits(least_answered=0.51), False),
    ],
)
def test_every_limit_is_held_against_its_figure(limits: Limits, is_kept: bool) -> None:
    found = Figures(4, 0, Rate(0, 3), Rate(1, 2), Rate(1, 2), Rate(0, 0), Rate(1, 4), None, None)
    assert limits.kept_by(found) is is_kept


def test_the_bot_itself_is_evaluated_with_a_model_and_its_statements_get_a_second_opinion(tmp_path: Path) -> None:
    cases = tmp_path / "stake.yaml"
    cases.write_text(
        "category: stake\ncases:\n  - id: stake\n    question: What stake does Tencent hold in JD?\n    answerable: true\n"
        '    must_contain: ["21.25%"]\n    quotes: [largest shareholder with a 21.25% stake]\n',
        encoding="utf-8",
    )
    settings = load_settings({"DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}"}, None)
    words = "Tencent is currently JD’s largest shareholder with a 21.25% stake."
    model = ScriptedModel([draft(claim("Tencent is JD’s largest shareholder with a 21.25% stake.", ("000-21", words)))])
    bot = build(settings, model)
    printed = io.StringIO()
    try:
        code = asyncio.run(evaluate(bot.pipeline, bot.corpus, cases, console=Console(file=printed, width=200)))
    finally:
        bot.store.close()
    assert code == 0
    assert printed.getvalue().splitlines()[1].split("\t")[1:5] == ["scripted", "1", "0.0 % (0/1)", "100.0 % (1/1)"]
    assert CHECKOUT in settings.seeds_dir.parents


def test_two_runs_are_compared_and_what_got_worse_fails_the_later(corpus: Corpus, cases: Path, tmp_path: Path) -> None:
    before, now, report = tmp_path / "before.json", tmp_path / "now.json", tmp_path / "report.html"
    right, off_point = FakePipeline(quote(OPENED)), FakePipeline(quote("The ferry carries over 40 cars, Berg said yesterday."))
    assert run(right, corpus, cases, json=before)[0] == 0
    code, printed = run(off_point, corpus, cases, json=now, against=before, report=report)

    assert code == 1
    assert "right\t100.0 % (2/2)\t50.0 % (1/2)" in printed
    assert "worse\tports-year\tright → off the point\tWhen was the harbour opened?\tdoes not say “1903”" in printed
    page = report.read_text(encoding="utf-8")
    assert "1 got worse, 0 better" in page
    assert page.index('id="compared"') < page.index('id="failures"')

    code, printed = run(right, corpus, cases, against=now)
    assert code == 0
    assert "better\tports-year\toff the point → right" in printed


def test_a_run_is_as_good_as_itself(corpus: Corpus, cases: Path, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    off_point = FakePipeline(quote("The ferry carries over 40 cars, Berg said yesterday."))
    assert run(off_point, corpus, cases, json=before)[0] == 0
    assert run(off_point, corpus, cases, against=before)[0] == 0


@pytest.mark.parametrize("words", ["{}", "not JSON", None])
def test_what_is_no_run_is_refused_before_anything_is_asked(corpus: Corpus, cases: Path, tmp_path: Path, words: str | None) -> None:
    earlier, pipeline = tmp_path / "earlier.json", FakePipeline(quote(OPENED))
    if words is not None:
        earlier.write_text(words, encoding="utf-8")
    with pytest.raises(BotError, match=r"earlier\.json"):
        run(pipeline, corpus, cases, against=earlier)
    assert pipeline.asked == []
