"""Records that look alike: said beside a form and on a page, listed, told apart; nobody learns of what is others'."""

import pytest

from cadran.crm.models import Account
from cadran.workspace.models import Apart
from cadran.workspace.tests.records.conftest import Browser, Company


@pytest.fixture
def twins(company: Company) -> Company:
    """Bob has Acme twice; Dora has a Globex, and Bob one too."""
    company.make("account", "ACME S.A.", owner=company.bob)
    company.make("account", "Globex Ltd", owner=company.bob, domain="www.globex.example")
    company.make("contact", "MARTIN", first_name="Ève", account=company["Acme"], owner=company.bob)
    return company


def test_a_form_tells_what_looks_like_it(bob: Browser, twins: Company) -> None:
    page = bob.get("/accounts/alike?name=acme%20sas")
    for name in ("Acme", "ACME S.A."):
        assert f'<a href="/accounts/{twins[name].pk}">{name}</a>' in page
    assert "the same name" in page
    assert 'hx-get="/accounts/alike"' in bob.get("/accounts/new")
    assert "There may be one already" not in bob.get("/accounts/alike?name=Initech")
    assert "There may be one already" in bob.get("/accounts/new?name=Acme")  # without script
    assert bob.get("/deals/alike?name=Gate").strip() == ""


def test_a_form_tells_nothing_of_what_is_others(bob: Browser, alice: Browser, twins: Company) -> None:
    asked = "/accounts/alike?domain=globex.example&name=Globex"
    assert f'href="/accounts/{twins["Globex"].pk}"' not in bob.get(asked)
    assert f'href="/accounts/{twins["Globex"].pk}"' in alice.get(asked)
    assert f'href="/accounts/{twins["Globex Ltd"].pk}"' in bob.get(asked)


def test_a_contact_is_known_by_the_account_typed(bob: Browser, twins: Company) -> None:
    asked = "/contacts/alike?first_name=Eve&last_name=Martin&account="
    assert bob.get(asked).count("<a ") == 2
    assert bob.get(f"{asked}Acme (%23{twins['Acme'].pk})").count("<a ") == 2
    assert bob.get(f"{asked}Other (%23{twins['Globex Ltd'].pk})").count("<a ") == 0
    assert bob.get("/contacts/alike?email=EVE%2Bnews@acme.example").count("<a ") == 1


def test_a_record_does_not_look_like_itself(bob: Browser, twins: Company) -> None:
    page = bob.get(f"/accounts/alike?name=Acme&pk={twins['Acme'].pk}")
    assert f'href="/accounts/{twins["Acme"].pk}"' not in page
    assert f'href="/accounts/{twins["ACME S.A."].pk}"' in page


def test_a_warning_keeps_nobody_from_saving(bob: Browser, twins: Company) -> None:
    page = bob.post("/accounts/new", {"name": "acme"})
    assert "“acme” is made." in page
    assert "It looks like" in page
    assert Account.objects.filter(name="acme").exists()


def test_a_page_tells_what_its_record_looks_like(bob: Browser, vera: Browser, twins: Company) -> None:
    acme, other = twins["Acme"].pk, twins["ACME S.A."].pk
    page = bob.get(f"/accounts/{acme}")
    assert f'href="/accounts/{acme}/merge/{other}"' in page
    assert "It looks like" not in vera.get(f"/accounts/{acme}")
    assert "It looks like" not in bob.get(f"/accounts/{twins['Globex Ltd'].pk}")


def test_pairs_are_listed_within_ones_records(bob: Browser, alice: Browser, twins: Company) -> None:
    mine = bob.get("/duplicates")
    assert "1 likely pair" in mine
    assert "Globex" not in mine
    assert f'href="/accounts/{twins["ACME S.A."].pk}"' in mine
    assert "2 likely pairs" in alice.get("/duplicates?of=accounts")
    assert "1 likely pair" in bob.get("/duplicates?of=contacts")
    assert "0 likely pairs" in bob.get("/duplicates?of=leads")
    for unknown in ("deals", "members", "x"):
        bob.get(f"/duplicates?of={unknown}", status=404)


def test_what_is_not_the_same_is_said_once(bob: Browser, twins: Company) -> None:
    acme, other = twins["Acme"].pk, twins["ACME S.A."].pk
    page = bob.post(f"/accounts/{acme}/apart/{other}")
    assert "are not the same" in page
    assert "0 likely pairs" in page
    assert "They may be" in page
    bob.post(f"/accounts/{other}/apart/{acme}", {"apart": "yes"})
    assert Apart.objects.count() == 1, "said twice it holds as said once"
    assert "It looks like" not in bob.get(f"/accounts/{other}")
    assert "Acme</a>" not in bob.get(f"/accounts/alike?name=acme&pk={other}")
    for _again in range(2):
        assert "may be the same again" in bob.post(f"/accounts/{other}/apart/{acme}", {"apart": "no"})
        assert not Apart.objects.exists()
    assert "1 likely pair" in bob.get("/duplicates")


def test_only_what_one_may_change_is_told_apart(bob: Browser, vera: Browser, charlie: Browser, twins: Company) -> None:
    mine, others = twins["Globex Ltd"].pk, twins["Globex"].pk
    bob.post(f"/accounts/{mine}/apart/{others}", status=404)
    bob.post(f"/accounts/{mine}/apart/{mine}", status=404)
    vera.post(f"/accounts/{mine}/apart/{others}", status=403)
    assert charlie.client.post(f"/accounts/{mine}/apart/{others}").status_code == 302
    assert not Apart.objects.exists()


def test_what_others_told_apart_is_not_told_to_those_who_do_not_see_it(
    bob: Browser, alice: Browser, twins: Company
) -> None:
    alice.post(f"/accounts/{twins['Globex'].pk}/apart/{twins['Globex Ltd'].pk}")
    assert "They may be" in alice.get("/duplicates")
    assert "They may be" not in bob.get("/duplicates")
