"""A base of facts, open and locked down, with what changed since in small tables that shadow it.

``base.*`` is the published file, read-only. ``raw.*`` and ``main.*`` are views: straight onto the base while nothing of
a table changed, else the base without the ids in ``gone*.<table>`` and with the rows of ``delta*.<table>``. Each round
of changes is one transaction: a reader sees the state before it or after it, never between.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import duckdb

from cadran.facts import raw, spill, transform, words
from cadran.facts.leaning import behind, shared_views
from cadran.facts.publish import Base, read_description
from cadran.facts.touched import Lists
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
        replace: Callable[[], None],
        *,
        upto: int,
        limit: int | None = None,
    ) -> None:
        """Work out again what the change of these records touches; ``replace`` puts their raw rows in place.

        Raises TooMuchTouched, leaving everything as it was, when a fact table has more than ``limit`` touched keys.
        """
        with self.transaction():
            self.lists.clear()
            for kind, ids in changed.items():
                self.lists.add(f"changed.{kind}", ids)
            for name in transform.ORDER:
                self.lists.find(name, after=False)
            replace()
            self._settle(view for view in self.settled if behind(view) & changed.keys())
            for name in transform.ORDER:
                self.lists.find(name, after=True)
                count = self.lists.count(f"touched.{name}")
                if limit is not None and count > limit:
                    raise TooMuchTouched
                if count:
                    self._recompute(name)
            self.connection.execute("update main.state set change_id = $1", [upto])

    def forget(self, kind: str) -> None:
        """Shadow the raw rows whose ids are in ``changed.<kind>``: the base's no longer count, nor those put since."""
        self._forget(f'raw."{kind}"', "id", f"changed.{kind}")

    def _recompute(self, name: str) -> None:
        table, view, keys = self.tables[name], f'main."{name}"', f"touched.{name}"
        self._forget(view, table.key[0], keys)
        rows = transform.rows_of(table, self.lists.ids(keys), self.lists.named)
        put = self.connection.execute(f"insert into delta_{view} {rows}").fetchone()
        self.rows += int(put[0]) if put else 0
        self._admit_strange_words(view, table.key[0], keys)

    def _admit_strange_words(self, view: str, key: str, keys: str) -> None:
        """Have dimensions as texts once a row has one that the base never heard of."""
        before = self._strange.get(view, frozenset())
        known = [name for name in self._words.get(view, ()) if name not in before]
        rows = f'(from delta_{view} where "{key}" in ({self.lists.ids(keys)}))'
        if strange := words.unheard_of(self.connection, rows, known, "base"):
            self._strange[view] = before | strange
            self._show(view, key)

    def _forget(self, view: str, key: str, name: str) -> None:
        ids, gone = self.lists.ids(name), f"gone_{view}"
        self.connection.execute(f'delete from delta_{view} where "{key}" in ({ids})')
        fresh = self.lists.spelled(f"select id from {name} where id not in (select id from {gone})")
        self.connection.execute(f"insert into {gone} {fresh}")
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


def change_id(connection: duckdb.DuckDBPyConnection) -> int:
    """The last change row in what this connection sees."""
    row = connection.execute("select change_id from main.state").fetchone()
    assert row is not None
    return int(row[0])
