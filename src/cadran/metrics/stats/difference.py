"""What can be said of a difference between two samples."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

LEVEL = Decimal("0.05")


@dataclass(frozen=True)
class Difference:
    """Whether two samples differ by more than chance explains.

    ``p_value`` is the chance of a difference at least as great when nothing changed; ``detectable`` says that it is
    below 5 % (and, among many differences, that it is among those kept by
    :func:`~cadran.metrics.stats.false_discoveries.kept`); ``smallest`` is the change, in the unit of the value, that
    samples of these sizes would have shown so four times in five, None when no possible change is so large.
    """

    p_value: Decimal
    smallest: Decimal | None
    detectable: bool

    @classmethod
    def of(cls, p_value: Decimal, smallest: Decimal, most: Decimal | None = None) -> Difference:
        """A difference looked at alone; ``most`` is the greatest that there can be."""
        return cls(p_value, None if most is not None and smallest > most else smallest, p_value < LEVEL)
