"""Scans become SQL text with numbered parameters; texts are kept by shape, so that a known shape only binds its values.

The emitted SQL is a small subset that all engines agree on: joins to keys, WHERE, GROUP BY, FILTER and five aggregates.
No division, no percentile beside the two middle values, no arithmetic that an engine could round its own way.
A row of the answer is: index of the span, index of the cohort's span (with cohorts), the splits, then the columns of
each measure in order (see :func:`cadran.metrics.writer.columns`).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from cadran.metrics.condition import PERIOD
from cadran.metrics.dialect import DIALECTS
from cadran.metrics.distinct import BITS, by_bits, distinct
from cadran.metrics.distribution import distribution, lasting
from cadran.metrics.measure import DISTRIBUTIONS, SURVIVAL, Measure, Per
from cadran.metrics.period import Steps
from cadran.metrics.scan import Run, Scan
from cadran.metrics.tables import Tables
from cadran.metrics.writer import (
    Text,
    Value,
    Writer,
    aggregates,
    bind,
    column,
    filters,
    grouped,
    inner,
    shared_conditions,
    source,
    span_list,
    step_index,
    where,
    within,
)

_kept: dict[Hashable, Text] = {}
_MOST_KEPT = 4_096
FEW_INSTANTS = 40  # pairs of which are few groups
FIRST, END = '"first"', '"end"'


def compile_scan(scan: Scan, tables: Tables, dialect: str) -> tuple[str, list[Value]]:
    """The SQL of a scan and its parameters."""
    run = scan.run
    stepped = (run.steps.unit, run.steps.step, run.steps.origin.day) if run.steps else None
    spelled = run.shape in ("few", "many", "pairs") or (scan.clock.stock and run.shape != "one" and not scan.deltas)
    listed = len(run.cells) if spelled or any(m.periods for m in scan.measures) else 0
    filters = tuple((dim, sum(v is not None for v in values), None in values) for dim, values in scan.filters)
    shape = (
        dialect,
        tables.identity,
        scan.table,
        scan.clock,
        scan.measures,
        scan.by,
        filters,
        run.shape,
        stepped,
        listed,
        scan.cohorts,
        scan.deltas,
        run.steps is not None and max(index for index, _ in run.cells) < BITS,
        len(run.cells) <= FEW_INSTANTS,
    )
    text = _kept.get(shape)
    if text is None:
        writer = Writer(DIALECTS[dialect], tables)
        sql = _deltas(scan, writer) if scan.deltas else _select(scan, writer)
        text = Text(sql, tuple(writer.slots))
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[shape] = text
    return text.sql, bind(text.slots, run, scan.filters)


def _select(scan: Scan, writer: Writer) -> str:
    """One pass over the table, with a group for each span and split."""
    index, join, conditions = _place(scan, writer)
    groups = [index]
    if scan.cohorts:
        cohort = column(writer.tables[scan.table].cohort or "")
        groups.append(_cohort_index(cohort, scan.run, writer))
        conditions.append(within(cohort, writer))
    groups += [column(dimension) for dimension in scan.by]
    conditions += filters(scan, writer)
    only = scan.measures[0]
    if only.aggregate.function in DISTRIBUTIONS:
        instant = writer.day("end") if scan.run.shape == "one" else f'"{PERIOD}"."end"'
        return distribution(only, groups, f"{source(scan, writer)}{join}", conditions, instant, writer)
    if len(scan.measures) > 1 and any(measure.per for measure in scan.measures):
        return _judged(scan.measures, groups, f"{source(scan, writer)}{join}", conditions, writer)
    if only.per is not None:
        return _per(only, groups, f"{source(scan, writer)}{join}", conditions, writer)
    if only.aggregate.function == "quantile":
        return _quantile(only, groups, f"{source(scan, writer)}{join}", conditions, writer)
    if by_bits(scan, writer):
        return distinct(scan.measures, groups, f"{source(scan, writer)}{join}", conditions, writer)
    common, tests = shared_conditions(scan.measures, writer)
    conditions += common
    values = [
        c
        for measure, test in zip(scan.measures, tests, strict=True)
        for c in aggregates(measure.aggregate, writer, test)
    ]
    return grouped(groups, values, f"{source(scan, writer)}{join}{where(conditions)}")


def _cohort_index(name: str, run: Run, writer: Writer) -> str:
    """The index of the span that holds the date of a cohort; spans that the range cuts are no even steps."""
    if run.steps is not None:
        return step_index(name, run.steps, writer)
    if run.shape == "one":
        return "0"
    tests = [f"WHEN {name} < {writer.day('span', place, 1)} THEN {place}" for place in range(len(run.cells))]
    return f"CASE {' '.join(tests)} END"


def _place(scan: Scan, writer: Writer) -> tuple[str, str, list[str]]:
    """How a row finds its span: the index, the join it needs, the conditions it needs."""
    if scan.clock.stock:
        return _standing(scan, writer)
    name, run = column(scan.clock.columns[0]), scan.run
    speak = any(measure.periods for measure in scan.measures)
    if run.shape == "pairs":
        join = f' JOIN ({_pairs(run, writer)}) AS "{PERIOD}" ON "{PERIOD}"."day" = {name}'
        return f'"{PERIOD}"."i"', join, [within(name, writer)]
    if run.shape == "many":
        spans = (
            f'SELECT "i", "first", "end", {writer.dialect.days_of(FIRST, END)} AS "day" '
            f'FROM ({span_list(run, writer)}) AS "s"'
        )
        return f'"{PERIOD}"."i"', f' JOIN ({spans}) AS "{PERIOD}" ON "{PERIOD}"."day" = {name}', [within(name, writer)]
    if run.shape == "few":
        tests = [
            f"{name} >= {writer.day('span', k, 0)} AND {name} < {writer.day('span', k, 1)}"
            for k in range(len(run.cells))
        ]
        index = f"CASE {' '.join(f'WHEN {test} THEN {k}' for k, test in enumerate(tests))} END"
        conditions = [f"({' OR '.join(tests)})"]
    else:
        index = "0" if run.steps is None else step_index(name, run.steps, writer)
        conditions = [within(name, writer)]
    join = f' JOIN ({span_list(run, writer)}) AS "{PERIOD}" ON "{PERIOD}"."i" = {index}' if speak else ""
    return index, join, conditions


def _pairs(run: Run, writer: Writer) -> str:
    """The days of each span, and those of the span before it, told apart by "now"."""
    days = []
    for place, span in enumerate(("span", "before")):
        spans = span_list(run, writer, span)
        listed = f'{writer.dialect.days_of(FIRST, END)} AS "day"'
        days.append(f'SELECT "i", {1 - place} AS "now", {listed} FROM ({spans}) AS "s"')
    return " UNION ALL ".join(days)


def _standing(scan: Scan, writer: Writer) -> tuple[str, str, list[str]]:
    one = scan.run.shape == "one"
    instant = writer.day("end") if one else f'"{PERIOD}"."end"'
    stood = [f"{column(scan.clock.start)} < {instant}"]
    if scan.clock.stop is not None:
        stop = column(scan.clock.stop)
        stood.append(f"({stop} IS NULL OR {stop} >= {instant})")
    if one:
        return "0", "", stood
    join = f' JOIN ({span_list(scan.run, writer)}) AS "{PERIOD}" ON {" AND ".join(stood)}'
    return f'"{PERIOD}"."i"', join, []


_HALF = Decimal("0.5")


def _quantile(measure: Measure, groups: list[str], tables: str, conditions: list[str], writer: Writer) -> str:
    """The two values between which the quantile lies, by their rank; Python interpolates. Or an end of its interval."""
    assert measure.aggregate.argument is not None
    assert measure.aggregate.probability is not None
    argument = measure.aggregate.argument.sql(writer.dialect.name)
    conditions = [
        *conditions,
        *([f"({measure.where.sql(writer.dialect.name)})"] if measure.where else []),
        *([] if measure.aggregate.nulls_last else [f"{argument} IS NOT NULL"]),
    ]
    if measure.aggregate.bound == "" and measure.aggregate.probability == _HALF and writer.dialect.blanks_last:
        blanks_last, value = writer.dialect.blanks_last
        low, high = (
            value.format(middle.format(blanks_last.format(argument), ""))
            for middle in (writer.dialect.low_median, writer.dialect.high_median)
        )
        return grouped(groups, [low, high, "count(*)"], f"{tables}{where(conditions)}")
    named, outer = inner(groups)
    over = ", ".join(group for group in groups if not group.isdigit())
    partition = f"PARTITION BY {over}" if over else ""
    top, bottom = measure.aggregate.probability.as_integer_ratio()
    ranked = (
        f'SELECT {", ".join(named)}, {argument} AS "x", '
        f'row_number() OVER ({partition} ORDER BY {argument} NULLS LAST) AS "k", '
        f'count(*) OVER ({partition}) AS "n" {tables}{where(conditions)}'
    )
    if measure.aggregate.bound:
        values = [_bound(measure.aggregate.bound, top, bottom), 'max("n")']
    else:
        low = writer.dialect.divide.format(f'(("n" - 1) * {top})', bottom)
        values = [
            f'min(CASE WHEN "k" = {low} + 1 THEN "x" END)',
            f'min(CASE WHEN "k" = {low} + 2 THEN "x" END)',
            'max("n")',
        ]
    return grouped(outer, values, f'FROM ({ranked}) AS "ranked"')


def _bound(end: Literal["low", "high"], top: int, bottom: int) -> str:
    r"""The value at the rank that bounds the quantile p = top/bottom of n rows at 95 %; NULL where no rank does.

    Fewer than k of n rows lie below the quantile in 2.5 % of samples when :math:`k \le np + 1/2 - 1.96 \sqrt{np(1-p)}`,
    by the normal approximation of the binomial with the correction for continuity; beyond it likewise. Both sides are
    multiplied by 2·bottom: whole numbers, but for one root that all engines round alike.
    Source: W. J. Conover, Practical Nonparametric Statistics (1999), section 3.2.
    """
    middle, spread = f'{2 * top} * "n" + {bottom}', f'3.92 * sqrt("n" * {top * (bottom - top)})'
    if end == "low":
        return f'max(CASE WHEN {2 * bottom} * "k" <= {middle} - {spread} THEN "x" END)'
    return f'min(CASE WHEN {2 * bottom} * "k" >= {middle} + {spread} THEN "x" END)'


def _per(measure: Measure, groups: list[str], tables: str, conditions: list[str], writer: Writer) -> str:
    """A measure over the subjects that pass: first one row a subject, then their sum."""
    per = measure.per
    assert per is not None
    conditions = [*conditions, *([f"({measure.where.sql(writer.dialect.name)})"] if measure.where else [])]
    named, outer = inner(groups)
    values = _values(measure, per, writer, _NOW if per.before else "")
    inside = [f'{value} AS "v{place}"' for place, value in enumerate(values)]
    places = [str(place) for place, group in enumerate(groups, 1) if not group.isdigit()] + [str(len(groups) + 1)]
    judged = _subject(measure, per, writer, _BEFORE if per.before else "")
    present = [f'count(*) FILTER (WHERE {_NOW}) AS "now"'] if per.before else []
    head = [*named, *judged, *inside, *present]
    conditions.append(f"{column(per.column)} IS NOT NULL")
    each = f"SELECT {', '.join(head)} {tables}{where(conditions)} GROUP BY {', '.join(places)}"
    over = ", ".join(name for name, group in zip(outer, groups, strict=True) if not group.isdigit())
    passing = _passing(each, measure, writer, over) + (' AND "now" > 0' if per.before else "")
    return grouped(outer, [f'sum("v{place}")' for place in range(len(values))], passing)


def _judged(measures: Sequence[Measure], groups: list[str], tables: str, conditions: list[str], writer: Writer) -> str:
    """Measures over the same subjects: first one row a subject, with what each judges it by, then their sums."""
    subject = next(measure.per.column for measure in measures if measure.per)
    where_all = measures[0].where
    conditions = [*conditions, *([f"({where_all.sql(writer.dialect.name)})"] if where_all else [])]
    conditions.append(f"{column(subject)} IS NOT NULL")
    named, outer = inner(groups)
    head, sums = [*named, f'{column(subject)} AS "s"'], list[str]()
    for place, measure in enumerate(measures):
        per = measure.per
        if per is None:
            sums.append("count(*)")
            continue
        values = _values(measure, per, writer, "")
        head += [f'{_judgement(measure, per, writer)} AS "h{place}"']
        head += [f'{value} AS "v{place}_{number}"' for number, value in enumerate(values)]
        passes = f'"h{place}" {per.comparison} {per.number}'
        sums += [f'sum(CASE WHEN {passes} THEN "v{place}_{number}" END)' for number in range(len(values))]
    keys = [str(place) for place, group in enumerate(groups, 1) if not group.isdigit()] + [str(len(groups) + 1)]
    each = f"SELECT {', '.join(head)} {tables}{where(conditions)} GROUP BY {', '.join(keys)}"
    return grouped(outer, sums, f'FROM ({each}) AS "each"')


def _values(measure: Measure, per: Per, writer: Writer, keep: str) -> list[str]:
    """The columns of a subject's own part of a measure."""
    argument = measure.aggregate.argument.sql(writer.dialect.name) if measure.aggregate.argument else ""
    alone = measure.aggregate.function == "distinct" and argument == column(per.column)  # a subject is one of itself
    return ["1"] if alone else aggregates(measure.aggregate, writer, keep)


