"""A made-up HubSpot portal: 500 deals in two pipelines, 950 contacts, 300 tickets and 2,000 activities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

FILES = (
    "hubspot_companies.csv",
    "hubspot_contacts.csv",
    "hubspot_deals.csv",
    "hubspot_tickets.csv",
    "hubspot_activities.csv",
)
KINDS = {"call": "Call", "email": "Email", "meeting": "Meeting", "note": "Note", "task": "Task"}

ASKED = {
    "win_rate.closed": Asked("win_rate"),
    "win_rate.by_pipeline": Asked("win_rate", by="pipeline"),
    "renewal_rate": Asked("win_rate", where={"pipeline": ("Renewals Pipeline",)}),
    "revenue.won": Asked("revenue"),
    "avg_deal_size": Asked("average_deal_size"),
    "pipeline.value": Asked("pipeline_value"),
    "pipeline.value_by_stage": Asked("pipeline_value", by="stage"),
    "revenue.won_by_type": Asked("revenue", by="kind"),
    "lost_reasons": Asked("deals_lost", by="reason"),
    "sales_cycle_days.won": Asked("sales_cycle.from_deal"),
    "contacts.by_lifecycle": Asked("lead_conversion", by="status", part="created"),
    "contacts.lead_source": Asked("lead_conversion", by="channel", part="created"),
    "lead_conversion_rate": Asked("lead_conversion.converted"),
    "activities.by_type": Asked("activities", by="kind", names=KINDS),
    "call.connect_rate": Asked("calls_made.connect_rate"),
    "call_to_meeting_ratio.counts": Asked("call_to_meeting.plain_counts"),
    "meeting.outcomes": Asked("activities", by="outcome", where={"kind": ("meeting",)}),
    "tickets.by_status": Asked("tickets_opened", by="status"),
}
ASKED_APART = {"rows", "deals.by_stage", "ticket.resolution_days_mean"}
LEFT_OUT = {
    "data_quality.close_before_create": "no KPI counts the deals with such a fault; there is none here",
    "data_quality.won_with_future_close_date": "no KPI counts the deals with such a fault; there is none here",
    "data_quality.orphan_deal_contacts": "an import rejects the row of a link that leads nowhere; there is none here",
    "data_quality.orphan_deal_companies": "an import rejects the row of a link that leads nowhere; there is none here",
    "data_quality.zip_lost_zero": "a remark, not a number: postal codes are kept as text",
}
EXPECTED = expected_values("hubspot-dummy")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("hubspot-dummy", *FILES)


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_every_row_became_a_record(engine: Engine) -> None:
    rows = EXPECTED["rows"]
    counted = {
        "deals": Asked("deals_created"),
        "contacts": Asked("lead_conversion", part="created"),
        "tickets": Asked("tickets_opened"),
        "activities": Asked("activities"),
    }
    found = {name: asked.value(asked.answer(engine).total) for name, asked in counted.items()}
    assert found == {name: rows[name] for name in counted}


def test_deals_are_in_the_stages_where_the_file_has_them(engine: Engine) -> None:
    counted: dict[Any, int] = {}
    for name in ("open_deals", "deals_won", "deals_lost"):
        for cell in Asked(name, by="stage").answer(engine).cells:
            if cell.value:
                counted[cell.split["stage"]] = int(cell.value)
    assert counted == EXPECTED["deals.by_stage"]


def test_tickets_are_resolved_after_months(engine: Engine) -> None:
    hours = Asked("resolution_time").answer(engine).total.value
    assert hours is not None
    assert round(hours / 24, 6) == EXPECTED["ticket.resolution_days_mean"]


@pytest.mark.skipif(not EXPECTED, reason="the reference data set hubspot-dummy is not here")
def test_every_expected_value_is_asked_or_left_out_for_a_reason() -> None:
    assert set(ASKED) | ASKED_APART | set(LEFT_OUT) == set(EXPECTED)
