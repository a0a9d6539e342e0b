"""Scores of leads."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.independent.calendar import Period
from tests.independent.company import Company
from tests.independent.kpis.leads import bought_within, created_in
from tests.independent.rules import Keep, Number, known, kpi, mean, quantile, ratio


def _points(key: str, column: str, reduce: Callable[[list[Fraction]], Number]) -> None:
    @kpi(key)
    def points(company: Company, period: Period, keep: Keep) -> Number:
        return reduce(known(created_in(company, period, keep), column))


_points("lead_score", "score", mean)
_points("lead_score.median", "score", quantile)
for _name in ("fit", "interest", "readiness"):
    _points(f"lead_score.{_name}", _name, mean)


@kpi("lead_score.calibration")
def calibration(company: Company, period: Period, keep: Keep) -> Number:
    """Of the leads created, those that bought within 90 days."""
    created = created_in(company, period, keep)
    return ratio(len([row for row in created if bought_within(row)]), len(created))
