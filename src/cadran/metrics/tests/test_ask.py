"""Questions whose answers were worked out by hand from six deals."""

# mypy: disable-error-code="comparison-overlap, arg-type"
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cadran.metrics import Calendar, Catalogue, Question, QuestionError, Result, ask, ask_all
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tests.conftest import TODAY, Ask

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def values(result: Result) -> dict[object, Decimal | None]:
    """Values by label, or by label and splits."""
    return {
        (cell.period.label, *cell.split.values()) if cell.split else cell.period.label: cell.value
        for cell in result.cells
    }


def test_revenue_counts_won_deals_on_the_day_they_were_closed(asked: Ask) -> None:
    assert values(asked("revenue", grain="month", start=JANUARY, end=APRIL)) == {
        "2026-01": 100,
        "2026-02": 900,
        "2026-03": 0,
    }


def test_a_rate_without_closed_deals_cannot_be_computed_and_says_why(asked: Ask) -> None:
    result = asked("win_rate", grain="month", start=date(2025, 12, 1), end=APRIL)
    december = result.cells[0]
    assert december.value is None
    assert december.why == "won + lost is 0"
    assert [cell.value for cell in result.cells[1:]] == [1, Decimal(2) / 3, 0]


def test_a_rate_carries_its_population_and_wilsons_interval(asked: Ask) -> None:
    total = asked("win_rate", grain="month", start=JANUARY, end=APRIL).total
    assert (total.parts, total.n) == ({"won": 3, "lost": 2}, 5)
    assert total.low is not None
    assert total.high is not None
    assert (round(total.low, 4), round(total.high, 4)) == (Decimal("0.2307"), Decimal("0.8824"))


def test_a_blank_is_a_split_of_its_own_and_can_be_asked_for(asked: Ask) -> None:
    assert values(asked("revenue", by=("region",), start=JANUARY, end=APRIL)) == {
        ("2026-Q1", "north"): 400,
        ("2026-Q1", None): 600,
    }
    assert asked("revenue", where={"region": ("unknown",)}, start=JANUARY, end=APRIL).total.value == 600
    assert asked("revenue", where={"region": (None, "north")}, start=JANUARY, end=APRIL).total.value == 1000
    assert asked("revenue", where={"region": ("south",)}, start=JANUARY, end=APRIL).total.value == 0


def test_a_split_reaches_one_link_away(asked: Ask) -> None:
    result = asked("deals_lost", by=("account.status",), start=JANUARY, end=APRIL)
    assert values(result) == {("2026-Q1", "customer"): 1, ("2026-Q1", "prospect"): 1}


def test_the_past_pipeline_is_what_it_was(asked: Ask) -> None:
    result = asked("pipeline_value", grain="month", start=JANUARY, end=APRIL)
    assert values(result) == {"2026-01": 300 + 600 + 900, "2026-02": 500 + 200, "2026-03": 500}
    assert values(asked("open_deals", grain="month", start=JANUARY, end=APRIL)) == {
        "2026-01": 3,
        "2026-02": 2,
        "2026-03": 1,
    }


def test_a_stage_that_ended_on_the_last_day_still_stood_at_its_end_only_until_then(asked: Ask) -> None:
    by_stage = asked("open_deals", by=("stage",), start=JANUARY, end=FEBRUARY)
    assert values(by_stage) == {("2026-01", "Talk"): 2, ("2026-01", "Offer"): 1}


def test_a_split_that_no_longer_stands_is_not_listed(asked: Ask) -> None:
    listed = {
        cell.split["owner"] for cell in asked("open_deals", by=("owner",), grain="month", start=MARCH, end=APRIL).cells
    }
    assert listed == {"Alice"}


def test_a_stock_of_a_period_in_progress_is_read_at_the_end_of_today(deals: DuckDB, catalogue: Catalogue) -> None:
    question = Question("open_deals", grain="month", start=FEBRUARY, end=MARCH)
    assert ask(deals, catalogue, question, today=date(2026, 2, 9)).cells[0].value == 4
    assert ask(deals, catalogue, question, today=date(2026, 2, 28)).cells[0].value == 2


def test_new_business_is_revenue_of_customers_whose_first_deal_was_won_in_the_period(asked: Ask) -> None:
    monthly = asked("net_new_revenue", grain="month", start=JANUARY, end=APRIL)
    assert values(monthly) == {"2026-01": 100, "2026-02": 600, "2026-03": 0}
    assert monthly.total.value == 1000


def test_growth_reads_the_period_before_and_cannot_start_from_nothing(asked: Ask) -> None:
    result = asked("revenue_growth", grain="month", start=JANUARY, end=MARCH)
    assert [cell.value for cell in result.cells] == [None, 8]
    assert result.cells[0].why == "previous(revenue.booked) is 0"
    assert result.cells[1].parts == {"revenue.booked": 900, "previous(revenue.booked)": 100}


