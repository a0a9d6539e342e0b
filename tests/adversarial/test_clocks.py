# ruff: noqa: E501 (lines of data)
"""Wrong clocks: what happened counts on the day it happened, on the organisation's clocks, and on no other.

Everything here happened at half past midnight in Paris on 1 March, when UTC still wrote 28 February. It was written down
in January, expected in February, and edited in April.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.adversarial.ledger import Books, Ledger, number

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
THEN = "2026-02-28 23:30"


def write(ledger: Ledger) -> None:
    alice = ledger.add("member", "2026-01-02", name="Alice")
    acme = ledger.add("account", "2026-01-02", name="Acme")
    lamp = ledger.add("product", "2026-01-02", name="Lamp", price=500)
    mine = {"owner": alice, "account": acme, "channel": "web"}
    won = ledger.deal("2026-01-10", amount=1000, kind="new", expected_close_on="2026-02-15", **mine)
    ledger.add("deal_line", "2026-01-10", deal=won, product=lamp, quantity=2, unit_price=500)
    ledger.move(won, THEN, "Won")
    lost = ledger.deal("2026-01-12", amount=500, expected_close_on="2026-02-20", **mine)
    ledger.move(lost, "2026-03-31 21:30", "Lost")  # half past eleven in Paris, where summer had come
    order = ledger.add("order", "2026-01-05", account=acme, placed_at=THEN, amount=300, channel="web")
    line = ledger.add("order_line", "2026-01-05", order=order, product=lamp, quantity=1, amount=300)
    paid = ledger.add("payment", "2026-01-05", account=acme, order=order, paid_at=THEN, amount=300)
    ticket = ledger.add(
        "ticket", "2026-01-05", account=acme, opened_at=THEN, first_response_at="2026-03-01 00:30", resolved_at="2026-03-01 01:30"
    )  # fmt: skip
    nps = ledger.add("survey", "2026-01-05", name="Would you?", kind="nps")
    answer = ledger.add("answer", "2026-01-05", survey=nps, score=9, at=THEN, account=acme)
    spend = ledger.add("spend", "2026-01-05", spent_on="2026-03-01", purpose="acquisition", channel="web", amount=100)
    visit = ledger.add("visit", "2026-01-05", visitor="v", started_at=THEN, pages=1)
    call = ledger.add(
        "activity", "2026-01-05", kind="call", at=THEN, owner=alice, direction="outbound", outcome="connected"
    )
    session = ledger.add("session", "2026-01-05", member=alice, logged_in_at=THEN)
    for deal in (won, lost):
        ledger.change(deal, "2026-04-10", name="edited", next_step_on="2026-05-05", expected_close_on="2026-05-15")
    ledger.change(order, "2026-04-10", number="edited")
    ledger.change(line, "2026-04-10", unit_price=1)
    ledger.change(paid, "2026-04-10", external_id="edited")
    ledger.change(ticket, "2026-04-10", subject="edited", closed_at="2026-04-10 12:00")
    ledger.change(answer, "2026-04-10", comment="edited")
    ledger.change(spend, "2026-04-10", category="edited")
    ledger.change(visit, "2026-04-10", landing_page="edited")
    ledger.change(call, "2026-04-10", subject="edited", done_at="2026-04-10 12:00")
    ledger.change(session, "2026-04-10", last_seen_at="2026-04-10 12:00")


MARCH = {
    "revenue": "1000", "revenue.by_line": "1000", "revenue.invoiced": "300", "revenue.invoiced_by_line": "300", "revenue.collected": "300",
    "net_new_revenue": "1000", "net_new_revenue.invoiced": "300", "net_new_revenue.declared": "1000",
    "average_purchase_value": "300", "average_purchase_value.median": "300", "average_purchase_value.net_of_refunds": "300",
    "average_deal_size": "1000", "average_deal_size.median": "1000", "purchase_frequency": "1",
    "active_customers": "1", "active_customers.by_deal": "1", "revenue_per_customer": "1000", "revenue_per_customer.invoiced": "300",
    "revenue_per_customer.collected": "300", "deals_won": "1", "deals_lost": "1", "win_rate": "1/2", "win_rate.by_value": "2/3",
    "sales_cycle": "50",  # 10 January to 1 March: 21 + 28 + 1
    "sales_cycle.median": "50", "sales_cycle.slowest_tenth": "50", "sales_cycle.from_deal": "50", "sales_cycle.from_deal_median": "50",
    "sales_cycle.lost": "78",  # 12 January to 31 March: 19 + 28 + 31
    "sales_cycle.closed": "64", "sales_cycle.from_deal_lost": "78", "sales_cycle.from_deal_closed": "64",
    "sales_productivity": "1000", "sales_productivity.deals_won": "1", "new_customers": "1", "new_customers.revenue": "1000",
    "new_customers.last_touch": "1", "customer_acquisition_cost": "100", "channel_roi": "9", "channel_roi.new_customers": "9",
    "tickets_opened": "1", "tickets_resolved": "1", "response_time": "60", "response_time.median": "60", "resolution_time": "2",
    "resolution_time.median": "2", "answered_share": "1", "response_sla": "1", "resolution_sla": "1", "first_contact_resolution": "1",
    "nps": "100", "nps.mean_score": "9", "survey_answers": "1", "bounce_rate.single_page": "1", "activities": "1",
    "calls_made": "1", "calls_made.connect_rate": "1", "login_frequency.sessions": "1", "active_users.logged_in": "1",
    "revenue_concentration": "1", "repeat_purchase_rate": "0",
}  # fmt: skip


@pytest.mark.parametrize("key", MARCH)
def test_it_counts_on_the_day_it_happened(key: str, books: Books) -> None:
    assert books.value(key, "2026-03-01", "2026-04-01") == number(MARCH[key])


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01"), ("2026-04-01", "2026-05-01"), ("2026-05-01", "2026-06-01")],
    ids=["written down", "expected, and in UTC", "edited", "expected after the edit"],
)  # fmt: skip
def test_and_on_no_other(start: str, end: str, books: Books) -> None:
    found = books.values(MARCH, start, end)
    assert {key: value for key, value in found.items() if value} == {}


def test_what_began_counts_on_the_day_it_began(books: Books) -> None:
    assert books.value("deals_created", "2026-01-01", "2026-02-01") == 2
    assert books.value("close_rate", "2026-01-01", "2026-02-01") == 0
