"""Customers who show interest, and how well they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.independent.calendar import Period, period_of, six
from tests.independent.company import Company
from tests.independent.deals import later
from tests.independent.kpis.mail import answered, by_machine
from tests.independent.kpis.service import every_answer
from tests.independent.kpis.survival import Stretch, stretches
from tests.independent.orders import orders
from tests.independent.rules import Keep, Number, Row, customer, day, known, kpi, mean, ratio

WEIGHTS = {"usage": 30, "feedback": 25, "support": 20, "purchases": 25}


def stretch_at(company: Company, account: int, on: date) -> Stretch | None:
    """The time as a customer that holds when the day before `on` is over."""
    found = company.once(f"stretches {account}", lambda c: stretches(c, account, bought=True))
    return next((s for s in found if s[0] < on and (s[1] is None or s[1] >= on)), None)


def signs(company: Company) -> list[Row]:
    """Every sign of interest of an account while it was a customer."""
    return list(company.once("signs", _signs))


def _signs(company: Company) -> list[Row]:
    given: list[tuple[str, Any, date | None]] = []
    for email in company.all("activity"):
        if email["kind"] == "email":
            opened = None if by_machine(email) else email["opened_at"]
            replied = email["replied_at"] if answered(company, email) else None
            days = {day(company, moment) for moment in (opened, email["clicked_at"], replied) if moment}
            given += [("e-mail", of_activity(company, email), on) for on in days]
    for visit in company.all("visit"):
        lead = company.one("lead", visit["lead_id"])
        given.append(("visit", lead and lead["account_id"], day(company, visit["started_at"])))
    for event in company.all("loyalty_event"):
        contact = company.one("contact", event["contact_id"])
        given.append(("loyalty", event["account_id"] or (contact and contact["account_id"]), event["day"]))
    given += [("use", used["account_id"], used["day"]) for used in company.all("usage")]
    given += [("survey", answer["account_id"], answer["on"]) for answer in every_answer(company)]
    found = []
    for kind, account, on in given:
        stretch = stretch_on(company, account, on) if account and on else None
        if stretch:
            row = {"kind": kind, "on": on, "account_id": account, "until": stretch[1]}
            found.append({**customer(company, account), **row})
    return found


def stretch_on(company: Company, account: int, on: date) -> Stretch | None:
    """The time as a customer that a day is in, its last day among them."""
    found = company.once(f"stretches {account}", lambda c: stretches(c, account, bought=True))
    return next((s for s in found if s[0] <= on and (s[1] is None or s[1] >= on)), None)


def of_activity(company: Company, activity: Row) -> int | None:
    """The account of an activity: its own, else that of its deal, lead or contact."""
    records = [activity, *(company.one(kind, activity[f"{kind}_id"]) for kind in ("deal", "lead", "contact"))]
    return next((record["account_id"] for record in records if record and record["account_id"]), None)


def active(company: Company, on: date, keep: Keep) -> list[int]:
    """The customers when the day before `on` is over."""
    ids: list[int] = [account["id"] for account in company.all("account")]
    return [one for one in ids if stretch_at(company, one, on) and keep(customer(company, one))]


def _engaged(key: str, kind: str | None) -> None:
    @kpi(key)
    def rate(company: Company, period: Period, keep: Keep) -> Number:
        there = active(company, period.end, keep)
        rows = [s for s in signs(company) if kind in (None, s["kind"]) and period.holds(s["on"])]
        same = [row for row in rows if row["until"] is None or row["until"] >= period.end]
        return ratio(len({row["account_id"] for row in same} & set(there)), len(there))


_engaged("engagement_rate", None)
_engaged("engagement_rate.by_email", "e-mail")
_engaged("engagement_rate.by_visit", "visit")
_engaged("engagement_rate.by_loyalty", "loyalty")
_engaged("engagement_rate.by_use", "use")


@kpi("engagement_rate.signs")
def signs_(company: Company, period: Period, keep: Keep) -> Number:
    """How many signs customers gave."""
    return len([row for row in signs(company) if period.holds(row["on"]) and keep(row)])


def months_before(first: date, count: int) -> date:
    """The first day of the month so many months before."""
    for _ in range(count):
        first = period_of(later(first, -1), "month").first
    return first


def usage(company: Company, account: int, first: date) -> Any:
    """The uses of the last three months against the three before; None when it never used anything."""
    used = [u for u in company.all("usage") if u["account_id"] == account and u["day"] < first]
    if not used:
        return None
    start, middle = months_before(first, 6), months_before(first, 3)
    count = [(u["day"], 1 if u["count"] is None else u["count"]) for u in used]
    before = sum(many for on, many in count if start <= on < middle)
    recent = sum(many for on, many in count if on >= middle)
    return Fraction(100) * min(Fraction(1), Fraction(recent, max(before, 1)))


def feedback(company: Company, account: int, first: date) -> Any:
    """The mean of the answers of the last month with any, within a year, from 0 to 100."""
    oldest = months_before(first, 12)
    rows = [a for a in every_answer(company) if a["account_id"] == account and a["score"] is not None]
    rows = [row for row in rows if oldest <= row["on"] < first]
    if not rows:
        return None
    last = period_of(max(row["on"] for row in rows), "month")
    return mean([row["points"] for row in rows if last.holds(row["on"])])


def support(company: Company, account: int, first: date) -> Any:
    """25 less for each ticket of the last three months; None when it never opened any."""
    opened = [day(company, t["opened_at"]) for t in company.all("ticket") if t["account_id"] == account]
    opened = [on for on in opened if on and on < first]
    recent = len([on for on in opened if on and on >= months_before(first, 3)])
    return Fraction(max(0, 100 - 25 * recent)) if opened else None


def purchases(company: Company, account: int, first: date) -> Any:
    """100 on the day of the last order, 0 a year later."""
    mine = [o["placed_on"] for o in orders(company) if o["account_id"] == account and not o["refund"]]
    placed = [on for on in mine if on < first]
    return Fraction(100 * max(0, 365 - (first - max(placed)).days), 365) if placed else None


MARKS: dict[str, Callable[[Company, int, date], Any]] = {
    "usage": usage,
    "feedback": feedback,
    "support": support,
    "purchases": purchases,
}


def health(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The customers at the end of a period with their marks of that day, or of the first of its month."""
    first = period_of(period.end, "month").first
    found = []
    for account in active(company, first, lambda _: True):
        if stretch_at(company, account, period.end) == stretch_at(company, account, first):
            found.append(marks(company, account, first))
    return [row for row in found if keep(row)]


