"""What of our grammar no exchange format can say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cadran.metrics.formula import Binary, Constant, Formula, Part
from cadran.metrics.measure import Function, Measure
from cadran.metrics.metric import Metric

AGGREGATES: dict[Function, str] = {
    "count": "COUNT", "distinct": "COUNT", "sum": "SUM", "min": "MIN", "max": "MAX", "median": "MEDIAN",
}  # fmt: skip
"""The aggregates that other tools know, and their names in SQL."""

MOMENTS = {
    "start": "reads a stock at the start of the period",
    "daily": "adds a stock up over the days of the period",
    "initial": "compares with the first age of a cohort",
    "previous": "reads the period before",
    "previous_start": "reads the period before",
    "year_ago": "reads a year before",
    "recorded": "tells nothing recorded from nothing",
    "previous_recorded": "reads the period before",
}


@dataclass(frozen=True)
class Lost:
    """A metric that a format cannot carry, and why."""

    key: str
    reason: str


def unsaid(metric: Metric) -> str:
    """Why a metric cannot be said as arithmetic over plain aggregates; "" when it can."""
    reasons = [MOMENTS[part.when] for part in metric.reads if part.when not in ("now", "ahead")]
    reasons += [reason for part in metric.reads if (reason := _unsaid(metric.parts[part.name]))]
    reasons += _operators(metric.formula)
    return "; ".join(dict.fromkeys(reasons))


def _unsaid(measure: Measure) -> str:
    if measure.clock.stock:
        return "reads what stands at an instant"
    if measure.per is not None:
        return f"looks at one {measure.per.column} at a time"
    if measure.periods:
        return "compares dates with the period asked for"
    if measure.links:
        return f"filters by {', '.join(sorted(measure.links))}"
    if measure.aggregate.function not in AGGREGATES:
        return f"needs {measure.aggregate.function} with interpolation"
    return ""


def _operators(formula: Formula) -> Iterator[str]:
    match formula:
        case Binary("**"):
            yield "raises to a power"
        case Binary(_, left, right):
            yield from _operators(left)
            yield from _operators(right)
        case Part() | Constant():
            return
        case _:
            yield f"reads {formula}"
