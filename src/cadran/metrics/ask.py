"""Ask: a question in, a result out; or many questions, answered together.

SQL computes measures; the formulas are evaluated here, in Decimal, so that every part of a number is at hand for whoever
wants to open it, compare it, bound it or explain it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, localcontext
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from cadran.metrics import period as periods
from cadran.metrics.catalogue import Catalogue
from cadran.metrics.engines.base import Engine, Row
from cadran.metrics.formula import Part, evaluate
from cadran.metrics.measure import Measure
from cadran.metrics.period import Calendar, Period
from cadran.metrics.plan import Inquiry, Need, Time, check, needs, plan
from cadran.metrics.question import Question
from cadran.metrics.result import Cell, Result, SplitValue
from cadran.metrics.rows import open_rows
from cadran.metrics.scan import Scan
from cadran.metrics.sql import column, columns, compile_scan
from cadran.metrics.stats.intervals import adjusted_wald, wilson
from cadran.metrics.why import explain

PRECISION = Context(prec=28)

Split = tuple[SplitValue, ...]


@dataclass(frozen=True)
class Reading:
    """What a measure yielded for one time and split: its value, and the number of rows behind it."""

    value: Decimal | None
    n: int


@dataclass
class Readings:
    """All that the scans yielded, by measure, split, filter, time and split values."""

    found: dict[tuple[Measure, tuple[str, ...], object, bool], dict[Time, dict[Split, Reading]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )

    def of(self, inquiry: Inquiry, measure: Measure) -> dict[Time, dict[Split, Reading]]:
        """The readings of a measure as an inquiry splits and filters it."""
        return self.found[measure, inquiry.by, inquiry.filters, inquiry.question.cohort]


def ask(
    engine: Engine, catalogue: Catalogue, question: Question, *, today: date, calendar: Calendar = Calendar()
) -> Result:  # noqa: B008
    """Answer one question. ``today`` is the current day in the organisation's zone.

    Raises QuestionError when the metric cannot be asked so, FactsError when the facts lack what it needs.
    """
    return ask_all(engine, catalogue, [question], today=today, calendar=calendar)[0]


def ask_all(
    engine: Engine,
    catalogue: Catalogue,
    questions: Sequence[Question],
    *,
    today: date,
    calendar: Calendar = Calendar(),  # noqa: B008 (frozen)
) -> list[Result]:
    """Answer many questions together: their parts are gathered so that few passes over the facts serve them all."""
    known: dict[date | None, Engine] = {None: engine}
    for question in questions:
        if question.as_of not in known and question.as_of is not None:
            known[question.as_of] = engine.as_of(_end_of(question.as_of, calendar))
    inquiries = [
        inquire(known[q.as_of], catalogue, q, today=min(today, q.as_of) if q.as_of else today, calendar=calendar)
        for q in questions
    ]
    answers: dict[int, Result] = {}
    for as_of, source in known.items():
        mine = [place for place, question in enumerate(questions) if question.as_of == as_of]
        readings = read(source, [need for place in mine for need in needs(inquiries[place])])
        answers |= {place: _result(source, inquiries[place], readings) for place in mine}
    return [answers[place] for place in range(len(questions))]


def inquire(engine: Engine, catalogue: Catalogue, question: Question, *, today: date, calendar: Calendar) -> Inquiry:
    """Make a question definite: check it, and find its periods."""
    metric = catalogue[question.metric]
    filters = check(question, metric, engine.tables)
    end = question.end or today + timedelta(days=1)
    start = question.start or _first_day(engine, metric.parts.values(), end)
    if question.grain is None:
        spans: tuple[Period, ...] = (periods.whole(start, end, calendar),)
    else:
        spans = periods.split(start, end, question.grain, calendar)
        spans = periods.rolling(spans, question.rolling) if question.rolling else spans
    return Inquiry(question, metric, spans, question.by, filters, today, calendar)


def _end_of(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(calendar.zone))


def _first_day(engine: Engine, measures: Iterable[Measure], end: date) -> date:
    """The first date of the data of these measures; the day before the end when there is none."""
    found = []
    for name, clock in dict.fromkeys((measure.table.name, measure.clock.columns[0]) for measure in measures):
        rows = engine.select(f'SELECT min({column(clock)}) FROM "{name}" AS "t"', [])
        found += [row[0] for row in rows if row[0] is not None]
    return min([*found, end - timedelta(days=1)])


# Reading ----------------------------------------------------------------------------------------------------------------


def read(engine: Engine, wanted: Iterable[Need]) -> Readings:
    """Run the scans that the needs come to, and sort what they yield."""
    readings = Readings()
    with localcontext(PRECISION):
        for planned in plan(wanted):
            scan = planned.scan
            rows = engine.select(*compile_scan(scan, engine.tables, engine.dialect))
            if scan.deltas:
                _add_up(scan, rows, planned.times, readings)
            else:
                _sort(scan, rows, planned.times, readings)
    return readings


def _sort(scan: Scan, rows: Iterable[Row], times: Mapping[int, Time], readings: Readings) -> None:
    head = 1 + scan.cohorts
    first = head + len(scan.by)
    for place, measure in _places(scan, first):
        found = readings.found[measure, scan.by, scan.filters, scan.cohorts]
        make = _makers(measure)
        for row in rows:
            moment = times.get(int(row[0]))
            if moment is None:
                continue
            reading = make(row, place)
            if reading.n:
                split = row[head:first] if not scan.cohorts else (times.get(int(row[1])), *row[head:first])
                found[moment][split] = reading


def _places(scan: Scan, first: int) -> list[tuple[int, Measure]]:
    places = []
    for measure in scan.measures:
        places.append((first, measure))
        first += columns(measure)
    return places


def _makers(measure: Measure) -> Callable[[Row, int], Reading]:
    """How a measure's columns become a reading."""
    match measure.aggregate.function:
        case "count" | "distinct":
            return lambda row, at: Reading(Decimal(int(row[at] or 0)), int(row[at] or 0))
        case "median" | "quantile":
            probability = measure.aggregate.probability or Decimal(0)
            return lambda row, at: _between(row[at], row[at + 1], int(row[at + 2] or 0), probability)
        case "sum":
            return lambda row, at: Reading(_decimal(row[at]) or Decimal(0), int(row[at + 1] or 0))
        case _:
            return lambda row, at: Reading(_decimal(row[at]), int(row[at + 1] or 0))


