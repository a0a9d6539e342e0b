"""Whether two Net Promoter Scores differ, in Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.intervals import adjusted_score
from cadran.metrics.stats.normal import Z80, Z95, two_sided


@dataclass(frozen=True)
class Answers:
    """How many answered, and how many of them are promoters and detractors."""

    promoters: Decimal
    detractors: Decimal
    all: Decimal


def two_scores(now: Answers, before: Answers) -> Difference | None:
    r"""Whether one score differs from another, in points; None without answers.

    .. math:: z = \frac{s_1 - s_2}{\sqrt{v_1 + v_2}}

    with the scores s and their variances v adjusted as in :func:`~cadran.metrics.stats.intervals.adjusted_wald`; the
    smallest change found four times in five is :math:`(z_{0.975} + z_{0.8}) \sqrt{v_1 + v_2}`.
    Source: B. Rocks, Interval estimation for the Net Promoter Score, The American Statistician 70 (2016).
    """
    one = adjusted_score(now.promoters, now.detractors, now.all)
    other = adjusted_score(before.promoters, before.detractors, before.all)
    if one is None or other is None:
        return None
    error = (one[1] + other[1]).sqrt()
    return Difference.of(two_sided((one[0] - other[0]) / error), (Z95 + Z80) * error, Decimal(200))
