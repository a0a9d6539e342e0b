"""How far chance moves the sums and ratios of sums of an answer, from what was read beside their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from cadran.metrics.formula import Part
from cadran.metrics.measure import Measure
from cadran.metrics.plan import Inquiry, Time
from cadran.metrics.reading import Readings, Split
from cadran.metrics.stats.spread import Spread, Total, of_ratio, of_total

Chance = tuple[Total | None, Spread | None]
"""The total in the unit of the value (None for a ratio), and the spread of either where there is one."""


def chances(inquiry: Inquiry, readings: Readings) -> Callable[[Mapping[Part, Time]], Callable[[Split], Chance]] | None:
    """What gives, for the times of a period and then for a split, how far chance moves the value there; None where
    this was not read.
    """
    moments, parts = inquiry.moments, inquiry.metric.parts
    if moments is None:
        return None
    scale = inquiry.metric.compute({moments.top: Decimal(1)}, None) if moments.bottom is None else Decimal(1)
    assert scale is not None

    def find(measure: Measure, time: Time) -> Callable[[Split], tuple[Decimal, int]]:
        there = readings.of(inquiry, measure).get(time, {})

        def found(split: Split) -> tuple[Decimal, int]:
            reading = there.get(split)
            return (Decimal(0), 0) if reading is None else (reading.value or Decimal(0), reading.n)

        return found

    def at(times: Mapping[Part, Time]) -> Callable[[Split], Chance]:
        when = times[moments.top]
        top, squares = find(parts[moments.top.name], when), find(moments.squares, when)
        if moments.bottom is None or moments.bottom_squares is None:

            def of_sum(split: Split) -> Chance:
                value, rows = top(split)
                total = Total(scale * value, scale * scale * squares(split)[0], rows)
                return total, of_total(total)

            return of_sum
        bottom, its_squares = find(parts[moments.bottom.name], when), find(moments.bottom_squares, when)
        product = find(moments.product, when) if moments.product else None

        def of_both(split: Split) -> Chance:
            (value, rows), (base, its_rows) = top(split), bottom(split)
            together = product(split)[0] if product else Decimal(0)
            one, other = Total(value, squares(split)[0], rows), Total(base, its_squares(split)[0], its_rows)
            return None, of_ratio(one, other, together)

        return of_both

    return at
