# ruff: noqa: E501 (lines of data)
"""Survivors and immature cohorts: who has not answered, left, closed or bought yet is counted among those who might."""

from __future__ import annotations

from datetime import date

import pytest

from cadran.metrics import Question
from tests.adversarial.ledger import Books, Ledger, catalogue, number

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)
MARCH = ("2026-03-01", "2026-04-01")
ALL = ("2026-01-01", "2026-07-01")


def write(ledger: Ledger) -> None:
    alice = ledger.add("member", "2026-01-02", name="Alice")
    # Two contracts of a hundred days' watch: one ended after 30 days, one runs.
    for name, ended_on in (("leaves", "2026-04-21"), ("stays", None)):
        account = ledger.add("account", "2026-03-01", name=name, owner=alice)
        ledger.add(
            "subscription", "2026-03-22", account=account, monthly_amount=10, started_on="2026-03-22", ended_on=ended_on
        )
    # Four deals begun on 1 March: won after 10 and 20 days, two still open after 121.
    for won_on in ("2026-03-11", "2026-03-21", None, None):
        deal = ledger.deal("2026-03-01", amount=100, owner=alice)
        if won_on:
            ledger.move(deal, won_on, "Won")
    # Four leads: answered after one, two and three hours, and never; customers after 10 and 100 days.
    for hour, bought_on in (("13", "2026-03-11"), ("14", "2026-06-09"), ("15", None), (None, None)):
        buyer = ledger.add("account", "2026-03-01", name=f"buyer {hour}")
        lead = ledger.add("lead", "2026-03-01", name=f"lead {hour}", owner=alice, account=buyer, converted_at=bought_on)
        if hour:
            ledger.add("activity", "2026-03-01", kind="call", at=f"2026-03-01 {hour}:00", lead=lead, owner=alice)
        if bought_on:
            ledger.add("order", bought_on, account=buyer, placed_at=bought_on, amount=10)
    # Four tickets: answered after one, two and three hours, and never; settled an hour later.
    for answered in (13, 14, 15, None):
        times = (
            {"first_response_at": f"2026-03-01 {answered}:00", "resolved_at": f"2026-03-01 {answered + 1}:00"}
            if answered
            else {}
        )
        ledger.add("ticket", "2026-03-01", opened_at="2026-03-01 12:00", **times)
    ledger.add("lead", "2026-06-20", name="young", owner=alice)
    ledger.deal("2026-06-20", amount=100, owner=alice)


# (right, among the survivors alone)
AMONG = {
    # Of ∞, 3, 2, 1 hours the middle is between 2 and 3; of those answered it is 2.
    "lead_response_time": ("2.5", "2"), "response_time.median": ("150", "120"), "resolution_time.opened_median": ("3.5", "3"),
    "lead_response_time.lower_quartile": ("1.75", "1.5"),
    "lead_response_time.slowest_tenth": (None, "2.8"), "response_time.slowest_tenth": (None, "168"),
    "answered_share": ("3/4", "1"), "answered_share.unanswered": ("1/4", "0"), "response_sla": ("1/4", "1/3"), "response_sla.day": ("3/4", "1"),
    "resolution_sla": ("3/4", "1"), "lead_sla": ("3/4", "1"), "first_contact_resolution.all": ("3/4", "1"),
    "lead_conversion": ("1/4", "2/4"),  # within 90 days, as any younger cohort has them; with more time two
    "lead_conversion.ever": ("2/4", "1"), "lead_dropoff.unconverted": ("3/4", "2/4"), "lead_dropoff": ("1/4", "0"),
    "win_rate.cohort": ("2/4", "1"), "close_rate": ("2/4", "1"), "stage_conversion.closed": ("6/8", "1"),
}  # fmt: skip


@pytest.mark.parametrize("key", AMONG)
def test_who_has_not_come_yet_is_counted(key: str, books: Books) -> None:
    right, naive = (number(one) for one in AMONG[key])
    assert right != naive
    assert books.value(key, *MARCH) == right


def test_durations_reckon_with_those_that_still_run(books: Books) -> None:
    # Kaplan–Meier: 1 until day 30, then 1/2 until day 101, to which the other contract was watched: 30 + 71 / 2 days.
    assert books.value("customer_lifespan.contract", *ALL) == number("65.5/30.436875")
    # Of five deals one was watched for 11 days: 1 until 10, 4/5 until 20, 8/15 until 122; the mean of the won is 15.
    assert books.value("sales_cycle.kaplan_meier", *ALL) == number("72.4")  # 10 + 4/5 × 10 + 8/15 × 102
    assert books.value("sales_cycle", *ALL) == 15
    assert books.value("sales_cycle.kaplan_meier_median", *ALL) is None  # half of them have not been won
    assert catalogue()["sales_cycle"].definition["en"] != catalogue()["sales_cycle.kaplan_meier"].definition["en"]


RIPENS = [metric.key for metric in catalogue() if metric.matures and not metric.needs_cohort]


@pytest.mark.parametrize("key", RIPENS)
def test_a_young_cohort_is_not_set_beside_an_old_one(key: str, books: Books) -> None:
    end = date.fromordinal(TODAY.toordinal() + 2 - catalogue()[key].matures)  # ripe from tomorrow on
    asked = Question(key, start=date.fromordinal(end.toordinal() - 30), end=end, compare="previous")
    young = books.answers([asked])[0].cells[0]
    assert (young.ripe, young.change, young.difference) == (False, None, None)
    grown = books.answers([asked], date.fromordinal(TODAY.toordinal() + 1))[0].cells[0]
    assert grown.ripe


FOLLOWS = {"lead": {"created_on"}, "deal_progress": {"entered_on"}, "email": {"sent_on"}}
"""The date that begins what is then followed, of tables whose other dates come later."""
AT_ONCE = {
    "records_created.by_owner", "emails_sent", "emails_sent.delivered", "emails_sent.by_people", "emails_sent.bounce_rate",
    "customer_acquisition_cost.per_lead", "lead_conversion.period",
}  # fmt: skip
"""Known as soon as it has begun, or set beside other leads than those who became customers, and said to be so."""


def test_whatever_follows_a_cohort_says_when_it_has_ripened() -> None:
    unripe = {
        metric.key
        for metric in catalogue()
        for measure in metric.parts.values()
        if measure.clock.start in FOLLOWS.get(measure.table.name, ()) and not measure.clock.stock and not metric.matures
    }
    assert unripe == AT_ONCE
