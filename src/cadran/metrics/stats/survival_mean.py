"""The mean duration of spells of which some still run, in Decimal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cadran.metrics.stats.kaplan_meier import Spell, kaplan_meier


def survival_mean(spells: Iterable[Spell]) -> Decimal | None:
    r"""The restricted mean duration of the spells that end as looked for, in the same unit.

    With τ the longest duration seen, S and F of :func:`~cadran.metrics.stats.kaplan_meier.kaplan_meier`,

    .. math:: \mu = (1 - S(\tau)) \frac{\sum_i t_i \, \Delta F(t_i)}{F(\tau)} + S(\tau) \, \tau

    When there is one way to end only, this is the area under the Kaplan–Meier curve up to τ. What lies beyond τ is not
    known and not guessed: when the longest spell still runs, the true mean is larger. Without running spells it is the
    plain mean of those that ended as looked for. None without spells, and when all ended otherwise.
    Source: J. O. Irwin, The standard error of an estimate of expectation of life, Journal of Hygiene 47 (1949).
    """
    curve = kaplan_meier(spells)
    if not curve:
        return None
    weighted = before = Decimal(0)
    for step in curve:
        weighted += step.duration * (step.ended - before)
        before = step.ended
    last = curve[-1]
    if not last.ended:
        return last.duration if last.still == 1 else None
    return (1 - last.still) * weighted / last.ended + last.still * last.duration
