"""Orders, their lines, payments and spending as the KPIs see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.independent.company import Company, Record
from tests.independent.rules import Keep, Row, campaign, customer, day, money, owned, sold


def orders(company: Company) -> list[Row]:
    """Every order, refunds with less than nothing."""
    return list(company.once("orders", lambda c: [_order(c, order) for order in c.all("order")]))


def _order(company: Company, order: Record) -> Row:
    placed = day(company, order["placed_at"])
    lines = [line["product_id"] for line in company.all("order_line") if line["order_id"] == order["id"]]
    buyer, owner = customer(company, order["account_id"]), owned(company, order["owner_id"])
    refund = order["refund_of_id"] is not None
    return {
        **buyer,
        **sold(company, lines),
        "owner": owner["owner"],
        "team": owner["team"],
        "region": order["region"] or buyer["region"],
        "channel": order["channel"],
        "id": order["id"],
        "account_id": order["account_id"],
        "placed_on": placed,
        "placed_at": order["placed_at"],
        "refund": refund,
        "products": {found for found in lines if found},
        "amount": money(company, signed(order["amount"], refund), order["currency"], placed),
        "tier": None,
        "week_of_month": placed and str((placed.day - 1) // 7 + 1),
    }


def signed(amount: Decimal | None, refund: bool) -> Decimal | None:
    """A refund takes away, however its amount is written."""
    return -abs(amount) if refund and amount is not None else amount


def lines(company: Company) -> list[Row]:
    """Every order line, with its order's day and dimensions and its own product."""
    return list(company.once("lines", lambda c: [_line(c, line) for line in c.all("order_line")]))


def _line(company: Company, line: Record) -> Row:
    order = orders(company)[line["order_id"] - 1]
    currency = company.all("order")[line["order_id"] - 1]["currency"]
    amount = money(company, signed(line["amount"], order["refund"]), currency, order["placed_on"])
    return {
        **order,
        "order_id": order["id"],
        "line_id": line["id"],
        **product(company, line["product_id"]),
        "amount": amount,
    }


def product(company: Company, product_id: int | None) -> Row:
    """The dimensions of a product."""
    found = company.one("product", product_id)
    named = {"product": found and found["name"], "family": found and found["family"], "tier": found and found["tier"]}
    return {**named, "product_id": product_id}


def invoiced_in(company: Company, period: Any, keep: Keep) -> list[Row]:
    """The orders of a period and its refunds."""
    return [o for o in orders(company) if period.holds(o["placed_on"]) and keep(o)]


def placed_in(company: Company, period: Any, keep: Keep) -> list[Row]:
    """The orders of a period that are no refunds."""
    return [o for o in orders(company) if not o["refund"] and period.holds(o["placed_on"]) and keep(o)]


def payments(company: Company, period: Any, keep: Keep) -> list[Row]:
    """The payments of a period."""
    found = []
    for payment in company.all("payment"):
        paid = day(company, payment["paid_at"])
        row = {**customer(company, payment["account_id"]), "account_id": payment["account_id"]}
        row["amount"] = money(company, payment["amount"], payment["currency"], paid)
        if period.holds(paid) and keep(row):
            found.append(row)
    return found


def spend(company: Company, period: Any, keep: Keep) -> list[Row]:
    """What was spent in a period."""
    found = []
    for record in company.all("spend"):
        row = {name: record[name] for name in ("channel", "purpose", "category")} | {
            "campaign": campaign(company, record)
        }
        row["amount"] = money(company, record["amount"], record["currency"], record["spent_on"])
        if period.holds(record["spent_on"]) and keep(row):
            found.append(row)
    return found


def first_days(rows: list[Row], column: str) -> dict[int, date]:
    """The day of each account's first row."""
    found: dict[int, date] = {}
    for row in rows:
        account, on = row["account_id"], row[column]
        if account is not None and on is not None:
            found[account] = min(found.get(account, on), on)
    return found
