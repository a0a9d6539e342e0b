"""The organisation's own fields."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cadran.crm.changes import history
from cadran.crm.errors import Refused
from cadran.crm.fields import custom_fields, read
from cadran.crm.models import Account
from cadran.crm.save import By, change, create
from cadran.members.record import Record

pytestmark = pytest.mark.django_db

BY = By("member")


@pytest.fixture
def acme() -> Record:
    for key, kind in [("score", "number"), ("fee", "money"), ("since", "date"), ("vip", "flag"), ("note", "text")]:
        create("custom_field", {"record": "account", "key": key, "type": kind}, by=BY)
    create("custom_field", {"record": "account", "key": "tier", "type": "choice", "choices": ["gold", "silver"]}, by=BY)
    values = {
        "custom.score": Decimal("4.50"),
        "custom.tier": "gold",
        "custom": {"vip": True, "since": date(2020, 1, 31)},
    }
    return create("account", {"name": "Acme", **values}, by=BY)


def test_own_fields_are_kept_exactly_and_read_with_their_types(acme: Record) -> None:
    custom = Account.objects.get().custom
    assert custom == {"score": "4.5", "tier": "gold", "vip": True, "since": "2020-01-31"}
    typed = {name: read(field, custom) for name, field in custom_fields("account").items()}
    assert typed == {
        "custom.score": Decimal("4.5"),
        "custom.fee": None,
        "custom.since": date(2020, 1, 31),
        "custom.vip": True,
        "custom.note": None,
        "custom.tier": "gold",
    }


def test_a_change_of_an_own_field_is_named_after_its_key(acme: Record) -> None:
    change(acme, {"custom.tier": "silver", "custom.vip": None, "custom.score": Decimal("4.5")}, by=BY)
    changes = {row.field: (row.from_value, row.to_value) for row in history(acme) if row.field}
    assert changes == {"custom.tier": ("gold", "silver"), "custom.vip": ("true", None)}
    assert Account.objects.get().custom == {"score": "4.5", "tier": "silver", "since": "2020-01-31"}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("custom.tier", "bronze", "none of gold, silver"),
        ("custom.score", 4.5, "a float"),
        ("custom.fee", Decimal("1e400"), "not between"),
        ("custom.since", "2020-01-31", "not a day"),
        ("custom.vip", 1, "not true or false"),
        ("custom.note", "a\0b", "NUL"),
        ("custom.unheard", "x", "no field"),
    ],
)
def test_own_fields_are_as_strict_as_the_others(acme: Record, name: str, value: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        change(acme, {name: value}, by=BY)


@pytest.mark.parametrize(
    "values",
    [
        {"record": "opportunity", "key": "a", "type": "text"},
        {"record": "account", "key": "Not a key", "type": "text"},
        {"record": "account", "key": "a", "type": "choice"},
        {"record": "account", "key": "a", "type": "choice", "choices": [1]},
        {"record": "account", "key": "a", "type": "list"},
    ],
)
def test_a_field_that_makes_no_sense_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        create("custom_field", values, by=BY)