_NOW, _BEFORE = f'"{PERIOD}"."now" = 1', f'"{PERIOD}"."now" = 0'


def subjects(measure: Measure, tables: str, conditions: Sequence[str], writer: Writer) -> str:
    """A SELECT of the subjects whose rows count."""
    per = measure.per
    assert per is not None
    head = ", ".join(_subject(measure, per, writer))
    each = f"SELECT {head} {tables}{where([*conditions, f'{column(per.column)} IS NOT NULL'])} GROUP BY 1"
    return f'SELECT "s" {_passing(each, measure, writer, "")}'


def _subject(measure: Measure, per: Per, writer: Writer, keep: str = "") -> list[str]:
    """A subject and what it is judged by."""
    return [f'{column(per.column)} AS "s"', f'{_judgement(measure, per, writer, keep)} AS "h"']


def _judgement(measure: Measure, per: Per, writer: Writer, keep: str = "") -> str:
    by = per.having or measure.aggregate
    judged = aggregates(by, writer, keep)[0]
    return f"coalesce({judged}, 0)" if by.function == "sum" else judged


def _passing(each: str, measure: Measure, writer: Writer, over: str) -> str:
    """FROM … WHERE: of one row a subject, those that pass. The last of a top share counts when the share cuts it."""
    per = measure.per
    assert per is not None
    if per.top is None:
        return f'FROM ({each}) AS "each" WHERE "h" {per.comparison} {per.number}'
    partition = f"PARTITION BY {over} " if over else ""
    order = writer.dialect.text_order.format('"s"') if measure.table.columns[per.column] == "dim" else '"s"'
    ranked = (
        f'SELECT *, row_number() OVER ({partition}ORDER BY "h" DESC, {order}) AS "k", '
        f'count(*) OVER ({partition.rstrip()}) AS "m" FROM ({each}) AS "each"'
    )
    top, bottom = per.top.as_integer_ratio()
    return f'FROM ({ranked}) AS "ranked" WHERE ("k" - 1) * {100 * bottom} < "m" * {top}'


