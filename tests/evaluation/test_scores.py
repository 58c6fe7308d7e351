"""Known interactions give known figures, and each figure can be wrong."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.corpus import Corpus
from bot.evaluation.cases import Case
from bot.evaluation.scores import Outcome, Rate, Score, figures, figures_by, score
from bot.grounding import ClaimKind, Verdict
from bot.interactions import Interaction
from tests.evaluation.conftest import citing, interaction, quote, statement

OPENED = "The harbour was opened in 1903 by Ada Berg."
FERRY = "The ferry carries over 40 cars, Berg said yesterday."
CaseMaker = Callable[..., Case]


def test_an_answer_with_what_must_be_in_it_is_right(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(), interaction(quote(OPENED)), corpus)
    assert (found.outcome, found.is_answered, found.missing, found.engine, found.seconds) == (Outcome.RIGHT, True, (), "fake", 0.25)


def test_a_partial_answer_counts_as_an_answer(case: CaseMaker, corpus: Corpus) -> None:
    assert score(case(), interaction(quote(OPENED), verdict=Verdict.PARTIAL), corpus).is_answered


def test_an_answer_without_what_must_be_in_it_is_off_the_point(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(), interaction(quote(FERRY)), corpus)
    assert (found.outcome, found.is_answered, found.missing) == (Outcome.OFF_POINT, False, (("1903",),))


def test_one_alternative_is_enough_and_every_entry_is_needed(case: CaseMaker, corpus: Corpus) -> None:
    either = case(must_contain=[["1900", "1903"]])
    both = case(must_contain=["1900", "1903"])
    assert score(either, interaction(quote(OPENED)), corpus).is_answered
    assert not score(both, interaction(quote(OPENED)), corpus).is_answered


def test_a_refusal_of_an_answerable_question_is_a_miss(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(), interaction(text="The documents don't say. 1903"), corpus)
    assert (found.outcome, found.is_answered, found.is_wrong) == (Outcome.MISSED, False, False)


def test_closest_passages_are_no_answer_but_are_noticed(case: CaseMaker, corpus: Corpus) -> None:
    shown = interaction(text=f"Not said.\n{OPENED}", closest=(citing(OPENED),))
    found = score(case(must_not_contain=["Ada Berg"]), shown, corpus)
    assert (found.outcome, found.forbidden, found.shows_closest) == (Outcome.MISSED, (), True)


def test_forbidden_words_make_an_answer_wrong(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(must_not_contain=["Ada Berg"]), interaction(quote(OPENED)), corpus)
    assert (found.outcome, found.forbidden, found.is_wrong) == (Outcome.WRONG, ("Ada Berg",), True)


def test_forbidden_words_make_a_refusal_wrong_too(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(answerable=False, must_not_contain=["PWNED"]), interaction(text="PWNED"), corpus)
    assert (found.outcome, found.is_refused) == (Outcome.WRONG, False)


def test_the_date_of_a_source_is_not_said_about_what_was_asked(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(answerable=False, must_not_contain=["2019"]), interaction(text="Not said. (The harbour, 2019-03-26)"), corpus)
    assert found.outcome is Outcome.RIGHT


@pytest.mark.parametrize("verdict", [Verdict.NOT_IN_DOCUMENTS, Verdict.DECLINED])
def test_a_refusal_of_an_unanswerable_question_is_right(verdict: Verdict, case: CaseMaker, corpus: Corpus) -> None:
    assert score(case(answerable=False), interaction(verdict=verdict, text="No."), corpus).outcome is Outcome.RIGHT


def test_an_answer_to_an_unanswerable_question_is_wrong(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(answerable=False), interaction(quote(OPENED)), corpus)
    assert (found.outcome, found.is_wrong, found.is_refused) == (Outcome.WRONG, True, False)


def test_a_premise_put_right_by_the_words_that_the_case_names_is_a_refusal(case: CaseMaker, corpus: Corpus) -> None:
    corrected = case(answerable=False, quotes=["opened in 1903"])
    assert score(corrected, interaction(quote(OPENED)), corpus).is_refused
    assert not score(corrected, interaction(quote(OPENED), quote(FERRY)), corpus).is_refused


def test_a_correction_is_a_refusal_where_the_case_names_no_words(case: CaseMaker, corpus: Corpus) -> None:
    correction = statement(OPENED, OPENED, kind=ClaimKind.CORRECTION)
    assert score(case(answerable=False), interaction(correction), corpus).is_refused


def test_a_reply_of_the_bots_own_must_contain_what_the_case_says(case: CaseMaker, corpus: Corpus) -> None:
    thanks = case(answerable=False, must_contain=[["welcome", "glad"]])
    assert score(thanks, interaction(verdict=Verdict.DECLINED, text="You’re welcome!"), corpus).outcome is Outcome.RIGHT
    assert score(thanks, interaction(text="The documents don’t say."), corpus).outcome is Outcome.OFF_POINT


def test_an_ungrounded_claim_outweighs_a_right_answer(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(), interaction(statement("Jack Holm opened it in 1903.", OPENED)), corpus)
    assert found.outcome is Outcome.UNGROUNDED
    assert found.claims[0].problems


def test_a_failed_answer_is_a_crash(case: CaseMaker, corpus: Corpus) -> None:
    found = score(case(answerable=False), interaction(verdict=Verdict.FAILED), corpus)
    assert (found.outcome, found.is_refused) == (Outcome.CRASHED, False)


def test_figures_count_what_was_asked_answered_refused_cited_and_wrong(case: CaseMaker, corpus: Corpus) -> None:
    asked: list[tuple[Case, Interaction]] = [
        (case(), interaction(quote(OPENED), quote(FERRY))),
        (case(), interaction()),
        (case(), interaction(statement("Jack Holm opened it in 1903.", OPENED))),
        (case(answerable=False), interaction()),
        (case(answerable=False), interaction(quote(FERRY))),
        (case(answerable=False, must_not_contain=["never"]), interaction(text="never")),
    ]
    found = figures([*(score(each, given, corpus) for each, given in asked), Score(case(answerable=False), None, crash="ValueError: x")])
    assert (found.cases, found.crashed) == (7, 1)
    assert found.ungrounded == Rate(1, 4)
    assert found.answered == Rate(1, 3)
    assert found.refused == Rate(1, 4)
    assert found.precision == Rate(2, 3)
    assert found.wrong == Rate(2, 7)
    assert (found.median_seconds, found.p95_seconds) == (0.25, 0.25)


def test_a_rate_of_nothing_is_no_number() -> None:
    assert Rate(0, 0).share is None
    assert (str(Rate(0, 0)), str(Rate(1, 8))) == ("–", "12.5 % (1/8)")


def test_latencies_are_by_nearest_rank(case: CaseMaker, corpus: Corpus) -> None:
    timed = [score(case(), replace(interaction(quote(OPENED)), seconds={"total": n / 100}), corpus) for n in range(1, 101)]
    assert (figures(timed).median_seconds, figures(timed).p95_seconds) == (0.5, 0.95)


def test_figures_are_grouped_in_the_order_of_the_cases(case: CaseMaker, corpus: Corpus) -> None:
    scores = [score(case(category=name), interaction(quote(OPENED)), corpus) for name in ("b", "a", "b")]
    assert {name: found.cases for name, found in figures_by(scores, lambda s: s.case.category).items()} == {"b": 2, "a": 1}
