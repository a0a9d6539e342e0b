"""Finding records by what people call them."""

import pytest

from cadran.crm.match import absent, find
from cadran.crm.save import By, archive, create
from cadran.members.record import Record

pytestmark = pytest.mark.django_db

BY = By("member")


def account(name: str, **values: str) -> Record:
    return create("account", {"name": name, **values}, by=BY)


def test_names_are_found_and_those_of_several_are_reported() -> None:
    acme, first, second = account("Acme"), account("Twice"), account("Twice")
    found = find("account", "name", ["Acme", "Twice", "Nowhere"])
    assert found.ids == {"Acme": acme.pk}
    assert found.ambiguous == {"Twice": [first.pk, second.pk]}


def test_an_email_is_found_in_whatever_case() -> None:
    ann = create("member", {"name": "Ann", "email": "ann@example.com"}, by=BY)
    assert find("member", "email", ["Ann@Example.com", "ANN@example.com"]).ids == {
        "Ann@Example.com": ann.pk,
        "ANN@example.com": ann.pk,
    }


def test_a_connection_keeps_to_its_own() -> None:
    here, there = account("Acme", connection="old"), account("Acme", connection="new", external_id="7")
    assert find("account", "name", ["Acme"], connection="old").ids == {"Acme": here.pk}
    assert find("account", "external_id", ["7"], connection="new").ids == {"7": there.pk}
    assert find("account", "external_id", ["7"], connection="old").ids == {}


def test_the_archived_are_left_out() -> None:
    archive(account("Acme"), by=BY)
    assert find("account", "name", ["Acme"]).ids == {}


def test_ids_of_nothing_are_named() -> None:
    acme = account("Acme")
    assert absent("account", [acme.pk, 999_999]) == {999_999}
