"""CDNOW's web shop: 69,659 orders of customers who came in three monthly cohorts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import EQUAL, Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

ASKED = {
    "master.rows": Asked("average_purchase_value", part="orders"),
    "master.customers": Asked("active_customers"),
    "master.revenue": Asked("revenue.invoiced"),
    "apv": Asked("average_purchase_value"),
    "purchase_frequency": Asked("purchase_frequency"),
    "customer_value": Asked("revenue_per_customer.invoiced"),
    "repeat_rate": Asked("repeat_purchase_rate"),
    "repeat_rate.distinct_days": Asked("repeat_purchase_rate.distinct_days"),
    "revenue.by_month": Asked("revenue.invoiced", grain="month"),
    "active_customers.by_month": Asked("active_customers", grain="month"),
    "net_new_revenue.by_month": Asked("net_new_revenue.invoiced", grain="month"),
    "retention.h1_1997_to_h1_1998": Asked(
        "retention_rate.purchases_year", start=date(1998, 1, 1), end=date(1998, 7, 1)
    ),
}
ASKED_APART = {"cohort.size", "cohort.retention"}
_PREDICTED = "what a model predicts is left to lifetime value by prediction"
_SAMPLE = "describes another file, the published sample of one customer in ten"
LEFT_OUT = {
    "master.units": "units sold are no KPI of the inventory",
    "data_quality.same_day_multiples": "counts rows of a file that may be repeats",
    "data_quality.zero_value_orders": "counts rows of a file without an amount",
    "sample.customers": _SAMPLE,
    "sample.repeat_transactions_39w": _SAMPLE,
    "sample.zero_repeat": _SAMPLE,
    "sample.actual_repeat_orders_next_39w": _SAMPLE,
    "clv.bgnbd.published": _PREDICTED,
    "clv.bgnbd.refit": _PREDICTED,
    "clv.bgnbd.expected_39w_x2_tx30.43_T38.86": _PREDICTED,
    "clv.bgnbd.expected_39w_total": _PREDICTED,
    "clv.bgnbd.alive_mean": _PREDICTED,
}
EXPECTED = expected_values("cdnow")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("cdnow", "CDNOW_master.txt")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_cohorts_come_back_month_after_month_as_published(engine: Engine) -> None:
    expected = EXPECTED["cohort.retention"]
    asked = Asked("purchase_retention", grain="month", cohort=True, start=date(1997, 1, 1), end=date(1998, 7, 1))
    found: dict[str, dict[str, Decimal]] = {}
    sizes: dict[str, Decimal | None] = {}
    for cell in asked.answer(engine).cells:
        if cell.value is not None:
            cohort, age = str(cell.split["cohort"]), str(cell.split["age"])
            found.setdefault(cohort, {})[age] = cell.value
            if age == "0":
                sizes[cohort] = cell.parts["customers"]
    assert sizes == EXPECTED["cohort.size"]
    assert {cohort: set(ages) for cohort, ages in found.items()} == {
        cohort: set(ages) for cohort, ages in expected.items()
    }
    for cohort, ages in expected.items():
        for age, share in ages.items():
            assert abs(found[cohort][age] - share) <= EQUAL, (cohort, age)


def test_no_expected_value_is_forgotten() -> None:
    if not EXPECTED:
        pytest.skip("the reference data set cdnow is not here: its list of values was not checked")
    assert set(ASKED) | ASKED_APART | set(LEFT_OUT) == set(EXPECTED)