def test_a_period_in_progress_is_compared_with_the_same_elapsed_days(deals: DuckDB, catalogue: Catalogue) -> None:
    question = Question("revenue", grain="month", start=FEBRUARY, end=MARCH, compare="previous")
    cell = ask(deals, catalogue, question, today=date(2026, 2, 9)).cells[0]
    assert (cell.previous, cell.compared_with and cell.compared_with.end) == (0, date(2026, 1, 10))
    cell = ask(deals, catalogue, question, today=date(2026, 2, 10)).cells[0]
    assert (cell.value, cell.previous, cell.change) == (300, 100, 200)
    assert cell.relative_change == 2


def test_what_is_dated_later_has_not_happened_and_what_looks_ahead_is_compared_with_nothing(
    deals: DuckDB, catalogue: Catalogue
) -> None:
    deals.connection.execute("""
        INSERT INTO goal_day (goal_id, kpi, whole, target, on_day)
        SELECT 1, 'revenue', TRUE, 30, "day"::DATE
        FROM generate_series(DATE '2026-01-01', DATE '2026-02-28', INTERVAL 1 DAY) AS "d"("day")
    """)
    question = Question("goal_attainment", start=FEBRUARY, end=MARCH, compare="previous")
    cell = ask(deals, catalogue, question, today=date(2026, 2, 10)).cells[0]
    assert cell.parts == {"won": 300, "ahead(target)": 28 * 30}
    assert (cell.previous, cell.change) == (None, None)
    over = ask(deals, catalogue, question, today=MARCH).cells[0]
    assert over.parts == {"won": 900, "ahead(target)": 28 * 30}
    assert over.change is not None


def test_the_median_interpolates_between_the_two_middle_values(asked: Ask) -> None:
    assert asked("sales_cycle.median", start=JANUARY, end=APRIL).total.value == 31
    assert asked("sales_cycle.median", start=JANUARY, end=date(2026, 2, 15)).total.value == 22
    assert asked("sales_cycle.slowest_tenth", start=JANUARY, end=APRIL).total.value == 35
    empty = asked("sales_cycle.median", start=MARCH, end=APRIL).total
    assert (empty.value, empty.why) == (None, "no deal for middle")


def test_velocity_is_arithmetic_over_other_metrics(asked: Ask) -> None:
    total = asked("sales_velocity", start=JANUARY, end=APRIL).total
    # 1 open deal, win rate 3/5, 1000/3 a deal, 25 days a deal
    assert total.value is not None
    assert round(total.value, 20) == 8
    assert total.parts["open_deals.open"] == 1


def test_concentration_is_what_the_top_fifth_of_customers_brought(asked: Ask) -> None:
    assert asked("revenue_concentration", start=JANUARY, end=APRIL).total.parts == {"top": 600, "amount": 1000}


def test_customers_who_signed_again_are_counted_once(asked: Ask) -> None:
    assert asked("repeat_purchase_rate.by_deal", start=JANUARY, end=APRIL).total.value == Decimal("0.5")
    assert asked("repeat_purchase_rate.by_deal", start=JANUARY, end=FEBRUARY).total.value == 0


def test_without_a_start_the_range_begins_with_the_data_and_ends_with_today(asked: Ask) -> None:
    cell = asked("revenue").cells[0]
    assert (cell.period.first, cell.period.end, cell.value) == (date(2026, 1, 10), date(2026, 3, 21), 1000)


def test_overlapping_rolling_windows_count_a_row_in_each(asked: Ask) -> None:
    result = asked("revenue", grain="week", start=date(2026, 2, 16), end=date(2026, 3, 9), rolling=28)
    assert [cell.value for cell in result.cells] == [900, 900, 900]
    assert [cell.period.days for cell in result.cells] == [28, 28, 28]


def test_fiscal_quarters_follow_the_calendar_of_the_organisation(deals: DuckDB, catalogue: Catalogue) -> None:
    question = Question("revenue", grain="quarter", start=date(2025, 11, 1), end=date(2026, 5, 1))
    result = ask(deals, catalogue, question, today=TODAY, calendar=Calendar(fiscal_year_start_month=2))
    assert values(result) == {"FY2026-Q4": 100, "FY2027-Q1": 900}


def test_cohorts_follow_the_deals_created_in_a_month_by_age(asked: Ask) -> None:
    result = asked("deals_won", grain="month", cohort=True, start=JANUARY, end=APRIL)
    grid = {(cell.split["cohort"], cell.split["age"]): cell.value for cell in result.cells}
    assert grid == {("2026-01", 0): 1, ("2026-01", 1): 2, ("2026-01", 2): 0}
    assert result.total.value is None


