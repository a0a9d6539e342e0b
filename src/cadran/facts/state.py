"""A base of facts, open and locked down, with what changed since in small tables that shadow it.

``base.*`` is the published file, read-only. ``raw.*`` and ``main.*`` are views: straight onto the base while nothing of
a table changed, else the base without the ids in ``gone*.<table>`` and with the rows of ``delta*.<table>``. Each round
of changes is one transaction: a reader sees the state before it or after it, never between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import duckdb

from cadran.facts import mirror, raw, spill, transform, words
from cadran.facts.leaning import behind, shared_views
from cadran.facts.publish import Base, read_description
from cadran.facts.reading import ROW, Columns, Differences, read_by_others
from cadran.facts.touched import FEW, Lists
from cadran.metrics.engines.duckdb import LOCKS


class TooMuchTouched(Exception):
    """So many rows would have to be worked out again that building anew is cheaper."""


class State:
    """One base and the changes applied to it. Only one thread may change it at a time; cursors read it from any."""

    settled: ClassVar[tuple[str, ...]] = ("owner", "product", "campaign", "stage", "rate")
    """The shared views that are small and seldom change: as tables they take less time to plan with."""

    def __init__(self, path: Path, *, memory_limit: str = "4GB") -> None:
        """Open the base in this file; raises duckdb.Error or FileNotFoundError when that cannot be done."""
        self.path = path
        self.connection = duckdb.connect(
            ":memory:", config={"memory_limit": memory_limit, "temp_directory": str(spill.place(path.parent))}
        )
        self.connection.execute(f"attach '{path}' as base (read_only)")
        # It would work out whole views for the sake of the few touched rows that several parts of a statement read.
        self.connection.execute("set disabled_optimizers = 'common_subplan'")
        for lock in LOCKS:
            self.connection.execute(lock)
        self.base: Base = read_description(self.connection)
        self.tables = self.base.tables
        self.rows = 0
        """How many rows of facts the changes since the base made."""
        self._shadowed: set[str] = set()
        self._words = {f'main."{name}"': found for name, found in words.encoded(self.connection, "base").items()}
        self._known = words.known(self.connection, "base")
        self._strange: dict[str, frozenset[str]] = {}
        self._lay_out()
        self._origin = self.connection.cursor()

    @property
    def change_id(self) -> int:
        """The last change row applied; any thread may ask, also while changes are being applied."""
        return change_id(self.cursor())

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for a reader."""
        return self._origin.cursor()

    def apply(
        self,
        changed: Mapping[str, Collection[int]],
        put: Mapping[str, Sequence[mirror.Row]],
        *,
        upto: int,
        limit: int | None = None,
    ) -> None:
        """Work out again what the change of these records touches; ``put`` are their raw rows as they are now.

        A fact table is left alone when no column that it reads differs from before; so is what reads it, when its rows
        turn out to be the same.

        Raises TooMuchTouched, leaving everything as it was, when a fact table has more than ``limit`` touched keys.
        """
        with self.transaction():
            self.lists.clear()
            for kind, ids in changed.items():
                self.lists.add(f"changed.{kind}", ids)
            differences = self._differences(changed, put)
            looked_back = differences.looked_back()
            for name in transform.ORDER:
                if name in looked_back:
                    self.lists.find(name, after=False)
            for kind, rows in put.items():
                self.forget(kind)
                mirror.append(self.connection, f'delta_raw."{kind}"', [rows])
            self._settle(view for view in self.settled if behind(view) & changed.keys())
            self._work_out(differences, limit)
            self.connection.execute("update main.state set change_id = $1", [upto])

    def _work_out(self, differences: Differences, limit: int | None) -> None:
        sought = differences.sought()
        fresh: set[str] = set()
        for name in transform.ORDER:
            different: Columns = frozenset()
            if name in sought:
                self.lists.find(name, after=True, compare=differences.compare)
                count = self.lists.count(f"touched.{name}")
                if limit is not None and count > limit:
                    raise TooMuchTouched
                if count and differences.concern(name):
                    different = self._recompute(name, fresh, compare=count <= FEW and read_by_others(name))
            differences.settle(name, different)
            if different:
                fresh.add(name)
            if name in sought:
                sought = differences.sought()

    def _differences(
        self, changed: Mapping[str, Collection[int]], put: Mapping[str, Sequence[mirror.Row]]
    ) -> Differences:
        """In which columns the records that changed differ from what the raw tables say of them."""
        differing, former = {}, {}
        for kind, ids in changed.items():
            columns = tuple(raw.columns(kind))
            everything = frozenset({*columns, ROW})
            if kind == "change":  # each is new
                differing[kind], former[kind] = everything, frozenset[str]()
            elif len(ids) > FEW:
                differing[kind] = former[kind] = everything
            else:
                before = self.connection.execute(
                    f'select * from raw."{kind}" where id in ({self.lists.ids(f"changed.{kind}")})'
                ).fetchall()
                differing[kind] = _differing(columns, before, self._as_stored(kind, put[kind]), key=("id",))
                former[kind] = differing[kind] if ROW not in differing[kind] else everything if before else frozenset()
        return Differences(differing, former)

    def _as_stored(self, kind: str, rows: Sequence[mirror.Row]) -> list[tuple[Any, ...]]:
        """Raw rows as a raw table gives them back: records databases write the same values in ways of their own."""
        self.connection.execute(f'create or replace table delta_raw.put as from delta_raw."{kind}" limit 0')
        mirror.append(self.connection, "delta_raw.put", [rows])
        return self.connection.execute("from delta_raw.put").fetchall()

    def forget(self, kind: str) -> None:
        """Shadow the raw rows whose ids are in ``changed.<kind>``: the base's no longer count, nor those put since."""
        self._forget(f'raw."{kind}"', "id", f"changed.{kind}")

    def _recompute(self, name: str, fresh: Collection[str] = transform.ORDER, *, compare: bool = False) -> Columns:
        """Work out the touched rows of a fact table again; returns the columns that differ in some row.

        Unless told to ``compare``, they are put in place of the former ones without a look, and all columns returned.
        """
        table, view, keys = self.tables[name], f'main."{name}"', f"touched.{name}"
        ids, columns = self.lists.ids(keys), tuple(table.columns)
        select = transform.rows_of(table, ids, self.lists.named, fresh)
        differing = frozenset({*columns, ROW})
        if compare:
            rows = self.connection.execute(select).fetchall()
            former = self.connection.execute(f'select * from {view} where "{table.key[0]}" in ({ids})').fetchall()
            differing = _differing(columns, former, rows, key=table.key)
            if not differing:
                return differing
            self._forget(view, table.key[0], keys)
            mirror.append(self.connection, f"delta_{view}", [rows])
            self._admit_strange_words(view, table.key[0], columns, rows)
        else:
            self._forget(view, table.key[0], keys)
            named = self._not_strange(view)
            rows = self.connection.execute(
                f"insert into delta_{view} {select} returning {', '.join(f'"{one}"' for one in named) or '1'}"
            ).fetchall()
            self._admit_strange_words(view, table.key[0], named, rows)
        self.rows += len(rows)
        return differing

    def _not_strange(self, view: str) -> tuple[str, ...]:
        """The dimensions of a table that are stored as places in a list and may still be shown as such."""
        return tuple(name for name in self._words.get(view, ()) if name not in self._strange.get(view, ()))

    def _admit_strange_words(
        self, view: str, key: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> None:
        """Have dimensions as texts once a row has one that the base never heard of."""
        strange = {
            name
            for name in self._not_strange(view)
            if not self._known[name] >= {row[columns.index(name)] for row in rows} - {None}
        }
        if strange:
            self._strange[view] = self._strange.get(view, frozenset()) | strange
            self._show(view, key)

    def _forget(self, view: str, key: str, name: str) -> None:
        gone = f"gone_{view}"
        if view in self._shadowed:
            self.connection.execute(f'delete from delta_{view} where "{key}" in ({self.lists.ids(name)})')
        # Some may be there already: each time once more does no harm, and costs less than to look.
        self.connection.execute(f"insert into {gone} {self.lists.spelled(f'select id from {name}')}")
        if view not in self._shadowed:
            self._shadowed.add(view)
            self._show(view, key)

    def _show(self, view: str, key: str, *, as_in_base: bool = False) -> None:
        """Lay a view over the base's table and, unless it is to show the base alone, over what shadows it."""
        rows = f"select * from base.{view}"
        if view in self._shadowed and not as_in_base:
            strange = self._strange.get(view, frozenset())
            known = [name for name in self._words.get(view, ()) if name not in strange]
            shadowing = f'base.{view} b anti join gone_{view} g on g.id = b."{key}"'
            rows = (
                f"select b.* {words.as_texts(sorted(strange))} from {shadowing} "
                f"union all select * {words.as_words(known, 'base')} from delta_{view}"
            )
        self.connection.execute(f"create or replace view {view} as {rows}")

    def _lay_out(self) -> None:
        run = self.connection.execute
        run("create table main.state as select $1::bigint as change_id", [self.base.change_id])
        for schema in ("raw", "shared", "delta_raw", "delta_main", "gone_raw", "gone_main"):
            run(f"create schema {schema}")
        self.lists = Lists(self.connection)
        for schema, names in (("raw", raw.kinds()), ("main", transform.ORDER)):
            for name in names:
                if schema == "main":  # with texts that the base may never have heard of
                    transform.create(self.connection, self.tables[name], f'delta_main."{name}"')
                else:
                    run(f'create table delta_{schema}."{name}" as from base.{schema}."{name}" limit 0')
                run(f'create table gone_{schema}."{name}" (id bigint)')
                run(f'create view {schema}."{name}" as from base.{schema}."{name}"')
        transform.prepare(self.connection)
        for view in self.settled:
            run(f"drop view shared.{view}")
        self._settle(self.settled)

    def _settle(self, views: Iterable[str]) -> None:
        for view in views:
            self.connection.execute(f"create or replace table shared.{view} as {shared_views()[view]}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: readers see what is done within only once it is over."""
        before = self.rows, set(self._shadowed), dict(self._strange)
        lists = self.lists.kept()
        self.connection.begin()
        try:
            yield
            self.connection.commit()
        except BaseException:
            self.connection.rollback()
            self.rows, self._shadowed, self._strange = before
            self.lists.put_back(lists)
            raise


def _differing(
    columns: Sequence[str],
    former: Sequence[tuple[Any, ...]],
    rows: Sequence[tuple[Any, ...]],
    *,
    key: Sequence[str],
) -> Columns:
    """The columns in which rows differ from the former ones; all of them where a key came or went."""
    before, after = set(former) - set(rows), set(rows) - set(former)
    places = [columns.index(name) for name in key]
    gone, come = ({tuple(row[place] for place in places): row for row in some} for some in (before, after))
    if gone.keys() != come.keys() or not len(gone) == len(before) == len(after) or len(former) != len(rows):
        return frozenset({*columns, ROW})
    return frozenset(
        name for place, name in enumerate(columns) if any(gone[one][place] != come[one][place] for one in gone)
    )


def change_id(connection: duckdb.DuckDBPyConnection) -> int:
    """The last change row in what this connection sees."""
    row = connection.execute("select change_id from main.state").fetchone()
    assert row is not None
    return int(row[0])
