"""The owner of an installation lets people sign in."""

import pytest

from cadran.crm.errors import Refused
from cadran.crm.models import Change
from cadran.crm.save import By, create
from cadran.crm.sign_in import let_in
from cadran.members.models import Member

pytestmark = pytest.mark.django_db
GOOD = "quarante-deux girafes"


def test_a_newcomer_becomes_a_member_who_can_sign_in() -> None:
    alice = let_in("Alice@Example.com", name="Alice Martin", role="administrator", password=GOOD)
    kept = Member.objects.get(pk=alice.pk)
    assert (kept.email, kept.name, kept.role) == ("alice@example.com", "Alice Martin", "administrator")
    assert kept.check_password(GOOD)


def test_a_representative_known_by_name_only_gets_his_address_and_keeps_his_deals() -> None:
    bob = create("member", {"name": "Bob Petit"}, by=By("import"))
    let_in("bob@example.com", name="Bob Petit", role="representative", password=GOOD)
    kept = Member.objects.get(pk=bob.pk)
    assert kept.email == "bob@example.com"
    assert kept.check_password(GOOD)
    assert Change.objects.filter(record="member", record_id=bob.pk, field="email").exists()


def test_a_new_password_replaces_the_former_one() -> None:
    let_in("alice@example.com", name=None, role="director", password=GOOD)
    let_in("alice@example.com", name=None, role="director", password=GOOD + "!")
    assert Member.objects.get(email="alice@example.com").check_password(GOOD + "!")
    assert Member.objects.filter(email="alice@example.com").count() == 1


@pytest.mark.parametrize(("role", "password"), [("emperor", GOOD), ("director", "short")])
def test_a_wrong_role_or_a_weak_password_lets_nobody_in(role: str, password: str) -> None:
    with pytest.raises(Refused):
        let_in("charlie@example.com", name=None, role=role, password=password)
    assert not Member.objects.filter(email="charlie@example.com").exists()
