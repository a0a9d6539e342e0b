"""The made-up company straight into facts, for benchmarks and large sizes: no records database in between."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp

import duckdb
from django.core.management.color import no_style
from django.db import connection as records
from duckdb import DuckDBPyConnection

from cadran.crm import save
from cadran.crm.models import Change, Organisation, Origin
from cadran.demo.company import company
from cadran.demo.generate import KINDS, generate
from cadran.demo.rows import HISTORIES, record_sql
from cadran.demo.sizes import Size
from cadran.facts.publish import ASIDE, Base, describe, place, sign
from cadran.facts.raw import COLUMNS, columns, create_raw
from cadran.facts.transform import build as build_tables

MEMORY_LIMIT = "6GB"
EVENTS = {
    "activity", "answer", "deal_line", "exchange_rate", "order_line", "page_event", "payment", "session", "spend",
    "ticket_message", "usage", "visit",
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

    The file is a base as a store opens it, once it stands where the store looks. The creations of events are left out
    of their changes (see `EVENTS`). The drawn rows wait in a scratch file beside it, deleted at the end. Django must be
    set up, since raw tables follow the models.

    Raises FileExistsError when there is a file at `path`.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists. Give another path, or remove it first.")
    scratch = Path(mkdtemp(prefix=f"{ASIDE}making-", dir=path.parent))
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
            tables = build_tables(connection)
            ((last,),) = connection.execute("SELECT max(id) FROM raw.change").fetchall()
            sign(connection, tables, last)
            connection.execute("CHECKPOINT")
    finally:
        shutil.rmtree(scratch)
    return path


def place_facts(
    home: Path,
    size: Size,
    *,
    seed: int = 1,
    today: date,
    memory_limit: str = MEMORY_LIMIT,
    progress: Callable[[str], None] = lambda _: None,
) -> Base:
    """Make the facts of the made-up company in this home, as if they had been published; former ones go."""

    def build(path: Path) -> Base:
        return describe(build_facts(path, size, seed=seed, today=today, memory_limit=memory_limit, progress=progress))

    return describe(place(home, build))


def is_of(size: Size, path: Path) -> bool:
    """Whether this base holds the made-up company of this size."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute("SELECT count(*) FROM raw.lead").fetchall() == [(size.leads,)]


def follow_from(base: Base) -> None:
    """Have the records, whose changes this base does not know, begin where it ends: with a change of the same number.

    Whoever follows the records takes the facts for up to date.
    """
    save.change(Organisation.current(), company()["organisation"], by=save.By(Origin.IMPORT))
    Change.objects.all().delete()
    now = datetime.now(UTC)
    Change.objects.create(
        id=base.change_id, record="organisation", record_id=1, field="name", at=now, known_at=now, origin="automation"
    )
    with records.cursor() as cursor:
        for sql in records.ops.sequence_reset_sql(no_style(), [Change]):
            cursor.execute(sql)


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
