"""Dimensions of few values, stored as places in a sorted list (ENUM): read, grouped and compared at half the cost.

Each dimension has one list for all fact tables, so that its values compare with one another wherever they stand. The
lists are sorted by code point, as texts are: in order of place is in order of text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from duckdb import DuckDBPyConnection

from cadran.metrics.tables import Table, Tables

MOST = 1_000  # values of a dimension; owners and campaigns mostly stay below, accounts do not
FEWEST = 10_000  # rows of a table; below, there is nothing to gain
PREFIX = "words_of_"


def encode(connection: DuckDBPyConnection, tables: Tables) -> None:
    """Store the dimensions of few values in the tables of ``main`` as places in the list of their values."""
    found: dict[str, list[Table]] = {}
    for table in tables.by_name.values():
        for dimension in _of_few_values(connection, table):
            found.setdefault(dimension, []).append(table)
    for dimension, users in found.items():
        connection.begin()  # each statement by itself would wait for the disk
        each = " union ".join(f'select "{dimension}" as word from main."{table.name}"' for table in users)
        connection.execute(
            f'create type main."{PREFIX}{dimension}" as enum '
            f"(select word from ({each}) as words where word is not null order by word)"
        )
        for table in users:
            connection.execute(f'alter table main."{table.name}" alter "{dimension}" type "{PREFIX}{dimension}"')
        connection.commit()


def _of_few_values(connection: DuckDBPyConnection, table: Table) -> Iterator[str]:
    names = table.dimensions
    if not names:
        return
    listed = ", ".join(f'approx_count_distinct("{name}")' for name in names)
    from_rows = f'from main."{table.name}" having count(*) >= {FEWEST}'
    counts = connection.execute(f"select {listed} {from_rows}").fetchone() or [0] * len(names)
    yield from (name for name, count in zip(names, counts, strict=True) if 0 < count <= MOST)


def encoded(connection: DuckDBPyConnection, database: str) -> dict[str, tuple[str, ...]]:
    """The dimensions so stored, by fact table of this database."""
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = $1 and schema_name = 'main' "
        "and data_type like 'ENUM%' order by table_name, column_index",
        [database],
    )
    found: dict[str, tuple[str, ...]] = {}
    for table, column in rows.fetchall():
        found[table] = (*found.get(table, ()), column)
    return found


def known(connection: DuckDBPyConnection, database: str) -> dict[str, frozenset[str]]:
    """The texts in each list of this database, by dimension."""
    rows = connection.execute(
        "select type_name, labels from duckdb_types() "
        "where database_name = $1 and schema_name = 'main' and starts_with(type_name, $2)",
        [database, PREFIX],
    )
    return {name.removeprefix(PREFIX): frozenset(labels) for name, labels in rows.fetchall()}


def as_words(dimensions: Iterable[str], database: str) -> str:
    """What follows the star of a SELECT to have texts as places in the lists of the database."""
    return _replace(f'cast("{name}" as {_list(name, database)}) as "{name}"' for name in dimensions)


def as_texts(dimensions: Iterable[str]) -> str:
    """What follows the star of a SELECT to have places in a list as texts."""
    return _replace(f'cast("{name}" as varchar) as "{name}"' for name in dimensions)


def _list(dimension: str, database: str) -> str:
    return f'{database}.main."{PREFIX}{dimension}"'


def _replace(casts: Iterable[str]) -> str:
    listed = ", ".join(casts)
    return f"replace ({listed})" if listed else ""
