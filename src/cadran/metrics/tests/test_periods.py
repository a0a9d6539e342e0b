"""Periods: their labels, their neighbours, and how SQL tells them apart."""

# mypy: disable-error-code="comparison-overlap, arg-type"
from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadran.metrics.period import GRAINS, Calendar, Grain, Period, add_months, previous, split, to_date, whole, year_ago
from cadran.metrics.scan import runs

PLAIN = Calendar()
LATER = date(2030, 1, 1)


@pytest.mark.parametrize(
    ("grain", "labels"),
    [
        ("day", ["2016-12-31", "2017-01-01"]),
        ("week", ["2016-W52"]),
        ("month", ["2016-12", "2017-01"]),
        ("quarter", ["2016-Q4", "2017-Q1"]),
        ("year", ["2016", "2017"]),
    ],
)
def test_periods_have_iso_labels(grain: Grain, labels: list[str]) -> None:
    assert [p.label for p in split(date(2016, 12, 31), date(2017, 1, 2), grain, PLAIN)] == labels


def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends() -> None:
    april = Calendar(fiscal_year_start_month=4)
    assert [p.label for p in split(date(2017, 1, 1), date(2017, 7, 1), "quarter", april)] == ["FY2017-Q4", "FY2018-Q1"]
    assert whole(date(2017, 4, 1), date(2018, 4, 1), april).label == "FY2018"


@given(
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    st.integers(1, 900),
    st.sampled_from(GRAINS),
    st.integers(1, 12),
)
def test_periods_cover_the_range_once_without_gaps(start: date, days: int, grain: Grain, month: int) -> None:
    end = start + timedelta(days=days)
    periods = split(start, end, grain, Calendar(month))
    assert (periods[0].first, periods[-1].end) == (start, end)
    assert all(earlier.end == later.first for earlier, later in pairwise(periods))
    assert len({period.label for period in periods}) == len(periods)


@pytest.mark.parametrize(
    ("first", "end", "before"),
    [
        ("2017-03-01", "2017-04-01", ("2017-02-01", "2017-03-01")),
        ("2017-04-01", "2017-07-01", ("2017-01-01", "2017-04-01")),
        ("2016-01-01", "2017-01-01", ("2015-01-01", "2016-01-01")),
        ("2017-03-06", "2017-03-13", ("2017-02-27", "2017-03-06")),
        ("2017-03-10", "2017-03-25", ("2017-02-23", "2017-03-10")),
    ],
)
def test_the_period_before_is_as_long_and_right_before(first: str, end: str, before: tuple[str, str]) -> None:
    period = whole(date.fromisoformat(first), date.fromisoformat(end))
    found = previous(period, None, LATER, PLAIN)
    assert (found.first.isoformat(), found.end.isoformat()) == before


def test_a_flat_week_shows_no_change_of_length() -> None:
    week = split(date(2017, 3, 6), date(2017, 3, 13), "week", PLAIN)[0]
    assert previous(week, "week", LATER, PLAIN).days == year_ago(week, "week", LATER, PLAIN).days == 7
    assert year_ago(week, "week", LATER, PLAIN).first.weekday() == 0


def test_a_period_in_progress_meets_the_same_elapsed_part_clipped_to_the_shorter_month() -> None:
    march = split(date(2017, 3, 1), date(2017, 4, 1), "month", PLAIN)[0]
    assert previous(march, "month", date(2017, 3, 10), PLAIN) == Period(date(2017, 2, 1), date(2017, 2, 11), "2017-02")
    assert previous(march, "month", date(2017, 3, 30), PLAIN).end == date(2017, 3, 1)
    assert previous(march, "month", date(2017, 3, 31), PLAIN).end == date(2017, 3, 1)
    assert year_ago(march, "month", date(2017, 3, 10), PLAIN) == Period(date(2016, 3, 1), date(2016, 3, 11), "2016-03")
    so_far = to_date(date(2017, 3, 10), "month", PLAIN)
    assert previous(so_far, "month", date(2017, 3, 10), PLAIN).days == so_far.days == 10


def test_months_are_added_to_the_last_day_that_exists() -> None:
    assert add_months(date(2016, 1, 31), 1) == date(2016, 2, 29)
    assert add_months(date(2016, 12, 31), 2) == date(2017, 2, 28)
    assert add_months(date(2016, 3, 31), -13) == date(2015, 2, 28)


@given(st.lists(st.tuples(st.dates(date(2020, 1, 1), date(2022, 1, 1)), st.integers(1, 100)), min_size=1, max_size=12))
def test_every_span_is_in_exactly_one_run(drawn: list[tuple[date, int]]) -> None:
    spans = {(first, first + timedelta(days=days)) for first, days in drawn}
    placed = [span for run in runs(spans) for _, span in run.cells]
    assert sorted(placed) == sorted(spans)
    for run in runs(spans):
        assert len({index for index, _ in run.cells}) == len(run.cells)


def test_months_with_a_cut_end_are_one_run_of_steps() -> None:
    months = split(date(2017, 1, 10), date(2017, 11, 22), "month", PLAIN)
    (run,) = runs([(p.first, p.end) for p in months])
    assert run.shape == "steps"
    (weeks,) = runs([(p.first, p.end) for p in split(date(2017, 1, 11), date(2017, 3, 2), "week", PLAIN)])
    assert weeks.shape == "steps"


def test_what_ends_on_28_february_of_a_leap_year_is_as_long_a_year_before() -> None:
    most = Period(date(2024, 2, 1), date(2024, 2, 29), "")
    assert year_ago(most, None, LATER, PLAIN).end == date(2023, 3, 1)
    assert year_ago(whole(date(2025, 2, 1), date(2025, 3, 1)), None, LATER, PLAIN).end == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("asked", "cut", "before"),
    [
        (("2017-03-01", "2017-04-01"), ("2017-02-01", "2017-02-11"), ("2017-01-01", "2017-01-11")),
        (("2017-03-06", "2017-03-13"), ("2017-02-27", "2017-03-01"), ("2017-02-20", "2017-02-22")),
        (("2017-10-01", "2017-10-31"), ("2017-09-01", "2017-10-01"), ("2017-08-02", "2017-09-01")),
    ],
    ids=["a month in progress", "a week in progress", "thirty days"],
)
def test_the_period_before_the_one_before_lies_as_far_back_again(
    asked: tuple[str, str], cut: tuple[str, str], before: tuple[str, str]
) -> None:
    whole_, one, found = (
        Period(date.fromisoformat(first), date.fromisoformat(end), "") for first, end in (asked, cut, before)
    )
    back = previous(one, None, LATER, PLAIN, whole_)
    assert (back.first, back.end) == (found.first, found.end)