def marks(company: Company, account: int, first: date) -> Row:
    """The marks of a customer on a day."""
    found: Row = company.once(f"marks {account} {first}", lambda c: _marks(c, account, first))
    return found


def _marks(company: Company, account: int, first: date) -> Row:
    """What is known, each from 0 to 100; their weighted mean; how much of the weights is known. All to six places."""
    exact = {name: mark(company, account, first) for name, mark in MARKS.items()}
    found = {name: None if mark is None else rounded(mark) for name, mark in exact.items()}
    weights = sum(weight for name, weight in WEIGHTS.items() if found[name] is not None)
    points = [rounded(Fraction(WEIGHTS[name] * mark) / weights) for name, mark in found.items() if mark is not None]
    score = sum(points, Decimal(0)) if points else None
    level = None if score is None else "good" if score >= 70 else "fair" if score >= 40 else "poor"
    return {**customer(company, account), **found, "score": score, "coverage": Fraction(weights, 100), "level": level}


def rounded(number: Fraction) -> Decimal:
    """To six places, as marks are kept."""
    return six(Decimal(number.numerator) / number.denominator)


def _mark(key: str, column: str) -> None:
    @kpi(key)
    def mark(company: Company, period: Period, keep: Keep) -> Number:
        found = mean(known(health(company, period, keep), column))
        return None if found is None else found


_mark("health_score", "score")
_mark("health_score.coverage", "coverage")
for _name in WEIGHTS:
    _mark(f"health_score.{_name}", _name)


@kpi("health_score.poor")
def poor(company: Company, period: Period, keep: Keep) -> Number:
    """Below 40, of those with a score."""
    scores = known(health(company, period, keep), "score")
    return ratio(len([score for score in scores if score < Decimal(40)]), len(scores))
