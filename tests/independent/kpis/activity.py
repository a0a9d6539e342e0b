"""Calls, e-mails and meetings; logins; visits and pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.independent.calendar import Period, hour_of
from tests.independent.company import Company, Record
from tests.independent.deals import dims
from tests.independent.rules import Keep, Number, Row, campaign, customer, day, known, kpi, mean, owned, ratio


def activities(company: Company, period: Period, keep: Keep, kind: str | None = None) -> list[Row]:
    """The activities of a period."""
    rows = every_activity(company)
    return [row for row in rows if kind in (None, row["kind"]) and period.holds(row["on"]) and keep(row)]


def every_activity(company: Company) -> list[Row]:
    """All activities, as they are recorded one after the other."""
    return list(company.once("activities", lambda c: [_activity(c, activity) for activity in c.all("activity")]))


def _activity(company: Company, activity: Record) -> Row:
    lead, deal = company.one("lead", activity["lead_id"]), company.one("deal", activity["deal_id"])
    sources = [source for source in (lead, deal) if source]
    linked = [activity, deal, lead, company.one("contact", activity["contact_id"])]
    accounts = [record["account_id"] for record in linked if record and record["account_id"]]
    own, account = owned(company, activity["owner_id"]), customer(company, next(iter(accounts), None))
    of_deal = dims(company, deal) if deal else {"pipeline": None, "stage": None}
    return {
        **{name: own[name] for name in ("owner", "team", "region")},
        **{name: account[name] for name in ("account", "industry", "segment")},
        "channel": next((source["channel"] for source in sources if source["channel"]), None),
        "campaign": next((name for source in sources if (name := campaign(company, source))), None),
        "hour": hour_of(activity["at"], company.zone),
        "pipeline": of_deal["pipeline"],
        "stage": of_deal["stage"],
        **{name: activity[name] for name in ("kind", "direction", "outcome", "automated")},
        "id": activity["id"],
        "on": day(company, activity["at"]),
        "due_on": activity["due_on"],
        "done_on": day(company, activity["done_at"]),
        "sent": activity["kind"] == "email" and activity["direction"] != "inbound",
        **{name: activity.get(f"{name}_at") for name in ("bounced", "opened", "clicked", "delivered", "replied")},
    }


@kpi("activities")
def activities_(company: Company, period: Period, keep: Keep) -> Number:
    """All of them."""
    return len(activities(company, period, keep))


@kpi("calls_made.all")
def calls(company: Company, period: Period, keep: Keep) -> Number:
    """Whichever way they went."""
    return len(activities(company, period, keep, "call"))


def outbound_calls(company: Company, period: Period, keep: Keep) -> list[Row]:
    """Calls that we made; without a direction they are taken as made."""
    return [row for row in activities(company, period, keep, "call") if row["direction"] != "inbound"]


@kpi("calls_made")
def calls_made(company: Company, period: Period, keep: Keep) -> Number:
    """Outbound, answered or not."""
    return len(outbound_calls(company, period, keep))


REACHED = ("connected", "meeting set")


@kpi("calls_made.connected")
def calls_connected(company: Company, period: Period, keep: Keep) -> Number:
    """Those that reached the person."""
    return len([row for row in outbound_calls(company, period, keep) if row["outcome"] in REACHED])


@kpi("calls_made.connect_rate")
def connect_rate(company: Company, period: Period, keep: Keep) -> Number:
    """Of those whose outcome is recorded."""
    rows = [row for row in outbound_calls(company, period, keep) if row["outcome"]]
    return ratio(len([row for row in rows if row["outcome"] in REACHED]), len(rows))


@kpi("call_to_meeting.by_outcome")
def meetings_by_outcome(company: Company, period: Period, keep: Keep) -> Number:
    """Calls whose outcome is a meeting set, of those whose outcome is recorded."""
    rows = [row for row in activities(company, period, keep, "call") if row["outcome"]]
    return ratio(len([row for row in rows if row["outcome"] == "meeting set"]), len(rows))


@kpi("call_to_meeting.plain_counts")
def meetings_per_call(company: Company, period: Period, keep: Keep) -> Number:
    """Meetings over outbound calls."""
    return ratio(len(activities(company, period, keep, "meeting")), len(outbound_calls(company, period, keep)))


def sent(company: Company, period: Period, keep: Keep) -> list[Row]:
    """E-mails sent."""
    return [row for row in activities(company, period, keep, "email") if row["sent"]]


@kpi("emails_sent")
def emails_sent(company: Company, period: Period, keep: Keep) -> Number:
    """Delivered or not."""
    return len(sent(company, period, keep))


@kpi("emails_sent.delivered")
def emails_delivered(company: Company, period: Period, keep: Keep) -> Number:
    """Less those that bounced."""
    return len([row for row in sent(company, period, keep) if not row["bounced"]])


@kpi("emails_sent.by_people")
def emails_by_people(company: Company, period: Period, keep: Keep) -> Number:
    """By a person."""
    return len([row for row in sent(company, period, keep) if not row["automated"]])


@kpi("emails_sent.bounce_rate")
def email_bounces(company: Company, period: Period, keep: Keep) -> Number:
    """The share that bounced."""
    rows = sent(company, period, keep)
    return ratio(len([row for row in rows if row["bounced"]]), len(rows))


def sessions(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The sessions of a period."""
    found = []
    for session in company.all("session"):
        row = {**owned(company, session["member_id"]), "member": session["member_id"]}
        row["on"] = day(company, session["logged_in_at"])
        if period.holds(row["on"]) and keep(row):
            found.append(row)
    return found


