"""The steps of a lead on the way to a customer, and whether anybody worked it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company, Record
from tests.independent.deals import later
from tests.independent.kpis.leads import created_in, leads
from tests.independent.rules import Keep, Number, Row, day, kpi, ratio, total

SAID = {
    "mql": ("mql", "marketing qualified"),
    "sql": ("sql", "sales accepted"),
    "deal": ("opportunity",),
}
"""The statuses drawn that tell of a step."""
NOT_GENUINE = ("Spam", "spam", "Duplicate", "duplicate", "Doublon", "doublon", "Test", "test")


def statuses(company: Company, lead: Record) -> list[tuple[Any, str | None]]:
    """Every status that a lead had, with the moment at which it got it."""
    changes = [
        c
        for c in company.all("change")
        if c["record"] == "lead" and c["record_id"] == lead["id"] and c["field"] == "status"
    ]
    changes.sort(key=lambda change: (change["at"], change["id"]))
    first = changes[0]["from_value"] if changes else lead["status"]
    return [(lead["created_at"], first), *((change["at"], change["to_value"]) for change in changes)]


def earliest(*days: date | None) -> date | None:
    """The first of the days that are known."""
    return min((found for found in days if found is not None), default=None)


def stepped(company: Company) -> list[Row]:
    """Every lead with the day on which it came to each step; who came further has come through those before."""
    return list(company.once("stepped", lambda c: [_steps(c, row) for row in leads(c)]))


def _steps(company: Company, row: Row) -> Row:
    lead = company.all("lead")[row["id"] - 1]
    said = {
        step: earliest(*(day(company, at) for at, status in statuses(company, lead) if (status or "").lower() in words))
        for step, words in SAID.items()
    }
    deal = company.one("deal", lead["deal_id"])
    since = day(company, max(deal["created_at"], lead["created_at"])) if deal else None
    deal_on = earliest(since, said["deal"], row["converted_on"], row["customer_on"])
    sql_on = earliest(said["sql"], deal_on)
    mql_on = earliest(row["qualified_on"], said["mql"], sql_on)
    return {**row, "mql_on": mql_on, "sql_on": sql_on, "deal_on": deal_on, "worked_on": worked(company, lead)}


def worked(company: Company, lead: Record) -> date | None:
    """The first day on which a person did something about a lead, or decided of it."""
    done = [
        activity["at"]
        for activity in company.all("activity")
        if activity["lead_id"] == lead["id"]
        and activity["kind"] in ("call", "email", "meeting", "note", "task")
        and not activity["automated"]
        and activity["direction"] != "inbound"
        and activity["at"] >= lead["created_at"]
    ]
    decided = [lead[name] for name in ("qualified_at", "converted_at", "disqualified_at")]
    return earliest(*(day(company, at) for at in (*done, *decided)))


Holds = Callable[[Row], bool]


def _share(key: str, holds: Holds, of: Holds = lambda _: True, clock: str = "created_on") -> None:
    @kpi(key)
    def share(company: Company, period: Period, keep: Keep) -> Number:
        rows = [row for row in stepped(company) if period.holds(row[clock]) and keep(row) and of(row)]
        return ratio(len([row for row in rows if holds(row)]), len(rows))


def came(*steps: str) -> Holds:
    """Whether a lead came to one of these steps."""
    return lambda row: any(row[step] is not None for step in steps)


def genuine(row: Row) -> bool:
    """Whether it was not disqualified as spam, test or duplicate."""
    return row["reason"] not in NOT_GENUINE


def neglected(row: Row) -> bool:
    """Whether nobody worked it within seven days."""
    return row["worked_on"] is None or row["worked_on"] > later(row["created_on"], 7)


_share("lead_qualification", came("mql_on"))
_share("lead_qualification.sales", came("sql_on"))
_share("lead_qualification.genuine", came("mql_on"), genuine)
_share("lead_qualification.decided", came("mql_on"), came("mql_on", "disqualified_on"))
_share("mql_conversion", came("customer_on"), clock="mql_on")
_share("mql_conversion.to_sql", came("sql_on"), clock="mql_on")
_share("mql_conversion.sql_to_deal", came("deal_on"), clock="sql_on")
_share("mql_conversion.deal_to_customer", came("customer_on"), clock="deal_on")
_share("lead_conversion.to_deal", came("deal_on"))
_share("lead_dropoff", neglected)
_share("lead_dropoff.funnel", lambda row: row["disqualified_on"] is not None and row["deal_on"] is None)


@kpi("lead_conversion.revenue_per_lead")
def revenue_per_lead(company: Company, period: Period, keep: Keep) -> Number:
    """First purchases of the leads created, over all of them."""
    created = created_in(company, period, keep)
    bought = total([{"amount": lead["first_amount"]} for lead in created if lead["customer_on"]])
    return ratio(bought, len(created))
