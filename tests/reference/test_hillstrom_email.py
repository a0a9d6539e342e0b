"""A shop that wrote to two thirds of 64,000 customers, drawn at random, and left the others alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

EXPECTED = expected_values("hillstrom-email")
WRITTEN_TO = {"campaign": ("Mens E-Mail", "Womens E-Mail")}

ASKED = {
    "customers.by_segment": Asked("lead_conversion.ever", by="campaign", part="created"),
    "visit_rate.by_segment": Asked("lead_qualification", by="campaign"),
    "visit_rate.by_channel": Asked("lead_qualification", by="channel", where=WRITTEN_TO),
    "conversion_rate.by_segment": Asked("lead_conversion.ever", by="campaign"),
    "visit_to_purchase_rate": Asked("mql_conversion"),
    "spend_per_customer.by_segment": Asked("lead_conversion.revenue_per_lead", by="campaign"),
    "apv.by_segment": Asked("average_purchase_value", by="segment"),
    "revenue.total": Asked("revenue.invoiced"),
}

_CONTROL = "less the same number of the group left alone: no KPI subtracts one segment from another"
LEFT_OUT = {
    "campaign.incremental_revenue_per_email": _CONTROL,
    "campaign.incremental_visit_rate": _CONTROL,
    "campaign.incremental_conversion_rate": _CONTROL,
    "campaign.incremental_revenue_total": _CONTROL,
}


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("hillstrom-email", "hillstrom.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


@pytest.mark.skipif(not EXPECTED, reason="the reference data set is not here")
def test_what_is_not_asked_is_left_out_for_a_reason() -> None:
    assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
