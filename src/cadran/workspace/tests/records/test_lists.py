"""Lists of records: who sees what, in which order, narrowed by what; and the same as files."""

import csv
import re

import pytest

from cadran.crm.save import archive, change, create
from cadran.workspace.kinds import BY_SLUG, LISTINGS
from cadran.workspace.tests.records.conftest import BEGIN, BY, Browser, Company, day


def names(page: str) -> list[str]:
    """The records of a list, in its order."""
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


def count(page: str) -> str:
    found = re.search(r'id="found-title"[^>]*>([^<]*)</h2>', page)
    assert found
    return found[1].strip()


def file(browser: Browser, path: str) -> list[dict[str, str]]:
    text = browser.get(path).removeprefix("\ufeff")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_director_sees_every_record_of_a_kind_and_a_representative_his_own(
    alice: Browser, bob: Browser, company: Company, slug: str
) -> None:
    company.make("lead", "Not his", owner=company.dora)
    company.make("ticket", "Not his either", owner=company.dora, opened_at=BEGIN)
    company.make("activity", "Nor this", kind="note", owner=company.dora, at=BEGIN)
    everything, own = alice.get(f"/{slug}"), bob.get(f"/{slug}")
    assert set(names(own)) < set(names(everything))
    for hidden in set(names(everything)) - set(names(own)):
        assert hidden not in own
    assert count(own).split()[0] == str(len(names(own)))
    assert len(file(bob, f"/{slug}.csv")) == len(names(own))
    assert len(file(alice, f"/{slug}.csv")) == len(names(everything))


