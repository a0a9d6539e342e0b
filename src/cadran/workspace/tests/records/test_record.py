"""The page of a record: who sees it, what it shows, what happened to it."""

import re
from decimal import Decimal

import pytest

from cadran.crm.merge import merge
from cadran.crm.models import Account, Origin
from cadran.crm.records import fields_of
from cadran.crm.save import By, change, create
from cadran.kpis.field_names import field_names
from cadran.workspace.kinds import LISTED, record_url
from cadran.workspace.record import NOT_SHOWN
from cadran.workspace.tests.records.conftest import BY, Browser, Company, day

NAMES = {
    "account": ("Acme", "Globex"),
    "contact": ("Martin", "Simpson"),
    "deal": ("Gate", "Tower"),
    "order": ("A-1", "B-1"),
}


@pytest.mark.parametrize("kind", NAMES)
def test_ones_own_records_have_a_page_and_those_of_others_do_not_exist(
    alice: Browser, bob: Browser, charlie: Browser, company: Company, kind: str
) -> None:
    own, other = (record_url(kind, company[name].pk) for name in NAMES[kind])
    assert NAMES[kind][0] in bob.get(own)
    bob.get(other, status=404)
    bob.get(record_url(kind, 10**6), status=404)
    assert NAMES[kind][1] in alice.get(other)
    assert charlie.client.get(own).status_code == 302


@pytest.mark.parametrize(
    ("name", "words"),
    [("Globex", "Another account has the same name"), ("unknown", "Its name is the word for no name in numbers")],
)
def test_an_account_whose_numbers_cannot_be_told_apart_says_so(
    alice: Browser, company: Company, name: str, words: str
) -> None:
    url = record_url("account", company["Acme"].pk)
    assert words not in alice.get(url)
    change(company["Acme"], {"name": name}, by=BY)
    page = alice.get(url)
    assert words in page
    assert "Pipeline value" not in page


def test_an_account_that_took_in_one_of_its_name_keeps_its_numbers(alice: Browser, company: Company) -> None:
    twin = company.make("account", "Acme", owner=company.bob)
    url = record_url("account", company["Globex"].pk)
    change(company["Globex"], {"name": "Acme"}, by=BY)
    assert "Another account has the same name" in alice.get(url)
    for other in (twin, Account.objects.get(name="Acme", status="customer")):
        merge(company["Globex"], other, {}, by=BY)
    page = alice.get(url)
    assert "Another account has the same name" not in page
    assert "Pipeline value" in page


def test_the_name_of_an_account_one_may_not_see_is_not_betrayed(bob: Browser, company: Company) -> None:
    url = record_url("account", company["Acme"].pk)
    change(company["Acme"], {"name": "Globex"}, by=BY)
    assert "Another account has the same name" not in bob.get(url)
    company.make("deal", "Shared", account=company["Globex"], owner=company.bob, pipeline=company["Sales"],
                 stage=company["New"], amount=5)  # fmt: skip
    assert "Another account has the same name" in bob.get(url)


def test_what_stands_open_is_told_as_of_today_and_revenue_over_twelve_months(bob: Browser, company: Company) -> None:
    page = bob.get(record_url("account", company["Acme"].pk))
    periods = dict(re.findall(r'href="/kpi/(\w+)\?period=(\w+)', page))
    assert periods["revenue"] == "12_months"
    assert periods["pipeline_value"] == periods["open_tickets"] == "month"


def test_a_page_shows_fields_links_and_own_fields_in_words(alice: Browser, company: Company) -> None:
    create("custom_field", {"record": "deal", "key": "worth", "type": "money", "label_en": "Worth"}, by=BY)
    change(company["Gate"], {"custom.worth": Decimal(1500)}, by=BY)
    page = alice.get(record_url("deal", company["Gate"].pk))
    for words in ("€400.00", "Offer", "Partner", "Bob", "Worth", "€1,500.00", "Oct 5, 2026"):
        assert words in page
    assert f'<a href="{record_url("account", company["Acme"].pk)}">Acme</a>' in page


