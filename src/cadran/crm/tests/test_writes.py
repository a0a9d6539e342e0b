"""What each member may write. Alice manages a team, Bob is in it, Charlie is in another."""

import pytest

from cadran.crm.models import Account
from cadran.members.models import Member, Team
from cadran.members.rights import Role
from cadran.members.writes import may_change, owners

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, Member]:
    europe, asia = Team.objects.create(name="Europe"), Team.objects.create(name="Asia")
    made = {
        "alice": Member.objects.create(name="Alice", role=Role.MANAGER, team=europe),
        "bob": Member.objects.create(name="Bob", team=europe),
        "charlie": Member.objects.create(name="Charlie", team=asia),
    }
    for member in made.values():
        Account.objects.create(name=member.name, owner=member)
    return made


def changeable(member: Member) -> list[str | None]:
    """The names of the accounts that this member may change: each is called like its owner."""
    return [account.name for account in Account.objects.order_by("name") if may_change(member, account)]


def test_a_representative_writes_what_is_his_and_keeps_it(people: dict[str, Member]) -> None:
    assert changeable(people["bob"]) == ["Bob"]
    assert list(owners(people["bob"])) == [people["bob"]]


def test_a_manager_writes_what_her_team_owns_and_shares_it_out(people: dict[str, Member]) -> None:
    assert changeable(people["alice"]) == ["Alice", "Bob"]
    assert set(owners(people["alice"])) == {people["alice"], people["bob"]}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_viewers_and_analysts_write_nothing(people: dict[str, Member], role: Role) -> None:
    people["alice"].role = role
    assert changeable(people["alice"]) == []
    assert not owners(people["alice"]).exists()


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.MARKETING, Role.SUCCESS, Role.SUPPORT])
def test_the_others_write_everything_that_belongs_to_somebody(people: dict[str, Member], role: Role) -> None:
    people["charlie"].role = role
    assert changeable(people["charlie"]) == ["Alice", "Bob", "Charlie"]


def test_what_belongs_to_nobody_is_written_with_the_settings(people: dict[str, Member]) -> None:
    team = Team.objects.get(name="Asia")
    assert not may_change(people["alice"], team)
    people["alice"].role = Role.ADMINISTRATOR
    assert may_change(people["alice"], team)


def test_nobody_changes_a_role_but_with_the_settings_not_even_his_own(people: dict[str, Member]) -> None:
    assert not may_change(people["alice"], people["bob"])
    assert not may_change(people["bob"], people["bob"])
    people["alice"].role = Role.ADMINISTRATOR
    assert may_change(people["alice"], people["bob"])


def test_whoever_left_writes_nothing_and_is_given_nothing(people: dict[str, Member]) -> None:
    people["bob"].is_active = False
    people["bob"].save()
    assert changeable(people["bob"]) == []
    assert not owners(people["bob"]).exists()
    assert set(owners(people["alice"])) == {people["alice"]}
