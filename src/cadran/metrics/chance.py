"""How far chance moves the sums, ratios of sums and quantiles of an answer, from what was read beside their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from cadran.metrics.formula import Part
from cadran.metrics.measure import Measure
from cadran.metrics.metric import Metric
from cadran.metrics.moments import Moments, Ranks
from cadran.metrics.plan import Inquiry, Time
from cadran.metrics.reading import Readings, Split
from cadran.metrics.stats.spread import Spread, Total, around, of_ratio, of_total
from cadran.metrics.stats.two_quantiles import Bounds

Chance = Total | Spread | Bounds | None
"""Of a sum the total, in the unit of the value; of a ratio of sums its spread; of a quantile the ends of its interval.
None where it rests on too little.
"""

Find = Callable[[Mapping[Part, Time]], Callable[[Split], Chance]]


def chances(inquiry: Inquiry, readings: Readings) -> Find | None:
    """What gives, for the times of a period and then for a split, how far chance moves the value there; None where
    this was not read.
    """

    def find(measure: Measure, time: Time) -> Callable[[Split], tuple[Decimal | None, int]]:
        there = readings.of(inquiry, measure).get(time, {})

        def found(split: Split) -> tuple[Decimal | None, int]:
            reading = there.get(split)
            return (None, 0) if reading is None else (reading.value, reading.n)

        return found

    match inquiry.moments:
        case Ranks() as ranks:
            return _of_quantile(ranks, inquiry.metric, find)
        case Moments(bottom=None) as moments:
            return _of_total(moments, _scale(inquiry.metric), inquiry.metric.parts, find)
        case Moments() as moments:
            return _of_ratio(moments, inquiry.metric.parts, find)
        case None:
            return None


_Finder = Callable[[Measure, Time], Callable[[Split], tuple[Decimal | None, int]]]


def interval(value: Decimal, chance: Chance) -> tuple[Decimal | None, Decimal | None]:
    """The 95 % interval of a value; (None, None) where it rests on too little."""
    if isinstance(chance, Bounds):
        return chance.low, chance.high
    spread = of_total(chance) if isinstance(chance, Total) else chance
    return (None, None) if spread is None else around(value, spread)


def _scale(metric: Metric) -> Decimal:
    """What a formula of one part multiplies it by."""
    scale = metric.compute([Decimal(1), None])
    assert scale is not None
    return scale


def _of_quantile(ranks: Ranks, metric: Metric, find: _Finder) -> Find:
    def at(times: Mapping[Part, Time]) -> Callable[[Split], Chance]:
        low, high = (find(measure, times[ranks.part]) for measure in (ranks.low, ranks.high))

        def of_split(split: Split) -> Chance:
            below, above = (metric.compute([end(split)[0], None]) for end in (low, high))
            return None if below is None or above is None else Bounds(below, above)

        return of_split

    return at


def _of_total(moments: Moments, scale: Decimal, parts: Mapping[str, Measure], find: _Finder) -> Find:
    def at(times: Mapping[Part, Time]) -> Callable[[Split], Chance]:
        when = times[moments.top]
        top, squares = find(parts[moments.top.name], when), find(moments.squares, when)

        def of_split(split: Split) -> Chance:
            value, rows = top(split)
            return Total(scale * (value or 0), scale * scale * (squares(split)[0] or 0), rows)

        return of_split

    return at


def _of_ratio(moments: Moments, parts: Mapping[str, Measure], find: _Finder) -> Find:
    assert moments.bottom is not None
    assert moments.bottom_squares is not None
    base, base_squares = moments.bottom, moments.bottom_squares

    def at(times: Mapping[Part, Time]) -> Callable[[Split], Chance]:
        top, squares = find(parts[moments.top.name], times[moments.top]), find(moments.squares, times[moments.top])
        bottom, its_squares = find(parts[base.name], times[base]), find(base_squares, times[base])
        product = find(moments.product, times[moments.top]) if moments.product else None

        def of_split(split: Split) -> Chance:
            (value, rows), (below, its_rows) = top(split), bottom(split)
            together = (product(split)[0] if product else None) or Decimal(0)
            one = Total(value or Decimal(0), squares(split)[0] or Decimal(0), rows)
            other = Total(below or Decimal(0), its_squares(split)[0] or Decimal(0), its_rows)
            return of_ratio(one, other, together)

        return of_split

    return at
