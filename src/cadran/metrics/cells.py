"""Cells: the formula evaluated over the readings of each period and split."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal, localcontext
from typing import Any

from cadran.metrics.chance import Chance, chances, interval
from cadran.metrics.formula import RECORDED, Part, evaluate
from cadran.metrics.metric import Metric
from cadran.metrics.period import Period
from cadran.metrics.plan import Inquiry, Time
from cadran.metrics.reading import PRECISION, Reading, Readings, Split, SplitValue
from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.intervals import adjusted_wald, wilson
from cadran.metrics.verdict import Sample, believable, differ


@dataclass(frozen=True)
class Cell:
    """One number of the answer.

    ``value`` is None when it cannot be computed, and ``why`` says why not. ``split`` has None for a blank. ``n`` is the
    number of rows (or subjects) that the value rests on; ``low`` and ``high`` bound it at 95 % where the metric is a
    rate, or a sum, a ratio of sums or a quantile that is compared (or asked with its interval) and rests on enough.
    ``ripe`` is False while the period is too young for its value to be final. ``change`` is the value minus
    ``previous``, in the metric's own unit; None while the value is not final. ``difference`` says whether chance alone
    could explain that change; None when this cannot be told (see :mod:`cadran.metrics.verdict`).
    """

    period: Period
    split: Mapping[str, SplitValue]
    value: Decimal | None
    parts: Mapping[str, Decimal | None]
    n: int
    low: Decimal | None = None
    high: Decimal | None = None
    ripe: bool = True
    previous: Decimal | None = None
    change: Decimal | None = None
    why: str = ""
    compared_with: Period | None = None
    difference: Difference | None = None

    @property
    def relative_change(self) -> Decimal | None:
        """The change as a share of the previous value; None from nothing or from zero."""
        if self.change is None or not self.previous:
            return None
        return self.change / abs(self.previous)

    def to_json(self) -> dict[str, Any]:
        """The cell in the words of the API, its numbers still Decimals."""
        shown: dict[str, Any] = {
            "period": {
                "label": self.period.label,
                "from": self.period.first.isoformat(),
                "to": self.period.end.isoformat(),
            },
            "split": dict(self.split),
            "value": self.value,
            "parts": dict(self.parts),
            "n": self.n,
            "low": self.low,
            "high": self.high,
            "ripe": self.ripe,
            "previous": self.previous,
            "change": self.change,
        }
        if self.value is None:
            shown["why"] = self.why
        if self.compared_with is not None:
            tested = self.difference
            shown["p_value"] = tested.p_value if tested else None
            shown["detectable"] = tested.detectable if tested else None
            shown["smallest_detectable"] = tested.smallest if tested else None
        return shown


def make_cells(inquiry: Inquiry, readings: Readings) -> list[Cell]:
    """Every cell of an answer: by period, then by split; with cohorts, by cohort, split and age."""
    with localcontext(PRECISION):
        return _cohort_cells(inquiry, readings) if inquiry.question.cohort else _cells(inquiry, readings)


def _cells(inquiry: Inquiry, readings: Readings) -> list[Cell]:
    maker = _Maker(inquiry, readings)
    times = [maker.times(period) for period in inquiry.periods]
    splits = {
        split
        for moments in times
        for table, time in zip(maker.tables, moments, strict=True)
        for split in table.get(time, ())
    }
    ordered = sorted(splits, key=_order) if inquiry.by else [()]
    cells = []
    for period, moments in zip(inquiry.periods, times, strict=True):
        before = inquiry.before(period) if inquiry.question.compare and inquiry.comparable(period) else None
        make = maker.of_period(period, moments)
        earlier = maker.samples_of(before) if before else None
        mine = maker.samples_of(period) if before else None
        for split in ordered:
            cell = make(split, dict(zip(inquiry.by, split, strict=True)))
            if before is not None and earlier is not None and mine is not None:
                cell = replace(_compared(maker.metric, cell, mine(split), earlier(split)), compared_with=before)
            cells.append(cell)
    return look_together(cells)


def _compared(metric: Metric, cell: Cell, now: Sample, before: Sample) -> Cell:
    if cell.value is None or before.value is None or not cell.ripe:
        # a cohort that has not had its time stands beside the one before, but has not fallen below it
        return replace(cell, previous=before.value)
    difference = differ(metric, now, before)
    return replace(cell, previous=before.value, change=cell.value - before.value, difference=difference)


def look_together(cells: Sequence[Cell]) -> list[Cell]:
    """The same cells as what is shown side by side: the changes that are only to be expected among so many are not
    detectable any more.
    """
    differences = believable([cell.difference for cell in cells])
    return [
        cell if cell.difference == difference else replace(cell, difference=difference)
        for cell, difference in zip(cells, differences, strict=True)
    ]


def _cohort_cells(inquiry: Inquiry, readings: Readings) -> list[Cell]:
    """A cell for each cohort and age that had time to be; its period is the one in which the cohort was that old."""
    maker = _Maker(inquiry, readings)
    spans = [(period.first, period.end) for period in inquiry.periods]
    splits = {split for table in maker.tables for moment in table.values() for split in moment}
    cells = []
    for start, cohort in enumerate(inquiry.periods):
        ages = [
            maker.of_period(period, [spans[start if part.when == "initial" else start + age] for part in maker.reads])
            for age, period in enumerate(inquiry.periods[start:])
        ]
        for split in sorted({split[1:] for split in splits if split[0] == spans[start]}, key=_order):
            of_split: dict[str, SplitValue] = dict(zip(inquiry.by, split, strict=True))
            cells += [
                make((spans[start], *split), {"cohort": cohort.label, "age": age, **of_split})
                for age, make in enumerate(ages)
            ]
    return cells


class _Maker:
    """What all cells of an inquiry have in common, looked up once. Parts are in the order in which the metric reads
    them.
    """

    def __init__(self, inquiry: Inquiry, readings: Readings) -> None:
        metric = inquiry.metric
        self.inquiry = inquiry
        self.metric = metric
        self.empty = readings.empty
        self.reads = metric.reads
        measures = [metric.parts[part.name] for part in self.reads]
        self.tables = [readings.of(inquiry, measure) for measure in measures]
        self.absent = [Reading(self._nothing(part), 0) for part in self.reads]
        self.names = [str(part) for part in self.reads]
        self.population = [self.reads.index(part) for part in metric.population]
        self.chances = chances(inquiry, readings)

    def times(self, period: Period) -> list[Time]:
        """When each part is read for a period."""
        return [self.inquiry.time(part, period) for part in self.reads]

    def of_period(self, period: Period, times: Sequence[Time]) -> Callable[[Split, Mapping[str, SplitValue]], Cell]:
        """What makes the cell of a split in this period."""
        metric, names, population, find = self.metric, self.names, self.population, self._finder(times)
        compute, rate = metric.compute, metric.interval in ("wilson", "nps")
        chance = self._chance(times)
        length = self.inquiry.months(period)
        ripe = not metric.matures or period.last + timedelta(days=metric.matures) <= self.inquiry.today

        def make(split: Split, named: Mapping[str, SplitValue]) -> Cell:
            found = find(split)
            values: list[Decimal | None] = [reading.value for reading in found]
            values.append(length)
            value = compute(values)
            n = sum([found[place].n for place in population])
            low = high = None
            if value is not None and chance is not None:
                low, high = interval(value, chance(split))
            elif value is not None and rate:
                base = self._base(values)
                low, high = self._bounds(value, base, values)
                n = n if low is None else int(base)
            why = "" if value is not None else self._why(split, times, values, length)
            return Cell(period, named, value, dict(zip(names, values)), n, low, high, ripe, why=why)  # noqa: B905 (months)

        return make

    def samples_of(self, period: Period) -> Callable[[Split], Sample]:
        """What gives the value of a split in this period, and what it rests on."""
        metric, times, length = self.metric, self.times(period), self.inquiry.months(period)
        find, chance = self._finder(times), self._chance(times)
        days = (min(period.end, self.inquiry.today + timedelta(days=1)) - period.first).days

        def sample(split: Split) -> Sample:
            values = [*(reading.value for reading in find(split)), length]
            value = metric.compute(values)
            bounded = value is not None and metric.interval == "wilson"
            base = metric.compute_base(values) if bounded else None
            return Sample(value, self._named(values), base or Decimal(0), days, chance(split) if chance else None)

        return sample

    def _nothing(self, part: Part) -> Decimal | None:
        """The value of a part where no row counts: 0 of what is counted or summed, unless nothing was ever recorded;
        none of what has a median.
        """
        measure = self.metric.parts[part.name]
        zero = measure.aggregate.function in _ZERO and part.when not in RECORDED
        return Decimal(0) if zero and measure.table.name not in self.empty else None

    def _finder(self, times: Sequence[Time]) -> Callable[[Split], list[Reading]]:
        nowhere: dict[Split, Reading] = {}
        places = [
            (table.get(time, nowhere), absent)
            for table, time, absent in zip(self.tables, times, self.absent, strict=True)
        ]
        return lambda split: [there.get(split, absent) for there, absent in places]

    def _chance(self, times: Sequence[Time]) -> Callable[[Split], Chance] | None:
        return self.chances(dict(zip(self.reads, times, strict=True))) if self.chances else None

    def _named(self, values: Sequence[Decimal | None]) -> dict[Part, Decimal | None]:
        return dict(zip(self.reads, values, strict=False))

    def _base(self, values: Sequence[Decimal | None]) -> Decimal:
        if self.metric.interval == "nps":
            return next(value or Decimal(0) for part, value in self._named(values).items() if part.name == "answers")
        return self.metric.compute_base(values) or Decimal(0)

    def _bounds(
        self, value: Decimal, base: Decimal, values: Sequence[Decimal | None]
    ) -> tuple[Decimal | None, Decimal | None]:
        if self.metric.interval == "wilson":
            return wilson(value * base, base)
        numbers = {part.name: value or Decimal(0) for part, value in self._named(values).items()}
        return adjusted_wald(numbers["promoters"], numbers["detractors"], numbers["answers"])

    def _why(self, split: Split, times: Sequence[Time], values: Sequence[Decimal | None], length: Decimal) -> str:
        """Why there is no value."""
        reasons = {
            part: _missing(self.inquiry, part, table.get(time, {}).get(split), self.empty)
            for part, table, time in zip(self.reads, self.tables, times, strict=True)
        }
        return evaluate(self.metric.formula, self._named(values), Decimal, reasons, length)[1]


_ZERO = ("count", "distinct", "sum")


def _missing(inquiry: Inquiry, part: Part, reading: Reading | None, empty: Collection[str]) -> str:
    measure = inquiry.metric.parts[part.name]
    rows = measure.table.name.replace("_", " ")
    if reading is not None and reading.blank and measure.aggregate.nulls_last and measure.aggregate.argument:
        return f"too few of the {reading.blank} {rows} rows of {part} have a known {measure.aggregate.argument.said()}"
    if reading is not None and reading.blank and measure.aggregate.argument is not None:
        return f"none of the {reading.blank} {rows} rows of {part} has a known {measure.aggregate.argument.said()}"
    if measure.table.name in empty or (reading is not None and reading.value is None and not reading.n):
        return f"no {rows} is recorded here, at any time"
    if part.when in RECORDED:
        before = " in the period before" if part.when == "previous_recorded" else ""
        return f"no {rows} recorded for {part.name}{before}"
    return f"no {rows} for {part}"


def _order(split: Split) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, str(value)) for value in split)