def _between(low: object, high: object, n: int, probability: Decimal) -> Reading:
    """The quantile by linear interpolation between the two values around it."""
    a, b = _decimal(low), _decimal(high)
    if a is None:
        return Reading(None, 0)
    place = (n - 1) * probability
    return Reading(a if b is None else a + (b - a) * (place - int(place)), n)


def _decimal(value: object) -> Decimal | None:
    match value:
        case None | Decimal():
            return value
        case date():
            return Decimal(value.toordinal())
        case _:
            return Decimal(str(value))


def _add_up(scan: Scan, rows: Sequence[Row], times: Mapping[int, Time], readings: Readings) -> None:
    """What came less what went, up to each instant."""
    first = 2 + len(scan.by)
    for place, measure in _places(scan, first):
        make = _makers(measure)
        moved: dict[Split, dict[int, tuple[Decimal, int]]] = defaultdict(dict)
        for row in rows:
            reading = make(row, place)
            if reading.n:
                sign, bucket = int(row[0]), int(row[1])
                value, n = moved[row[2:first]].get(bucket, (Decimal(0), 0))
                moved[row[2:first]][bucket] = value + sign * (reading.value or 0), n + sign * reading.n
        found = readings.found[measure, scan.by, scan.filters, False]
        for split, buckets in moved.items():
            value, n = Decimal(0), 0
            for index, moment in sorted(times.items()):
                came = buckets.get(index)
                if came is not None:
                    value, n = value + came[0], n + came[1]
                if n:
                    found[moment][split] = Reading(value, n)


# Assembling -------------------------------------------------------------------------------------------------------------


def _result(engine: Engine, inquiry: Inquiry, readings: Readings) -> Result:
    with localcontext(PRECISION):
        cells = _cohort_cells(inquiry, readings) if inquiry.question.cohort else _cells(inquiry, readings)
    return Result(
        question=inquiry.question,
        metric=inquiry.metric,
        cells=cells,
        definition_hash=inquiry.metric.hash,
        data_version=engine.data_version,
        as_of=engine.fresh_at,
        today=inquiry.today,
        _total=partial(_total, engine, inquiry, cells),
        _open_rows=partial(open_rows, engine, inquiry),
        _explain=partial(explain, engine, inquiry),
    )


def _total(engine: Engine, inquiry: Inquiry, cells: Sequence[Cell]) -> Cell:
    whole = inquiry.whole
    if inquiry.question.cohort:
        why = "a grid of cohorts has no total"
        return Cell(whole.periods[0], {}, None, {}, 0, why=why)
    if len(cells) == 1 and not inquiry.by and not inquiry.question.rolling:
        return replace(cells[0], period=whole.periods[0])
    readings = read(engine, needs(whole))
    with localcontext(PRECISION):
        return _cells(whole, readings)[0]


