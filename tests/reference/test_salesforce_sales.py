"""A Salesforce organisation: 5,197 deals with 17,502 rows of stage history."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer, folder

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
    "Lead.csv",
    "Case.csv",
    "Event.csv",
    "Quota.csv",
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
    "activities.tasks_per_owner": Asked("activities", by="owner", where={"kind": ("call", "task")}),
    "quota.attainment_by_month": Asked("goal_attainment", grain="month"),
    "quota.attainment_total": Asked("goal_attainment", start=date(2016, 1, 1), end=date(2018, 1, 1)),
    "customers.count": Asked("active_customers.by_deal"),
    "customers.repeat_rate": Asked("repeat_purchase_rate.by_deal"),
    "lead_conversion_rate": Asked("lead_conversion.converted"),
    "lead_conversion_rate.by_source": Asked("lead_conversion.converted", by="channel"),
    "lead_conversion_rate.by_rating": Asked("lead_conversion.converted", by="rating"),
    "lead.status": Asked("lead_conversion.converted", by="status", part="created"),
    "lead.days_to_convert_mean": Asked("lead_conversion.days_to_convert"),
}
IN_TESTS_OF_THEIR_OWN = {
    "deals.by_stage",
    "stage_reached.count",
    "stage_conversion.furthest_stage_counts",
    "net_new_revenue.type_new_business",
    "upsell.addon_share_of_won_deals",
    "ticket.resolution_days_mean",
    "adoption.records_created_per_owner",
}
LEFT_OUT = {
    "rows": "counts rows of files",
    "lead.unread_rate": "whether the owner has opened a lead; lead_dropoff looks at whether anybody worked it",
    "activities.task_completion_rate": "no KPI is a share of tasks done",
    "csat.mean_0_100": "a mark beside each case, with neither a survey nor a day on which it was given",
    "csat.by_origin": "a mark beside each case, with neither a survey nor a day on which it was given",
    "ticket.closed_rate": "no KPI is a share of tickets closed at any time",
    "ticket.same_day_close_rate": "first_contact_resolution counts contacts, which the files do not tell",
    "ticket.escalation_rate": "no KPI is a share of tickets escalated",
    "data_quality.close_before_create": "counts rows of the file; there is none",
    "data_quality.won_rows_without_won_history": "counts rows of the file; there is none",
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


def test_cases_are_resolved_in_four_days(engine: Engine) -> None:
    hours = Asked("resolution_time").answer(engine).total.value or 0
    assert round(hours / 24, 6) == EXPECTED["ticket.resolution_days_mean"]


@pytest.mark.skipif(not EXPECTED, reason="the reference data set is not here")
def test_what_is_not_asked_is_left_out_for_a_reason() -> None:
    assert set(ASKED) | set(LEFT_OUT) | IN_TESTS_OF_THEIR_OWN == set(EXPECTED)


def test_everybody_owns_the_records_that_are_counted_for_him(engine: Engine) -> None:
    with (folder() / "salesforce-sales" / "User.csv").open(encoding="utf-8") as file:
        ids = {row["Name"]: row["External_Id__c"] for row in csv.DictReader(file)}
    expected = {member: count for member, count in EXPECTED["adoption.records_created_per_owner"].items() if count}
    assert differences(Asked("records_created.by_owner", by="owner", names=ids), engine, expected) == {}
