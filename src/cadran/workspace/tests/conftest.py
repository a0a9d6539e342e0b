"""A pipeline small enough to check by hand, on 22 November 2026.

Sales: New (10 %) → Offer (60 %, ten days allowed) → Won or Lost. Alice works on Roof (1000 in New) and Door (400 in
Offer since 1 November); Bob on Gate (3000 in New, in US dollars at 0.5) and Pool (no amount, in Offer since the 20th).
Renewals has one deal of Bob's: Lamp.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from cadran.crm.models import Deal, Organisation, Stage
from cadran.crm.save import By, change, create
from cadran.members.models import Member
from tests.standing import Stand

BY = By("member")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STAGES = [
    # name, outcome, probability, days allowed
    ("New", "open", "0.1", None),
    ("Offer", "open", "0.6", 10),
    ("Won", "won", "1", None),
    ("Lost", "lost", "0", None),
]


@dataclass(frozen=True)
class Work:
    """People, stages of Sales and deals, by name. Vera is a viewer, Mona the manager of Alice's team."""

    people: dict[str, Member]
    stages: dict[str, Stage]
    deals: dict[str, Deal]


def at(day: int, month: int = 11) -> datetime:
    """Nine o'clock on a day of 2026."""
    return datetime(2026, month, day, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def work(db: None, settings: Settings, tmp_path: Path, stand: Stand) -> Work:
    settings.HOME = tmp_path
    return stand(write, tmp_path)


def write() -> Work:
    """The people and their deals, written into empty records."""
    change(Organisation.current(), {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY)
    create("exchange_rate", {"day": date(2026, 1, 1), "currency": "USD", "rate": Decimal("0.5")}, by=BY)
    team = create("team", {"name": "North", "region": "North"}, by=BY)
    people = {
        name: _member(name, role, team if name in ("Alice", "Mona") else None)
        for name, role in [
            ("Alice", "representative"),
            ("Bob", "representative"),
            ("Ada", "administrator"),
            ("Mona", "manager"),
            ("Vera", "viewer"),
            ("Anton", "analyst"),
        ]
    }
    stages = _stages("Sales")
    account = create("account", {"name": "Acme", "owner": people["Alice"]}, by=BY, at=at(1))
    deals = {
        "Roof": _deal("Roof", people["Alice"], stages["New"], 1000, account=account, channel="Web"),
        "Door": _deal("Door", people["Alice"], stages["New"], 400),
        "Gate": _deal("Gate", people["Bob"], stages["New"], 3000, currency="USD"),
        "Pool": _deal("Pool", people["Bob"], stages["New"], None, next_step_on=date(2026, 11, 25)),
        "Lamp": _deal("Lamp", people["Bob"], _stages("Renewals")["New"], 70),
    }
    change(deals["Door"], {"stage": stages["Offer"]}, by=BY, at=at(1))
    change(deals["Pool"], {"stage": stages["Offer"]}, by=BY, at=at(20))
    return Work(people, stages, deals)


@pytest.fixture
def sign_in(work: Work) -> object:
    """A browser in which someone has signed in."""

    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(work.people[name], backend=BACKEND)
        return client

    return signed_in


def _member(name: str, role: str, team: object) -> Member:
    values = {"name": name, "email": f"{name.lower()}@example.com", "role": role, "team": team}
    member = create("member", values, by=BY, at=at(1, 1))
    assert isinstance(member, Member)
    return member


def _stages(pipeline: str) -> dict[str, Stage]:
    record = create("pipeline", {"name": pipeline}, by=BY, at=at(1, 1))
    made = {}
    for order, (name, outcome, probability, allowed) in enumerate(STAGES):
        values = {"order": order, "outcome": outcome, "probability": Decimal(probability), "rotten_after_days": allowed}
        made[name] = create("stage", {"pipeline": record, "name": name, **values}, by=BY, at=at(1, 1))
    return made  # type: ignore[return-value]


def _deal(name: str, owner: Member, stage: Stage, amount: int | None, **values: object) -> Deal:
    given = {"name": name, "pipeline": stage.pipeline_id, "stage": stage, "amount": amount, "owner": owner}
    deal = create("deal", {"currency": "EUR", **given, **values}, by=BY, at=at(20, 10))
    assert isinstance(deal, Deal)
    return deal
