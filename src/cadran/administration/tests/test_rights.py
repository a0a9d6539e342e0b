"""Alice takes from representatives the right to change fields; the log says so, and it can be taken back."""

import re

import pytest
from django.http import HttpResponseBase
from django.test import Client

from cadran.administration.rights import ROLES
from cadran.crm.field_rights import RULED, ruled_fields
from cadran.crm.models import Change
from cadran.crm.save import By, create
from cadran.kpis.columns import column_names
from cadran.kpis.field_names import field_names
from cadran.members.field_rights import fixed_for, hidden_from
from cadran.members.models import FieldRight, Member

DEALS = "/settings/rights?record=deal&role=representative"


def words(response: HttpResponseBase) -> str:
    return bytes(getattr(response, "content", b"")).decode()


def fixed(member: Member, kind: str = "deal") -> frozenset[str]:
    return fixed_for(Member.objects.get(pk=member.pk), kind)


def test_a_field_is_made_read_only_for_a_role_and_the_log_says_so(page: Client, alice: Member, bob: Member) -> None:
    assert fixed(bob) == {"owner"}
    said = words(page.post(DEALS, {"access.amount": "read"}, follow=True))
    assert fixed(bob) == {"owner", "amount"}
    assert fixed(bob, "order") == {"owner"}
    assert re.search(r'<option value="read" selected>only reads it</option>', said)
    assert Change.objects.filter(record="field_right", field="", member=alice).count() == 1


def test_it_can_be_undone_and_done_again(page: Client, bob: Member) -> None:
    said = words(page.post(DEALS, {"access.amount": "read"}, follow=True))
    undo = re.search(r'action="(/undo/settings/\d+)"', said)
    assert undo
    back = page.post(undo[1])
    assert back.headers["location"] == DEALS
    assert fixed(bob) == {"owner"}
    page.post(DEALS, {"access.amount": "read"})
    assert fixed(bob) == {"owner", "amount"}
    page.post(DEALS, {"access.amount": "change"})
    assert fixed(bob) == {"owner"}
    assert FieldRight.objects.count() == 1


def test_saving_what_is_there_changes_nothing(page: Client) -> None:
    assert "Nothing was changed." in words(page.post(DEALS, {"access.amount": "change"}, follow=True))
    assert not FieldRight.objects.exists()


def test_fields_of_ones_own_have_rights_too(page: Client, bob: Member) -> None:
    create("custom_field", {"record": "deal", "key": "margin", "label_en": "Margin", "type": "money"}, by=By("member"))
    assert "Margin" in words(page.get(DEALS))
    page.post(DEALS, {"access.custom.margin": "read"})
    assert "custom.margin" in fixed(bob)


def test_what_is_not_as_usual_is_called_as_its_own_kind_calls_it(page: Client, bob: Member) -> None:
    for kind, label in (("deal", "Margin"), ("order", "Rebate")):
        create("custom_field", {"record": kind, "key": "extra", "label_en": label, "type": "money"}, by=By("member"))
    said = words(page.post(DEALS, {"access.custom.extra": "read"}, follow=True))
    assert "Margin" in said
    assert "Rebate" not in said


def test_nobody_is_given_more_than_his_role(page: Client, bob: Member) -> None:
    assert 'name="access.owner"' not in words(page.get(DEALS))
    assert page.post(DEALS, {"access.owner": "change"}).status_code == 400
    assert "owner" in fixed(bob)


def test_an_administrator_changes_everything_whatever_is_said(alice: Member) -> None:
    create(
        "field_right", {"role": "administrator", "record": "deal", "field": "amount", "access": "read"}, by=By("api")
    )
    assert fixed(alice) == frozenset()


@pytest.mark.parametrize("query", ["record=member", "record=session", "role=administrator", "role=none"])
def test_a_page_of_no_such_rights_is_not_there(page: Client, query: str) -> None:
    assert page.get(f"/settings/rights?{query}").status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_every_kind_has_its_page_for_every_role_in_both_languages(page: Client, role: str) -> None:
    for kind in RULED:
        for language in ("en", "fr"):
            shown = page.get(f"/settings/rights?record={kind}&role={role}", headers={"accept-language": language})
            assert shown.status_code == 200


def test_every_field_has_a_name_in_words(db: None) -> None:
    named = field_names().keys() | column_names().keys()
    assert {name for kind in RULED for name in ruled_fields(kind)} - named == set()


def test_only_who_has_the_settings_sees_them(client: Client, bob: Member) -> None:
    client.force_login(bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(DEALS).status_code == 403
    assert client.post(DEALS, {"access.amount": "read"}).status_code == 403


def test_a_field_is_hidden_from_a_role_even_one_that_only_looks_on(page: Client, db: None) -> None:
    vera = Member.objects.create(name="Vera", role="viewer")
    viewers = "/settings/rights?record=deal&role=viewer"
    assert 'value="change"' not in words(page.get(viewers))
    page.post(viewers, {"access.amount": "hidden"})
    assert hidden_from(Member.objects.get(pk=vera.pk), "deal") == {"amount"}


def test_the_page_says_where_else_an_amount_can_be_read(page: Client) -> None:
    assert "The prices of its products add up to the amount" in words(page.get(DEALS))
    assert "add up to" not in words(page.get("/settings/rights?record=account&role=representative"))


def test_what_no_record_is_without_is_never_hidden(page: Client, bob: Member) -> None:
    for field in ("name", "stage", "currency", "owner"):
        assert page.post(DEALS, {f"access.{field}": "hidden"}).status_code == 400
    assert hidden_from(Member.objects.get(pk=bob.pk), "deal") == frozenset()


def test_hidden_fields_are_also_fixed(page: Client, bob: Member) -> None:
    page.post(DEALS, {"access.amount": "hidden"})
    assert "amount" in fixed(bob)
