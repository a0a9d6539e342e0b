"""The pieces that every SELECT of the engine is written with, and the parameters collected on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date

from cadran.metrics.condition import BASE
from cadran.metrics.dialect import Dialect
from cadran.metrics.measure import DISTRIBUTIONS, Aggregate, Measure
from cadran.metrics.period import Steps
from cadran.metrics.scan import Filters, Run, Scan, month_number
from cadran.metrics.tables import Tables

Value = date | int | str | None
Slot = tuple[Hashable, ...]


@dataclass(frozen=True)
class Text:
    """SQL with ``$1``, ``$2`` … and what each of them stands for in a question of this shape."""

    sql: str
    slots: tuple[Slot, ...]


@dataclass
class Writer:
    """Collects the parameters of a text while it is written."""

    dialect: Dialect
    tables: Tables
    slots: list[Slot] = field(default_factory=list)

    def slot(self, *name: Hashable) -> str:
        """A parameter for this value; the same name gives the same parameter."""
        if name not in self.slots:
            self.slots.append(name)
        return f"${self.slots.index(name) + 1}"

    def constant(self, value: date) -> str:
        """A parameter with a value of its own, for texts that are not kept."""
        return self.slot("constant", value)

    def day(self, *name: Hashable) -> str:
        """A parameter that is a date."""
        return f"CAST({self.slot(*name)} AS DATE)"


_KNOWN = re.compile(r'NOT \(?("[a-z0-9_]+"\."[a-z0-9_]+") IS NULL\)?')
_PARAMETER = re.compile(r"'(?:[^']|'')*'|\$(\d+)")


def bind(slots: Sequence[Slot], run: Run, filters: Filters) -> list[Value]:
    """The values of the parameters for one run and one choice of filters."""
    values: list[Value] = []
    for slot in slots:
        match slot:
            case ("first",):
                values.append(run.first)
            case ("end",):
                values.append(run.end)
            case ("origin",):
                assert run.steps is not None
                values.append(month_number(run.steps.origin) if run.steps.unit == "month" else run.steps.origin)
            case ("span", int(place), int(side)):
                values.append(run.cells[place][1][side])
            case ("before", int(place), int(side)):
                values.append(run.before[place][side])
            case ("index", int(place)):
                values.append(run.cells[place][0])
            case ("constant", value):
                values.append(value)  # type: ignore[arg-type]
            case ("filter", int(place), int(which)):
                values.append([v for v in filters[place][1] if v is not None][which])
    return values


def respelt(sql: str, spell: Callable[[int], str]) -> str:
    """The text with each ``$n`` outside quotes spelt anew; ``spell`` is given n − 1."""
    return _PARAMETER.sub(lambda match: match[0] if match[1] is None else spell(int(match[1]) - 1), sql)


def columns(measure: Measure) -> int:
    """How many columns a measure takes: counts 1; min, max and bounds 2 with the rows that have a value; sums, medians
    and distributions 3.
    """
    if measure.aggregate.bound:
        return 2
    if measure.aggregate.function in DISTRIBUTIONS:
        return 3
    return {"count": 1, "distinct": 1, "sum": 3, "median": 3, "quantile": 3}.get(measure.aggregate.function, 2)


def aggregates(aggregate: Aggregate, writer: Writer, keep: str) -> list[str]:
    """The columns of an aggregate over the rows that ``keep`` (a condition, or "") lets through."""
    argument = aggregate.argument.sql(writer.dialect.name) if aggregate.argument else "*"
    only = f" FILTER (WHERE {keep})" if keep else ""
    match aggregate.function:
        case "count":
            if known := _KNOWN.fullmatch(keep):  # an engine then counts once what a sum beside it counts, too
                return [f"count({known[1]})"]
            return [f"count({argument}){only}"]
        case "distinct":
            return [f"count(DISTINCT {argument}){only}"]
        case "median" | "quantile":
            low = writer.dialect.low_median.format(argument, only)
            high = writer.dialect.high_median.format(argument, only)
            return [low, high, f"count({argument}){only}"]
        case "sum":
            return [f"sum({argument}){only}", f"count({argument}){only}", f"count(*){only}"]
        case other:
            return [f"{other}({argument}){only}", f"count({argument}){only}"]


def shared_conditions(measures: Sequence[Measure], writer: Writer) -> tuple[list[str], list[str]]:
    """What all measures ask of a row, and what each asks besides ("" when nothing).

    What each asks besides is not asked of all rows first: to weigh it twice costs more than the groups it would spare.
    """
    asked = [measure.where.conjuncts() if measure.where else () for measure in measures]
    spelt = [[conjunct.conjunct_sql(writer.dialect.name) for conjunct in own] for own in asked]
    common = [text for text in spelt[0] if all(text in own for own in spelt)]
    return common, [" AND ".join(text for text in own if text not in common) for own in spelt]


def column(name: str, table: str = BASE) -> str:
    """A quoted column: ``"t"."owner"``, or of a link: ``"account"."status"``."""
    link, _, own = name.rpartition(".")
    return f'"{link or table}"."{own}"'


def source(scan: Scan, writer: Writer) -> str:
    """The fact table and the to-one tables that this scan leans on."""
    table = writer.tables[scan.table]
    links = {name.partition(".")[0] for name in [*scan.by, *(dim for dim, _ in scan.filters)] if "." in name}
    for measure in scan.measures:
        links |= measure.links
    joins = [
        f' LEFT JOIN "{link}" AS "{link}" ON "{link}"."{writer.tables[link].key[0]}" = {column(table.links[link])}'
        for link in sorted(links)
    ]
    return f'FROM "{scan.table}" AS "{BASE}"{"".join(joins)}'


def filters(scan: Scan, writer: Writer) -> list[str]:
    """The conditions of the question itself."""
    found = []
    for place, (dimension, values) in enumerate(scan.filters):
        name = column(dimension)
        given = [writer.slot("filter", place, which) for which in range(sum(v is not None for v in values))]
        tests = [f"{name} IN ({', '.join(given)})"] if given else []
        tests += [f"{name} IS NULL"] if None in values else []
        found.append(f"({' OR '.join(tests)})" if tests else "1 = 0")
    return found


def step_index(name: str, steps: Steps, writer: Writer, before: bool = False) -> str:
    """The index of a date among even steps; ``before`` puts everything earlier at 0 and starts the steps at 1."""
    origin = writer.slot("origin")
    if steps.unit == "month":
        distance = f"({writer.dialect.month_of(name)} - CAST({origin} AS INT))"
    else:
        distance = writer.dialect.days_between(name, f"CAST({origin} AS DATE)")
    if before:
        distance = f"greatest({distance} + {steps.step}, 0)"
    return writer.dialect.steps(distance, steps.step)


def span_list(run: Run, writer: Writer, which: str = "span") -> str:
    """The spans, or those before them, as a small table: i, first, end."""
    rows = []
    for place in range(len(run.cells)):
        first, end = writer.day(which, place, 0), writer.day(which, place, 1)
        index = writer.slot("index", place)
        rows.append(f'SELECT CAST({index} AS INT) AS "i", {first} AS "first", {end} AS "end"')
    return " UNION ALL ".join(rows)


def within(name: str, writer: Writer) -> str:
    return f"{name} >= {writer.day('first')} AND {name} < {writer.day('end')}"


def where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def grouped(groups: Sequence[str], values: Sequence[str], rest: str) -> str:
    """SELECT groups, values … GROUP BY groups; a group that is a plain number is no group."""
    named = [str(place) for place, group in enumerate(groups, 1) if not group.lstrip("-").isdigit()]
    group_by = f" GROUP BY {', '.join(named)}" if named else ""
    return f"SELECT {', '.join([*groups, *values])} {rest}{group_by}"


def inner(groups: Sequence[str]) -> tuple[list[str], list[str]]:
    """Groups named g0, g1 … in an inner SELECT, and their names outside of it."""
    return [f'{group} AS "g{place}"' for place, group in enumerate(groups)], [
        f'"g{place}"' for place in range(len(groups))
    ]
