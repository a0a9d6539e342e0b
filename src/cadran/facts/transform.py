"""Raw tables → fact tables: one SQL file per table under ``tables/``, run over everything or over a few keys.

The SQL reads ``raw.*`` and, for what is worked out once, other fact tables (``main.*``) and the views of
``shared.sql``. Where it says ``touched(column)`` only the touched keys are read when a few rows are refreshed, and
all of them when everything is built (``touched(column * 4 + 1)`` where keys of several kinds of records share a table).
A line that begins with ``--touched:`` is read only when a few rows are refreshed:
it restricts what they look up to what they name, where DuckDB would read the whole table. ``fresh.<table>`` is a fact
table of which the same keys were worked out just before: only its new rows are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection

from cadran.facts import words
from cadran.facts.day import define_days
from cadran.facts.hours import define_hours
from cadran.metrics.tables import ColumnType, Table, Tables, contract

HERE = Path(__file__).parent

ORDER = (
    "member", "account", "deal", "deal_line", "deal_version", "deal_stage", "deal_progress", "deal_touch",
    "deal_outlook", "order", "order_line", "payment", "first_order", "first_win", "new_customer", "attribution",
    "lead", "subscription", "renewal", "mrr_move", "customer_span", "customer_end", "spend", "allocated_spend",
    "activity", "email", "ticket", "ticket_reply", "ticket_stretch", "answer", "voice", "session", "licence",
    "record_check", "goal", "goal_day",
    "forecast", "usage", "visit", "page_event", "page_visit", "interaction", "health", "change",
)  # fmt: skip
"""The fact tables, each after those it reads."""

TYPES: Mapping[ColumnType, str] = {
    "id": "BIGINT",
    "dim": "VARCHAR",
    "text": "VARCHAR",
    "date": "DATE",
    "moment": "TIMESTAMP",
    "money": "DECIMAL(19,4)",
    "decimal": "DECIMAL(19,6)",
    "integer": "BIGINT",
    "flag": "BOOLEAN",
}

MANY = 3_000_000
"""From so many records on, days that are quicker to work out are worth their 2 s of planning: a tenth of a second is
won in a million days, of which a record has several."""

_TOUCHED = re.compile(r"touched\(([a-z_.]+)\)")
_PLACED = re.compile(r"touched\(([a-z_.]+) \* 4 \+ ([0-3])\)")
_INNER = re.compile(r"\bin \((select [^()]+ where touched\([a-z_.]+\))\)")
_FRESH = re.compile(r"\bfresh\.(\w+)")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


def build(connection: DuckDBPyConnection) -> Tables:
    """Fill ``main.<table>`` for every fact table from ``raw.*`` in this database; returns the tables found there.

    Raises ValueError when ``raw.organisation`` has no row: its currency and time zone are needed.
    """
    prepare(connection, many=_records(connection) > MANY)
    tables = extended(connection)
    for name in ORDER:
        create(connection, tables[name], f'main."{name}"')
        fill(connection, tables[name], f'main."{name}"')
    words.encode(connection, tables)
    return tables


def _records(connection: DuckDBPyConnection) -> int:
    """How many rows the raw tables hold, as DuckDB keeps count."""
    counted = "select sum(estimated_size) from duckdb_tables() where schema_name = 'raw' and not temporary"
    row = connection.execute(counted).fetchone()
    return int(row[0] or 0) if row else 0


def prepare(connection: DuckDBPyConnection, *, many: bool = False) -> None:
    """Define what the SQL of the fact tables shares: business days, durations, rates, the views of ``shared.sql``."""
    zone = connection.execute("select time_zone from raw.organisation order by id limit 1").fetchone()
    if zone is None:
        raise ValueError(
            "raw.organisation is empty. Facts need the organisation's currency and time zone: copy its row first."
        )
    define_days(connection, str(zone[0]), many=many)
    connection.execute("create schema if not exists shared")
    define_hours(connection, str(zone[0]))
    for unit, microseconds in (("days", 86_400_000_000), ("minutes", 60_000_000)):
        connection.execute(
            f"create or replace temp macro {unit}_between(a, b) as "
            f"cast(round(date_diff('microsecond', a, b) / {microseconds}.0, 6) as decimal(19, 6))"
        )
    connection.execute(  # most amounts are in the organisation's currency; multiplying costs eight times as much
        "create or replace temp macro at_rate(amount, rate) as "
        "cast(case when rate = 1 then amount else cast(amount * rate as decimal(19, 4)) end as decimal(19, 4))"
    )
    connection.execute((HERE / "shared.sql").read_text(encoding="utf-8"))


def extended(connection: DuckDBPyConnection) -> Tables:
    """The fact tables, with a dimension for each custom field of choice type on those whose rows are told apart by its
    record first: the record itself, the stretches of its life, what it was in each state.
    """
    found: dict[str, list[str]] = {}
    rows = connection.execute(
        "select record, key from raw.custom_field where type = 'choice' and archived_at is null order by record, key"
    )
    for record, key in rows.fetchall():
        for name, table in contract().by_name.items():
            if table.record == record and table.record_id == table.key[0] and _KEY.fullmatch(key):
                found.setdefault(name, []).append(key)
    return contract().with_dimensions(found)


def create(connection: DuckDBPyConnection, table: Table, name: str) -> None:
    """Create an empty table with the columns of ``table`` under ``name``."""
    listed = ", ".join(f'"{column}" {TYPES[kind]}' for column, kind in table.columns.items())
    connection.execute(f"create table {name} ({listed})")


def fill(connection: DuckDBPyConnection, table: Table, into: str, touched: str | None = None) -> None:
    """Insert the rows of ``table`` into ``into``: all of them, or those whose key is in ``touched``."""
    connection.execute(f"insert into {into} {rows_of(table, touched)}")


def rows_of(
    table: Table, touched: str | None = None, listed: Callable[[str], str] = str, fresh: Collection[str] = ORDER
) -> str:
    """The SELECT that yields the rows of ``table``, its columns in the order of the contract.

    ``touched`` is what stands after ``in``: ids separated by commas, or a SELECT of them. ``listed`` may put such
    a list in the place of a SELECT of what the touched rows name. ``fresh`` are the tables whose new rows of these keys
    were put aside.
    """
    sql = text(table.name)
    only = "true"
    if touched is not None:
        only = rf"\1 in ({touched})"
        sql = _INNER.sub(lambda inner: f"in ({listed(_TOUCHED.sub(only, inner[1]))})", sql.replace("--touched:", ""))
    sql = _PLACED.sub(lambda placed: _placed(placed[1], int(placed[2]), touched), sql)
    aside = () if touched is None else fresh
    sql = _FRESH.sub(lambda read: f"{'delta_main' if read[1] in aside else 'main'}.{read[1]}", _TOUCHED.sub(only, sql))
    own = [name for name in table.columns if name not in contract()[table.name].columns]
    columns = ", ".join(f'fact."{name}"' for name in contract()[table.name].columns)
    if not own:
        return f"select {columns} from ({sql}) as fact"
    record = f'join raw."{table.record}" as record on record.id = fact."{table.record_id}"'
    if touched is not None:
        record += f" where record.id in ({touched})"
    return f"select {columns}{_custom(own)} from ({sql}) as fact {record}"


def _placed(column: str, place: int, touched: str | None) -> str:
    """The condition that ``column * 4 + place`` is a touched key, said of the column alone: blocks can be skipped."""
    if touched is None:
        return "true"
    if touched.startswith("select"):
        return f"{column} in (select (key - {place}) // 4 from ({touched}) as keys(key) where key % 4 = {place})"
    keys = [int(key) for key in touched.split(", ")] if touched != "null" else []
    return f"{column} in ({', '.join(str(key // 4) for key in keys if key % 4 == place) or 'null'})"


def _custom(keys: Iterable[str]) -> str:
    return "".join(f", nullif(json_extract_string(record.custom, '$.{key}'), '')" for key in keys)


@cache
def text(name: str) -> str:
    """The SQL of a fact table as it is written."""
    return (HERE / "tables" / f"{name}.sql").read_text(encoding="utf-8")
