"""What moved monthly recurring revenue, account by account and day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company
from tests.independent.deals import later
from tests.independent.kpis.loyalty import bridged, monthly, subscriptions
from tests.independent.rules import Keep, Number, Row, customer, day, kpi, money, ratio


def paid(company: Company, account: int, on: date) -> Decimal:
    """What an account pays a month when the day before `on` is over."""
    key = f"paid {account} {on}"
    found: Decimal = company.once(key, lambda c: _paid(c, account, on))
    return found


def _paid(company: Company, account: int, on: date) -> Decimal:
    found = Decimal(0)
    for record, row in zip(company.all("subscription"), subscriptions(company), strict=True):
        if row["account_id"] == account and bridged(company, row, on):
            amount = monthly(company, record, on)
            found += money(company, amount, record["currency"], record["started_on"]) or 0
    return found


def moves(company: Company) -> list[Row]:
    """Each day on which what an account pays a month rose or fell."""
    return list(company.once("moves", lambda c: [move for a in c.all("account") for move in _moves(c, a["id"])]))


def _days(company: Company, account: int) -> list[date]:
    """The days on which it may have moved: starts, ends, changes of amount."""
    own = [record for record in company.all("subscription") if record["account_id"] == account]
    ids = {record["id"] for record in own}
    found = {on for record in own for on in (record["started_on"], record["ended_on"]) if on}
    for change in company.all("change"):
        if change["record"] == "subscription" and change["record_id"] in ids:
            found |= {on for on in [day(company, change["at"])] if on}
    return sorted({later(on, count) for on in found for count in (-1, 0, 1)})


def _moves(company: Company, account: int) -> list[Row]:
    found: list[Row] = []
    since: date | None = None
    ever = False
    for on in _days(company, account):
        before, after = paid(company, account, on), paid(company, account, later(on, 1))
        if before == after:
            continue
        if not before:
            since, kind = on, "reactivation" if ever else "new"
        else:
            kind = "churn" if not after else "expansion" if after > before else "contraction"
        ever = True
        row = {"on": on, "move": kind, "amount": after - before, "since": since, "account_id": account}
        found.append({**customer(company, account), **row})
    return found


def moved(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The moves of a period."""
    return [row for row in moves(company) if period.holds(row["on"]) and keep(row)]


def added(rows: list[Row]) -> Decimal:
    """What some moves come to."""
    return sum((row["amount"] for row in rows), Decimal(0))


def at(company: Company, on: date, keep: Keep) -> Decimal:
    """Monthly recurring revenue when the day before `on` is over."""
    return added([row for row in moves(company) if row["on"] < on and keep(row)])


def of_customers(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The moves of those who were customers when the period started, until they left."""
    return [row for row in moved(company, period, keep) if row["since"] < period.first]


@kpi("net_new_mrr")
def net_new_mrr(company: Company, period: Period, keep: Keep) -> Number:
    """All moves of the period: what is paid at its end less what was paid at its start."""
    return at(company, period.end, keep) - at(company, period.first, keep)


@kpi("net_new_mrr.new")
def new_mrr(company: Company, period: Period, keep: Keep) -> Number:
    """Of accounts that subscribed for the first time."""
    return added([row for row in moved(company, period, keep) if row["move"] == "new"])


def lost(company: Company, period: Period, keep: Keep) -> Decimal:
    """What those who were customers took away."""
    return -added([row for row in of_customers(company, period, keep) if row["amount"] < 0])


@kpi("churn_rate.revenue")
def revenue_churn(company: Company, period: Period, keep: Keep) -> Number:
    """Lost over what was paid at the start."""
    return ratio(lost(company, period, keep), at(company, period.first, keep))


@kpi("retention_rate.gross_revenue")
def gross_retention(company: Company, period: Period, keep: Keep) -> Number:
    """What is kept of what was paid at the start."""
    there = at(company, period.first, keep)
    return ratio(there - lost(company, period, keep), there)


@kpi("retention_rate.net_revenue")
def net_retention(company: Company, period: Period, keep: Keep) -> Number:
    """What the customers of the start pay at the end over what they paid then; who left and came back is gone."""
    there = {a["id"]: paid(company, a["id"], period.first) for a in company.all("account")}
    mine = [account for account, amount in there.items() if amount and keep(customer(company, account))]
    every = [later(period.first, count) for count in range(period.days + 1)]
    stayed = [account for account in mine if all(paid(company, account, on) for on in every)]
    now = sum((paid(company, account, period.end) for account in stayed), Decimal(0))
    return ratio(now, sum((there[account] for account in mine), Decimal(0)))


@kpi("upsell_rate.expansion")
def expansion(company: Company, period: Period, keep: Keep) -> Any:
    """Growth of those who were customers over what was paid at the start."""
    rows = [row for row in of_customers(company, period, keep) if row["move"] == "expansion"]
    return ratio(added(rows), at(company, period.first, keep))
