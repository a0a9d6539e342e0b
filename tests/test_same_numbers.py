"""A number is the same on its tile and page, in its rows and files, at the command line and in Python.

To the last digit: every KPI of the catalogue is asked of a made-up company, narrowed to one group of one of its
dimensions; every third as of a past day.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

import cadran
from cadran.cli import app
from cadran.dashboards.board import ask_board
from cadran.dashboards.spec import Spec
from cadran.demo.sizes import SMALL
from cadran.demo.straight import follow_from, place_facts
from cadran.kpis.answer import answer, catalogue, fact_tables
from cadran.kpis.choices import in_order
from cadran.kpis.reader import Reader, reader_of
from cadran.kpis.selection import Selection, read
from cadran.kpis.tests.conftest import words_of
from cadran.kpis.tests.test_twins import as_csv, as_json, content
from cadran.library import Crm
from cadran.members.models import Member, Role
from cadran.metrics.metric import Metric

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TODAY = date(2026, 7, 1)
PAST = date(2026, 6, 10)
TINY = replace(SMALL, leads=600, old_accounts=60, deals=400, orders=500, tickets=80, tasks=300, visits=200, usages=200)


@dataclass(frozen=True)
class House:
    """The made-up company's home, and a director who has signed in."""

    browser: Client
    reader: Reader
    crm: Crm


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Path, client: Client) -> Iterator[House]:
    settings.HOME = tmp_path
    follow_from(place_facts(tmp_path, TINY, today=TODAY))
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=UTC), tick=False):
        director = Member.objects.create(name="Alice", email="alice@example.com", role=Role.DIRECTOR)
        client.force_login(director, backend="allauth.account.auth_backends.AuthenticationBackend")
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        yield House(client, reader_of(director, "en"), Crm(catalogue(), answer, tmp_path))


def told(house: House, path: str) -> dict[str, Any]:
    response = house.browser.get(path)
    assert response.status_code == 200, f"{path}: {words_of(response.content)}"
    return as_json(house.browser, path)


def choices(house: House, metric: Metric, *, past: bool) -> str:
    """The query of a page: the last quarter beside the one before, one group of a dimension alone."""
    asked = [("from", "2026-04-01"), ("through", "2026-06-30"), *([("as_of", str(PAST))] if past else [])]
    for name in in_order(metric.dimensions(fact_tables())):
        cells = told(house, f"/kpi/{metric.key}.json?{urlencode([*asked, ('by', name)])}")["split"]["cells"]
        groups = [cell for cell in cells if cell["split"][name] is not None and cell["n"]]
        if groups:
            greatest = max(groups, key=lambda cell: (cell["n"], cell["split"][name]))
            return urlencode([*asked, (f"filter.{name}", greatest["split"][name])])
    return urlencode(asked)


def selection_of(house: House, query: str) -> Selection:
    return read(QueryDict(query), house.reader.today, house.reader.calendar)


def in_rows(house: House, metric: Metric, query: str) -> Iterator[tuple[str, Decimal]]:
    """What the rows of each part make, where they are counted or one of their columns is added up."""
    for part in metric.reads:
        if str(part).startswith("daily("):  # its rows count anew on each day
            continue
        measure = metric.parts[part.name]
        path = f"/kpi/{metric.key}.json?{query}&{urlencode({'what': 'rows', 'part': str(part)})}"
        rows = told(house, path)["rows"]
        added = measure.text.partition("(")[2].partition(") from ")[0]
        if measure.aggregate.function == "count":
            yield str(part), Decimal(len(rows))
        elif measure.aggregate.function == "sum" and rows and added in rows[0]:
            yield str(part), sum((row[added] or Decimal(0) for row in rows), Decimal(0))


def at_command(metric: str, selection: Selection, monkeypatch: pytest.MonkeyPatch, crm: Crm) -> dict[str, Any]:
    """What `cadran ask` answers to the question of a page."""
    monkeypatch.setattr(cadran, "open", lambda: crm)
    total = selection.total(metric)
    command = ["ask", metric, "--from", str(total.start), "--to", str(total.end), "--interval", "--format", "json"]
    command += ["--compare", total.compare.replace("_", "-")] if total.compare else []
    command += ["--as-of", str(total.as_of)] if total.as_of else []
    command += [part for name, values in total.where.items() for v in values for part in ("--where", f"{name}={v}")]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)["total"]
    return found


def in_python(metric: str, selection: Selection, crm: Crm) -> Any:
    total = selection.total(metric)
    return crm.ask(
        metric,
        start=total.start,
        end=total.end,
        where={name: list(values) for name, values in total.where.items()},
        compare=total.compare,
        as_of=total.as_of,
        interval=True,
    ).total.value


def in_workbook(house: House, path: str) -> Any:
    book = CalamineWorkbook.from_filelike(BytesIO(content(house.browser.get(path))))
    header, line = book.get_sheet_by_name("Total").to_python()
    return dict(zip(header, line, strict=True))["value"]


def digits(value: Any) -> str:
    """The fifteen digits that spreadsheets keep of a number; "" for a blank cell."""
    return "" if value == "" else f"{float(value):.15g}"


def differences(house: House, metric: Metric, query: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a KPI says something else than its page's JSON."""
    key, formats, selection = metric.key, house.reader.formats, selection_of(house, query)
    twin = told(house, f"/kpi/{key}.json?{query}")
    value, unit = twin["total"]["value"], twin["unit"]
    words = words_of(house.browser.get(f"/kpi/{key}?{query}").content)
    if (formats.value(value, unit) if value is not None else "Cannot be computed") not in words:
        yield f"page, not {value}"
    tile = ask_board([Spec(key)], selection, house.reader)[0].head
    if tile is None or tile.value != ("" if value is None else formats.value(value, unit, short=True)):
        yield f"tile {tile and tile.value}, not {value}"
    for part, made in in_rows(house, metric, query):
        if made != (twin["total"]["parts"][part] or 0):
            yield f"rows of {part} make {made}, not {twin['total']['parts'][part]}"
    lines = as_csv(house.browser, f"/kpi/{key}.csv?{query}")
    if [line["value"] for line in lines if line["series"] == "total"] != ["" if value is None else str(value)]:
        yield f"CSV, not {value}"
    trend = [None if line["value"] == "" else Decimal(line["value"]) for line in lines if line["series"] == "trend"]
    if trend != [cell["value"] for cell in twin["trend"]]:
        yield "trend of the CSV"
    written = in_workbook(house, f"/kpi/{key}.xlsx?{query}")
    if digits(written) != digits("" if value is None else value):
        yield f"XLSX {written}, not {value}"
    if (said := at_command(key, selection, monkeypatch, house.crm)) != twin["total"]:
        yield f"command line {said}, not {twin['total']}"
    if (found := in_python(key, selection, house.crm)) != value:
        yield f"Python {found}, not {value}"


def test_every_kpi_is_the_same_number_wherever_it_is_told(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    house: House = request.getfixturevalue("house")
    known = [metric for metric in catalogue().metrics if not metric.needs_cohort]
    assert len(known) > 60
    found: list[str] = []
    some = 0
    for place, metric in enumerate(known):
        query = choices(house, metric, past=place % 3 == 0)
        found += [f"{metric.key}?{query}: {said}" for said in differences(house, metric, query, monkeypatch)]
        some += told(house, f"/kpi/{metric.key}.json?{query}")["total"]["value"] is not None
    assert not found, "\n".join(found)
    assert some > 50, "of too few KPIs the company has a value at all"
