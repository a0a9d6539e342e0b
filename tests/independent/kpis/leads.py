"""Leads, and what was spent to win customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.independent.calendar import Period, hour_of, minutes, worked_minutes
from tests.independent.company import Company, Record
from tests.independent.deals import closed_in, deals, later
from tests.independent.orders import orders, spend
from tests.independent.rules import (
    Keep,
    Number,
    Row,
    campaign,
    customer,
    day,
    known,
    kpi,
    mean,
    owned,
    quantile,
    ratio,
    total,
)
from tests.independent.scoring import score_band, score_of


def leads(company: Company) -> list[Row]:
    """Every lead."""
    return list(company.once("leads", lambda c: [_lead(c, lead) for lead in c.all("lead")]))


def _lead(company: Company, lead: Record) -> Row:
    row = {**owned(company, lead["owner_id"]), **{n: lead[n] for n in ("channel", "region", "industry", "status")}}
    row |= {
        "campaign": campaign(company, lead),
        "reason": lead["disqualified_reason"],
        "created_at": lead["created_at"],
    }
    row |= {"created_on": day(company, lead["created_at"]), "converted_on": day(company, lead["converted_at"])}
    row["disqualified_on"], row["id"] = day(company, lead["disqualified_at"]), lead["id"]
    row["qualified_on"] = day(company, lead["qualified_at"])
    row["customer_on"], row["customer_by"], row["first_amount"] = bought(company, lead)
    row["answered_at"] = answered(company, lead)
    row["minutes"] = row["answered_at"] and minutes(lead["created_at"], row["answered_at"])
    row["hour"], row["response"] = hour_of(lead["created_at"], company.zone), band(row["minutes"])
    row["business_minutes"] = row["answered_at"] and business(company, lead["created_at"], row["answered_at"])
    row |= score_of(company, lead)
    return row | {"score_band": score_band(row["score"])}


def band(waited: Any) -> str | None:
    """How long the first answer took."""
    bands = ((1, "≤ 1 h"), (12, "1–12 h"), (24, "12–24 h"), (48, "24–48 h"))
    if waited is None:
        return None
    return next((name for most, name in bands if waited <= most * 60), "> 48 h")


def business(company: Company, start: Any, end: Any) -> Any:
    """Minutes of business hours between two moments."""
    hours = [(r["weekday"], r["opens"], r["closes"]) for r in company.all("business_hours")]
    return worked_minutes(start, end, company.zone, hours, {record["day"] for record in company.all("holiday")})


def answered(company: Company, lead: Record) -> Any:
    """The first thing that a person sent to the lead since its creation."""
    found = [
        activity["at"]
        for activity in company.all("activity")
        if activity["lead_id"] == lead["id"]
        and activity["kind"] in ("call", "email", "meeting")
        and activity["direction"] != "inbound"
        and not activity["automated"]
        and activity["at"] >= lead["created_at"]
    ]
    return min(found, default=None)


def bought(company: Company, lead: Record) -> tuple[date | None, str | None, Any]:
    """When the lead became a customer, by what, for how much."""
    if lead["deal_id"] is None and lead["account_id"] is None:
        converted = day(company, lead["converted_at"])
        return converted, "conversion" if converted else None, None
    mine = [d for d in deals(company) if d["id"] == lead["deal_id"]]
    found = [(d["closed_at"], "deal", d) for d in mine if d["outcome"] == "won" and d["closed_at"]]
    if lead["account_id"]:
        wins = [d for d in deals(company) if d["account_id"] == lead["account_id"] and d["outcome"] == "won"]
        firsts = [(d["closed_at"], "deal", d) for d in wins if d["closed_at"]]
        placed = [o for o in orders(company) if o["account_id"] == lead["account_id"] and not o["refund"]]
        firsts += [(o["placed_at"], "order", o) for o in placed]
        days = [(day(company, at), by, at, row) for at, by, row in firsts]
        first = min(days, key=lambda entry: (*entry[:3], entry[3]["id"]), default=None)
        if first and first[0] >= day(company, lead["created_at"]):
            found.append((first[2], first[1], first[3]))
    if not found:
        return None, None, None
    at, by, row = min(found, key=lambda entry: (day(company, entry[0]), entry[1]))
    return day(company, at), by, row["amount"]


def created_in(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The leads created in the period."""
    return [lead for lead in leads(company) if period.holds(lead["created_on"]) and keep(lead)]


