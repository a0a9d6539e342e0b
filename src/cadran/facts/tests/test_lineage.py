"""What a column of the facts betrays of the records: told by plans, and held against what really changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from cadran.facts import mirror, transform
from cadran.facts.lineage import betrays
from cadran.facts.tests.world import World
from cadran.metrics.tables import contract

AMOUNT = frozenset({("deal", "amount")})
PUT: dict[tuple[str, str], str] = {
    ("deal", "amount"): "coalesce(amount, 0) * 3 + 17",
    ("deal", "expected_close_on"): "coalesce(expected_close_on, date '2026-03-01') + 45",
    ("deal", "channel"): "'another'",
    ("deal", "lost_reason"): "'another'",
    ("deal", "next_step_on"): "coalesce(next_step_on, date '2026-03-01') + 45",
    ("deal", "forecast_category"): "'omitted'",
    ("lead", "company"): "'another'",
    ("lead", "email"): "'someone@another.example'",
    ("account", "domain"): "'another.example'",
    ("account", "employees"): "coalesce(employees, 0) * 40 + 7",
    ("account", "industry"): "'another'",
    ("order", "amount"): "coalesce(amount, 0) * 3 + 17",
    ("activity", "outcome"): "'connected'",
    ("ticket", "category"): "'another'",
    ("ticket", "resolved_at"): "opened_at + interval 9 day",
    ("subscription", "monthly_amount"): "coalesce(monthly_amount, 0) * 3 + 17",
    ("answer", "score"): "1 - coalesce(score, 0)",
}
"""Fields that are hidden, and what is put in their place."""


def test_what_an_amount_is_worked_into_betrays_it_and_what_is_beside_it_does_not() -> None:
    told = {name for name in contract()["deal"].columns if betrays("deal", name, AMOUNT)}
    assert told == {"amount", "amount_original", "deal_size", "weighted_amount"}
    assert betrays("deal_line", "amount", frozenset({("deal_line", "unit_price")}))


def test_what_other_tables_make_of_it_betrays_it_too() -> None:
    assert betrays("deal_version", "amount", AMOUNT)
    assert betrays("deal_outlook", "weighted_amount", AMOUNT)
    assert not betrays("ticket", "category", AMOUNT)


def test_values_of_the_change_log_betray_whatever_is_hidden() -> None:
    phone = frozenset({("contact", "phone")})
    assert betrays("change", "to_value", phone)
    assert betrays("change", "from_value", phone)
    assert not betrays("change", "owner", phone)
    assert not any(betrays("deal", name, phone) for name in contract()["deal"].columns)


def test_a_custom_dimension_betrays_its_own_field_alone() -> None:
    assert betrays("deal", "flavour", frozenset({("deal", "custom.flavour")}))
    assert not betrays("deal", "flavour", frozenset({("deal", "custom.margin")}))
    assert not betrays("deal", "amount", frozenset({("deal", "custom.flavour")}))


def built(put: tuple[str, str] | None) -> duckdb.DuckDBPyConnection:
    """The facts of the records, with another value in a field of all of them, in their past too."""
    connection = duckdb.connect(":memory:")
    mirror.create_raw(connection)
    with mirror.reading():
        mirror.copy_all(connection)
    if put is not None:
        kind, field = put
        columns = {name for name, *_ in connection.execute(f'describe raw."{kind}"').fetchall()}
        column = field if field in columns else f"{field}_id"
        connection.execute(f'update raw."{kind}" set "{column}" = {PUT[put]}')
        blank = "update raw.change set from_value = null, to_value = null"
        connection.execute(f"{blank} where record = '{kind}' and field = '{field}'")
    transform.build(connection)
    return connection


def values(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, list[Any]]:
    """Each column of a table, by its key."""
    known = contract()[table]
    key = ", ".join(f'"{name}"' for name in known.key)
    return {
        name: connection.execute(f'select {key}, cast("{name}" as varchar) from main."{table}" order by all').fetchall()
        for name in known.columns
    }


def differing(before: duckdb.DuckDBPyConnection, after: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    for table in transform.ORDER:
        former, present = values(before, table), values(after, table)
        yield from ((table, name) for name in former if former[name] != present[name])


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_differs_when_a_field_does_is_said_to_betray_it() -> None:
    world = World(11)
    for _ in range(60):
        world.step()
    before, seen = built(None), 0
    for field in PUT:
        found = set(differing(before, built(field)))
        seen += bool(found)
        assert {(table, name) for table, name in found if not betrays(table, name, frozenset({field}))} == set(), field
    assert seen >= len(PUT) - 3
