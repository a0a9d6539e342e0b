"""The median duration of spells of which some still run, in Decimal."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from cadran.metrics.stats.kaplan_meier import Spell, kaplan_meier


def survival_median(spells: Iterable[Spell]) -> Decimal | None:
    r"""The first duration by which half of those that end as looked for have: 2 F(t) reaches F(τ)/(1 − S(τ)).

    When there is one way to end only, that is where the Kaplan–Meier curve comes down to one half. None while more
    than half last longer than anything seen.
    """
    curve = kaplan_meier(spells)
    if not curve or not curve[-1].ended:
        return None
    half = curve[-1].ended / (1 - curve[-1].still) / 2
    return next((step.duration for step in curve if step.ended >= half - _ROUNDING), None)


_ROUNDING = Decimal("1e-24")
