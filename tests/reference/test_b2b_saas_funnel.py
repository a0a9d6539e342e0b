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
    "lead_qualification_rate": Asked("lead_qualification"),
    "lead_qualification_rate.sql": Asked("lead_qualification.sales"),
    "mql_rate.by_channel": Asked("lead_qualification", by="channel"),
    "sql_rate.by_channel": Asked("lead_qualification.sales", by="channel"),
    "opportunity_rate.by_channel": Asked("lead_conversion.to_deal", by="channel"),
    "customer_rate.by_channel": Asked("lead_conversion.ever", by="channel"),
    "lead_conversion_rate": Asked("lead_conversion.ever"),
    "lead_conversion_rate.by_segment": Asked("lead_conversion.ever", by="company_segment"),
    "lead_response_hours.mean": Asked("lead_response_time.mean"),
    "lead_response_hours.median": Asked("lead_response_time"),
    "lead_response_hours.by_channel": Asked("lead_response_time.mean", by="channel"),
    "lead_response.within_24h_rate": Asked("lead_sla.within"),
    "lead_response.under_24h_rate": Asked("lead_sla"),
}
IN_TESTS_OF_THEIR_OWN = {"funnel.counts", "lead_conversion_rate.by_response_bucket"}
LEFT_OUT = {
    f"data_quality.{later}_date_before_{earlier}_date": "counts rows whose dates are not in order; there are none"
    for earlier, later in (("created", "mql"), ("mql", "sql"), ("sql", "opportunity"), ("opportunity", "customer"))
}
BUCKETS = {"0-12h": ("≤ 1 h", "1–12 h"), "13-24h": ("12–24 h",), "25-48h": ("24–48 h",), ">48h": ("> 48 h",)}
STEPS = {
    "lead->mql": "lead_qualification",
    "mql->sql": "mql_conversion.to_sql",
    "sql->opportunity": "mql_conversion.sql_to_deal",
    "opportunity->customer": "mql_conversion.deal_to_customer",
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


def test_quick_answers_convert_better(engine: Engine) -> None:
    for bucket, expected in EXPECTED["lead_conversion_rate.by_response_bucket"].items():
        asked = Asked("lead_conversion.ever", where={"response": BUCKETS[bucket]})
        assert differences(asked, engine, expected) == {}, bucket


def test_leads_walk_through_the_funnel_as_deals_do(engine: Engine) -> None:
    for step, metric in STEPS.items():
        assert differences(Asked(metric), engine, EXPECTED["stage_conversion"][step]) == {}, step


@pytest.mark.skipif(not EXPECTED, reason="the reference data set is not here")
def test_what_is_not_asked_is_left_out_for_a_reason() -> None:
    assert set(ASKED) | set(LEFT_OUT) | IN_TESTS_OF_THEIR_OWN == set(EXPECTED)
