"""The quality of the data: how well records are kept, what to mend first, how far each indicator can be trusted."""

import re
from datetime import UTC, datetime
from importlib.resources import files

import pytest
import time_machine
from django.test import Client

from cadran.crm.models import Pipeline, Stage
from cadran.crm.save import change, create
from cadran.kpis.columns import column_names
from cadran.kpis.tests.conftest import BY, Company, words_of


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def part(content: bytes, title: str) -> str:
    """The words of the section that bears this title."""
    found = re.search(rf'<section[^>]*aria-labelledby="{title}".*?</section>', content.decode(), re.S)
    assert found is not None
    return words_of(found[0].encode())


def page(client: Client, path: str = "/quality", language: str = "en") -> bytes:
    answer = client.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    return bytes(answer.content)


def test_blank_fields_are_counted_by_kind_and_field(ada: Client, company: Company) -> None:
    create("account", {"name": "Acme", "domain": "acme.example"}, by=BY)
    assert "several of them Accounts 1" in part(page(ada), "gaps-title")
    assert "several of them Deals 8" in part(page(ada), "gaps-title")


def test_every_field_that_can_be_missing_has_its_name_in_words() -> None:
    required = re.findall(r"then '(\w+)' end", (files("cadran.facts") / "tables" / "record_check.sql").read_text())
    assert "lost_reason" in required
    assert set(required) <= column_names().keys()


def test_plain_doubles_are_told_in_french(ada: Client, company: Company) -> None:
    for _ in range(2):
        create("account", {"name": "Acme", "domain": "acme.example"}, by=BY)
    assert "Comptes\N{NO-BREAK SPACE}: 2" in page(ada, language="fr").decode()


def test_the_index_is_that_of_its_own_page(ada: Client, company: Company) -> None:
    row = re.search(r"Deals 8 ([\d.]+%) ([\d.]+%)", part(page(ada), "kept-title"))
    assert row is not None
    index = words_of(ada.get("/kpi/data_completeness?filter.record=deal").content)
    filled = words_of(ada.get("/kpi/data_completeness.filled?filter.record=deal").content)
    assert row[1] in index
    assert row[2] in filled


def test_doubles_are_counted_and_their_rows_open(ada: Client, company: Company) -> None:
    for _ in range(2):
        create("account", {"name": "Acme", "domain": "acme.example"}, by=BY)
    body = page(ada)
    assert "Accounts: 2" in part(body, "doubles-title")
    url = re.search(r'href="([^"]*)">Accounts: 2', body.decode())
    assert url is not None
    rows = ada.get(url[1].replace("&amp;", "&").partition("#")[0]).content.decode()
    assert rows.count(">Acme<") == 2


def test_a_fault_that_keeps_numbers_from_a_better_grade_comes_first_and_opens_its_records(
    ada: Client, company: Company
) -> None:
    pool = company.deals["Pool"]
    change(pool, {"amount": None}, by=BY)
    body = page(ada)
    fixes = part(body, "fixes-title")
    assert "no amount Deals 1" in fixes
    assert re.search(r"Pipeline value D → A", fixes)
    first = re.search(r'id="fixes".*?<th scope="row"><a href="([^"]*)">no amount', body.decode(), re.S)
    assert first is not None
    rows = ada.get(first[1].replace("&amp;", "&").partition("#")[0]).content.decode()
    assert "Rows to mend: no amount" in words_of(rows.encode())
    assert f'<a href="/deals/{pool.pk}">Pool</a>' in rows


def test_the_grade_is_that_of_the_page_of_its_indicator(ada: Client, company: Company) -> None:
    change(company.deals["Door"], {"amount": None}, by=BY)
    grades = part(page(ada), "grades-title")
    told = re.search(r"Revenue ([A-D]) ([\d.]+%) no amount", grades)
    assert told is not None
    assert f"Grade {told[1]}: {told[2]} of the rows" in words_of(ada.get("/kpi/revenue").content)


def test_the_page_of_an_indicator_leads_to_every_grade_of_its_period(ada: Client, company: Company) -> None:
    body = ada.get("/kpi/revenue?period=year&by=channel&filter.owner=Bob&grain=week").content.decode()
    assert 'href="/quality?period=year"' in body
    assert ada.get("/quality?period=year").status_code == 200


def test_grades_are_filtered_by_grade_and_by_family(ada: Client, company: Company) -> None:
    change(company.deals["Door"], {"amount": None}, by=BY)
    low = part(page(ada, "/quality?grade=D&family=revenue"), "grades-title")
    assert "no amount" in low
    assert "Deals won A" not in low
    assert "Indicator Grade" in low
    assert "Win rate A" in part(page(ada, "/quality?grade=A&family=pipeline"), "grades-title")


@pytest.mark.parametrize("query", ["grade=E", "family=nope", "by=stage", "filter.channel=Web"])
def test_a_choice_that_is_none_is_refused(ada: Client, company: Company, query: str) -> None:
    assert ada.get(f"/quality?{query}").status_code == 400


def test_whoever_sees_his_own_records_is_told_of_those_alone(bob: Client, company: Company) -> None:
    change(company.deals["Door"], {"amount": None}, by=BY)  # Alice's
    body = page(bob, "/quality?by=owner")
    assert "Bob 4" in part(body, "kept-title")
    assert "Alice" not in words_of(body)
    assert "no amount" not in words_of(body)


def test_the_past_is_told_as_it_was_known_then(ada: Client, company: Company) -> None:
    pipeline, stage = Pipeline.objects.get(), Stage.objects.get(outcome="open")
    values = {"pipeline": pipeline, "stage": stage, "currency": "EUR", "owner": company.alice, "name": "Shed"}
    with time_machine.travel(datetime(2026, 9, 15, 9, tzinfo=UTC), tick=False):
        deal = create("deal", values, by=BY)
    with time_machine.travel(datetime(2026, 11, 16, 9, tzinfo=UTC), tick=False):
        change(deal, {"amount": 10, "channel": "Web", "expected_close_on": datetime(2027, 1, 1).date()}, by=BY)  # noqa: DTZ001
    told = part(page(ada, "/quality?trend=1"), "past-title")
    then = re.search(r"Oct 31, 2026 ([\d.]+)%", told)
    now = re.search(r"Nov 21, 2026 ([\d.]+)%", told)
    assert then is not None
    assert now is not None
    assert float(then[1]) < float(now[1])
    assert "Dec 31, 2025 – " in told


def test_an_empty_home_says_so(ada: Client, company: Company) -> None:
    for deal in company.deals.values():
        change(deal, {"archived_at": datetime(2026, 11, 20, tzinfo=UTC)}, by=BY)
    assert "There is no account, lead or deal yet." in part(page(ada), "kept-title")


def test_it_is_told_in_french(ada: Client, company: Company) -> None:
    change(company.deals["Door"], {"amount": None}, by=BY)
    words = words_of(page(ada, language="fr"))
    assert "Qualité des données" in words
    assert "pas de montant" in words
