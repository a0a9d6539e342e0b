"""Small invented facts for property tests: every column of every table, blanks and ties included, keys unique."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tables import Table

FIRST = date(2023, 1, 1)
DAYS = 420
TODAY = date(2024, 2, 10)
OUTCOMES = ("won", "lost", "open")
SPOKEN = {
    "outcome": OUTCOMES,
    "deal_outcome": OUTCOMES,
    "basis": ("contract", "purchases", "any"),
    "move": ("new", "expansion", "contraction", "churn"),
    "purpose": ("retention", "cost_of_sales", "acquisition"),
    "level": ("good", "fair", "poor"),
}  # values that the shipped definitions speak of
WORDS = ("north", "l'ouest", "é", None)


def empty() -> DuckDB:
    """An engine whose fact tables hold nothing."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    engine = DuckDB(connection, data_version="empty")
    engine.create()
    return engine


def fill(engine: DuckDB, tables: Iterable[str], seed: int, rows: int = 40) -> None:
    """Replace the rows of these tables by invented ones; the same seed gives the same rows."""
    for name in tables:
        table = engine.tables[name]
        chance = random.Random(f"{seed} {name}")
        engine.connection.execute(f'DELETE FROM "{name}"')
        listed = [[value(table, column, place, chance) for column in table.columns] for place in range(1, rows + 1)]
        tuples = ", ".join(f"({', '.join(map(literal, row))})" for row in listed)
        engine.connection.execute(f'INSERT INTO "{name}" VALUES {tuples}')


def value(table: Table, column: str, place: int, chance: random.Random) -> object:  # noqa: PLR0911
    """A value of the column's type; the first key column is the row's place, so that keys are unique."""
    if column == table.key[0]:
        return place
    if column in SPOKEN:
        return chance.choice(SPOKEN[column])
    if chance.random() < 0.08:
        return None
    match table.columns[column]:
        case "id":
            return chance.randint(1, 9)
        case "dim":
            return chance.choice(WORDS)
        case "date":
            # Half of them on few days, firsts of months among them: ties and bounds are where mistakes hide.
            step = chance.choice((1, 31))
            return FIRST + timedelta(days=chance.randrange(DAYS // step) * step)
        case "money":
            return Decimal(chance.randrange(-5_000, 500_000)) / 100
        case "decimal":
            return Decimal(chance.randrange(0, 9_000_000)) / 1_000_000
        case "integer":
            return chance.randrange(0, 30)
        case "flag":
            return chance.random() < 0.5
        case _:
            return None if table.columns[column] == "moment" else f"{column} {place}"


def literal(given: object) -> str:
    """The value as SQL."""
    match given:
        case None:
            return "NULL"
        case bool():
            return str(given)
        case str() | date():
            return "'" + str(given).replace("'", "''") + "'"
        case _:
            return str(given)
