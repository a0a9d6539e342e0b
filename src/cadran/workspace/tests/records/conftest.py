"""A company small enough to read: Alice directs, Bob and Dora sell, Charlie is a stranger, Vera only looks on."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from cadran.crm import alike
from cadran.crm.models import Organisation
from cadran.crm.save import By, change, create
from cadran.members.models import Member
from cadran.members.record import Record
from tests.standing import Stand

BY = By("import")
BEGIN = datetime(2026, 9, 1, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def day(month: int, number: int) -> datetime:
    """Nine o'clock UTC of a day of 2026."""
    return datetime(2026, month, number, 9, tzinfo=UTC)


@dataclass
class Company:
    """The people and their records, by name."""

    alice: Member
    bob: Member
    dora: Member
    vera: Member
    records: dict[str, Record] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.records[name]

    def make(self, record: str, name: str, begun: datetime = BEGIN, **values: Any) -> Record:
        """Make a record that the tests call by this name."""
        called = {"order": "number", "ticket": "subject", "activity": "subject", "contact": "last_name"}
        made = create(record, {called.get(record, "name"): name, **values}, by=BY, at=begun)
        self.records[name] = made
        return made


@pytest.fixture
def company(db: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand: Stand) -> Company:
    """Acme is Bob's, with two deals, a contact and an order; Globex is Dora's, with a deal of a large amount."""
    settings.HOME = tmp_path
    monkeypatch.setattr(alike, "INDEXES", {kind: alike.Index(kind) for kind in alike.COLUMNS})
    return stand(write, tmp_path)


def write() -> Company:
    """The people and their records, written into empty records."""
    change(Organisation.current(), {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY)
    people = {
        name: create(
            "member",
            {"name": name.title(), "email": f"{name}@example.com", "role": role},
            by=BY,
            at=BEGIN,
        )
        for name, role in (
            ("alice", "director"),
            ("bob", "representative"),
            ("dora", "representative"),
            ("vera", "viewer"),
        )
    }
    made = Company(**people)  # type: ignore[arg-type]
    sales = made.make("pipeline", "Sales")
    stages = [("New", "open", "0.2"), ("Offer", "open", "0.5"), ("Won", "won", "1"), ("Lost", "lost", "0")]
    for place, (name, outcome, probability) in enumerate(stages):
        share = Decimal(probability)
        made.make("stage", name, pipeline=sales, order=place, outcome=outcome, probability=share)
    bob, dora = made.bob, made.dora
    acme = made.make("account", "Acme", owner=bob, status="customer", region="North")
    globex = made.make("account", "Globex", owner=dora, status="prospect", region="South", domain="globex.example")
    made.make("contact", "Martin", first_name="Eve", account=acme, owner=bob, email="eve@acme.example")
    made.make("contact", "Simpson", first_name="Homer", account=globex, owner=dora)
    made.make("lead", "Zoé Petit", owner=bob, status="new", channel="Website", email="zoe@petit.example")
    for name, account, owner, stage, amount, begun in (
        ("Roof", acme, bob, "Won", 1200, day(9, 10)),
        ("Gate", acme, bob, "Offer", 400, day(10, 5)),
        ("Tower", globex, dora, "New", 90000, day(11, 2)),
    ):
        closed = day(11, 1) if stage == "Won" else None
        made.make(
            "deal", name, begun, account=account, owner=owner, pipeline=sales, stage=made[stage], amount=amount,
            currency="EUR", closed_at=closed, channel="Partner",
        )  # fmt: skip
    made.make("order", "A-1", account=acme, owner=bob, placed_at=day(11, 3), amount=1200, currency="EUR")
    made.make("order", "B-1", account=globex, owner=dora, placed_at=day(11, 4), amount=50, currency="USD")
    made.make("ticket", "Leak", account=acme, owner=bob, opened_at=day(11, 5), priority="high")
    made.make("activity", "Call Eve", kind="call", account=acme, owner=bob, at=day(11, 6))
    made.make("activity", "Send offer", kind="task", account=acme, owner=bob, due_on=date(2026, 11, 10))
    return made


class Browser:
    """Someone's browser: pages as text, with what is written on them."""

    def __init__(self, member: Member | None, language: str = "en") -> None:
        self.client = Client(headers={"accept-language": language})
        if member is not None:
            self.client.force_login(member, backend=BACKEND)

    def get(self, path: str, status: int = 200) -> str:
        """A page, which answers with this status."""
        response = self.client.get(path)
        assert response.status_code == status, response.status_code
        return unescape(response.getvalue().decode())

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 200) -> str:
        """The page that a form leads to, following where it sends on."""
        response = self.client.post(path, data or {}, follow=True)
        assert response.status_code == status, response.status_code
        return unescape(response.content.decode())


@pytest.fixture
def alice(company: Company) -> Browser:
    """Alice, a director, sees and writes everything."""
    return Browser(company.alice)


@pytest.fixture
def bob(company: Company) -> Browser:
    """Bob, a representative, sees and writes his own."""
    return Browser(company.bob)


@pytest.fixture
def vera(company: Company) -> Browser:
    """Vera, a viewer, sees everything and writes nothing."""
    return Browser(company.vera)


@pytest.fixture
def charlie(company: Company) -> Browser:
    """Charlie, a stranger, has not signed in."""
    return Browser(None)
