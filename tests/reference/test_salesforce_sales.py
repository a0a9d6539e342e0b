"""A Salesforce organisation: 5,197 deals with 17,502 rows of stage history."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

FILES = (
    "User.csv",
    "Product2.csv",
    "Account.csv",
    "Contact.csv",
    "Opportunity.csv",
    "OpportunityLineItem.csv",
    "OpportunityHistory.csv",
    "Task.csv",
)
NEXT = {
    "Qualification": "Qualification->Needs Analysis",
    "Needs Analysis": "Needs Analysis->Proposal/Quote",
    "Proposal/Quote": "Proposal/Quote->Negotiation",
    "Negotiation": "Negotiation->Closed Won",
}
CATEGORIES = {"pipeline": "Pipeline", "best case": "Best Case", "commit": "Commit"}

ASKED = {
    "win_rate.closed": Asked("win_rate"),
    "win_rate.all_opportunities": Asked("win_rate.all"),
    "win_rate.by_owner": Asked("win_rate", by="owner"),
    "win_rate.by_role": Asked("win_rate", by="team"),
    "win_rate.by_type": Asked("win_rate", by="kind"),
    "win_rate.by_lead_source": Asked("win_rate", by="channel"),
    "win_rate.by_close_quarter": Asked("win_rate", grain="quarter"),
    "revenue.total": Asked("revenue"),
    "revenue.by_close_month": Asked("revenue", grain="month"),
    "revenue.by_close_quarter": Asked("revenue", grain="quarter"),
    "revenue.by_owner": Asked("revenue", by="owner"),
    "revenue.by_product": Asked("revenue.by_line", by="product", names={"Towing Equipment": "Towing Equioment"}),
    "avg_deal_size": Asked("average_deal_size"),
    "sales_cycle_days.won": Asked("sales_cycle.from_deal"),
    "sales_cycle_days.won_by_type": Asked("sales_cycle.from_deal", by="kind"),
    "pipeline.open_count": Asked("open_deals"),
    "pipeline.value": Asked("pipeline_value"),
    "pipeline.value_by_stage": Asked("pipeline_value", by="stage"),
    "pipeline.count_by_stage": Asked("open_deals", by="stage"),
    "forecast.open_amount_by_category": Asked("pipeline_value", by="forecast_category", names=CATEGORIES),
    "stage_conversion.reached_next": Asked("stage_conversion.visited_next", by="stage", names=NEXT),
    "stage_conversion.furthest_stage": Asked("stage_conversion", by="stage", names=NEXT),
    "stage_conversion.to_won": Asked("stage_conversion.to_won", by="stage"),
    "deal_velocity.mean_days_in_stage": Asked("time_in_stage.between_changes", by="stage"),
    "deal_velocity.mean_total_days_per_stage_per_deal": Asked("time_in_stage.between_changes_per_deal", by="stage"),
    "new_vs_existing.revenue_by_type": Asked("revenue", by="kind"),
    "calls.dispositions": Asked("calls_made.all", by="outcome"),
    "call_to_meeting_ratio.all_tasks": Asked("call_to_meeting.by_outcome"),
    "call_to_meeting_ratio.outbound": Asked("call_to_meeting.by_outcome", where={"direction": ("outbound",)}),
    "call_to_meeting_ratio.by_owner": Asked("call_to_meeting.by_outcome", by="owner"),
    "customers.count": Asked("active_customers.by_deal"),
    "customers.repeat_rate": Asked("repeat_purchase_rate.by_deal"),
}
EXPECTED = expected_values("salesforce-sales")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("salesforce-sales", *FILES)


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_deals_are_in_the_stages_where_the_file_has_them(engine: Engine) -> None:
    counted: dict[Any, int] = {}
    for name in ("open_deals", "deals_won", "deals_lost"):
        for cell in Asked(name, by="stage").answer(engine).cells:
            if cell.value:
                counted[cell.split["stage"]] = int(cell.value)
    assert counted == EXPECTED["deals.by_stage"]


def test_the_funnel_counts_deals_by_their_furthest_stage(engine: Engine) -> None:
    expected = {stage: n for stage, n in EXPECTED["stage_conversion.furthest_stage_counts"].items() if stage in NEXT}
    assert differences(Asked("stage_conversion", by="stage", part="entered"), engine, expected) == {}


def test_stages_that_deals_were_in_are_counted_once_a_deal(engine: Engine) -> None:
    expected = {stage: n for stage, n in EXPECTED["stage_reached.count"].items() if stage in NEXT}
    assert differences(Asked("stage_conversion.visited_next", by="stage", part="visited"), engine, expected) == {}


def test_the_revenue_of_new_business_is_that_of_its_type(engine: Engine) -> None:
    asked = Asked("revenue", where={"kind": ("New Business",)})
    assert differences(asked, engine, EXPECTED["net_new_revenue.type_new_business"]) == {}


def test_add_on_deals_are_a_tenth_of_those_won(engine: Engine) -> None:
    won = {cell.split["kind"]: cell.value or 0 for cell in Asked("deals_won", by="kind").answer(engine).cells}
    share = won["Add-On Business"] / sum(won.values())
    assert round(share, 6) == EXPECTED["upsell.addon_share_of_won_deals"]