@kpi("login_frequency.sessions")
def logins(company: Company, period: Period, keep: Keep) -> Number:
    """How often members signed in."""
    return len(sessions(company, period, keep))


@kpi("login_frequency.per_active_member")
def days_per_member(company: Company, period: Period, keep: Keep) -> Number:
    """Days on which members signed in over the members who did."""
    rows = sessions(company, period, keep)
    return ratio(len({(row["member"], row["on"]) for row in rows}), len(set(known(rows, "member"))))


@kpi("active_users.logged_in")
def logged_in(company: Company, period: Period, keep: Keep) -> Number:
    """Members who signed in."""
    return len(set(known(sessions(company, period, keep), "member")))


@kpi("active_users.logged_in_daily")
def logged_in_daily(company: Company, period: Period, keep: Keep) -> Any:
    """Members a day, over the days on which somebody signed in."""
    rows = sessions(company, period, keep)
    return ratio(len({(row["member"], row["on"]) for row in rows}), len(set(known(rows, "on"))))


@kpi("active_users.stickiness")
def stickiness(company: Company, period: Period, keep: Keep) -> Number:
    """Members of an average day over those of the period."""
    daily = logged_in_daily(company, period, keep)
    return None if daily is None else ratio(daily, logged_in(company, period, keep))


def visits(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The visits of a period."""
    found = []
    for visit in company.all("visit"):
        events = [event for event in company.all("page_event") if event["visit_id"] == visit["id"]]
        row = {name: visit[name] for name in ("visitor", "channel", "landing_page", "pages", "lead_id")}
        row |= {"campaign": campaign(company, visit), "page": visit["landing_page"]}
        row["did"] = any(event["kind"] in ("click", "scroll") for event in events)
        viewed = len({event["page"] for event in events if event["kind"] == "view"})
        row["seen"] = row["pages"] if row["pages"] is not None else viewed or None
        if period.holds(day(company, visit["started_at"])) and keep(row):
            found.append(row)
    return found


@kpi("bounce_rate")
def bounce_rate(company: Company, period: Period, keep: Keep) -> Number:
    """One page and nothing done there, of the visits whose pages are recorded: their number, else the views."""
    rows = [row for row in visits(company, period, keep) if row["seen"] is not None or row["did"]]
    return ratio(len([row for row in rows if not row["did"] and row["seen"] <= 1]), len(rows))


@kpi("bounce_rate.single_page")
def single_page(company: Company, period: Period, keep: Keep) -> Number:
    """One page only."""
    rows = [row for row in visits(company, period, keep) if row["pages"] is not None]
    return ratio(len([row for row in rows if row["pages"] <= 1]), len(rows))


@kpi("traffic_to_lead")
def traffic_to_lead(company: Company, period: Period, keep: Keep) -> Number:
    """Visitors who became a lead, of all."""
    rows = visits(company, period, keep)
    return ratio(len({row["visitor"] for row in rows if row["lead_id"]}), len(set(known(rows, "visitor"))))


@kpi("traffic_to_lead.per_visit")
def visits_to_lead(company: Company, period: Period, keep: Keep) -> Number:
    """Visits in which one became a lead."""
    rows = visits(company, period, keep)
    return ratio(len([row for row in rows if row["lead_id"]]), len(rows))


@kpi("traffic_to_lead.leads")
def leads_per_visitor(company: Company, period: Period, keep: Keep) -> Number:
    """Distinct leads over visitors."""
    rows = visits(company, period, keep)
    return ratio(len(set(known(rows, "lead_id"))), len(set(known(rows, "visitor"))))


def seen(company: Company, period: Period, keep: Keep) -> list[Row]:
    """Each page once a visit, at its furthest, on the day it was first seen."""
    found: dict[tuple[int, str], Row] = {}
    for event in sorted(company.all("page_event"), key=lambda event: (event["at"], event["id"])):
        visit = company.all("visit")[event["visit_id"] - 1]
        key = (event["visit_id"], event["page"])
        new = {"page": event["page"], "channel": visit["channel"], "campaign": campaign(company, visit)}
        new |= {"landing_page": visit["landing_page"], "on": day(company, event["at"]), "depth": None}
        row = found.setdefault(key, new)
        row["clicks"] = row.get("clicks", 0) + (event["kind"] == "click")
        row["depth"] = max([value for value in (row["depth"], event["depth"]) if value is not None], default=None)
    return [row for row in found.values() if period.holds(row["on"]) and keep(row)]


@kpi("scroll_depth")
def scroll_depth(company: Company, period: Period, keep: Keep) -> Number:
    """How far down, on average."""
    return mean(known(seen(company, period, keep), "depth"))


def _reached(key: str, least: str) -> None:
    @kpi(key)
    def share(company: Company, period: Period, keep: Keep) -> Number:
        depths = known(seen(company, period, keep), "depth")
        return ratio(len([depth for depth in depths if depth >= Decimal(least)]), len(depths))


for _name, _least in (("quarter", "0.25"), ("half", "0.5"), ("three_quarters", "0.75"), ("end", "1")):
    _reached(f"scroll_depth.{_name}", _least)


@kpi("scroll_depth.click_density")
def click_density(company: Company, period: Period, keep: Keep) -> Number:
    """Clicks over pages seen, each once a visit."""
    rows = seen(company, period, keep)
    return ratio(sum(row["clicks"] for row in rows), len(rows))
