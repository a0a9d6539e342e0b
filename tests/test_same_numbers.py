"""A number is the same on its page, in its files and at the command line, to the last digit."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from typer.testing import CliRunner

import cadran
from cadran.cli import app
from cadran.kpis.answer import answer, catalogue
from cadran.kpis.reader import reader_of
from cadran.kpis.selection import read
from cadran.kpis.tests.conftest import ada, company, words_of  # noqa: F401 (fixtures)
from cadran.kpis.tests.test_twins import as_csv, as_json
from cadran.library import Crm

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

KPIS = (
    "revenue", "deals_won", "win_rate", "win_rate.by_value", "average_deal_size", "pipeline_value", "sales_cycle",
    "sales_cycle.median", "sales_velocity", "weighted_pipeline", "deals_lost", "revenue_growth",
)  # fmt: skip
CHOICES = ("", "filter.owner=Alice&compare=none", "from=2026-07-01&through=2026-10-31&compare=year_ago&by=stage")


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def asked_by_command(metric: str, query: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `cadran ask` answers to the question of a page."""
    who = reader_of(None, "en")
    total = read(QueryDict(query), who.today, who.calendar).total(metric)
    monkeypatch.setattr(cadran, "open", lambda: Crm(catalogue(), answer, Path(settings.HOME)))
    command = ["ask", metric, "--from", str(total.start), "--to", str(total.end), "--interval", "--format", "json"]
    command += ["--compare", total.compare.replace("_", "-")] if total.compare else []
    command += [part for name, values in total.where.items() for v in values for part in ("--where", f"{name}={v}")]
    done = CliRunner().invoke(app, command, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)["total"]
    return found


@pytest.mark.parametrize("query", CHOICES)
def test_page_twins_and_command_line_agree_to_the_last_digit(
    request: pytest.FixtureRequest, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser: Client = request.getfixturevalue("ada")
    formats = reader_of(None, "en").formats
    for key in KPIS:
        twin = as_json(browser, f"/kpi/{key}.json?{query}")
        assert twin["total"] == asked_by_command(key, query, monkeypatch), key
        lines = as_csv(browser, f"/kpi/{key}.csv?{query}")
        assert [number(line["value"]) for line in lines if line["series"] == "total"] == [twin["total"]["value"]], key
        assert [number(line["value"]) for line in lines if line["series"] == "trend"] == [
            cell["value"] for cell in twin["trend"]
        ], key
        shown = formats.value(twin["total"]["value"], twin["unit"])
        words = words_of(browser.get(f"/kpi/{key}?{query}", headers={"accept-language": "en"}).content)
        assert (shown if twin["total"]["value"] is not None else "Cannot be computed") in words, key
