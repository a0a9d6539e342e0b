"""Variants side by side: their values on the same data, and the rows that make the difference."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cadran.metrics import Catalogue, Question, ask, shipped_catalogue
from cadran.metrics.compare import beside
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tests.conftest import Ask
from cadran.metrics.tests.invented import FIRST, TODAY, empty, fill


def test_the_open_deals_are_what_makes_the_difference_between_two_win_rates(asked: Ask) -> None:
    both = beside(asked("win_rate"), asked("win_rate.all"))
    told = {one.table: one for one in both.differences}
    assert (told["deal"].shared, told["deal"].more, told["deal"].fewer) == (5, 0, 0)
    assert (told["deal_version"].shared, told["deal_version"].more) == (0, 1)
    assert [record["deal_id"] for record in both.rows("deal_version", "more").records()] == [5]
    assert not both.same_rows


def test_two_ways_to_weigh_the_same_deals_read_the_same_rows(asked: Ask) -> None:
    both = beside(asked("win_rate"), asked("win_rate.by_value"))
    assert both.same_rows
    assert both.variant.total.value != both.metric.total.value


def test_what_the_metric_alone_reads_is_opened_too(asked: Ask) -> None:
    both = beside(asked("sales_cycle"), asked("sales_cycle.lost"))
    assert {record["id"] for record in both.rows("deal", "fewer").records()} == {1, 2, 3}
    assert {record["id"] for record in both.rows("deal", "more").records()} == {4, 6}


VARIANTS = [metric.key for metric in shipped_catalogue() if metric.variant_of and not metric.needs_cohort]


@pytest.fixture(scope="module")
def full() -> Iterator[DuckDB]:
    """Invented rows in every table."""
    engine = empty()
    fill(engine, engine.tables.by_name, seed=5)
    yield engine
    engine.connection.close()


@pytest.mark.parametrize("key", VARIANTS)
def test_every_variant_can_be_set_beside_its_metric(key: str, full: DuckDB, catalogue: Catalogue) -> None:
    metric, variant = (
        ask(full, catalogue, Question(one, start=FIRST, end=TODAY), today=TODAY)
        for one in (catalogue[key].variant_of, key)
    )
    both = beside(metric, variant)
    for one in both.differences:
        assert both.rows(one.table, "more").count == one.more
        assert both.rows(one.table, "fewer").count == one.fewer
