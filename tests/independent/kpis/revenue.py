"""Revenue and value: what was won, ordered and paid, by whom and how often."""

from __future__ import annotations

from decimal import Decimal
from math import ceil
from typing import Any

from tests.independent.calendar import Period, four
from tests.independent.company import Company
from tests.independent.deals import closed_in, deals
from tests.independent.orders import first_days, invoiced_in, lines, orders, payments, placed_in, product
from tests.independent.rules import Keep, Number, Row, known, kpi, mean, money, quantile, ratio, total


def won(company: Company, period: Period, keep: Keep) -> list[Row]:
    """Deals won in the period."""
    return closed_in(company, period, "won", keep)


def accounts_of(rows: list[Row]) -> set[int]:
    """The accounts of some rows."""
    return set(known(rows, "account_id"))


def several(rows: list[Row], least: int = 2) -> set[int]:
    """The accounts with at least so many of these rows."""
    return {a for a in accounts_of(rows) if len([row for row in rows if row["account_id"] == a]) >= least}


@kpi("revenue")
def revenue(company: Company, period: Period, keep: Keep) -> Decimal | None:
    """Amounts of the deals won."""
    return total(won(company, period, keep))


def won_lines(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The lines of the deals won in the period."""
    found = []
    for line in company.all("deal_line"):
        deal = deals(company)[line["deal_id"] - 1]
        net = four(line["quantity"] * line["unit_price"] * (1 - (line["discount"] or 0)))
        row = {**deal, **product(company, line["product_id"])}
        row["amount"] = money(company, net, line["currency"], deal["closed_on"] or deal["created_on"])
        if deal["outcome"] == "won" and period.holds(deal["closed_on"]) and keep(row):
            found.append(row)
    return found


@kpi("revenue.by_line")
def revenue_by_line(company: Company, period: Period, keep: Keep) -> Number:
    """Lines of the deals won."""
    return total(won_lines(company, period, keep))


@kpi("revenue.invoiced")
def invoiced(company: Company, period: Period, keep: Keep) -> Decimal | None:
    """Orders less refunds."""
    return total(invoiced_in(company, period, keep))


@kpi("revenue.invoiced_by_line")
def invoiced_by_line(company: Company, period: Period, keep: Keep) -> Decimal | None:
    """Order lines less those of refunds."""
    return total([line for line in lines(company) if period.holds(line["placed_on"]) and keep(line)])


@kpi("revenue.collected")
def collected(company: Company, period: Period, keep: Keep) -> Number:
    """Payments."""
    return total(payments(company, period, keep))


def growth(now: Decimal | None, before: Decimal | None) -> Number:
    """(now − before) / before."""
    if now is None or before is None:
        return None
    return ratio(now - before, before)


@kpi("revenue_growth")
def revenue_growth(company: Company, period: Period, keep: Keep) -> Number:
    """Against the period before."""
    return growth(revenue(company, period, keep), revenue(company, period.before, keep))


@kpi("revenue_growth.year_over_year")
def revenue_growth_year(company: Company, period: Period, keep: Keep) -> Number:
    """Against the year before."""
    return growth(revenue(company, period, keep), revenue(company, period.year_ago, keep))


@kpi("revenue_growth.invoiced")
def revenue_growth_invoiced(company: Company, period: Period, keep: Keep) -> Number:
    """Of what was invoiced."""
    return growth(invoiced(company, period, keep), invoiced(company, period.before, keep))


@kpi("net_new_revenue")
def net_new_revenue(company: Company, period: Period, keep: Keep) -> Number:
    """Deals won from accounts whose first win falls in the period."""
    firsts = first_days([deal for deal in deals(company) if deal["outcome"] == "won"], "closed_on")
    return total([deal for deal in won(company, period, keep) if period.holds(firsts.get(deal["account_id"]))])


@kpi("net_new_revenue.invoiced")
def net_new_invoiced(company: Company, period: Period, keep: Keep) -> Number:
    """Orders of accounts whose first order falls in the period."""
    firsts = first_days([order for order in orders(company) if not order["refund"]], "placed_on")
    return total([o for o in invoiced_in(company, period, keep) if period.holds(firsts.get(o["account_id"]))])


@kpi("net_new_revenue.declared")
def net_new_declared(company: Company, period: Period, keep: Keep) -> Number:
    """Deals won that are declared new."""
    return total([deal for deal in won(company, period, keep) if deal["kind"] == "new"])


@kpi("average_purchase_value")
def average_purchase_value(company: Company, period: Period, keep: Keep) -> Number:
    """Mean of the orders whose amount is known."""
    return mean(known(placed_in(company, period, keep), "amount"))


@kpi("average_purchase_value.median")
def median_purchase_value(company: Company, period: Period, keep: Keep) -> Number:
    """Their middle."""
    return quantile(known(placed_in(company, period, keep), "amount"))


@kpi("average_purchase_value.lower_quartile")
def lower_purchase_value(company: Company, period: Period, keep: Keep) -> Number:
    """A quarter of the way up."""
    return quantile(known(placed_in(company, period, keep), "amount"), "0.25")


@kpi("average_purchase_value.upper_quartile")
def upper_purchase_value(company: Company, period: Period, keep: Keep) -> Number:
    """Three quarters of the way up."""
    return quantile(known(placed_in(company, period, keep), "amount"), "0.75")


@kpi("average_purchase_value.net_of_refunds")
def net_purchase_value(company: Company, period: Period, keep: Keep) -> Number:
    """Orders less refunds over the number of orders."""
    return ratio(invoiced(company, period, keep), len(known(placed_in(company, period, keep), "amount")))


@kpi("average_deal_size")
def average_deal_size(company: Company, period: Period, keep: Keep) -> Number:
    """Mean of the deals won whose amount is known."""
    return mean(known(won(company, period, keep), "amount"))


@kpi("average_deal_size.median")
def median_deal_size(company: Company, period: Period, keep: Keep) -> Number:
    """Their middle."""
    return quantile(known(won(company, period, keep), "amount"))


@kpi("purchase_frequency")
def purchase_frequency(company: Company, period: Period, keep: Keep) -> Any:
    """Orders per customer who ordered."""
    placed = [order for order in placed_in(company, period, keep) if order["account_id"]]
    return ratio(len(placed), len(accounts_of(placed)))


@kpi("purchase_frequency.annualised")
def purchase_frequency_a_year(company: Company, period: Period, keep: Keep) -> Number:
    """Times twelve over the months of the period."""
    found = purchase_frequency(company, period, keep)
    return None if found is None else ratio(found * 12, period.months)


@kpi("active_customers")
def active_customers(company: Company, period: Period, keep: Keep) -> Number:
    """Customers who ordered."""
    return len(accounts_of(placed_in(company, period, keep)))


@kpi("active_customers.by_deal")
def active_customers_by_deal(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts that signed."""
    return len(accounts_of(won(company, period, keep)))


def per_account(rows: list[Row]) -> Number:
    """The amounts of rows whose account is known, over these accounts."""
    return ratio(total([row for row in rows if row["account_id"]]), len(accounts_of(rows)))


@kpi("revenue_per_customer")
def revenue_per_customer(company: Company, period: Period, keep: Keep) -> Number:
    """Amounts won per account that won."""
    return per_account(won(company, period, keep))


@kpi("revenue_per_customer.invoiced")
def invoiced_per_customer(company: Company, period: Period, keep: Keep) -> Number:
    """Net amount of the orders per customer who ordered."""
    buyers = accounts_of(placed_in(company, period, keep))
    return ratio(total([o for o in invoiced_in(company, period, keep) if o["account_id"]]), len(buyers))


@kpi("revenue_per_customer.collected")
def collected_per_customer(company: Company, period: Period, keep: Keep) -> Number:
    """Payments per account that paid."""
    return per_account(payments(company, period, keep))


def by_account(rows: list[Row]) -> list[Decimal]:
    """What each account brought, the least first; those of which no amount is known are left out."""
    sums = [total([row for row in rows if row["account_id"] == account]) for account in accounts_of(rows)]
    return sorted(found for found in sums if found is not None)


def concentration(rows: list[Row]) -> Number:
    """The share of the top fifth of the accounts, their number rounded up."""
    sums = by_account(rows)
    top = sums[max(len(sums) - ceil(len(accounts_of(rows)) / 5), 0) :]
    return ratio(sum(top), sum(sums)) if sums else None


@kpi("revenue_concentration")
def revenue_concentration(company: Company, period: Period, keep: Keep) -> Number:
    """Of booked revenue."""
    return concentration(won(company, period, keep))


@kpi("revenue_concentration.invoiced")
def revenue_concentration_invoiced(company: Company, period: Period, keep: Keep) -> Number:
    """Of invoiced revenue."""
    return concentration(placed_in(company, period, keep))


@kpi("repeat_purchase_rate")
def repeat_purchase_rate(company: Company, period: Period, keep: Keep) -> Number:
    """Ordered at least twice, of those who ordered."""
    placed = placed_in(company, period, keep)
    return ratio(len(several(placed)), len(accounts_of(placed)))


@kpi("repeat_purchase_rate.distinct_days")
def repeat_on_days(company: Company, period: Period, keep: Keep) -> Number:
    """On at least two days."""
    placed = placed_in(company, period, keep)
    seen = {(order["account_id"], order["placed_on"]): order for order in placed}
    return ratio(len(several(list(seen.values()))), len(accounts_of(placed)))


@kpi("repeat_purchase_rate.by_deal")
def repeat_by_deal(company: Company, period: Period, keep: Keep) -> Number:
    """Won at least two deals, of those who won one."""
    signed = won(company, period, keep)
    return ratio(len(several(signed)), len(accounts_of(signed)))


@kpi("cross_sell_rate.several_products")
def several_products(company: Company, period: Period, keep: Keep) -> Number:
    """Customers of the period with at least two different products."""
    mine = [line for line in lines(company) if not line["refund"] and period.holds(line["placed_on"]) and keep(line)]
    pairs = {(line["account_id"], line["product_id"]): line for line in mine if line["product_id"]}
    return ratio(len(several(list(pairs.values()))), len(accounts_of(mine)))


@kpi("cross_sell_rate.several_products_in_order")
def several_products_in_order(company: Company, period: Period, keep: Keep) -> Number:
    """Orders with at least two different products, of those with lines."""
    mine = [line for line in lines(company) if not line["refund"] and period.holds(line["placed_on"]) and keep(line)]
    baskets = {
        o: {m["product_id"] for m in mine if m["order_id"] == o and m["product_id"]} for o in known(mine, "order_id")
    }
    return ratio(len([o for o, found in baskets.items() if len(found) >= 2]), len(baskets))


def _offers(company: Company, period: Period, keep: Keep, kind: str) -> Number:
    signed = [deal for deal in won(company, period, keep) if deal["kind"] == kind]
    lost = [deal for deal in closed_in(company, period, "lost", keep) if deal["kind"] == kind]
    return ratio(len(signed), len(signed) + len(lost))


@kpi("upsell_rate.offers")
def upsell_offers(company: Company, period: Period, keep: Keep) -> Number:
    """Upsell deals won of those closed."""
    return _offers(company, period, keep, "upsell")


def of_new_family(company: Company, line: Row) -> bool:
    """Whether the account had orders before, and none of this family."""
    placed = [o for o in orders(company) if o["account_id"] == line["account_id"] and not o["refund"]]
    before = [o for o in placed if (o["placed_at"], o["id"]) < (line["placed_at"], line["order_id"])]
    earlier = {o["id"] for o in before}
    had = {other["family"] for other in lines(company) if other["order_id"] in earlier}
    return bool(before) and line["family"] is not None and line["family"] not in had


def sales(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The order lines of the period, without refunds."""
    return [line for line in lines(company) if not line["refund"] and period.holds(line["placed_on"]) and keep(line)]


@kpi("cross_sell_rate.share_of_orders")
def cross_sold_orders(company: Company, period: Period, keep: Keep) -> Number:
    """Orders with a family never bought before, of those with lines."""
    mine = sales(company, period, keep)
    crossed = {line["order_id"] for line in mine if line["account_id"] and of_new_family(company, line)}
    return ratio(len(crossed), len({line["order_id"] for line in mine}))


@kpi("cross_sell_rate.share_of_revenue")
def cross_sold_revenue(company: Company, period: Period, keep: Keep) -> Number:
    """Lines of families never bought before, of all that was invoiced."""
    mine = sales(company, period, keep)
    crossed = [line for line in mine if line["account_id"] and of_new_family(company, line)]
    return ratio(total(crossed), invoiced_by_line(company, period, keep))


@kpi("upsell_rate.share_of_orders")
def upsold_orders(company: Company, period: Period, keep: Keep) -> Number:
    """Orders with a dearer tier of a family already bought, of those with lines."""
    mine = sales(company, period, keep)
    up = {line["order_id"] for line in mine if line["account_id"] and upgraded(company, line)}
    return ratio(len(up), len({line["order_id"] for line in mine}))


def upgraded(company: Company, line: Row) -> bool:
    """Whether it is of a tier not bought before, dearer than all that the account had bought of its family.

    Prices in different currencies are not compared.
    """
    if line["family"] is None or line["tier"] is None:
        return False
    before = [
        other
        for other in lines(company)
        if other["account_id"] == line["account_id"]
        and not other["refund"]
        and other["family"] == line["family"]
        and (other["placed_at"], other["order_id"]) < (line["placed_at"], line["order_id"])
    ]
    product_, new_tier = company.all("product")[line["product_id"] - 1], line["tier"] not in {o["tier"] for o in before}
    others = [company.all("product")[other["product_id"] - 1] for other in before]
    prices = [other["price"] for other in others if other["currency"] == product_["currency"]]
    return bool(prices) and new_tier and product_["price"] > max(prices)


@kpi("upsell_rate.share_of_revenue")
def upsold_revenue(company: Company, period: Period, keep: Keep) -> Number:
    """Lines of a dearer tier, of all that was invoiced."""
    up = [line for line in sales(company, period, keep) if line["account_id"] and upgraded(company, line)]
    return ratio(total(up), invoiced_by_line(company, period, keep))


@kpi("cross_sell_rate.offers")
def cross_sell_offers(company: Company, period: Period, keep: Keep) -> Number:
    """Cross-sell deals won of those closed."""
    return _offers(company, period, keep, "cross_sell")


@kpi("cross_sell_rate.several_products_by_deal")
def several_products_by_deal(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts whose won deals cover at least two products, of those that won any with lines."""
    mine = won_lines(company, period, keep)
    pairs = {(line["account_id"], line["product_id"]): line for line in mine if line["product_id"]}
    return ratio(len(several(list(pairs.values()))), len(accounts_of(mine)))
