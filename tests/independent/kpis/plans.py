"""Forecasts, and goals: what was said would come, beside what came."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company, Record
from tests.independent.deals import closed_in, deals
from tests.independent.rules import Keep, Number, Row, day, kpi, money, owned, ratio, total

SLICED = ("product", "channel", "segment", "industry", "pipeline")


def _promise(key: str, categories: tuple[str, ...] | None) -> None:
    @kpi(key)
    def forecast(company: Company, period: Period, keep: Keep) -> Number:
        won = total(closed_in(company, period, "won", keep))
        expected = [d for d in deals(company) if d["outcome"] == "open" and period.holds(d["expected_close_on"])]
        promised = total(
            [d for d in expected if keep(d) and (categories is None or d["forecast_category"] in categories)]
        )
        return None if won is None or promised is None else won + promised


_promise("sales_forecast", ("commit", "best case", "best_case"))
_promise("sales_forecast.commit", ("commit",))
_promise("sales_forecast.expected", None)


def forecasts(company: Company) -> list[Row]:
    """Every forecast issued, beside what its owner's deals came to."""
    return list(company.once("forecasts", lambda c: [_forecast(c, record) for record in c.all("forecast_submission")]))


def _forecast(company: Company, record: Record) -> Row:
    alike = [
        other
        for other in company.all("forecast_submission")
        if all(other[name] == record[name] for name in ("owner_id", "starts_on", "ends_on", "category"))
    ]
    alike.sort(key=lambda other: (other["at"], other["id"]))
    span = Period(record["starts_on"], record["ends_on"], "day")
    own = owned(company, record["owner_id"])
    came = total(closed_in(company, span, "won", lambda deal: deal["owner"] == own["owner"]))
    amount = money(company, record["amount"], record["currency"], day(company, record["at"]))
    return {
        **own,
        "category": record["category"],
        "amount": amount,
        "came": came,
        "gap": None if amount is None or came is None else amount - came,
        "first": alike[0] is record,
        "latest": alike[-1] is record,
        "last_on": record["ends_on"] - timedelta(days=1),
    }


def ending_in(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The forecasts of the periods that end in this one."""
    return [row for row in forecasts(company) if period.holds(row["last_on"]) and keep(row)]


def _issued(key: str, category: str) -> None:
    @kpi(key)
    def issued(company: Company, period: Period, keep: Keep) -> Number:
        rows = ending_in(company, period, keep)
        return total([row for row in rows if row["latest"] and row["category"] == category])


_issued("sales_forecast.weighted", "weighted")
_issued("sales_forecast.run_rate", "run_rate")
_issued("sales_forecast.submitted", "commit")


def _missed(key: str, signless: bool) -> None:
    @kpi(key)
    def missed(company: Company, period: Period, keep: Keep) -> Number:
        rows = [row for row in ending_in(company, period, keep) if row["first"] and row["gap"] is not None]
        gaps = [abs(row["gap"]) if signless else row["gap"] for row in rows]
        return ratio(sum(gaps), sum(row["came"] for row in rows))


_missed("sales_forecast.error", signless=True)
_missed("sales_forecast.bias", signless=False)


def goals(company: Company) -> list[Row]:
    """Every goal and where it belongs: what its slice names, and its owner."""
    return list(company.once("goals", lambda c: [_goal(c, goal) for goal in c.all("goal")]))


def _goal(company: Company, goal: Record) -> Row:
    slice_ = json.loads(goal["slice"])
    own = owned(company, goal["owner_id"])
    row = {name: slice_.get(name) for name in SLICED} | {n: slice_.get(n, own[n]) for n in ("owner", "team", "region")}
    return {
        **row,
        "kpi": goal["kpi"],
        "whole": goal["parent_id"] is None,
        "undivided": goal["id"] not in [other["parent_id"] for other in company.all("goal")],
        "target": goal["target"],
        "span": Period(goal["starts_on"], goal["ends_on"], "day"),
    }


def target(company: Company, period: Period, keep: Keep, of: str, counts: str) -> Decimal:
    """The targets, of each as large a part as the period has of its days; days are due to the millionth."""
    rows = [row for row in goals(company) if row["kpi"] == of and row[counts] and keep(row)]
    return sum((due(row, period.end) - due(row, period.first) for row in rows), Decimal(0))


def due(goal: Row, on: date) -> Decimal:
    """What is due of a goal before a day, cut at the millionth."""
    gone = min(max((on - goal["span"].first).days, 0), goal["span"].days)
    part: Decimal = goal["target"] * gone / goal["span"].days
    return part.quantize(Decimal("0.000001"), ROUND_FLOOR)


def _attained(key: str, counts: str) -> None:
    @kpi(key)
    def attained(company: Company, period: Period, keep: Keep) -> Number:
        won: Any = total(closed_in(company, period, "won", keep))
        return ratio(won, target(company, period, keep, "revenue", counts))


_attained("goal_attainment", "whole")
_attained("goal_attainment.undivided", "undivided")


@kpi("goal_attainment.pace")
def pace(company: Company, period: Period, keep: Keep) -> Number:
    """Won over what falls on the days gone by: all, of the periods asked for; each day's part cut at the millionth."""
    rows = [row for row in goals(company) if row["kpi"] == "revenue" and row["whole"] and keep(row)]
    parts = []
    for row in rows:
        inside = min(row["span"].end, period.end) - max(row["span"].first, period.first)
        daily = (row["target"] / row["span"].days).quantize(Decimal("0.000001"), ROUND_FLOOR)
        parts.append(daily * max(inside.days, 0))
    return ratio(total(closed_in(company, period, "won", keep)), sum(parts, Decimal(0)))


@kpi("goal_attainment.gap")
def gap(company: Company, period: Period, keep: Keep) -> Number:
    """Won less the target."""
    won, needed = total(closed_in(company, period, "won", keep)), target(company, period, keep, "revenue", "whole")
    return None if won is None else won - needed


@kpi("goal_attainment.deals_won")
def deals_won_attained(company: Company, period: Period, keep: Keep) -> Number:
    """Deals won over the targets set in deals won."""
    return ratio(len(closed_in(company, period, "won", keep)), target(company, period, keep, "deals_won", "whole"))
