"""What the people of a drawn company do: customers write, buy more, use and answer; members call, sign in and type."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.independent.company import Drawer, Record

WRITTEN = ("account", "contact", "lead", "activity", "ticket", "order", "subscription", "session")
ORIGINS = ("member", "member", "api", "import", "automation")


def draw_behaviour(drawer: Drawer) -> None:
    """All of it, after the records that it is about."""
    _threads(drawer)
    _appointments(drawer)
    _conversations(drawer)
    _reopenings(drawer)
    _interest(drawer)
    _prices(drawer)
    _licences(drawer)
    _writing(drawer)
    _keeping(drawer)
    _odds(drawer)


def _seconds(drawer: Drawer, *choices: int) -> timedelta:
    return timedelta(seconds=drawer.pick(choices))


def _activity(drawer: Drawer, kind: str, at: datetime, **values: Any) -> Record:
    fates = dict.fromkeys(("delivered_at", "bounced_at", "opened_at", "clicked_at", "replied_at", "sent_at"))
    links = dict.fromkeys(("lead_id", "contact_id", "account_id", "deal_id"))
    plain: Record = {"subject": "about", "direction": None, "automated": False, "outcome": None, "thread": None}
    plain |= {"done_at": None, "due_on": None, "owner_id": drawer.id_of("member"), "created_at": at}
    return drawer.add("activity", **{**plain, **fates, **links, **values, "kind": kind, "at": at})


def _threads(drawer: Drawer) -> None:
    """E-mails that answer each other; opened by people and by machines, answered by people and by machines."""
    for number in range(14):
        at, who = drawer.moment(), {"contact_id": drawer.id_of("contact"), "lead_id": drawer.id_of("lead", 0.6)}
        for _ in range(drawer.random.randint(1, 4)):
            inbound = drawer.random.random() < 0.35
            email = {"direction": "inbound" if inbound else drawer.pick(("outbound",), 0.2), "sent_at": at}
            if not inbound:
                email |= _fate(drawer, at)
            machine = {"custom": '{"machine_open": true}'} if drawer.random.random() < 0.15 else {}
            automated = drawer.random.random() < 0.3
            _activity(drawer, "email", at, thread=f"talk {number}", automated=automated, **who, **machine, **email)
            at += _seconds(drawer, 0, 3600, 86400, 86400 * 9)


def _fate(drawer: Drawer, at: datetime) -> Record:
    delivered, what = at + _seconds(drawer, 0, 4), drawer.random.random
    fate: Record = {"delivered_at": delivered if what() < 0.8 else None}
    fate["bounced_at"] = delivered if what() < 0.1 else None
    fate["opened_at"] = delivered + _seconds(drawer, 3, 10, 11, 7200) if what() < 0.6 else None
    fate["clicked_at"] = delivered + _seconds(drawer, 20, 90000) if what() < 0.2 else None
    fate["replied_at"] = at + _seconds(drawer, 3600, 86400) if what() < 0.25 else None
    return fate


def _appointments(drawer: Drawer) -> None:
    """Calls, and the meetings agreed about then; some of them were due on a day."""
    for _ in range(14):
        at = drawer.moment()
        who = {"contact_id": drawer.id_of("contact", 0.4), "lead_id": drawer.id_of("lead", 0.4)}
        who |= {"deal_id": drawer.id_of("deal", 0.7), "account_id": drawer.id_of("account", 0.5)}
        for _ in range(drawer.random.randint(1, 3)):
            outcome = drawer.pick(("connected", "no answer", "meeting set"), 0.3)
            direction, done = drawer.pick(("outbound", "inbound"), 0.3), at + _seconds(drawer, 0, 600)
            due = at.date() + timedelta(days=drawer.pick((-1, 0, 1)))
            promised = {"due_on": due, "done_at": done} if drawer.random.random() < 0.5 else {}
            _activity(drawer, "call", at, direction=direction, outcome=outcome, **who, **promised)
            at += _seconds(drawer, 0, 3600, 86400 * 2)
        agreed = at + _seconds(drawer, 0, 60, 86400 * 5, 86400 * 7, 86400 * 8)
        if drawer.random.random() < 0.7:
            _activity(drawer, "meeting", agreed + timedelta(days=3), **who, due_on=agreed.date())
            drawer.company.all("activity")[-1]["created_at"] = agreed


def _conversations(drawer: Drawer) -> None:
    """Messages of tickets, and answers to surveys about tickets and orders."""
    for ticket in drawer.company.all("ticket"):
        ticket["contact_id"] = drawer.id_of("contact", 0.6)
        ticket["subject"] = drawer.pick(("help", "Help", "lamp"), 0.1)
        if drawer.random.random() < 0.25:
            ticket["first_response_at"] = None
        at = ticket["opened_at"] + _seconds(drawer, 0, 0, 60)
        for _ in range(drawer.random.randint(0, 6)):
            author = drawer.pick(("customer", "customer", "agent", "agent", "automatic"))
            drawer.add("ticket_message", ticket_id=ticket["id"], author=author, at=at, created_at=at)
            at += _seconds(drawer, 0, 300, 7200, 86400, 86400 * 6)
    for answer in drawer.company.all("answer"):
        answer["ticket_id"] = drawer.id_of("ticket", 0.7)
        answer["order_id"] = None if answer["ticket_id"] else drawer.id_of("order", 0.8)


def _reopenings(drawer: Drawer) -> None:
    """Tickets resolved once and again; of some it is only known how often."""
    for ticket in drawer.company.all("ticket"):
        what, again = drawer.random.random(), ticket["resolved_at"]
        if what < 0.1:
            ticket["reopens"] = 1
        if what >= 0.1 and what < 0.4:
            ticket["reopens"] = 1
            first = ticket["opened_at"] + _seconds(drawer, 600, 86400)
            reopened = first + _seconds(drawer, 60, 86400 * 6, 86400 * 7, 86400 * 9)
            drawer.change(ticket["id"], first, "resolved_at", None, first, "ticket")
            drawer.change(ticket["id"], reopened, "resolved_at", first, None, "ticket")
            drawer.change(ticket["id"], reopened, "reopens", 0, 1, "ticket")
            if again is not None:
                ticket["resolved_at"] = max(again, reopened + timedelta(hours=1))
                drawer.change(ticket["id"], ticket["resolved_at"], "resolved_at", None, ticket["resolved_at"], "ticket")


def _interest(drawer: Drawer) -> None:
    """Days of use, the loyalty programme, and clicks here and there on pages."""
    for _ in range(50):
        used = {"account_id": drawer.id_of("account", 0.05), "contact_id": None, "day": drawer.day()}
        drawer.add("usage", **used, feature=drawer.pick(("search", "print"), 0.2), count=drawer.pick((0, 1, 7), 0.1))
    for _ in range(8):
        went = {"account_id": drawer.id_of("account", 0.3), "contact_id": drawer.id_of("contact", 0.4)}
        drawer.add("loyalty_event", **went, day=drawer.day(), name="points", points=5)


def _prices(drawer: Drawer) -> None:
    """Subscriptions whose amount changed while they ran, and accounts that came back."""
    for subscription in list(drawer.company.all("subscription")):
        ended = subscription["ended_on"]
        if ended and drawer.random.random() < 0.6:
            again = ended + timedelta(days=drawer.pick((0, 1, 9, 40)))
            drawer.add("subscription", **{
                **{name: value for name, value in subscription.items() if name != "id"},
                "started_on": again, "ended_on": drawer.pick((again + timedelta(days=25),), 0.5),
                "monthly_amount": drawer.amount(0.0),
            })  # fmt: skip
    for subscription in drawer.company.all("subscription"):
        at = datetime.combine(subscription["started_on"], time(9))
        old = drawer.amount(0.0)
        for _ in range(drawer.random.randint(0, 2)):
            at += timedelta(days=drawer.pick((0, 10, 30)))
            new = drawer.amount(0.0)
            if new != old:
                drawer.change(subscription["id"], at, "monthly_amount", old, new, "subscription")
                subscription["monthly_amount"] = old = new


def _licences(drawer: Drawer) -> None:
    """Members who join, leave, lose a licence and get one; days in a row on which they sign in."""
    for number in range(3):
        joined = drawer.pick((drawer.day(),), 0.3)
        drawer.add(
            "member", name=f"member {number}", role=drawer.pick(("manager", "support")), team_id=drawer.id_of("team"),
            joined_on=joined, left_on=None, is_active=True, licensed=drawer.random.random() < 0.7,
            created_at=drawer.moment(days=90),
        )  # fmt: skip
    for member in drawer.company.all("member"):
        at = drawer.moment(member["created_at"], 100)
        for _ in range(drawer.random.randint(0, 2)):
            name, value = drawer.pick((("licensed", True), ("licensed", False), ("is_active", False)))
            if member[name] != value:
                words = {True: "true", False: "false"}
                drawer.change(member["id"], at, name, words[member[name]], words[value], "member")
                member[name] = value
            at += _seconds(drawer, 3600, 86400, 86400 * 30)
        start = drawer.moment()
        for _ in range(drawer.random.randint(0, 5)):
            drawer.add("session", member_id=member["id"], logged_in_at=start)
            start += timedelta(days=drawer.pick((0, 1, 2, 3)))


def _writing(drawer: Drawer) -> None:
    """Who created the records and who changed them."""
    for kind in ("order", "activity"):
        for record in drawer.company.all(kind):
            if record["created_at"] == datetime(2020, 9, 1):  # noqa: DTZ001  # naive UTC, as everywhere here
                record["created_at"] = record["placed_at" if kind == "order" else "at"]
    for kind in WRITTEN:
        for record in drawer.company.all(kind):
            drawer.change(record["id"], record["created_at"], "", None, None, kind)
            if drawer.random.random() < 0.15:
                drawer.change(record["id"], drawer.moment(record["created_at"]), "name", "a", "b", kind)
    for change in drawer.company.all("change"):
        change["origin"] = drawer.pick(ORIGINS)
        change["member_id"] = drawer.id_of("member", 0.1) if change["origin"] in ("member", "api") else None


def _keeping(drawer: Drawer) -> None:
    """Domains that are none, or those of two accounts; leads that came twice, or were qualified before they came."""
    for account in drawer.company.all("account"):
        account["domain"] = drawer.pick(("one.example", " One.example", "two.example", "t.c", "no domain"), 0.4)
    for lead in drawer.company.all("lead"):
        lead["name"] = drawer.pick(("Ann", "ann", "Bill"))
        if lead["qualified_at"] and drawer.random.random() < 0.2:
            lead["qualified_at"] = lead["created_at"] - _seconds(drawer, 60)


def _odds(drawer: Drawer) -> None:
    """Probabilities of stages that were set anew, some twice."""
    for stage in drawer.company.all("stage"):
        at = drawer.moment(days=100)
        for _ in range(drawer.pick((0, 1, 2)) if stage["outcome"] == "open" else 0):
            new = drawer.pick((Decimal("0.2"), Decimal("0.45"), Decimal("0.8")))
            drawer.change(stage["id"], at, "probability", stage["probability"], new, "stage")
            drawer.company.all("change")[-1] |= {"origin": "member", "member_id": drawer.id_of("member", 0.1)}
            stage["probability"], at = new, drawer.moment(at, 60)