def _share(key: str, holds: Callable[[Row], bool]) -> None:
    @kpi(key)
    def share(company: Company, period: Period, keep: Keep) -> Number:
        created = created_in(company, period, keep)
        return ratio(len([lead for lead in created if holds(lead)]), len(created))


def bought_within(lead: Row, count: int = 90) -> bool:
    return lead["customer_on"] is not None and lead["customer_on"] <= later(lead["created_on"], count)


_share("lead_conversion", bought_within)
_share("lead_conversion.ever", lambda lead: lead["customer_on"] is not None)
_share("lead_conversion.converted", lambda lead: lead["converted_on"] is not None)
_share("lead_dropoff.unconverted", lambda lead: not bought_within(lead))
_share("lead_qualification.dated", lambda lead: lead["qualified_on"] is not None)
_share("lead_sla", lambda lead: lead["minutes"] is not None and lead["minutes"] < 1440)
_share("lead_sla.within", lambda lead: lead["minutes"] is not None and lead["minutes"] <= 1440)
_share("lead_sla.one_hour", lambda lead: lead["minutes"] is not None and lead["minutes"] < 60)
_share("lead_sla.business_hours", lambda lead: lead["business_minutes"] is not None and lead["business_minutes"] < 480)


@kpi("lead_conversion.period")
def lead_conversion_of_period(company: Company, period: Period, keep: Keep) -> Number:
    """Became customers in the period over created in it."""
    became = [lead for lead in leads(company) if period.holds(lead["customer_on"]) and keep(lead)]
    return ratio(len(became), len(created_in(company, period, keep)))


@kpi("lead_conversion.days_to_convert")
def days_to_convert(company: Company, period: Period, keep: Keep) -> Number:
    """Mean days from creation to conversion, of those converted in the period."""
    converted = [lead for lead in leads(company) if period.holds(lead["converted_on"]) and keep(lead)]
    return mean([(lead["converted_on"] - lead["created_on"]).days for lead in converted])


def _response(key: str, column: str, share: str | None, waiting: bool = True) -> None:
    @kpi(key)
    def hours(company: Company, period: Period, keep: Keep) -> Number:
        created = created_in(company, period, keep)
        values = known(created, column)
        missing = len(created) - len(values) if waiting else 0
        found = mean(values) if share is None else quantile(values, share, missing)
        return None if found is None else found / 60


_response("lead_response_time", "minutes", "0.5")
_response("lead_response_time.slowest_tenth", "minutes", "0.9")
_response("lead_response_time.lower_quartile", "minutes", "0.25")
_response("lead_response_time.mean", "minutes", None)
_response("lead_response_time.business_hours", "business_minutes", "0.5")
_response("lead_response_time.business_hours_slowest_tenth", "business_minutes", "0.9")


@kpi("campaign_customers")
def campaign_customers(company: Company, period: Period, keep: Keep) -> Number:
    """Leads of campaigns that became customers in the period."""
    return len([x for x in leads(company) if x["campaign"] and period.holds(x["customer_on"]) and keep(x)])


@kpi("campaign_customers.of_leads_created")
def campaign_customers_of_created(company: Company, period: Period, keep: Keep) -> Number:
    """Leads of campaigns created in the period that have become customers."""
    return len([x for x in created_in(company, period, keep) if x["campaign"] and x["customer_on"]])


@kpi("customer_acquisition_cost.per_lead")
def cost_per_lead(company: Company, period: Period, keep: Keep) -> Number:
    """Spending to win customers over leads created."""
    return ratio(on_acquisition(company, period, keep), len(created_in(company, period, keep)))


@kpi("customer_acquisition_cost.per_lead_customer")
def cost_per_lead_customer(company: Company, period: Period, keep: Keep) -> Number:
    """Spending to win customers over leads that became customers."""
    became = [lead for lead in leads(company) if period.holds(lead["customer_on"]) and keep(lead)]
    return ratio(on_acquisition(company, period, keep), len(became))


def on_acquisition(company: Company, period: Period, keep: Keep) -> Any:
    """Spending to win customers; None where none is recorded."""
    spent = [row for row in spend(company, period, keep) if row["purpose"] == "acquisition"]
    return total(spent) if spent else None


def on_channel(company: Company, period: Period, keep: Keep) -> Any:
    """All spending but the cost of sales; None where none is recorded."""
    spent = [row for row in spend(company, period, keep) if row["purpose"] != "cost_of_sales"]
    return total(spent) if spent else None


