"""What each member may see. Alice manages a team, Bob is in it, Charlie is in another."""

import pytest
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from cadran.members.login import ClosedSignup
from cadran.members.models import Member, Role, Team
from cadran.members.scope import scope, teams_below

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Member]:
    europe = Team.objects.create(name="Europe", region="EMEA")
    france = Team.objects.create(name="France", parent=europe)
    asia = Team.objects.create(name="Asia")
    return {
        "alice": Member.objects.create(name="Alice", role=Role.MANAGER, team=europe),
        "bob": Member.objects.create(name="Bob", team=france),
        "charlie": Member.objects.create(name="Charlie", team=asia),
        "director": Member.objects.create(name="Dora", role=Role.DIRECTOR),
    }


def visible(member: Member) -> list[str]:
    return sorted(Member.objects.filter(scope(member).of(Member)).values_list("name", flat=True))


def test_a_representative_sees_what_is_his(people: dict[str, Member]) -> None:
    assert visible(people["bob"]) == ["Bob"]
    assert scope(people["bob"]).facts == {"owner": ("Bob",)}


def test_a_manager_sees_her_teams_and_those_below(people: dict[str, Member]) -> None:
    assert visible(people["alice"]) == ["Alice", "Bob"]
    assert scope(people["alice"]).facts == {"owner": ("Alice", "Bob")}


def test_a_manager_without_a_team_sees_what_is_hers(people: dict[str, Member]) -> None:
    people["alice"].team = None
    assert visible(people["alice"]) == ["Alice"]


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.REPRESENTATIVE, Role.MANAGER)])
def test_the_others_see_everything(people: dict[str, Member], role: Role) -> None:
    people["charlie"].role = role
    assert visible(people["charlie"]) == ["Alice", "Bob", "Charlie", "Dora"]
    assert scope(people["charlie"]).facts == {}


def test_whoever_left_sees_nothing(people: dict[str, Member]) -> None:
    people["director"].is_active = False
    assert visible(people["director"]) == []
    assert not Team.objects.filter(scope(people["director"]).of(Team)).exists()
    assert scope(people["director"]).facts == {"owner": ()}


def test_what_belongs_to_nobody_is_everyones(people: dict[str, Member]) -> None:
    assert Team.objects.filter(scope(people["bob"]).of(Team)).count() == 3


def test_teams_that_are_each_others_parent_do_not_hang(people: dict[str, Member]) -> None:
    europe, france = Team.objects.get(name="Europe"), Team.objects.get(name="France")
    europe.parent = france
    europe.save()
    assert sorted(teams_below(europe.pk)) == sorted([europe.pk, france.pk])


def test_two_members_never_share_a_name(people: dict[str, Member]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.create(name="Bob")


def test_many_members_may_have_no_email_and_log_in_never(people: dict[str, Member]) -> None:
    assert Member.objects.filter(email=None).count() == 4
    assert not people["bob"].has_usable_password()
    assert not people["bob"].check_password("")


def test_nobody_signs_up_by_himself() -> None:
    assert not ClosedSignup().is_open_for_signup(RequestFactory().get("/"))
