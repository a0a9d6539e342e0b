from datetime import UTC, datetime

import pytest
import time_machine

from cadran.kpis.answer import catalogue
from cadran.kpis.board import as_data, as_text
from cadran.kpis.tests.conftest import Company

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_terminal_shows_value_change_and_period(company: Company) -> None:
    line = next(line for line in as_text("en").splitlines() if line.startswith("  Revenue "))
    assert line.split()[:5] == ["Revenue", "€600", "no", "detectable", "change"]
    assert "▲" in as_text("en")
    assert line.endswith("Oct 1\u2009–\u2009Nov 21, 2026")


def test_a_terminal_says_that_no_change_can_be_detected(company: Company) -> None:
    line = next(line for line in as_text("en").splitlines() if line.startswith("  Win rate "))
    assert "no detectable change" in line
    assert "pas de changement décelable" in as_text("fr")


def test_the_terminal_speaks_french_to_whoever_does(company: Company) -> None:
    assert "600\xa0€" in as_text("fr")
    assert "Données au" in as_text("fr")


def test_programs_get_every_metric_with_its_value_or_the_reason_why_there_is_none(company: Company) -> None:
    entries = {entry["metric"]: entry for entry in as_data()}
    assert entries["revenue"]["value"] == 600
    assert entries["average_purchase_value"]["value"] is None
    assert entries["average_purchase_value"]["why"]
    assert entries.keys() == {metric.key for metric in catalogue().metrics}


def test_what_is_planned_is_compared_with_no_quarter_that_is_over_and_says_so(company: Company) -> None:
    line = next(line for line in as_text("en").splitlines() if line.startswith("  Sales forecast "))
    assert "not compared: planned" in line
    assert "▲" not in line
    assert "non comparé\xa0: prévisionnel" in as_text("fr")
