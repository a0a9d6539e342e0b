"""Five thousand answers to a retail bank's question of recommendation, in three countries."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

YEAR = 2021
MONTHS = {f"{YEAR}-{month:02}": str(month) for month in range(1, 13)}
QUARTERS = {f"{YEAR}Q{quarter}": str(quarter) for quarter in range(1, 5)}


def quarter(number: int) -> tuple[date, date]:
    return date(YEAR, 3 * number - 2, 1), date(YEAR + number // 4, 3 * number % 12 + 1, 1)


ASKED = {
    "answers.count": Asked("survey_answers"),
    "nps": Asked("nps"),
    "nps.by_market": Asked("nps", by="market"),
    "nps.by_month": Asked("nps", grain="month", names=MONTHS),
    "nps.by_quarter": Asked("nps", grain="quarter", names=QUARTERS),
    "nps.distribution": Asked("survey_answers", by="rating"),
    "nps.mean_score": Asked("nps.mean_score"),
}
EACH = {
    "nps.parts": {group: Asked(f"nps.{group}") for group in ("promoters", "passives", "detractors")},
    "nps.by_market_quarter": {
        f"{market}/Q{number}": Asked("nps", where={"market": (market,)}, start=start, end=end)
        for market in ("MEX", "UK", "US")
        for number in range(1, 5)
        for start, end in [quarter(number)]
    },
}
LEFT_OUT = {
    "data_quality.month_column_disagrees": "compares two columns of the file: the import reads the date alone",
    "data_quality.ambiguous_dates": "counts dates that could be read in two ways: the import decides over the column",
    "customers.repeat_names": "names are not ids here, and nobody is told apart by them",
}

EXPECTED = expected_values("nps-retail-bank")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("nps-retail-bank", "NPStimeseries.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


@pytest.mark.parametrize("name", EACH)
def test_every_number_of_a_list_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert set(EACH[name]) == set(EXPECTED[name])
    wrong = {key: differences(asked, engine, EXPECTED[name][key]) for key, asked in EACH[name].items()}
    assert {key: found for key, found in wrong.items() if found} == {}


def test_every_number_is_asked_or_left_out_for_a_reason() -> None:
    if EXPECTED:
        assert set(ASKED) | set(EACH) | set(LEFT_OUT) == set(EXPECTED)
