"""A small company drawn at random, as plain records: a dictionary a record, in the words of the raw tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.independent.behaviour import draw_behaviour
from tests.independent.interest import draw_interest
from tests.independent.promises import draw_promises

Record = dict[str, Any]

BORN = datetime(2020, 9, 1)  # noqa: DTZ001  # naive UTC, as raw tables hold moments
DAYS = 270  # both clock changes of a year (25 October, 28 March), the turn of the year and ISO week 53
TODAY = date(2021, 12, 31)
NEW, TALK, OFFER, WON, LOST = range(5)
STAGES = (("New", "open", "0.1"), ("Talk", "open", "0.35"), ("Offer", "open", "0.7"), ("Won", "won", "1"))
CURRENCIES = ("EUR", "EUR", "EUR", "USD", "GBP")
CHANNELS = ("web", "phone", "fair", None)


@dataclass(eq=False)
class Company:
    """Records by kind. A deal's former states are in its change rows, as everywhere."""

    records: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    zone: str = "Europe/Paris"
    currency: str = "EUR"
    worked_out: dict[str, Any] = field(default_factory=dict)

    def all(self, kind: str) -> list[Record]:
        """The records of a kind, in the order of their ids."""
        return self.records[kind]

    def one(self, kind: str, record_id: int | None) -> Record | None:
        """The record of this id; None for none."""
        return None if record_id is None else self.records[kind][record_id - 1]

    def once(self, name: str, make: Callable[[Company], Any]) -> Any:
        """What `make` finds, found once for this company."""
        if name not in self.worked_out:
            self.worked_out[name] = make(self)
        return self.worked_out[name]


