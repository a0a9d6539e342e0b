"""Who may call each URL: every URL of the site, called by everyone."""

import pytest
from django.test import Client
from django.urls import reverse

from cadran.kpis.tests.conftest import Company
from cadran.members.models import Member
from cadran.ui.access import Policy, patterns, policy_of

ARGUMENTS: dict[str, list[str]] = {
    "kpi": ["revenue"],
    "account_confirm_email": ["key"],
    "account_reset_password_from_key": ["1", "key"],
}
URLS = {name: policy_of(pattern.callback, name) for _, name, pattern in patterns() if name}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def led_to_the_door(client: Client, name: str) -> bool:
    """Whether the call ends at the sign-in page, having been told to come back after it."""
    address = reverse(name, args=ARGUMENTS.get(name, []))
    response = client.get(address)
    assert response.status_code in (200, 302, 404, 405), name
    return response.status_code == 302 and response.headers["location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("name", [name for name, policy in URLS.items() if policy is Policy.PUBLIC])
def test_anyone_may_call_a_public_url(db: None, client: Client, name: str) -> None:
    assert not led_to_the_door(client, name)


@pytest.mark.parametrize("name", [name for name, policy in URLS.items() if policy is Policy.MEMBER])
def test_a_stranger_is_led_to_the_door(db: None, client: Client, name: str) -> None:
    assert led_to_the_door(client, name)


def test_a_member_may_call_what_is_for_members(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend=BACKEND)
    for name in ("home", "kpis", "kpi", "mfa_index"):
        assert URLS[name] is Policy.MEMBER
        assert client.get(reverse(name, args=ARGUMENTS.get(name, []))).status_code == 200, name


def test_a_member_who_has_left_is_a_stranger(company: Company, client: Client) -> None:
    client.force_login(company.charlie, backend=BACKEND)
    assert led_to_the_door(client, "home")


def test_pages_are_read_never_written(company: Company, client: Client) -> None:
    client.force_login(company.ada, backend=BACKEND)
    for name in ("home", "kpis", "kpi"):
        assert client.post(reverse(name, args=ARGUMENTS.get(name, []))).status_code == 405


def test_nobody_signs_up_by_himself(db: None, client: Client) -> None:
    form = {"email": "eve@example.com", "password1": "x" * 20, "password2": "x" * 20}
    assert client.post("/account/signup/", form).status_code == 200
    assert not Member.objects.filter(email="eve@example.com").exists()
