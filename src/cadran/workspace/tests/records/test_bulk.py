"""Changing many records at once: all of those ticked or none, with one undo, within one's rights."""

import re

import pytest

from cadran.crm.models import Account, Change, Deal
from cadran.workspace.tests.records.conftest import Browser, Company
from cadran.workspace.tests.records.test_writing import undo_of


def both(company: Company) -> list[int]:
    return [company["Gate"].pk, company["Roof"].pk]


def test_ticked_records_are_changed_together_and_one_undo_takes_all_back(alice: Browser, company: Company) -> None:
    form = {"pk": both(company), "do": "set", "set.owner": company.dora.pk, "set.forecast_category": "commit"}
    page = alice.post("/deals/change?state=open&sort=-amount", form)
    assert "2 records changed." in page
    assert set(Deal.objects.filter(owner=company.dora, forecast_category="commit").values_list("pk", flat=True)) == set(
        both(company)
    )
    alice.post(undo_of(page))
    assert Deal.objects.filter(owner=company.bob, forecast_category=None).count() == 2


def test_the_list_stays_as_it_was_narrowed(alice: Browser, company: Company) -> None:
    form = {"pk": [company["Gate"].pk], "set.forecast_category": "commit"}
    response = alice.client.post("/deals/change?state=open&sort=-amount", form)
    assert response.headers["location"] == "/deals?state=open&sort=-amount"
    page = alice.get("/deals?state=open&sort=-amount")
    assert 'action="/deals/change?state=open&sort=-amount"' in page


def test_ticked_records_are_archived_together(bob: Browser, company: Company) -> None:
    bob.post("/deals/change", {"pk": both(company), "do": "archive"})
    assert Deal.objects.filter(archived_at=None).get().name == "Tower"


def test_records_of_others_are_not_changed_and_none_is(bob: Browser, company: Company) -> None:
    form = {"pk": [*both(company), company["Tower"].pk], "set.forecast_category": "commit"}
    bob.post("/deals/change", form, status=404)
    assert not Deal.objects.filter(forecast_category="commit").exists()


def test_a_representative_gives_nothing_away(bob: Browser, company: Company) -> None:
    assert 'name="set.owner"' not in bob.get("/deals")
    page = bob.post("/deals/change", {"pk": both(company), "set.owner": company.dora.pk})
    assert "Nothing was changed" in page
    assert Deal.objects.filter(owner=company.bob).count() == 2


def test_nothing_ticked_or_chosen_changes_nothing(alice: Browser, company: Company) -> None:
    before = Change.objects.count()
    for form in ({}, {"pk": both(company)}, {"set.forecast_category": "commit"}):
        assert "Tick records and choose what to change." in alice.post("/deals/change", form)
    assert Change.objects.count() == before


@pytest.mark.parametrize("pk", ["x", "-1", "9" * 30, "²"])
def test_what_is_no_record_is_refused(alice: Browser, pk: str) -> None:
    assert alice.client.post("/deals/change", {"pk": pk, "do": "archive"}).status_code in (400, 404)


def test_viewers_tick_nothing(vera: Browser, charlie: Browser, company: Company) -> None:
    assert 'name="pk"' not in vera.get("/accounts")
    vera.post("/accounts/change", {"pk": [company["Acme"].pk], "do": "archive"}, status=403)
    assert charlie.client.post("/accounts/change").status_code == 302
    assert Account.objects.get(name="Acme").archived_at is None


def test_every_row_can_be_ticked_by_its_name(alice: Browser) -> None:
    page = alice.get("/accounts")
    assert len(re.findall(r'name="pk" value="\d+" aria-label="(?:Acme|Globex)"', page)) == 2
