"""Five newsletters: 51,548 deliveries, opens and clicks, without their recipients."""

from __future__ import annotations

from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

ASKED = {
    "email.open_rate": Asked("open_rate.by_event"),
    "email.click_rate": Asked("click_rate.by_event"),
    "email.click_to_open_rate": Asked("click_rate.to_open_by_event"),
}
ACTIONS = {
    "delivered": Asked("open_rate.by_event", part="delivered"),
    "open": Asked("open_rate.by_event", part="opened"),
    "click": Asked("click_rate.by_event", part="clicked"),
}
OF_AN_ARTICLE = {
    "delivered": Asked("open_rate.by_event", by="article", part="delivered"),
    "open": Asked("open_rate.by_event", by="article", part="opened"),
    "click": Asked("click_rate.by_event", by="article", part="clicked"),
    "open_rate": Asked("open_rate.by_event", by="article"),
    "click_rate": Asked("click_rate.by_event", by="article"),
    "click_to_open_rate": Asked("click_rate.to_open_by_event", by="article"),
}
ASKED_APART = {"events", "email.by_article"}
EXPECTED = expected_values("newsletter-emails")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("newsletter-emails", "email_events.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


@pytest.mark.parametrize("action", ACTIONS)
def test_events_are_counted_by_what_happened(action: str, engine: Engine) -> None:
    assert differences(ACTIONS[action], engine, EXPECTED["events"][action]) == {}


@pytest.mark.parametrize("name", OF_AN_ARTICLE)
def test_every_article_has_its_own_rates(name: str, engine: Engine) -> None:
    expected = {article: values[name] for article, values in EXPECTED["email.by_article"].items()}
    assert differences(OF_AN_ARTICLE[name], engine, expected) == {}


def test_what_cannot_be_told_apart_is_not_counted_once(engine: Engine) -> None:
    assert Asked("open_rate").answer(engine).total.value == 0  # no delivery says that it was opened
    assert Asked("emails_sent.delivered").answer(engine).total.value == EXPECTED["events"]["delivered"]


@pytest.mark.skipif(not EXPECTED, reason="the reference data set newsletter-emails is not here")
def test_every_expected_value_is_asked() -> None:
    assert set(ASKED) | ASKED_APART == set(EXPECTED)