@kpi("channel_roi")
def channel_roi(company: Company, period: Period, keep: Keep) -> Number:
    """(Deals won − spend) / spend."""
    return _return(total(closed_in(company, period, "won", keep)), on_channel(company, period, keep))


@kpi("channel_roi.lagged")
def channel_roi_lagged(company: Company, period: Period, keep: Keep) -> Number:
    """Against the spend of the period before."""
    return _return(total(closed_in(company, period, "won", keep)), on_channel(company, period.before, keep))


@kpi("marketing_roi")
def marketing_roi(company: Company, period: Period, keep: Keep) -> Number:
    """Of deals won from campaigns against spending on campaigns."""
    won = [deal for deal in closed_in(company, period, "won", keep) if deal["campaign"]]
    spent = [row for row in spend(company, period, keep) if row["campaign"]]
    return _return(total(won), total(spent) if spent else None)


def _return(gained: Any, spent: Any) -> Number:
    return None if gained is None or spent is None else ratio(gained - spent, spent)


def first_purchases(company: Company) -> dict[int, Any]:
    """When each account first bought: a won deal or an order."""
    found: dict[int, Any] = {}
    bought_ = [(d["account_id"], d["closed_on"]) for d in deals(company) if d["outcome"] == "won"]
    bought_ += [(o["account_id"], o["placed_on"]) for o in orders(company) if not o["refund"]]
    for account, on in bought_:
        if account and on:
            found[account] = min(found.get(account, on), on)
    return found


def became_in(company: Company, period: Period, keep: Keep) -> list[int]:
    """The accounts whose first purchase falls in the period."""
    return [row["account_id"] for row in new_customers_of(company) if period.holds(row["on"]) and keep(row)]


def new_customers_of(company: Company) -> list[Row]:
    """Every account that ever bought, with its first purchase."""
    return list(company.once("new customers", lambda c: [_new(c, account) for account in first_purchases(c)]))


def _new(company: Company, account: int) -> Row:
    bought_ = [(d["closed_at"], "deal", d["id"], d) for d in deals(company) if d["outcome"] == "won" and d["closed_at"]]
    bought_ += [(o["placed_at"], "order", o["id"], o) for o in orders(company) if not o["refund"]]
    mine = [(day(company, at), by, at, i, row) for at, by, i, row in bought_ if row["account_id"] == account]
    on, by, _, _, first = min(mine, key=lambda entry: entry[:4])
    came = [lead for lead in company.all("lead") if lead["account_id"] == account]
    source = min(came, key=lambda lead: (lead["created_at"], lead["id"]), default=None)
    shown = {n: first.get(n) for n in ("product", "family")} | customer(company, account)
    shown |= {
        "channel": first["channel"],
        "campaign": first.get("campaign"),
        "bought_by": by,
        "amount": first["amount"],
    }
    if source and day(company, source["created_at"]) <= on and (source["channel"] or source["campaign_id"]):
        shown |= {"channel": source["channel"], "campaign": campaign(company, source)}
    return shown | {"account_id": account, "on": on, "became_in": str(on.year)}


@kpi("new_customers")
def new_customers(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts that bought for the first time."""
    return len(became_in(company, period, keep))


@kpi("new_customers.revenue")
def new_customers_revenue(company: Company, period: Period, keep: Keep) -> Any:
    """Their first purchases."""
    return total([row for row in new_customers_of(company) if period.holds(row["on"]) and keep(row)])


@kpi("customer_acquisition_cost")
def acquisition_cost(company: Company, period: Period, keep: Keep) -> Number:
    """Spending to win customers over new customers."""
    return ratio(on_acquisition(company, period, keep), len(became_in(company, period, keep)))


@kpi("customer_acquisition_cost.lagged")
def acquisition_cost_lagged(company: Company, period: Period, keep: Keep) -> Number:
    """Spending of the period before over new customers."""
    return ratio(on_acquisition(company, period.before, keep), len(became_in(company, period, keep)))


@kpi("customer_acquisition_cost.paid")
def acquisition_cost_paid(company: Company, period: Period, keep: Keep) -> Number:
    """Advertising over new customers."""
    spent = [row for row in spend(company, period, keep) if row["purpose"] == "acquisition"]
    spent = [row for row in spent if row["category"] == "advertising"]
    return ratio(total(spent) if spent else None, len(became_in(company, period, keep)))


@kpi("channel_roi.new_customers")
def channel_roi_new(company: Company, period: Period, keep: Keep) -> Number:
    """First purchases against spending to win customers."""
    return _return(new_customers_revenue(company, period, keep), on_acquisition(company, period, keep))
