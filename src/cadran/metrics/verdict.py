"""Verdicts: whether a value differs from the one that it is compared with by more than chance explains.

Rates, Net Promoter Scores, counts of what happened, sums of amounts, ratios of two such, medians and other quantiles
have one. Stocks, distinct counts and whatever is arithmetic over these have none: their difference is shown, and
neither praised nor blamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cadran.metrics.chance import Chance
from cadran.metrics.formula import Part
from cadran.metrics.metric import Metric
from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.false_discoveries import kept
from cadran.metrics.stats.spread import Spread, Total
from cadran.metrics.stats.two_counts import two_counts
from cadran.metrics.stats.two_quantiles import Bounds, two_quantiles
from cadran.metrics.stats.two_rates import two_rates
from cadran.metrics.stats.two_ratios import two_ratios
from cadran.metrics.stats.two_scores import Answers, two_scores
from cadran.metrics.stats.two_totals import two_totals


@dataclass(frozen=True)
class Sample:
    """What a value rests on: its parts, what its formula divides by, the days that have passed of its period; for sums,
    ratios of sums and quantiles, how far chance moves it.
    """

    value: Decimal | None
    parts: Mapping[Part, Decimal | None]
    base: Decimal
    days: int
    chance: Chance = None


def differ(metric: Metric, now: Sample, before: Sample) -> Difference | None:
    """Whether two values of a metric differ; None when that cannot be told."""
    if now.value is None or before.value is None:
        return None
    if metric.counts_events:
        return two_counts(now.value, now.days, before.value, before.days)
    found: Difference | None = None
    match metric.interval, now.chance, before.chance:
        case "wilson", _, _:
            found = two_rates(now.value * now.base, now.base, before.value * before.base, before.base)
        case "nps", _, _:
            found = two_scores(_answers(now), _answers(before))
        case "total", Total() as total, Total() as earlier:
            found = two_totals(total, now.days, earlier, before.days)
        case "ratio", (Spread() | None) as spread, (Spread() | None) as its_spread:
            found = two_ratios(now.value, spread, before.value, its_spread)
        case "quantile", (Bounds() | None) as bounds, (Bounds() | None) as its_bounds:
            found = two_quantiles(now.value, bounds, before.value, its_bounds)
    return found


def believable(differences: Sequence[Difference | None]) -> list[Difference | None]:
    """The same differences looked at together: of many, some look large by chance alone."""
    known = [difference for difference in differences if difference is not None]
    survive: Iterable[bool] = iter(kept([difference.p_value for difference in known]))
    together = iter(
        [
            replace(difference, detectable=difference.detectable and survives)
            for difference, survives in zip(known, survive, strict=True)
        ]
    )
    return [None if difference is None else next(together) for difference in differences]


def _answers(sample: Sample) -> Answers:
    numbers = {part.name: value or Decimal(0) for part, value in sample.parts.items()}
    return Answers(numbers["promoters"], numbers["detractors"], numbers["answers"])
