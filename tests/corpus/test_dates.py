"""Dates as people write them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.corpus.dates import PartialDate, find_dates


def parts(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(found.year, found.month, found.day) for found in find_dates(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-03-26", [(2018, 3, 26)]),
        ("Mar 26 2018", [(2018, 3, 26)]),
        ("Wednesday, 31 October, 2018, 7:27pm", [(2018, 10, 31)]),
        ("on the 1st of May", [(None, 5, 1)]),
        ("November 8-9", [(None, 11, 8)]),
        ("Nov. 8–9, 2018", [(2018, 11, 8)]),
        ("in May 2019 and in June", [(2019, 5, None), (None, 6, None)]),
        ("in May", [(None, 5, None)]),
        ("He may march in august company.", []),
        ("2024年3月5日和2025年", [(2024, 3, 5), (2025, None, None)]),
        ("03/04/2018", [(2018, None, None)]),
        ("5,2018 or 2018.5 or 2018% or $2018", []),
        ("since 1871", [(1871, None, None)]),
        ("room 2100", []),
        ("12 marches", []),
    ],
)
def test_a_date_says_what_is_said_of_it_and_no_more(text: str, expected: list[tuple[int | None, int | None, int | None]]) -> None:
    assert parts(text) == expected


@given(st.text(alphabet="0123456789 -,.Mayprilcto年月日\n", max_size=60))
def test_dates_are_in_order_and_never_overlap(text: str) -> None:
    found = find_dates(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(0 <= f.start < f.end <= len(text) for f in found)


def test_a_day_that_does_not_exist_is_no_date() -> None:
    assert PartialDate(2023, 2, 29).as_date() is None
    assert str(PartialDate(2024, 2, 29).as_date()) == "2024-02-29"
    assert PartialDate(2024, 2, None).as_date() is None


def test_a_date_that_says_less_says_no_more_than_another() -> None:
    full = PartialDate(2018, 3, 26)
    assert PartialDate(2018, 3, None).says_no_more_than(full)
    assert not full.says_no_more_than(PartialDate(2018, 3, None))
    assert not PartialDate(2018, 4, None).says_no_more_than(full)
