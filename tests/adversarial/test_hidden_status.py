# ruff: noqa: E501 (lines of data)
"""Status hidden in another field: a deal is what its stage says, whatever its probability, its dates or its name say."""

from __future__ import annotations

from datetime import date

import pytest

from cadran.crm import save
from tests.adversarial.ledger import MEMBER, Books, Ledger, number

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)
MARCH = ("2026-03-01", "2026-04-01")


def write(ledger: Ledger) -> None:
    alice = ledger.add("member", "2026-01-02", name="Alice")
    acme = ledger.add("account", "2026-01-02", name="Acme")
    mine = {"owner": alice, "account": acme}
    # Sure, but not won: an open stage of probability 1.
    ledger.stages["Sure"] = ledger.add(
        "stage", "2026-01-02", pipeline=ledger.pipeline, name="Sure", order=9, outcome="open", probability="1"
    )
    ledger.deal("2026-03-02", "Sure", amount=1, closed_at="2026-03-05", lost_reason="price", **mine)
    # Won, though its stage has no probability; and won without a thing said of it.
    ledger.stages["Signed"] = ledger.add(
        "stage", "2026-01-02", pipeline=ledger.pipeline, name="Signed", order=10, outcome="won", probability="0"
    )
    for stage, amount in (("Signed", 10), ("Won", 20)):
        deal = ledger.deal("2026-03-02", amount=amount, **mine)
        ledger.change(deal, "2026-03-10", stage=ledger.stages[stage], closed_at="2026-03-10")
    # Lost, then edited: it stays lost, on the day it was.
    lost = ledger.closed("2026-03-02", "2026-03-10", "Lost", amount=100, **mine)
    ledger.change(
        lost,
        "2026-04-10",
        name="tagged",
        forecast_category="commit",
        expected_close_on="2026-03-31",
        next_step_on="2026-05-01",
    )
    # Open and put into the archive: neither lost nor open.
    put_away = ledger.deal("2026-03-02", amount=1000, **mine)
    save.archive(put_away, by=MEMBER)
    # Lost, then open again.
    back = ledger.closed("2026-03-02", "2026-03-10", "Lost", amount=10_000, **mine)
    ledger.move(back, "2026-04-02", "Talk", closed_at=None)


SAID = {
    "deals_won": "2", "deals_lost": "1", "revenue": "30", "average_deal_size": "15", "win_rate": "2/3", "win_rate.by_value": "30/130",
    "active_customers.by_deal": "1", "revenue_per_customer": "30", "sales_cycle.lost": "8", "sales_productivity.deals_won": "2",
    "deals_created": "5", "close_rate": "2/5", "net_new_revenue": "30", "sales_forecast.commit": "30", "sales_forecast": "30",
    "revenue_concentration": "1", "sales_cycle": "8", "repeat_purchase_rate.by_deal": "1", "win_rate.cohort": "2/5",
}  # fmt: skip


@pytest.mark.parametrize("key", SAID)
def test_the_stage_alone_says_what_a_deal_is(key: str, books: Books) -> None:
    assert books.value(key, *MARCH) == number(SAID[key])


# At the end of March the deal that came back was lost; since April it is open.
STANDING = {
    "open_deals": ("1", "2"), "pipeline_value": ("1", "10001"), "weighted_pipeline": ("1", "4001"), "win_rate.all": ("2/4", "0"),
}  # fmt: skip


@pytest.mark.parametrize("key", STANDING)
def test_what_is_open_is_neither_sure_nor_archived_nor_edited(key: str, books: Books) -> None:
    found = [books.value(key, *month) for month in (MARCH, ("2026-04-01", "2026-05-01"))]
    assert found == [number(one) for one in STANDING[key]]
