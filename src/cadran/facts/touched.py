"""Which keys of which fact tables a change of records touches: the rules of ``touched.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from duckdb import DuckDBPyConnection

from cadran.facts import raw
from cadran.facts.transform import ORDER

FEW = 500  # ids spelled out in a statement
_LIST = re.compile(r'\bin \((select id from (?:changed|touched)\."?\w+"?)\)')
_NAMED = re.compile(r"\bin \((select [^()]+(?:\bin \([0-9, ]+\)[^()]*)+)\)")  # what a list spelled out names


@dataclass(frozen=True)
class Rules:
    """What touches one fact table: see the head of ``touched.toml``."""

    linked: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)


@cache
def rules() -> Mapping[str, Rules]:
    """The rules of every fact table, in the order of the tables."""
    content = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: Rules(**content.get(name, {})) for name in ORDER}


def create_lists(connection: DuckDBPyConnection) -> None:
    """Create the empty lists ``changed.<kind>`` and ``touched.<table>``."""
    for schema, names in (("changed", raw.kinds()), ("touched", ORDER)):
        connection.execute(f"create schema {schema}")
        for name in names:
            connection.execute(f'create table {schema}."{name}" (id bigint)')


def clear_lists(connection: DuckDBPyConnection) -> None:
    """Empty the lists for another round."""
    for schema, names in (("changed", raw.kinds()), ("touched", ORDER)):
        for name in names:
            connection.execute(f'delete from {schema}."{name}"')


def listed(connection: DuckDBPyConnection, select: str) -> str:
    """What to write after ``in`` for the ids or texts that this SELECT finds: they themselves while they are few.

    DuckDB then skips the blocks of a base that hold none of them, in every table that the statement reads.
    """
    ids = connection.execute(f"select distinct * from ({select}) as found(id) where id is not null limit {FEW + 1}")
    found = ids.fetchall()
    return select if len(found) > FEW else ", ".join(_literal(one) for (one,) in found) or "null"


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def find(connection: DuckDBPyConnection, table: str, changed: set[str], touched: dict[str, int]) -> None:
    """Add to ``touched.<table>`` the keys that the ids in ``changed.*`` touch as the raw tables stand now.

    ``changed`` names the kinds whose list is not empty; ``touched`` counts the keys found so far by table, and is
    added to.
    """
    found = [f'select id from changed."{table}"'] if table in changed else []
    for source, column in rules()[table].linked.items():
        schema = "touched" if source in ORDER else "changed"
        if source in touched or source in changed:
            found.append(f'select id from raw."{table}" where {column} in (select id from {schema}."{source}")')
    found += [sql for source, sql in rules()[table].found.items() if source in touched or source in changed]
    if found:
        union = " union ".join(f"({sql})" for sql in found)
        for pattern in (_LIST, _NAMED):
            union = pattern.sub(lambda match: f"in ({listed(connection, match[1])})", union)
        added = connection.execute(
            f'insert into touched."{table}" select id from ({union}) as found(id) where id is not null '
            f'and id not in (select id from touched."{table}")'
        ).fetchone()
        if added and added[0]:
            touched[table] = touched.get(table, 0) + int(added[0])
