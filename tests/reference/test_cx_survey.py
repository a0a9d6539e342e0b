"""An insurer's thousand customers, asked five questions of satisfaction and one of recommendation."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

CSAT = {"kind": ("csat",)}
OVERALL = "survey_q5_osat"

ASKED = {
    "answers.count": Asked("survey_answers", where={"survey": (OVERALL,)}),
    "nps": Asked("nps"),
    "nps.distribution": Asked("survey_answers", by="rating", where={"kind": ("nps",)}),
    "csat.mean": Asked("csat.mean", by="survey"),
    "csat.top2_rate": Asked("csat", by="survey"),
    "csat.answered": Asked("survey_answers", by="survey", where=CSAT),
    "csat.overall": Asked("csat", where={"survey": (OVERALL,)}),
    "csat.osat_by_nps_group": Asked("csat.mean", by="recommends", where={"survey": (OVERALL,)}),
}
LEFT_OUT: dict[str, str] = {}

EXPECTED = expected_values("cx-survey")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("cx-survey", "survey_responses.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_every_number_is_asked_or_left_out_for_a_reason() -> None:
    if EXPECTED:
        assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
