"""The facts as they were known at a past moment: what was known later is undone, then the same transforms run.

A table is worked out when it is first asked for, with what it leans on, and no other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache

from sqlglot import parse_one
from sqlglot.expressions import Table

from cadran.facts import mirror, raw
from cadran.facts.leaning import leaning, read_by_rules
from cadran.facts.state import State
from cadran.facts.transform import ORDER
from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.engines.duckdb import DuckDB

WORDS = frozenset({"pipeline", "stage"})  # the past is told in them, whenever they were written down here


class Past(State):
    """A state of its own, in memory, with the records as they were known at ``moment``.

    A record is its latest row with the changes known later undone; one whose creation was known later is absent.
    Imported changes that happened before the record was known (a history imported after it) were in its first row
    already: they stay. Any thread may use it.
    """

    settled = ()  # the records are put back kind by kind

    def __init__(self, state: State, moment: datetime) -> None:
        super().__init__(state.path)
        self.moment = moment
        self._lock = threading.Lock()
        self._put_back: set[str] = set()  # kinds
        self._found: set[str] = set()  # fact tables of which the touched keys are known
        self._made: set[str] = set()
        self._carry_over(state)

    def need(self, tables: Collection[str]) -> None:
        """Have these fact tables as they were then."""
        with self._lock:
            if set(tables) <= self._made:
                return
            needs = leaning(tables)
            with self.transaction():
                kinds = needs.kinds - raw.SETTINGS - self._put_back
                self._find_later(kinds)
                for kind in sorted(kinds):
                    self._mark_changed(kind)
                new = [name for name in needs.found if name not in self._found]
                if new:
                    with self._as_in_base(read_by_rules(new)):
                        for name in new:
                            self.lists.find(name, after=False)
                for kind in sorted(kinds):
                    if self.lists.count(f"changed.{kind}"):
                        self._put(kind)
                for name in needs.found:
                    if name in new:
                        self.lists.find(name, after=True)
                    if name in needs.made and name not in self._made and self.lists.count(f"touched.{name}"):
                        self._recompute(name)
            self._put_back |= kinds
            self._found |= set(new)
            self._made |= set(needs.made)

    def _carry_over(self, state: State) -> None:
        """Bring what changed since the base, which both share: ``temp.<kind>_now`` and the ids of what it replaces."""
        reader = state.cursor()
        for kind in raw.kinds():
            for suffix, schema in (("now", "delta_raw"), ("gone", "gone_raw")):
                self.connection.execute(f'create temp table "{kind}_{suffix}" as from {schema}."{kind}" limit 0')
                rows = reader.execute(f'from {schema}."{kind}"').fetchall()
                if rows:
                    mirror.append(self.connection, f'temp."{kind}_{suffix}"', [rows])

    def _find_later(self, kinds: Collection[str]) -> None:
        """Fill ``temp.later`` with the changes of these kinds known after the moment.

        ``temp.undone`` is each field's first of them.
        """
        at = self.moment.astimezone(UTC).replace(tzinfo=None)
        among = ", ".join(f"'{kind}'" for kind in sorted(kinds)) or "null"
        self.connection.execute(
            f"""
            create or replace temp table later as
            select id, record, record_id, field, from_value, "at", known_at, origin
            from (select * from base.raw.change union all select * from temp.change_now)
            where known_at > $1 and ({"true" if "change" in kinds else f"record in ({among})"})
            """,
            [at],
        )
        self.connection.execute(
            f"""
            create or replace temp table undone as
            with begun as (
                select record, record_id, known_at
                from (select * from base.raw.change union all select * from temp.change_now)
                where field = '' and known_at <= $1 and record in ({among})
                    and record_id in (select l.record_id from temp.later l)
            )
            select l.record, l.record_id, l.field, l.from_value
            from temp.later l
            left join begun b on b.record = l.record and b.record_id = l.record_id
            where l.record in ({among}) and (b.known_at is null or l.origin <> 'import' or l."at" >= b.known_at)
            qualify row_number() over (partition by l.record, l.record_id, l.field order by l.known_at, l.id) = 1
            """,
            [at],
        )

    def _mark_changed(self, kind: str) -> None:
        later = (
            "select id from temp.later"
            if kind == "change"
            else f"select record_id from temp.later where record = '{kind}'"  # its facts may be made of its changes
        )
        self.lists.add_found(f"changed.{kind}", f'(select id from temp."{kind}_gone") union ({later})')

    def _put(self, kind: str) -> None:
        """Put the changed records of a kind back as they were then."""
        self.forget(kind)
        if kind == "change":
            rows = "select n.* from temp.change_now n where n.id not in (select l.id from temp.later l)"
        else:
            rows = self.lists.spelled(_rows_then(kind))
        self.connection.execute(f'insert into delta_raw."{kind}" {rows}')

    @contextmanager
    def _as_in_base(self, read: Collection[str]) -> Iterator[None]:
        """Show these tables as they are in the base: what is named there is touched too."""
        views = {f'raw."{kind}"': "id" for kind in self._put_back}
        views |= {f'main."{name}"': self.tables[name].key[0] for name in self._made}
        shadowed = {view: key for view, key in views.items() if view in self._shadowed & set(read)}
        for view, key in shadowed.items():
            self._show(view, key, as_in_base=True)
        yield
        for view, key in shadowed.items():
            self._show(view, key)


@lru_cache(maxsize=512)
def _named(sql: str) -> frozenset[str]:
    """The tables that a SELECT names; asked of DuckDB itself, some aggregates fail for want of the parameters."""
    return frozenset(table.name for table in parse_one(sql, dialect="duckdb").find_all(Table))


class PastFacts(DuckDB):
    """The facts of a past moment as an engine. Nothing of them changes, so questions need not wait for one another."""

    def __init__(self, past: Past, name: str, fresh_at: datetime, history: Callable[[datetime], Engine]) -> None:
        super().__init__(past.cursor(), tables=past.tables, data_version=name, fresh_at=fresh_at, history=history)
        self._past = past

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT; raises FactsError when a table or column of the contract is missing here."""
        self._past.need(_named(sql) & set(ORDER))
        return super().select(sql, parameters)


