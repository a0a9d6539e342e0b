"""What customers buy more of, how unevenly they bring revenue, which of them left; what was done on deals and pages."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company
from tests.independent.deals import closed_in
from tests.independent.kpis.activity import every_activity
from tests.independent.kpis.loyalty import active_by_orders, subscriptions
from tests.independent.kpis.revenue import of_new_family, sales, upgraded, won
from tests.independent.kpis.survival import stretches
from tests.independent.orders import lines, placed_in
from tests.independent.rules import Keep, Number, Row, campaign, customer, day, known, kpi, ratio, total

Test = Callable[[Company, Row], bool]


def _bought(key: str, holds: Test) -> None:
    @kpi(key)
    def rate(company: Company, period: Period, keep: Keep) -> Number:
        there = active_by_orders(company, period.first, lambda _: True)
        mine = [line for line in sales(company, period, keep) if line["account_id"] in there and holds(company, line)]
        return ratio(len({line["account_id"] for line in mine}), len(active_by_orders(company, period.first, keep)))


_bought("upsell_rate", upgraded)
_bought("cross_sell_rate", of_new_family)


@kpi("cross_sell_rate.several_plans")
def several_plans(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts that have had two different plans, of those that subscribed."""
    mine = [row for row in subscriptions(company) if row["started_on"] < period.end and keep(row)]
    plans = {account: set(known(mine_of(mine, account), "plan")) for account in known(mine, "account_id")}
    return ratio(len([one for one, found in plans.items() if len(found) >= 2]), len(plans))


def mine_of(rows: list[Row], account: int) -> list[Row]:
    """The rows of an account."""
    return [row for row in rows if row["account_id"] == account]


@kpi("cross_sell_rate.products_per_customer")
def products_per_customer(company: Company, period: Period, keep: Keep) -> Number:
    """Different products bought until the end over the customers who bought."""
    mine = [line for line in lines(company) if not line["refund"] and line["placed_on"] < period.end and keep(line)]
    firsts = [line for line in mine if line["account_id"] and first_of_product(company, line)]
    return ratio(len(firsts), len(set(known(mine, "account_id"))))


def first_of_product(company: Company, line: Row) -> bool:
    """Whether it is the first line by which its account bought this product."""
    same = [
        (other["placed_at"], other["order_id"], other["line_id"])
        for other in lines(company)
        if not other["refund"]
        and other["account_id"] == line["account_id"]
        and other["product_id"] == line["product_id"]
    ]
    return line["product_id"] is not None and min(same) == (line["placed_at"], line["order_id"], line["line_id"])


def unevenness(rows: list[Row]) -> Number:
    """The Gini coefficient of what accounts bring: half the mean difference between any two, over the mean."""
    accounts = set(known(rows, "account_id"))
    amounts = [total(mine_of(rows, account)) for account in accounts]
    brought = [Fraction(amount) for amount in amounts if amount is not None]
    if not brought or min(brought) < 0 or not sum(brought):
        return None
    apart = sum((abs(one - other) for one in brought for other in brought), Fraction(0))
    return apart / (2 * len(brought) * sum(brought, Fraction(0)))


@kpi("revenue_concentration.gini")
def gini_booked(company: Company, period: Period, keep: Keep) -> Number:
    """Of the deals won."""
    return unevenness(won(company, period, keep))


@kpi("revenue_concentration.gini_invoiced")
def gini_invoiced(company: Company, period: Period, keep: Keep) -> Number:
    """Of the orders."""
    return unevenness(placed_in(company, period, keep))


@kpi("churn_rate.count")
def customers_lost(company: Company, period: Period, keep: Keep) -> Number:
    """Customers whose last contract ended, by the reason given for it."""
    found = 0
    for account in company.all("account"):
        for _, end in stretches(company, account["id"], bought=False):
            if period.holds(end):
                last = [row for row in mine_of(subscriptions(company), account["id"]) if row["ended_on"] == end]
                found += bool(keep(customer(company, account["id"]) | {"reason": last[-1]["reason"]}))
    return found


@kpi("sales_productivity.activities_per_win")
def activities_per_win(company: Company, period: Period, keep: Keep) -> Number:
    """What people did on the deals won in the period, over these deals."""
    signed = {deal["id"] for deal in closed_in(company, period, "won", lambda _: True)}
    both = zip(company.all("activity"), every_activity(company), strict=True)
    done = [row for record, row in both if record["deal_id"] in signed and not record["automated"] and keep(row)]
    return ratio(len(done), len(won(company, period, keep)))


@kpi("scroll_depth.clicks")
def clicks(company: Company, period: Period, keep: Keep) -> Any:
    """How often pages were clicked."""
    found = []
    for event in company.all("page_event"):
        visit = company.all("visit")[event["visit_id"] - 1]
        row = {**{name: event[name] for name in ("page", "kind", "selector")}, "campaign": campaign(company, visit)}
        row |= {"channel": visit["channel"], "landing_page": visit["landing_page"]}
        row["square"] = f"{event['x'] // 100 * 100}, {event['y'] // 100 * 100}" if event["kind"] == "click" else None
        if event["kind"] == "click" and period.holds(day(company, event["at"])) and keep(row):
            found.append(row)
    return len(found)
