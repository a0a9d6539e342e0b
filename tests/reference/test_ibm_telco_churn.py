"""IBM's telephone company: 7,043 customers on one day, with who left in the last month."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

JANUARY: dict[str, Any] = {"start": date(2020, 1, 1), "end": date(2020, 2, 1)}
FEBRUARY: dict[str, Any] = {"start": date(2020, 2, 1), "end": date(2020, 3, 1)}
ASKED = {
    "rows.customers": Asked("churn_rate", part="start(active)", **FEBRUARY),
    "churn_rate": Asked("churn_rate", **FEBRUARY),
    "retention_rate": Asked("retention_rate", **FEBRUARY),
    "churn_rate.by_contract": Asked("churn_rate", by="account.contract", **FEBRUARY),
    "churn_rate.by_payment_method": Asked("churn_rate", by="account.payment_method", **FEBRUARY),
    "churn_rate.by_internet_service": Asked("churn_rate", by="account.internet_service", **FEBRUARY),
    "churn_rate.by_senior": Asked("churn_rate", by="account.senior", **FEBRUARY),
    "churn_rate.by_paperless": Asked("churn_rate", by="account.paperless", **FEBRUARY),
    "churn_rate.by_tenure_band": Asked("churn_rate", by="account.tenure_band", **FEBRUARY),
    "mrr.total": Asked("mrr", **JANUARY),
    "mrr.lost": Asked("churn_rate.revenue", part="lost", **FEBRUARY),
    "revenue_churn_rate": Asked("churn_rate.revenue", **FEBRUARY),
    "arpu": Asked("revenue_per_customer.recurring", **JANUARY),
    "arpu.by_contract": Asked("revenue_per_customer.recurring", by="account.contract", **JANUARY),
    "clv.simple": Asked("customer_lifetime_value.subscription", **FEBRUARY),
    "revenue.total_charges": Asked("revenue.collected", **FEBRUARY),
    "cross_sell.mean_services": Asked("cross_sell_rate.products_per_customer"),
    "cross_sell_rate": Asked("cross_sell_rate.several_products"),
}
LEFT_OUT = {
    "tenure.mean": "the file tells how long customers have been there without dates; lifespans are measured from dates",
    "tenure.mean_by_churn": "as tenure.mean; the mean tenure of those who left is no lifespan either",
    "data_quality.blank_total_charges": "counts blank cells of a file, which the report of the import tells",
}
EXPECTED = expected_values("ibm-telco-churn")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("ibm-telco-churn", "Telco-Customer-Churn.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_no_expected_value_is_forgotten() -> None:
    if not EXPECTED:
        pytest.skip("the reference data set ibm-telco-churn is not here: its list of values was not checked")
    assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
