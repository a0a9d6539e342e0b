"""Coming in by an invitation: once, in time, as oneself."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from cadran.administration.invitations import first_link, invite
from cadran.administration.models import Invitation
from cadran.administration.tests.conftest import PASSWORD
from cadran.crm.errors import Refused
from cadran.crm.models import Change, Session
from cadran.crm.save import By, create
from cadran.members.models import Member, Role, Team
from cadran.ui import work

pytestmark = pytest.mark.django_db

CHARLIE = {"name": "Charlie", "email": "charlie@example.com", "password": PASSWORD}


def test_an_invitation_lets_one_person_in_with_the_role_and_the_team_it_names(alice: Member, client: Client) -> None:
    team = Team.objects.create(name="North")
    _, token = invite(role="manager", email="Charlie@Example.com", team=team, by=alice)
    assert b"charlie@example.com" in client.get(f"/join/{token}").content
    assert client.post(f"/join/{token}", CHARLIE).headers["location"] == "/"
    charlie = Member.objects.get(email="charlie@example.com")
    assert (charlie.role, charlie.team, charlie.is_active) == ("manager", team, True)
    assert charlie.check_password(PASSWORD)
    assert client.get("/account/mfa/").status_code == 200
    assert Session.objects.filter(member=charlie).exists()
    assert Change.objects.get(record="member", record_id=charlie.pk, field="").member == alice


def test_a_link_works_once(alice: Member, client: Client) -> None:
    _, token = invite(role="viewer", by=alice)
    client.post(f"/join/{token}", CHARLIE)
    again = Client().post(f"/join/{token}", CHARLIE | {"name": "Dora", "email": "dora@example.com"})
    assert again.status_code == 404
    assert not Member.objects.filter(name="Dora").exists()


def test_a_link_works_for_seven_days(alice: Member, client: Client) -> None:
    _, token = invite(role="viewer", by=alice)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=6, hours=23), tick=False):
        assert client.get(f"/join/{token}").status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(days=7, seconds=1), tick=False):
        assert client.get(f"/join/{token}").status_code == 404
        assert client.post(f"/join/{token}", CHARLIE).status_code == 404
    assert not Member.objects.filter(name="Charlie").exists()


def test_no_link_can_be_made_from_what_is_kept(alice: Member) -> None:
    invitation, token = invite(role="viewer", by=alice)
    kept = str(Invitation.objects.filter(pk=invitation.pk).values().get())
    assert len(token) >= 43
    assert token not in kept


def test_a_newer_link_replaces_the_one_before(alice: Member, client: Client) -> None:
    _, before = invite(role="viewer", email="charlie@example.com", by=alice)
    _, after = invite(role="viewer", email="CHARLIE@example.com", by=alice)
    assert client.get(f"/join/{before}").status_code == 404
    assert client.get(f"/join/{after}").status_code == 200


def test_whoever_is_invited_cannot_take_anothers_name_or_address(alice: Member, client: Client) -> None:
    _, token = invite(role="viewer", by=alice)
    for theft in ({"name": "Alice"}, {"email": "ALICE@house.example"}):
        refused = client.post(f"/join/{token}", CHARLIE | theft)
        assert refused.status_code == 200
        assert b'aria-invalid="true"' in refused.content
    alice.refresh_from_db()
    assert (alice.email, alice.role, alice.has_usable_password()) == ("alice@house.example", "administrator", False)
    assert client.get(f"/join/{token}").status_code == 200, "the link is still good"


def test_the_address_of_an_invitation_is_not_the_guests_to_choose(alice: Member, client: Client) -> None:
    _, token = invite(role="viewer", email="charlie@example.com", by=alice)
    client.post(f"/join/{token}", CHARLIE | {"email": "else@example.com"})
    assert Member.objects.get(name="Charlie").email == "charlie@example.com"


def test_a_weak_password_is_told_at_its_field(alice: Member, client: Client) -> None:
    _, token = invite(role="viewer", by=alice)
    refused = client.post(f"/join/{token}", CHARLIE | {"password": "password"}, headers={"accept-language": "fr"})
    assert "12 caractères" in refused.content.decode()
    assert not Member.objects.filter(name="Charlie").exists()


def test_an_owner_known_from_an_import_gets_a_way_in_and_keeps_his_records(
    alice: Member, bob: Member, client: Client
) -> None:
    deal = create("account", {"name": "Ours", "owner": bob}, by=By("member"))
    _, token = invite(role="representative", email="bob@house.example", member=bob, by=alice)
    client.post(f"/join/{token}", {"name": "Bob", "password": PASSWORD})
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)
    assert deal.owner == bob  # type: ignore[attr-defined]


def test_there_is_no_invitation_to_a_role_that_does_not_exist(alice: Member) -> None:
    with pytest.raises(Refused, match="is no role"):
        invite(role="emperor", by=alice)


# The first run


def test_an_installation_without_an_administrator_gives_a_link_that_makes_one(client: Client) -> None:
    token = first_link()
    assert b"You are the first here" in client.get(f"/join/{token}", headers={"accept-language": "en"}).content
    assert client.post(f"/join/{token}", CHARLIE).headers["location"] == "/welcome"
    assert Member.objects.get(name="Charlie").role == Role.ADMINISTRATOR
    assert first_link() is None
    page = client.get("/welcome", headers={"accept-language": "fr"}).content.decode()
    assert "entreprise de démonstration" in page


def test_each_start_gives_another_link_and_takes_the_former_back(client: Client) -> None:
    before, after = first_link(), first_link()
    assert before != after
    assert client.get(f"/join/{before}").status_code == 404
    assert client.get(f"/join/{after}").status_code == 200


def test_an_administrator_who_cannot_sign_in_does_not_count(alice: Member) -> None:
    assert first_link() is not None
    alice.set_password(PASSWORD)
    alice.save()
    assert first_link() is None


def test_the_demo_company_is_made_and_nobody_knows_a_password_of_it(
    page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = work.begin
    monkeypatch.setattr(work, "begin", lambda *args, **kwargs: begun(*args, **kwargs, beside=False))
    assert page.post("/welcome/demo").headers["location"] == "/welcome"
    assert page.get("/welcome").headers["location"] == "/"
    assert Member.objects.count() > 10
    assert not any(member.has_usable_password() for member in Member.objects.exclude(name="Alice"))


def test_the_demo_company_never_mixes_with_records_of_ones_own(page: Client) -> None:
    create("account", {"name": "Ours"}, by=By("member"))
    page.post("/welcome/demo")
    assert Member.objects.count() == 1
    assert b"There are records here already" in page.get("/welcome").content
