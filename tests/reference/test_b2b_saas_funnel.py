"""A software firm's 12,000 leads with the dates at which they went through the funnel."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

NEXT = {"Lead": "lead->mql", "MQL": "mql->sql", "SQL": "sql->opportunity", "Opportunity": "opportunity->customer"}
WON_OPPORTUNITIES = {"stage": ("Opportunity",)}

ASKED = {
    "leads.count": Asked("deals_created"),
    "leads.by_channel": Asked("deals_created", by="channel"),
    "leads.by_month": Asked("deals_created", grain="month"),
    "stage_conversion": Asked("stage_conversion", by="stage", names=NEXT),
    "win_rate.all_opportunities": Asked("stage_conversion", where=WON_OPPORTUNITIES),
    "sales_cycle_days.lead_to_customer": Asked("sales_cycle.from_deal"),
    "sales_cycle_days.opportunity_to_customer": Asked("time_in_stage", where=WON_OPPORTUNITIES),
    "pipeline.open_expected_arr": Asked("pipeline_value", where=WON_OPPORTUNITIES),
    "revenue.customer_expected_arr": Asked("revenue"),
    "revenue.by_customer_quarter": Asked("revenue", grain="quarter"),
}
EXPECTED = expected_values("b2b-saas-funnel")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("b2b-saas-funnel", "leads.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_the_funnel_counts_each_stage_once_a_lead(engine: Engine) -> None:
    counts = EXPECTED["funnel.counts"]
    expected = {
        "MQL": counts["mql"],
        "SQL": counts["sql"],
        "Opportunity": counts["opportunity"],
        "Lead": EXPECTED["leads.count"],
    }
    assert differences(Asked("stage_conversion", by="stage", part="entered"), engine, expected) == {}
    assert Asked("deals_won").answer(engine).total.value == counts["customer"]
