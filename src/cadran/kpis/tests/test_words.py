"""Every shipped KPI says in both languages what it is and what it is not, and works an example."""

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest

from cadran.kpis.columns import column_names
from cadran.kpis.formula import worked
from cadran.metrics.catalogue import shipped_catalogue
from cadran.metrics.metric import Metric

CATALOGUE = shipped_catalogue()
PLAIN_SPACE = re.compile(r" [:;?!»]")


def _french(metric: Metric) -> Iterator[str]:
    for word in (metric.title, metric.definition, metric.is_not, metric.source):
        yield from [word["fr"]] if word else []


@pytest.mark.parametrize("metric", CATALOGUE.metrics, ids=lambda metric: metric.key)
def test_a_kpi_says_what_it_is_not_in_each_language_in_its_own_words(metric: Metric) -> None:
    assert set(metric.is_not) == {"en", "fr"}
    for word in (metric.definition, metric.is_not):
        assert word["en"] != word["fr"]
    assert metric.is_not["en"] not in metric.definition["en"]


@pytest.mark.parametrize("metric", CATALOGUE.metrics, ids=lambda metric: metric.key)
def test_the_worked_example_of_a_kpi_has_a_value(metric: Metric) -> None:
    value = worked(metric)
    assert value is not None, "give example a number for each part"
    assert value > 0
    if metric.interval == "wilson":
        assert value <= 1


def test_worked_examples_come_to_what_the_trade_expects() -> None:
    expected = {
        "average_purchase_value": 100,  # 10 000 / 100
        "net_new_revenue": 60_000,  # 100 000 of growth, 40 000 of them at existing customers
        "customer_lifetime_value": 900,  # 100 × 3 a year × 3 years
        "sales_velocity": 4_000,  # 50 deals × 40 % × 12 000 / 60 days
        "nps": 30,
        "ces": Decimal("6.67"),  # 7, 7 and 6
        "lead_response_time": Decimal("1.5"),
    }
    found = {key: worked(CATALOGUE[key]) for key in expected}
    assert {key: round(value or Decimal(0), 2) for key, value in found.items()} == expected


def test_only_terms_of_the_trade_are_titled_alike_in_both_languages() -> None:
    assert {metric.key for metric in CATALOGUE.metrics if metric.title["en"] == metric.title["fr"]} <= {"nps"}


def test_every_column_that_pages_show_or_split_by_has_a_name() -> None:
    shown = {name for table in CATALOGUE.tables.by_name.values() for name in table.shown}
    dimensions = {
        name for metric in CATALOGUE for path in metric.dimensions(CATALOGUE.tables) for name in path.split(".")
    }
    assert (shown | dimensions) - set(column_names()) == set()


def test_definitions_in_french_have_no_plain_space_before_high_punctuation() -> None:
    found = {metric.key: text for metric in CATALOGUE for text in _french(metric) if PLAIN_SPACE.search(text)}
    assert found == {}, "write a non-breaking space (U+202F, before a colon U+00A0)"
