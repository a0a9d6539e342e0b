"""Unequal windows: a business that stands still shows no change, whatever the window it is looked at through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from cadran.metrics import Cell, Metric, Question
from tests.adversarial import flat
from tests.adversarial.conftest import Publish
from tests.adversarial.ledger import Books, catalogue

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

GROWS = {
    **dict.fromkeys(
        ("nps.coverage", "survey_coverage.accounts", "tickets_opened.per_account"),
        "every account ever recorded is counted, and there are more each day",
    ),
    **dict.fromkeys(
        ("data_completeness", "data_completeness.fresh"), "the accounts grow older, and nobody looks after them"
    ),
    **dict.fromkeys(
        (
            "churn_rate.subscriptions_ever",
            "churn_rate.customers_ever",
            "customer_lifetime_value.historical",
            "cross_sell_rate.products_per_customer",
            "sales_cycle.kaplan_meier",
        ),
        "everything since the beginning is counted",
    ),
}
"""What no business has the same of each month, with the reason."""
BY_MONTH = {
    **dict.fromkeys(
        (
            "health_score.coverage",
            "health_score.poor",
            "health_score.usage",
            "health_score.feedback",
            "health_score.support",
        ),
        "looked at on the first of each month: the same where every month is",
    ),
}
HEALTH = {
    "health_score",
    "health_score.purchases",
}  # by days since the last order, on the first of months that are not as long
ROUNDING = Decimal("1e-15")
ASKED = [metric for metric in catalogue() if not metric.needs_cohort]
DAILY = [metric for metric in ASKED if metric.key not in GROWS | BY_MONTH and metric.key not in HEALTH]


@pytest.fixture(scope="module")
def everyday(publish: Publish) -> Books:
    """The same every day."""
    return publish(lambda ledger: flat.Flat(ledger, flat.every_day()), flat.TODAY)


@pytest.fixture(scope="module")
def monthly(publish: Publish) -> Books:
    """The same every month."""
    return publish(lambda ledger: flat.Flat(ledger, flat.every_month()), flat.TODAY)


def cells(books: Books, metrics: list[Metric], start: date, end: date, **asked: str) -> Iterator[tuple[str, Cell]]:
    """The cells of many metrics, beside the period before."""
    questions = [Question(metric.key, start=start, end=end, compare="previous", **asked) for metric in metrics]  # type: ignore[arg-type]
    for metric, result in zip(metrics, books.answers(questions), strict=True):
        for cell in result.cells:
            yield metric.key, cell


def changes(found: Iterator[tuple[str, Cell]]) -> list[str]:
    """What is said to have changed; a number that cannot be computed, or has none beside it, would hide a change."""
    said = []
    for key, cell in found:
        if cell.value is None and cell.ripe:
            said.append(f"{key} {cell.period.label}: no value: {cell.why}")
        elif abs(cell.change or Decimal(0)) > ROUNDING:
            assert cell.compared_with is not None
            beside = f"{cell.compared_with.first}–{cell.compared_with.last}"
            said.append(f"{key} {cell.period.label}: {cell.value}; {beside}: {cell.previous}")
    return said


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 3, 30), date(2026, 4, 6)),  # a week: one day short before it, and +16.7 % would be seen
        (date(2026, 3, 29), date(2026, 3, 30)),  # the day that has 23 hours, beside one of 24
        (date(2026, 3, 9), date(2026, 4, 6)),  # 28 days over the change of the clocks, beside 28
        (date(2026, 3, 1), date(2026, 3, 31)),  # the first 30 days of March: February has not so many
        (date(2026, 2, 25), date(2026, 4, 6)),  # 40 days
        (date(2026, 4, 2), date(2026, 5, 3)),  # 31 days of which 7 have come
    ],
    ids=["a week", "a short day", "28 days", "30 days from the first", "40 days", "in progress"],
)
def test_every_day_alike_no_window_of_any_length_shows_a_change(everyday: Books, start: date, end: date) -> None:
    assert changes(cells(everyday, DAILY, start, end)) == []


def test_nor_does_a_week_in_progress_beside_whole_ones(everyday: Books) -> None:
    assert changes(cells(everyday, DAILY, date(2026, 3, 23), date(2026, 4, 13), grain="week")) == []


def test_months_of_28_and_31_days_differ_by_their_days_and_no_verdict_says_more(everyday: Books) -> None:
    start, end = date(2026, 3, 1), date(2026, 4, 1)
    for key, cell in cells(everyday, DAILY, start, end):
        if cell.difference is not None:
            assert not cell.difference.detectable, key
    assert everyday.cell("deals_won", "2026-03-01", "2026-04-01", compare="previous").relative_change is not None


MONTHLY = [
    metric
    for metric in ASKED
    if metric.key not in GROWS
    and metric.key not in HEALTH
    and not any(part.when in ("daily", "ahead") for part in metric.reads)  # per day of months that are not as long
]


@pytest.mark.parametrize(
    ("start", "end", "grain"),
    [(date(2025, 12, 1), date(2026, 4, 1), "month"), (date(2025, 7, 1), date(2026, 1, 1), "quarter")],
    ids=["month", "quarter"],
)
def test_every_month_alike_months_and_quarters_show_no_change(
    monthly: Books, start: date, end: date, grain: str
) -> None:
    found = [(key, cell) for key, cell in cells(monthly, MONTHLY, start, end, grain=grain) if cell.value is not None]
    assert changes(iter(found)) == []


def test_health_of_customers_of_whom_the_same_is_heard_every_month_is_the_same_but_for_the_days_of_the_months(
    monthly: Books,
) -> None:
    metrics = [catalogue()[key] for key in sorted(HEALTH)]
    for _, cell in cells(monthly, metrics, date(2026, 2, 1), date(2026, 4, 1), grain="month"):
        assert cell.relative_change is not None
        assert abs(cell.relative_change) < 0.02


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter"])
@pytest.mark.parametrize("base", ["", ".inactivity", ".subscriptions"])
def test_whoever_has_not_stayed_has_left(everyday: Books, base: str, grain: str) -> None:
    asked = {"start": date(2025, 10, 1), "end": date(2026, 4, 30), "grain": grain}
    churn, retention = everyday.answers([Question(f"{key}{base}", **asked) for key in ("churn_rate", "retention_rate")])  # type: ignore[arg-type]
    pairs = [(lost.value, kept.value) for lost, kept in zip(churn.cells, retention.cells, strict=True)]
    assert all((lost is None) == (kept is None) for lost, kept in pairs)
    told = [(lost, kept) for lost, kept in pairs if lost is not None and kept is not None]
    assert told
    assert all(round(lost + kept, 20) == 1 for lost, kept in told)
