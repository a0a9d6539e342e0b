"""Forecasts are issued once a day, by three methods worked out by hand, and stand beside what came."""

from datetime import UTC, date, datetime
from decimal import Decimal

from cadran.crm.models import ForecastSubmission, Score, Stage
from cadran.crm.save import change, create
from cadran.kpis.answer import answer_all
from cadran.kpis.forecasts import issue
from cadran.kpis.reader import reader_of
from cadran.kpis.terminal import forecasts_text
from cadran.kpis.tests.conftest import BY, Company
from cadran.metrics.question import Question

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def november(day: int) -> datetime:
    return datetime(2026, 11, day, 9, tzinfo=UTC)


def two_more_deals_and_a_date(company: Company) -> None:
    """Of the two deals that were seen in the stage New and closed, one was won, after four days; the other took six."""
    stages = {stage.name: stage for stage in Stage.objects.all()}
    for name, amount, outcome, day in (("Lift", 10, "Won", 5), ("Tile", 20, "Lost", 7)):
        new = {"name": name, "pipeline": stages["New"].pipeline, "stage": stages["New"], "amount": amount}
        deal = create("deal", {**new, "currency": "EUR", "owner": company.bob}, by=BY, at=november(1))
        change(deal, {"stage": stages[outcome], "closed_at": november(day)}, by=BY, at=november(day))
    due = {"expected_close_on": date(2026, 11, 30), "forecast_category": "commit"}
    change(company.deals["Pool"], due, by=BY, at=november(2))


def issued(month: date) -> dict[tuple[str, str | None], Decimal | None]:
    found = ForecastSubmission.objects.filter(starts_on=month).select_related("owner")
    return {(one.owner.name, one.category): one.amount for one in found}


def test_each_method_says_what_each_owner_will_bring(company: Company) -> None:
    two_more_deals_and_a_date(company)
    # Pool (400) is expected this month; half of the deals closed from its stage were won. Won in 90 days: 400 and 210.
    assert len(issue(NOW).forecasts) == 12
    assert issued(NOVEMBER) == {
        ("Alice", "weighted"): 300,
        ("Alice", "category"): 300,
        ("Alice", "run_rate"): Decimal("133.3333"),
        ("Bob", "weighted"): 10 + 200,
        ("Bob", "category"): 10 + 400,
        ("Bob", "run_rate"): 70,
    }
    assert issued(DECEMBER)["Bob", "run_rate"] == Decimal("72.3333")
    assert issued(DECEMBER)["Bob", "weighted"] == 0
    noted = Score.objects.get(kind="median_days")
    assert (noted.record, noted.value) == ("stage", 5)


def test_forecasts_are_issued_once_a_day(company: Company) -> None:
    first, again = issue(NOW), issue(NOW.replace(hour=18))
    assert (first.anew, again.anew) == (True, False)
    assert [one.pk for one in again.forecasts] == [one.pk for one in first.forecasts]
    assert ForecastSubmission.objects.count() == len(first.forecasts) == 12


def test_what_was_issued_is_said_with_owners_periods_methods_and_totals(company: Company) -> None:
    two_more_deals_and_a_date(company)
    issued = issue(NOW)
    words = forecasts_text(issued, reader_of(None, "en"))
    assert "Issued on Nov 20, 2026: 12 forecasts (owners: 2, periods: 2, methods: 3)" in words
    table = [line.split() for line in words.splitlines()]
    assert ["Nov", "2026", "weighted", "by", "category", "run", "rate"] in table
    assert ["Bob", "€210", "€410", "€70"] in table
    assert ["Total", "€510", "€710", "€203"] in table
    assert "Prévisions émises le 20 nov. 2026" in forecasts_text(issued, reader_of(None, "fr"))
    data = issued.to_json()
    assert {"owner": "Bob", "from": "2026-11-01", "to": "2026-12-01", "method": "weighted", "amount": 210} in [
        {name: value for name, value in one.items() if name != "currency"} for one in data["forecasts"]
    ]
    assert {"from": "2026-11-01", "to": "2026-12-01", "method": "category", "amount": 710} in data["totals"]


def test_the_error_is_that_of_what_was_first_said(company: Company) -> None:
    for amount, day in ((500, 1), (300, 20)):
        said = {"owner": company.alice, "starts_on": NOVEMBER, "ends_on": DECEMBER, "at": november(day)}
        create("forecast_submission", {**said, "amount": amount, "currency": "EUR", "category": "commit"}, by=BY)
    variants = ("submitted", "error", "bias")
    questions = [Question(f"sales_forecast.{name}", start=NOVEMBER, end=DECEMBER) for name in variants]
    answers = answer_all(questions, today=DECEMBER)
    # Alice won 300.
    assert [answer.total.value for answer in answers] == [300, Decimal(200) / 300, Decimal(200) / 300]
