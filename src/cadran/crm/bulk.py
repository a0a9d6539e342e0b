"""Many rows at once, in each database's own fastest way: prepared statements in SQLite, COPY in PostgreSQL.

Values go in as the database keeps them (*stored*), which is also what a plain SELECT gives back: rows can be compared
without making Python objects of them.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db import connection

from cadran.crm.by import By
from cadran.crm.records import FieldType
from cadran.crm.values import json_text

CHUNK = 5_000
Row = Sequence[Any]
Happened = tuple[int, str, str | None, str | None, Any, Any]
"""Of a change: the record's id, field, from, to; then the moments when it happened and was known, as stored."""

_NUMBERS = (FieldType.MONEY, FieldType.NUMBER, FieldType.SHARE)
# SQLite keeps numbers of up to 15 digits exactly as floating point, and moments and days as text.
_TO_SQLITE: dict[FieldType, Callable[[Any], Any]] = {
    **dict.fromkeys(_NUMBERS, float),
    FieldType.MOMENT: lambda moment: str(moment.replace(tzinfo=None)),  # clean moments are UTC
    FieldType.DAY: date.isoformat,
    FieldType.TIME: str,
    FieldType.JSON: json_text,
}
_FROM_SQLITE: dict[FieldType, Callable[[Any], Any]] = {
    **dict.fromkeys(_NUMBERS, lambda number: Decimal(repr(number))),
    FieldType.MOMENT: lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC),
    FieldType.DAY: date.fromisoformat,
    FieldType.TIME: time.fromisoformat,
    FieldType.FLAG: bool,
    FieldType.JSON: json.loads,
}
_TO_POSTGRES: dict[FieldType, Callable[[Any], Any]] = {FieldType.JSON: json_text}
_FROM_POSTGRES: dict[FieldType, Callable[[Any], Any]] = {FieldType.JSON: json.loads}


def _same(value: Any) -> Any:
    return value


def storing(kind: FieldType) -> Callable[[Any], Any]:
    """What makes a clean value of this type one as stored."""
    return (_TO_SQLITE if connection.vendor == "sqlite" else _TO_POSTGRES).get(kind, _same)


def reading(kind: FieldType) -> Callable[[Any], Any]:
    """The way back."""
    return (_FROM_SQLITE if connection.vendor == "sqlite" else _FROM_POSTGRES).get(kind, _same)


def quoted(name: str) -> str:
    """A table or column, as SQL writes it."""
    return connection.ops.quote_name(name)


def take_ids(table: str, count: int) -> range:
    """Set this many ids aside, one after the other. Only in a writer's turn: nobody else takes any meanwhile."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + count)
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [quoted(table)])
        sequence = cursor.fetchone()[0]
        cursor.execute("SELECT nextval(%s::regclass)", [sequence])
        first = cursor.fetchone()[0]
        cursor.execute("SELECT setval(%s::regclass, %s)", [sequence, first + count - 1])
        return range(first, first + count)


def insert(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Add rows of stored values. Raises Django's IntegrityError or DataError."""
    names = ", ".join(map(quoted, columns))
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "sqlite":
            marks = ", ".join("?" * len(columns))
            # Django's own executemany would keep all rows in memory
            connection.connection.executemany(f"INSERT INTO {quoted(table)} ({names}) VALUES ({marks})", rows)
        else:
            with cursor.copy(f"COPY {quoted(table)} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)


def update(table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Put stored values into rows; the last value of each is the id. Raises Django's IntegrityError or DataError."""
    sets = ", ".join(f"{quoted(name)} = %s" for name in columns)
    with connection.cursor() as cursor:
        for chunk in batched(rows, CHUNK):
            cursor.executemany(f"UPDATE {quoted(table)} SET {sets} WHERE id = %s", chunk)


def select(
    table: str, columns: Sequence[str], among: str, values: Iterable[Any], where: Sequence[tuple[str, Any]] = ()
) -> Iterator[tuple[Any, ...]]:
    """The columns, as stored, of rows whose column `among` is one of these values, and others are equal to theirs."""
    # In SQLite a + keeps Python from making objects of what a column is declared to hold
    names = ", ".join(f"+{quoted(name)}" if connection.vendor == "sqlite" else quoted(name) for name in columns)
    others = "".join(f"{quoted(name)} = %s AND " for name, _ in where)
    equal = [value for _, value in where]
    for chunk in batched(values, CHUNK):
        if connection.vendor == "postgresql":  # reading thousands of marks takes it longer than finding the rows
            marks, parameters = "= ANY(%s)", [*equal, list(chunk)]
        else:
            marks, parameters = f"IN ({', '.join(['%s'] * len(chunk))})", [*equal, *chunk]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {names} FROM {quoted(table)} WHERE {others}{quoted(among)} {marks}", parameters)
            yield from cursor.fetchall()


def absent(table: str, ids: Collection[int]) -> set[int]:
    """Which of these ids no row has."""
    if not ids:
        return set()
    given: Any = list(ids)
    wanted = "unnest(%s::bigint[]) AS wanted(value)"
    if connection.vendor == "sqlite":
        given, wanted = json_text(given), "json_each(%s) AS wanted"
    there = f"SELECT 1 FROM {quoted(table)} WHERE id = wanted.value"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT wanted.value FROM {wanted} WHERE NOT EXISTS ({there})", [given])
        return {pk for (pk,) in cursor.fetchall()}


_CHANGE = ("record", "record_id", "field", "from_value", "to_value", "at", "known_at", "origin", "member_id", "batch")


ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)  # known since then: as far back as anybody asks


def write_creations(table: str, ids: range, now: datetime, by: By, *, believe: bool) -> None:
    """The change rows of records just created, made by the database from their own rows.

    Where the source's dates are believed, a record without one (a product, a person, a stage's owner) was always there
    as far as anybody knows: the past that names it could not be told otherwise.
    """
    text, number = ("%s", "%s") if connection.vendor == "sqlite" else ("CAST(%s AS varchar)", "CAST(%s AS bigint)")
    moment = "%s" if connection.vendor == "sqlite" else "CAST(%s AS timestamptz)"
    known_at = f"CASE WHEN created_at = updated_at THEN {moment} ELSE created_at END" if believe else moment
    known = [storing(FieldType.MOMENT)(ALWAYS if believe else now)]
    names = ", ".join(map(quoted, _CHANGE))
    author = [str(by.origin), by.member.pk if by.member else None, by.batch]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quoted('change')} ({names}) "
            f"SELECT {text}, id, '', NULL, NULL, created_at, {known_at}, {text}, {number}, {text} "
            f"FROM {quoted(table)} WHERE id BETWEEN %s AND %s ORDER BY id",
            [table, *known, *author, ids[0], ids[-1]],
        )


def write_changes(table: str, changes: Iterable[Happened], by: By) -> None:
    """The change rows of what happened to records of a table."""
    author = (str(by.origin), by.member.pk if by.member else None, by.batch)
    insert("change", _CHANGE, ((table, *change, *author) for change in changes))


def check_links() -> None:
    """Let PostgreSQL check links now, while the rows are at hand, instead of at the end of the transaction."""
    if connection.vendor == "postgresql":
        connection.check_constraints()
