"""The files of a board say what its tiles and the pages of its KPIs say, to the last digit and to nobody more."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from cadran.crm.save import change
from cadran.dashboards.models import Audience, Board, Tile
from cadran.kpis.tests.conftest import BY, Company

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def slug(company: Company) -> str:
    """A board of Ada's: a number, a split, cohorts, and a tile of Alice's deals alone."""
    board = Board.objects.create(owner=company.ada, title="Mine", slug="mine-1a2b3c")
    tiles: list[dict[str, Any]] = [
        {"kpi": "revenue", "kind": "number"},
        {"kpi": "revenue", "kind": "bars", "by": "owner", "width": 2},
        {"kpi": "deals_won", "kind": "columns", "width": 2},
        {"kpi": "revenue", "kind": "number", "where": {"owner": ["Alice"]}},
    ]
    for place, tile in enumerate(tiles):
        Tile.objects.create(board=board, order=place, **tile)
    return str(board.slug)


def taken(client: Client, path: str) -> bytes:
    response: Any = client.get(path)
    assert response.status_code == 200, response.status_code
    return bytes(response.getvalue())


def as_json(client: Client, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(taken(client, path), parse_float=Decimal, parse_int=Decimal)
    return found


def as_csv(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(taken(client, path).decode("utf-8-sig"), newline="")))


def test_a_tile_says_what_the_page_of_its_kpi_says(ada: Client, slug: str) -> None:
    tiles = as_json(ada, f"/d/{slug}.json?period=quarter")["tiles"]
    page = as_json(ada, "/kpi/revenue.json?period=quarter&by=owner")
    assert tiles[0]["total"] == page["total"]
    assert tiles[1]["cells"] == page["split"]["cells"]
    for name in ("definition", "definition_hash", "data_version", "period_from", "period_through", "as_of"):
        assert tiles[0][name] == page[name]
    own = as_json(ada, "/kpi/revenue.json?period=quarter&filter.owner=Alice")
    assert tiles[3]["total"] == own["total"]
    assert tiles[3]["filters"] == {"owner": ["Alice"]}


def test_every_form_has_the_same_numbers(ada: Client, slug: str) -> None:
    tiles = as_json(ada, f"/d/{slug}.json")["tiles"]
    lines = as_csv(ada, f"/d/{slug}.csv")
    totals = {line["tile"]: Decimal(line["value"]) for line in lines if line["series"] == "total"}
    assert totals == {str(tile["tile"]): tile["total"]["value"] for tile in tiles}
    groups = {line["group"]: Decimal(line["value"]) for line in lines if line["series"] == "bars"}
    assert groups == {"Alice": 400, "Bob": 200}
    assert {line["filters"] for line in lines if line["tile"] == "4"} == {"owner = Alice"}
    book = CalamineWorkbook.from_filelike(BytesIO(taken(ada, f"/d/{slug}.xlsx")))
    assert len(book.sheet_names) == 5
    header, first, *_rest = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    assert Decimal(str(dict(zip(header, first, strict=True))["value"])) == tiles[0]["total"]["value"]
    about = book.get_sheet_by_name("About").to_python()
    assert [row[about[0].index("definition_hash")] for row in about[1:]] == [tile["definition_hash"] for tile in tiles]


def test_a_board_is_a_document_and_its_charts_are_pictures(ada: Client, slug: str) -> None:
    assert taken(ada, f"/d/{slug}.pdf").startswith(b"%PDF")
    assert taken(ada, f"/d/{slug}.png?tile=2").startswith(b"\x89PNG")
    for tile in ("1", "9", "x", ""):
        assert ada.get(f"/d/{slug}.png?tile={tile}").status_code == 400
    page = ada.get(f"/d/{slug}?period=month").content.decode()
    for form in ("csv", "xlsx", "json", "pdf"):
        assert f'href="/d/{slug}.{form}?period=month"' in page
    assert f'href="/d/{slug}.png?period=month&amp;tile=2"' in page
    assert "tile=1" not in page


@pytest.mark.parametrize("form", ["csv", "json", "pdf", "xlsx"])
@pytest.mark.parametrize("shipped", ["company", "sales"])
def test_the_boards_that_ship_are_files_too(ada: Client, shipped: str, form: str) -> None:
    assert taken(ada, f"/d/{shipped}.{form}")


def test_a_representative_takes_away_his_own_numbers_alone(company: Company, client: Client, slug: str) -> None:
    board = Board.objects.get(slug=slug)
    board.audience = Audience.EVERYONE
    board.save()
    client.force_login(company.bob, backend=BACKEND)
    tiles = as_json(client, f"/d/{slug}.json")["tiles"]
    assert tiles[0]["total"]["value"] == 200
    assert tiles[0]["filters"] == {"owner": ["Bob"]}
    assert {cell["split"]["owner"] for cell in tiles[1]["cells"]} == {"Bob"}
    assert "Alice" not in taken(client, f"/d/{slug}.csv").decode().replace("Owner = Alice", "")


def test_boards_of_others_are_no_files(company: Company, client: Client, slug: str) -> None:
    client.force_login(company.bob, backend=BACKEND)
    for form in ("csv", "xlsx", "json", "pdf", "png"):
        assert client.get(f"/d/{slug}.{form}").status_code == 404


def test_the_past_is_told_as_it_was_known(ada: Client, company: Company, slug: str) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        change(company.deals["Roof"], {"amount": 5000}, by=BY)
        ada.force_login(company.ada, backend=BACKEND)
        then, now = (as_json(ada, f"/d/{slug}.json{asked}")["tiles"][0] for asked in ("?as_of=2026-11-22", ""))
    assert (then["total"]["value"], then["as_of"]) == (600, "2026-11-22")
    assert now["total"]["value"] == 5500
