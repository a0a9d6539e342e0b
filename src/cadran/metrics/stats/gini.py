"""The Gini coefficient: how unevenly a total is shared out, in Decimal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal


def gini(shares: Iterable[tuple[Decimal | int, int]]) -> Decimal | None:
    r"""The Gini coefficient of amounts given as (amount, how many hold so much).

    With n holders in ascending order and :math:`x_i` the amount of the i-th,

    .. math:: G = \frac{2 \sum_i i \, x_i}{n \sum_i x_i} - \frac{n + 1}{n}

    It is a share: 0 when all hold the same, (n − 1)/n when one holds everything. None without holders, when they hold
    nothing, and when one of them holds less than nothing. Holders of equal amounts may stand in any order.
    Source: C. Gini, Variabilità e mutabilità (1912), by ranks.
    """
    n = 0
    total = ranked = Decimal(0)
    for amount, count in sorted(shares):
        if amount < 0:
            return None
        ranked += amount * (count * (2 * n + count + 1))  # twice the sum of the ranks n + 1 … n + count
        total += amount * count
        n += count
    if not total:
        return None
    return ranked / (n * total) - Decimal(n + 1) / n
