"""Signing in is written down: it is what logins and active members are counted from."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cadran.crm.models import Change, Session
from cadran.crm.sign_in import let_in
from cadran.members.models import Member

pytestmark = pytest.mark.django_db
GOOD = "quarante-deux girafes"


@pytest.fixture
def alice() -> Member:
    return let_in("alice@example.com", name="Alice Martin", role="administrator", password=GOOD)


def sign_in(password: str) -> int:
    form = {"login": "Alice@Example.com", "password": password}
    return Client().post(reverse("account_login"), form).status_code


def test_each_sign_in_begins_a_session_of_the_member(alice: Member) -> None:
    assert (sign_in(GOOD), sign_in(GOOD)) == (302, 302)
    first, second = Session.objects.order_by("id")
    assert first.member == second.member == alice
    assert timedelta(0) <= datetime.now(UTC) - second.logged_in_at < timedelta(minutes=1)
    written = Change.objects.filter(record="session", field="").values_list("record_id", "member", "origin")
    assert list(written) == [(first.pk, alice.pk, "member"), (second.pk, alice.pk, "member")]


def test_a_wrong_password_begins_none(alice: Member) -> None:
    assert sign_in("quarante-trois girafes") == 200
    assert not Session.objects.exists()
