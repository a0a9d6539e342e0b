"""The rows behind a number, and the rows left out of it.

Both are the measure's own condition and rule for time with SELECT of the columns, so the list cannot disagree with the
number: the aggregate over :func:`rows` is the number, and counted rows plus left-out rows are all rows of the table
(of the same split and filters).
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cadran.metrics.condition import PERIOD
from cadran.metrics.dialect import DIALECTS
from cadran.metrics.engines.base import Engine, Row
from cadran.metrics.errors import QuestionError
from cadran.metrics.formula import Part
from cadran.metrics.measure import SURVIVAL, Measure
from cadran.metrics.period import Period
from cadran.metrics.plan import Daily, Inquiry, Pair
from cadran.metrics.reasons import Phrase, Test, conjunct_test, per_phrase, phrase
from cadran.metrics.scan import Run, Scan, Span
from cadran.metrics.sql import subjects
from cadran.metrics.tables import Table
from cadran.metrics.writer import Value, Writer, bind, column, filters, respelt, source, span_list

PAGE = 100


@dataclass(frozen=True, repr=False)
class Rows:
    """A page of rows: ``columns`` name their values, those worth showing first; ``count`` is how many there are in all.

    ``record`` and ``record_id`` say which record a row opens and the column that holds its id. ``reasons`` (of rows
    left out only) follow the rows.
    """

    columns: tuple[str, ...]
    rows: list[Row]
    count: int
    shown: tuple[str, ...]
    record: str
    record_id: str
    part: str
    reasons: list[Phrase] | None = None

    def __repr__(self) -> str:
        head, lines = self._shown()
        widths = [max(len(line[place]) for line in [head, *lines]) for place in range(len(head))]
        table = [
            "  ".join(text.ljust(w) for text, w in zip(line, widths, strict=True)).rstrip() for line in [head, *lines]
        ]
        return "\n".join([f"{len(self.rows)} of {self.count} rows of {self.part}", *table])

    def _repr_html_(self) -> str:
        head, lines = self._shown()
        titles = "".join(f"<th>{html.escape(text)}</th>" for text in head)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in line) + "</tr>" for line in lines)
        caption = html.escape(f"{len(self.rows)} of {self.count} rows of {self.part}")
        return f"<table><caption>{caption}</caption><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"

    def _shown(self) -> tuple[list[str], list[list[str]]]:
        head = [self.record_id, *self.shown, *(["reason"] if self.reasons is not None else [])]
        return head, [["" if record[name] is None else str(record[name]) for name in head] for record in self.records()]

    def records(self) -> list[dict[str, Any]]:
        """One dictionary a row; rows left out carry their reason in English."""
        found = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        if self.reasons is not None:
            found = [{**record, "reason": reason["en"]} for record, reason in zip(found, self.reasons, strict=True)]
        return found


@dataclass(frozen=True)
class Place:
    """Where in an answer rows are wanted: a period, the values of its split, and the cohort's period."""

    period: Period
    split: Mapping[str, str | int | None]
    cohort: Period | None = None


def open_rows(
    engine: Engine, inquiry: Inquiry, part: str | None, place: Place, limit: int = PAGE, offset: int = 0
) -> Rows:
    """The rows that ``part`` counted there, ordered by key. Raises QuestionError when the metric has no such part."""
    _check_page(limit, offset)
    query = Query(engine, inquiry, find_part(inquiry, part), place)
    return query.page(query.counted, limit, offset)


def open_left_out(
    engine: Engine, inquiry: Inquiry, part: str | None, place: Place, limit: int = PAGE, offset: int = 0
) -> Rows:
    """The rows of the part's table that it did not count there, each with the first reason that applies."""
    _check_page(limit, offset)
    query = Query(engine, inquiry, find_part(inquiry, part), place)
    tests = " ".join(f"WHEN NOT coalesce(({test.sql}), FALSE) THEN {k}" for k, test in enumerate(query.tests))
    reason = f"CASE {tests} END"
    return query.page([*query.population, f"({reason}) IS NOT NULL"], limit, offset, reason)


def _check_page(limit: int, offset: int) -> None:
    if limit < 1 or offset < 0:
        raise QuestionError(
            f"A page of rows has a limit of 1 or more and an offset of 0 or more, not {limit}, {offset}."
        )


