"""Five thousand calls to eight agents, with how soon they were answered and whether that settled them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

SECONDS = Decimal(60)  # minutes here, seconds there

ASKED = {
    "calls.count": Asked("tickets_opened"),
    "calls.answered_rate": Asked("answered_share"),
    "calls.abandon_rate": Asked("answered_share.unanswered"),
    "fcr.of_answered": Asked("first_contact_resolution.answered"),
    "fcr.of_all": Asked("first_contact_resolution.all"),
    "fcr.by_agent": Asked("first_contact_resolution.answered", by="owner"),
    "fcr.by_topic": Asked("first_contact_resolution.answered", by="category"),
    "response_time_seconds.mean": Asked("response_time", times=SECONDS),
    "response_time_seconds.median": Asked("response_time.median_answered", times=SECONDS),
    "response_time_seconds.by_agent": Asked("response_time", by="owner", times=SECONDS),
    "response_time.within_60s_rate": Asked("response_sla.minute_of_answered"),
    "csat.mean": Asked("csat.mean"),
    "csat.top2_rate": Asked("csat"),
    "csat.by_agent": Asked("csat.mean", by="owner"),
    "csat.by_topic": Asked("csat.mean", by="category"),
    "calls.by_month": Asked("tickets_opened", grain="month"),
    "csat.by_month": Asked("csat.mean", grain="month"),
}
LEFT_OUT = {"talk_seconds.mean": "how long people talked is no field of a ticket or of a call"}

EXPECTED = expected_values("pwc-call-center")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("pwc-call-center", "Call-Center-Dataset.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_every_number_is_asked_or_left_out_for_a_reason() -> None:
    if EXPECTED:
        assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
