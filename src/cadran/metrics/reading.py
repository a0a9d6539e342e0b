"""Reading: run scans and sort what they yield by measure, time and split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Any

from cadran.metrics.distribution import finish
from cadran.metrics.engines.base import Engine, Row
from cadran.metrics.measure import DISTRIBUTIONS, Measure
from cadran.metrics.plan import Daily, Inquiry, Need, Time, plan
from cadran.metrics.scan import Filters, Scan
from cadran.metrics.sql import compile_scan
from cadran.metrics.stats.kaplan_meier import Spell
from cadran.metrics.writer import columns

PRECISION = Context(prec=28)

SplitValue = str | int | None
Split = tuple[Any, ...]


@dataclass(frozen=True)
class Reading:
    """What a measure yielded for one time and split: its value, the number of rows behind it, and of those left blank.

    A sum of nothing but blanks has no value: it is not known to be 0.
    """

    value: Decimal | None
    n: int
    blank: int = 0


@dataclass
class Readings:
    """All that the scans yielded, by measure, split, filter, time and split values.

    ``empty`` names the tables without a single row, and none in what they are part of: what is not recorded at all is
    not known to be 0.
    """

    found: dict[tuple[Measure, tuple[str, ...], Filters, bool], dict[Time, dict[Split, Reading]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )

    empty: set[str] = field(default_factory=set)

    def at(self, inquiry: Inquiry, measure: Measure, time: Time, split: Split) -> Reading | None:
        """The reading of a measure at one time and split; None when no row counted there."""
        found = self.of(inquiry, measure).get(time, {}).get(split)
        return Reading(None, 0) if found is None and measure.table.name in self.empty else found

    def of(self, inquiry: Inquiry, measure: Measure) -> dict[Time, dict[Split, Reading]]:
        """The readings of a measure as an inquiry splits and filters it."""
        return self.found[measure, inquiry.by, inquiry.filters, inquiry.question.cohort]


def read(engine: Engine, wanted: Iterable[Need]) -> Readings:
    """Run the scans that the needs come to, and sort what they yield."""
    readings, wanted = Readings(), list(wanted)
    with localcontext(PRECISION):
        for planned in plan(wanted):
            scan = planned.scan
            rows = engine.select(*compile_scan(scan, engine.tables, engine.dialect))
            if scan.deltas:
                _add_up(scan, rows, planned.times, readings)
            else:
                _sort(scan, rows, planned.times, readings)
        for need in wanted:
            _add_days(need, readings)
    read_from = {measure.table.name for (measure, *_), times in readings.found.items() if any(times.values())}
    for table in sorted({need.measure.table.name for need in wanted} - read_from):
        whole = engine.tables[table].part_of or table
        if not any(engine.select(f'SELECT 1 FROM "{name}" LIMIT 1', []) for name in dict.fromkeys((table, whole))):
            readings.empty.add(table)
    return readings


def _sort(scan: Scan, rows: Iterable[Row], times: Mapping[int, Time], readings: Readings) -> None:
    head = 1 + scan.cohorts
    first = head + len(scan.by)
    for place, measure in _places(scan, first):
        found = readings.found[measure, scan.by, scan.filters, scan.cohorts]
        if measure.aggregate.function in DISTRIBUTIONS:
            _gather(scan, measure, rows, times, found)
            continue
        make = _makers(measure)
        for row in rows:
            moment = times.get(int(row[0]))
            if moment is None:
                continue
            reading = make(row, place)
            if reading.n or reading.blank:
                split = row[head:first] if not scan.cohorts else (times.get(int(row[1])), *row[head:first])
                found[moment][split] = reading


def _gather(
    scan: Scan,
    measure: Measure,
    rows: Iterable[Row],
    times: Mapping[int, Time],
    found: dict[Time, dict[Split, Reading]],
) -> None:
    """The statistic of each time and split over all the values counted there."""
    head = 1 + scan.cohorts
    first = head + len(scan.by)
    gathered: dict[Row, list[Row]] = defaultdict(list)
    for row in rows:
        gathered[row[:first]].append(row[first:])
    for key, mine in gathered.items():
        moment, spells = times.get(int(key[0])), [spell for told in mine if (spell := _spell(told)) is not None]
        if moment is not None and spells:
            split = key[head:] if not scan.cohorts else (times.get(int(key[1])), *key[head:])
            found[moment][split] = Reading(finish(measure.aggregate, spells), sum(count for _, _, count in spells))


def _spell(told: Row) -> Spell | None:
    value, end, count = told
    if type(value) is int and type(end) is int and type(count) is int:
        return value, end, count
    number = _decimal(value)
    return None if number is None else (number, int(end), int(count))


def _places(scan: Scan, first: int) -> list[tuple[int, Measure]]:
    places = []
    for measure in scan.measures:
        places.append((first, measure))
        first += columns(measure)
    return places


def _makers(measure: Measure) -> Callable[[Row, int], Reading]:
    """How a measure's columns become a reading."""
    if measure.aggregate.bound:
        return lambda row, at: Reading(_decimal(row[at]), int(row[at + 1] or 0))
    match measure.aggregate.function:
        case "count" | "distinct":
            return lambda row, at: Reading(Decimal(int(row[at] or 0)), int(row[at] or 0))
        case "median" | "quantile":
            probability = measure.aggregate.probability or Decimal(0)
            blanks = measure.aggregate.nulls_last
            return lambda row, at: _between(row[at], row[at + 1], int(row[at + 2] or 0), probability, blanks)
        case "sum":
            return lambda row, at: _summed(_decimal(row[at]), int(row[at + 1] or 0), int(row[at + 2] or 0))
        case _:
            return lambda row, at: Reading(_decimal(row[at]), int(row[at + 1] or 0))


