from datetime import date

import pytest
from django.http import QueryDict

from cadran.kpis.selection import Selection, read
from cadran.metrics.errors import QuestionError
from cadran.metrics.period import Calendar

TODAY = date(2026, 11, 21)


def selection(query: str = "", calendar: Calendar = Calendar()) -> Selection:  # noqa: B008 (frozen)
    return read(QueryDict(query), TODAY, calendar)


def test_an_address_without_choices_shows_the_quarter_in_progress_against_the_one_before() -> None:
    total = selection().total("revenue")
    assert (total.start, total.end, total.compare) == (date(2026, 10, 1), date(2027, 1, 1), "previous")
    assert selection().in_progress


def test_days_of_a_period_of_ones_own_are_both_included() -> None:
    chosen = selection("from=2026-01-01&through=2026-03-31")
    assert (chosen.start, chosen.end) == (date(2026, 1, 1), date(2026, 4, 1))
    assert not chosen.in_progress


def test_the_fiscal_year_decides_where_quarters_start() -> None:
    chosen = selection("period=year", Calendar(fiscal_year_start_month=4))
    assert (chosen.start, chosen.end) == (date(2026, 4, 1), date(2027, 4, 1))


def test_the_trend_ends_with_the_period_in_progress_and_reaches_back_for_its_long_term() -> None:
    trend = selection("period=year").trend("revenue")
    assert (trend.start, trend.end, trend.compare) == (date(2023, 12, 1), date(2026, 12, 1), "year_ago")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "period=last_month",
        "period=year&grain=week&compare=none&by=owner",
        "from=2026-01-01&through=2026-03-31&compare=year_ago",
        "as_of=2026-04-01&period=month",
        "filter.owner=Alice&filter.owner=Bob&filter.region=unknown",
    ],
)
def test_the_address_of_a_selection_says_the_same_selection(query: str) -> None:
    chosen = selection(query)
    assert selection(chosen.query().removeprefix("?")) == chosen


def test_choosing_a_group_filters_by_it_and_drops_the_split() -> None:
    chosen = selection(selection("by=owner").only("owner", "Alice & Bob").removeprefix("?"))
    assert chosen.where == {"owner": ("Alice & Bob",)}
    assert chosen.by is None
    assert selection(chosen.without("owner").removeprefix("?")).where == {}


def test_a_named_period_wins_over_the_days_left_in_a_form() -> None:
    assert selection("period=year&from=2026-01-01&through=2026-03-31").start == date(2026, 1, 1)
    assert selection("period=year&from=2026-01-01&through=2026-03-31").end == date(2027, 1, 1)


def test_days_of_ones_own_start_from_the_quarter_to_date() -> None:
    chosen = selection("period=custom")
    assert (chosen.start, chosen.last_day) == (date(2026, 10, 1), TODAY)


@pytest.mark.parametrize(
    "query",
    ["period=decade", "grain=hour", "compare=mars", "from=2026-01-01", "from=2026-02-30&through=2026-03-01",
     "from=2026-03-02&through=2026-03-01", "from=0001-01-01&through=9999-12-31"],
)  # fmt: skip
def test_a_choice_that_makes_no_sense_is_refused_in_words(query: str) -> None:
    with pytest.raises(QuestionError, match=r"\.$"):
        selection(query)


def test_a_file_of_a_past_year_opens_on_its_last_quarter_unless_another_period_is_named() -> None:
    newest = date(2017, 12, 31)
    opened = read(QueryDict(""), TODAY, Calendar(), newest)
    assert (opened.start, opened.end) == (date(2017, 10, 1), date(2018, 1, 1))
    named = read(QueryDict("period=quarter"), TODAY, Calendar(), newest)
    assert (named.start, named.end) == (date(2026, 10, 1), date(2027, 1, 1))
    assert read(QueryDict(""), TODAY, Calendar(), TODAY) == read(QueryDict(""), TODAY, Calendar())