def count_left_out(engine: Engine, inquiry: Inquiry, part: str | None, place: Place) -> list[tuple[Phrase, int]]:
    """How many rows were left out for each reason, in the order in which the reasons are tried."""
    query = Query(engine, inquiry, find_part(inquiry, part), place)
    tests = " ".join(f"WHEN NOT coalesce(({test.sql}), FALSE) THEN {k}" for k, test in enumerate(query.tests))
    found = query.select(f"SELECT CASE {tests} END, count(*)", query.population, " GROUP BY 1")
    return sorted(((query.tests[int(k)].phrase, int(n)) for k, n in found if k is not None), key=lambda pair: -pair[1])


def find_part(inquiry: Inquiry, name: str | None) -> Part:
    """The part of this name as results show it (``won``, ``start(open)``); the first when none is named."""
    reads = inquiry.metric.reads
    if name is None:
        return reads[0]
    for part in reads:
        if name in (str(part), part.name):
            return part
    raise QuestionError(f"{inquiry.metric.key} has no part {name!r}. Its parts: {', '.join(map(str, reads))}.")


class Query:
    """The pieces of the SELECT that lists rows of one part."""

    def __init__(self, engine: Engine, inquiry: Inquiry, part: Part, place: Place) -> None:
        self.engine = engine
        self.part = part
        self.measure: Measure = inquiry.metric.parts[part.name]
        self.table: Table = engine.tables[self.measure.table.name]
        cohort = place.cohort
        moment = (cohort.first, cohort.end) if part.when == "initial" and cohort else inquiry.time(part, place.period)
        self.daily = isinstance(moment, Daily)
        self.before: Span = (date.max, date.min)
        match moment:
            case Daily(first, end):
                span = first, end
            case Pair(now, before):
                span, self.before = now, before
            case tuple():
                span = moment
            case _:
                span = moment, moment
        chosen = tuple((name, (value,)) for name, value in place.split.items() if name in inquiry.by)
        self.scan = Scan(
            self.table.name,
            self.measure.clock,
            (self.measure,),
            inquiry.by,
            (
                *inquiry.filters,
                *((name, tuple(None if v is None else str(v) for v in values)) for name, values in chosen),
            ),
            Run("one", ((0, span),)),
        )
        self.writer = Writer(DIALECTS[engine.dialect], engine.tables)
        self.tables = source(self.scan, self.writer)
        if self.measure.periods:
            self.tables += f' JOIN ({span_list(self.scan.run, self.writer)}) AS "{PERIOD}" ON "{PERIOD}"."i" = 0'
        self.population = filters(self.scan, self.writer)
        self.tests = self._tests(cohort)

    def _tests(self, cohort: Period | None) -> list[Test]:
        where, measure = self.measure.where, self.measure
        dialect = self.engine.dialect
        tests = [conjunct_test(condition, self.table, dialect) for condition in where.conjuncts()] if where else []
        tests += self._standing() if measure.clock.stock else self._within()
        known = measure.aggregate.function not in SURVIVAL and not measure.aggregate.nulls_last
        if measure.aggregate.argument is not None and known:
            argument = measure.aggregate.argument
            blank = phrase(f"no {argument.said()}", f"pas de {argument.said()}")
            tests.append(Test(f"({argument.sql(dialect)}) IS NOT NULL", blank, "known"))
        if cohort is not None and self.table.cohort is not None:
            name = column(self.table.cohort)
            first, end = self.writer.constant(cohort.first), self.writer.constant(cohort.end)
            said = phrase(f"{self.table.cohort} outside the cohort", f"{self.table.cohort} hors de la cohorte")
            tests.append(Test(f"{name} >= CAST({first} AS DATE) AND {name} < CAST({end} AS DATE)", said, "subject"))
        if measure.per is not None and (measure.per.having or measure.per.top):
            judged = [t.sql for t in tests] if not measure.per.before else self._judged_before()
            inside = subjects(measure, self.tables, [*self.population, *judged], self.writer)
            tests.append(
                Test(f"{column(measure.per.column)} IN ({inside})", per_phrase(measure, measure.per), "subject")
            )
        elif measure.per is not None:
            subject = measure.per.column
            tests.append(Test(f"{column(subject)} IS NOT NULL", phrase(f"no {subject}", f"pas de {subject}"), "known"))
        return tests

    def _judged_before(self) -> list[str]:
        """What the rows of the period before must meet for their subjects to be judged by them."""
        where, name = self.measure.where, column(self.measure.clock.start)
        first, end = (self.writer.constant(day) for day in self.before)
        spent = [f"{name} >= CAST({first} AS DATE)", f"{name} < CAST({end} AS DATE)"]
        return [*([f"({where.sql(self.engine.dialect)})"] if where else []), *spent]

    def _within(self) -> list[Test]:
        plain, name = self.measure.clock.columns[0], column(self.measure.clock.columns[0])
        first, end = self.writer.day("first"), self.writer.day("end")
        return [
            Test(f"{name} IS NOT NULL", phrase(f"no {plain}", f"pas de {plain}"), "known"),
            Test(
                f"{name} >= {first} AND {name} < {end}",
                phrase(f"{plain} outside the period", f"{plain} hors de la période"),
                "range",
            ),
        ]

    def _standing(self) -> list[Test]:
        plain, until, instant = self.measure.clock.start, self.measure.clock.stop, self.writer.day("end")
        start = column(plain)
        begun = [
            Test(f"{start} IS NOT NULL", phrase(f"no {plain}", f"pas de {plain}"), "known"),
            Test(f"{start} < {instant}", phrase(f"{plain} is later", f"{plain} est postérieur"), "range"),
        ]
        if until is None:
            return begun
        stop = column(until)
        # At an instant, or at the end of one day at least.
        last = f"{stop} >= {instant}"
        if self.daily:
            last = f"{stop} > {self.writer.day('first')} AND {stop} > {start}"
        return [
            *begun,
            Test(f"({stop} IS NULL OR ({last}))", phrase(f"{until} is earlier", f"{until} est antérieur"), "range"),
        ]

    def page(self, conditions: Sequence[str], limit: int, offset: int, reason: str = "") -> Rows:
        """A page of the rows that meet the conditions."""
        table = self.table
        names = tuple(dict.fromkeys([*table.shown, *table.columns]))
        keys = ", ".join(column(key) for key in table.key)
        count = self.select("SELECT count(*)", conditions)[0][0]
        listed = ", ".join([column(name) for name in names] + ([reason] if reason else []))
        paging = f" ORDER BY {keys} LIMIT {int(limit)} OFFSET {int(offset)}"
        found = self.select(f"SELECT {listed}", conditions, paging)
        reasons = [self.tests[int(row[-1])].phrase for row in found] if reason else None
        found = [row[:-1] for row in found] if reason else found
        return Rows(names, found, int(count), table.shown, table.record, table.record_id, str(self.part), reasons)

    def select(self, head: str, conditions: Sequence[str], tail: str = "") -> list[Row]:
        """Run a SELECT over the part's table."""
        return self.engine.select(*self.said(head, conditions, tail))

    def said(self, head: str, conditions: Sequence[str], tail: str = "") -> tuple[str, list[Value]]:
        """A SELECT over the part's table, and the values of its parameters."""
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        sql, slots = _renumbered(f"{head} {self.tables}{where}{tail}", self.writer.slots)
        return sql, bind(slots, self.scan.run, self.scan.filters)

    @property
    def counted(self) -> list[str]:
        """What a row meets that the part counted."""
        return [*self.population, *(test.sql for test in self.tests)]


def _renumbered(sql: str, slots: Sequence[tuple[Any, ...]]) -> tuple[str, list[tuple[Any, ...]]]:
    """The text with only the parameters it uses, numbered without gaps: engines refuse parameters that go unused."""
    kept: list[tuple[Any, ...]] = []

    def number(place: int) -> str:
        if slots[place] not in kept:
            kept.append(slots[place])
        return f"${kept.index(slots[place]) + 1}"

    return respelt(sql, number), kept


def cohort_of(inquiry: Inquiry, split: Mapping[str, Any]) -> Period | None:
    """The cohort's period that a cell names."""
    if not inquiry.question.cohort:
        return None
    return next(period for period in inquiry.periods if period.label == split["cohort"])