def _summed(value: Decimal | None, n: int, rows: int) -> Reading:
    return Reading((value or Decimal(0)) if n or not rows else None, n, rows - n)


def _between(low: object, high: object, n: int, probability: Decimal, blanks: bool) -> Reading:
    """The quantile by linear interpolation between the two values around it; among blanks it has no value."""
    a, b = _decimal(low), _decimal(high)
    place = (n - 1) * probability
    beyond = blanks and b is None and place != int(place)
    if a is None or beyond:
        return Reading(None, 0, n if blanks else 0)
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
        moved: dict[Split, dict[int, Reading]] = defaultdict(dict)
        for row in rows:
            reading = make(row, place)
            if reading.n or reading.blank:
                sign, bucket = int(row[0]), int(row[1])
                there = moved[row[2:first]].get(bucket, _NOTHING)
                moved[row[2:first]][bucket] = _moved(there, sign, reading)
        found = readings.found[measure, scan.by, scan.filters, False]
        for split, buckets in moved.items():
            stands = _NOTHING
            for index, moment in sorted(times.items()):
                if index in buckets:
                    stands = _moved(stands, 1, buckets[index])
                if stands.n or stands.blank:
                    found[moment][split] = stands if stands.n else Reading(None, 0, stands.blank)


def _add_days(need: Need, readings: Readings) -> None:
    """What stood at the end of each day, summed over the days."""
    found = readings.found[need.measure, need.by, need.filters, need.cohorts]
    for time in need.times:
        if isinstance(time, Daily):
            summed: dict[Split, Reading] = {}
            for instant in time.instants:
                for split, reading in found.get(instant, {}).items():
                    summed[split] = _moved(summed.get(split, _NOTHING), 1, reading)
            found[time] = {split: one if one.n else Reading(None, 0, one.blank) for split, one in summed.items()}


_NOTHING = Reading(Decimal(0), 0)


def _moved(there: Reading, sign: int, came: Reading) -> Reading:
    value = (there.value or Decimal(0)) + sign * (came.value or Decimal(0))
    return Reading(value, there.n + sign * came.n, there.blank + sign * came.blank)
