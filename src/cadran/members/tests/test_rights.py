"""What each role may do, written out here a second time, so that a slip in the table is seen."""

import pytest

from cadran.members.models import Member
from cadran.members.rights import GRANTS, Right, Role, guarded_from, roles_that_may

WHO_MAY = {
    Right.RECORDS: "administrator director manager representative marketing success support",
    Right.REASSIGN: "administrator director manager",
    Right.BOARDS: "administrator director manager representative marketing success support analyst",
    Right.SHARE: "administrator director manager analyst",
    Right.GOALS: "administrator director manager",
    Right.IMPORTS: "administrator director",
    Right.SETTINGS: "administrator",
}


@pytest.mark.parametrize("right", Right)
def test_a_right_is_held_by_these_roles_and_no_other(right: Right) -> None:
    assert roles_that_may(right) == set(WHO_MAY[right].split())
    assert {role for role in Role if Member(role=role).may(right)} == set(WHO_MAY[right].split())


def test_every_role_is_in_the_table() -> None:
    assert list(GRANTS) == list(Role)


def test_whoever_left_may_do_nothing() -> None:
    assert not any(Member(role=Role.ADMINISTRATOR, is_active=False).may(right) for right in Right)


def test_a_representative_gives_no_record_away_and_a_manager_may_but_neither_makes_anyone_more_than_he_is() -> None:
    assert guarded_from("representative", "deal") == {"owner"}
    assert guarded_from("manager", "deal") == set()
    assert guarded_from("director", "member") == {"email", "role", "team", "is_active"}
    assert guarded_from("director", "contact") == set(), "a contact's e-mail is nobody's sign-in"
    assert guarded_from("administrator", "member") == set()


def test_a_right_that_does_not_exist_is_an_error_and_no_refusal() -> None:
    with pytest.raises(ValueError, match="goal"):
        Member(role=Role.VIEWER).may("goal")
