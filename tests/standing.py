"""What a fixture writes into empty records is written once: each test that asks for it finds it as it was then.

So are the facts published of it: a published base is never written again, so that all tests may read the same file.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction

from cadran.facts.publish import FOLDER, publish

type Table = tuple[str, ...]
"""A table's name and those of its columns."""
type Rows = dict[Table, list[tuple[Any, ...]]]


class Stand(Protocol):
    """Have something in the records, and its facts in a home folder."""

    def __call__[T](self, write: Callable[[], T], home: Path) -> T: ...


@dataclass(frozen=True)
class Standing[T]:
    """What was written, as its writer returned it and as the database keeps it, and the base of facts made of it."""

    made: T
    rows: Rows
    base: Path


class Once:
    """Writes what it is told to the first time it is, and puts the same rows back whenever it is told so again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[Callable[[], Any], Standing[Any]] = {}

    def __call__[T](self, write: Callable[[], T], home: Path) -> T:
        """What ``write`` puts into the empty records; its facts are published in this home."""
        if connection.vendor != "sqlite":  # whose values come and go just as they are stored
            return write()
        if write in self._known:
            put_back(self._known[write].rows)
        else:
            self._known[write] = self._written(write)
        known: Standing[T] = self._known[write]
        (home / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
        os.link(known.base, home / FOLDER / known.base.name)
        return deepcopy(known.made)

    def _written[T](self, write: Callable[[], T]) -> Standing[T]:
        before = stored()
        made = write()
        rows = {table: [row for row in rows if row not in before[table]] for table, rows in stored().items()}
        home = self.folder / str(len(self._known))
        home.mkdir()
        return Standing(made, {table: new for table, new in rows.items() if new}, publish(home))


def stored() -> Rows:
    """Every row of every table, each value as SQLite stores it."""
    with connection.cursor() as cursor:
        tables = [
            (name, *(column[0] for column in cursor.execute(f'SELECT * FROM "{name}" LIMIT 0').description))
            for name in connection.introspection.table_names(cursor)
        ]
        return {(name, *columns): cursor.execute(_all(name, columns)).fetchall() for name, *columns in tables}


def put_back(rows: Rows) -> None:
    """Insert rows under the ids that they had."""
    with transaction.atomic(), connection.cursor() as cursor:
        for (name, *columns), values in rows.items():
            places = ", ".join("%s" for _ in columns)
            cursor.executemany(f'INSERT INTO "{name}" VALUES ({places})', values)


def _all(name: str, columns: list[str]) -> str:
    """Read a table; an expression has no declared type, so that no value is made an object of Python."""
    return f'SELECT {", ".join(f"""+"{column}\"""" for column in columns)} FROM "{name}"'
