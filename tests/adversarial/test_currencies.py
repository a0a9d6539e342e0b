# ruff: noqa: E501 (lines of data)
"""Currencies: amounts of two currencies are never added as they are, nor past ones converted at a later rate.

Of everything there is one of 100 EUR and one of 100 USD, in March, when a dollar was worth 0.9; in June it is worth 0.5.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.adversarial.ledger import Books, Ledger, number

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)
MARCH = ("2026-03-01", "2026-04-01")


def write(ledger: Ledger) -> None:
    for day, rate in (("2026-01-01", "0.9"), ("2026-04-01", "0.7"), ("2026-06-01", "0.5")):
        ledger.add("exchange_rate", day, day=day, currency="USD", rate=rate)
    alice = ledger.add("member", "2026-01-02", name="Alice")
    spring = ledger.add("campaign", "2026-01-02", name="Spring", channel="web")
    ledger.closed("2026-05-02", "2026-05-20", "Won", amount=100, currency="GBP", owner=alice)
    for currency in ("EUR", "USD"):
        account = ledger.add("account", "2026-03-01", name=currency)
        product = ledger.add("product", "2026-03-01", name=currency, price=100, currency=currency)
        in_it = {"currency": currency}
        deal = {"account": account, "owner": alice, "campaign": spring, "channel": "web", **in_it}
        for stage in ("Won", "Lost"):
            closed = ledger.closed("2026-03-02", "2026-03-20", stage, amount=100, kind="new", **deal)
            ledger.add("deal_line", "2026-03-02", deal=closed, product=product, quantity=1, unit_price=100, **in_it)
        still = ledger.deal(
            "2026-03-02", "Talk", amount=100, expected_close_on="2026-08-01", forecast_category="commit", **deal
        )
        ledger.add("deal_line", "2026-03-02", deal=still, product=product, quantity=1, unit_price=100, **in_it)
        order = ledger.add("order", "2026-03-20", account=account, placed_at="2026-03-20", amount=100, **in_it)
        ledger.add("order_line", "2026-03-20", order=order, product=product, quantity=1, amount=100)
        ledger.add("payment", "2026-03-20", account=account, order=order, paid_at="2026-03-20", amount=100, **in_it)
        contract = ledger.add(
            "subscription", "2026-03-02", account=account, monthly_amount=100, started_on="2026-03-02", **in_it
        )
        ledger.add(
            "renewal",
            "2026-03-20",
            subscription=contract,
            due_on="2026-03-20",
            amount=100,
            renewed_on=None if currency == "EUR" else "2026-03-20",
            outcome="lost" if currency == "EUR" else "renewed",
            **in_it,
        )
        for purpose in ("acquisition", "retention", "cost_of_sales"):
            ledger.add(
                "spend",
                "2026-03-10",
                spent_on="2026-03-10",
                purpose=purpose,
                category="advertising",
                amount=100,
                campaign=spring,
                channel="web",
                **in_it,
            )
        ledger.add("touch", "2026-03-01", account=account, at="2026-03-01", channel="web", campaign=spring)


# (right, added up as written, at the rate of today)
WORTH = {
    **dict.fromkeys(
        ("revenue", "revenue.by_line", "revenue.invoiced", "revenue.invoiced_by_line", "revenue.collected", "net_new_revenue",
         "net_new_revenue.invoiced", "net_new_revenue.declared", "net_new_mrr", "net_new_mrr.new", "mrr", "pipeline_value",
         "pipeline_value.list_price", "new_customers.revenue", "retention_cost", "sales_productivity"), ("190", "200", "150")),
    **dict.fromkeys(
        ("average_deal_size", "average_deal_size.median", "average_purchase_value", "average_purchase_value.median",
         "average_purchase_value.net_of_refunds", "revenue_per_customer", "revenue_per_customer.invoiced",
         "revenue_per_customer.collected", "revenue_per_customer.recurring", "customer_acquisition_cost", "customer_acquisition_cost.paid",
         "customer_acquisition_cost.allocated", "customer_acquisition_cost.first_touch", "customer_acquisition_cost.linear",
         "retention_cost.per_customer", "customer_lifetime_value.historical"), ("95", "100", "75")),
    "weighted_pipeline": ("76", "80", "60"),  # 190 × 0.4
    "win_rate.by_value": ("190/380", "200/399", "150/299"),
    "average_purchase_value.lower_quartile": ("92.5", "100", "62.5"),  # between 90 and 100
    "average_purchase_value.upper_quartile": ("97.5", "100", "87.5"),
    "renewal_rate.by_value": ("90/190", "1/2", "50/150"),
    "revenue_concentration": ("100/190", "1/2", "100/150"),  # of two, the larger
    "revenue_concentration.invoiced": ("100/190", "1/2", "100/150"),
    "channel_roi": ("-1/2", "1", "-1/3"),  # (190 - 380) / 380
    "channel_roi.new_customers": ("0", "1", "-1/3"),
    "marketing_roi": ("-380/570", "0", "-1/3"),  # (190 - 570) / 570
}  # fmt: skip


@pytest.mark.parametrize("key", WORTH)
def test_each_amount_is_worth_what_it_was_worth_on_its_day(key: str, books: Books) -> None:
    right, as_written, at_todays_rate = (number(one) for one in WORTH[key])
    assert right not in (as_written, at_todays_rate)
    assert books.value(key, *MARCH) == right


@pytest.mark.parametrize("key", ["mrr", "pipeline_value", "weighted_pipeline"])
def test_what_stands_is_not_restated_when_the_rate_moves(key: str, books: Books) -> None:
    assert books.value(key, "2026-06-01", "2026-06-30") == number(WORTH[key][0])


def test_what_is_expected_later_is_worth_what_it_was_when_the_deal_began(books: Books) -> None:
    assert books.value("sales_forecast.commit", "2026-08-01", "2026-09-01") == 190


def test_an_amount_in_a_currency_without_a_rate_is_unknown_and_not_taken_for_ours(books: Books) -> None:
    may = books.cell("revenue", "2026-05-01", "2026-06-01")
    assert (may.value, bool(may.why)) == (None, True)
    assert books.value("deals_won", "2026-05-01", "2026-06-01") == 1
