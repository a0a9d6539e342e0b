"""Kaplan–Meier: how many are still there after so long, when some have not left yet, in Decimal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

RUNNING, ENDED, ENDED_OTHERWISE = 0, 1, 2

Spell = tuple[Decimal, int, int]
"""A duration, how it ended (RUNNING when last seen, ENDED as looked for, or ENDED_OTHERWISE), how many lasted so."""


@dataclass(frozen=True)
class Step:
    """The shares, of all that began, ``still`` there after ``duration`` and ``ended`` as looked for by then."""

    duration: Decimal
    still: Decimal
    ended: Decimal


def kaplan_meier(spells: Iterable[Spell]) -> list[Step]:
    r"""The curve as steps, one for each duration seen, in order.

    .. math:: S(t) = \prod_{t_i \le t} \frac{n_i - e_i}{n_i}, \qquad F(t) = \sum_{t_i \le t} S(t_{i-1}) \frac{d_i}{n_i}

    with :math:`n_i` spells that lasted at least :math:`t_i`, of which :math:`e_i` ended then and :math:`d_i` of those
    as looked for. Spells still running count among those who lasted, up to what was seen of them: leaving them out
    would make every duration too short. Sources: E. L. Kaplan and P. Meier, JASA 53 (1958), for S; O. Aalen and
    S. Johansen, Scandinavian Journal of Statistics 5 (1978), for F, when there are several ways to end.
    """
    seen: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0, 0])
    for duration, end, count in spells:
        seen[duration][end] += count
    at_risk = sum(sum(counts) for counts in seen.values())
    still, ended = Decimal(1), Decimal(0)
    curve = []
    for duration in sorted(seen):
        counts = seen[duration]
        over = counts[ENDED] + counts[ENDED_OTHERWISE]
        if over:
            ended += still * counts[ENDED] / at_risk
            still = still * (at_risk - over) / at_risk
        curve.append(Step(duration, still, ended))
        at_risk -= sum(counts)
    return curve
