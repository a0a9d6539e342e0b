# ruff: noqa: E501 (lines of data)
"""Current state used for the past: what stood on a past day is told as it stood then."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from tests.adversarial.ledger import Books, Ledger, number

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)


def write(ledger: Ledger) -> None:
    alice, bob = (ledger.add("member", "2026-01-02", name=name) for name in ("Alice", "Bob"))
    acme = ledger.add("account", "2026-01-02", name="Acme")
    grown = ledger.deal("2026-01-05", amount=1000, owner=alice, account=acme, expected_close_on="2026-03-15")
    ledger.move(grown, "2026-02-10", "Offer", amount=2000)
    ledger.change(grown, "2026-03-20", expected_close_on="2026-04-30", next_step_on="2026-04-15")
    ledger.change(grown, "2026-03-25", owner=bob)
    ledger.move(grown, "2026-04-05", "Won", amount=5000)
    lost = ledger.deal("2026-01-10", "Offer", amount=400, owner=alice, account=acme, expected_close_on="2026-02-15")
    ledger.move(lost, "2026-02-20", "Lost")
    contract = ledger.add(
        "subscription", "2026-01-01", account=acme, plan="basic", monthly_amount=100, started_on="2026-01-01"
    )
    ledger.change(contract, "2026-03-10", monthly_amount=300)
    ledger.change(contract, "2026-05-10", ended_on="2026-05-10")
    ticket = ledger.add("ticket", "2026-01-20", opened_at="2026-01-20")
    ledger.change(ticket, "2026-02-02", first_response_at="2026-02-02")
    ledger.change(ticket, "2026-03-02", resolved_at="2026-03-02")
    ledger.change(alice, "2026-03-31", licensed=False, left_on="2026-03-31")


# At the end of January, February, March, April; read off the records of today it would be the last, all along.
STOOD = {
    "pipeline_value": ("1400", "2000", "2000", "0"),
    "weighted_pipeline": ("420", "1600", "1600", "0"),  # 1000 × 0.1 + 400 × 0.8; 2000 × 0.8
    "open_deals": ("2", "1", "1", "0"),
    "pipeline_quality.maturity": ("3/10", "8/10", "8/10", None),
    "pipeline_quality.planned": ("0", "0", "1", None),
    "pipeline_at_risk.late": ("0", "0", "0", "0"),
    "win_rate.all": ("0", "0", "0", "1"),  # February: 0 won, 1 lost, 1 open
    "mrr": ("100", "100", "300", "300"),
    "revenue_per_customer.recurring": ("100", "100", "300", "300"),
    "open_tickets": ("1", "1", "0", "0"),
    "open_tickets.unanswered": ("1", "0", "0", "0"),
}
MONTHS = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01")


@pytest.mark.parametrize("key", STOOD)
def test_what_stood_then_is_told_as_it_stood(key: str, books: Books) -> None:
    found = [books.value(key, start, end) for start, end in pairwise(MONTHS)]
    assert found == [number(one) for one in STOOD[key]]


def test_a_trend_splits_by_what_was_true_then(books: Books) -> None:
    january = ("2026-01-01", "2026-02-01")
    assert books.split("pipeline_value", *january, by="stage") == {"New": 1000, "Offer": 400}
    assert books.split("pipeline_value", *january, by="owner") == {"Alice": 1400}
    assert books.split("pipeline_value", "2026-03-01", "2026-04-01", by="owner") == {"Bob": 2000}


def test_a_deal_late_on_a_day_was_late_on_that_day(books: Books) -> None:
    # It was expected on 15 March until, on the 20th, it was put off to 30 April.
    assert books.value("pipeline_at_risk.late", "2026-03-01", "2026-03-18") == 2000
    assert books.value("pipeline_at_risk.late", "2026-03-18", "2026-03-25") == 0


# What was known at the end of March; since then the deal was won for 5000, and the contract ended.
KNOWN = {
    "pipeline_value": "2000", "weighted_pipeline": "1600", "open_deals": "1", "mrr": "300", "sales_forecast.expected": "0",
    "revenue": "0", "deals_won": "0", "win_rate": "0", "churn_rate": "0", "win_rate.all": "0",
}  # fmt: skip


@pytest.mark.parametrize("key", KNOWN)
def test_an_answer_as_of_a_past_day_knows_nothing_of_what_came_later(key: str, books: Books) -> None:
    start = "2026-02-01"  # a quarter of which two months had come
    assert books.value(key, start, "2026-04-01", as_of=date(2026, 3, 31)) == number(KNOWN[key])


def test_the_forecast_of_a_past_day_is_what_was_expected_then(books: Books) -> None:
    april = ("2026-04-01", "2026-05-01")
    assert books.value("sales_forecast.expected", *april, as_of=date(2026, 3, 31)) == 2000
    assert books.value("sales_forecast.expected", *april, as_of=date(2026, 3, 19)) == 0
    assert books.value("sales_forecast.expected", *april) == 5000


def test_churn_of_a_past_month_is_of_those_who_were_there(books: Books) -> None:
    assert books.value("churn_rate", "2026-05-01", "2026-06-01") == 1
    assert books.value("churn_rate", "2026-04-01", "2026-05-01") == 0
    assert books.value("churn_rate.revenue", "2026-05-01", "2026-06-01") == 1
    assert books.value("retention_rate.net_revenue", "2026-03-01", "2026-04-01") == 3
