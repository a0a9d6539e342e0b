"""How long customers stay and deals last, by Kaplan and Meier; what a customer is worth over that time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company
from tests.independent.deals import deals, later
from tests.independent.kpis.loyalty import YEAR, churn_by_inactivity, churn_rate, recurring_per_customer, subscriptions
from tests.independent.kpis.revenue import average_purchase_value, invoiced, purchase_frequency_a_year
from tests.independent.orders import orders, spend
from tests.independent.rules import Keep, Number, customer, kpi, ratio, total

MONTH = Fraction("30.436875")
Stretch = tuple[date, date | None]
Spell = tuple[int, str]


def stretches(company: Company, account: int, *, bought: bool) -> list[Stretch]:
    """The unbroken times in which an account was a customer: by contract, with `bought` a year after orders too.

    A gap of a single day breaks nothing.
    """
    found: list[Stretch] = [
        (s["started_on"], s["ended_on"]) for s in subscriptions(company) if s["account_id"] == account
    ]
    if bought:
        mine = [o["placed_on"] for o in orders(company) if o["account_id"] == account and not o["refund"]]
        found += [(on, later(on, YEAR)) for on in mine]
    joined: list[Stretch] = []
    for start, end in sorted(found, key=lambda one: one[0]):
        if joined and (joined[-1][1] is None or start <= later(joined[-1][1], 1)):
            before = joined.pop()
            ends = [before[1], end]
            joined.append((before[0], None if None in ends else max(on for on in ends if on)))
        else:
            joined.append((start, end))
    return joined


def spells(company: Company, on: date, keep: Keep, *, bought: bool) -> list[Spell]:
    """How long each stretch begun before `on` has lasted, and whether it has ended by then."""
    found: list[Spell] = []
    for account in company.all("account"):
        if keep(customer(company, account["id"])):
            for start, end in stretches(company, account["id"], bought=bought):
                if start < on:
                    over = end is not None and end < on
                    found.append((((end if over and end else on) - start).days, "ended" if over else "lasts"))
    return found


def steps(found: list[Spell]) -> list[tuple[int, Fraction, Fraction]]:
    """For each day on which something ended: the share that lasts after it, and that which ended as looked for."""
    lasting, ended, result = Fraction(1), Fraction(0), []
    for on in sorted({days for days, how in found if how != "lasts"}):
        at_risk = len([days for days, _ in found if days >= on])
        here = [how for days, how in found if days == on]
        ended += lasting * Fraction(here.count("ended"), at_risk)
        lasting *= 1 - Fraction(here.count("ended") + here.count("otherwise"), at_risk)
        result.append((on, lasting, ended))
    return result


def won_in_the_end(curve: list[tuple[int, Fraction, Fraction]]) -> Fraction:
    """The share that ends as looked for: of those that last longest, as many as of those that have ended."""
    return curve[-1][2] / (1 - curve[-1][1])


def mean_days(found: list[Spell]) -> Fraction | None:
    """The mean of those that end as looked for, up to the longest seen."""
    curve, longest = steps(found), max((days for days, _ in found), default=0)
    if not curve:
        return Fraction(longest) if found else None
    whole, before, area = won_in_the_end(curve), Fraction(0), Fraction(0)
    if not whole:
        return None
    for on, _, ended in curve:
        area += on * (ended - before)
        before = ended
    return (area + longest * (whole - before)) / whole


def middle_days(found: list[Spell]) -> int | None:
    """The day by which half of those that end as looked for have; None while it is not seen."""
    curve = steps(found)
    half = won_in_the_end(curve) / 2 if curve else 0
    return next((on for on, _, ended in curve if half and ended >= half), None)


@kpi("customer_lifespan")
def lifespan(company: Company, period: Period, keep: Keep) -> Any:
    """Months as a customer."""
    found = mean_days(spells(company, period.end, keep, bought=True))
    return None if found is None else found / MONTH


@kpi("customer_lifespan.contract")
def lifespan_of_contracts(company: Company, period: Period, keep: Keep) -> Number:
    """Months under contract."""
    found = mean_days(spells(company, period.end, keep, bought=False))
    return None if found is None else found / MONTH


@kpi("customer_lifespan.by_churn")
def lifespan_by_churn(company: Company, period: Period, keep: Keep) -> Number:
    """Months of the period over its churn rate."""
    return ratio(period.months, churn_rate(company, period, keep))


@kpi("customer_lifespan.by_inactivity")
def lifespan_by_inactivity(company: Company, period: Period, keep: Keep) -> Number:
    """Months of the period over its churn rate by inactivity."""
    return ratio(period.months, churn_by_inactivity(company, period, keep))


def product_of(*factors: Any) -> Any:
    """All of them together; None when one is not known."""
    found = Fraction(1)
    for factor in factors:
        if factor is None:
            return None
        found *= Fraction(factor)
    return found


@kpi("customer_lifetime_value")
def lifetime_value(company: Company, period: Period, keep: Keep) -> Any:
    """Average purchase value × purchases a year × lifespan in years."""
    often = purchase_frequency_a_year(company, period, keep)
    return product_of(average_purchase_value(company, period, keep), often, lifespan(company, period, keep), "1/12")


def margin(company: Company, period: Period, keep: Keep) -> Any:
    """What remains of what was invoiced after the cost of sales; None where no cost is recorded."""
    rows = [row for row in spend(company, period, keep) if row["purpose"] == "cost_of_sales"]
    cost, sales = total(rows) if rows else None, invoiced(company, period, keep)
    return None if cost is None or sales is None else ratio(sales - cost, sales)


@kpi("customer_lifetime_value.margin")
def lifetime_margin(company: Company, period: Period, keep: Keep) -> Number:
    """Times the gross margin."""
    found: Number = product_of(lifetime_value(company, period, keep), margin(company, period, keep))
    return found


@kpi("customer_lifetime_value.subscription")
def subscriber_value(company: Company, period: Period, keep: Keep) -> Any:
    """Monthly revenue per customer at the start over the monthly churn rate."""
    before = Period(period.first, period.first, period.grain)
    monthly, churn = recurring_per_customer(company, before, keep), churn_rate(company, period, keep)
    if monthly is None or churn is None:
        return None
    kept = Decimal(churn.denominator - churn.numerator) / churn.denominator
    lost = 1 - kept ** (1 / period.months) if kept else Decimal(1)
    return ratio(monthly, lost)


@kpi("customer_lifetime_value.subscription_margin")
def subscriber_margin(company: Company, period: Period, keep: Keep) -> Number:
    """Times the gross margin."""
    found: Number = product_of(subscriber_value(company, period, keep), margin(company, period, keep))
    return found


@kpi("customer_lifetime_value.historical")
def historical_value(company: Company, period: Period, keep: Keep) -> Number:
    """All invoiced to customers until the end over all who ever ordered."""
    rows = [
        o for o in orders(company) if o["placed_on"] and o["placed_on"] < period.end and o["account_id"] and keep(o)
    ]
    return ratio(total(rows), len({row["account_id"] for row in rows if not row["refund"]}))


def deal_spells(company: Company, on: date, keep: Keep) -> list[Spell]:
    """How long deals created before `on` lasted until they were won or lost, or have lasted."""
    found: list[Spell] = []
    for deal in deals(company):
        if deal["created_on"] < on and keep(deal):
            over = deal["closed_on"] is not None and deal["closed_on"] < on
            how = ("ended" if deal["outcome"] == "won" else "otherwise") if over else "lasts"
            found.append((((deal["closed_on"] if over else on) - deal["created_on"]).days, how))
    return found


@kpi("sales_cycle.kaplan_meier")
def cycle(company: Company, period: Period, keep: Keep) -> Number:
    """Mean days of the deals that will be won."""
    return mean_days(deal_spells(company, period.end, keep))


@kpi("sales_cycle.kaplan_meier_median")
def cycle_median(company: Company, period: Period, keep: Keep) -> Number:
    """Half of the deals that will be won take fewer days."""
    return middle_days(deal_spells(company, period.end, keep))
