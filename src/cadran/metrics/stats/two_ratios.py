"""Whether two ratios of totals (means among them) differ, in Decimal."""

from __future__ import annotations

from decimal import Decimal

from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.normal import Z80, Z95, two_sided
from cadran.metrics.stats.spread import Spread
from cadran.metrics.stats.student import as_normal, critical


def two_ratios(value: Decimal, spread: Spread | None, before: Decimal, earlier: Spread | None) -> Difference:
    r"""Whether ``value`` is another ratio than ``before``; without the spread of both, too few to find any change.

    .. math:: t = \frac{|\ln v_1 - \ln v_0|}{\sqrt{s_1^2 + s_0^2}}

    with s the relative standard errors, and degrees of freedom by Welch. The smallest change found four times in five
    is the rise :math:`v_0 (e^{(t_{0.975} + z_{0.8}) \sqrt{s_1^2 + s_0^2}} - 1)`.
    Source: B. L. Welch, The generalization of "Student's" problem, Biometrika 34 (1947).
    """
    if spread is None or earlier is None:
        return Difference(Decimal(1), None, False)
    relative = spread.relative + earlier.relative
    freedom = relative**2 / (spread.relative**2 / spread.freedom + earlier.relative**2 / earlier.freedom)
    error = relative.sqrt()
    t = abs(value.ln() - before.ln()) / error
    smallest = before * (((critical(Z95, freedom) + Z80) * error).exp() - 1)
    return Difference.of(two_sided(as_normal(t, freedom)), smallest)
