"""Three years of a help desk's log: what was done about 3,804 tickets, and when."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

DAYS = 1 / Decimal(24)  # hours here, days there

ASKED = {
    "tickets.count": Asked("tickets_opened"),
    "tickets.by_month_opened": Asked("tickets_opened", grain="month"),
    "ticket.resolution_hours_mean": Asked("resolution_time"),
    "ticket.resolution_hours_median": Asked("resolution_time.median"),
    "ticket.resolution_days_p90": Asked("resolution_time.slowest_tenth", times=DAYS),
    "first_response_minutes_median": Asked("response_time.median_answered"),
}
EVENTS = "an event of a process is not a message: no KPI counts what a log wrote down"
LEFT_OUT = {
    "events.count": EVENTS,
    "events.per_ticket_mean": EVENTS,
    "events.per_ticket_max": EVENTS,
    "activity.counts": EVENTS,
    "fcr.tickets_with_no_repeated_activity": "work done twice is no customer who comes back: the log tells of none",
    "data_quality.duplicate_rows": "counts rows of the file; each is an event of its own here",
}

EXPECTED = expected_values("italian-helpdesk-log")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("italian-helpdesk-log", "helpdesk.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_every_number_is_asked_or_left_out_for_a_reason() -> None:
    if EXPECTED:
        assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
