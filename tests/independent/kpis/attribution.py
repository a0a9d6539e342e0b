"""What is credited to the touches before a first purchase, and what was spent by those who bear it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.independent.calendar import Period, four, period_of, six
from tests.independent.company import Company, Record
from tests.independent.kpis.leads import became_in, leads, new_customers_of, on_acquisition
from tests.independent.orders import spend
from tests.independent.rules import Keep, Number, Row, campaign, day, kpi, money, ratio, total


def account_of(company: Company, touch: Record) -> int | None:
    """The account that a touch names, else that of its contact, else that of its lead."""
    for kind in ("contact", "lead"):
        linked = company.one(kind, touch[f"{kind}_id"])
        if not touch["account_id"] and linked and linked["account_id"]:
            return int(linked["account_id"])
    found: int | None = touch["account_id"]
    return found


def credited(company: Company) -> list[Row]:
    """Each touch before its account's first purchase with its share; one without channel for who had none."""
    return list(company.once("credited", _credited))


def _credited(company: Company) -> list[Row]:
    found = []
    for customer in new_customers_of(company):
        mine = [t for t in company.all("touch") if account_of(company, t) == customer["account_id"]]
        mine = [t for t in mine if (day(company, t["at"]) or customer["on"]) <= customer["on"]]
        mine.sort(key=lambda touch: (touch["at"], touch["id"]))
        for place, touch in enumerate(mine or [None]):
            last = place == max(len(mine) - 1, 0)
            shares = {"first": Decimal(place == 0), "last": Decimal(last), "linear": part(Decimal(1), mine, last, six)}
            amount = customer["amount"]
            if amount is not None:
                amounts = {way: amount * shares[way] for way in ("first", "last")}
                amounts["linear"] = part(amount, mine, last, four)
            else:
                amounts = {}
            where = {"channel": touch and touch["channel"], "campaign": touch and campaign(company, touch)}
            found.append({**customer, **where, "shares": shares, "amounts": amounts})
    return found


def part(whole: Decimal, among: list[Record], last: bool, rounded: Callable[[Decimal], Decimal]) -> Decimal:
    """An even share, rounded; the last touch bears what rounding leaves."""
    even = rounded(whole / max(len(among), 1))
    return whole - even * (len(among) - 1) if last and among else even


def share(company: Company, period: Period, keep: Keep, way: str) -> Decimal:
    """The new customers credited."""
    rows = [row for row in credited(company) if period.holds(row["on"]) and keep(row)]
    return sum((row["shares"][way] for row in rows), Decimal(0))


def gained(company: Company, period: Period, keep: Keep, way: str) -> Any:
    """Their first purchases credited; None when there are some and no amount is known."""
    rows = [row for row in credited(company) if period.holds(row["on"]) and keep(row)]
    return total([{"amount": row["amounts"].get(way)} for row in rows])


def returned(gain: Any, cost: Any) -> Number:
    """(gain − cost) / cost; None without either."""
    return None if gain is None or cost is None else ratio(Fraction(gain) - Fraction(cost), cost)


def on_campaigns(company: Company, period: Period, keep: Keep) -> Decimal | None:
    """Spending on campaigns; None where none is recorded."""
    spent = [row for row in spend(company, period, keep) if row["campaign"]]
    return total(spent) if spent else None


def _credit(way: str) -> None:
    @kpi(f"new_customers.{way}" if way == "linear" else f"new_customers.{way}_touch")
    def customers(company: Company, period: Period, keep: Keep) -> Number:
        return share(company, period, keep, way)

    @kpi(f"channel_roi.{way}" if way == "linear" else f"channel_roi.{way}_touch")
    def channel(company: Company, period: Period, keep: Keep) -> Number:
        return returned(gained(company, period, keep, way), on_acquisition(company, period, keep))

    @kpi(f"marketing_roi.{way}" if way == "linear" else f"marketing_roi.{way}_touch")
    def marketing(company: Company, period: Period, keep: Keep) -> Number:
        def of_campaign(row: Row) -> bool:
            return bool(row["campaign"]) and keep(row)

        return returned(gained(company, period, of_campaign, way), on_campaigns(company, period, keep))


for _way in ("first", "last", "linear"):
    _credit(_way)


@kpi("marketing_roi.orders")
def marketing_orders(company: Company, period: Period, keep: Keep) -> Number:
    """First purchases of the leads of campaigns against spending on campaigns."""
    became = [lead for lead in leads(company) if period.holds(lead["customer_on"]) and lead["campaign"] and keep(lead)]
    return returned(total([{"amount": lead["first_amount"]} for lead in became]), on_campaigns(company, period, keep))


def _cost(way: str) -> None:
    @kpi(f"customer_acquisition_cost.{way}" if way == "linear" else f"customer_acquisition_cost.{way}_touch")
    def cost(company: Company, period: Period, keep: Keep) -> Number:
        return ratio(on_acquisition(company, period, keep), share(company, period, keep, way))


_cost("first")
_cost("linear")


def borne(company: Company) -> list[Row]:
    """Spending to win customers by the channels that bear it.

    What names no channel is shared by the month's new customers, those of unknown channel among them; the last channel
    by name, the unknown after all, bears what rounding leaves.
    """
    return list(company.once("borne", lambda c: [row for record in c.all("spend") for row in _borne(c, record)]))


def _borne(company: Company, record: Record) -> list[Row]:
    if record["purpose"] != "acquisition":
        return []
    row = {name: record[name] for name in ("channel", "category", "purpose")}
    row |= {"campaign": campaign(company, record), "on": record["spent_on"]}
    row["amount"] = money(company, record["amount"], record["currency"], record["spent_on"])
    month = period_of(record["spent_on"], "month")
    won = [new["channel"] for new in new_customers_of(company) if month.holds(new["on"])]
    if row["channel"] or not won or row["amount"] is None:
        return [row]
    channels = sorted(set(won), key=lambda channel: (channel is None, channel))
    shares = [four(row["amount"] * won.count(channel) / len(won)) for channel in channels]
    shares[-1] = row["amount"] - sum(shares[:-1])
    return [{**row, "channel": channel, "amount": share} for channel, share in zip(channels, shares, strict=True)]


@kpi("customer_acquisition_cost.allocated")
def allocated(company: Company, period: Period, keep: Keep) -> Number:
    """What the channels bear over the new customers."""
    rows = [row for row in borne(company) if period.holds(row["on"]) and keep(row)]
    return ratio(total(rows) if rows else None, len(became_in(company, period, keep)))
