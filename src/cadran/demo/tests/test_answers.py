"""Every KPI answers over a full year of the made-up company, and splits by what people ask to see it by."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import duckdb
import pytest
from django.test import TestCase

from cadran.demo.build import build
from cadran.demo.sizes import SMALL
from cadran.facts.publish import publish
from cadran.metrics.ask import ask_all
from cadran.metrics.catalogue import shipped_catalogue
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.question import Question

TODAY = date(2026, 11, 21)
START, END = date(2025, 1, 1), date(2026, 1, 1)
COHORT = "cohort"

SOLD = "owner team region product family"
LEARNT = "owner channel campaign"
ASKED = {
    # revenue and value
    "revenue": SOLD,
    "revenue_growth": SOLD,
    "revenue_per_customer": "account segment region",
    "net_new_revenue": "owner deal_size",
    "net_new_mrr": "owner",
    "mrr": "segment",
    "average_purchase_value": "product segment channel",
    "average_deal_size": "segment family owner",
    "purchase_frequency": "segment product",
    "active_customers": "segment region product",
    "customer_lifespan": "segment new_customer.became_in",
    "customer_lifetime_value": "segment new_customer.channel new_customer.became_in",
    "upsell_rate": "owner segment",
    "upsell_rate.share_of_orders": "product week_of_month",
    "cross_sell_rate": "owner segment",
    "cross_sell_rate.share_of_orders": "product week_of_month",
    "deals_won": "owner team",
    "deals_lost": "owner team reason",
    "revenue_concentration": "segment",
    "repeat_purchase_rate": "segment cohort",
    "purchase_retention": "segment cohort",
    # pipeline and forecast
    "pipeline_value": "stage owner region product close_month",
    "weighted_pipeline": "stage owner region product close_month",
    "open_deals": "stage owner segment",
    "deals_created": "owner channel",
    "pipeline_quality": "stage owner channel",
    "time_through_stages": "stage owner pipeline",
    "sales_velocity": "owner pipeline",
    "win_rate": "owner channel product segment deal_size size competitor",
    "close_rate": "owner",
    "stage_conversion": "stage owner channel industry",
    "sales_cycle": "owner segment deal_size size product channel",
    "time_in_stage": "stage owner",
    "sales_forecast": "owner team pipeline",
    "goal_attainment": "region",
    "goal_attainment.undivided": "team owner",
    "sales_productivity": "owner team",
    "pipeline_at_risk": "owner stage risk",
    # leads, channels, marketing
    "lead_conversion": f"{LEARNT} industry",
    "lead_response_time": "owner channel hour",
    "lead_sla": "owner channel",
    "lead_qualification": LEARNT,
    "traffic_to_lead": "landing_page channel campaign",
    "new_customers": "channel",
    "channel_roi": "channel",
    "marketing_roi": "campaign channel",
    "campaign_customers": "campaign",
    "customer_acquisition_cost": "channel campaign",
    "mql_conversion": "campaign owner",
    "lead_dropoff": "owner channel status",
    "lead_score": "owner channel",
    # sales activity
    "activities": "owner kind",
    "emails_sent": "owner sequence template",
    "open_rate": "template sequence segment",
    "click_rate": "template sequence segment",
    "reply_rate": "owner template sequence",
    "calls_made": "owner",
    "call_to_meeting": "owner campaign hour",
    "outbound_engagement": "owner",
    "outbound_engagement.touches": "sequence",
    # customer voice, retention, support
    "nps": "segment product owner region",
    "ces": "touchpoint owner channel",
    "csat": "touchpoint owner product channel",
    "survey_answers": "survey",
    "survey_coverage": "owner channel",
    "renewal_rate": "product segment owner",
    "churn_rate": "segment",
    "churn_rate.count": "reason",
    "retention_rate": "segment region new_customer.became_in",
    "retention_cost": "category",
    "retention_cost_ratio": "",
    "engagement_rate": "segment",
    "engagement_rate.signs": "kind",
    "health_score": "segment owner",
    "tickets_opened": "channel category",
    "tickets_resolved": "owner channel",
    "open_tickets": "owner priority",
    "response_time": "channel owner priority",
    "answered_share": "channel owner",
    "response_sla": "channel priority",
    "resolution_time": "owner category",
    "resolution_sla": "owner category",
    "first_contact_resolution": "owner channel category",
    "reopen_rate": "owner category",
    # adoption and data quality
    "login_frequency": "owner team role",
    "active_users": "team role",
    "active_users.logged_in": "team role",
    "adoption_rate": "team",
    "records_created": "record owner origin",
    "pipeline_activity": "owner stage",
    "data_completeness": "record missing owner",
    # the web site
    "bounce_rate": "landing_page channel device",
    "scroll_depth": "page visit.device",
}
"""Key of a KPI, or of the variant that can be split so → the dimensions that people ask to see it by."""

NOT_OF_IT = {
    ("net_new_mrr", "deal_size"): "recurring revenue moves by the day and account, of no one deal",
    ("upsell_rate", "product"): "its base is customers, of no one product; the share of orders is split so",
    ("upsell_rate", "week_of_month"): "its base is who was a customer at the start; the share of orders is split so",
    ("cross_sell_rate", "product"): "its base is customers, of no one product; the share of orders is split so",
    (
        "cross_sell_rate",
        "week_of_month",
    ): "its base is who was a customer at the start; the share of orders is split so",
    ("goal_attainment", "level"): "what was won has no level; regions, teams and members have goals of their own",
    (
        "customer_acquisition_cost",
        "segment",
    ): "money is spent on channels and campaigns before anybody knows whom it wins",
    ("outbound_engagement", "sequence"): "a lead that nobody wrote to is of no sequence; the touches are split so",
    ("churn_rate", "reason"): "those who stayed have none; the number of those who left is split so",
    (
        "engagement_rate",
        "kind",
    ): "those who gave no sign gave it nowhere; each channel is a variant, the signs are split so",
    ("health_score", "product"): "a customer's health is that of all that it uses",
    ("adoption_rate", "record"): "a licence is for the whole product; each part of it is a variant",
}
"""What people ask for and the facts cannot have → why."""


@pytest.mark.slow
class TestAnswers(TestCase):
    """The small company among the records, its facts published once for all these tests."""

    engine: ClassVar[DuckDB]

    @classmethod
    def setUpTestData(cls) -> None:
        build(SMALL, seed=7, today=TODAY)

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        home = stack.enter_context(TemporaryDirectory())
        cls.engine = DuckDB(stack.enter_context(duckdb.connect(str(publish(Path(home))), read_only=True)))

    def test_every_kpi_has_a_value(self) -> None:
        keys = [metric.key for metric in shipped_catalogue() if not metric.needs_cohort]
        results = ask_all(self.engine, shipped_catalogue(), [question(key) for key in keys], today=TODAY)
        assert [key for key, result in zip(keys, results, strict=True) if result.cells[0].value is None] == []

    def test_every_kpi_splits_by_the_dimensions_asked_for(self) -> None:
        split = list(asked())
        results = ask_all(self.engine, shipped_catalogue(), [question(*each) for each in split], today=TODAY)
        alone = []
        for (key, dimension), result in zip(split, results, strict=True):
            told = [cell for cell in result.cells if cell.value is not None]
            groups = {cell.period if dimension == COHORT else cell.split[dimension] for cell in told}
            if len(groups) < 2:
                alone.append((key, dimension, groups))
        assert alone == []


def asked() -> Iterator[tuple[str, str]]:
    """Each KPI with each dimension asked of it."""
    return ((key, dimension) for key, dimensions in ASKED.items() for dimension in dimensions.split())


def question(key: str, dimension: str = "") -> Question:
    """A KPI over the year, split so; one that follows cohorts over those of each quarter."""
    follows = dimension == COHORT or shipped_catalogue()[key].needs_cohort
    by = (dimension,) if dimension not in ("", COHORT) else ()
    return Question(key, by=by, grain="quarter" if follows else "year", start=START, end=END, cohort=follows)


def test_of_every_kpi_it_is_said_how_it_is_asked_for() -> None:
    assert {metric.key for metric in shipped_catalogue().metrics} <= set(ASKED)


def test_what_the_facts_cannot_have_they_do_not_have() -> None:
    for key, dimension in NOT_OF_IT:
        metric = shipped_catalogue()[key]
        assert dimension not in metric.dimensions(shipped_catalogue().tables), (key, dimension)
