"""A field that representatives only read: Bob is offered no way to change it, and no door lets him; Alice may."""

from decimal import Decimal

import pytest

from cadran.crm.errors import NotAllowed
from cadran.crm.models import Account, Activity, Change, Deal
from cadran.crm.save import By, change, create
from cadran.workspace.tests.records.conftest import BY, Browser, Company
from cadran.workspace.tests.records.test_writing import undo_of


def only_read(kind: str, *fields: str, role: str = "representative") -> None:
    for field in fields:
        create("field_right", {"role": role, "record": kind, "field": field, "access": "read"}, by=BY)


def amount_of(company: Company, name: str) -> Decimal | None:
    return Deal.objects.values_list("amount", flat=True).get(pk=company[name].pk)


def test_the_page_shows_the_value_and_no_input(bob: Browser, alice: Browser, company: Company) -> None:
    only_read("deal", "amount")
    deal = f"/deals/{company['Gate'].pk}"
    assert "400" in bob.get(deal)
    assert f"{deal}/edit/amount" not in bob.get(deal)
    assert f"{deal}/edit/name" in bob.get(deal)
    assert 'name="amount"' not in bob.get(f"{deal}/edit")
    assert 'name="amount"' not in bob.get("/deals/new")
    assert f"{deal}/edit/amount" in alice.get(deal)
    assert 'name="amount"' in alice.get(f"{deal}/edit")


def test_what_is_sent_all_the_same_is_not_written(bob: Browser, alice: Browser, company: Company) -> None:
    only_read("deal", "amount")
    deal = f"/deals/{company['Gate'].pk}"
    bob.post(f"{deal}/edit/amount", {"amount": "7", "was.amount": "400"}, status=403)
    bob.post(f"{deal}/edit", {"amount": "7", "was.amount": "400", "name": "Gates", "was.name": "Gate"})
    assert amount_of(company, "Gate") == 400
    assert Deal.objects.get(pk=company["Gate"].pk).name == "Gates"
    alice.post(f"{deal}/edit/amount", {"amount": "7", "was.amount": "400"})
    assert amount_of(company, "Gate") == 7


def test_the_door_itself_refuses_with_a_sentence(company: Company) -> None:
    only_read("deal", "amount")
    with pytest.raises(NotAllowed, match="your role may only read it"):
        change(company["Gate"], {"amount": 7}, by=By("member", company.bob))
    stage = company["New"]
    values = {"name": "New one", "stage": stage, "pipeline": stage.pipeline_id, "owner": company.bob, "amount": 7}
    with pytest.raises(NotAllowed, match="amount"):
        create("deal", values, by=By("member", company.bob))
    assert change(company["Gate"], {"amount": 400}, by=By("member", company.bob)) == []  # it is so already
    assert change(company["Gate"], {"amount": 7}, by=By("import", company.bob))


def test_what_names_a_record_is_given_once_and_kept(bob: Browser, company: Company) -> None:
    only_read("account", "name", "status")
    form = bob.get("/accounts/new")
    assert 'name="name"' in form
    assert 'name="status"' not in form
    bob.post("/accounts/new", {"name": "Initech"})
    made = Account.objects.get(name="Initech")
    assert made.owner_id == company.bob.pk
    assert 'name="name"' not in bob.get(f"/accounts/{made.pk}/edit")


def test_many_at_once_are_not_changed_either(bob: Browser, alice: Browser, company: Company) -> None:
    only_read("account", "status")
    acme = company["Acme"].pk
    assert 'name="set.status"' not in bob.get("/accounts")
    assert 'name="set.segment"' in bob.get("/accounts")
    said = bob.post("/accounts/change", {"pk": acme, "set.status": "former"})
    assert "Nothing was changed: your role may not change “Status”" in said
    assert Account.objects.get(pk=acme).status == "customer"
    alice.post("/accounts/change", {"pk": acme, "set.status": "former"})
    assert Account.objects.get(pk=acme).status == "former"


def test_a_merge_keeps_what_one_only_reads(bob: Browser, company: Company) -> None:
    only_read("account", "region")
    twin = company.make("account", "Acme Ltd", owner=company.bob, region="South")
    path = f"/accounts/{company['Acme'].pk}/merge/{twin.pk}"
    page = bob.get(path)
    mark = page.split('name="mark" value="')[1].split('"')[0]
    assert 'name="field.region"' not in page
    bob.post(path, {"mark": mark, "field.region": "other"})
    acme = Account.objects.get(pk=company["Acme"].pk)
    assert Account.objects.get(pk=twin.pk).merged_into_id == acme.pk
    assert acme.region == "North"


def test_what_was_changed_before_is_not_undone_once_it_is_only_read(bob: Browser, company: Company) -> None:
    deal = f"/deals/{company['Gate'].pk}"
    undo = undo_of(bob.post(f"{deal}/edit/amount", {"amount": "7", "was.amount": "400"}))
    only_read("deal", "amount")
    assert "your role may not change it any more" in bob.post(undo)
    assert amount_of(company, "Gate") == 7


def test_nor_is_a_text(bob: Browser, company: Company) -> None:
    acme = company["Acme"].pk
    undo = undo_of(bob.post(f"/accounts/{acme}/edit/region", {"region": "South", "was.region": "North"}))
    only_read("account", "region")
    assert "your role may not change it any more" in bob.post(undo)
    assert Account.objects.get(pk=acme).region == "South"


def test_an_activity_that_one_may_not_finish_offers_no_way_to(bob: Browser, company: Company) -> None:
    only_read("activity", "done_at")
    call = company["Call Eve"]
    assert "/done" not in bob.get(f"/activities/{call.pk}")
    assert "Your role may not say that an activity is done." in bob.post(f"/activities/{call.pk}/done")
    assert Activity.objects.get(pk=call.pk).done_at is None


def test_the_sentence_is_said_in_french(company: Company) -> None:
    only_read("account", "status")
    bob = Browser(company.bob, "fr")
    said = bob.post("/accounts/change", {"pk": company["Acme"].pk, "set.status": "former"})
    assert "votre rôle ne peut pas modifier «\xa0Statut\xa0»" in said
    assert not Change.objects.filter(record="account", field="status", member=company.bob).exists()
