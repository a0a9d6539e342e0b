"""Whether two medians, or two other quantiles, differ, in Decimal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.normal import Z80, Z95, two_sided

_CERTAIN = Decimal(40)  # standard errors, beyond which no p-value is told from 0


@dataclass(frozen=True)
class Bounds:
    """The ends of the 95 % interval of a quantile: values of the sample, at ranks that chance moves it between."""

    low: Decimal
    high: Decimal


def two_quantiles(value: Decimal, bounds: Bounds | None, before: Decimal, earlier: Bounds | None) -> Difference:
    r"""Whether ``value`` is another quantile than ``before``; without the interval of both, too few to find any change.

    The interval of the difference :math:`d = q_1 - q_0` is put together from both, each from the side that faces the
    other: it reaches 0 when

    .. math:: |d| \le \sqrt{(q_1 - l_1)^2 + (u_0 - q_0)^2}

    for a rise, with l and u swapped for a fall,
    and the p-value is that of :math:`z = z_{0.975} |d|` over that root. The smallest change found four times in five is
    :math:`(z_{0.975} + z_{0.8}) / (2 z_{0.975})` times :math:`\sqrt{(u_1 - l_1)^2 + (u_0 - l_0)^2}`.
    Source: G. Y. Zou, A. Donner, Construction of confidence limits about effect measures: a general approach,
    Statistics in Medicine 27 (2008).
    """
    if bounds is None or earlier is None:
        return Difference(Decimal(1), None, False)
    if value >= before:
        toward, its = value - bounds.low, earlier.high - before
    else:
        toward, its = bounds.high - value, before - earlier.low
    reach, change = (toward * toward + its * its).sqrt(), abs(value - before)
    z = min(Z95 * change / reach, _CERTAIN) if reach else _CERTAIN if change else Decimal(0)
    width, its_width = bounds.high - bounds.low, earlier.high - earlier.low
    smallest = (Z95 + Z80) / (2 * Z95) * (width * width + its_width * its_width).sqrt()
    return Difference.of(two_sided(z), smallest)
