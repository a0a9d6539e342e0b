"""The files of a list hold what the list shows, to the last digit and to nobody more, and say what they rest on."""

import json
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from cadran.crm.save import archive, change, create
from cadran.workspace import twins
from cadran.workspace.kinds import BY_SLUG
from cadran.workspace.tests.records.conftest import BY, Browser, Company
from cadran.workspace.tests.records.test_lists import file

FORMS = ("csv", "xlsx", "json", "pdf")


def taken(browser: Browser, path: str) -> bytes:
    response: Any = browser.client.get(path)
    assert response.status_code == 200, response.status_code
    return bytes(response.getvalue())


def as_json(browser: Browser, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(taken(browser, path), parse_float=Decimal)
    return found


def sheets(browser: Browser, path: str) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(taken(browser, path)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_every_form_holds_the_same_records(alice: Browser, company: Company) -> None:
    change(company["Gate"], {"amount": Decimal("400.1234")}, by=BY)
    query = f"?state=open&owner={company.bob.pk}"
    (line,), found = file(alice, f"/deals.csv{query}"), as_json(alice, f"/deals.json{query}")
    (record,) = found["records"]
    header, row = sheets(alice, f"/deals.xlsx{query}")["Deals"]
    cells = dict(zip(header, row, strict=True))
    assert [one["name"] for one in (line, record, cells)] == ["Gate"] * 3
    assert (line["amount"], record["amount"], cells["amount"]) == ("400.1234", Decimal("400.1234"), 400.1234)
    assert (line["created_at"], record["created_at"]) == ("2026-10-05T09:00:00Z", "2026-10-05T09:00:00Z")
    assert line["owner"] == record["owner"] == cells["owner"] == "Bob"
    assert taken(alice, f"/deals.pdf{query}").startswith(b"%PDF")


def test_every_form_says_what_it_rests_on(alice: Browser, company: Company) -> None:
    query = f"?q=gate&owner={company.bob.pk}&from=2026-10-01&sort=-amount"
    found = as_json(alice, f"/deals.json{query}")
    assert found["definition"] == "Deals that Alice may see, without archived ones"
    assert found["filters"] == "search = gate; owner = Bob; created_at from = 2026-10-01"
    assert (found["list"], found["order"]) == ("deals", "amount descending")
    assert found["as_of"] == "2026-11-22T12:00:00Z"
    (line,) = file(alice, f"/deals.csv{query}")
    about = dict(sheets(alice, f"/deals.xlsx{query}")["About"][1:])
    for name in ("list", "definition", "filters", "order"):
        assert line[name] == about[name] == found[name]
    assert "archived ones too" in as_json(alice, "/deals.json?archived=1")["definition"]


@pytest.mark.parametrize("slug", BY_SLUG)
def test_every_kind_has_every_form_in_both_languages(company: Company, slug: str) -> None:
    for language in ("en", "fr"):
        browser = Browser(company.alice, language)
        for form in FORMS:
            assert taken(browser, f"/{slug}.{form}")
            if language == "en":
                assert f'href="/{slug}.{form}"' in browser.get(f"/{slug}")


@pytest.mark.parametrize("form", FORMS)
def test_a_representative_takes_away_his_own_alone(bob: Browser, company: Company, form: str) -> None:
    archive(company["Roof"], by=BY)
    content = taken(bob, f"/deals.{form}")
    if form == "xlsx":
        content = str(sheets(bob, f"/deals.{form}")).encode()
    assert b"Tower" not in content
    assert b"Dora" not in content
    assert form == "pdf" or b"Gate" in content
    assert b"Roof" not in content


def test_a_filter_by_what_one_does_not_see_names_it_not(bob: Browser, company: Company) -> None:
    found = as_json(bob, f"/deals.json?account={company['Globex'].pk}")
    assert found["records"] == []
    assert found["filters"] == f"account = {company['Globex'].pk}"


def test_an_own_field_is_in_every_form(alice: Browser, company: Company) -> None:
    create("custom_field", {"record": "deal", "key": "rival", "type": "text", "label_en": "Rival"}, by=BY)
    change(company["Gate"], {"custom.rival": "=Initech"}, by=BY)
    assert "=Initech" in [record["custom.rival"] for record in as_json(alice, "/deals.json")["records"]]
    header, *rows = sheets(alice, "/deals.xlsx")["Deals"]
    assert "=Initech" in [row[header.index("custom.rival")] for row in rows]


def test_what_is_longer_than_a_file_holds_is_said(
    alice: Browser, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "MOST_ROWS", 2)
    monkeypatch.setattr(twins, "MOST_PRINTED", 1)
    for form in ("xlsx", "pdf"):
        assert "These are 3 records" in alice.get(f"/deals.{form}", status=400)
    assert len(file(alice, "/deals.csv")) == 3


def test_an_empty_list_is_a_file_too(alice: Browser, company: Company) -> None:
    assert as_json(alice, "/deals.json?q=nothing")["records"] == []
    assert taken(alice, "/deals.pdf?q=nothing").startswith(b"%PDF")
