"""A company small enough to check by hand: what Alice and Bob sold in October and November 2026.

Alice won 100 and 300 and lost 250; Bob won 200, lost 50 and works on 400. Q3 2026: Alice won 200, Bob lost 80.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from cadran.crm.models import Organisation
from cadran.crm.save import By, change, create
from cadran.members.models import Member
from cadran.members.record import Record
from tests.standing import Stand

BY = By("member")
BEGIN = datetime(2026, 7, 1, 9, tzinfo=UTC)
DEALS = [
    # name, owner, amount, stage, closed
    ("Roof", "alice", 100, "Won", datetime(2026, 10, 5, 9, tzinfo=UTC)),
    ("Door", "alice", 300, "Won", datetime(2026, 11, 9, 9, tzinfo=UTC)),
    ("Wall", "alice", 250, "Lost", datetime(2026, 11, 10, 9, tzinfo=UTC)),
    ("Gate", "bob", 200, "Won", datetime(2026, 10, 20, 9, tzinfo=UTC)),
    ("Lamp", "bob", 50, "Lost", datetime(2026, 11, 2, 9, tzinfo=UTC)),
    ("Pool", "bob", 400, "New", None),
    ("Desk", "alice", 200, "Won", datetime(2026, 7, 20, 9, tzinfo=UTC)),
    ("Sofa", "bob", 80, "Lost", datetime(2026, 8, 3, 9, tzinfo=UTC)),
]


@dataclass(frozen=True)
class Company:
    """The people and the deals by name. Alice and Bob are representatives, Ada administers, Charlie has left."""

    alice: Member
    bob: Member
    ada: Member
    charlie: Member
    deals: dict[str, Record]


def _member(name: str, role: str, *, active: bool = True) -> Member:
    email = f"{name.lower()}@example.com"
    member = create("member", {"name": name, "email": email, "role": role, "is_active": active}, by=BY, at=BEGIN)
    assert isinstance(member, Member)
    return member


def words_of(content: bytes) -> str:
    """The words of a page, each space a plain one."""
    words = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(words))


@pytest.fixture
def company(db: None, settings: Settings, tmp_path: Path, stand: Stand) -> Company:
    settings.HOME = tmp_path
    return stand(write, tmp_path)


def write() -> Company:
    """The people and their deals, written into empty records."""
    change(Organisation.current(), {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY)
    pipeline = create("pipeline", {"name": "Sales"}, by=BY, at=BEGIN)
    stages = {
        name: create("stage", {"pipeline": pipeline, "name": name, "order": order, "outcome": outcome}, by=BY, at=BEGIN)
        for order, (name, outcome) in enumerate([("New", "open"), ("Won", "won"), ("Lost", "lost")])
    }
    people = {name: _member(name.title(), "representative") for name in ("alice", "bob")}
    deals = {
        name: create(
            "deal",
            {
                "name": name,
                "pipeline": pipeline,
                "stage": stages[stage],
                "amount": amount,
                "currency": "EUR",
                "owner": people[owner],
                "closed_at": closed,
            },
            by=BY,
            at=BEGIN,
        )
        for name, owner, amount, stage, closed in DEALS
    }
    ada, charlie = _member("Ada", "administrator"), _member("Charlie", "representative", active=False)
    return Company(**people, ada=ada, charlie=charlie, deals=deals)


@pytest.fixture
def ada(company: Company, client: Client) -> Client:
    """A browser in which Ada, who sees everything, has signed in."""
    client.force_login(company.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
