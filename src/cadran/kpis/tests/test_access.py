"""Who is let in at all. What each URL answers to each role is in tests/permissions."""

import re

from django.test import Client

from cadran.kpis.answer import catalogue, within_reach
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


def test_the_list_of_indicators_leads_to_no_page_that_is_refused(company: Company, client: Client) -> None:
    listed = {}
    for member in (company.ada, company.bob):
        client.force_login(member, backend=BACKEND)
        shown = client.get("/kpi/", headers={"accept-language": "en"}).content.decode()
        listed[member.name] = set(re.findall(r'<li><a href="/kpi/([^"]+)"', shown))
    assert listed["Bob"] == {metric.key for metric in catalogue().metrics if within_reach(metric, company.bob)}
    beyond = listed["Ada"] - listed["Bob"]
    assert f"{len(beyond)} more indicators are not for your role" in shown
    assert client.get(f"/kpi/{min(beyond)}").status_code == 403
    sought = client.get("/kpi/?q=customer+acquisition+cost", headers={"accept-language": "en"}).content.decode()
    assert "not for your role" in sought
    assert "Nothing matches" not in sought
