"""Who is let in at all. What each URL answers to each role is in tests/permissions."""

from django.test import Client

from cadran.kpis.tests.conftest import Company
from cadran.members.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def test_a_member_who_has_left_is_a_stranger(company: Company, client: Client) -> None:
    client.force_login(company.charlie, backend=BACKEND)
    assert client.get("/kpi/revenue").headers["location"] == "/account/login/?next=%2Fkpi%2Frevenue"


def test_nobody_signs_up_by_himself(db: None, client: Client) -> None:
    form = {"email": "eve@example.com", "password1": "x" * 20, "password2": "x" * 20}
    assert client.post("/account/signup/", form).status_code == 200
    assert not Member.objects.filter(email="eve@example.com").exists()
