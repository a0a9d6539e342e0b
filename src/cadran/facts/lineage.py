"""Which fields of records each column of the fact tables is worked out from: what a column would betray of them.

The plans that DuckDB makes of the tables' SQL say it, column by column, so that it holds for whatever that SQL becomes.
What decides whether there is a row at all (a filter, a join) counts for each of its columns. Where a plan says too
little, it counts as too much: a column that reads values of the change log is worked out from every field that the
SQL of its table names, or from all of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from functools import cache, lru_cache
from threading import RLock

import duckdb

from cadran.crm.fields import PREFIX
from cadran.crm.records import KINDS, fields_of
from cadran.facts import raw, transform
from cadran.facts.reading import heeds, reads, scans
from cadran.metrics.tables import contract

type Field = tuple[str, str]
"""A kind of record and one of its fields; (kind, "custom.key") is one of the organisation's own."""

_NAMED = re.compile(r"'([a-z_]+)'")
_VALUES = frozenset({"from_value", "to_value"})
_PRUNING = frozenset({"unused_columns", "cte_inlining"})
_lock = RLock()


@lru_cache(maxsize=50_000)
def betrays(table: str, column: str, hidden: frozenset[Field]) -> bool:
    """Whether a column of a fact table, custom dimensions among them, is worked out from one of these fields."""
    known = contract()[table]
    if column not in known.key and any(betrays(table, key, hidden) for key in known.key):
        return True
    if column not in known.columns:
        return (known.record, PREFIX + column) in hidden
    return any(_meets(table, read, named, hidden) for read, named in _columns_behind(table, column, hidden))


def _columns_behind(table: str, column: str, hidden: frozenset[Field]) -> Iterator[tuple[str, Set[str]]]:
    """What a column reads, by ``raw.<kind>`` and ``main.<table>``; nothing where its whole table reads nothing so."""
    if any(_meets(table, read, named, hidden) for read, named in reads(table).items()):
        yield from _behind(table, column).items()


def _meets(table: str, read: str, named: Set[str], hidden: frozenset[Field]) -> bool:
    schema, _, source = read.partition(".")
    if schema == "main":
        known = contract()[source].columns
        return any(betrays(source, column, hidden) for column in named if column in known)
    if source == "change":
        return bool(named & _VALUES) and bool(_told_by_changes(table, hidden))
    fields = {described.column: name for name, described in fields_of(source).items() if described.column}
    return any((source, fields.get(column, column)) in hidden for column in named) or (
        "custom" in named and any(kind == source and name.startswith(PREFIX) for kind, name in hidden)
    )


def _told_by_changes(table: str, hidden: frozenset[Field]) -> frozenset[Field]:
    """Those of the fields whose past values the SQL of a table may read out of the change log."""
    kinds, named = heeds(table), set(_NAMED.findall(transform.text(table)))
    if kinds is None:
        return hidden
    of_kinds = frozenset(field for field in hidden if field[0] in kinds)
    fields = {name for kind in kinds if kind in KINDS for name in fields_of(kind)}
    return frozenset(field for field in of_kinds if field[1] in named) if named & fields else of_kinds


@cache
def _behind(table: str, column: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    with _lock:
        sql = f'explain (format json) select "{column}" from ({transform.rows_of(contract()[table])}) as fact'
        plan = _planner().execute(sql).fetchone()
    for read, named in scans(json.loads(plan[1] if plan else "[]")):
        found.setdefault(read, set()).update(named)
    return {read: frozenset(named) for read, named in found.items()}


@cache
def _planner() -> duckdb.DuckDBPyConnection:
    """Empty tables, and no optimizer but those that leave out what a column does not need."""
    connection = duckdb.connect(":memory:")
    raw.create_raw(connection)
    connection.execute("insert into raw.organisation (id, currency, time_zone) values (1, 'EUR', 'UTC')")
    transform.prepare(connection)
    for name in transform.ORDER:
        transform.create(connection, contract()[name], f'main."{name}"')
    every = [row[0] for row in connection.execute("select name from duckdb_optimizers()").fetchall()]
    connection.execute(f"set disabled_optimizers = '{','.join(sorted(set(every) - _PRUNING))}'")
    return connection
