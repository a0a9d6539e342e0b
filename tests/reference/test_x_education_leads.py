"""A seller of courses: 9,240 leads with what became of them, and no date at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

EXPECTED = expected_values("x-education-leads")
FOLDED = {name: name.lower() for name in EXPECTED.get("lead_conversion_rate.by_source_raw", {})}
RATED = {"quality": ("High in Relevance", "Might be", "Not Sure", "Low in Relevance", "Worst")}

ASKED = {
    "rows.leads": Asked("lead_conversion.ever", part="created"),
    "lead_conversion_rate": Asked("lead_conversion.ever"),
    "lead_conversion_rate.by_origin": Asked("lead_conversion.ever", by="origin"),
    "lead_conversion_rate.by_source_raw": Asked("lead_conversion.ever", by="source"),
    "lead_conversion_rate.by_source_casefolded": Asked("lead_conversion.ever", by="channel", names=FOLDED),
    "lead_conversion_rate.by_occupation": Asked("lead_conversion.ever", by="occupation"),
    "lead_conversion_rate.by_last_activity": Asked("lead_conversion.ever", by="last_activity"),
    "acquisition_channel.leads_casefolded": Asked("lead_conversion.ever", by="channel", part="created", names=FOLDED),
    "acquisition_channel.customers_casefolded": Asked(
        "lead_conversion.ever", by="channel", part="customers_so_far", names=FOLDED
    ),
    "lead_qualification_rate.of_all": Asked("lead_qualification.dated"),
    "lead_qualification_rate.of_rated": Asked("lead_qualification.dated", where=RATED),
}

_COUNTS = "the file counts what each lead did; visits are counted here one by one, and it has none"
LEFT_OUT = {
    "engagement.mean_total_visits": _COUNTS,
    "engagement.mean_seconds_on_site": _COUNTS,
    "engagement.share_email_opened_last": "the last activity of each lead, without the others: no rate of opening",
    "opt_out.email": "a refusal is a consent withdrawn by a contact; no KPI is a share of refusals",
    "data_quality.select_placeholders": "counts cells of the file, whose form default is read as blank",
    "data_quality.blank": "counts cells of the file, in columns of which the records keep a few",
}


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("x-education-leads", "Leads.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


@pytest.mark.skipif(not EXPECTED, reason="the reference data set is not here")
def test_what_is_not_asked_is_left_out_for_a_reason() -> None:
    assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