def test_an_unripe_cohort_has_not_fallen_below_the_one_before(deals: DuckDB, catalogue: Catalogue) -> None:
    question = Question("win_rate.cohort", start=date(2026, 2, 1), end=date(2026, 3, 1), compare="previous")
    young = ask(deals, catalogue, question, today=date(2026, 3, 20)).cells[0]
    assert (young.ripe, young.previous, young.change) == (False, Decimal("0.75"), None)
    grown = ask(deals, catalogue, question, today=date(2026, 6, 20)).cells[0]
    assert (grown.ripe, grown.change) == (True, Decimal("-0.75"))


def test_a_cohort_is_unripe_until_it_had_its_days(deals: DuckDB, catalogue: Catalogue) -> None:
    question = Question("win_rate.cohort", grain="month", start=JANUARY, end=MARCH)
    # The last deal of January was created on the 31st at the latest; its ninetieth day is 30 April.
    assert not ask(deals, catalogue, question, today=date(2026, 4, 30)).cells[0].ripe
    first, second = ask(deals, catalogue, question, today=date(2026, 5, 1)).cells
    assert (first.ripe, second.ripe) == (True, False)
    assert (first.value, second.value) == (Decimal("0.75"), 0)


def test_asked_together_or_alone_answers_are_the_same(deals: DuckDB, catalogue: Catalogue) -> None:
    questions = [
        Question("revenue", grain="month", start=JANUARY, end=APRIL, compare="previous"),
        Question("win_rate", by=("owner",), start=JANUARY, end=APRIL),
        Question("deals_won", by=("owner",), start=JANUARY, end=APRIL),
        Question("open_deals", grain="month", start=JANUARY, end=APRIL),
        Question("pipeline_value", start=JANUARY, end=APRIL),
        Question("sales_cycle.median", by=("owner",), start=JANUARY, end=APRIL),
    ]
    together = ask_all(deals, catalogue, questions, today=TODAY)
    alone = [ask(deals, catalogue, question, today=TODAY) for question in questions]
    assert [result.to_json() for result in together] == [result.to_json() for result in alone]


@pytest.mark.parametrize(
    ("metric", "question", "sentence"),
    [
        ("win_rat", {}, "There is no metric 'win_rat'. Did you mean win_rate"),
        ("win_rate.by_vale", {}, "Did you mean win_rate.all, win_rate.by_value"),
        ("sales_productivity.activities_per_win", {"by": ("family",)}, "an activity has no family. Split by: kind"),
        (
            "revenue",
            {"where": {"colour": ("red",)}},
            "revenue cannot be filtered by colour: a deal has no colour. Filter by: account, owner",
        ),
        ("purchase_retention", {}, "purchase_retention follows cohorts: ask it with cohort and a grain."),
        ("open_deals", {"cohort": True, "grain": "month"}, "open is not an 'at' measure"),
        ("revenue", {"as_of": JANUARY}, "These facts keep no history"),
        ("revenue", {"start": APRIL, "end": JANUARY}, "is empty"),
        ("revenue", {"grain": "fortnight"}, "'fortnight' is no grain"),
        ("revenue", {"grain": "day", "start": date(1900, 1, 1)}, "Choose a longer grain"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(
    asked: Ask, metric: str, question: dict[str, object], sentence: str
) -> None:
    with pytest.raises(QuestionError, match=sentence.replace("(", r"\(").replace(".", r"\.")):
        asked(metric, **question)


def test_what_is_not_recorded_at_all_is_not_known_to_be_zero(asked: Ask) -> None:
    orders = asked("active_customers").total
    assert orders.value is None
    assert orders.why == "no order is recorded here, at any time"
    assert asked("revenue", start=date(2020, 1, 1), end=date(2020, 2, 1)).total.value == 0


def test_where_deals_are_recorded_and_none_is_open_the_pipeline_is_known_to_be_zero(
    asked: Ask, deals: DuckDB, catalogue: Catalogue
) -> None:
    deals.connection.execute("DELETE FROM deal_version WHERE outcome = 'open'")
    for metric in ("open_deals", "pipeline_value", "weighted_pipeline"):
        assert asked(metric).total.value == 0, metric
    deals.connection.execute("DELETE FROM deal_version")
    assert ask(deals, catalogue, Question("weighted_pipeline"), today=TODAY).total.value is None


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 1)])
def test_days_at_the_ends_of_the_calendar_are_refused(day: date, deals: DuckDB, catalogue: Catalogue) -> None:
    with pytest.raises(QuestionError, match="too far away"):
        ask(deals, catalogue, Question("revenue", start=day), today=TODAY)
