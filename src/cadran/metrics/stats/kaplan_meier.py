"""Kaplan–Meier: how many are still there after so long, when some have not left yet, in Decimal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

RUNNING, ENDED, ENDED_OTHERWISE = 0, 1, 2

Spell = tuple[Decimal | int, int, int]
"""A duration, how it ended (RUNNING when last seen, ENDED as looked for, or ENDED_OTHERWISE), how many lasted so."""


@dataclass(frozen=True)
class Step:
    """The shares, of all that began, ``still`` there after ``duration`` and ``ended`` as looked for by then."""

    duration: Decimal
    still: Decimal
    ended: Decimal


def kaplan_meier(spells: Iterable[Spell]) -> list[Step]:
    r"""The curve as steps, one for each duration at which some ended and one for the longest seen, in order.

    .. math:: S(t) = \prod_{t_i \le t} \frac{n_i - e_i}{n_i}, \qquad F(t) = \sum_{t_i \le t} S(t_{i-1}) \frac{d_i}{n_i}

    with :math:`n_i` spells that lasted at least :math:`t_i`, of which :math:`e_i` ended then and :math:`d_i` of those
    as looked for. Spells still running count among those who lasted, up to what was seen of them: leaving them out
    would make every duration too short. Sources: E. L. Kaplan and P. Meier, JASA 53 (1958), for S; O. Aalen and
    S. Johansen, Scandinavian Journal of Statistics 5 (1978), for F, when there are several ways to end.
    """
    ordered = sorted(spells)
    at_risk = sum([count for _, _, count in ordered])
    still, ended = Decimal(1), Decimal(0)
    curve = []
    for duration, together in groupby(ordered, key=_DURATION):
        counts = [0, 0, 0]
        for _, end, count in together:
            counts[end] += count
        over = counts[ENDED] + counts[ENDED_OTHERWISE]
        if over:
            ended += still * counts[ENDED] / at_risk
            still = still * (at_risk - over) / at_risk
            curve.append(Step(Decimal(duration), still, ended))
        at_risk -= counts[RUNNING] + over
    if ordered and (not curve or curve[-1].duration != ordered[-1][0]):
        curve.append(Step(Decimal(ordered[-1][0]), still, ended))
    return curve


_DURATION = itemgetter(0)
