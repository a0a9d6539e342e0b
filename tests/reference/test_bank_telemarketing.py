"""A Portuguese bank: the last call to each of 45,211 clients, and whether it ended in a subscription."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

ASKED = {
    "clients.count": Asked("calls_made"),
    "call.conversion_rate": Asked("call_to_meeting.by_outcome"),
    "call.conversion_by_contact": Asked("call_to_meeting.by_outcome", by="line"),
    "call.conversion_by_month": Asked("call_to_meeting.by_outcome", by="month"),
    "call.conversion_by_previous_outcome": Asked("call_to_meeting.by_outcome", by="previous_outcome"),
    "call.conversion_by_attempts": Asked("call_to_meeting.by_outcome", by="attempts"),
    "call.conversion_by_job": Asked("call_to_meeting.by_outcome", by="job"),
}
ASKED_APART = {"engagement.previously_contacted_rate"}
LEFT_OUT = {
    "call.count": "the file says how often each client was called, and has a row for the last call alone",
    "call.success_per_call": "its denominator is call.count",
    "call.calls_per_success": "its numerator is call.count",
    "call.mean_duration_seconds": "a call is recorded at one moment: no KPI is made of how long it took",
}
EXPECTED = expected_values("bank-telemarketing")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("bank-telemarketing", "bank_market.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_one_client_in_six_was_contacted_before(engine: Engine) -> None:
    cells = Asked("calls_made", by="known").answer(engine).cells
    calls = {cell.split["known"]: cell.value or 0 for cell in cells}
    assert round(calls["yes"] / sum(calls.values()), 6) == EXPECTED["engagement.previously_contacted_rate"]


@pytest.mark.skipif(not EXPECTED, reason="the reference data set bank-telemarketing is not here")
def test_every_expected_value_is_asked_or_left_out_for_a_reason() -> None:
    assert set(ASKED) | ASKED_APART | set(LEFT_OUT) == set(EXPECTED)