def _rows_then(kind: str) -> str:
    """The SELECT of the changed records of a kind as they were then."""
    named = {field.column: field.name for field in raw.model(kind)._meta.concrete_fields}
    pivoted, put = [], []
    for column, type_ in raw.columns(kind).items():
        field = named[column]
        if column == "custom":
            entries = "list({key: substr(field, 8), value: from_value}) filter (field like 'custom.%')"
            pivoted.append(f"cast(to_json(map_from_entries({entries})) as varchar) as custom")
            merged = "cast(json_merge_patch(coalesce(c.custom, '{}'), u.custom) as varchar)"
            put.append(f"case when u.custom is null then c.custom else nullif({merged}, '{{}}') end")
        else:
            pivoted.append(f"bool_or(field = '{field}') as \"has {column}\"")
            pivoted.append(f"max(from_value) filter (field = '{field}') as \"{column}\"")
            put.append(f'case when u."has {column}" then try_cast(u."{column}" as {type_}) else c."{column}" end')
    return f"""
        with now as (
            select * from temp."{kind}_now"
            union all
            select * from base.raw."{kind}"
            where id in (select id from changed."{kind}") and id not in (select id from temp."{kind}_gone")
        ),
        undone as (
            select record_id, bool_or(field = '') as absent, {", ".join(pivoted)}
            from temp.undone
            where record = '{kind}'
            group by record_id
        )
        select {", ".join(put)}
        from now c
        left join undone u on u.record_id = c.id
        where {"true" if kind in WORDS else "not coalesce(u.absent, false)"}
    """
