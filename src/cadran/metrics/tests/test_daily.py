"""A stock summed day by day: rates per member and week that hold for weeks cut short and members who come and go."""

# mypy: disable-error-code="comparison-overlap, arg-type"
from __future__ import annotations

from datetime import date

import pytest

from cadran.metrics import Catalogue, DefinitionError, Question, Result, ask
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tests.conftest import TODAY

DEAL_DAYS = """
[deal_days]
title = { en = "Deal-days", fr = "Jours-affaires" }
definition = { en = "Open deals at the end of each day, added up.", fr = "Affaires ouvertes chaque soir, en somme." }
unit = "count"
good = "context"
formula = "daily(open)"
open = "count(*) from deal_version where outcome = 'open' during from_on, to_on"
"""
CATALOGUE = Catalogue.from_text(DEAL_DAYS)


def deal_days(deals: DuckDB, **question: object) -> Result:
    return ask(deals, CATALOGUE, Question("deal_days", **question), today=TODAY)


def test_a_stock_is_summed_over_the_days_up_to_today(deals: DuckDB) -> None:
    # January: Mill 8 evenings, Pump 27, Crane 12, Valve 11. February: Pump 9, Crane 19, Valve 24, Press 28, Lathe 14.
    # March up to the 20th, which is today: Press 20, Lathe 4.
    months = deal_days(deals, grain="month", start=date(2026, 1, 1), end=date(2026, 4, 1))
    assert [cell.value for cell in months.cells] == [58, 94, 24]
    assert months.total.value == 58 + 94 + 24


def test_days_of_splits_add_up(deals: DuckDB) -> None:
    owners = deal_days(deals, by=("owner",), start=date(2026, 1, 1), end=date(2026, 2, 1))
    assert {cell.split["owner"]: cell.value for cell in owners.cells} == {"Alice": 35, "Bob": 23}


def test_its_rows_are_those_that_stood_on_a_day_at_least(deals: DuckDB) -> None:
    result = deal_days(deals, start=date(2026, 1, 9), end=date(2026, 1, 21))
    assert [(row["deal_id"], row["sequence"]) for row in result.rows().records()] == [(1, 1), (2, 1), (3, 1)]
    assert result.total.value == 1 + 12 + 1


def test_days_to_come_are_not_counted(deals: DuckDB) -> None:
    assert deal_days(deals, start=date(2026, 5, 1), end=date(2026, 6, 1)).total.value == 0


def test_only_a_stock_that_adds_up_is_summed_by_day() -> None:
    with pytest.raises(DefinitionError, match=r"daily\(open\) needs a stock that adds up"):
        Catalogue.from_text(DEAL_DAYS.replace("count(*)", "count(distinct owner)"))
