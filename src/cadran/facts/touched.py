"""Which keys of which fact tables a change of records touches: the rules of ``touched.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection

from cadran.facts import raw
from cadran.facts.transform import ORDER

FEW = 500  # ids spelled out in a statement
LIST = re.compile(r'\b(changed|touched)\."?(\w+)"?')
_IN_LIST = re.compile(rf"\bin \(select id from {LIST.pattern}\)")
_WHOLE_LIST = re.compile(rf"\s*select id from {LIST.pattern}\s*")
_NAMED = re.compile(r"\bin \((select [^()]+(?:\bin \([0-9, ]+\)[^()]*)+)\)")  # what a list spelled out names


@dataclass(frozen=True)
class Rules:
    """What touches one fact table: see the head of ``touched.toml``."""

    linked: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    compared: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> set[str]:
        """What they start from: fact tables and kinds of records."""
        return {*self.linked, *self.found, *self.compared}

    @property
    def sql(self) -> str:
        """All their SQL."""
        return " ".join((*self.found.values(), *self.compared.values()))


@cache
def rules() -> Mapping[str, Rules]:
    """The rules of every fact table, in the order of the tables."""
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: Rules(**content.get(name, {})) for name in ORDER}


class Lists:
    """Lists of ids: ``changed.<kind>`` of the records that changed, ``touched.<table>`` of the keys that they touch.

    SQL names them as if they were tables. A list of few ids is spelled out in each statement instead: DuckDB then skips
    the blocks of a base that hold none of them, in every table that the statement reads. A longer one is a table.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._few: dict[str, frozenset[int]] = {}
        self._many: dict[str, int] = {}
        for schema, names in (("changed", raw.kinds()), ("touched", ORDER)):
            connection.execute(f"create schema {schema}")
            for name in names:
                connection.execute(f'create table {schema}."{name}" (id bigint)')

    def clear(self) -> None:
        """Empty all lists for another round."""
        for name in self._many:
            self._connection.execute(f"delete from {_quoted(name)}")
        self._few, self._many = {}, {}

    def count(self, name: str) -> int:
        """How many ids are in a list."""
        return self._many.get(name) or len(self._few.get(name, ()))

    def kept(self) -> tuple[dict[str, frozenset[int]], dict[str, int]]:
        """What is to be put back with :meth:`put_back` when the transaction of what follows is rolled back."""
        return dict(self._few), dict(self._many)

    def put_back(self, kept: tuple[dict[str, frozenset[int]], dict[str, int]]) -> None:
        """Undo what was done since :meth:`kept`; the tables were rolled back."""
        self._few, self._many = kept

    def add(self, name: str, ids: Collection[int]) -> None:
        """Add ids to a list."""
        together = self._few.get(name, frozenset()) | set(ids)
        if name not in self._many and len(together) <= FEW:
            self._few[name] = together
        else:
            self._put(name, "select unnest($1::bigint[])", [sorted(together)])

    def add_found(self, name: str, select: str) -> None:
        """Add the ids that a SELECT finds."""
        if whole := _WHOLE_LIST.fullmatch(select):
            other = f"{whole[1]}.{whole[2]}"
            if other not in self._many:
                self.add(name, self._few.get(other, ()))
                return
        sql = self.spelled(select)
        rows = self._connection.execute(
            f"select distinct id from ({sql}) as found(id) where id is not null limit {FEW + 1}"
        ).fetchall()
        if len(rows) <= FEW:
            self.add(name, [one for (one,) in rows])
        else:
            self._put(name, sql)

    def _put(self, name: str, select: str, parameters: Sequence[object] = ()) -> None:
        """Have a list that is or becomes long as a table."""
        if few := self._few.pop(name, None):
            self._connection.execute(f"insert into {_quoted(name)} select unnest($1::bigint[])", [sorted(few)])
            self._many[name] = len(few)
        added = self._connection.execute(
            f"insert into {_quoted(name)} select distinct id from ({select}) as found(id) "
            f"where id is not null and id not in (select id from {_quoted(name)})",
            list(parameters),
        ).fetchone()
        self._many[name] = self._many.get(name, 0) + (int(added[0]) if added else 0)

    def spelled(self, sql: str) -> str:
        """The SQL with the ids of short lists spelled out, and what these name where a column is looked up in it."""
        sql = _IN_LIST.sub(lambda found: f"in ({self.ids(f'{found[1]}.{found[2]}')})", sql)
        sql = _NAMED.sub(lambda found: f"in ({self.named(found[1])})", sql)
        return LIST.sub(self._as_rows, sql)

    def ids(self, name: str) -> str:
        """What to write after ``in`` for the ids of a list."""
        if name in self._many:
            return f"select id from {_quoted(name)}"
        return ", ".join(str(one) for one in sorted(self._few.get(name, ()))) or "null"

    def _as_rows(self, found: re.Match[str]) -> str:
        name = f"{found[1]}.{found[2]}"
        if name in self._many:
            return _quoted(name)
        return f"(select unnest([{', '.join(str(one) for one in sorted(self._few.get(name, ())))}]::bigint[]) as id)"

    def named(self, select: str) -> str:
        """What to write after ``in`` for what this SELECT finds: the ids or texts themselves while they are few."""
        if " in (null)" in select and " or " not in select and " union " not in select:
            return "null"
        found = self._connection.execute(
            f"select distinct * from ({select}) as found(id) where id is not null limit {FEW + 1}"
        ).fetchall()
        return select if len(found) > FEW else ", ".join(_literal(one) for (one,) in found) or "null"

    def find(self, table: str, *, after: bool, compare: Callable[[str], bool] = bool) -> None:
        """Add to ``touched.<table>`` the keys that the ids in ``changed.*`` touch as the raw tables stand now.

        ``after`` says whether the change was applied to them; ``compare`` which of the comparing SELECTs to run.
        """
        touched, rule = f"touched.{table}", rules()[table]
        if self.count(f"changed.{table}"):
            self.add_found(touched, f"select id from changed.{table}")
        selects = [
            link(table, source, column) for source, column in rule.linked.items() if self.count(_list_of(source))
        ]
        compared = [(source, sql) for source, sql in rule.compared.items() if after and compare(sql)]
        for source, sql in (*rule.found.items(), *compared):
            named = [f"{schema}.{name}" for schema, name in LIST.findall(sql)]
            if not any(self.count(name) for name in named or (f"changed.{source}", f"touched.{source}")):
                continue
            if _WHOLE_LIST.fullmatch(sql):
                self.add_found(touched, sql)
            else:
                selects.append(sql)
        if selects:
            self.add_found(touched, " union ".join(f"({sql})" for sql in selects))


def link(table: str, source: str, column: str) -> str:
    """The SELECT that a linked column stands for."""
    return f'select id from raw."{table}" where {column} in (select id from {_list_of(source)})'


def _list_of(source: str) -> str:
    return f"touched.{source}" if source in ORDER else f"changed.{source}"


def _quoted(name: str) -> str:
    schema, _, table = name.partition(".")
    return f'{schema}."{table}"'


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
