"""A file's rows in a database of their own on disk: read as text, cleaned column by column, handed out in chunks.

Nothing of the file stays in this process's memory but the chunk at hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from cadran.connectors.table import Table
from cadran.crm.records import FieldType, fields_of
from cadran.imports.columns import Reading, clean, clean_text, resolve
from cadran.imports.decide import Question, decide_dates, decide_decimals
from cadran.imports.mapping import OCCURRENCE, Condition, FileMapping, MappingError, Source
from cadran.imports.plan import DATED, NUMBERS, Entry, Target
from cadran.imports.sql import literal

MEMORY = "160MB"
MAX_LEVELS = 100  # parents of parents of parents …
MAX_ID = 250


@dataclass(frozen=True)
class Fault:
    """Why a row is rejected."""

    row: int
    column: str
    value: str | None
    reason: str


@dataclass(frozen=True)
class Chunk:
    """Rows that are written in one transaction. `columns` follow `Staged.names`; `read` counts the faulty rows too."""

    level: int
    last: int
    read: int
    rows: list[tuple[Any, ...]]
    faults: list[Fault]


def open_staging(directory: Path) -> duckdb.DuckDBPyConnection:
    """A database for one import, which spills to disk instead of growing in memory."""
    db = duckdb.connect(str(directory / "staging.duckdb"))
    db.execute(f"SET memory_limit = '{MEMORY}'")
    db.execute(f"SET temp_directory = {literal(str(directory / 'spill'))}")
    db.execute("SET threads = 2")
    db.execute("SET TimeZone = 'UTC'")
    db.execute("SET preserve_insertion_order = true")
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
        self.db, self.table, self.file, self.entries = db, table, file, entries
        self.raw, self.clean, self.faults = f"raw_{number}", f"clean_{number}", f"faults_{number}"
        self.blank, self.zone = (*blank, *file.blank), zone
        self.shown: list[str] = []
        self.readings: dict[str, Reading] = {}
        self.names: list[str] = []
        self._check_columns()
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(table.columns)))
        db.execute(
            f"CREATE TABLE {self.raw} AS SELECT * FROM read_csv({literal(str(table.path))}, header = false, "
            f"delim = ',', quote = '\"', escape = '\"', auto_detect = false, max_line_size = 100000000, "
            f"columns = {{'row': 'BIGINT', 'fault': 'VARCHAR', {columns}}})"
        )

    def _check_columns(self) -> None:
        for entry in self.entries:
            for name in entry.records.columns:
                if self.table.column(name) is None:
                    there = ", ".join(self.table.columns[:40])
                    raise MappingError(
                        f"{self.table.file} has no column “{name}”, which {entry.kind} reads. Its columns are: {there}."
                    )

    # Texts

    def _cell(self, name: str) -> str:
        position = self.table.column(name)
        return f"t{position}"

    @property
    def _texts(self) -> str:
        """The columns that are used, cleaned, as a subquery."""
        used = {self.table.column(name) for entry in self.entries for name in entry.records.columns}
        cells = [f"{clean_text(f'c{position}', self.blank)} AS t{position}" for position in sorted(used, key=int)]  # type: ignore[arg-type]
        return f"(SELECT {', '.join(['row', 'fault', *cells])} FROM {self.raw})"

    # Decisions

    def decide(self) -> None:
        """Settle how dates and numbers are written. Raises `MappingError` with a question when nothing tells."""
        dates: dict[str, Question] = {}
        decimals: dict[str, Question] = {}
        for entry in self.entries:
            for target in entry.targets:
                self._ask(target.source, target.field.type, dates, decimals)
            for column in {step.column for steps in entry.history.values() for step in steps}:
                self._ask(Source(column=column), FieldType.MOMENT, dates, decimals)
            if entry.records.snapshots:
                self._ask(entry.records.snapshots.at, FieldType.MOMENT, dates, decimals)
        told_dates = decide_dates(self.db, self._texts, self.table.file, list(dates.values()))
        typed = self.table.connector == "excel"
        told_marks = decide_decimals(self.db, self._texts, self.table.file, list(decimals.values()), typed=typed)
        self.shown += [*told_dates.shown, *told_marks.shown]
        for name in {**dates, **decimals}:
            self.readings[name] = Reading(
                told_dates.by_column.get(name, "ymd"), told_marks.by_column.get(name, "point"), self.zone
            )

    def _ask(self, source: Source, type_: FieldType, dates: dict[str, Question], decimals: dict[str, Question]) -> None:
        name = _shown_column(source)
        told_order = source.dates or self.file.dates
        told_mark = source.decimal or self.file.decimal
        if not source.columns or source.value is not None:
            return
        text, _ = resolve(source, self._cell)
        if type_ in DATED and told_order == "auto":
            dates[name] = Question(name, text)
        if type_ in NUMBERS and told_mark == "auto":
            decimals[name] = Question(name, text)

    def _reading(self, source: Source) -> Reading:
        decided = self.readings.get(_shown_column(source), Reading(zone=self.zone))
        order = source.dates or self.file.dates
        mark = source.decimal or self.file.decimal
        return Reading(
            decided.dates if order == "auto" else order, decided.decimal if mark == "auto" else mark, self.zone
        )

    # Cleaning

    def prepare(self) -> None:
        """Clean every row, find what is wrong with it, and which rows stand for which records."""
        selected: list[str] = ["row", "fault"]
        checks: list[tuple[str, str, str]] = []  # reason column, shown column, text
        for number, entry in enumerate(self.entries):
            selected.append(f"{_condition(entry.records.when, self._cell)} AS e{number}_live")
            selected.append(f"{self._key(entry)} AS e{number}_key")
            for name, target, text, value, reason in self._targets(entry):
                place = f"e{number}_{name}"
                selected.append(f"{value} AS {place}")
                if reason != "NULL":
                    live = f"CASE WHEN {_condition(entry.records.when, self._cell)} THEN {reason} END"
                    selected.append(f"{live} AS r{len(checks)}")
                    checks.append((f"r{len(checks)}", _shown_column(target.source), text))
        self.db.execute(f"CREATE TABLE {self.clean} AS SELECT {', '.join(selected)} FROM {self._texts} AS texts")
        self._find_faults(checks)
        for number, entry in enumerate(self.entries):
            self._find_keys(number, entry)
        self._find_levels()
        self._columns()

    def _targets(self, entry: Entry) -> Iterator[tuple[str, Target, str, str, str]]:
        """Every cleaned column of an entry: its name, target, text, value and reason."""
        for link in entry.links:
            yield (f"link_{link.name}", link.target, *self._cleaned(link.target))
            for attribute in link.attributes:
                yield (f"link_{link.name}_with_{attribute.name}", attribute, *self._cleaned(attribute))
        for target in (*entry.values, *(target for _, target in entry.custom)):
            yield (_safe(target.name), target, *self._cleaned(target))
        moment = fields_of("touch")["at"]
        for name, steps in entry.history.items():
            for position, step in enumerate(steps):
                target = Target(moment, Source(column=step.column))
                yield (f"step_{name}_{position}", target, *self._cleaned(target))
        if entry.records.snapshots:
            target = Target(moment, entry.records.snapshots.at, required=True)
            yield ("at", target, *self._cleaned(target))

    def _cleaned(self, target: Target) -> tuple[str, str, str]:
        text, unread = resolve(target.source, self._cell)
        reading = self._reading(target.source)
        cleaned = clean(text, target.field, reading, required=target.required)
        value = cleaned.value
        if target.source.divided_by:
            divisor = clean(self._cell(target.source.divided_by), target.field, reading).value
            value = f"CAST({value} / nullif({divisor}, 0) AS DECIMAL(30, {target.field.places or 4}))"
        reason = cleaned.reason if unread == "NULL" else f"coalesce({unread}, {cleaned.reason})"
        if target.source.value is not None and not target.required:
            reason = cleaned.reason
        return text, value, reason

    def _key(self, entry: Entry) -> str:
        """The id of the record of a row, before the count of its equals; NULL when the row has none."""
        if not entry.records.id:
            cells = ", ".join(f"coalesce({self._cell(name)}, '')" for name in entry.records.columns)
            return f"left(md5(concat_ws('|', {cells})), 20)"
        names = [name for name in entry.records.id if name != OCCURRENCE]
        if len(names) == 1:
            return self._cell(names[0])
        cells = ", ".join(f"coalesce({self._cell(name)}, '')" for name in names)
        return f"concat_ws('|', {cells})"

    # Faults

    def _find_faults(self, checks: list[tuple[str, str, str]]) -> None:
        self.db.execute(
            f"CREATE TABLE {self.faults} AS SELECT row, 0 AS place, '' AS shown, NULL::VARCHAR AS value, "
            f"fault AS reason FROM {self.clean} WHERE fault <> ''"
        )
        for place, (column, shown, text) in enumerate(checks, 1):
            self.db.execute(
                f"INSERT INTO {self.faults} SELECT row, {place}, {literal(shown)}, left({text}, 200), {column} FROM "
                f"(SELECT row, {column} FROM {self.clean} WHERE {column} IS NOT NULL AND fault IS NULL) "
                f"JOIN {self._texts} USING (row)"
            )

    def _find_keys(self, number: int, entry: Entry) -> None:
        """Rows without an id, with the id of another row, or too long an id; the first row of each group."""
        key, live = f"e{number}_key", f"e{number}_live"
        shown = literal(" + ".join(name for name in entry.records.id if name != OCCURRENCE))
        sound = f"{live} AND row NOT IN (SELECT row FROM {self.faults})"
        insert = f"INSERT INTO {self.faults} SELECT row, 9000, {shown}, left({key}, 200)"
        self.db.execute(
            f"{insert}, 'is blank: without it a {entry.kind} is not known again' FROM {self.clean} "
            f"WHERE {live} AND {key} IS NULL AND fault IS NULL"
        )
        self.db.execute(
            f"{insert}, 'is longer than {MAX_ID} characters' FROM {self.clean} "
            f"WHERE {live} AND length({key}) > {MAX_ID - 12}"
        )
        if entry.records.snapshots:
            self._find_neighbours(number, entry, sound)
            return
        if entry.records.group:
            sums = self._sums(entry)
            if sums:
                self.db.execute(
                    f"INSERT INTO {self.faults} SELECT row, 9001, {shown}, left({key}, 200), "
                    f"'another row of the same {entry.kind} is rejected' FROM {self.clean} WHERE {sound} AND {key} IN "
                    f"(SELECT {key} FROM {self.clean} JOIN {self.faults} USING (row) WHERE {live})"
                )
            totals = "".join(f", sum(e{number}_{name}) AS e{number}_{name}" for name in sums)
            self.db.execute(
                f"CREATE TABLE {self.clean}_lead_{number} AS SELECT min(row) AS row{totals} "
                f"FROM {self.clean} WHERE {sound} GROUP BY {key}"
            )
            return
        if not entry.records.id or OCCURRENCE in entry.records.id:
            self.db.execute(
                f"CREATE TABLE {self.clean}_nth_{number} AS SELECT row, "
                f"row_number() OVER (PARTITION BY {key} ORDER BY row) AS nth "
                f"FROM {self.clean} WHERE {live} AND {key} IS NOT NULL"
            )
            return
        counted = self.db.execute(
            f"SELECT count({key}) - count(DISTINCT {key}) FROM {self.clean} WHERE {live}"
        ).fetchone()
        if counted and counted[0]:
            self.db.execute(
                f"INSERT INTO {self.faults} SELECT row, 9002, {shown}, left(k, 200), 'repeats the id of row ' || first "
                f"FROM "
                f"(SELECT row, {key} AS k, min(row) OVER (PARTITION BY {key}) AS first FROM {self.clean} "
                f"WHERE {sound} AND {key} IS NOT NULL) WHERE row <> first"
            )

    def _find_neighbours(self, number: int, entry: Entry, sound: str) -> None:
        """For each snapshot, the values of the one before it, and whether it is the first or the last of its record."""
        snapshots = entry.records.snapshots
        order = "row"
        if snapshots and snapshots.order:
            text = f"regexp_extract(t{self.table.column(snapshots.order)}, '(\\d+)\\D*$', 1)"
            order = f"try_cast({text} AS HUGEINT) {'DESC' if snapshots.descending else 'ASC'}, row"
        window = f"OVER (PARTITION BY e{number}_key ORDER BY e{number}_at, {order})"
        before = "".join(
            f", lag(e{number}_{name}) {window} AS e{number}_before_{short}" for name, short in _told(entry)
        )
        self.db.execute(
            f"CREATE TABLE {self.clean}_snap_{number} AS SELECT row, row_number() {window} = 1 AS is_first, "
            f"lead(row) {window} IS NULL AS is_last{before} FROM {self.clean} JOIN {self._texts} texts USING (row) "
            f"WHERE {sound}"
        )

    @staticmethod
    def _sums(entry: Entry) -> list[str]:
        return [_safe(target.name) for target in entry.values if target.source.sum]

    def _find_levels(self) -> None:
        """Rows that link to records of the same kind come after them."""
        self.levels = 1
        number, entry = next(((n, e) for n, e in enumerate(self.entries) if e.parent), (0, None))
        self.db.execute(f"CREATE TABLE {self.clean}_level (row BIGINT, level INTEGER)")
        if entry is None or entry.parent is None:
            return
        own = f"e{number}_key" if entry.parent.by == "external_id" else f"e{number}_{entry.parent.by}"
        parent, name = f"e{number}_link_{entry.parent.name}", f"{self.clean}_level"
        self.db.execute(
            f"CREATE TABLE {name}_links AS SELECT c.row, p.row AS parent FROM {self.clean} c JOIN {self.clean} p "
            f"ON c.{parent} = p.{own} WHERE p.row NOT IN (SELECT row FROM {self.faults})"
        )
        for level in range(1, MAX_LEVELS):
            # A row moves one level below its parent, again and again, until none moves.
            moved = self.db.execute(
                f"INSERT INTO {name} SELECT row, {level} FROM {name}_links WHERE parent IN "
                + (
                    f"(SELECT row FROM {name} WHERE level = {level - 1})"
                    if level > 1
                    else f"(SELECT row FROM {self.clean})"
                )
            ).fetchone()
            if not moved or not moved[0]:
                break
            self.levels = level + 1
        else:
            self.db.execute(
                f"INSERT INTO {self.faults} SELECT DISTINCT row, 9003, {literal(_shown_column(entry.parent.source))}, "
                f"NULL, 'links to itself in a circle' FROM {name} WHERE level = {MAX_LEVELS - 1}"
            )
        self.db.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT row, max(level) AS level FROM {name} GROUP BY row")

    # Chunks

    def _columns(self) -> None:
        """The names and expressions of what a chunk holds."""
        self.names, self._selected, self._joins = ["row"], ["c.row"], []
        for number, entry in enumerate(self.entries):
            sums: list[str] = []
            self.names += [f"e{number}_live", f"e{number}_key"]
            key, live = f"c.e{number}_key", f"c.e{number}_live"
            if entry.records.group:
                sums = self._sums(entry)
                self._joins.append(f"LEFT JOIN {self.clean}_lead_{number} l{number} ON l{number}.row = c.row")
                live = f"({live} AND l{number}.row IS NOT NULL)"
            elif not entry.records.snapshots and (not entry.records.id or OCCURRENCE in entry.records.id):
                self._joins.append(f"LEFT JOIN {self.clean}_nth_{number} n{number} ON n{number}.row = c.row")
                key = f"{key} || '#' || n{number}.nth"
            self._selected += [live, key]
            if entry.records.snapshots:
                self._joins.append(f"LEFT JOIN {self.clean}_snap_{number} s{number} ON s{number}.row = c.row")
                self.names += [f"e{number}_first", f"e{number}_last"]
                self._selected += [f"s{number}.is_first", f"s{number}.is_last"]
                for _, short in _told(entry):
                    self.names.append(f"e{number}_before_{short}")
                    self._selected.append(f"s{number}.e{number}_before_{short}")
            for name, *_ in self._targets(entry):
                self.names.append(f"e{number}_{name}")
                self._selected.append(f"l{number}.e{number}_{name}" if name in sums else f"c.e{number}_{name}")

    def chunks(self, size: int, after: tuple[int, int]) -> Iterator[Chunk]:
        """Rows in order, a chunk at a time, from the place that was reached: (level, last row done)."""
        top = (self.db.execute(f"SELECT max(row) FROM {self.clean}").fetchone() or (None,))[0] or 0
        low = (self.db.execute(f"SELECT min(row) FROM {self.clean}").fetchone() or (None,))[0] or 1
        for level in range(after[0], self.levels):
            start = max(low, after[1] + 1) if level == after[0] else low
            for first in range(start, top + 1, size):
                yield self._chunk(level, first, min(first + size - 1, top))

    def _chunk(self, level: int, first: int, last: int) -> Chunk:
        span = f"c.row BETWEEN {first} AND {last}"
        of_level = ""
        if self.levels > 1:
            rest = f"c.row NOT IN (SELECT row FROM {self.clean}_level)"
            of_level = (
                f" AND {rest}"
                if level == 0
                else (f" AND c.row IN (SELECT row FROM {self.clean}_level WHERE level = {level})")
            )
        found = self.db.execute(f"SELECT * FROM {self.faults} c WHERE {span}{of_level} ORDER BY row, place").fetchall()
        faults: dict[int, Fault] = {}
        for row, _, shown, value, reason in found:
            if row in faults:
                seen = faults[row]
                if f"{shown}: {reason}" not in seen.reason and (shown, reason) != (seen.column, seen.reason):
                    faults[row] = Fault(row, seen.column, seen.value, f"{seen.reason}; also {shown}: {reason}")
            else:
                faults[row] = Fault(row, shown, value, reason)
        rows = self.db.execute(
            f"SELECT {', '.join(self._selected)} FROM {self.clean} c {' '.join(self._joins)} WHERE {span}{of_level} "
            f"AND c.row NOT IN (SELECT row FROM {self.faults} WHERE row BETWEEN {first} AND {last}) ORDER BY c.row"
        ).fetchall()
        return Chunk(level, last, len(rows) + len(faults), rows, list(faults.values()))

    def cells(self, rows: Sequence[int]) -> dict[int, list[str]]:
        """The cells of some rows as they were given."""
        found = self.db.execute(
            f"SELECT * EXCLUDE (fault) FROM {self.raw} WHERE row IN (SELECT unnest(?))", [list(rows)]
        )
        return {row: [cell or "" for cell in cells] for row, *cells in found.fetchall()}

    def distinct(self, number: int, target: Target, most: int) -> list[str]:
        """The different values of a field, in order, so many at most."""
        name = f"e{number}_{_safe(target.name)}"
        found = self.db.execute(
            f"SELECT DISTINCT {name} FROM {self.clean} WHERE {name} IS NOT NULL AND row NOT IN "
            f"(SELECT row FROM {self.faults}) ORDER BY 1 LIMIT {most}"
        )
        return [value for (value,) in found.fetchall()]

    def drop(self) -> None:
        """Free the disk."""
        tables = self.db.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        for (name,) in tables:
            if name in (self.raw, self.faults) or name.startswith(self.clean):
                self.db.execute(f"DROP TABLE {name}")


def _condition(when: Condition | None, cell: Any) -> str:
    if when is None:
        return "true"
    text = cell(when.column)
    if when.is_ is not None:
        return f"coalesce({text} IN ({', '.join(literal(word) for word in when.is_)}), false)"
    if when.is_not is not None:
        return f"coalesce({text} NOT IN ({', '.join(literal(word) for word in when.is_not)}), true)"
    return f"{text} IS NULL" if when.blank else f"{text} IS NOT NULL"


def _shown_column(source: Source) -> str:
    return " + ".join(source.columns[:1] if source.column else source.first or source.join) or f"= {source.value}"


def _told(entry: Entry) -> list[tuple[str, str]]:
    """The cleaned columns that snapshots compare, and the fields they are."""
    values = [(target.name, target.name) for target in entry.values]
    return values + [(f"link_{link.name}", link.name) for link in entry.links]


def _safe(name: str) -> str:
    return name.replace(".", "_")
