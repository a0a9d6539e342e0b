"""Goals and forecasts, drawn at random."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.independent.calendar import period_of

if TYPE_CHECKING:
    from tests.independent.company import Drawer

SLICES: tuple[dict[str, str], ...] = ({}, {}, {"region": "North"}, {"team": "South"}, {"channel": "web"})


def draw_promises(drawer: Drawer) -> None:
    """Goals of months, quarters and spans across them, some within others; what owners and methods said would come."""
    for _ in range(10):
        first, end = _span(drawer)
        parent = drawer.id_of("goal", 0.6)
        drawer.add(
            "goal", kpi=drawer.pick(("revenue", "revenue", "deals_won", "win_rate")), starts_on=first, ends_on=end,
            slice=json.dumps(drawer.pick(SLICES)), target=Decimal(drawer.pick((0, 10, 1000, 7777))),
            parent_id=parent, owner_id=drawer.id_of("member", 0.5),
        )  # fmt: skip
    for _ in range(30):
        first, end = _span(drawer)
        at = drawer.moment()
        drawer.add(
            "forecast_submission", owner_id=drawer.id_of("member", 0), starts_on=first, ends_on=end,
            amount=drawer.amount(), currency=drawer.pick(("EUR", "USD")), at=at, created_at=at,
            category=drawer.pick(("commit", "best case", "weighted", "run_rate"), 0.1),
        )  # fmt: skip


def _span(drawer: Drawer) -> tuple[date, date]:
    """A month or a quarter, few enough that several things are said of the same; or some days that fit neither."""
    if drawer.random.random() < 0.2:
        first = drawer.day()
        return first, first + timedelta(days=drawer.random.randint(1, 80))
    on: date = drawer.pick((date(2020, 10, 5), date(2020, 12, 5), date(2021, 1, 5)))
    period = period_of(on, drawer.pick(("month", "quarter")))
    return period.first, period.end
