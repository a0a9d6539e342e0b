"""The fact tables as the engine knows them: columns and their types, links, keys, cohorts.

Read from ``tables.toml``; a store of facts may add dimensions of its own (custom fields) with
:meth:`Tables.with_dimensions`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, cast, get_args

from cadran.metrics.errors import DefinitionError, FactsError

ColumnType = Literal["id", "dim", "text", "date", "moment", "money", "decimal", "integer", "flag"]

NUMBERS: frozenset[ColumnType] = frozenset({"money", "decimal", "integer"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_CONTRACT = Path(__file__).with_name("tables.toml")


@dataclass(frozen=True)
class Table:
    """One fact table.

    ``key`` identifies a row; ``record`` and ``record_id`` say which record a row opens; ``links`` maps the name of a
    table that has at most one row for each of ours to the column that holds its key; ``cohort`` is the date that places
    a row's subject in a cohort; ``shown`` are the columns listed first when rows are opened; ``sound`` says of a column
    what holds of every value that can be true; ``fresh`` is how many days a state that stands is believed unchanged;
    ``awaited`` are the columns of what may not have happened yet, or not to every row, whose blank is no fault;
    ``part_of`` is the table of which this one holds the rows that are so (the open ones): where that one has rows and
    this one none, none is known to be so.
    """

    name: str
    columns: Mapping[str, ColumnType]
    key: tuple[str, ...]
    record: str = ""
    record_id: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    cohort: str | None = None
    shown: tuple[str, ...] = ()
    sound: Mapping[str, str] = field(default_factory=dict)
    fresh: int | None = None
    awaited: tuple[str, ...] = ()
    part_of: str | None = None

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The columns by which measures of this table can be split, in their declared order."""
        return tuple(name for name, kind in self.columns.items() if kind == "dim")

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True)
class Tables:
    """All fact tables by name."""

    by_name: Mapping[str, Table]

    def __getitem__(self, name: str) -> Table:
        """The table of this name; raises FactsError when there is none."""
        try:
            return self.by_name[name]
        except KeyError:
            raise FactsError(
                f"There is no fact table {name!r}. There are: {', '.join(sorted(self.by_name))}."
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    @cached_property
    def identity(self) -> int:
        """A number that two contracts share only when they are the same; a key for caches."""
        return hash(
            tuple(
                (table.name, tuple(table.columns.items()), table.key, tuple(table.links.items()), table.cohort)
                for table in self.by_name.values()
            )
        )

    def with_dimensions(self, found: Mapping[str, Iterable[str]]) -> Tables:
        """The same tables, each with the dimensions found in a store of facts beside those of the contract.

        Tables that the contract does not know and names that are no plain names are passed over: they cannot be asked
        for.
        """
        extended = dict(self.by_name)
        for name, columns in found.items():
            table = extended.get(name)
            if table is None:
                continue
            new: dict[str, ColumnType] = {c: "dim" for c in columns if c not in table.columns and _NAME.fullmatch(c)}
            if new:
                extended[name] = replace(table, columns={**table.columns, **new})
        return Tables(extended)

    def without(self, hidden: Mapping[str, Collection[str]]) -> Tables:
        """The same tables without these columns, nor what rests on them; a table without its key is none."""
        kept = {name: set(hidden.get(name, ())) for name, table in self.by_name.items()}
        return Tables(
            {
                name: _without(table, kept[name])
                for name, table in self.by_name.items()
                if not kept[name] & {*table.key, table.record_id}
            }
        )

    def dimension(self, table: str, dimension: str) -> bool:
        """Whether rows of ``table`` have this dimension: a column of its own, or ``link.column`` one link away."""
        own = self[table]
        link, _, column = dimension.rpartition(".")
        if not link:
            return own.columns.get(column) == "dim"
        return link in own.links and link in self.by_name and self[link].columns.get(column) == "dim"

    def all_dimensions(self, table: str) -> list[str]:
        """Every dimension of ``table``, its own first, then those of its links."""
        own = self[table]
        linked = [f"{link}.{dim}" for link in own.links if link in self.by_name for dim in self[link].dimensions]
        return [*own.dimensions, *linked]


def _without(table: Table, hidden: set[str]) -> Table:
    if not hidden:
        return table
    return replace(
        table,
        columns={name: kind for name, kind in table.columns.items() if name not in hidden},
        links={name: column for name, column in table.links.items() if column not in hidden},
        cohort=None if table.cohort in hidden else table.cohort,
        shown=tuple(name for name in table.shown if name not in hidden),
        sound={name: text for name, text in table.sound.items() if not _names(f"{name} {text}", hidden)},
        awaited=tuple(name for name in table.awaited if name not in hidden),
    )


def _names(text: str, columns: set[str]) -> bool:
    return bool(set(re.findall(r"\w+", text)) & columns)


def read_tables(path: Path) -> Tables:
    """Read a contract of fact tables; raises DefinitionError when it contradicts itself."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    tables = {name: _read_table(name, entry, path.name) for name, entry in content.items()}
    for table in tables.values():
        for link in table.links:
            if link not in tables or len(tables[link].key) != 1:
                problem = f"the link {link!r} must name a table whose key is one column."
                raise DefinitionError(problem, file=path.name, metric=table.name)
    return Tables(tables)


@cache
def contract() -> Tables:
    """The tables of ``tables.toml``: what every store of facts offers."""
    return read_tables(_CONTRACT)


def _read_table(name: str, entry: Mapping[str, object], file: str) -> Table:
    columns = cast("dict[str, ColumnType]", entry.get("columns", {}))
    for column, kind in columns.items():
        if kind not in get_args(ColumnType) or not _NAME.fullmatch(column):
            choices = ", ".join(get_args(ColumnType))
            raise DefinitionError(f"column {column!r} must be one of {choices}.", file=file, metric=name)
    record = cast("dict[str, str]", entry.get("record", {}))
    table = Table(
        name=name,
        columns=columns,
        key=tuple(cast("list[str]", entry.get("key", []))),
        record=record.get("kind", ""),
        record_id=record.get("id", ""),
        links=cast("dict[str, str]", entry.get("links", {})),
        cohort=cast("str | None", entry.get("cohort")),
        shown=tuple(cast("list[str]", entry.get("shown", []))),
        sound=cast("dict[str, str]", entry.get("sound", {})),
        fresh=cast("int | None", entry.get("fresh")),
        awaited=tuple(cast("list[str]", entry.get("awaited", []))),
        part_of=cast("str | None", entry.get("part_of")),
    )
    named = [*table.key, *table.links.values(), *table.shown, *table.sound, *table.awaited]
    named += [table.cohort] if table.cohort else []
    missing = [column for column in named if column not in columns]
    if missing or not table.key:
        problem = f"has no column {missing[0]!r}." if missing else "needs a key."
        raise DefinitionError(problem, file=file, metric=name)
    return table
