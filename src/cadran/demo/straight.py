"""The made-up company straight into a file of facts, for benchmarks: no records database in between."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import duckdb
from duckdb import DuckDBPyConnection

from cadran.demo.generate import KINDS, generate
from cadran.demo.rows import HISTORIES, record_sql
from cadran.demo.sizes import Size
from cadran.facts.raw import COLUMNS, columns, create_raw
from cadran.facts.transform import build as build_tables

MEMORY_LIMIT = "12GB"
EVENTS = {
    "activity", "answer", "deal_line", "exchange_rate", "order_line", "page_event", "payment", "session", "spend",
    "usage", "visit",
}  # fmt: skip
"""Kinds whose creations have no change row here: half of all rows, read only by answers as of a past day."""
CREATION = "id AS record_id, '' AS field, NULL AS from_value, NULL AS to_value, created_at AS \"at\""


def build_facts(
    path: Path,
    size: Size,
    *,
    seed: int = 1,
    today: date,
    memory_limit: str = MEMORY_LIMIT,
    progress: Callable[[str], None] = lambda _: None,
) -> Path:
    """Make a DuckDB file with the raw tables and the fact tables of the made-up company, and return its path.

    These facts are for measuring: the creations of events are left out of their changes (see `EVENTS`). The drawn rows
    wait in a scratch file beside it, deleted at the end. Django must be set up, since raw tables follow the models.

    Raises FileExistsError when there is a file at `path`.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists. Give another path, or remove it first.")
    scratch = Path(mkdtemp(prefix="making-", dir=path.parent))
    try:
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"SET memory_limit = '{memory_limit}'; SET temp_directory = '{scratch}/spill'")
            connection.execute("SET TimeZone = 'UTC'")
            facts = str(connection.execute("SELECT current_catalog()").fetchall()[0][0])
            connection.execute(f"ATTACH '{scratch}/drawn.duckdb' AS drawn; USE drawn")
            generate(connection, size, seed=seed, today=today, progress=progress)
            connection.execute(f'USE "{facts}"')
            create_raw(connection)
            connection.execute("USE drawn")
            _fill(connection, facts, progress)
            connection.execute(f'USE "{facts}"; DETACH drawn')
            progress("facts")
            build_tables(connection)
            connection.execute("CHECKPOINT")
    finally:
        shutil.rmtree(scratch)
    return path


def _fill(connection: DuckDBPyConnection, facts: str, progress: Callable[[str], None]) -> None:
    for kind in KINDS:
        if kind in COLUMNS:
            progress(kind)
            listed = ", ".join(f'"{name}"' for name in columns(kind))
            connection.execute(
                f'INSERT INTO "{facts}".raw."{kind}" BY NAME SELECT {listed} FROM ({record_sql(connection, kind)})'
            )
    progress("change")
    for kind in (kind for kind in KINDS if kind in COLUMNS and kind not in EVENTS):
        _change(connection, facts, kind, f'SELECT {CREATION} FROM "{facts}".raw."{kind}"')
    for kind in filter(COLUMNS.__contains__, HISTORIES):
        _change(connection, facts, kind, f"SELECT * FROM work.{kind}_change")


def _change(connection: DuckDBPyConnection, facts: str, kind: str, rows: str) -> None:
    connection.execute(
        f'INSERT INTO "{facts}".raw.change BY NAME '
        f'SELECT (SELECT coalesce(max(id), 0) FROM "{facts}".raw.change) + row_number() OVER () AS id, '
        f"'{kind}' AS record, record_id, field, from_value, to_value, \"at\", \"at\" AS known_at, 'import' AS origin, "
        "NULL AS member_id "
        f"FROM ({rows})"
    )
