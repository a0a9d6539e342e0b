"""The sample records of a Salesforce developer organisation: 36 deals and 22 leads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

ASKED = {
    "win_rate.closed": Asked("win_rate"),
    "revenue.won": Asked("revenue"),
    "avg_deal_size": Asked("average_deal_size"),
    "pipeline.value": Asked("pipeline_value"),
    "pipeline.weighted": Asked("weighted_pipeline"),
    "lead.status": Asked("lead_conversion.converted", by="status", part="created"),
    "lead.converted": Asked("lead_conversion.converted", part="converted"),
}
ASKED_APART = {"deals.by_stage"}
LEFT_OUT = {
    "rows": "counts the rows of the files",
    "columns": "the headers of the files, which are what the mapping names",
}
EXPECTED = expected_values("salesforce-dev-org-export")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("salesforce-dev-org-export", "Account.csv", "Opportunity.csv", "Lead.csv")


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


@pytest.mark.skipif(not EXPECTED, reason="the reference data set salesforce-dev-org-export is not here")
def test_every_expected_value_is_asked_or_left_out_for_a_reason() -> None:
    assert set(ASKED) | ASKED_APART | set(LEFT_OUT) == set(EXPECTED)
