"""Records → raw tables, column by column, from SQLite or PostgreSQL, in one consistent reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection as records
from django.db import transaction
from duckdb import DuckDBPyConnection

from cadran.facts.raw import columns, create_raw, kinds

__all__ = ["copy_all", "create_raw", "last_change", "reading", "rows", "rows_of_ids"]

BATCH = 10_000  # rows handed over at a time
IDS = 5_000  # ids named in one SELECT

Row = Sequence[Any]


@contextmanager
def reading() -> Iterator[None]:
    """Read the records as of one moment, keeping no writer waiting; within a transaction, as that one sees them."""
    records.ensure_connection()
    if records.in_atomic_block:
        yield
    elif records.vendor == "postgresql":
        with transaction.atomic(), records.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        records.connection.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            records.connection.execute("ROLLBACK")


def last_change() -> int:
    """The id of the last change row, 0 before the first: the cursor of what follows the records."""
    with records.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM change")
        return int(cursor.fetchone()[0] or 0)


def copy_all(connection: DuckDBPyConnection) -> None:
    """Fill the empty tables ``raw.*`` of ``connection`` with all records. Call it within :func:`reading`."""
    for kind in kinds():
        append(connection, f'raw."{kind}"', rows(kind))


def append(connection: DuckDBPyConnection, table: str, batches: Iterable[Sequence[Row]]) -> int:
    """Append batches of rows to a table; returns how many rows they were."""
    count = 0
    with connection.appender(table) as appender:
        for batch in batches:
            appender.append_rows(batch)
            count += len(batch)
    return count


def rows(kind: str, where: str = "") -> Iterator[list[Row]]:
    """The records of a kind in order of id, in batches, their values in the order of the raw table's columns."""
    listed = ", ".join(_selected(name, type_) for name, type_ in columns(kind).items())
    sql = f'SELECT {listed} FROM "{kind}" {where} ORDER BY id'
    yield from _postgres(sql) if records.vendor == "postgresql" else _sqlite(sql)


def rows_of_ids(kind: str, ids: Iterable[int]) -> Iterator[list[Row]]:
    """The records of a kind that have these ids; those that exist no more are passed over."""
    listed = sorted(ids)
    for start in range(0, len(listed), IDS):
        named = ",".join(str(int(one)) for one in listed[start : start + IDS])
        yield from rows(kind, f"WHERE id IN ({named})")


def _selected(name: str, type_: str) -> str:
    if records.vendor == "postgresql":
        if type_ == "TIMESTAMP":
            return f"\"{name}\" AT TIME ZONE 'UTC'"
        return "nullif(custom::text, '{}')" if name == "custom" else f'"{name}"'
    # An expression has no declared type: the value comes as it is stored, without Python making an object of it.
    return "nullif(custom, '{}')" if name == "custom" else f'+"{name}"'


def _sqlite(sql: str) -> Iterator[list[Row]]:
    cursor = records.connection.cursor()
    try:
        cursor.execute(sql)
        while batch := cursor.fetchmany(BATCH):
            yield batch
    finally:
        cursor.close()


def _postgres(sql: str) -> Iterator[list[Row]]:
    with records.cursor() as cursor, cursor.copy(f"COPY ({sql}) TO STDOUT") as copy:
        batch: list[Row] = []
        for row in copy.rows():
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch
