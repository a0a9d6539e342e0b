# ruff: noqa: E501 (lines of data)
"""Fan-out: a row counts once, however many lines, contacts, messages and costs hang on it.

Five wins of 1,000 at a cost of 2,000 earn 150 %; with the cost counted once for each deal, they would lose 80 %.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.adversarial.ledger import Books, Ledger, number

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)
MARCH = ("2026-03-01", "2026-04-01")


def write(ledger: Ledger) -> None:
    alice = ledger.add("member", "2026-01-02", name="Alice", team=ledger.add("team", "2026-01-02", name="North"))
    spring = ledger.add("campaign", "2026-01-02", name="Spring", channel="web")
    products = [ledger.add("product", "2026-01-02", name=name, price=100) for name in ("Lamp", "Desk")]
    for purpose, amount in (("acquisition", 1500), ("acquisition", 500), ("retention", 90), ("cost_of_sales", 0)):
        ledger.add(
            "spend", "2026-03-01", spent_on="2026-03-01", channel="web", campaign=spring, purpose=purpose, amount=amount
        )
    nps = ledger.add("survey", "2026-01-02", name="Would you?", kind="nps")
    for place in range(5):
        account = ledger.add("account", "2026-03-01", name=f"account {place}", owner=alice)
        people = [ledger.add("contact", "2026-03-01", account=account, first_name=name) for name in ("Ann", "Ben")]
        deal = ledger.deal(
            "2026-03-02",
            amount=1000,
            owner=alice,
            account=account,
            channel="web",
            campaign=spring,
            contacts=[one.pk for one in people],
        )
        for product in products:
            ledger.add("deal_line", "2026-03-02", deal=deal, product=product, quantity=1, unit_price=500)
        for day in ("2026-03-03", "2026-03-04", "2026-03-05"):
            ledger.add("activity", day, kind="call", at=day, deal=deal, owner=alice, outcome="connected")
        ledger.move(deal, "2026-03-06", "Talk")
        ledger.move(deal, "2026-03-08", "Offer")
        ledger.move(deal, "2026-03-12", "Won")
        for place_of_lead in range(2):  # two leads led to the same deal
            ledger.add(
                "lead", "2026-03-01", name=f"lead {place} {place_of_lead}", account=account, deal=deal, channel="web", campaign=spring,
                converted_at="2026-03-02",
            )  # fmt: skip
        for minute in (1, 2, 3, 4):
            ledger.add(
                "touch", "2026-03-01", account=account, at=f"2026-03-01 12:0{minute}", channel="web", campaign=spring
            )
        for _ in range(2):
            order = ledger.add(
                "order", "2026-03-13", account=account, placed_at="2026-03-13", amount=300, channel="web"
            )
            for product in products:
                ledger.add("order_line", "2026-03-13", order=order, product=product, quantity=1, amount=150)
            for _ in range(3):
                ledger.add("payment", "2026-03-14", account=account, order=order, paid_at="2026-03-14", amount=100)
        ledger.add("subscription", "2026-03-12", account=account, plan="a", monthly_amount=10, started_on="2026-03-12")
        ledger.add("subscription", "2026-03-12", account=account, plan="b", monthly_amount=20, started_on="2026-03-12")
        ticket = ledger.add(
            "ticket",
            "2026-03-15",
            account=account,
            contact=people[0],
            opened_at="2026-03-15",
            resolved_at="2026-03-15 14:00",
        )
        for author, minutes in (("customer", "00"), ("agent", "30"), ("agent", "40"), ("agent", "50")):
            ledger.add("ticket_message", "2026-03-15", ticket=ticket, author=author, at=f"2026-03-15 12:{minutes}")
        for score in (9, 9):  # one who answers twice is one customer
            ledger.add(
                "answer",
                "2026-03-16",
                survey=nps,
                score=score,
                at="2026-03-16",
                account=account,
                contact=people[0],
                ticket=ticket,
            )
        visit = ledger.add("visit", "2026-03-01", visitor=f"v{place}", started_at="2026-03-01", pages=2, channel="web")
        for _ in range(3):
            ledger.add("page_event", "2026-03-01", visit=visit, page="/", kind="scroll", depth="0.5", at="2026-03-01")


# (right, as it comes out when rows are multiplied by what hangs on them)
COUNTED = {
    "channel_roi": ("2910/2090", "-1/2"),  # (5000 - 2090) / 2090: what keeping customers costs is a cost of the channel too
    "revenue": ("5000", "10000"), "revenue.by_line": ("5000", "10000"), "revenue.invoiced": ("3000", "6000"),
    "revenue.invoiced_by_line": ("3000", "6000"), "revenue.collected": ("3000", "9000"), "net_new_revenue": ("5000", "10000"),
    "net_new_revenue.invoiced": ("3000", "6000"), "mrr": ("150", "300"), "net_new_mrr": ("150", "300"), "net_new_mrr.new": ("150", "300"),
    "deals_won": ("5", "10"), "deals_created": ("5", "10"), "average_deal_size": ("1000", "500"),
    "active_customers": ("5", "10"), "active_customers.by_deal": ("5", "10"), "revenue_per_customer": ("1000", "2000"),
    "revenue_per_customer.invoiced": ("600", "300"), "revenue_per_customer.collected": ("600", "100"),
    "revenue_per_customer.recurring": ("30", "15"), "purchase_frequency": ("2", "4"), "average_purchase_value": ("300", "600"),
    "repeat_purchase_rate": ("1", "0"), "repeat_purchase_rate.distinct_days": ("0", "1"), "repeat_purchase_rate.by_deal": ("0", "1"),
    "new_customers": ("5", "10"), "new_customers.first_touch": ("5", "20"), "new_customers.last_touch": ("5", "20"),
    "new_customers.linear": ("5", "20"), "new_customers.revenue": ("5000", "10000"),
    "customer_acquisition_cost": ("400", "200"), "customer_acquisition_cost.allocated": ("400", "2000"),
    "customer_acquisition_cost.first_touch": ("400", "100"), "customer_acquisition_cost.linear": ("400", "100"),
    "channel_roi.new_customers": ("3/2", "-1/2"), "channel_roi.first_touch": ("3/2", "-1/2"), "channel_roi.last_touch": ("3/2", "-1/2"),
    "channel_roi.linear": ("3/2", "-1/2"), "tickets_opened": ("5", "20"), "tickets_resolved": ("5", "20"), "response_time": ("30", "40"),
    "response_time.every_reply": ("30", "40"), "nps": ("100", "0"), "nps.coverage": ("1", "2"), "survey_coverage": ("1", "2"),
    "sales_productivity": ("5000", "10000"), "sales_productivity.deals_won": ("5", "10"), "sales_productivity.activities_per_win": ("3", "1"),
    "churn_rate.count": ("0", "1"), "retention_cost": ("90", "450"), "retention_cost.per_customer": ("18", "9"),
    "cross_sell_rate.several_products": ("1", "0"), "cross_sell_rate.several_products_in_order": ("1", "0"),
    "cross_sell_rate.several_products_by_deal": ("1", "0"), "cross_sell_rate.share_of_orders": ("0", "1/2"),
    "bounce_rate.single_page": ("0", "1"), "scroll_depth": ("1/2", "3/2"), "stage_conversion": ("1", "3"), "time_through_stages": ("10", "20"),
    "sales_cycle": ("9", "10"), "traffic_to_lead": ("0", "1"), "win_rate": ("1", "2"), "close_rate": ("1", "2"),
}  # fmt: skip


@pytest.mark.parametrize("key", COUNTED)
def test_nothing_is_counted_twice(key: str, books: Books) -> None:
    right, naive = (number(one) for one in COUNTED[key])
    assert right != naive
    assert books.value(key, *MARCH) == right


@pytest.mark.parametrize(
    "key", ["revenue", "deals_won", "new_customers", "customer_acquisition_cost", "channel_roi", "revenue.invoiced"]
)
def test_nor_when_split_by_what_hangs_on_it(key: str, books: Books) -> None:
    assert books.split(key, *MARCH, by="channel") == {"web": books.value(key, *MARCH)}
