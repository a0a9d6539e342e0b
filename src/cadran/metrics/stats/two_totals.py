"""Whether more comes in than before, in Decimal."""

from __future__ import annotations

from decimal import Decimal

from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.normal import Z80, Z95, two_sided
from cadran.metrics.stats.spread import Total


def two_totals(now: Total, days: int, before: Total, earlier: int) -> Difference | None:
    r"""Whether the total of so many days comes in at another pace than that of ``earlier`` days before.

    At the same pace, each row of both falls among the first with probability :math:`\pi`, their share of the days,
    whatever its amount x. Whatever the amounts are, then,

    .. math:: z = \frac{|A - S \pi| - q/2}{\sqrt{Q \pi (1 - \pi)}}, \quad S = \sum x, \; Q = \sum x^2, \; q = Q / |S|

    with the sums over the rows of both; for a count, where x = 1, this is
    :func:`~cadran.metrics.stats.two_counts.two_counts`. The few largest deals cannot make an alarm of themselves: one
    that is most of both totals is as likely to fall in either. The smallest change found four times in five is
    :math:`(z_{0.975} + z_{0.8}) \sqrt{Q \pi / (1 - \pi)}`. Rows are held to come one by one.
    None when nothing came in at all, and without days. Source: as for counts, by the randomisation of
    R. A. Fisher, The Design of Experiments (1935), section 21.
    """
    whole, squares = now.value + before.value, now.squares + before.squares
    if days <= 0 or earlier <= 0 or not whole or squares <= 0:
        return None
    share = Decimal(days) / (days + earlier)
    beyond = max(Decimal(0), abs(now.value - whole * share) - squares / abs(whole) / 2)
    z = beyond / (squares * share * (1 - share)).sqrt()
    return Difference.of(two_sided(z), (Z95 + Z80) * (squares * share / (1 - share)).sqrt())
