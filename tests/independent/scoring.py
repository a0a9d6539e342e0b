"""The points of a lead's score: what is known of it, what it did, whether it talked with us."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

from tests.independent.company import Company, Record
from tests.independent.rules import known

PRIVATE = ("gmail.com", "orange.fr")
"""The drawn addresses that are people's, not firms'."""


def fit(lead: Record) -> Fraction:
    """10 for company, industry and phone each, 10 for a firm's address, 5 for a private one."""
    points = 10 * len(known([lead], "company") + known([lead], "industry") + known([lead], "phone"))
    if lead["email"]:
        points += 5 if lead["email"].lower().split("@")[1] in PRIVATE else 10
    return Fraction(points)


def in_time(lead: Record, at: datetime | None) -> bool:
    """Whether it was before the lead was 14 days old."""
    return at is not None and at < lead["created_at"] + timedelta(days=14)


def counted(lead: Record, moments: Iterable[datetime], most: int) -> Fraction:
    """5 for each from 30 days before the lead on, half of it up to 90 days before."""
    points = Fraction(0)
    for at in moments:
        if in_time(lead, at) and at >= lead["created_at"] - timedelta(days=90):
            points += 5 if at >= lead["created_at"] - timedelta(days=30) else Fraction(5, 2)
    return min(points, Fraction(most))


def interest(company: Company, lead: Record) -> Fraction:
    """Visits up to 15, touches up to 10, 15 for an e-mail clicked or 5 for one opened."""
    visits = [visit["started_at"] for visit in company.all("visit") if visit["lead_id"] == lead["id"]]
    touches = [touch["at"] for touch in company.all("touch") if touch["lead_id"] == lead["id"]]
    mails = [activity for activity in talks(company, lead) if activity["kind"] == "email"]
    clicked = any(in_time(lead, mail.get("clicked_at")) for mail in mails)
    opened = any(in_time(lead, mail.get("opened_at")) for mail in mails)
    return counted(lead, visits, 15) + counted(lead, touches, 10) + (15 if clicked else 5 if opened else 0)


def talks(company: Company, lead: Record) -> list[Record]:
    """What people, not machines, did towards or at the side of the lead in its first 14 days."""
    mine = [activity for activity in company.all("activity") if activity["lead_id"] == lead["id"]]
    mine = [activity for activity in mine if not activity["automated"]]
    return [activity for activity in mine if lead["created_at"] <= activity["at"] and in_time(lead, activity["at"])]


def readiness(company: Company, lead: Record) -> Fraction:
    """10 when the lead wrote or called, 10 for a meeting."""
    mine = talks(company, lead)
    wrote = [a for a in mine if a["direction"] == "inbound" and a["kind"] in ("call", "email")]
    replied = [a for a in mine if in_time(lead, a.get("replied_at"))]
    met = [activity for activity in mine if activity["kind"] == "meeting"]
    return Fraction((10 if wrote or replied else 0) + (10 if met else 0))


def score_of(company: Company, lead: Record) -> dict[str, Fraction]:
    """The points of each sort, and their sum."""
    points = {"fit": fit(lead), "interest": interest(company, lead), "readiness": readiness(company, lead)}
    return {**points, "score": sum(points.values(), Fraction(0))}


def score_band(score: Fraction) -> str:
    """Tens of the score; 100 is with the nineties."""
    tens = min(int(score // 10), 9) * 10
    return "90–100" if tens == 90 else f"{tens:02}–{tens + 9:02}"
