"""Making, changing, archiving and undoing: who may, what the form says, what is written."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from cadran.crm.models import Account, Activity, Change, Contact, Deal, Ticket
from cadran.crm.save import change, create
from cadran.members.rights import Role
from cadran.workspace.kinds import BY_SLUG, record_url
from cadran.workspace.tests.records.conftest import BY, Browser, Company

UNDO = re.compile(r'action="(/undo/\d+)"')


def undo_of(page: str) -> str:
    found = UNDO.search(page)
    assert found, "no undo is offered"
    return found[1]


def said(company: Company, name: str) -> Any:
    """A record as it is now."""
    record = company[name]
    record.refresh_from_db()
    return record


def test_a_form_asks_for_every_field_in_its_type(alice: Browser) -> None:
    page = alice.get("/deals/new")
    assert re.search(r'<input id="f-amount" name="amount" type="number"', page)
    assert re.search(r'<input id="f-expected_close_on" name="expected_close_on" type="date"', page)
    assert '<select id="f-stage"' in page
    assert "Sales · Offer" in page
    assert "Sales · Won" not in page  # a deal begins open
    assert 'name="closed_at"' not in page


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_kind_has_a_form_in_both_languages(company: Company, slug: str) -> None:
    for language in ("en", "fr"):
        assert 'id="entry"' in Browser(company.alice, language).get(f"/{slug}/new")


def test_a_deal_is_made_of_what_the_form_holds(alice: Browser, company: Company) -> None:
    form = {
        "name": "Bridge",
        "account": f"Acme (#{company['Acme'].pk})",
        "stage": company["Offer"].pk,
        "amount": "1234.5",
        "currency": "usd",
        "owner": company.bob.pk,
        "expected_close_on": "2026-12-24",
    }
    page = alice.post("/deals/new", form)
    deal = Deal.objects.get(name="Bridge")
    assert (deal.account, deal.stage, deal.pipeline) == (company["Acme"], company["Offer"], company["Sales"])
    assert (deal.amount, deal.currency, deal.owner) == (Decimal("1234.5"), "USD", company.bob)
    assert deal.expected_close_on == date(2026, 12, 24)
    assert "“Bridge” is made." in page
    made = Change.objects.get(record="deal", record_id=deal.pk)
    assert (made.field, made.origin, made.member) == ("", "member", company.alice)


def test_a_representative_makes_records_that_are_his_whatever_he_sends(bob: Browser, company: Company) -> None:
    assert 'name="owner"' not in bob.get("/accounts/new")
    bob.post("/accounts/new", {"name": "Initech", "owner": company.dora.pk})
    assert Account.objects.get(name="Initech").owner == company.bob


@pytest.mark.parametrize(
    ("language", "typed", "amount"),
    [
        ("en", "1,234", "1234"), ("en", "12,345.60", "12345.6"), ("en", ".5", "0.5"), ("en", "1,5", None),
        ("fr", "1,234", "1.234"), ("fr", "1\u202f234,50", "1234.5"), ("fr", "1.5", "1.5"), ("fr", "1.234,5", None),
    ],
)  # fmt: skip
def test_a_comma_means_what_it_means_to_the_reader(
    language: str, typed: str, amount: str | None, company: Company
) -> None:
    form = {"name": "Dam", "stage": company["Offer"].pk, "amount": typed, "currency": "EUR"}
    Browser(company.alice, language).post("/deals/new", form)
    found = list(Deal.objects.filter(name="Dam").values_list("amount", flat=True))
    assert found == ([] if amount is None else [Decimal(amount)])


def test_moments_are_in_the_organisations_zone_and_numbers_may_be_typed_in_french(alice: Browser) -> None:
    alice.post("/tickets/new", {"subject": "Noise", "opened_at": "2026-11-20T09:30"})
    assert Ticket.objects.get(subject="Noise").opened_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    alice.post("/accounts/new", {"name": "Umbrella", "employees": "1 200"})
    assert Account.objects.get(name="Umbrella").employees == 1200


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"name": ""}, "name", "Fill this in."),
        ({"name": "x" * 251}, "name", "Write at most 250 characters."),
        ({"name": "A", "employees": "many"}, "employees", "Write a number"),
        ({"name": "A", "employees": "-1"}, "employees", "Write a number from 0"),
        ({"name": "A", "employees": "1.5"}, "employees", "Write a whole number."),
        ({"name": "A", "parent": "Nowhere Inc"}, "parent", "Nothing that you may see is called so."),
        ({"name": "A", "owner": "999999"}, "owner", "Choose one of the list."),
        ({"name": "A\0B"}, "name", "contains the character NUL"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    alice: Browser, company: Company, form: dict[str, str], field: str, words: str
) -> None:
    before = Change.objects.count()
    page = alice.post("/accounts/new", form)
    error = re.search(rf'id="e-{field}">([^<]*)<', page)
    assert error
    assert words in error[1]
    assert Change.objects.count() == before


def test_what_the_door_refuses_is_said_in_the_readers_language(company: Company) -> None:
    page = Browser(company.alice, "fr").post("/accounts/new", {"name": "A\0B"})
    assert re.search(r'id="e-name">([^<]*)<', page)[1] == "contient le caractère NUL"  # type: ignore[index]


def test_a_link_is_found_by_its_whole_name_among_what_one_may_see(bob: Browser, company: Company) -> None:
    bob.post("/contacts/new", {"last_name": "Doe", "account": "acme"})
    assert Contact.objects.get(last_name="Doe").account == company["Acme"]
    for text in ("Globex", f"Globex (#{company['Globex'].pk})"):
        assert "Nothing that you may see" in bob.post("/contacts/new", {"last_name": "Roe", "account": text})
    assert not Contact.objects.filter(last_name="Roe").exists()


def test_only_what_one_may_see_is_offered(alice: Browser, bob: Browser) -> None:
    assert "Globex" in alice.get("/accounts/options?field=account&account=glo")
    assert "Globex" not in bob.get("/accounts/options?field=account&account=glo")


def test_a_form_is_filled_with_what_the_address_gives(bob: Browser, company: Company) -> None:
    page = bob.get(f"/activities/new?account={company['Acme'].pk}&kind=task")
    assert f'value="Acme (#{company["Acme"].pk})"' in page
    assert '<option value="task" selected>' in page
    assert "Globex" not in bob.get(f"/activities/new?account={company['Globex'].pk}")


def test_one_field_is_changed_and_the_change_can_be_undone_and_done_again(bob: Browser, company: Company) -> None:
    url = record_url("deal", company["Gate"].pk)
    assert f'href="{url}/edit/amount"' in bob.get(url)
    assert 'name="amount"' in bob.get(f"{url}/edit/amount")
    page = bob.post(f"{url}/edit/amount", {"amount": "450", "was.amount": "400"})
    assert said(company, "Gate").amount == 450
    again = bob.post(undo_of(page))
    assert said(company, "Gate").amount == 400
    assert "Undone." in again
    bob.post(undo_of(again))
    assert said(company, "Gate").amount == 450


def test_only_what_was_touched_is_written(bob: Browser, company: Company) -> None:
    company["Gate"].refresh_from_db()
    change(company["Leak"], {"opened_at": datetime(2026, 11, 5, 9, 0, 30, tzinfo=UTC)}, by=BY)
    url = record_url("ticket", company["Leak"].pk)
    page = bob.get(f"{url}/edit")
    sent = dict(re.findall(r'name="(was\.[a-z_]+)" value="([^"]*)"', page))
    form = {**sent, **{name.removeprefix("was."): text for name, text in sent.items()}, "priority": "low"}
    bob.post(f"{url}/edit", form)
    last = Change.objects.filter(record="ticket", record_id=company["Leak"].pk, member=company.bob)
    assert [(one.field, one.from_value, one.to_value) for one in last] == [("priority", "high", "low")]


def test_what_somebody_changed_meanwhile_is_not_overwritten_unseen(bob: Browser, company: Company) -> None:
    url = f"{record_url('deal', company['Gate'].pk)}/edit/amount"
    change(company["Gate"], {"amount": 900}, by=BY)
    page = bob.post(url, {"amount": "450", "was.amount": "400"})
    assert "Somebody changed this meanwhile, to “900”" in page
    assert said(company, "Gate").amount == 900
    bob.post(url, {"amount": "450", "was.amount": "900"})
    assert said(company, "Gate").amount == 450


def test_an_own_field_is_filled_in_by_its_type(alice: Browser, company: Company) -> None:
    own = {"record": "deal", "key": "risk", "type": "choice", "choices": ["low", "high"], "label_en": "Danger"}
    create("custom_field", own, by=BY)
    url = f"{record_url('deal', company['Gate'].pk)}/edit/custom.risk"
    assert "Danger" in alice.get(url)
    alice.post(url, {"custom.risk": "high", "was.custom.risk": ""})
    assert said(company, "Gate").custom == {"risk": "high"}
    assert "Choose one of the list." in alice.post(url, {"custom.risk": "none", "was.custom.risk": "high"})


def test_a_record_is_archived_and_comes_back(bob: Browser, company: Company) -> None:
    url = record_url("deal", company["Gate"].pk)
    page = bob.post(f"{url}/archive")
    assert said(company, "Gate").archived_at is not None
    assert "Gate" not in re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)', bob.get("/deals"))
    bob.post(undo_of(page))
    assert said(company, "Gate").archived_at is None
    for _again in range(2):
        assert 'name="archived" value="no"' in bob.post(f"{url}/archive", {"archived": "yes"})
        assert said(company, "Gate").archived_at is not None, "sent twice it does what it does once"
    for _again in range(2):
        assert 'name="archived" value="yes"' in bob.post(f"{url}/archive", {"archived": "no"})
        assert said(company, "Gate").archived_at is None


def test_what_was_made_by_mistake_is_archived_by_undo(alice: Browser) -> None:
    page = alice.post("/accounts/new", {"name": "Mistake"})
    alice.post(undo_of(page))
    assert Account.objects.get(name="Mistake").archived_at is not None


def test_a_task_is_done(bob: Browser, company: Company) -> None:
    page = bob.post(f"/activities/{company['Send offer'].pk}/done")
    assert "“Send offer” is done." in page
    assert Activity.objects.get(subject="Send offer").done_at is not None
    bob.post(undo_of(page))
    assert Activity.objects.get(subject="Send offer").done_at is None


def test_undo_leaves_alone_what_changed_since(bob: Browser, company: Company) -> None:
    url = record_url("deal", company["Gate"].pk)
    page = bob.post(f"{url}/edit/amount", {"amount": "450", "was.amount": "400"})
    change(company["Gate"], {"amount": 900}, by=BY)
    assert "it can no longer be undone" in bob.post(undo_of(page))
    assert said(company, "Gate").amount == 900


def test_nobody_undoes_what_another_wrote(alice: Browser, bob: Browser, company: Company) -> None:
    url = record_url("deal", company["Gate"].pk)
    page = bob.post(f"{url}/edit/amount", {"amount": "450", "was.amount": "400"})
    alice.post(undo_of(page), status=404)
    alice.post("/undo/999999999", status=404)
    assert said(company, "Gate").amount == 450


def test_a_representative_writes_no_record_of_others(bob: Browser, company: Company) -> None:
    url = record_url("deal", company["Tower"].pk)
    bob.get(f"{url}/edit", status=404)
    bob.post(f"{url}/edit/amount", {"amount": "1", "was.amount": "90000"}, status=404)
    bob.post(f"{url}/archive", status=404)
    assert (said(company, "Tower").amount, company["Tower"].archived_at) == (90000, None)


def test_a_representative_gives_no_record_away(bob: Browser, company: Company) -> None:
    url = record_url("deal", company["Gate"].pk)
    bob.get(f"{url}/edit/owner", status=403)
    bob.post(f"{url}/edit/owner", {"owner": company.dora.pk}, status=403)
    bob.post(f"{url}/edit", {"owner": company.dora.pk, "was.owner": company.bob.pk})
    assert said(company, "Gate").owner == company.bob


def test_a_deal_is_moved_and_not_written_to_its_stage(alice: Browser, company: Company) -> None:
    url = record_url("deal", company["Gate"].pk)
    assert f'href="/pipeline/{company["Gate"].pk}/move"' in alice.get(url)
    alice.get(f"{url}/edit/stage", status=403)
    alice.get(f"{url}/edit/password", status=404)
    alice.post(f"{url}/edit", {"stage": company["Won"].pk, "was.stage": company["Offer"].pk})
    assert said(company, "Gate").stage == company["Offer"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_viewers_and_analysts_read_and_write_nothing(company: Company, role: Role) -> None:
    company.vera.role = role
    company.vera.save()
    reading = Browser(company.vera)
    url = record_url("deal", company["Gate"].pk)
    page = reading.get(url) + reading.get("/deals")
    assert "/edit" not in page
    assert "/new" not in page
    assert "/archive" not in page
    for path in ("/deals/new", f"{url}/edit", f"{url}/edit/amount"):
        reading.get(path, status=403)
        reading.post(path, {"name": "x"}, status=403)
    reading.post(f"{url}/archive", status=403)
    assert said(company, "Gate").archived_at is None


def test_a_stranger_writes_nothing(charlie: Browser, company: Company) -> None:
    for path in ("/deals/new", f"{record_url('deal', company['Gate'].pk)}/archive", "/undo/1"):
        assert charlie.client.post(path).headers["location"].startswith("/account/login/?next=")


def test_a_manager_does_not_make_what_she_would_not_see(company: Company) -> None:
    company.alice.role = Role.MANAGER
    company.alice.save()
    page = Browser(company.alice).post("/accounts/new", {"name": "Nobody's", "owner": ""})
    assert "Choose an owner" in page
    assert not Account.objects.filter(name="Nobody's").exists()


def test_an_action_is_read_by_no_get(alice: Browser, company: Company) -> None:
    for path in (f"{record_url('deal', company['Gate'].pk)}/archive", "/undo/1", "/activities/1/done"):
        assert alice.client.get(path).status_code == 405


def test_a_manager_leaves_no_record_without_an_owner_as_it_would_be_out_of_sight(company: Company) -> None:
    company.vera.role = Role.MANAGER
    company.vera.save()
    company.make("deal", "Shed", pipeline=company["Sales"], stage=company["New"], owner=company.vera)
    url = record_url("deal", company["Shed"].pk)
    page = Browser(company.vera).post(f"{url}/edit/owner", {"owner": "", "was.owner": company.vera.pk})
    assert "you would not see this record" in page
    assert said(company, "Shed").owner == company.vera
