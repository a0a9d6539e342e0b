"""Whether things happen at another pace, in Decimal."""

from __future__ import annotations

from decimal import Decimal

from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.normal import Z80, Z95, two_sided

_HALF = Decimal("0.5")


def two_counts(count: Decimal, days: int, earlier: Decimal, before: int) -> Difference | None:
    r"""Whether ``count`` events in so many days is another pace than ``earlier`` events in ``before`` days.

    At the same pace, each of the n events of both falls among the first with probability :math:`\pi`, their share of
    the days:

    .. math:: z = \frac{|x_1 - n \pi| - 1/2}{\sqrt{n \pi (1 - \pi)}}

    so a February is not held to have fallen because it is short. The smallest change of ``count`` found four times in
    five is :math:`(z_{0.975} + z_{0.8}) \sqrt{(n + 1) \pi / (1 - \pi)}` (one more than was seen, as none does not prove
    that none can come). Events are held to come one by one (Poisson): batches look more certain than they are.
    None when nothing was counted and without days. Source: J. Przyborowski and H. Wilenski, Homogeneity of results in
    testing samples from Poisson series, Biometrika 31 (1940), with F. Yates's correction (1934).
    """
    n = count + earlier
    if days <= 0 or before <= 0 or n <= 0 or count < 0 or earlier < 0:
        return None
    share = Decimal(days) / (days + before)
    beyond = max(Decimal(0), abs(count - n * share) - _HALF)
    z = beyond / (n * share * (1 - share)).sqrt()
    return Difference.of(two_sided(z), (Z95 + Z80) * ((n + 1) * share / (1 - share)).sqrt())
