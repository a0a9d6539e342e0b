"""AWS's software marketplace: 9,994 order lines of 99 customers."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

ASKED = {
    "revenue.total": Asked("revenue.invoiced"),
    "revenue.by_year": Asked("revenue.invoiced", grain="year"),
    "revenue.by_month": Asked("revenue.invoiced", grain="month"),
    "revenue.by_region": Asked("revenue.invoiced", by="region"),
    "revenue.by_segment": Asked("revenue.invoiced", by="order_segment"),
    "revenue.by_industry": Asked("revenue.invoiced", by="industry"),
    "revenue.by_product": Asked("revenue.invoiced_by_line", by="product"),
    "orders.count": Asked("average_purchase_value", part="orders"),
    "customers.count": Asked("active_customers"),
    "apv": Asked("average_purchase_value"),
    "apv.by_year": Asked("average_purchase_value", grain="year"),
    "purchase_frequency": Asked("purchase_frequency"),
    "customer_value": Asked("revenue_per_customer.invoiced"),
    "repeat_rate": Asked("repeat_purchase_rate"),
    "net_new_revenue.by_year": Asked("net_new_revenue.invoiced", grain="year"),
}
EXPECTED = expected_values("aws-saas-sales")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("aws-saas-sales", "SaaS-Sales.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_the_best_customers_are_the_best(engine: Engine) -> None:
    cells = Asked("revenue.invoiced", by="account").answer(engine).cells
    best = sorted(cells, key=lambda cell: cell.value or 0, reverse=True)[:5]
    assert {cell.split["account"]: cell.value for cell in best} == EXPECTED["revenue_per_customer.top5"]
