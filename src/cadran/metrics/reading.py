"""Readings: what measures yielded, by time and split, and how the columns of an answer become so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from typing import Any, NamedTuple

from cadran.metrics.measure import Measure
from cadran.metrics.plan import Inquiry, Time
from cadran.metrics.scan import Filters, Scan
from cadran.metrics.writer import columns

PRECISION = Context(prec=28)

SplitValue = str | int | None
Split = tuple[Any, ...]
Column = Sequence[Any]


class Reading(NamedTuple):
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

    def of_scan(self, scan: Scan, measure: Measure) -> dict[Time, dict[Split, Reading]]:
        """The readings of a measure as a scan splits and filters it."""
        return self.found[measure, scan.by, scan.filters, scan.cohorts]


def made(scan: Scan, answer: Sequence[Column], first: int) -> Iterator[tuple[Measure, Iterable[Reading]]]:
    """Each measure of a scan with its readings, row by row; its columns are those of the answer from ``first`` on."""
    for measure in scan.measures:
        following = first + columns(measure)
        yield measure, _readings(measure, answer[first:following])
        first = following


def _readings(measure: Measure, found: Sequence[Column]) -> Iterable[Reading]:
    """How the columns of a measure become readings."""
    aggregate = measure.aggregate
    if aggregate.function in ("count", "distinct"):
        return [Reading(Decimal(n), n) for n in _whole(found[0])]
    if aggregate.function == "sum":
        values, counts, rows = found
        return map(_summed, map(number, values), _whole(counts), _whole(rows))
    if aggregate.bound or aggregate.probability is None:
        values, counts = found
        return map(Reading, map(number, values), _whole(counts))
    probability, blanks = aggregate.probability, aggregate.nulls_last
    return (
        _between(number(low), number(high), n, probability, blanks)
        for low, high, n in zip(found[0], found[1], _whole(found[2]), strict=True)
    )


def _whole(counts: Column) -> list[int]:
    return [int(n or 0) for n in counts]


def _summed(value: Decimal | None, n: int, rows: int) -> Reading:
    return Reading((value or Decimal(0)) if n or not rows else None, n, rows - n)


def _between(a: Decimal | None, b: Decimal | None, n: int, probability: Decimal, blanks: bool) -> Reading:
    """The quantile by linear interpolation between the two values around it; among blanks it has no value."""
    place = (n - 1) * probability
    beyond = blanks and b is None and place != int(place)
    if a is None or beyond:
        return Reading(None, 0, n if blanks else 0)
    return Reading(a if b is None else a + (b - a) * (place - int(place)), n)


def number(value: object) -> Decimal | None:
    """What an engine yields as a value, in Decimal; a date as the number of its day."""
    match value:
        case None | Decimal():
            return value
        case date():
            return Decimal(value.toordinal())
        case _:
            return Decimal(str(value))
