"""What leads, customers and deals went through besides, drawn at random: touches, statuses, scores, categories."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.independent.company import Drawer, Record

STATUSES = ("new", "working", "MQL", "Marketing qualified", "SQL", "sales accepted", "Opportunity")
ADDRESSES = ("ann@firm.example", "ann@gmail.com", "Ann@Orange.FR")
CATEGORIES = ("commit", "best case", "pipeline", "omitted")


def draw_interest(drawer: Drawer) -> None:
    """Touches, what became known of the leads, their statuses one after the other, what was said of deals."""
    for _ in range(30):
        drawer.add(
            "touch", at=drawer.moment(days=200), channel=drawer.pick(("web", "phone", "fair", None)),
            campaign_id=drawer.id_of("campaign", 0.4), **_touched(drawer),
        )  # fmt: skip
    for lead in drawer.company.all("lead"):
        lead["email"], lead["phone"] = drawer.pick(ADDRESSES, 0.3), drawer.pick(("0102030405",), 0.5)
        if lead["disqualified_at"]:
            lead["disqualified_reason"] = drawer.pick(("Spam", "Duplicate", "budget"), 0.3)
        _statuses(drawer, lead)
        _talks(drawer, lead)
    for deal in drawer.company.all("deal"):
        _said(drawer, deal)
    for stage in drawer.company.all("stage"):
        stage["rotten_after_days"] = drawer.pick((10, 40), 0.6)
        for _ in range(drawer.random.randint(0, 2)):
            noted = {"record": "stage", "record_id": stage["id"], "kind": "median_days"}
            drawer.add("score", value=Decimal(drawer.pick(("3.2", "9", "20.5"))), at=drawer.moment(days=150), **noted)


def _touched(drawer: Drawer) -> Record:
    """Whom a touch names: an account, or a contact or a lead of it."""
    kind = drawer.pick(("account", "account", "contact", "lead"), 0.05)
    nobody = dict.fromkeys(("account_id", "contact_id", "lead_id"))
    return nobody | ({f"{kind}_id": drawer.id_of(kind, 0)} if kind else {})


def _statuses(drawer: Drawer, lead: Record) -> None:
    """The statuses that a lead had; the last one is what its record says."""
    at = lead["created_at"]
    for _ in range(drawer.random.randint(0, 3)):
        at = at if drawer.random.random() < 0.15 else drawer.moment(at, 30)
        status = drawer.pick(STATUSES)
        if status != lead["status"]:
            drawer.change(lead["id"], at, "status", lead["status"], status, record="lead")
            lead["status"] = status


def _talks(drawer: Drawer, lead: Record) -> None:
    """What was written, called and visited around the first days of a lead."""
    for _ in range(drawer.random.randint(0, 3)):
        at = drawer.moment(lead["created_at"] - timedelta(days=3), 20)
        kind = drawer.pick(("call", "email", "meeting", "note", "task"))
        drawer.add(
            "activity", kind=kind, subject="about", direction=drawer.pick(("outbound", "inbound"), 0.2), at=at,
            owner_id=drawer.id_of("member"), automated=drawer.random.random() < 0.2, lead_id=lead["id"],
            done_at=None, due_on=None, outcome=None, contact_id=None, account_id=None, deal_id=None,
            **(_mail(drawer, lead, at) if kind == "email" else {}),
        )  # fmt: skip
    for _ in range(drawer.random.randint(0, 4)):
        at = drawer.moment(lead["created_at"] - timedelta(days=100), 120)
        unknown = {"campaign_id": None, "landing_page": None}
        drawer.add("visit", visitor="v1", started_at=at, channel="web", pages=2, lead_id=lead["id"], **unknown)


def _mail(drawer: Drawer, lead: Record, at: datetime) -> dict[str, Any]:
    """How an e-mail fared."""
    opened = drawer.moment(at, 20) if drawer.random.random() < 0.6 else None
    clicked = drawer.moment(at, 20) if drawer.random.random() < 0.4 else None
    return {
        "thread": f"l{lead['id']}-{at}", "sent_at": at, "opened_at": opened, "clicked_at": clicked,
        "delivered_at": None, "bounced_at": None, "replied_at": None,
    }  # fmt: skip


def _said(drawer: Drawer, deal: Record) -> None:
    """Forecast categories, next steps and scores that a deal had one after the other."""
    at = deal["created_at"]
    deal["forecast_category"] = drawer.pick(CATEGORIES, 0.5)
    for _ in range(drawer.random.randint(0, 3)):
        at = at if drawer.random.random() < 0.15 else drawer.moment(at, 40)
        name = drawer.pick(("forecast_category", "next_step_on"))
        value = drawer.pick(CATEGORIES, 0.1) if name == "forecast_category" else drawer.pick((drawer.day(),), 0.2)
        if value != deal[name]:
            drawer.change(deal["id"], at, name, deal[name], value)
            deal[name] = value
    for _ in range(drawer.random.randint(0, 3)):
        value, at = drawer.pick(("0.1", "0.5", "0.9")), drawer.moment(deal["created_at"], 60)
        drawer.add("score", record="deal", record_id=deal["id"], kind="win", value=Decimal(value), at=at)
