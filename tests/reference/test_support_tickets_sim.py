"""A travel desk's five thousand tickets of a year, with their first response, resolution and satisfaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

ASKED = {
    "tickets.count": Asked("tickets_opened"),
    "tickets.by_status": Asked("tickets_opened", by="status"),
    "first_response_minutes.mean": Asked("response_time"),
    "first_response_minutes.median": Asked("response_time.median"),
    "first_response_minutes.by_channel": Asked("response_time", by="channel"),
    "first_response_minutes.by_priority": Asked("response_time", by="priority"),
    "first_response_minutes.by_team": Asked("response_time", by="desk"),
    "resolution_hours.mean_resolved": Asked("resolution_time"),
    "resolution_hours.by_priority": Asked("resolution_time", by="priority"),
    "sla.response_met_rate": Asked("response_sla.half_hour"),
    "sla.resolution_met_rate_resolved": Asked("resolution_sla.of_resolved"),
    "csat.mean": Asked("csat.mean"),
    "csat.top2_rate": Asked("csat"),
    "csat.response_rate": Asked("survey_coverage.opened"),
    "csat.by_channel": Asked("csat.mean", by="channel"),
    "tickets.by_month": Asked("tickets_opened", grain="month"),
    "tickets.per_agent": Asked("tickets_opened", by="owner"),
}
LEFT_OUT = {
    "resolution_hours.mean_all_rows": "wrong on purpose: unresolved tickets have no resolution time here",
    "escalation_rate": "that a ticket was escalated is a status of this file's own; tickets.by_status counts them",
}

EXPECTED = expected_values("support-tickets-sim")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("support-tickets-sim", "customer_support_tickets.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_every_number_is_asked_or_left_out_for_a_reason() -> None:
    if EXPECTED:
        assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
