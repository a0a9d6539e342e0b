"""12,330 visits of a web shop over a year; some bring a purchase."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

EXPECTED = expected_values("online-shoppers")

ASKED = {
    "sessions.count": Asked("traffic_to_lead.per_visit", part="visits"),
    "sessions.by_traffic_type": Asked("traffic_to_lead.per_visit", by="channel", part="visits"),
    "traffic_conversion_rate": Asked("traffic_to_lead.per_visit"),
    "traffic_conversion_rate.by_month": Asked("traffic_to_lead.per_visit", by="month"),
    "traffic_conversion_rate.by_visitor_type": Asked("traffic_to_lead.per_visit", by="visitor_type"),
    "traffic_conversion_rate.by_traffic_type": Asked("traffic_to_lead.per_visit", by="channel"),
}
LEFT_OUT = {
    "bounce_rate.mean": "a mean of bounce rates of pages that another tool worked out, from other visits than these",
    "data_quality.duplicate_rows": "counts equal rows of the file; each is a visit, since it has no id",
}


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("online-shoppers", "online_shoppers_intention.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


@pytest.mark.skipif(not EXPECTED, reason="the reference data set is not here")
def test_what_is_not_asked_is_left_out_for_a_reason() -> None:
    assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