class Drawer:
    """Draws a company; the same random numbers give the same company."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.company = Company()

    def draw(self) -> Company:
        """The whole company."""
        self.settings()
        self.people()
        for _ in range(22):
            self.deal()
        for _ in range(14):
            self.lead()
        self.purchases()
        self.contracts()
        self.outreach()
        self.service()
        self.site()
        draw_interest(self)
        draw_promises(self)
        draw_behaviour(self)
        return self.company

    def add(self, kind: str, /, **values: Any) -> Record:
        """One more record; ids count from 1."""
        record = {"id": len(self.company.records[kind]) + 1, "created_at": BORN, **values}
        self.company.records[kind].append(record)
        return record

    def pick(self, values: Sequence[Any], blank: float = 0.0) -> Any:
        """One of the values; None for so large a share."""
        return None if not values or self.random.random() < blank else self.random.choice(values)

    def id_of(self, kind: str, blank: float = 0.15) -> int | None:
        """The id of some record of a kind."""
        found: int | None = self.pick(range(1, len(self.company.records[kind]) + 1), blank)
        return found

    def moment(self, after: datetime = BORN, days: int = DAYS) -> datetime:
        """A moment; often on the stroke of midnight of Paris or of UTC, so that ties and clock changes come up."""
        on = after + timedelta(days=self.random.randint(0, max(days, 1)))
        what = self.random.random()
        if what < 0.15:
            found = datetime.combine(on, time(self.pick((0, 22, 23))))
        elif what < 0.3:
            clock_change = self.pick((date(2020, 10, 24), date(2020, 10, 25), date(2021, 3, 27), date(2021, 3, 28)))
            found = datetime.combine(clock_change, time(self.pick((0, 1, 22, 23)), 30))
        else:
            found = datetime.combine(on, time(self.random.randint(0, 23), self.random.randint(0, 59)))
        return max(found, after)

    def day(self, days: int = DAYS) -> date:
        """A day; often around the turn of the year."""
        if self.random.random() < 0.2:
            turn: date = self.pick((date(2020, 12, 28), date(2020, 12, 31), date(2021, 1, 1), date(2021, 1, 3)))
            return turn
        return BORN.date() + timedelta(days=self.random.randint(0, days))

    def amount(self, blank: float = 0.1) -> Decimal | None:
        """An amount with cents; few different ones, so that medians meet ties."""
        found: Decimal | None = self.pick(
            (Decimal("0"), Decimal("99.99"), Decimal("1234.56"), Decimal("10.05"), Decimal("500")), blank
        )
        return found

    def settings(self) -> None:
        """Organisation, rates, hours, pipelines, products."""
        self.add("organisation", name="Us", currency="EUR", time_zone="Europe/Paris", fiscal_year_start_month=1)
        for offset in range(-5, 300):
            for currency, base in (("USD", "0.84"), ("GBP", "1.12")):
                if self.random.random() < 0.9:
                    rate = Decimal(base) + Decimal(self.random.randint(0, 999)) / 10000
                    self.add("exchange_rate", day=BORN.date() + timedelta(days=offset), currency=currency, rate=rate)
        for weekday in range(1, 6):
            self.add("business_hours", weekday=weekday, opens=time(9), closes=time(12, 30))
            self.add("business_hours", weekday=weekday, opens=time(13, 30), closes=time(18))
        self.add("holiday", day=date(2020, 11, 11))
        for number, name in enumerate(("Sales", "Partners"), start=1):
            self.add("pipeline", name=name)
            for order, (stage, outcome, probability) in enumerate((*STAGES, ("Lost", "lost", "0"))):
                values = {"name": stage, "order": order, "outcome": outcome, "probability": Decimal(probability)}
                self.add("stage", pipeline_id=number, **values)
        for number, (family, tier, price) in enumerate(
            [
                ("Desk", "basic", 100),
                ("Desk", "plus", 250),
                ("Lamp", "basic", 30),
                ("Lamp", None, 80),
                (None, "basic", 10),
                (None, "plus", 20),
            ]
        ):
            values = {"family": family, "tier": tier, "price": Decimal(price), "currency": self.pick(CURRENCIES)}
            self.add("product", name=f"product {number}", **values)

    def people(self) -> None:
        """Teams, members, accounts, contacts, campaigns."""
        for name, region in (("North", "North"), ("South", None)):
            self.add("team", name=name, region=region)
        for name in ("Alice", "Bob", "Carol", "Dave"):
            licensed = {"is_active": True, "licensed": True, "joined_on": self.pick((None, date(2020, 11, 3)))}
            left = self.pick((date(2021, 2, 1), date(2021, 3, 15)), 0.7)
            self.add(
                "member", name=name, role="representative", team_id=self.id_of("team", 0.2), left_on=left, **licensed
            )
        for number in range(7):
            self.add(
                "account",
                name=f"account {number}",
                domain=None,
                industry=self.pick(("steel", "wood"), 0.2),
                region=self.pick(("East", "West"), 0.2),
                country=self.pick(("FR", "DE"), 0.2),
                employees=self.pick((0, 1, 9, 10, 249, 250, 1000), 0.2),
                segment=self.pick(("small", "large"), 0.2),
                owner_id=self.id_of("member"),
                created_at=self.moment(days=60),
            )
        for _ in range(8):
            self.add("contact", account_id=self.id_of("account"), owner_id=None)
        for name in ("Spring", "Autumn"):
            self.add("campaign", name=name, channel=self.pick(CHANNELS))

    def deal(self) -> None:
        """A deal that went forward, skipped, fell back, was closed, perhaps reopened; with what changed on the way."""
        pipeline, at = self.pick((1, 2)), self.moment(days=150)
        state: Record = {
            "stage_id": self.stage(pipeline, self.pick((NEW, NEW, TALK, WON))),
            "amount": self.amount(),
            "owner_id": self.id_of("member"),
            "expected_close_on": self.pick((self.day(),), 0.2),
        }
        deal = self.add("deal", created_at=at, pipeline_id=pipeline, closed_at=None, name="a deal", **state)
        self.change(deal["id"], at, "", None, None)
        deal["closed_at"] = at if self.place(state["stage_id"]) == WON else None
        for _ in range(self.random.randint(0, 6)):
            at = at if self.random.random() < 0.15 else self.moment(at, 30)
            field_, value = self.next_of(deal, pipeline)
            if field_ == "stage_id" and deal[field_] != value:
                deal["closed_at"] = at if self.place(value) in (WON, LOST) else None
            if deal[field_] != value:
                self.change(deal["id"], at, field_.removesuffix("_id"), deal[field_], value)
                deal[field_] = value
        deal |= {
            "account_id": self.id_of("account"),
            "currency": self.pick(CURRENCIES),
            "channel": self.pick(CHANNELS),
            "campaign_id": self.id_of("campaign", 0.5),
            "kind": self.pick(("new", "renewal", "upsell", "cross_sell"), 0.2),
            "lost_reason": self.pick(("price",), 0.5),
            "next_step_on": None,
        }
        for _ in range(self.random.randint(0, 3)):
            priced = {"quantity": Decimal(self.random.randint(1, 4)), "unit_price": self.amount(0.0)}
            discount = self.pick((Decimal(0), Decimal("0.15"), Decimal("0.5")), 0.2)
            self.add(
                "deal_line", deal_id=deal["id"], product_id=self.id_of("product"), discount=discount,
                currency=deal["currency"], **priced,
            )  # fmt: skip

    def stage(self, pipeline: int, place: int) -> int:
        """The id of a stage by its place in a pipeline."""
        return (pipeline - 1) * 5 + place + 1

    def place(self, stage: int) -> int:
        """The place of a stage in its pipeline."""
        return (stage - 1) % 5

    def next_of(self, deal: Record, pipeline: int) -> tuple[str, Any]:
        """What changes next on a deal."""
        place, what = self.place(deal["stage_id"]), self.random.random()
        if what < 0.1:
            return "amount", self.amount()
        if what < 0.2:
            return "owner_id", self.id_of("member")
        if what < 0.3:
            return "expected_close_on", self.day()
        if place in (WON, LOST):
            return "stage_id", self.stage(pipeline, self.pick((place, place, OFFER)))
        return "stage_id", self.stage(pipeline, self.pick((NEW, TALK, OFFER, WON, LOST, min(place + 1, WON))))

    def change(self, of: int, at: datetime, name: str, old: Any, new: Any, record: str = "deal") -> None:
        """A change row, of a deal unless said."""
        values = {"field": name, "from_value": _text(old), "to_value": _text(new), "at": at, "known_at": at}
        change = self.add("change", record=record, record_id=of, origin="member", member_id=1, **values)
        del change["created_at"]

    def lead(self) -> None:
        """A lead, perhaps qualified, converted or disqualified, linked to what came of it."""
        at = self.moment(days=180)
        fate = self.pick(("converted_at", "disqualified_at", None))
        deal = self.company.one("deal", self.id_of("deal", 0.6))
        lead = self.add(
            "lead", created_at=at, name="a lead", email=None, phone=None, company=self.pick(("Firm",), 0.5),
            channel=self.pick(CHANNELS), campaign_id=self.id_of("campaign", 0.5), region=self.pick(("East",), 0.5),
            industry=self.pick(("steel", "wood"), 0.4), owner_id=self.id_of("member"), status=self.pick(("new",), 0.4),
            qualified_at=self.moment(at, 20) if self.random.random() < 0.4 else None, converted_at=None,
            disqualified_at=None, disqualified_reason=None, deal_id=deal["id"] if deal else None,
            account_id=deal["account_id"] if deal else self.id_of("account", 0.5),
        )  # fmt: skip
        if fate:
            lead[fate] = self.moment(at, 120)

    def purchases(self) -> None:
        """Orders with their lines and refunds, payments, spending."""
        for number in range(30):
            refunded = self.id_of("order", 0.85)
            amount, currency = self.amount(0.08), self.pick(CURRENCIES)
            if refunded and amount is not None:
                amount = -amount
            order = self.add(
                "order", number=f"O{number}", account_id=self.id_of("account", 0.05), owner_id=self.id_of("member"),
                channel=self.pick(CHANNELS), region=self.pick(("East", "West"), 0.5), placed_at=self.moment(),
                amount=amount, currency=currency, refund_of_id=refunded,
            )  # fmt: skip
            for _ in range(self.random.randint(0, 3)):
                net = self.amount(0.1)
                net = -net if refunded and net is not None else net
                self.add(
                    "order_line", order_id=order["id"], product_id=self.id_of("product"),
                    quantity=Decimal(self.random.randint(1, 3)), unit_price=None, discount=None, amount=net,
                )  # fmt: skip
            if self.random.random() < 0.7:
                self.add(
                    "payment", account_id=self.id_of("account", 0.05), order_id=None, subscription_id=None,
                    paid_at=self.moment(), amount=self.amount(), currency=self.pick(CURRENCIES),
                )  # fmt: skip
        for _ in range(25):
            self.add(
                "spend", spent_on=self.day(), channel=self.pick(CHANNELS), campaign_id=self.id_of("campaign", 0.5),
                purpose=self.pick(("acquisition", "retention", "cost_of_sales"), 0.1),
                category=self.pick(("advertising", "salaries", "tools"), 0.1), amount=self.amount(),
                currency=self.pick(CURRENCIES),
            )  # fmt: skip

    def contracts(self) -> None:
        """Subscriptions, some ended, and what came up for renewal."""
        for _ in range(9):
            started = self.day(200)
            ended = started + timedelta(days=self.random.randint(1, 150)) if self.random.random() < 0.5 else None
            subscription = self.add(
                "subscription", account_id=self.id_of("account", 0), plan=self.pick(("A", "B"), 0.2),
                product_id=self.id_of("product"), monthly_amount=self.amount(0.0), currency=self.pick(CURRENCIES),
                started_on=started, renews_on=None, ended_on=ended, end_reason=self.pick(("price", "closure"), 0.3),
            )  # fmt: skip
            for _ in range(2):
                due = started + timedelta(days=self.random.randint(20, 120))
                outcome = self.pick(("renewed", "renewed", "lost"), 0.3)
                late = timedelta(days=self.pick((-5, 0, 1, 30, 31, 60)))
                self.add(
                    "renewal", subscription_id=subscription["id"], due_on=due, outcome=outcome,
                    renewed_on=due + late if outcome == "renewed" else None, amount=self.amount(0.2),
                    currency=self.pick(CURRENCIES),
                )  # fmt: skip

    def outreach(self) -> None:
        """Calls, e-mails, meetings, notes and tasks; sessions."""
        for number in range(60):
            kind = self.pick(("call", "call", "email", "email", "meeting", "note", "task"))
            at = self.moment()
            email: Record = {}
            if kind == "email":
                email = {"thread": f"t{number}", "sent_at": at}
                for name, share in (
                    ("delivered_at", 0.8),
                    ("bounced_at", 0.15),
                    ("opened_at", 0.4),
                    ("clicked_at", 0.3),
                ):
                    late = timedelta(minutes=self.random.randint(1, 5000))
                    email[name] = at + late if self.random.random() < share else None
                email["replied_at"] = self.moment(at, 9) if self.random.random() < 0.2 else None
            on = {kind: self.id_of(kind, 0.6) for kind in ("lead", "contact", "account", "deal")}
            self.add(
                "activity", kind=kind, subject="about", direction=self.pick(("outbound", "inbound"), 0.2), at=at,
                done_at=None, due_on=None, owner_id=self.id_of("member"), automated=self.random.random() < 0.2,
                outcome=self.pick(("connected", "no answer", "meeting set"), 0.3) if kind == "call" else None,
                lead_id=on["lead"], contact_id=on["contact"], account_id=on["account"], deal_id=on["deal"], **email,
            )  # fmt: skip
        for _ in range(30):
            self.add("session", member_id=self.id_of("member", 0), logged_in_at=self.moment())

    def service(self) -> None:
        """Tickets with their messages; surveys and answers."""
        for _ in range(22):
            at = self.moment()
            responded = at + timedelta(minutes=self.pick((1, 30, 31, 60, 61, 1440, 1441, 4000)))
            resolved = at + timedelta(minutes=self.pick((1440, 1441, 300, 9000, 20000)))
            self.add(
                "ticket", subject="help", account_id=self.id_of("account"), contact_id=None,
                channel=self.pick(("e-mail", "phone"), 0.2), category=self.pick(("bill", "use"), 0.2),
                priority=self.pick(("high", "low"), 0.2), owner_id=self.id_of("member"), opened_at=at, created_at=at,
                first_response_at=responded if self.random.random() < 0.8 else None,
                resolved_at=resolved if self.random.random() < 0.7 else None, closed_at=None, reopens=0,
            )  # fmt: skip
        for kind, low, high in (("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7)):
            scale = {"scale_min": Decimal(low), "scale_max": Decimal(high), "direction": "higher"}
            survey = self.add("survey", name=f"about {kind}", kind=kind, **scale)
            for _ in range(18):
                self.add(
                    "answer", survey_id=survey["id"], score=self.pick(range(low, high + 1), 0.1), at=self.moment(),
                    comment=self.pick(("fine",), 0.5), account_id=self.id_of("account"),
                    contact_id=self.id_of("contact", 0.4), touchpoint=self.pick(("chat", "shop"), 0.3), ticket_id=None,
                    order_id=None,
                )  # fmt: skip

    def site(self) -> None:
        """Visits and what was seen and clicked."""
        for _ in range(25):
            at = self.moment()
            visit = self.add(
                "visit", visitor=f"v{self.random.randint(1, 9)}", started_at=at, channel=self.pick(CHANNELS),
                campaign_id=self.id_of("campaign", 0.5), landing_page=self.pick(("/", "/price"), 0.1),
                pages=self.pick((1, 1, 2, 5), 0.1), lead_id=self.id_of("lead", 0.7),
            )  # fmt: skip
            for _ in range(self.random.randint(0, 2)):
                self.add(
                    "page_event", visit_id=visit["id"], page=self.pick(("/", "/price")), x=Decimal(3), y=Decimal(150),
                    kind=self.pick(("view", "click", "scroll")), selector=self.pick(("a", "b"), 0.5),
                    depth=self.pick((Decimal("0.25"), Decimal("0.5"), Decimal(1)), 0.3), at=at + timedelta(minutes=1),
                )  # fmt: skip


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return value.isoformat() if isinstance(value, date) else str(value)


def draw(seed: int) -> Company:
    """The company of a seed."""
    return Drawer(Random(seed)).draw()
