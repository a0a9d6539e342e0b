"""Cells: the formula evaluated over the readings of each period and split."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal, localcontext
from typing import Any

from cadran.metrics.formula import Binary, Part, evaluate
from cadran.metrics.period import Period
from cadran.metrics.plan import Inquiry, Time
from cadran.metrics.reading import PRECISION, Reading, Readings, Split, SplitValue
from cadran.metrics.stats.intervals import adjusted_wald, wilson


@dataclass(frozen=True)
class Cell:
    """One number of the answer.

    ``value`` is None when it cannot be computed, and ``why`` says why not. ``split`` has None for a blank. ``n`` is the
    number of rows (or subjects) that the value rests on; ``low`` and ``high`` bound it at 95 % where the metric is a
    rate. ``ripe`` is False while the period is too young for its value to be final. ``change`` is the value minus
    ``previous``, in the metric's own unit.
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
        return shown if self.value is not None else {**shown, "why": self.why}


def make_cells(inquiry: Inquiry, readings: Readings) -> list[Cell]:
    """Every cell of an answer: by period, then by split; with cohorts, by cohort, split and age."""
    with localcontext(PRECISION):
        return _cohort_cells(inquiry, readings) if inquiry.question.cohort else _cells(inquiry, readings)


def _cells(inquiry: Inquiry, readings: Readings) -> list[Cell]:
    tables = {part: readings.of(inquiry, inquiry.metric.parts[part.name]) for part in inquiry.metric.reads}
    times = [{part: inquiry.time(part, period) for part in tables} for period in inquiry.periods]
    splits = {
        split for moment in times for part, moment_of in moment.items() for split in tables[part].get(moment_of, {})
    }
    compared = [inquiry.before(period) if inquiry.question.compare else None for period in inquiry.periods]
    ordered = sorted(splits, key=_order) if inquiry.by else [()]
    cells = []
    for place, period in enumerate(inquiry.periods):
        before = compared[place]
        earlier = {part: inquiry.time(part, before) for part in tables} if before else None
        for split in ordered:
            found = _found(inquiry, readings, times[place], split)
            named = dict(zip(inquiry.by, split, strict=True))
            cell = make_cell(inquiry, period, named, found)
            if before is not None and earlier is not None:
                past = _found(inquiry, readings, earlier, split)
                previous = evaluate(
                    inquiry.metric.formula, _values(inquiry, past), Decimal, months=inquiry.months(before)
                )[0]
                change = cell.value - previous if cell.value is not None and previous is not None else None
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
        for split in sorted({split[1:] for split in splits if split[0] == spans[start]}, key=_order):
            for age, period in enumerate(inquiry.periods[start:]):
                moments = {part: spans[start] if part.when == "initial" else spans[start + age] for part in tables}
                found = _found(inquiry, readings, moments, (spans[start], *split))
                named: dict[str, SplitValue] = {
                    "cohort": cohort.label,
                    "age": age,
                    **dict(zip(inquiry.by, split, strict=True)),
                }
                cells.append(make_cell(inquiry, period, named, found))
    return cells


def _found(
    inquiry: Inquiry, readings: Readings, times: Mapping[Part, Time], split: Split
) -> dict[Part, Reading | None]:
    parts = inquiry.metric.parts
    return {part: readings.at(inquiry, parts[part.name], time, split) for part, time in times.items()}


def make_cell(
    inquiry: Inquiry, period: Period, split: Mapping[str, SplitValue], found: Mapping[Part, Reading | None]
) -> Cell:
    """The value of the formula over these readings, with what it rests on."""
    metric = inquiry.metric
    values = _values(inquiry, found)
    length = inquiry.months(period)
    value, why = evaluate(metric.formula, values, Decimal, months=length)
    if value is None:
        reasons = {part: _missing(inquiry, part, found.get(part)) for part in metric.reads}
        _, why = evaluate(metric.formula, values, Decimal, reasons, length)
    n = sum(reading.n for part in metric.population if (reading := found.get(part)))
    low = high = None
    if value is not None and metric.interval != "none":
        base = _base(inquiry, values, length)
        low, high = _bounds(inquiry, value, base, values)
        n = n if low is None else int(base)
    ripe = not metric.matures or period.last + timedelta(days=metric.matures) <= inquiry.today
    shown = {str(part): values[part] for part in metric.reads}
    return Cell(period, split, value, shown, n, low, high, ripe, why=why)


def _values(inquiry: Inquiry, found: Mapping[Part, Reading | None]) -> dict[Part, Decimal | None]:
    """The value of each part: nothing counted or summed is 0; nothing to take a median of is nothing."""
    zero = ("count", "distinct", "sum")
    return {
        part: reading.value
        if reading
        else Decimal(0)
        if inquiry.metric.parts[part.name].aggregate.function in zero and part.when != "recorded"
        else None
        for part, reading in found.items()
    }


def _missing(inquiry: Inquiry, part: Part, reading: Reading | None) -> str:
    measure = inquiry.metric.parts[part.name]
    rows = measure.table.name.replace("_", " ")
    if reading is not None and reading.blank and measure.aggregate.nulls_last and measure.aggregate.argument:
        return f"too few of the {reading.blank} {rows} rows of {part} have a known {measure.aggregate.argument.said()}"
    if reading is not None and reading.blank and measure.aggregate.argument is not None:
        return f"none of the {reading.blank} {rows} rows of {part} has a known {measure.aggregate.argument.said()}"
    if reading is not None and reading.value is None and not reading.n:
        return f"no {rows} is recorded here, at any time"
    return f"no {rows} for {part}"


def _bounds(
    inquiry: Inquiry, value: Decimal, base: Decimal, values: Mapping[Part, Decimal | None]
) -> tuple[Decimal | None, Decimal | None]:
    if inquiry.metric.interval == "wilson":
        return wilson(value * base, base)
    numbers = {part.name: values[part] or Decimal(0) for part in values}
    return adjusted_wald(numbers["promoters"], numbers["detractors"], numbers["answers"])


def _base(inquiry: Inquiry, values: Mapping[Part, Decimal | None], length: Decimal) -> Decimal:
    if inquiry.metric.interval == "nps":
        return next(values[part] or Decimal(0) for part in values if part.name == "answers")
    formula = inquiry.metric.formula
    assert isinstance(formula, Binary)
    base = evaluate(formula.right, values, Decimal, months=length)[0]
    return base or Decimal(0)


def _order(split: Split) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, str(value)) for value in split)
