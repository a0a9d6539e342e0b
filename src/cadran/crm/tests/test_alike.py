"""Which records resemble one another, and which do not."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from cadran.crm.alike import COLUMNS, MOST_OF_ONE, Index, Sign, alike, company, marks_of, pairs
from cadran.crm.models import Account, Contact, Lead
from cadran.crm.save import By, archive, change, create

BY = By("member")


@pytest.fixture(autouse=True)
def _nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadran.crm.alike.INDEXES", {kind: Index(kind) for kind in COLUMNS})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Éts. Dupont & Fils S.A.R.L.", "ETS DUPONT ET FILS"),
        ("SAS L'Oréal", "Loreal"),
        ("Coca-Cola Inc.", "coca cola"),
        ("Straße GmbH", "STRASSE"),
        ("The Body Shop Ltd", "Body Shop"),
        ("Œuvre Øresund A/S", "oeuvre oresund as"),
        ("株式会社", "株式会社"),
    ],
)
def test_names_of_companies_are_folded(one: str, other: str) -> None:
    assert company(one) == company(other) != ""


@pytest.mark.parametrize(("one", "other"), [("SA", "SE"), ("Dupont", "Durand"), ("Acme Nord", "Acme Sud")])
def test_names_that_differ_stay_different(one: str, other: str) -> None:
    assert company(one) != company(other)


def shared(kind: str, one: dict[str, Any], other: dict[str, Any]) -> tuple[Sign, ...]:
    return marks_of(kind, one).shared(marks_of(kind, other))


def test_a_domain_is_one_however_it_is_written() -> None:
    for written in ("https://www.acme.example/fr?x=1", "ACME.example", "acme.example:443", "acme.example."):
        assert shared("account", {"name": "A1", "domain": written}, {"name": "B2", "domain": "acme.example"}) == (
            Sign.DOMAIN,
        )
    assert shared("account", {"name": "A1", "domain": "none"}, {"name": "B2", "domain": "none"}) == ()


def test_a_registration_number_is_one_however_it_is_spaced() -> None:
    one, other = {"name": "A1", "custom": {"siren": "732 829 320"}}, {"name": "B2", "custom": {"siren": "732829320"}}
    assert shared("account", one, other) == (Sign.REGISTRATION,)


def test_people_are_known_by_their_address_before_any_plus() -> None:
    one, other = {"last_name": "Petit", "email": "zoe+shop@petit.example"}, {"email": "Zoe@Petit.example"}
    assert shared("contact", one, other) == (Sign.EMAIL,)


def test_people_of_one_name_are_alike_unless_their_accounts_differ() -> None:
    eve = {"first_name": "Ève", "last_name": "Martin"}
    assert shared("contact", eve | {"account_id": 1}, {"first_name": "Martin", "last_name": "Eve"}) == (Sign.NAME,)
    assert shared("contact", eve | {"account_id": 1}, eve | {"account_id": 2}) == ()
    assert shared("contact", {"last_name": "Martin"}, {"last_name": "Martin"}) == ()
    assert shared("lead", {"name": "Eve Martin", "company": "Acme SA"}, {"name": "eve martin", "company": "ACME"}) == (
        Sign.NAME,
    )


def test_a_telephone_of_colleagues_is_no_sign_of_one_person() -> None:
    one = {"name": "Eve Martin", "phone": "+33 1 23 45 67 89"}
    assert shared("lead", one, {"name": "E. Martin", "phone": "01 23 45 67 89"}) == (Sign.PHONE,)
    assert shared("lead", one, {"name": "Bob Durand", "phone": "01 23 45 67 89"}) == ()


@pytest.mark.django_db
def test_pairs_follow_what_is_written() -> None:
    acme = create("account", {"name": "Acme"}, by=BY)
    assert list(pairs("account", Account.objects.all())) == []
    other = create("account", {"name": "ACME S.A.", "domain": "acme.example"}, by=BY)
    (pair,) = pairs("account", Account.objects.all())
    assert (pair.first, pair.second, pair.signs) == (acme.pk, other.pk, (Sign.NAME,))
    change(acme, {"domain": "www.acme.example"}, by=BY)
    assert next(pairs("account", Account.objects.all())).signs == (Sign.DOMAIN, Sign.NAME)
    archive(other, by=BY)
    assert list(pairs("account", Account.objects.all())) == []


@pytest.mark.django_db
def test_only_records_among_those_given_are_told() -> None:
    create("account", {"name": "Acme"}, by=BY)
    other = create("account", {"name": "Acme SA"}, by=BY)
    marks = marks_of("account", {"name": "acme"})
    assert len(alike("account", marks, Account.objects.all())) == 2
    assert alike("account", marks, Account.objects.filter(pk=other.pk)) == [(other.pk, (Sign.NAME,))]
    assert alike("account", marks, Account.objects.filter(pk=other.pk), but={other.pk}) == []
    assert list(pairs("account", Account.objects.filter(pk=other.pk))) == []


@pytest.mark.django_db
def test_what_many_have_in_common_is_no_sign() -> None:
    for number in range(MOST_OF_ONE + 1):
        create("contact", {"first_name": f"Eve {number}", "email": "info@acme.example"}, by=BY)
    assert list(pairs("contact", Contact.objects.all())) == []
    assert alike("contact", marks_of("contact", {"email": "info@acme.example"}), Contact.objects.all()) == []


@pytest.mark.django_db
def test_what_many_have_in_common_is_not_read_to_its_end(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monkeypatch.setattr("cadran.crm.alike.GROUPS", 6)
    for number in range(100):
        create("lead", {"name": f"Lead {number}", "email": "info@acme.example"}, by=BY)
    assert list(pairs("lead", Lead.objects.none())) == []
    with django_assert_max_num_queries(4):
        assert list(pairs("lead", Lead.objects.all())) == []
    marks = marks_of("lead", {"email": "info@acme.example"})
    with django_assert_max_num_queries(4):
        assert alike("lead", marks, Lead.objects.all()) == []


@pytest.mark.django_db
def test_the_surest_come_first() -> None:
    named = create("lead", {"name": "Eve Martin"}, by=BY)
    mailed = create("lead", {"name": "E. M.", "email": "eve@acme.example"}, by=BY)
    marks = marks_of("lead", {"name": "Eve Martin", "email": "eve@acme.example"})
    assert [pk for pk, _signs in alike("lead", marks, Lead.objects.all())] == [mailed.pk, named.pk]
