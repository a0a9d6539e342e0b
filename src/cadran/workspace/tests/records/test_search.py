"""Search across everything, among what one may see."""

import pytest

from cadran.crm.save import archive
from cadran.workspace.kinds import record_url
from cadran.workspace.tests.records.conftest import BY, Browser, Company


@pytest.mark.parametrize(
    ("sought", "kind", "name"),
    [
        ("acm", "account", "Acme"),
        ("eve@acme.example", "contact", "Martin"),
        ("eve martin", "contact", "Martin"),
        ("petit", "lead", "Zoé Petit"),
        ("gate", "deal", "Gate"),
        ("lea", "ticket", "Leak"),
        ("a-1", "order", "A-1"),
    ],
)
def test_records_are_found_by_name_address_or_number(
    bob: Browser, company: Company, sought: str, kind: str, name: str
) -> None:
    assert f'href="{record_url(kind, company[name].pk)}"' in bob.get(f"/search?q={sought}")


@pytest.mark.parametrize("sought", ["globex", "Tower", "simpson", "b-1", "globex.example"])
def test_what_others_own_is_not_found(alice: Browser, bob: Browser, sought: str) -> None:
    nothing = f"Nothing that you may see holds “{sought}”."
    assert nothing in bob.get(f"/search?q={sought}")
    assert nothing not in alice.get(f"/search?q={sought}")


def test_a_stranger_searches_nothing(charlie: Browser) -> None:
    assert charlie.client.get("/search?q=acme").headers["location"].startswith("/account/login/?next=")


def test_what_is_archived_is_not_found(bob: Browser, company: Company) -> None:
    archive(company["Gate"], by=BY)
    assert "Nothing that you may see" in bob.get("/search?q=gate")


def test_too_little_or_nothing_sought_finds_nothing(bob: Browser) -> None:
    for question in ("", "?q=", "?q=+", "?q=a", "?q=%00"):
        assert "Type two letters or more" in bob.get(f"/search{question}")


def test_what_begins_with_the_words_comes_first_and_the_list_has_the_rest(alice: Browser, company: Company) -> None:
    company.make("account", "Bolt Works", owner=company.bob)
    for number in range(8):
        company.make("account", f"Nuts and bolt {number}", owner=company.bob)
    page = alice.get("/search?q=bolt")
    assert 'href="/accounts?q=bolt"' in page
    assert page.index("Bolt Works") < page.index("Nuts and bolt 7")
    assert "Nuts and bolt 0" not in page
