"""Ranking: which people or segments can be said to come before others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cadran.metrics.cells import Cell
from cadran.metrics.metric import Good


@dataclass(frozen=True)
class _Bounded:
    place: int
    value: Decimal
    low: Decimal
    high: Decimal

    def overlaps(self, other: _Bounded) -> bool:
        return self.low <= other.high and other.low <= self.high


def rank_groups(cells: Sequence[Cell], good: Good = "up") -> list[int | None]:
    """The group of each cell, the best first; None for those without an interval.

    The best value leads the first group, and with it stand all whose interval overlaps its own: chance alone may order
    them. The best of those left leads the next group, and so on. Best is the lowest where ``good`` is "down". A group
    may reach over another: what rests on little overlaps many.
    """
    bounded = [
        _Bounded(place, cell.value, cell.low, cell.high)
        for place, cell in enumerate(cells)
        if cell.value is not None and cell.low is not None and cell.high is not None
    ]
    left = sorted(bounded, key=lambda cell: cell.value, reverse=good != "down")
    groups: list[int | None] = [None] * len(cells)
    group = 0
    while left:
        group += 1
        for cell in left:
            if cell.overlaps(left[0]):
                groups[cell.place] = group
        left = [cell for cell in left if groups[cell.place] is None]
    return groups
