"""A file's rows in a database of their own on disk: read as text, cleaned column by column, handed out in chunks.

Nothing of the file stays in this process's memory but the chunk at hand.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from django.utils.translation import gettext

from cadran.connectors.table import SEPARATOR, Table
from cadran.crm.records import FieldType
from cadran.imports.cells import Cell, Cells, safe
from cadran.imports.decide import decide_dates, decide_decimals
from cadran.imports.mapping import FileMapping
from cadran.imports.plan import Entry, Target
from cadran.imports.rows import Rows, counted, gathered, told
from cadran.imports.sql import literal

MEMORY = "128MB"
# Left to itself, the reader wants one buffer for the longest line sixteen times over, or for the whole file.
AT_ONCE = "max_line_size = 20000000, buffer_size = 32000000, parallel = false"

Column = Sequence[Any]


@dataclass(frozen=True)
class Fault:
    """Why a row is rejected."""

    row: int
    column: str
    value: str | None
    reason: str


@dataclass(frozen=True)
class Chunk:
    """Rows that are written in one transaction, by column. `read` counts the faulty rows too."""

    level: int
    last: int
    read: int
    columns: dict[str, Column]
    faults: list[Fault]


def open_staging(directory: Path) -> duckdb.DuckDBPyConnection:
    """A database for one import, which spills to disk instead of growing in memory."""
    db = duckdb.connect(str(directory / "staging.duckdb"))
    db.execute(f"SET memory_limit = '{MEMORY}'")
    db.execute(f"SET temp_directory = {literal(str(directory / 'spill'))}")
    db.execute("SET threads = 2")
    db.execute("SET TimeZone = 'UTC'")
    return db


def lock(db: duckdb.DuckDBPyConnection) -> None:
    """After the files were read: no file and no extension can be reached from here any more."""
    db.execute("SET enable_external_access = false")
    db.execute("SET lock_configuration = true")


class Staged:
    """One file, staged."""

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        number: int,
        table: Table,
        file: FileMapping,
        entries: Sequence[Entry],
        *,
        blank: tuple[str, ...],
        zone: str,
    ) -> None:
        self.db, self.table, self.entries = db, table, entries
        self.raw, self.clean, self.faults = f"raw_{number}", f"clean_{number}", f"faults_{number}"
        self.cells = Cells(table, file, entries, blank, zone)
        self.shown: list[str] = []
        self.levels = 1
        columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(table.columns)))
        db.execute(
            f"CREATE TABLE {self.raw} AS SELECT * FROM read_csv({literal(str(table.path))}, header = false, "
            f"delim = {literal(SEPARATOR)}, quote = '\"', escape = '\"', auto_detect = false, {AT_ONCE}, "
            f"columns = {{'row': 'BIGINT', 'fault': 'VARCHAR', 'given': 'VARCHAR', {columns}}})"
        )

    @property
    def _texts(self) -> str:
        return self.cells.texts(self.raw)

    def decide(self) -> None:
        """Settle how dates and numbers are written. Raises `MappingError` with a question when nothing tells."""
        dates, decimals = self.cells.questions()
        orders = decide_dates(self.db, self._texts, self.table.file, dates)
        typed = self.table.connector == "excel"
        marks = decide_decimals(self.db, self._texts, self.table.file, decimals, typed=typed)
        self.cells.dates, self.cells.decimals = orders.by_column, marks.by_column
        self.shown += [*orders.shown, *marks.shown]

    def prepare(self) -> None:
        """Clean every row, find what is wrong with it, and which rows stand for which records."""
        self._clean()
        rows = Rows(self.db, self.clean, self.faults)
        for number, entry in enumerate(self.entries):
            rows.find_keys(number, entry)
            if snapshots := entry.records.snapshots:
                order = self.cells.column(snapshots.order) if snapshots.order else None
                rows.find_neighbours(number, entry, self._texts, order)
        number, entry = next(((n, e) for n, e in enumerate(self.entries) if e.parent), (0, self.entries[0]))
        self.levels = rows.find_levels(number, entry)
        self._select()

    def _clean(self) -> None:
        """Three steps over all rows, each on the columns of the one before: texts, their values, what is wrong.

        Cells that are read alike are read once.
        """
        keys = [
            f"{part} AS e{number}_{name}"
            for number, entry in enumerate(self.entries)
            for name, part in (("live", self._live(entry)), ("key", self.cells.key(entry)))
        ]
        self.alike: dict[str, str] = {}
        read: dict[tuple[object, ...], str] = {}
        texts, values, reasons = [*keys], list[str](), list[str]()
        checks: list[Cell] = []
        for number, entry in enumerate(self.entries):
            for cell in self.cells.cells(number, entry):
                type_ = FieldType.TEXT if cell.field.type is FieldType.LINK else cell.field.type
                kind = (cell.text, type_, cell.field.lower, cell.field.places, cell.field.choices, cell.reading)
                same = read.setdefault((*kind, cell.divisor), cell.name)
                self.alike[cell.name] = same
                if same == cell.name:
                    texts += [f"{cell.text} AS x_{same}", f"{cell.unread} AS u_{same}"]
                    texts += [f"{cell.divisor} AS d_{same}"] if cell.divisor else []
                    divisor = f"d_{same}" if cell.divisor else None
                    values.append(f"{cell.value(f'x_{same}', divisor)} AS {same}")
                reasons.append(f"{cell.reason(f'x_{same}', f'u_{same}', same)} AS r{len(checks)}")
                checks.append(cell)
        keyed = [f"e{number}_{part}" for number in range(len(self.entries)) for part in ("live", "key")]
        used = [self.cells.column(e.records.when.column) for e in self.entries if e.records.when]
        named = [name for name, same in self.alike.items() if name == same]
        self.db.execute(
            f"CREATE TABLE {self.clean}_read AS "
            f"SELECT {', '.join(['row', 'fault', *keyed, *named, *reasons])} FROM ("
            f"SELECT {', '.join(['*', *values])} FROM ("
            f"SELECT {', '.join(['row', 'fault', *dict.fromkeys(used), *texts])} FROM {self._texts} AS texts))"
        )
        aliases = "".join(f", {same} AS {name}" for name, same in self.alike.items() if name != same)
        self.db.execute(f"CREATE VIEW {self.clean} AS SELECT *{aliases} FROM {self.clean}_read")
        self._find_faults(checks)

    def _live(self, entry: Entry) -> str:
        cell = next(self.cells.cells(0, entry), None)
        return cell.live if cell else "true"

    def _find_faults(self, checks: list[Cell]) -> None:
        self.db.execute(
            f"CREATE TABLE {self.faults} AS SELECT row, 0 AS place, '' AS shown, NULL::VARCHAR AS value, "
            f"fault AS reason FROM {self.clean} WHERE fault <> ''"
        )
        counts = ", ".join(f"count(r{place})" for place in range(len(checks))) or "0"
        found = self.db.execute(f"SELECT {counts} FROM {self.clean}").fetchone() or ()
        for place, (cell, count) in enumerate(zip(checks, found, strict=False)):
            if count:
                self.db.execute(
                    f"INSERT INTO {self.faults} "
                    f"SELECT row, {place + 1}, {literal(cell.shown)}, left({cell.text}, 200), r{place} "
                    f"FROM (SELECT row, r{place} FROM {self.clean} WHERE r{place} IS NOT NULL AND fault IS NULL) "
                    f"JOIN {self._texts} AS texts USING (row)"
                )

    def _select(self) -> None:
        """What a chunk holds: for each column by its name, where it stands among the columns that are fetched."""
        self._fetched: dict[str, int] = {}
        self._places: dict[str, int] = {}
        self._joins: list[str] = []

        def add(name: str, expression: str) -> None:
            self._places[name] = self._fetched.setdefault(expression, len(self._fetched))

        add("row", "c.row")
        for number, entry in enumerate(self.entries):
            key, live = f"c.e{number}_key", f"c.e{number}_live"
            gathers = gathered(entry) if entry.records.group else {}
            if entry.records.snapshots:
                self._joins.append(f"LEFT JOIN {self.clean}_snap_{number} s{number} ON s{number}.row = c.row")
                add(f"e{number}_first", f"s{number}.is_first")
                add(f"e{number}_last", f"s{number}.is_last")
                for _, short in told(entry):
                    add(f"e{number}_before_{short}", f"s{number}.before_{short}")
            elif entry.records.group:
                self._joins.append(f"LEFT JOIN {self.clean}_lead_{number} l{number} ON l{number}.row = c.row")
                live = f"({live} AND l{number}.row IS NOT NULL)"
            elif counted(entry):
                self._joins.append(f"LEFT JOIN {self.clean}_nth_{number} n{number} ON n{number}.row = c.row")
                key = f"{key} || '#' || n{number}.nth"
            add(f"e{number}_live", live)
            add(f"e{number}_key", key)
            for cell in self.cells.cells(number, entry):
                name = cell.name.removeprefix(f"e{number}_")
                add(cell.name, f"l{number}.{name}" if name in gathers else f"c.{self.alike[cell.name]}")

    def chunks(self, size: int, after: tuple[int, int]) -> Iterator[Chunk]:
        """Rows in order, a chunk at a time, from the place that was reached: (level, last row done)."""
        place = "row" if not self._ordered else "position"
        table = self.clean if not self._ordered else f"{self.clean}_order"
        low, top = self.db.execute(f"SELECT min({place}), max({place}) FROM {table}").fetchone() or (None, None)
        if low is None or top is None:
            return
        for level in range(after[0], self.levels):
            start = max(low, after[1] + 1) if level == after[0] else low
            for first in range(start, top + 1, size):
                yield self._chunk(level, first, min(first + size - 1, top))

    @property
    def _ordered(self) -> bool:
        """Whether rows are taken in another order than the file's: snapshots are."""
        return any(entry.records.snapshots for entry in self.entries)

    def _chunk(self, level: int, first: int, last: int) -> Chunk:
        where, joins, order = f"c.row BETWEEN {first} AND {last}", [*self._joins], "c.row"
        if self._ordered:
            placed = f"SELECT row FROM {self.clean}_order WHERE position BETWEEN {first} AND {last}"
            where, order = f"c.row IN ({placed})", "o.position"
            joins.append(f"JOIN {self.clean}_order o ON o.row = c.row")
        if self.levels > 1:
            below = f"SELECT row FROM {self.clean}_level"
            of_level = f"NOT IN ({below})" if level == 0 else f"IN ({below} WHERE level = {level})"
            where += f" AND c.row {of_level}"
        faults = self._faults_of(where)
        rows = self.db.execute(
            f"SELECT {', '.join(self._fetched)} FROM {self.clean} c {' '.join(joins)} WHERE {where} "
            f"AND c.row NOT IN (SELECT c.row FROM {self.faults} c WHERE {where}) ORDER BY {order}"
        ).fetchall()
        fetched: list[Column] = list(zip(*rows, strict=True))
        columns = {name: fetched[place] for name, place in self._places.items()} if rows else {}
        return Chunk(level, last, len(rows) + len(faults), columns, faults)

    def _faults_of(self, where: str) -> list[Fault]:
        """One fault a row: the first, which mentions the others."""
        faults: dict[int, Fault] = {}
        found = self.db.execute(f"SELECT * FROM {self.faults} c WHERE {where} ORDER BY row, place")
        for row, _, shown, value, reason in found.fetchall():
            first = faults.get(row)
            if first is None:
                faults[row] = Fault(row, shown, value, reason)
                continue
            also = gettext("; also %(column)s: ") % {"column": shown}
            if shown != first.column and also not in first.reason:
                faults[row] = Fault(row, first.column, first.value, first.reason + also + reason)
        return list(faults.values())

    def given(self, rows: Sequence[int]) -> dict[int, list[str]]:
        """The cells of some rows as they were given: of a row that is cut short, those alone that it has."""
        found = self.db.execute(
            f"SELECT * EXCLUDE (fault) FROM {self.raw} WHERE row IN (SELECT unnest(?))", [list(rows)]
        )
        return {
            row: json.loads(given) if given else [cell or "" for cell in cells]
            for row, given, *cells in found.fetchall()
        }

    def distinct(self, number: int, target: Target, most: int) -> list[str]:
        """The different values of a field, in order, so many at most."""
        name = self.alike[f"e{number}_{safe(target.name)}"]
        found = self.db.execute(
            f"SELECT DISTINCT {name} FROM {self.clean} WHERE {name} IS NOT NULL AND row NOT IN "
            f"(SELECT row FROM {self.faults}) ORDER BY 1 LIMIT {most}"
        )
        return [value for (value,) in found.fetchall()]

    def drop(self) -> None:
        """Free the disk."""
        self.db.execute(f"DROP VIEW {self.clean}")
        for (name,) in self.db.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            if name in (self.raw, self.faults) or name.startswith(f"{self.clean}_"):
                self.db.execute(f"DROP TABLE {name}")
