"""RevPulse: a small software firm's deals and payments, some of it in JSON inside cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

FILES = (
    "deal_stages.csv",
    "sales_reps.csv",
    "accounts.csv",
    "customers.csv",
    "deals.csv",
    "activities.csv",
    "subscriptions.csv",
    "transactions.csv",
)
ASKED = {
    "win_rate.closed": Asked("win_rate"),
    "win_rate.all_opportunities": Asked("win_rate.all"),
    "win_rate.by_region": Asked("win_rate", by="region"),
    "win_rate.by_lead_source": Asked("win_rate", by="channel"),
    "avg_deal_size": Asked("average_deal_size"),
    "revenue.won_total": Asked("revenue"),
    "sales_cycle_days.won": Asked("sales_cycle.from_deal"),
    "pipeline.value": Asked("pipeline_value"),
    "pipeline.value_by_stage": Asked("pipeline_value", by="stage"),
    "pipeline.weighted": Asked("weighted_pipeline"),
    "revenue.won_by_close_month": Asked("revenue", grain="month"),
    "revenue.by_month": Asked("revenue.collected", grain="month"),
    "revenue.total": Asked("revenue.collected"),
    "arpa": Asked("revenue_per_customer.collected"),
}
EXPECTED = expected_values("revpulse")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("revpulse", *FILES)


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_every_deal_is_open_won_or_lost(engine: Engine) -> None:
    counted = {name: Asked(f"{metric}").answer(engine).total.value for name, metric in
               (("open", "open_deals"), ("won", "deals_won"), ("lost", "deals_lost"))}  # fmt: skip
    assert counted == EXPECTED["deals.by_status"]