def _cells(inquiry: Inquiry, readings: Readings) -> list[Cell]:
    tables = {part: readings.of(inquiry, inquiry.metric.parts[part.name]) for part in inquiry.metric.reads}
    times = [{part: inquiry.time(part, period) for part in tables} for period in inquiry.periods]
    splits = {
        split for moment in times for part, moment_of in moment.items() for split in tables[part].get(moment_of, {})
    }
    compared = [inquiry.before(period) if inquiry.question.compare else None for period in inquiry.periods]
    cells = []
    for place, period in enumerate(inquiry.periods):
        before = compared[place]
        earlier = {part: inquiry.time(part, before) for part in tables} if before else None
        for split in sorted(splits, key=_order) if inquiry.by else [()]:
            found = {part: tables[part].get(moment, {}).get(split) for part, moment in times[place].items()}
            named = dict(zip(inquiry.by, split, strict=True))
            cell = make_cell(inquiry, period, named, found)
            if earlier is not None:
                past = {part: tables[part].get(moment, {}).get(split) for part, moment in earlier.items()}
                previous = evaluate(inquiry.metric.formula, _values(inquiry, past))[0]
                change = cell.value - previous if cell.value is not None and isinstance(previous, Decimal) else None
                cell = replace(cell, previous=previous, change=change, compared_with=before)
            cells.append(cell)
    return cells


def _cohort_cells(inquiry: Inquiry, readings: Readings) -> list[Cell]:
    """A cell for each cohort and age that had time to be; its period is the one in which the cohort was that old."""
    tables = {part: readings.of(inquiry, inquiry.metric.parts[part.name]) for part in inquiry.metric.reads}
    spans = [(period.first, period.end) for period in inquiry.periods]
    splits = {split for table in tables.values() for moment in table.values() for split in moment}
    cells = []
    for start, cohort in enumerate(inquiry.periods):
        for split in sorted({split[1:] for split in splits if split[0] == spans[start]}, key=_order):  # type: ignore[comparison-overlap]
            for age, period in enumerate(inquiry.periods[start:]):
                moments = {part: spans[start] if part.when == "initial" else spans[start + age] for part in tables}
                found = {
                    part: tables[part].get(moment, {}).get((spans[start], *split)) for part, moment in moments.items()
                }  # type: ignore[arg-type]
                named: dict[str, SplitValue] = {
                    "cohort": cohort.label,
                    "age": age,
                    **dict(zip(inquiry.by, split, strict=True)),
                }
                cells.append(make_cell(inquiry, period, named, found))
    return cells


def make_cell(
    inquiry: Inquiry, period: Period, split: Mapping[str, SplitValue], found: Mapping[Part, Reading | None]
) -> Cell:
    """The value of the formula over these readings, with what it rests on."""
    metric = inquiry.metric
    values = _values(inquiry, found)
    reasons = {part: _missing(inquiry, part) for part in metric.reads}
    value, why = evaluate(metric.formula, values, reasons)
    n = sum(reading.n for part in metric.population if (reading := found.get(part)))
    low, high = _bounds(inquiry, value, values) if isinstance(value, Decimal) else (None, None)
    if low is not None:
        n = int(_base(inquiry, values))
    ripe = not metric.matures or period.last + timedelta(days=metric.matures) < inquiry.today
    shown = {str(part): values[part] for part in metric.reads}
    return Cell(period, split, value if isinstance(value, Decimal) else None, shown, n, low, high, ripe, why=why)


def _values(inquiry: Inquiry, found: Mapping[Part, Reading | None]) -> dict[Part, Decimal | None]:
    """The value of each part: nothing counted or summed is 0; nothing to take a median of is nothing."""
    zero = ("count", "distinct", "sum")
    return {
        part: reading.value
        if reading
        else Decimal(0)
        if inquiry.metric.parts[part.name].aggregate.function in zero
        else None
        for part, reading in found.items()
    }


def _missing(inquiry: Inquiry, part: Part) -> str:
    return f"no {inquiry.metric.parts[part.name].table.name.replace('_', ' ')} for {part}"


def _bounds(
    inquiry: Inquiry, value: Decimal, values: Mapping[Part, Decimal | None]
) -> tuple[Decimal | None, Decimal | None]:
    match inquiry.metric.interval:
        case "wilson":
            base = _base(inquiry, values)
            return wilson(value * base, base)
        case "nps":
            numbers = {part.name: values[part] or Decimal(0) for part in values}
            return adjusted_wald(numbers["promoters"], numbers["detractors"], numbers["answers"])
        case _:
            return None, None


def _base(inquiry: Inquiry, values: Mapping[Part, Decimal | None]) -> Decimal:
    if inquiry.metric.interval == "nps":
        return next(values[part] or Decimal(0) for part in values if part.name == "answers")
    formula: Any = inquiry.metric.formula
    base = evaluate(formula.right, values)[0]
    return base if isinstance(base, Decimal) else Decimal(0)


def _order(split: Split) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, str(value)) for value in split)
