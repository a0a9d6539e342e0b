"""Three hundred accounts with what they answered, asked for, used and were invoiced."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

FILES = (
    "crm_accounts.csv",
    "contacts.csv",
    "nps.csv",
    "support_tickets.csv",
    "usage_events.csv",
    "invoices.csv",
)
PLACES = Decimal("0.00005")  # an amount keeps four places, and the file has thirds of cents
ASKED = {
    "accounts.by_region": Asked("survey_coverage.accounts", by="region", part="accounts"),
    "nps": Asked("nps"),
    "nps.by_region": Asked("nps", by="region"),
    "nps.by_plan": Asked("nps", by="account.plan"),
    "nps.by_quarter": Asked("nps", grain="quarter"),
    "nps.distribution": Asked("survey_answers", by="rating", where={"kind": ("nps",)}),
    "nps.response_coverage": Asked("nps.coverage"),
    "csat.mean": Asked("csat.mean"),
    "csat.top2_rate": Asked("csat"),
    "ticket.resolution_hours_mean": Asked("resolution_time"),
    "ticket.resolution_hours_by_priority": Asked("resolution_time", by="priority"),
    "ticket.open_count": Asked("open_tickets"),
    "ticket.per_account": Asked("tickets_opened.per_account"),
    "revenue.invoiced_total": Asked("revenue.invoiced", within=1199 * PLACES),
    "apv": Asked("average_purchase_value", within=PLACES),
    "revenue.by_month": Asked("revenue.invoiced", grain="month", within=100 * PLACES),
}
YEARLY = "the file tells an amount a year beside the account, and no subscription with its dates"
INSTANT = "counts back 30 times 24 hours from a second of the last day; periods here are whole days"
LEFT_OUT = {
    "rows": "counts rows of files",
    "arr.total": YEARLY,
    "arr.by_plan": YEARLY,
    "mrr.total": YEARLY,
    "data_quality.open_with_resolved_at": "counts dates that the mapping leaves out, as they contradict the status",
    "usage.by_event": "no KPI counts uses of a feature",
    "usage.as_of": "is the moment of the last use, no number",
    "usage.active_users_30d": INSTANT,
    "usage.active_accounts_30d": INSTANT,
    "usage.logins_30d": INSTANT,
    "engagement_rate.accounts_30d": INSTANT,
}

EXPECTED = expected_values("customer-360")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("customer-360", *FILES)


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_every_number_is_asked_or_left_out_for_a_reason() -> None:
    if EXPECTED:
        assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
