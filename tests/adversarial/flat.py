# ruff: noqa: E501 (lines of data)
"""A business that stands still: the same records on every day of its calendar, at the same times of the clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from cadran.crm import save
from cadran.crm.save import By, History
from tests.adversarial.ledger import BORN, ZONE, Ledger

FIRST, TODAY = date(2024, 12, 1), date(2026, 4, 8)  # the clocks change on 29 March 2026
LATE = time(23, 10)  # another day in UTC in summer than in winter: a business day is that of the organisation's clocks
HOURS = tuple((weekday, time(0), time(23, 59)) for weekday in range(1, 8))


def at(day: date, clock: time = LATE, minutes: int = 0) -> datetime:
    """A time of the organisation's clocks, and so many minutes later."""
    return datetime.combine(day, clock, ZoneInfo(ZONE)).astimezone(UTC) + timedelta(minutes=minutes)


def after(day: date, days: int) -> datetime:
    """Noon in UTC so many days later: durations from one such moment to another are whole days."""
    return datetime.combine(day + timedelta(days=days), time(12), UTC)


class Flat:
    """The business, written in bulk: a list of rows for each kind, one or more rows a day."""

    def __init__(self, ledger: Ledger, days: Sequence[date]) -> None:
        self.ledger = ledger
        self.days = days
        self.alice = ledger.add("member", "2023-12-01", name="Alice", email="alice@example.com", joined_on="2023-12-01")
        self.by = By("api", member=self.alice)  # type: ignore[arg-type]
        self.products = [
            ledger.add("product", BORN, name=name, family=family, tier=tier, price=price)
            for name, family, tier, price in (
                ("Lamp", "light", "basic", 10),
                ("Lamp+", "light", "plus", 20),
                ("Desk", "desk", "basic", 30),
            )
        ]
        self.campaign = ledger.add("campaign", BORN, name="Spring", channel="web")
        self.surveys = [
            ledger.add("survey", BORN, name=kind, kind=kind, scale_min=low, scale_max=high)
            for kind, low, high in (("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7))
        ]
        for weekday, opens, closes in HOURS:
            ledger.add("business_hours", BORN, weekday=weekday, opens=opens, closes=closes)
        self.sales()
        self.purchases()
        self.contracts()
        self.outreach()
        self.service()
        self.site()
        self.plans()

    def load(self, kind: str, rows: Sequence[dict[str, Any]]) -> list[int]:
        """The rows of all days that have come; a date that lies ahead has not happened."""
        come = [row for row in rows if row["created_at"] <= at(TODAY, time(23, 59))]
        columns = list(come[0])
        now = at(TODAY, time(23, 59))
        filled = [
            tuple(None if isinstance(row[name], datetime) and row[name] > now else row[name] for name in columns)
            for row in come
        ]
        return save.load(kind, columns, filled, connection="", by=self.by, believe=True).ids

    def sales(self) -> None:
        """An account, two leads, a deal won after nine days and one lost after seven."""
        pipeline, stages = self.ledger.pipeline.pk, {name: stage.pk for name, stage in self.ledger.stages.items()}
        self.accounts = self.load("account", [
            {"created_at": at(day), "name": f"account {number}", "domain": f"a{number}.example.com", "industry": "steel", "segment": "large",
             "country": "FR", "employees": 20, "owner_id": self.alice.pk} for number, day in enumerate(self.days)
        ])  # fmt: skip
        self.contacts = self.load("contact", [
            {"created_at": at(day), "account_id": account, "email": f"c{number}@example.com"}
            for number, (day, account) in enumerate(zip(self.days, self.accounts, strict=True))
        ])  # fmt: skip
        ways = (("Won", (("New", 0), ("Talk", 3), ("Offer", 5), ("Won", 9)), "new"), ("Lost", (("New", 0), ("Talk", 2), ("Lost", 7)), "upsell"),
                ("Won", (("New", 0), ("Talk", 1), ("Offer", 2), ("Won", 4)), "upsell"), ("Lost", (("New", 0), ("Lost", 3)), "cross_sell"),
                ("Won", (("New", 0), ("Offer", 3), ("Won", 6)), "cross_sell"))  # fmt: skip
        self.deals: list[list[int]] = []
        for place, (_, way, kind) in enumerate(ways):
            rows, pasts = [], []
            for day, account in zip(self.days, self.accounts, strict=True):
                past = [
                    (stage, after(day, days)) for stage, days in way if after(day, days) <= at(TODAY, time(23, 59))
                ] or [("New", after(day, 0))]
                stage = past[-1][0]
                rows.append(
                    {"created_at": after(day, 0), "name": f"deal {place}", "account_id": account, "pipeline_id": pipeline, "stage_id": stages[stage],
                     "amount": Decimal(100 * (place + 1)), "owner_id": self.alice.pk, "channel": "web", "campaign_id": self.campaign.pk, "kind": kind,
                     "expected_close_on": day + timedelta(days=8), "forecast_category": "commit", "next_step_on": day + timedelta(days=3),
                     "closed_at": past[-1][1] if stage in ("Won", "Lost") else None, "lost_reason": "price" if stage == "Lost" else None}
                )  # fmt: skip
                pasts.append(past)
            ids = self.load("deal", rows)
            self.deals.append(ids)
            save.load_history("deal", [
                History(deal, "stage", str(stages[old]), str(stages[new]), moved, moved)
                for deal, past in zip(ids, pasts, strict=True) for (old, _), (new, moved) in pairwise(past)
            ], by=self.by)  # fmt: skip
        self.load("deal_line", [
            {"created_at": after(day, 0), "deal_id": deal, "product_id": product.pk, "quantity": 2, "unit_price": 10}
            for deals in self.deals for day, deal in zip(self.days, deals, strict=True) for product in self.products[:2]
        ])  # fmt: skip
        self.load("score", [
            {"created_at": after(day, 1), "record": "deal", "record_id": deal, "kind": "win", "value": Decimal("0.6"), "reasons": [], "at": after(day, 1)}
            for deals in self.deals for day, deal in zip(self.days, deals, strict=True)
        ])  # fmt: skip
        lead = {
            "channel": "web",
            "campaign_id": self.campaign.pk,
            "industry": "steel",
            "region": "North",
            "owner_id": self.alice.pk,
        }
        self.leads = self.load("lead", [
            {"created_at": at(day), "name": f"lead {number}", "email": f"l{number}@firm.example.com", "company": f"firm {number}", **lead, "status": "SQL",
             "qualified_at": after(day, 1), "converted_at": after(day, 2), "disqualified_at": None, "disqualified_reason": None,
             "account_id": account, "deal_id": deal}
            for number, (day, account, deal) in enumerate(zip(self.days, self.accounts, self.deals[0], strict=True))
        ])  # fmt: skip
        self.dropped = self.load("lead", [
            {"created_at": at(day), "name": f"other {number}", "email": f"o{number}@gmail.com", "company": f"other {number}", **lead, "status": "new",
             "qualified_at": None, "converted_at": None, "disqualified_at": after(day, 12), "disqualified_reason": "budget",
             "account_id": None, "deal_id": None} for number, day in enumerate(self.days)
        ])  # fmt: skip

    def purchases(self) -> None:
        """Three orders of each account, a refund, payments, costs."""
        orders: list[list[int]] = []
        for place, (days, amount) in enumerate(((10, 100), (20, 50), (40, 200))):
            rows = [
                {"created_at": after(day, days), "number": f"{place}-{number}", "account_id": account, "placed_at": after(day, days), "amount": amount,
                 "channel": "web", "refund_of_id": None} for number, (day, account) in enumerate(zip(self.days, self.accounts, strict=True))
            ]  # fmt: skip
            orders.append(self.load("order", rows))
            for product, part in ((0, 60), (place, 40)):
                self.load("order_line", [
                    {"created_at": after(day, days), "order_id": order, "product_id": self.products[product].pk, "quantity": 1, "amount": part * amount // 100}
                    for day, order in zip(self.days, orders[-1], strict=False)
                ])  # fmt: skip
            self.load("payment", [
                {"created_at": after(day, days + 5), "account_id": account, "order_id": order, "paid_at": after(day, days + 5), "amount": amount}
                for day, account, order in zip(self.days, self.accounts, orders[-1], strict=False)
            ])  # fmt: skip
        self.load("order", [
            {"created_at": after(day, 15), "number": f"r{number}", "account_id": account, "placed_at": after(day, 15), "amount": -10, "channel": "web",
             "refund_of_id": order} for number, (day, account, order) in enumerate(zip(self.days, self.accounts, orders[0], strict=False))
        ])  # fmt: skip
        costs = (
            ("acquisition", "advertising", 30),
            ("acquisition", "salaries", 20),
            ("retention", None, 10),
            ("cost_of_sales", None, 40),
        )
        self.load("spend", [
            {"created_at": after(day, 0), "spent_on": day, "channel": "web", "campaign_id": self.campaign.pk, "purpose": purpose, "category": category,
             "amount": amount} for day in self.days for purpose, category, amount in costs
        ])  # fmt: skip

    def contracts(self) -> None:
        """A subscription of sixty days at a price that rises, then falls; one of seventy; renewals of both."""
        for place, (length, plan) in enumerate(((60, "plus"), (70, "basic"))):
            rows = [
                {"created_at": after(day, 10), "account_id": self.accounts[number], "plan": plan, "product_id": self.products[place].pk,
                 "monthly_amount": Decimal(70), "started_on": day + timedelta(days=10),
                 "ended_on": day + timedelta(days=10 + length) if day + timedelta(days=10 + length) <= TODAY else None, "end_reason": "price"}
                for number, day in enumerate(self.days)
            ]  # fmt: skip
            ids = self.load("subscription", rows)
            moves = [(20, "70", "100"), (30, "100", "60"), (35, "60", "70")] if place == 0 else []
            save.load_history("subscription", [
                History(one, "monthly_amount", old, new, after(day, days), after(day, days))
                for one, day in zip(ids, self.days, strict=False) for days, old, new in moves if after(day, days) <= at(TODAY, time(23, 59))
            ], by=self.by)  # fmt: skip
            self.load("renewal", [
                {"created_at": after(day, 10), "subscription_id": one, "due_on": day + timedelta(days=40), "amount": 70,
                 "outcome": ("renewed" if place == 0 else "lost") if day + timedelta(days=41) <= TODAY else None,
                 "renewed_on": day + timedelta(days=40) if place == 0 and day + timedelta(days=41) <= TODAY else None}
                for one, day in zip(ids, self.days, strict=False)
            ])  # fmt: skip

    def outreach(self) -> None:
        """Calls, meetings, e-mails, touches, sessions."""
        blank = dict.fromkeys(("sent_at", "delivered_at", "bounced_at", "opened_at", "clicked_at", "replied_at", "thread", "due_on", "done_at", "outcome",
                               "lead_id", "deal_id", "account_id"))  # fmt: skip
        mine = {"direction": "outbound", "owner_id": self.alice.pk, "automated": False}
        rows = []
        for number, (day, lead, dropped, deal, account) in enumerate(
            zip(self.days, self.leads, self.dropped, self.deals[0], self.accounts, strict=True)
        ):
            came = {"created_at": at(day, minutes=20), "at": at(day, minutes=20)}
            rows += [
                {**blank, "kind": "call", **came, **mine, "lead_id": lead, "outcome": "connected"},
                {**blank, "kind": "call", **came, **mine, "lead_id": dropped, "outcome": "no answer", "due_on": day, "done_at": at(day, minutes=20)},
                {**blank, "kind": "meeting", "created_at": after(day, 3), "at": after(day, 3), **mine, "lead_id": lead, "deal_id": deal,
                 "due_on": day + timedelta(days=2), "done_at": after(day, 3)},
                {**blank, "kind": "meeting", "created_at": after(day, 2), "at": after(day, 2), **mine, "lead_id": dropped},
            ]  # fmt: skip
            for place in range(3):
                sent = at(day, minutes=place)
                rows.append(
                    {**blank, "kind": "email", "created_at": sent, "at": sent, **mine, "account_id": account, "thread": f"{number}-{place}", "sent_at": sent,
                     "delivered_at": sent + timedelta(minutes=1) if place else None, "bounced_at": None if place else sent + timedelta(minutes=1),
                     "opened_at": sent + timedelta(minutes=20) if place else None, "clicked_at": sent + timedelta(minutes=25) if place == 1 else None,
                     "replied_at": sent + timedelta(minutes=30) if place == 1 else None}
                )  # fmt: skip
        self.load("activity", rows)
        self.load("touch", [
            {"created_at": at(day), "account_id": account, "at": at(day, minutes=minutes), "channel": channel, "campaign_id": self.campaign.pk}
            for day, account in zip(self.days, self.accounts, strict=True) for minutes, channel in ((0, "web"), (1, "fair"), (2, "web"))
        ])  # fmt: skip
        self.load(
            "session",
            [
                {"created_at": at(day, minutes=m), "member_id": self.alice.pk, "logged_in_at": at(day, minutes=m)}
                for day in self.days
                for m in (0, 30)
            ],
        )

    def service(self) -> None:
        """A ticket settled at once, one that takes another day and comes back; answers to three surveys; use, points."""
        mine = {"owner_id": self.alice.pk, "channel": "phone", "category": "bill"}
        quick = self.load("ticket", [
            {"created_at": at(day), "subject": "help", "account_id": account, "opened_at": at(day), "first_response_at": at(day, minutes=10),
             "resolved_at": at(day, minutes=40), "closed_at": None, "reopens": 0, **mine} for day, account in zip(self.days, self.accounts, strict=True)
        ])  # fmt: skip
        slow = self.load("ticket", [
            {"created_at": after(day, 0), "subject": "again", "account_id": account, "opened_at": after(day, 0), "first_response_at": None,
             "resolved_at": after(day, 3), "closed_at": None, "reopens": 1, **mine} for day, account in zip(self.days, self.accounts, strict=True)
        ])  # fmt: skip
        self.load("ticket_message", [
            {"created_at": after(day, days), "ticket_id": ticket, "author": author, "at": after(day, days)}
            for day, ticket in zip(self.days, slow, strict=True) for days, author in ((0, "customer"), (1, "agent"), (1, "customer"), (2, "agent"))
        ])  # fmt: skip
        self.load("answer", [
            {"created_at": at(day), "survey_id": survey.pk, "score": score, "at": at(day, minutes=45), "account_id": account, "contact_id": contact,
             "comment": "fine" if place else None, "ticket_id": ticket}
            for survey, scores in zip(self.surveys, ((10, 7, 3), (5, 4, 1), (7, 5, 2)), strict=True)
            for place, score in enumerate(scores)
            for day, account, contact, ticket in zip(self.days, self.accounts, self.contacts, quick, strict=True)
        ])  # fmt: skip
        for days in (12, 30, 50):
            self.load("usage", [{"created_at": after(day, days), "account_id": account, "day": day + timedelta(days=days), "feature": "map", "count": 3}
                                for day, account in zip(self.days, self.accounts, strict=True)])  # fmt: skip
            self.load("loyalty_event", [{"created_at": after(day, days), "account_id": account, "day": day + timedelta(days=days), "name": "buy", "points": 1}
                                        for day, account in zip(self.days, self.accounts, strict=True)])  # fmt: skip

    def site(self) -> None:
        """A visit that bounces, and one that a lead and a customer make."""
        rows: list[dict[str, Any]] = []
        for number, (day, lead) in enumerate(zip(self.days, self.leads, strict=True)):
            seen = {"channel": "web", "campaign_id": self.campaign.pk, "landing_page": "/"}
            rows += [
                {"created_at": at(day), "visitor": f"a{number}", "started_at": at(day), "pages": 1, "lead_id": None, **seen},
                {"created_at": at(day), "visitor": f"b{number}", "started_at": at(day), "pages": 3, "lead_id": lead, **seen},
                {"created_at": after(day, 25), "visitor": f"b{number}", "started_at": after(day, 25), "pages": 2, "lead_id": lead, **seen},
            ]  # fmt: skip
        visits = self.load("visit", rows)
        come = [row["created_at"] for row in rows if row["created_at"] <= at(TODAY, time(23, 59))]
        self.load("page_event", [
            {"created_at": came, "visit_id": visit, "page": "/", "kind": kind, "x": 3, "y": 4, "depth": depth, "at": came}
            for came, visit in zip(come, visits, strict=True) for kind, depth in (("view", None), ("click", None), ("scroll", Decimal("0.8")))
        ])  # fmt: skip

    def plans(self) -> None:
        """A goal of a thousand a day, in revenue and in deals; every day, what the week that begins will bring."""
        for year in (2024, 2025, 2026):
            days = date(year + 1, 1, 1) - date(year, 1, 1)
            for kpi, daily in (("revenue", 1000), ("deals_won", 3)):
                self.ledger.add(
                    "goal",
                    BORN,
                    kpi=kpi,
                    starts_on=date(year, 1, 1),
                    ends_on=date(year + 1, 1, 1),
                    target=daily * days.days,
                )
        self.load("forecast_submission", [
            {"created_at": after(day, 0), "owner_id": self.alice.pk, "starts_on": day, "ends_on": day + timedelta(days=7), "amount": 7500, "category": category,
             "at": after(day, 0)} for day in self.days for category in ("commit", "weighted", "run_rate")
        ])  # fmt: skip


def every_day() -> list[date]:
    """Every day for sixteen months: longer than a customer is one after its last purchase."""
    return [FIRST + timedelta(days=number) for number in range((TODAY - FIRST).days + 1)]


def every_month() -> list[date]:
    """The third of every month for three years: whatever follows within 25 days falls in the same month."""
    return [
        date(year, month, 3) for year in range(2023, 2027) for month in range(1, 13) if date(year, month, 3) <= TODAY
    ]
