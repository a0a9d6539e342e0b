"""Alice invites, promotes and lets go; somebody always administers."""

import re

import pytest
from django.test import Client

from cadran.administration.models import Invitation
from cadran.administration.tests.conftest import PASSWORD
from cadran.crm.models import Change
from cadran.members.models import Member, Role, Team


def form(member: Member, **values: str) -> dict[str, str]:
    """The form of a member as it stands, with these values instead."""
    kept = {"name": member.name, "email": member.email or "", "role": member.role, "is_active": "on", **values}
    return {name: value for name, value in kept.items() if value}


def link_in(shown: str) -> str | None:
    found = re.search(r'value="http://testserver(/join/[^"]+)"', shown)
    return found and found[1]


def test_the_link_of_an_invitation_is_shown_once_and_lets_its_guest_in(page: Client) -> None:
    team = Team.objects.create(name="North")
    invited = {"email": "charlie@house.example", "role": "manager", "team": str(team.pk)}
    shown = page.post("/settings/members", invited).content.decode()
    link = link_in(shown)
    assert link
    assert "mailto:charlie%40house.example?subject=" in shown
    after = page.get("/settings/members").content.decode()
    assert link_in(after) is None
    assert "charlie@house.example" in after
    Client().post(link, {"name": "Charlie", "password": PASSWORD})
    assert Member.objects.get(name="Charlie").team == team


def test_a_withdrawn_invitation_lets_nobody_in(page: Client) -> None:
    link = link_in(page.post("/settings/members", {"role": "viewer"}).content.decode())
    page.post(f"/settings/invitations/{Invitation.objects.get().pk}")
    assert Client().get(str(link)).status_code == 404


def test_whoever_signs_in_already_is_not_invited(page: Client, bob: Member) -> None:
    bob.set_password(PASSWORD)
    bob.save()
    refused = page.post("/settings/members", {"email": "BOB@house.example", "role": "administrator"})
    assert "Bob signs in with this address already" in refused.content.decode()
    assert not Invitation.objects.exists()


def test_bob_becomes_a_manager_and_the_log_says_who_made_him_one(page: Client, alice: Member, bob: Member) -> None:
    assert page.post(f"/settings/members/{bob.pk}", form(bob, role="manager")).status_code == 302
    bob.refresh_from_db()
    assert bob.role == Role.MANAGER
    assert Change.objects.get(record="member", record_id=bob.pk, field="role").member == alice


def test_bob_is_let_go_and_is_a_stranger_at_once(page: Client, bob: Member) -> None:
    his = Client()
    his.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert his.get("/kpi/").status_code == 200
    page.post(f"/settings/members/{bob.pk}", form(bob, is_active=""))
    assert his.get("/kpi/").headers["location"].startswith("/account/login/")


@pytest.mark.parametrize("change", [{"role": "viewer"}, {"is_active": ""}])
def test_the_last_administrator_stays_one(page: Client, alice: Member, bob: Member, change: dict[str, str]) -> None:
    refused = page.post(f"/settings/members/{alice.pk}", form(alice, **change))
    assert "Nobody else administers" in refused.content.decode()
    alice.refresh_from_db()
    assert (alice.role, alice.is_active) == (Role.ADMINISTRATOR, True)
    bob.role = Role.ADMINISTRATOR
    bob.save()
    assert page.post(f"/settings/members/{alice.pk}", form(alice, **change)).status_code == 422, "Bob cannot sign in"
    bob.set_password(PASSWORD)
    bob.save()
    assert page.post(f"/settings/members/{alice.pk}", form(alice, **change)).status_code == 302


def test_an_invitation_of_whoever_may_no_longer_invite_lets_nobody_in(page: Client, alice: Member) -> None:
    link = str(link_in(page.post("/settings/members", {"role": "administrator"}).content.decode()))
    assert Client().get(link).status_code == 200
    for change in ({"role": Role.VIEWER}, {"role": Role.ADMINISTRATOR, "is_active": False}):
        Member.objects.filter(pk=alice.pk).update(**change)
        assert Client().get(link).status_code == 404
        Client().post(link, {"name": "Charlie", "email": "charlie@house.example", "password": PASSWORD})
        assert not Member.objects.filter(name="Charlie").exists()


def test_whoever_is_let_go_does_not_come_back_by_an_invitation_that_was_open(page: Client, bob: Member) -> None:
    link = str(link_in(page.post("/settings/members", {"email": bob.email, "role": "viewer"}).content.decode()))
    page.post(f"/settings/members/{bob.pk}", form(bob, is_active=""))
    Client().post(link, {"name": "Bob", "password": PASSWORD})
    bob.refresh_from_db()
    assert (bob.is_active, bob.has_usable_password()) == (False, False)
