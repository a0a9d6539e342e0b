"""AWS's software marketplace: 9,994 order lines of 99 customers."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import EQUAL, Asked, differences, expected_values
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
    "cross_sell_rate.customers": Asked("cross_sell_rate.several_products"),
    "cross_sell_rate.orders": Asked("cross_sell_rate.several_products_in_order"),
    "cross_sell.mean_products_per_customer": Asked("cross_sell_rate.products_per_customer"),
}
ASKED_APART = {"revenue_per_customer.top5", "retention.year_over_year", "retention.month_over_month_mean"}
LEFT_OUT = {
    "rows.lines": "counts the lines of a file, which the report of the import tells",
    "upsell_rate.marketing_suite_to_gold": "follows one product to one other; the products have no price",
    "discount.mean_weighted": "a mean discount is no KPI of the inventory",
    "profit.total": "an order line has no profit: costs are recorded as spending",
    "data_quality.orders_with_several_customers": "counts contradictions inside a file, before it is imported",
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


def test_customers_come_back_year_after_year_and_month_after_month(engine: Engine) -> None:
    first, end = date(2020, 1, 1), date(2024, 1, 1)
    years = Asked("retention_rate.purchases", grain="year", start=first, end=end).answer(engine).cells
    found_years = {
        f"{before.period.label}->{cell.period.label}": cell.value for before, cell in itertools.pairwise(years)
    }
    assert found_years == EXPECTED["retention.year_over_year"]
    months = Asked("retention_rate.purchases", grain="month", start=first, end=end).answer(engine).cells
    found = [cell.value for cell in months if cell.value is not None]
    assert abs(sum(found) / len(found) - EXPECTED["retention.month_over_month_mean"]) <= EQUAL


def test_no_expected_value_is_forgotten() -> None:
    if not EXPECTED:
        pytest.skip("the reference data set aws-saas-sales is not here: its list of values was not checked")
    assert set(ASKED) | ASKED_APART | set(LEFT_OUT) == set(EXPECTED)
