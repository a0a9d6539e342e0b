"""The normal law, as far as tests of a difference need it."""

from __future__ import annotations

from decimal import Decimal
from math import erfc, sqrt

Z95 = Decimal("1.959963984540054")
"""Half of the width, in standard errors, of what holds the truth 95 times in 100."""

Z80 = Decimal("0.841621233572914")
"""How far beyond that the truth must lie for it to be found 80 times in 100."""


def two_sided(z: Decimal) -> Decimal:
    r"""The chance of lying at least ``z`` standard errors from the truth, on either side.

    .. math:: p = \operatorname{erfc}(|z| / \sqrt 2)

    It is rounded to six decimals, on which every machine agrees.
    """
    return Decimal(f"{erfc(abs(float(z)) / sqrt(2)):.6f}")
