"""E-mails opened, clicked and answered by people; what is done towards open leads; calls that led to a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company, Record
from tests.independent.deals import later
from tests.independent.kpis.activity import REACHED, activities, every_activity
from tests.independent.kpis.leads import leads
from tests.independent.rules import Keep, Number, Row, day, kpi, ratio

TEN_SECONDS, WEEK = timedelta(seconds=10), timedelta(days=7)
FATES = ("sent_at", "delivered_at", "bounced_at", "opened_at", "clicked_at", "replied_at")


def emails(company: Company) -> list[Row]:
    """Every e-mail."""
    return list(company.once("emails", _emails))


def _emails(company: Company) -> list[Row]:
    both = zip(company.all("activity"), every_activity(company), strict=True)
    return [row | _fate(company, record) for record, row in both if record["kind"] == "email"]


def _ours(email: Record) -> bool:
    return bool(email["direction"] != "inbound")


def _sent(email: Record) -> Any:
    return email["sent_at"] or email["at"]


def _fate(company: Company, email: Record) -> Row:
    opened, clicked, bounced = email["opened_at"], email["clicked_at"], email["bounced_at"]
    thread, delivered = thread_of(company, email), email["delivered_at"] or _sent(email)
    arrived = _ours(email) and not bounced
    row: Row = {"first": thread[0] is email and _ours(email), "arrived": arrived, "by_machine": by_machine(email)}
    row |= {"followed": any(email[name] for name in FATES), "opened": bool(opened or clicked), "clicked": bool(clicked)}
    row |= {"answered": answered(company, email)}
    row["thread_answered"] = any((not _ours(m) and not m["automated"]) or answered(company, m) for m in thread)
    row["sent_on"] = day(company, _sent(email)) if _ours(email) else None
    row["delivered_on"] = day(company, delivered) if arrived else None
    return row | {"opened_on": day(company, opened), "clicked_on": day(company, clicked)}


def by_machine(email: Record) -> bool:
    """Opened, but not clicked, and its source says by a machine, or it was within ten seconds of delivery.

    The very moment of delivery is no sign: that is a date written without its time.
    """
    if not email["opened_at"] or email["clicked_at"]:
        return False
    after = email["opened_at"] - (email["delivered_at"] or _sent(email))
    return "machine_open" in (email.get("custom") or "") or timedelta() < after <= TEN_SECONDS


def thread_of(company: Company, email: Record) -> list[Record]:
    """The e-mails of its thread, first one first; itself when it has none."""
    found = [m for m in company.all("activity") if m["kind"] == "email" and m["thread"] == email["thread"]]
    return sorted(found, key=lambda m: (_sent(m), m["id"])) if email["thread"] else [email]


def answered(company: Company, email: Record) -> bool:
    """Whether a person answered this very message: not when the reply is of the moment of an automatic one."""
    automatic = [m["at"] for m in thread_of(company, email) if m["automated"] and not _ours(m)]
    return email["replied_at"] is not None and email["replied_at"] not in automatic


Test = Callable[[Row], bool]


def _rate(key: str, holds: Test, base: Test) -> None:
    @kpi(key)
    def rate(company: Company, period: Period, keep: Keep) -> Number:
        rows = [row for row in emails(company) if period.holds(row["sent_on"]) and keep(row) and base(row)]
        return ratio(len([row for row in rows if holds(row)]), len(rows))


def _by_event(key: str, event: str, base: str) -> None:
    @kpi(key)
    def rate(company: Company, period: Period, keep: Keep) -> Number:
        rows = [row for row in emails(company) if keep(row)]
        happened = [len([row for row in rows if period.holds(row[name])]) for name in (event, base)]
        return ratio(*happened)


def _told(row: Row) -> bool:
    return bool(row["arrived"] and row["followed"])


def _read(row: Row) -> bool:
    return bool(row["opened"] and not row["by_machine"])


_rate("open_rate", _read, _told)
_rate("open_rate.with_machines", lambda row: row["opened"], _told)
_rate("open_rate.machines", lambda row: row["by_machine"], _told)
_by_event("open_rate.by_event", "opened_on", "delivered_on")
_rate("click_rate", lambda row: row["clicked"], _told)
_rate("click_rate.to_open", lambda row: row["clicked"], lambda row: _told(row) and _read(row))
_by_event("click_rate.by_event", "clicked_on", "delivered_on")
_by_event("click_rate.to_open_by_event", "clicked_on", "opened_on")
_rate("reply_rate", lambda row: row["thread_answered"], lambda row: row["first"] and row["arrived"])
_rate(
    "reply_rate.by_people",
    lambda row: row["thread_answered"],
    lambda row: row["first"] and row["arrived"] and not row["automated"],
)
_rate("reply_rate.per_message", lambda row: row["answered"], lambda row: row["arrived"])


def touches(company: Company) -> list[Row]:
    """What people did towards leads that were open: calls, e-mails and meetings; when they came back to it."""
    return list(company.once("touches", _touches))


def settled(lead: Record) -> Any:
    """When a lead was converted or disqualified."""
    return min((lead[name] for name in ("converted_at", "disqualified_at") if lead[name]), default=None)


def _touches(company: Company) -> list[Row]:
    found = []
    for activity, row in zip(company.all("activity"), every_activity(company), strict=True):
        lead = company.one("lead", activity["lead_id"])
        ours = activity["kind"] in ("call", "email", "meeting") and not activity["automated"] and _ours(activity)
        if lead and ours and activity["at"] >= lead["created_at"]:
            over = settled(lead)
            if over is None or activity["at"] <= over:
                found.append({**row, "lead": lead["id"], "at": activity["at"], "settled_on": day(company, over)})
    found.sort(key=lambda row: row["at"])
    for place, row in enumerate(found):
        row["again_on"] = next((other["on"] for other in found[place + 1 :] if other["lead"] == row["lead"]), None)
    return found


@kpi("outbound_engagement.touches")
def touches_(company: Company, period: Period, keep: Keep) -> int:
    """How many."""
    return len([row for row in touches(company) if period.holds(row["on"]) and keep(row)])


@kpi("outbound_engagement")
def outbound_engagement(company: Company, period: Period, keep: Keep) -> Number:
    """Per open lead and week: over the days that leads were open, times seven."""
    open_days = 0
    for record, lead in zip(company.all("lead"), leads(company), strict=True):
        over: date | None = day(company, settled(record))
        if keep(lead):
            ends = [later(period.first, count + 1) for count in range(period.days)]
            open_days += len([end for end in ends if lead["created_on"] < end and (over is None or over >= end)])
    return ratio(7 * touches_(company, period, keep), open_days)


@kpi("outbound_engagement.on_time")
def on_time(company: Company, period: Period, keep: Keep) -> Number:
    """Done on the day due or before, of what was due."""
    due = [row for row in every_activity(company) if period.holds(row["due_on"]) and keep(row)]
    return ratio(len([row for row in due if row["done_on"] and row["done_on"] <= row["due_on"]]), len(due))


@kpi("outbound_engagement.every_two_days")
def every_two_days(company: Company, period: Period, keep: Keep) -> Number:
    """Followed by another within two days, of the touches of leads that stayed open for two days more."""
    rows = [row for row in touches(company) if period.holds(row["on"]) and keep(row)]
    rows = [row for row in rows if row["settled_on"] is None or row["settled_on"] > later(row["on"], 2)]
    return ratio(len([row for row in rows if row["again_on"] and row["again_on"] <= later(row["on"], 2)]), len(rows))


def with_whom(activity: Record) -> tuple[str, int] | None:
    """The contact, else the lead, else the deal, else the account."""
    names = ("contact_id", "lead_id", "deal_id", "account_id")
    return next(((name, activity[name]) for name in names if activity[name] is not None), None)


def led_to_meeting(company: Company) -> set[int]:
    """The calls to which a meeting is owed: the last that reached the person in the week before, else the last."""
    owed = set()
    calls = [activity for activity in company.all("activity") if activity["kind"] == "call" and _ours(activity)]
    for meeting in company.all("activity"):
        if meeting["kind"] == "meeting" and with_whom(meeting):
            agreed = min(meeting["at"], meeting["created_at"])
            mine = [c for c in calls if with_whom(c) == with_whom(meeting) and agreed - WEEK < c["at"] <= agreed]
            last = max(mine, key=lambda c: (c["outcome"] in REACHED, c["at"], c["id"]), default=None)
            owed |= {last["id"]} if last else set()
    return owed


def _call_to_meeting(key: str, base: Test) -> None:
    @kpi(key)
    def rate(company: Company, period: Period, keep: Keep) -> Number:
        owed = company.once("owed", led_to_meeting)
        calls = [row for row in activities(company, period, keep, "call") if row["direction"] != "inbound"]
        calls = [row for row in calls if base(row)]
        return ratio(len([row for row in calls if row["id"] in owed]), len(calls))


_call_to_meeting("call_to_meeting", lambda row: row["outcome"] in REACHED)
_call_to_meeting("call_to_meeting.all_dials", lambda _: True)
