"""The twins of a KPI's page say what the page says, to the last digit and to nobody more."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client, RequestFactory
from python_calamine import CalamineWorkbook

from cadran.crm.save import change
from cadran.kpis.answer import catalogue, within_reach
from cadran.kpis.asked import ask_page
from cadran.kpis.pictures import notes
from cadran.kpis.reader import reader_of
from cadran.kpis.tests.conftest import BY, Company, words_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def content(response: Any) -> bytes:
    """A file, whether it was streamed or not."""
    return response.content if isinstance(response, HttpResponse) else b"".join(response.streaming_content)


def as_json(client: Client, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(content(client.get(path)), parse_float=Decimal, parse_int=Decimal)
    return found


def as_csv(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content(client.get(path)).decode("utf-8-sig"), newline="")))


def test_a_twin_states_what_it_rests_on(ada: Client) -> None:
    query = "filter.owner=Alice&filter.owner=Bob&by=owner&as_of=2026-11-10"
    twin = as_json(ada, f"/kpi/revenue.json?{query}")
    assert twin["definition_hash"] == catalogue()["revenue"].hash
    assert twin["definition"].startswith("Booked revenue")
    assert (twin["period_from"], twin["period_through"], twin["as_of"]) == ("2026-10-01", "2026-12-31", "2026-11-10")
    assert twin["filters"] == {"owner": ["Alice", "Bob"]}
    assert twin["data_version"]
    for line in as_csv(ada, f"/kpi/revenue.csv?{query}"):
        assert line["filters"] == "owner = Alice, Bob"
        assert (line["definition_hash"], line["data_version"]) == (twin["definition_hash"], twin["data_version"])


def test_the_groups_of_a_csv_sum_to_its_total(ada: Client) -> None:
    lines = as_csv(ada, "/kpi/revenue.csv?by=owner")
    groups = {line["group"]: Decimal(line["value"]) for line in lines if line["series"] == "by owner"}
    assert groups == {"Alice": 400, "Bob": 200}
    assert [line["value"] for line in lines if line["series"] == "total"] == ["600"]


def test_the_rows_of_a_twin_make_its_number(ada: Client) -> None:
    rows = as_csv(ada, "/kpi/revenue.csv?what=rows")
    assert sum(Decimal(row["amount"]) for row in rows) == 600
    assert {row["name"] for row in rows} == {"Roof", "Door", "Gate"}
    left_out = as_csv(ada, "/kpi/revenue.csv?what=rows&rows=left-out")
    assert {row["name"]: row["reason"] for row in left_out}["Wall"] == "outcome is not won"


def test_a_workbook_has_a_sheet_for_each_table_and_one_about_it(ada: Client) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(content(ada.get("/kpi/revenue.xlsx?by=owner"))))
    assert book.sheet_names == ["Total", "Trend", "Owner", "Variants", "About"]
    header, line = book.get_sheet_by_name("Total").to_python()
    assert dict(zip(header, line, strict=True))["value"] == 600
    about = {str(name): value for name, value in book.get_sheet_by_name("About").to_python()[1:]}
    assert about["definition_hash"] == catalogue()["revenue"].hash


def test_no_spreadsheet_runs_what_a_record_is_called(ada: Client, company: Company) -> None:
    change(company.deals["Roof"], {"name": "=1+1"}, by=BY)
    assert "'=1+1" in {row["name"] for row in as_csv(ada, "/kpi/revenue.csv?what=rows")}
    book = CalamineWorkbook.from_filelike(BytesIO(content(ada.get("/kpi/revenue.xlsx?what=rows"))))
    header, *lines = book.get_sheet_by_name("Rows").to_python()
    assert "=1+1" in [line[header.index("name")] for line in lines]


@pytest.mark.parametrize("path", ["revenue.csv", "revenue.json", "revenue.xlsx", "revenue"])
@pytest.mark.parametrize("query", ["by=owner", "what=rows", "what=rows&rows=left-out", "filter.owner=Alice&by=owner"])
def test_a_representative_takes_away_his_own_alone(company: Company, client: Client, path: str, query: str) -> None:
    client.force_login(company.bob, backend=BACKEND)
    taken = content(client.get(f"/kpi/{path}?{query}"))
    if path.endswith("xlsx"):
        book = CalamineWorkbook.from_filelike(BytesIO(taken))
        taken = str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names]).encode()
    text = taken.decode()
    for own_words in ("filter.owner=Alice", "Owner = Alice", 'value="Alice"', "value=Alice"):
        text = text.replace(own_words, "")
    assert "Alice" not in text
    assert not [name for name in ("Roof", "Door", "Wall", "Desk") if name in text]


def test_a_representative_is_offered_no_names_of_others_to_filter_by(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend=BACKEND)
    words = words_of(client.get("/kpi/revenue/filter?dimension=owner").content)
    assert "Bob n = 1" in words
    assert "Alice" not in words


def test_what_cannot_be_limited_to_a_scope_is_refused_in_every_form(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend=BACKEND)
    mine = company.bob

    beyond = next(metric.key for metric in catalogue().metrics if not within_reach(metric, mine))
    for form in (".csv", ".xlsx", ".json", "", "/filter"):
        assert client.get(f"/kpi/{beyond}{form}").status_code == 403, form


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/kpi/nothing.csv", 404),
        ("/kpi/revenue.csv?what=moon", 400),
        ("/kpi/revenue.json?what=rows&part=moon", 400),
        ("/kpi/revenue.xlsx?by=moon", 400),
        ("/kpi/revenue?as_of=2027-01-01", 400),
        ("/kpi/revenue?as_of=soon", 400),
        ("/kpi/revenue/filter?dimension=moon", 400),
    ],
)
def test_a_bad_address_is_answered_with_its_cure_not_with_a_file(ada: Client, path: str, status: int) -> None:
    response = ada.get(path)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("chart", ["trend", "groups", "why"])
def test_a_chart_is_taken_away_as_a_picture(ada: Client, chart: str) -> None:
    taken = ada.get(f"/kpi/revenue.png?chart={chart}&by=owner")
    assert taken.headers["content-type"] == "image/png"
    assert content(taken).startswith(b"\x89PNG")


def test_a_picture_says_what_it_rests_on(company: Company) -> None:
    who = reader_of(company.bob, "en")
    request = RequestFactory().get("/kpi/revenue", {"by": "owner"})
    first, second = notes(ask_page(request, "revenue", who), who)
    assert first == "€200.00 (Oct 1\u2009–\u2009Nov 21, 2026) · n = 1 · Owner = Bob"
    assert catalogue()["revenue"].hash in second


def test_what_has_no_chart_is_no_picture(ada: Client) -> None:
    assert ada.get("/kpi/revenue.png?chart=moon").status_code == 400
    assert ada.get("/kpi/revenue.png?chart=why&compare=none").status_code == 400


@pytest.mark.parametrize(("query", "language"), [("by=owner", "fr"), ("compare=none&filter.owner=Nobody", "en")])
def test_a_page_is_taken_away_as_a_document_that_can_be_read_aloud(ada: Client, query: str, language: str) -> None:
    taken = ada.get(f"/kpi/win_rate.pdf?{query}", headers={"accept-language": language})
    assert taken.headers["content-type"] == "application/pdf"
    assert content(taken).startswith(b"%PDF")
    assert b"pdfuaid" in content(taken)