def test_a_customers_page_gathers_deals_contacts_orders_tickets_subscriptions_and_answers(
    alice: Browser, company: Company
) -> None:
    acme = company["Acme"]
    create("subscription", {"account": acme, "plan": "Gold", "monthly_amount": Decimal(90), "currency": "EUR"}, by=BY)
    survey = create("survey", {"name": "After the visit", "kind": "csat"}, by=BY)
    said = {"survey": survey, "account": acme, "score": Decimal(8), "comment": "Fine work", "at": day(11, 8)}
    create("answer", said, by=BY)
    page = alice.get(record_url("account", acme.pk))
    for words in ("Gate", "Roof", "Eve Martin", "A-1", "Leak", "Call Eve", "Gold", "€90.00", "Fine work", "Revenue"):
        assert words in page
    for words in ("Tower", "B-1", "Homer"):
        assert words not in page


def test_what_others_own_is_not_on_the_page_of_ones_own_account(bob: Browser, company: Company) -> None:
    acme = company["Acme"]
    company.make("ticket", "Secret ticket", account=acme, owner=company.dora, opened_at=day(11, 9))
    company.make("activity", "Secret call", kind="call", account=acme, owner=company.dora, at=day(11, 9))
    company.make(
        "deal", "Secret deal", account=acme, owner=company.dora, pipeline=company["Sales"], stage=company["New"],
        amount=777777,
    )  # fmt: skip
    page = bob.get(record_url("account", acme.pk))
    assert "Secret" not in page
    assert "777,777" not in page


def test_history_tells_who_changed_what_when_from_and_to(alice: Browser, company: Company) -> None:
    by = By(Origin.MEMBER, company.bob)
    change(company["Gate"], {"amount": 500, "stage": company["New"]}, by=by, at=day(11, 12))
    page = alice.get(record_url("deal", company["Gate"].pk))
    history = page[page.index('class="timeline"') :]
    assert "<del>€400.00</del>" in history
    assert "<ins>€500.00</ins>" in history
    assert "<del>Offer</del>" in history
    assert "<ins>New</ins>" in history
    assert "Nov 12, 2026" in history
    assert history.index("Bob") < history.index("Created")
    assert "Import" in history


def test_history_does_not_name_an_account_one_may_not_see(bob: Browser, company: Company) -> None:
    change(company["Gate"], {"account": company["Globex"]}, by=BY)
    change(company["Gate"], {"account": company["Acme"]}, by=BY)
    page = bob.get(record_url("deal", company["Gate"].pk))
    assert "Globex" not in page
    assert f"Account {company['Globex'].pk}" in page


def test_a_task_tells_how_many_of_those_under_it_are_done(bob: Browser, company: Company) -> None:
    task = company["Send offer"]
    company.make("activity", "Draft", kind="task", parent=task, owner=company.bob, done_at=day(11, 9))
    company.make("activity", "Sign", kind="task", parent=task, owner=company.bob)
    company.make("activity", "Hidden", kind="task", parent=task, owner=company.dora)
    page = bob.get(record_url("activity", task.pk))
    assert "1 of 2 done" in page
    assert "Hidden" not in page


def test_pages_speak_french(company: Company) -> None:
    page = Browser(company.alice, "fr").get(record_url("account", company["Acme"].pk))
    for words in ("Ce que l’on sait", "Ce qui s’est passé", "Affaires", "Commercial"):
        assert words in page


def test_every_field_of_a_listed_kind_has_its_name_in_words() -> None:
    shown = {name for kind in LISTED for name in fields_of(kind)} - NOT_SHOWN
    assert shown - field_names().keys() == set()


def test_amounts_of_the_past_are_told_in_the_currency_that_they_had(bob: Browser, company: Company) -> None:
    gate = company["Gate"]
    change(gate, {"amount": 500}, by=BY, at=day(11, 10))
    change(gate, {"amount": 600, "currency": "USD"}, by=BY, at=day(11, 11))
    change(gate, {"amount": 700}, by=BY, at=day(11, 12))
    page = bob.get(record_url("deal", gate.pk))
    for before, after in (("€400", "€500"), ("€500", "$600"), ("$600", "$700")):
        assert f'<del>{before}.00</del> <span aria-hidden="true">→</span> <ins>{after}.00</ins>' in page
