"""How far chance moves a total or a ratio of totals, from sums that every engine adds up exactly, in Decimal.

A total over rows that come one by one, each with an amount x, is compound Poisson: its variance is estimated by
:math:`\\sum x^2`, the covariance of two totals over the same rows by :math:`\\sum x y` over the rows that both count.
A count is the total of ones. This is what resampling the rows (the Poisson bootstrap) comes to when repeated without
end: the infinitesimal jackknife. Source: L. A. Jaeckel, The infinitesimal jackknife, Bell Laboratories (1972);
A. F. Karr, Point Processes and their Statistical Inference (1991).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from cadran.metrics.stats.normal import Z95
from cadran.metrics.stats.student import critical

FEWEST = 20
"""The rows below which no interval is given, and no two ratios are compared."""

_NOTHING = Decimal("1e-18")


@dataclass(frozen=True)
class Total:
    """A sum over so many ``rows``, and the sum of the squares of what it adds up."""

    value: Decimal
    squares: Decimal
    rows: int

    @property
    def worth(self) -> Decimal:
        r"""How many equal rows would be as certain: :math:`(\sum x)^2 / \sum x^2`, the rows themselves for a count.

        Source: L. Kish, Survey Sampling (1965), section 11.2.
        """
        return self.value * self.value / self.squares if self.squares else Decimal(0)


@dataclass(frozen=True)
class Spread:
    """The relative variance of a positive value, and the degrees of freedom with which it is known."""

    relative: Decimal
    freedom: Decimal


def of_total(total: Total) -> Spread | None:
    """The spread of a sum; None when it rests on fewer than twenty rows, and when it is not positive."""
    if total.rows < FEWEST or total.value <= 0 or total.squares <= 0:
        return None
    return Spread(total.squares / (total.value * total.value), _freedom(total.worth))


def of_ratio(top: Total, bottom: Total, together: Decimal) -> Spread | None:
    r"""The spread of a ratio of two sums; ``together`` is their covariance, 0 when no row is in both.

    .. math:: \frac{\sum a^2}{A^2} + \frac{\sum b^2}{B^2} - 2 \frac{\sum a b}{A B}

    None when either rests on fewer than twenty rows or is not positive, and when nothing varies.
    """
    one, other = of_total(top), of_total(bottom)
    if one is None or other is None:
        return None
    both = one.relative + other.relative
    relative = both - 2 * together / (top.value * bottom.value)
    return Spread(relative, min(one.freedom, other.freedom)) if relative > _NOTHING * both else None


def _freedom(worth: Decimal) -> Decimal:
    """A third of the equal rows that it is worth: amounts as uneven as those of deals (lognormal, with a standard
    deviation of the logarithm up to 1.2) are then covered 93 to 98 times in 100 from twenty rows on.
    """
    return max(worth / 3, Decimal(2))


def around(value: Decimal, spread: Spread, z: Decimal = Z95) -> tuple[Decimal, Decimal]:
    r"""The 95 % interval of a value, as wide on both sides by proportion.

    .. math:: v \, e^{\pm t \, s}

    with s the relative standard error and t Student's. By proportion, because what is missing from a sample of amounts
    is most often a large one.
    """
    factor = (critical(z, spread.freedom) * spread.relative.sqrt()).exp()
    return value / factor, value * factor
