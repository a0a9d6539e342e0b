"""A metric beside its variants: the value of each on the same data, and the rows that make the difference.

Two definitions differ by the rows they read, or by what they do with the same rows. The first are counted and opened;
of the second it is said that the rows are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from cadran.metrics.engines.base import Engine, Parameter
from cadran.metrics.result import Result
from cadran.metrics.rows import PAGE, Place, Query, Rows
from cadran.metrics.tables import Table
from cadran.metrics.writer import column, respelt

Side = Literal["more", "fewer"]


@dataclass(frozen=True)
class Difference:
    """The rows of one table: read by both definitions, by the variant alone (``more``), by the metric alone."""

    table: str
    shared: int
    more: int
    fewer: int


@dataclass(frozen=True)
class Beside:
    """A variant beside its metric, over the whole range of both."""

    metric: Result
    variant: Result
    differences: Sequence[Difference]

    @property
    def same_rows(self) -> bool:
        """Whether both read the same rows, and do other things with them."""
        return not any(one.more or one.fewer for one in self.differences)

    def rows(self, table: str, side: Side, *, limit: int = PAGE, offset: int = 0) -> Rows:
        """The rows that only one of the two reads."""
        return _Sides(self.metric, self.variant, self.metric.engine.tables[table]).rows(side, limit, offset)

    def to_json(self) -> dict[str, Any]:
        """In the words of the API."""
        return {
            "metric": self.variant.metric.key,
            "title": self.variant.title(),
            **self.variant.total.to_json(),
            "differences": [vars(one) for one in self.differences],
        }


def beside(metric: Result, variant: Result) -> Beside:
    """Set a variant's answer beside its metric's: the same question, asked of both."""
    tables = dict.fromkeys(m.table for result in (metric, variant) for m in result.metric.parts.values())
    return Beside(metric, variant, [_Sides(metric, variant, table).count() for table in tables])


class _Sides:
    """The rows of one table that each of two definitions reads."""

    def __init__(self, metric: Result, variant: Result, table: Table) -> None:
        self.engine: Engine = metric.engine
        self.table = table
        self.read = [*_queries(metric, table, 0), *_queries(variant, table, 1)]

    def count(self) -> Difference:
        """How many rows are on each side."""
        told, values = self._told(self.table.key)
        sides = [f'count(*) FILTER (WHERE "a" = {a} AND "b" = {b})' for a, b in ((1, 1), (0, 1), (1, 0))]
        found = self.engine.select(f'SELECT {", ".join(sides)} FROM ({told}) AS "told"', values)[0]
        return Difference(self.table.name, *(int(number or 0) for number in found))

    def rows(self, side: Side, limit: int, offset: int) -> Rows:
        """A page of the rows on one side, ordered by key."""
        table = self.table
        names = tuple(dict.fromkeys([*table.shown, *table.columns]))
        told, values = self._told(names)
        mine = f'FROM ({told}) AS "told" WHERE "a" = {int(side == "fewer")} AND "b" = {int(side == "more")}'
        count = self.engine.select(f"SELECT count(*) {mine}", values)[0][0]
        paging = f" ORDER BY {_listed(table.key)} LIMIT {int(limit)} OFFSET {int(offset)}"
        found = self.engine.select(f"SELECT {_listed(names)} {mine}{paging}", values)
        return Rows(names, found, int(count), table.shown, table.record, table.record_id, side)

    def _told(self, columns: Sequence[str]) -> tuple[str, list[Parameter]]:
        """A SELECT of these columns of the rows that either reads, and of who does: "a" the metric, "b" the variant."""
        parts: list[str] = []
        values: list[Parameter] = []
        for query, side in self.read:
            named = ", ".join(f'{column(name)} AS "{name}"' for name in columns)
            said, own = query.said(f'SELECT {named}, {1 - side} AS "a", {side} AS "b"', query.counted)
            parts.append(respelt(said, partial(_numbered, len(values))))
            values += own
        either = " UNION ALL ".join(parts)
        listed = _listed(columns)
        return f'SELECT {listed}, max("a") AS "a", max("b") AS "b" FROM ({either}) AS "read" GROUP BY {listed}', values


def _queries(result: Result, table: Table, side: int) -> list[tuple[Query, int]]:
    """The parts of a definition that read a table, with the side that it is on."""
    inquiry = result.inquiry.whole
    place = Place(inquiry.periods[0], {})
    parts = [part for part in result.metric.reads if result.metric.parts[part.name].table.name == table.name]
    return [(Query(result.engine, inquiry, part, place), side) for part in parts]


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _numbered(before: int, place: int) -> str:
    """A parameter of one of several texts that are joined into one."""
    return f"${before + place + 1}"
