"""The made-up company in a home folder: its base of facts, and its deals as records.

The base is made straight from the drawn rows, as if it had been published. Of the records, the database holds the deals
and all that they link to, and one change row with the id of the base's last change: whoever follows starts there.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from django.db import connection as records
from django.db import models, transaction

from benchmarks.outcome import Detail, Line, Outcome
from benchmarks.place import TODAY, Place
from benchmarks.timing import seconds
from cadran.crm import bulk
from cadran.crm.records import KINDS, fields_of
from cadran.demo.sizes import SIZES
from cadran.demo.straight import follow_from, place_facts
from cadran.facts import mirror, raw
from cadran.facts.publish import describe, newest_base

KINDS_OF_A_DEAL = ("team", "member", "pipeline", "stage", "campaign", "account", "deal")
MEMORY = "6GB"
COUNTED = {
    "deals": "raw.deal",
    "states of deals": "main.deal_version",
    "activities": "raw.activity",
    "leads": "raw.lead",
    "orders": 'raw."order"',
    "tickets": "raw.ticket",
    "answers": "raw.answer",
    "changes": "raw.change",
}


def run(place: Place) -> Outcome:
    """Build what is missing; reports how long that took."""
    taken = seconds(lambda: built(place))
    with duckdb.connect(str(place.facts), read_only=True) as connection:
        counts = [
            [name, f"{connection.execute(f'select count(*) from {table}').fetchall()[0][0]:,}"]
            for name, table in COUNTED.items()
        ]
    return Outcome(
        "company",
        "The company",
        ["Drawn into raw tables and facts once, and kept until the code that makes facts changes."],
        [Line("made-up company made ready", taken, "s")],
        [Detail("Records", ["records", "count"], counts)],
    )


def built(place: Place) -> Path:
    """The base of facts of the company and its records, made when there are none that this code can read.

    Whatever a benchmark that was stopped left behind is put right.
    """
    facts, made = place.home / "facts", place.home / "base"
    for path in facts.glob("*.duckdb"):
        if not made.exists() or path.name != made.read_text(encoding="utf-8"):
            path.unlink()  # published from records that are not the whole company
    base = newest_base(place.home)
    if base is None:
        shutil.rmtree(facts, ignore_errors=True)
        base = _build(place)
        made.write_text(base.name, encoding="utf-8")
    put_back(base)
    if mirror.last_change() != change_id(base):
        records.disable_constraint_checking()  # emptying would look up every link of a million rows
        with transaction.atomic():
            _empty()
            _fill_records(base)
        records.enable_constraint_checking()
    return base


def change_id(base: Path) -> int:
    """The last change that a base holds."""
    return int(base.name.partition("-")[0])


def _empty() -> None:
    with records.cursor() as cursor:
        for kind in ("change", *reversed(KINDS_OF_A_DEAL)):
            cursor.execute(f"DELETE FROM {bulk.quoted(kind)}")


def put_back(base: Path) -> None:
    """Undo what a benchmark did to the amounts of deals since the base was made."""
    last = change_id(base)
    later = f"FROM change c WHERE c.record = 'deal' AND c.record_id = deal.id AND c.field = 'amount' AND c.id > {last}"
    with transaction.atomic(), records.cursor() as cursor:
        cursor.execute(
            f"UPDATE deal SET amount = (SELECT CAST(c.from_value AS real) {later} ORDER BY c.id LIMIT 1) "
            f"WHERE id IN (SELECT record_id FROM change WHERE record = 'deal' AND id > {last})"
        )
        cursor.execute(f"DELETE FROM change WHERE id > {last}")


def _build(place: Place) -> Path:
    base = place_facts(place.home, SIZES[place.size], today=TODAY, memory_limit=MEMORY)
    return place.home / "facts" / f"{base.name}.duckdb"


def _fill_records(base: Path) -> None:
    with duckdb.connect(str(base), read_only=True) as source:
        for kind in KINDS_OF_A_DEAL:
            _copy(source, kind)
    follow_from(describe(base))


def _copy(source: duckdb.DuckDBPyConnection, kind: str) -> None:
    """The raw rows of a kind as records; what raw rows lack takes its default."""
    stored = {field.column: field.type for field in fields_of(kind).values() if field.column}
    columns: list[Any] = list(KINDS[kind]._meta.concrete_fields)
    there = [field for field in columns if field.column in raw.columns(kind)]
    own: dict[str | None, Any] = {
        name: bulk.storing(stored[name]) for name in (f.column for f in there) if name in stored
    }
    defaults = [_default(field) for field in columns if field not in there]
    names = [field.column for field in there] + [field.column for field in columns if field not in there]
    listed = ", ".join(f'"{field.column}"' for field in there)
    order = "id" if kind not in ("team", "account") else "parent_id is not null, id"
    source.execute(f'SELECT {listed} FROM raw."{kind}" ORDER BY {order}')
    bulk.insert(kind, names, (_stored(row, there, own, defaults) for row in _rows(source)))


def _rows(source: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while chunk := source.fetchmany(20_000):
        yield from chunk


def _stored(
    row: tuple[Any, ...], there: list[models.Field[Any, Any]], own: dict[str | None, Any], rest: list[Any]
) -> list[Any]:
    values: list[Any] = []
    for field, value in zip(there, row, strict=True):
        if isinstance(value, datetime):
            values.append(str(value))
        elif value is None or field.column == "custom":
            values.append("{}" if field.column == "custom" and value is None else value)
        else:
            values.append(own.get(field.column, _same)(value))
    return values + rest


def _same(value: Any) -> Any:
    return value


def _default(field: models.Field[Any, Any]) -> Any:
    if field.name in ("updated_at", "created_at", "date_joined"):
        return str(datetime(2026, 6, 30))  # noqa: DTZ001 (as SQLite keeps moments: UTC, unsaid)
    value = field.get_default()
    return json.dumps(value) if isinstance(value, dict | list) else value
