# mypy: disable-error-code="comparison-overlap, arg-type"
"""What must hold for every metric, split and grain, over invented facts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from cadran.metrics import Cell, Question, Result, ask, shipped_catalogue
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.formula import RECORDED
from cadran.metrics.measure import SURVIVAL, Measure
from cadran.metrics.period import GRAINS
from cadran.metrics.reasons import Phrase
from cadran.metrics.tests.invented import DAYS, FIRST, TODAY, WORDS, empty, fill
from cadran.metrics.why import decimal

CATALOGUE = shipped_catalogue()
METRICS = [metric.key for metric in CATALOGUE]
STOCKS = [m.key for m in CATALOGUE if any(measure.clock.stock for measure in m.parts.values()) and len(m.parts) == 1]
EVERY = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

seeds = st.integers(0, 1_000_000)
days = st.integers(-20, DAYS + 20).map(lambda n: FIRST + timedelta(days=n))


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDB]:
    """An engine whose tables each example fills anew."""
    made = empty()
    fill(made, ["account"], seed=1, rows=9)
    yield made
    made.connection.close()


@st.composite
def questions(draw: st.DrawFn, keys: Sequence[str] = METRICS, split: bool = True) -> Question:
    """A question that can be asked: any metric, any of its dimensions, any grain, with and without filters."""
    metric = CATALOGUE[draw(st.sampled_from(keys))]
    dimensions = metric.dimensions(CATALOGUE.tables)
    by = tuple(draw(st.lists(st.sampled_from(dimensions), max_size=2, unique=True))) if split and dimensions else ()
    values = tuple(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2)))
    where = {draw(st.sampled_from(dimensions)): values} if dimensions else {}
    start = draw(days)
    return Question(
        metric.key,
        by=by,
        grain=draw(st.sampled_from(GRAINS[1:] if metric.needs_cohort else (*GRAINS[1:], None))),
        start=start,
        end=start + timedelta(days=draw(st.integers(1, 200))),
        where=where if draw(st.booleans()) else {},
        cohort=metric.needs_cohort,
    )


def answer(engine: DuckDB, question: Question, seed: int) -> Result:
    metric = CATALOGUE[question.metric]
    fill(engine, {measure.table.name for measure in metric.parts.values()} - {"account"}, seed)
    return ask(engine, CATALOGUE, question, today=TODAY)


def instant(cell: Cell) -> date:
    """When the stocks of a cell are looked at."""
    return min(cell.period.end, TODAY + timedelta(days=1))


def known(measure: Measure, records: list[dict[str, Any]], reasons: list[Phrase], when: date) -> Decimal | None:
    """The aggregate by hand; a sum of blanks has no value, unless its own condition asked for no blanks."""
    argument = measure.aggregate.argument
    if measure.aggregate.function in SURVIVAL:
        return lasting(measure, records, when)
    if measure.aggregate.function == "gini":
        return unevenness(measure, records)
    if measure.aggregate.function != "sum" or argument is None or records:
        return by_hand(measure, records)
    asked = f"{argument.said()} is not null" in measure.text
    blank = any(reason["en"] == f"no {argument.said()}" for reason in reasons)
    return None if blank and not asked else Decimal(0)


def lasting(measure: Measure, records: list[dict[str, Any]], when: date) -> Decimal | None:
    """The mean or median duration of rows, some still running: their mass goes to those that lasted longer (Efron)."""
    assert measure.aggregate.argument is not None
    stop, kept = measure.aggregate.argument.node.name, measure.aggregate.ending
    spells: list[tuple[int, str]] = []
    for row in records:
        over = row[stop] is not None and row[stop] < when
        right = kept is None or row[kept.node.this.name] == kept.node.expression.name
        end = ("ended" if right else "otherwise") if over else "running"
        spells.append((max((min(row[stop] or when, when) - row[measure.clock.start]).days, 0), end))
    mass = {place: Fraction(1, len(spells)) for place in range(len(spells))}
    rest = Fraction(0)
    for place, (length, end) in sorted(enumerate(spells), key=lambda one: one[1][0]):
        if end == "running":  # what is still running will last as long as those that lasted longer
            longer = [other for other, (days, _) in enumerate(spells) if days > length]
            for other in longer:
                mass[other] += mass[place] / len(longer)
            rest += 0 if longer else mass[place]
            mass[place] = Fraction(0)
    ended = {place: spells[place][0] for place in mass if spells[place][1] == "ended"}
    total = sum((mass[place] for place in ended), Fraction(0))
    if measure.aggregate.function == "survival_median":
        half, so_far = total / (1 - rest) / 2 if rest != 1 else Fraction(1), Fraction(0)
        for place in sorted(ended, key=lambda one: ended[one]):
            so_far += mass[place]
            if so_far >= half:
                return Decimal(ended[place])
        return None
    longest = max((length for length, _ in spells), default=0)
    if not spells or not total:
        return Decimal(longest) if spells and rest == 1 else None
    mean = sum((mass[place] * days for place, days in ended.items()), Fraction(0)) / total
    return decimal((1 - rest) * mean + rest * longest)


def unevenness(measure: Measure, records: list[dict[str, Any]]) -> Decimal | None:
    """The mean difference between any two holders over twice their mean."""
    assert measure.aggregate.argument is not None
    held: dict[object, Fraction] = {}
    for place, row in enumerate(records):
        subject = row[measure.per.column] if measure.per else place
        held[subject] = held.get(subject, Fraction(0)) + Fraction(row[measure.aggregate.argument.node.name])
    total, n = sum(held.values(), Fraction(0)), len(held)
    if not total or min(held.values()) < 0:
        return None
    apart = sum((abs(a - b) for a in held.values() for b in held.values()), Fraction(0))
    return decimal(apart / (2 * n * total))


def by_hand(measure: Measure, records: list[dict[str, Any]]) -> Decimal | None:
    """The measure's aggregate, computed here over its rows."""
    if measure.aggregate.argument is None:
        return Decimal(len(records))
    node = measure.aggregate.argument.node
    sign = -1 if any(isinstance(part, exp.Neg) for part in node.walk()) else 1
    names = [column.name for column in node.find_all(exp.Column)]
    complete = [record for record in records if all(record[name] is not None for name in names)]
    if len(names) == 1 and sign == 1:
        found = [record[names[0]] for record in complete]
    else:  # a product, or what is taken away
        assert all(isinstance(part, (exp.Column, exp.Identifier, exp.Mul, exp.Neg, exp.Paren)) for part in node.walk())
        found = [sign * math.prod(record[name] for name in names) for record in complete]
    if measure.aggregate.function in ("distinct", "count"):
        return Decimal(len(set(found) if measure.aggregate.function == "distinct" else found))
    numbers = sorted(Decimal(str(value)) for value in found)
    if measure.aggregate.function == "sum":
        return sum(numbers, Decimal(0))
    if not numbers:
        return None
    waiting = len(records) - len(numbers) if measure.aggregate.nulls_last else 0
    place = (len(numbers) + waiting - 1) * (measure.aggregate.probability or Decimal(0))
    if place > len(numbers) - 1 and waiting:
        return None
    low, high = numbers[int(place)], numbers[min(int(place) + 1, len(numbers) - 1)]
    return low + (high - low) * (place - int(place))