@pytest.mark.parametrize("slug", BY_SLUG)
def test_a_stranger_is_led_to_the_door(charlie: Browser, slug: str) -> None:
    for path in (f"/{slug}", f"/{slug}.csv", f"/{slug}/1"):
        assert charlie.client.get(path).headers["location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("path", ["/deals?order=owner__password", "/deals.csv?order=amount", "/leads?outcome=won"])
def test_a_choice_that_a_list_does_not_know_is_refused_with_those_that_it_does(bob: Browser, path: str) -> None:
    page = bob.get(path, status=400)
    assert f"This page knows no choice “{path.partition('?')[2].partition('=')[0]}”. It knows: " in page


def test_a_list_says_names_amounts_and_days(bob: Browser, company: Company) -> None:
    page = bob.get("/deals")
    assert names(page) == ["Gate", "Roof"]
    assert "2 records · €1,600.00" in count(page)
    assert f'<a href="/accounts/{company["Acme"].pk}">Acme</a>' in page
    assert "€400.00" in page
    assert "€200.00" in page  # weighted by the stage
    assert "Nov 1, 2026" in page


def test_amounts_of_several_currencies_are_added_up_apart(alice: Browser) -> None:
    assert count(alice.get("/orders")) == "2 records · €1,200.00 · $50.00"


def test_an_account_of_someone_else_is_named_beside_ones_own_deal_and_leads_nowhere(
    bob: Browser, company: Company
) -> None:
    change(company["Gate"], {"account": company["Globex"]}, by=BY)
    page = bob.get("/deals")
    assert "Globex" in page
    assert f"/accounts/{company['Globex'].pk}" not in page


def test_a_list_is_sorted_by_what_the_address_asks_for_and_blanks_come_last(alice: Browser, company: Company) -> None:
    company.make("deal", "Blank", pipeline=company["Sales"], stage=company["New"], owner=company.bob)
    assert names(alice.get("/deals?sort=amount")) == ["Gate", "Roof", "Tower", "Blank"]
    assert names(alice.get("/deals?sort=-amount")) == ["Tower", "Roof", "Gate", "Blank"]
    assert names(alice.get("/deals?sort=-weighted_amount&state=open")) == ["Tower", "Gate", "Blank"]


@pytest.mark.parametrize(
    "question",
    [
        "sort=owner__password",
        "sort=custom",
        "state=odd",
        "owner=x",
        "from=yesterday",
        "page=0",
        "date=updated_at",
        "page=²",
    ],
)
def test_what_no_list_can_show_is_refused(alice: Browser, question: str) -> None:
    alice.get(f"/deals?{question}", status=400)


def test_a_list_is_narrowed_by_its_filters(alice: Browser, company: Company) -> None:
    assert names(alice.get("/deals?state=won")) == ["Roof"]
    assert names(alice.get(f"/deals?owner={company.dora.pk}")) == ["Tower"]
    assert names(alice.get(f"/deals?stage={company['Offer'].pk}")) == ["Gate"]
    assert names(alice.get("/accounts?region=South")) == ["Globex"]
    assert names(alice.get("/accounts?segment=-")) == ["Acme", "Globex"]
    assert names(alice.get("/activities?state=overdue")) == ["Send offer"]
    assert [row["name"] for row in file(alice, "/deals.csv?state=won")] == ["Roof"]


def test_a_list_is_limited_to_what_leads_to_one_record_and_says_so(alice: Browser, company: Company) -> None:
    page = alice.get(f"/deals?account={company['Acme'].pk}")
    assert names(page) == ["Gate", "Roof"]
    assert "Account: Acme" in page


def test_the_name_of_a_record_one_may_not_see_is_not_told_by_its_number(bob: Browser, company: Company) -> None:
    page = bob.get(f"/deals?account={company['Globex'].pk}")
    assert names(page) == []
    assert "Globex" not in page


def test_dates_are_days_in_the_organisations_zone_and_the_last_is_within(alice: Browser, company: Company) -> None:
    late = day(11, 9).replace(hour=23, minute=30)  # the 10th, in Paris
    company.make("order", "Late", account=company["Acme"], placed_at=late, amount=1, currency="EUR")
    assert names(alice.get("/orders?from=2026-11-10&through=2026-11-10")) == ["Late"]
    assert names(alice.get("/orders?through=2026-11-09&sort=placed_at")) == ["A-1", "B-1"]
    assert names(alice.get("/deals?date=closed_at&from=2026-11-01")) == ["Roof"]


def test_words_are_found_in_any_order_and_in_any_case_of_accented_letters(alice: Browser) -> None:
    assert names(alice.get("/contacts?q=martin+EVE")) == ["Eve Martin"]
    assert names(alice.get("/leads?q=zoÉ")) == ["Zoé Petit"]
    assert names(alice.get("/deals?q=globex")) == ["Tower"]
    assert names(alice.get("/accounts?q=%25")) == []
    assert "Take a filter away" in alice.get("/accounts?q=nothing+like+it")


def test_what_is_archived_is_listed_only_on_demand(alice: Browser, company: Company) -> None:
    archive(company["Gate"], by=BY)
    assert names(alice.get("/deals")) == ["Tower", "Roof"]
    assert names(alice.get("/deals?archived=1")) == ["Tower", "Gate", "Roof"]
    assert len(file(alice, "/deals.csv")) == 2


def test_a_long_list_has_pages(alice: Browser, company: Company) -> None:
    for number in range(60):
        create("account", {"name": f"Firm {number:02}", "owner": company.bob}, by=BY)
    assert len(names(alice.get("/accounts"))) == 50
    assert names(alice.get("/accounts?page=2"))[-1] == "Globex"
    assert "Page 2 of 2" in alice.get("/accounts?page=9")
    assert len(file(alice, "/accounts.csv")) == 62


def test_a_file_holds_every_field_and_runs_nothing(alice: Browser, company: Company) -> None:
    change(company["Gate"], {"name": "=HYPERLINK(1)", "channel": "+33"}, by=BY)
    gate = next(row for row in file(alice, "/deals.csv") if row["id"] == str(company["Gate"].pk))
    assert gate["name"] == "'=HYPERLINK(1)"
    assert gate["channel"] == "'+33"
    assert (gate["account"], gate["owner"], gate["stage"], gate["amount"], gate["currency"]) == (
        "Acme", "Bob", "Offer", "400", "EUR",
    )  # fmt: skip
    assert gate["created_at"] == "2026-10-05T09:00:00Z"


def test_an_own_field_is_a_column_of_the_file(alice: Browser, company: Company) -> None:
    create("custom_field", {"record": "deal", "key": "rival", "type": "text", "label_en": "Rival"}, by=BY)
    change(company["Gate"], {"custom.rival": "Initech"}, by=BY)
    assert "Initech" in {row["custom.rival"] for row in file(alice, "/deals.csv")}


def test_lists_speak_french(company: Company) -> None:
    page = Browser(company.alice, "fr").get("/accounts")
    for words in ("Comptes", "client", "prospect", "Région"):
        assert words in page


def test_every_list_is_reached_from_every_page(alice: Browser) -> None:
    for listing in LISTINGS:
        assert f'href="/{listing.slug}"' in alice.get("/activities")
    assert 'href="/accounts"' in alice.get("/kpi/")


def test_an_empty_list_says_what_it_is_and_what_to_do_now(
    company: Company, bob: Browser, vera: Browser, alice: Browser
) -> None:
    archive(company["Zoé Petit"], by=BY)
    assert "A person or company that showed interest" in alice.get("/leads")
    assert 'href="/imports">Import a file' in alice.get("/leads")
    assert 'data-new href="/leads/new"' in bob.get("/leads")
    assert 'href="/imports"' not in bob.get("/leads")
    assert "Ask an administrator to import a file." in vera.get("/leads")
    assert 'href="/leads/new"' not in vera.get("/leads")
