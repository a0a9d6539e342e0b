"""Contracts and customers who stay or go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company, Record
from tests.independent.deals import closed_in, deals, later
from tests.independent.orders import first_days, invoiced_in, orders, placed_in, product, spend
from tests.independent.rules import Keep, Number, Row, cohort_kpi, customer, day, known, kpi, money, ratio, total

YEAR = 365


def subscriptions(company: Company) -> list[Row]:
    """Every subscription."""
    return list(company.once("subscriptions", _subscriptions))


def _subscriptions(company: Company) -> list[Row]:
    found = []
    for record in company.all("subscription"):
        row = {**customer(company, record["account_id"]), **product(company, record["product_id"])}
        row |= {name: record[name] for name in ("id", "account_id", "plan", "started_on", "ended_on")}
        row["reason"] = record["end_reason"]
        row["amount"] = money(company, record["monthly_amount"], record["currency"], record["started_on"])
        found.append(row)
    return found


def runs(subscription: Row, on: date) -> bool:
    """Whether it runs when the day before `on` is over: the day it ends is no longer one of it."""
    ended = subscription["ended_on"]
    return bool(subscription["started_on"] < on and (ended is None or ended >= on))


def bridged(company: Company, subscription: Row, on: date) -> bool:
    """Whether it runs, or ended on the day before the next one of the account started: such a gap breaks nothing."""
    mine = [row for row in subscriptions(company) if row["account_id"] == subscription["account_id"]]
    ends_now = subscription["ended_on"] == later(on, -1) and subscription["started_on"] < on
    return runs(subscription, on) or (ends_now and any(row["started_on"] == on for row in mine))


def running(company: Company, on: date, keep: Keep) -> list[Row]:
    """The subscriptions that run then."""
    return [row for row in subscriptions(company) if runs(row, on) and keep(row)]


def monthly(company: Company, subscription: Record, on: date) -> Decimal | None:
    """The monthly amount of a subscription when the day before `on` was over: today's, with later changes undone."""
    amount: Decimal | None = subscription["monthly_amount"]
    changes = [
        change
        for change in company.all("change")
        if change["record"] == "subscription"
        and change["record_id"] == subscription["id"]
        and change["field"] == "monthly_amount"
    ]
    for change in sorted(changes, key=lambda change: (change["at"], change["id"]), reverse=True):
        if (day(company, change["at"]) or on) >= on:
            amount = None if change["from_value"] is None else Decimal(change["from_value"])
    return amount


@kpi("mrr")
def mrr(company: Company, period: Period, keep: Keep) -> Number:
    """What the subscriptions running at the end bring a month, each at the amount it had then."""
    amounts = []
    for row in [row for row in subscriptions(company) if bridged(company, row, period.end) and keep(row)]:
        record = company.all("subscription")[row["id"] - 1]
        amount = monthly(company, record, period.end)
        amounts.append({"amount": money(company, amount, record["currency"], record["started_on"])})
    return total(amounts)


def under_contract(company: Company, on: date, keep: Keep) -> set[int]:
    """The accounts with a running subscription."""
    return {
        row["account_id"]
        for row in subscriptions(company)
        if bridged(company, row, on) and keep(customer(company, row["account_id"]) | {"reason": None})
    }


def stayed(company: Company, period: Period, keep: Keep) -> set[int]:
    """The accounts under contract at the start that never ceased to be until the end."""
    found = set()
    for account in under_contract(company, period.first, keep):
        mine = [row for row in subscriptions(company) if row["account_id"] == account]
        every = [later(period.first, count) for count in range(period.days + 1)]
        if all(any(bridged(company, row, on) for row in mine) for on in every):
            found.add(account)
    return found


@kpi("churn_rate")
def churn_rate(company: Company, period: Period, keep: Keep) -> Any:
    """Of the accounts under contract at the start, those that left."""
    there = under_contract(company, period.first, keep)
    return ratio(len(there) - len(stayed(company, period, keep)), len(there))


@kpi("retention_rate")
def retention_rate(company: Company, period: Period, keep: Keep) -> Number:
    """Of the accounts under contract at the start, those still there."""
    there = under_contract(company, period.first, keep)
    return ratio(len(stayed(company, period, keep)), len(there))


