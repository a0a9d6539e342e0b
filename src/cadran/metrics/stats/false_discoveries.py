"""Which of many differences to believe."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

SHARE = Decimal("0.1")


def kept(p_values: Sequence[Decimal], share: Decimal = SHARE) -> list[bool]:
    r"""Which p-values survive when at most ``share`` of the survivors may be false alarms.

    With m p-values in ascending order, those up to the last for which :math:`p_{(i)} \le i q / m`. Where nothing at all
    changed, a board shows any alarm with probability q at most. Source: Y. Benjamini and Y. Hochberg, Controlling the
    false discovery rate, Journal of the Royal Statistical Society B 57 (1995).
    """
    ordered = sorted(p_values)
    passing = [p for place, p in enumerate(ordered, start=1) if p * len(ordered) <= place * share]
    return [bool(passing) and p <= passing[-1] for p in p_values]
