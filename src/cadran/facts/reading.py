"""Which columns each fact table reads: what must be worked out again once some of them changed, and what need not.

The plans that DuckDB makes of the tables' SQL say it, so that it holds for whatever that SQL becomes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Any

import duckdb

from cadran.facts import raw, transform
from cadran.facts.leaning import behind
from cadran.facts.touched import LIST, link, rules
from cadran.metrics.tables import contract

_AS_WRITTEN = (
    "filter_pushdown,filter_pullup,statistics_propagation,join_order,common_subplan,cte_inlining,empty_result_pullup"
)
"""Optimizers that would hide a column that only a filter reads, or a table because it is empty here."""

_OF_RECORD = re.compile(r"\brecord = '(\w+)'")
_WORD = re.compile(r"\w+")
_TABLE = re.compile(r'\b(raw|main|shared)\."?(\w+)')

Columns = frozenset[str]

ROW = ""
"""Stands among the columns that differ where rows came or went, which concerns whoever reads any column or none."""


@cache
def reads(name: str) -> Mapping[str, Columns]:
    """The columns that a fact table reads, by ``raw.<kind>`` and ``main.<table>``."""
    return _planned()[name]


@cache
def read_by_others(name: str) -> bool:
    """Whether other fact tables read this one."""
    return any(f"main.{name}" in reads(other) for other in transform.ORDER)


@cache
def _planned() -> Mapping[str, Mapping[str, Columns]]:
    found = {}
    with duckdb.connect(":memory:") as connection:
        raw.create_raw(connection)
        connection.execute("insert into raw.organisation (id, currency, time_zone) values (1, 'EUR', 'UTC')")
        transform.prepare(connection)
        for name in transform.ORDER:
            transform.create(connection, contract()[name], f'main."{name}"')
        connection.execute(f"set disabled_optimizers = '{_AS_WRITTEN}'")
        for name in transform.ORDER:
            table = contract()[name]
            plan = connection.execute(f"explain (format json) {transform.rows_of(table)}").fetchone()
            columns: dict[str, set[str]] = {}
            for read, named in scans(json.loads(plan[1] if plan else "[]")):
                columns.setdefault(read, set()).update(named)
            if table.record in raw.COLUMNS:  # the custom dimensions of an organisation
                columns.setdefault(f"raw.{table.record}", set()).add("custom")
            found[name] = {read: frozenset({*named, ROW}) for read, named in columns.items()}
    return found


def scans(nodes: list[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """The tables that a plan reads, and of each the columns that it takes out or filters by."""
    for node in nodes:
        info = node.get("extra_info", {})
        if "Table" in info:
            filters = _WORD.findall(" ".join(_listed(info, "Filters")))  # their columns, among other words
            yield info["Table"].partition(".")[2].replace('"', ""), [*_listed(info, "Projections"), *filters]
        yield from scans(node["children"])


def _listed(info: Mapping[str, Any], key: str) -> list[str]:
    """What a plan says under a key: a text alone, or a list of them."""
    said = info.get(key, [])
    return [said] if isinstance(said, str) else said


@cache
def heeds(name: str) -> Columns | None:
    """The kinds of records whose change rows a fact table reads; None for those of all."""
    sql = transform.text(name)
    kinds = _OF_RECORD.findall(sql)
    return frozenset(kinds) if len(kinds) >= len(re.findall(r"\braw\.change\b", sql)) else None


class Differences:
    """What is no longer as it was, as it becomes known while the fact tables are worked out again in their order."""

    def __init__(self, changed: Mapping[str, Columns], former: Mapping[str, Columns]) -> None:
        """``changed``: the columns of records that differ, by kind; ``former``: those of records there before."""
        self._columns = {f"raw.{kind}": columns for kind, columns in changed.items()}
        self._kinds = frozenset(changed)
        self._former = former
        self._settled: set[str] = set()

    def settle(self, name: str, columns: Columns) -> None:
        """A fact table is worked out again: these of its columns differ in some row."""
        self._settled.add(name)
        self._columns[f"main.{name}"] = columns

    def concern(self, name: str) -> bool:
        """Whether a fact table reads anything that differs, those before it being settled."""
        return any(self._concern(name, read, columns) for read, columns in reads(name).items())

    def _concern(self, name: str, read: str, columns: Columns) -> bool:
        if read == "raw.change":
            heeded = heeds(name)
            return bool(self._kinds if heeded is None else self._kinds & heeded)
        return bool(self._columns.get(read, frozenset()) & columns)

    def possible(self) -> set[str]:
        """The fact tables not yet settled that may have to be worked out, as far as is known by now."""
        found: set[str] = set()
        for name in transform.ORDER:
            if name not in self._settled and (
                self.concern(name) or any(f"main.{other}" in reads(name) for other in found)
            ):
                found.add(name)
        return found

    def sought(self) -> set[str]:
        """The fact tables whose touched keys those possible are found by, themselves included."""
        return _found_by(self.possible())

    def looked_back(self) -> set[str]:
        """The fact tables whose touched keys must also be found as things were: a link to them may be another now."""
        possible = self.possible()
        return _found_by(
            {name for name in self.sought() if any(self._looks_back(name, sql, possible) for sql in _links(name))}
        )

    def _looks_back(self, name: str, sql: str, possible: Collection[str]) -> bool:
        sources = [source for schema, source in LIST.findall(sql) if schema == "changed"]
        if sources and not self._kinds & set(sources):
            return False
        words = set(_WORD.findall(sql))
        for schema, read in _TABLE.findall(sql):
            if schema == "main" and read != name and read in possible:
                return True
            kinds = behind(read) if schema == "shared" else {read} if schema == "raw" else set()
            if any(self._former.get(kind, frozenset()) & words for kind in kinds):
                return True
        return False

    def compare(self, sql: str) -> bool:
        """Whether SQL that compares former rows with what they should be names anything that differs."""
        words = set(_WORD.findall(sql))
        for schema, read in _TABLE.findall(sql):
            for source in [f"raw.{kind}" for kind in behind(read)] if schema == "shared" else [f"{schema}.{read}"]:
                columns = self._columns.get(source, frozenset())
                if columns & (words if schema != "shared" else columns):
                    return True
        return False


@cache
def _links(name: str) -> tuple[str, ...]:
    """The SQL of all rules that find touched keys of a table by what they are linked to."""
    rule = rules()[name]
    return (*(link(name, source, column) for source, column in rule.linked.items()), *rule.found.values())


def _found_by(names: Collection[str]) -> set[str]:
    found = set(names)
    for name in reversed(transform.ORDER):
        if name in found:
            found |= _sources(name)
    return found


@cache
def _sources(name: str) -> Columns:
    """The fact tables whose touched keys the rules of this one start from."""
    sql = " ".join((*_links(name), *rules()[name].compared.values()))
    return frozenset(source for schema, source in LIST.findall(sql) if schema == "touched")