@kpi("churn_rate.subscriptions")
def churn_of_subscriptions(company: Company, period: Period, keep: Keep) -> Number:
    """Of the subscriptions running at the start, those that ended."""
    there = running(company, period.first, keep)
    return ratio(len([row for row in there if not runs(row, period.end)]), len(there))


@kpi("retention_rate.subscriptions")
def retention_of_subscriptions(company: Company, period: Period, keep: Keep) -> Number:
    """Of the subscriptions running at the start, those still running."""
    there = running(company, period.first, keep)
    return ratio(len([row for row in there if runs(row, period.end)]), len(there))


@kpi("churn_rate.subscriptions_ever")
def ended_ever(company: Company, period: Period, keep: Keep) -> Number:
    """Of all subscriptions begun until the end, those that have ended."""
    begun = [row for row in subscriptions(company) if row["started_on"] < period.end and keep(row)]
    return ratio(len([row for row in begun if not runs(row, period.end)]), len(begun))


@kpi("churn_rate.customers_ever")
def customers_ended_ever(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts that ended a subscription, of those that ever began one."""
    begun = [row for row in subscriptions(company) if row["started_on"] < period.end and keep(row)]
    ended = {row["account_id"] for row in begun if not runs(row, period.end)}
    return ratio(len(ended), len({row["account_id"] for row in begun}))


def _buyers(company: Company, period: Period, keep: Keep) -> set[int]:
    return set(known(placed_in(company, period, keep), "account_id"))


@kpi("retention_rate.purchases")
def retention_by_orders(company: Company, period: Period, keep: Keep) -> Number:
    """Of the customers who ordered in the period before, those who ordered again."""
    before = _buyers(company, period.before, keep)
    return ratio(len(before & _buyers(company, period, keep)), len(before))


@kpi("retention_rate.purchases_year")
def retention_by_orders_of_a_year(company: Company, period: Period, keep: Keep) -> Number:
    """Of the customers who ordered in the same period a year before, those who ordered again."""
    before = _buyers(company, period.year_ago, keep)
    return ratio(len(before & _buyers(company, period, keep)), len(before))


@kpi("retention_rate.by_deal")
def retention_by_deal(company: Company, period: Period, keep: Keep) -> Number:
    """Of the accounts that signed in the period before, those that signed again."""
    before = set(known(closed_in(company, period.before, "won", keep), "account_id"))
    now = set(known(closed_in(company, period, "won", keep), "account_id"))
    return ratio(len(before & now), len(before))


def renewals(company: Company, period: Period, keep: Keep) -> list[Row]:
    """What came up for renewal in the period."""
    found = []
    for record in company.all("renewal"):
        own = subscriptions(company)[record["subscription_id"] - 1]
        late = record["renewed_on"] and (record["renewed_on"] - record["due_on"]).days
        row = {**own, "outcome": record["outcome"], "late": late}
        row["amount"] = money(company, record["amount"], record["currency"], record["due_on"])
        if period.holds(record["due_on"]) and keep(row):
            found.append(row)
    return found


def _renewal(key: str, least: int | None, base: Callable[[Row], bool] = lambda _: True) -> None:
    @kpi(key)
    def rate(company: Company, period: Period, keep: Keep) -> Number:
        due = [row for row in renewals(company, period, keep) if base(row)]
        return ratio(len([row for row in due if _renewed(row, least)]), len(due))


def _renewed(row: Row, most: int | None) -> bool:
    return row["late"] is not None and (most is None or row["late"] <= most)


_renewal("renewal_rate", 30)
_renewal("renewal_rate.any_delay", None)
_renewal("renewal_rate.on_time", 0)
_renewal("renewal_rate.decided", None, lambda row: row["outcome"] is not None)


@kpi("renewal_rate.by_value")
def renewal_by_value(company: Company, period: Period, keep: Keep) -> Number:
    """Of the amounts up for renewal, those renewed at most 30 days late."""
    due = renewals(company, period, keep)
    return ratio(total([row for row in due if _renewed(row, 30)]), total(due))


def on_retention(company: Company, period: Period, keep: Keep) -> Decimal | None:
    """Spending on retention; None where none is recorded."""
    spent = [row for row in spend(company, period, keep) if row["purpose"] == "retention"]
    return total(spent) if spent else None


@kpi("retention_cost")
def retention_cost(company: Company, period: Period, keep: Keep) -> Number:
    """Spending whose purpose is retention."""
    return on_retention(company, period, keep)


@kpi("retention_cost_ratio")
def retention_cost_ratio(company: Company, period: Period, keep: Keep) -> Number:
    """Spending on retention over what was invoiced to customers acquired before the period."""
    firsts = first_days([order for order in orders(company) if not order["refund"]], "placed_on")
    older = [o for o in invoiced_in(company, period, keep) if firsts.get(o["account_id"], period.end) < period.first]
    return ratio(on_retention(company, period, keep), total(older))


def active_by_orders(company: Company, on: date, keep: Keep) -> set[int]:
    """The accounts with an order in the 365 days before `on`."""
    placed = [(o["account_id"], o["placed_on"]) for o in orders(company) if not o["refund"] and o["account_id"]]
    active = {account for account, placed_on in placed if placed_on < on <= later(placed_on, YEAR)}
    return {account for account in active if keep(customer(company, account) | {"reason": None})}


@kpi("churn_rate.inactivity")
def churn_by_inactivity(company: Company, period: Period, keep: Keep) -> Number:
    """Of the customers active at the start, those who became inactive during the period."""
    there = active_by_orders(company, period.first, keep)
    return ratio(len(there) - len(_active_throughout(company, period, keep)), len(there))


@kpi("retention_rate.inactivity")
def retention_by_inactivity(company: Company, period: Period, keep: Keep) -> Number:
    """Of the customers active at the start, those still active at the end."""
    there = active_by_orders(company, period.first, keep)
    return ratio(len(_active_throughout(company, period, keep)), len(there))


def _active_throughout(company: Company, period: Period, keep: Keep) -> set[int]:
    found = active_by_orders(company, period.first, keep)
    for count in range(period.days + 1):
        found = found & active_by_orders(company, later(period.first, count), keep)
    return found


@kpi("retention_cost.per_customer")
def retention_cost_per_customer(company: Company, period: Period, keep: Keep) -> Number:
    """Spending on retention over the customers active at the end."""
    active = under_contract(company, period.end, keep) | active_by_orders(company, period.end, keep)
    return ratio(on_retention(company, period, keep), len(active))


@kpi("retention_cost_ratio.by_deal")
def retention_cost_by_deal(company: Company, period: Period, keep: Keep) -> Number:
    """Spending on retention over deals won from customers who won their first one before the period."""
    firsts = first_days([deal for deal in deals(company) if deal["outcome"] == "won"], "closed_on")
    won = closed_in(company, period, "won", keep)
    older = [deal for deal in won if firsts.get(deal["account_id"], period.end) < period.first]
    return ratio(on_retention(company, period, keep), total(older))


@kpi("revenue_per_customer.recurring")
def recurring_per_customer(company: Company, period: Period, keep: Keep) -> Number:
    """Monthly recurring revenue at the end over the customers under contract then."""
    return ratio(mrr(company, period, keep), len(under_contract(company, period.end, keep)))


@kpi("churn_rate.annualised")
def churn_over_a_year(company: Company, period: Period, keep: Keep) -> Number:
    """1 − (1 − churn) to the power of twelve over the months of the period."""
    found = churn_rate(company, period, keep)
    if found is None:
        return None
    kept, power = Decimal(found.denominator - found.numerator) / found.denominator, 12 / period.months
    return 1 - kept**power if kept else Decimal(1)


@cohort_kpi("purchase_retention")
def purchase_retention(company: Company, cohort: Period, period: Period, keep: Keep) -> Number:
    """Of the accounts whose first order falls in the cohort, those that order in the period."""
    sold = [order for order in orders(company) if not order["refund"] and keep(order)]
    first = first_days([order for order in orders(company) if not order["refund"]], "placed_on")
    mine = [order for order in sold if cohort.holds(first.get(order["account_id"]))]
    begun = {order["account_id"] for order in mine if cohort.holds(order["placed_on"])}
    return ratio(len({order["account_id"] for order in mine if period.holds(order["placed_on"])}), len(begun))