@EVERY
@given(questions(), seeds)
def test_the_aggregate_of_the_rows_is_the_number_and_nobody_is_lost(
    engine: DuckDB, question: Question, seed: int
) -> None:
    result = answer(engine, question, seed)
    assume(result.cells)
    metric = result.metric
    for cell in [result.cells[0], result.cells[len(result.cells) // 2], result.cells[-1]]:
        for part in metric.reads:
            measure = metric.parts[part.name]
            rows = result.rows(str(part), cell, limit=10_000)
            left = result.left_out(str(part), cell, limit=10_000)
            assert left.reasons is not None
            records = rows.records() if part.when != "daily" else day_by_day(measure, rows.records(), cell)
            found, expected = cell.parts[str(part)], known(measure, records, left.reasons, instant(cell))
            if part.when in RECORDED and not records:
                expected = None
            assert same(found, expected), (part, cell, expected)
            assert rows.count + left.count == population(engine, measure, result, cell)
            counted = {tuple(record[key] for key in measure.table.key) for record in rows.records()}
            assert counted.isdisjoint(tuple(record[key] for key in measure.table.key) for record in left.records())


def same(one: Decimal | None, other: Decimal | None) -> bool:
    """Whether they are equal, to the last digits of a product of many fractions."""
    return one == other or (one is not None and other is not None and abs(one - other) < Decimal("1e-20"))


def day_by_day(measure: Measure, records: list[dict[str, Any]], cell: Cell) -> list[dict[str, Any]]:
    """Each row once for each day of the cell's period, up to today, at whose end it stood."""
    since, until = measure.clock.columns
    end = min(cell.period.end, TODAY + timedelta(days=1))
    stood = [(max(row[since], cell.period.first), min(row[until] or end, end)) for row in records]
    return [row for row, (first, last) in zip(records, stood, strict=True) for _ in range((last - first).days)]


def population(engine: DuckDB, measure: Measure, result: Result, cell: Cell) -> int:
    """The rows of the table that the question's filters and the cell's split let through, counted on their own."""
    table = engine.tables[measure.table.name]
    joins = "".join(
        f' LEFT JOIN "{link}" AS "{link}" ON "{link}"."{engine.tables[link].key[0]}" = "t"."{column}"'
        for link, column in table.links.items()
    )
    tests, values = ["TRUE"], []
    wanted = {**result.question.where, **{name: (cell.split[name],) for name in result.question.by}}
    for name, choices in [*result.question.where.items(), *((n, wanted[n]) for n in result.question.by)]:
        column = f'"{name.replace(".", chr(34) + "." + chr(34))}"' if "." in name else f'"t"."{name}"'
        tests.append(f"({' OR '.join(f'{column} IS NOT DISTINCT FROM ?' for _ in choices)})")
        values += list(choices)
    sql = f'SELECT count(*) FROM "{measure.table.name}" AS "t"{joins} WHERE {" AND ".join(tests)}'
    return int(engine.connection.execute(sql, values).fetchall()[0][0])


@EVERY
@given(questions(), seeds)
def test_splits_of_additive_parts_sum_to_the_total(engine: DuckDB, question: Question, seed: int) -> None:
    assume(not question.cohort)
    whole = Question(question.metric, by=question.by, start=question.start, end=question.end, where=question.where)
    result = answer(engine, whole, seed)
    for part in result.metric.reads:
        if result.metric.parts[part.name].additive:
            assert sum((cell.parts[str(part)] or 0 for cell in result.cells), Decimal(0)) == (
                result.total.parts[str(part)] or 0
            )


@EVERY
@example(Question("lead_sla", grain="week", start=date(2023, 7, 30), end=date(2024, 2, 15)), 0)  # days to come
@given(questions(split=False), seeds)
def test_a_trend_of_flows_sums_to_its_total(engine: DuckDB, question: Question, seed: int) -> None:
    assume(question.grain is not None and not question.cohort)
    result = answer(engine, question, seed)
    for part in result.metric.reads:
        measure = result.metric.parts[part.name]
        if measure.additive and not measure.clock.stock and not measure.periods and part.when == "now":
            added = sum((cell.parts[str(part)] or 0 for cell in result.cells), Decimal(0))
            assert added == (result.total.parts[str(part)] or 0)


@EVERY
@given(questions(keys=STOCKS), seeds)
def test_a_stock_by_what_came_and_went_is_the_stock_by_its_range(engine: DuckDB, question: Question, seed: int) -> None:
    assume(question.grain is not None)
    trend = answer(engine, question, seed)
    found = {(cell.period.label, *cell.split.values()): (cell.value, cell.n) for cell in trend.cells if cell.n}
    alone: dict[tuple[object, ...], object] = {}
    for period in trend.inquiry.periods:
        moment = Question(question.metric, by=question.by, start=period.first, end=period.end, where=question.where)
        cells = ask(engine, CATALOGUE, moment, today=TODAY).cells
        alone |= {(period.label, *cell.split.values()): (cell.value, cell.n) for cell in cells if cell.n}
    assert found == alone


@EVERY
@given(questions(), seeds)
def test_a_cell_of_a_trend_is_the_answer_for_its_period_alone(engine: DuckDB, question: Question, seed: int) -> None:
    assume(not question.cohort)
    result = answer(engine, question, seed)
    assume(result.cells)
    cell = result.cells[len(result.cells) // 2]
    where = {**question.where, **{name: (value,) for name, value in cell.split.items()}}
    assume(not set(question.where) & set(question.by))
    alone = Question(question.metric, start=cell.period.first, end=cell.period.end, where=where)
    other = ask(engine, CATALOGUE, alone, today=TODAY).total
    if not any(part.when != "now" for part in result.metric.reads):
        assert (other.value, other.n, other.low, other.parts) == (cell.value, cell.n, cell.low, cell.parts)


@EVERY
@example(Question("sales_forecast", grain="week", start=FIRST, end=date(2024, 2, 12)), 0)  # planned
@example(Question("net_new_revenue", grain="week", start=FIRST, end=date(2023, 7, 6)), 628)  # a sum of one blank
@example(Question("channel_roi.lagged", grain="month", start=FIRST, end=date(2023, 5, 22)), 0)  # segments lack a part
@given(questions(split=False), seeds)
def test_why_sums_exactly_to_the_change(engine: DuckDB, question: Question, seed: int) -> None:
    assume(not question.cohort)
    result = answer(engine, question, seed)
    why = result.why()
    for breakdown in why.breakdowns:
        assert sum(one.contribution for one in breakdown.contributions) == why.change
        for one in breakdown.contributions:
            assert one.rate is None or one.rate + (one.mix or 0) == one.contribution
    if why.parts:
        assert sum((one.effect for one in why.parts), Fraction(0)) == why.change
    cell = ask(
        engine,
        CATALOGUE,
        Question(
            question.metric,
            grain=question.grain,
            start=question.start,
            end=question.end,
            where=question.where,
            compare="previous",
        ),
        today=TODAY,
    ).cells[-1]
    assert (why.value is None, why.previous is None) == (cell.value is None, cell.previous is None)
    if why.change is not None:
        assert cell.value is not None
        assert cell.previous is not None  # an unripe cell has no change, though it has both
        assert abs(Fraction(cell.value) - Fraction(cell.previous) - why.change) < Fraction(1, 10**15)
