"""What is wrong with whole rows, and which rows stand for which records: ids, groups, parents, snapshots."""

import duckdb
from django.utils.translation import gettext

from cadran.imports.mapping import OCCURRENCE
from cadran.imports.plan import Entry
from cadran.imports.sql import literal

MAX_ID = 250
MAX_LEVELS = 100  # parents of parents of parents …
LATE = 9_000  # faults of whole rows are shown after those of their cells


class Rows:
    """The cleaned rows of one file: their table, and beside it the table of faults."""

    def __init__(self, db: duckdb.DuckDBPyConnection, clean: str, faults: str) -> None:
        self.db, self.clean, self.faults = db, clean, faults

    def find_keys(self, number: int, entry: Entry) -> None:
        """Rows without an id, with the id of another row, or too long an id; the first row of each group."""
        key, live = f"e{number}_key", f"e{number}_live"
        shown = literal(" + ".join(name for name in entry.records.id if name != OCCURRENCE))
        sound = f"{live} AND row NOT IN (SELECT row FROM {self.faults})"
        blank = f"{live} AND {key} IS NULL AND fault IS NULL"
        unknown = gettext("is blank: without it a %(kind)s is not known again") % {"kind": entry.kind}
        self._fault(shown, key, literal(unknown), blank)
        long = gettext("is longer than %(most)d characters") % {"most": MAX_ID}
        self._fault(shown, key, literal(long), f"{live} AND length({key}) > {MAX_ID - 12}")
        if entry.records.snapshots:
            return
        if entry.records.group:
            self._group(number, entry, shown, sound)
        elif counted(entry):
            self.db.execute(
                f"CREATE TABLE {self.clean}_nth_{number} AS SELECT row, "
                f"row_number() OVER (PARTITION BY {key} ORDER BY row) AS nth "
                f"FROM {self.clean} WHERE {live} AND {key} IS NOT NULL"
            )
        else:
            self._repeats(key, shown, sound)

    def _fault(self, shown: str, value: str, reason: str, where: str) -> None:
        self.db.execute(
            f"INSERT INTO {self.faults} SELECT row, {LATE}, {shown}, left({value}, 200), {reason} "
            f"FROM {self.clean} WHERE {where}"
        )

    def _group(self, number: int, entry: Entry, shown: str, sound: str) -> None:
        key, gathers = f"e{number}_key", gathered(entry)
        if gathers:  # a total without one of its rows would be wrong
            bad = f"SELECT {key} FROM {self.clean} JOIN {self.faults} USING (row) WHERE e{number}_live"
            told = gettext("another row of the same %(kind)s is rejected") % {"kind": entry.kind}
            self._fault(shown, key, literal(told), f"{sound} AND {key} IN ({bad})")
        totals = "".join(f", {how.format(f'e{number}_{name}')} AS {name}" for name, how in gathers.items())
        source = f"(SELECT * FROM {self.clean} WHERE {sound})"
        self.db.execute(
            f"CREATE TABLE {self.clean}_lead_{number} AS SELECT min(row) AS row{totals} FROM {source} GROUP BY {key}"
        )

    def _repeats(self, key: str, shown: str, sound: str) -> None:
        found = self.db.execute(
            f"SELECT count({key}) - count(DISTINCT {key}) FROM {self.clean} WHERE {sound}"
        ).fetchone()
        if not found or not found[0]:
            return
        words = literal(gettext("repeats the id of row %(row)s"))
        told = f"replace({words}, '%(row)s', first::VARCHAR)"
        self.db.execute(
            f"INSERT INTO {self.faults} SELECT row, {LATE}, {shown}, left(k, 200), {told} "
            f"FROM (SELECT row, {key} AS k, min(row) OVER (PARTITION BY {key}) AS first FROM {self.clean} "
            f"WHERE {sound} AND {key} IS NOT NULL) WHERE row <> first"
        )

    def find_neighbours(self, number: int, entry: Entry, texts: str, order: str | None) -> None:
        """For each snapshot, the values of the one before it, and whether it is the first or the last of its record.

        Rows are then taken record by record in order of time, as changes must be written.
        """
        snapshots = entry.records.snapshots
        by = "row"
        if snapshots and order:
            digits = rf"regexp_extract({order}, '(\d+)\D*$', 1)"
            by = f"try_cast({digits} AS HUGEINT) {'DESC' if snapshots.descending else 'ASC'}, row"
        window = f"OVER (PARTITION BY e{number}_key ORDER BY e{number}_at, {by})"
        before = "".join(f", lag(e{number}_{name}) {window} AS before_{short}" for name, short in told(entry))
        self.db.execute(
            f"CREATE TABLE {self.clean}_snap_{number} AS SELECT row, row_number() {window} = 1 AS is_first, "
            f"lead(row) {window} IS NULL AS is_last{before} FROM {self.clean} JOIN {texts} AS texts USING (row) "
            f"WHERE e{number}_live AND row NOT IN (SELECT row FROM {self.faults})"
        )
        self.db.execute(
            f"CREATE OR REPLACE TABLE {self.clean}_order AS SELECT row, row_number() OVER "
            f"(ORDER BY row IN (SELECT row FROM {self.faults}), e{number}_key, e{number}_at, {by}) AS position "
            f"FROM {self.clean} JOIN {texts} AS texts USING (row)"
        )

    def find_levels(self, number: int, entry: Entry) -> int:
        """Rows that link to records of the same kind come after them. Returns how many levels there are."""
        link = entry.parent
        table = f"{self.clean}_level"
        self.db.execute(f"CREATE TABLE {table} (row BIGINT, level INTEGER)")
        if link is None or link.source.record is not None:
            return 1
        own = f"e{number}_key" if link.by == "external_id" else f"e{number}_{link.by}"
        self.db.execute(
            f"CREATE TABLE {table}_links AS SELECT c.row, p.row AS parent FROM {self.clean} c JOIN {self.clean} p "
            f"ON c.e{number}_link_{link.name} = p.{own} WHERE p.row NOT IN (SELECT row FROM {self.faults})"
        )
        levels = 1
        above = f"SELECT row FROM {self.clean}"
        while moved := self.db.execute(
            f"INSERT INTO {table} SELECT DISTINCT row, {levels} FROM {table}_links WHERE parent IN ({above})"
        ).fetchone():
            if not moved[0]:
                break
            above = f"SELECT row FROM {table} WHERE level = {levels}"  # a row moves below its parent until none moves
            levels += 1
            if levels > MAX_LEVELS:
                column, told = literal(" + ".join(link.source.columns)), gettext("links to itself in a circle")
                self._fault(column, f"e{number}_link_{link.name}", literal(told), f"row IN ({above})")
                break
        self.db.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT row, max(level) AS level FROM {table} GROUP BY row")
        return levels


def counted(entry: Entry) -> bool:
    """Whether the ids of an entry count equal rows apart."""
    return not entry.records.id or OCCURRENCE in entry.records.id


def gathered(entry: Entry) -> dict[str, str]:
    """The fields that all rows of a record give together, and how."""
    how = {target.name: (target.source.sum, target.source.last) for target in entry.values}
    return {name: "sum({})" if sums else "arg_max({}, row)" for name, (sums, last) in how.items() if sums or last}


def told(entry: Entry) -> list[tuple[str, str]]:
    """The cleaned columns that snapshots compare, and the fields they are."""
    values = [(target.name, target.name) for target in entry.values]
    return values + [(f"link_{link.name}", link.name) for link in entry.links]