def _deltas(scan: Scan, writer: Writer) -> str:
    """A stock by what came and what went, instead of one pass for each instant; Python adds them up.

    The first two columns are the indexes of the first instants after rows came and after they went, -1 for what is not
    told: whether they went that have not by the last instant, or what another row of the answer tells. Few instants
    make few pairs of these, so that one pass tells both; many are told in a pass each. A row that went before it came
    never stood: it is said to go when it comes, which costs half of leaving it out.
    """
    start, stop = column(scan.clock.start), column(scan.clock.stop) if scan.clock.stop else None
    index: Callable[[str], str] = lambda name: _segment(name, scan.run, writer)  # noqa: E731
    common, tests = shared_conditions(scan.measures, writer)
    end = writer.day("end")
    conditions = [f"{start} < {end}", *common, *filters(scan, writer)]
    values = [
        c
        for measure, test in zip(scan.measures, tests, strict=True)
        for c in aggregates(measure.aggregate, writer, test)
    ]
    rest = source(scan, writer)
    splits = [column(dimension) for dimension in scan.by]
    if scan.measures[0].aggregate.function in SURVIVAL:
        return lasting(scan.measures[0], splits, rest, conditions, end, writer)
    if stop is None:
        return grouped([index(start), _NEITHER, *splits], values, f"{rest}{where(conditions)}")
    over, gone = f"{stop} < {end}", index(f"CASE WHEN {stop} < {start} THEN {start} ELSE {stop} END")
    if len(scan.run.cells) <= FEW_INSTANTS:
        went = f"CASE WHEN {over} THEN {gone} ELSE {_NEITHER} END"
        return grouped([index(start), went, *splits], values, f"{rest}{where(conditions)}")
    came = grouped([index(start), _NEITHER, *splits], values, f"{rest}{where(conditions)}")
    left = grouped([_NEITHER, gone, *splits], values, f"{rest}{where([*conditions, over])}")
    return f"{came} UNION ALL {left}"


_NEITHER = "-1"


def _segment(name: str, run: Run, writer: Writer) -> str:
    """The index of the first instant after a date."""
    if run.steps is not None:
        return step_index(name, run.steps, writer, before=True)
    tests = [f"WHEN {name} < {writer.day('span', place, 1)} THEN {place}" for place in range(len(run.cells))]
    return f"CASE {' '.join(tests)} END"


@lru_cache(maxsize=512)
def instants(days: tuple[date, ...], steps: Steps | None) -> Run:
    """Instants in order as a run: each span ends with its instant."""
    shape = "one" if len(days) == 1 else "steps" if steps else "many"
    return Run(shape, tuple((place, (day, day)) for place, day in enumerate(days)), steps)  # type: ignore[arg-type]
