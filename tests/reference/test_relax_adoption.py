"""Relax: 12,000 users of a web product and the 207,917 days on which they signed in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import Importer

pytestmark = [pytest.mark.data, pytest.mark.slow]

START, END = date(2014, 5, 8), date(2014, 6, 7)  # the last thirty days
ASKED = {
    "users.count": Asked("adoption_rate.logged_in", part="granted"),
    "logins.count": Asked("login_frequency.sessions"),
    "users.ever_logged_in_rate": Asked("adoption_rate.logged_in"),
    "user_adoption_rate": Asked("adoption_rate.adopted"),
    "user_adoption.count": Asked("adoption_rate.adopted", part="adopted"),
    "user_adoption_rate.by_source": Asked("adoption_rate.adopted", by="member.creation_source"),
    "active_users.monthly": Asked("active_users.logged_in", grain="month"),
    "login_frequency.monthly": Asked("login_frequency.per_active_member", grain="month"),
    "active_rate.monthly": Asked("adoption_rate.logged_in", grain="month"),
    "signups.monthly": Asked("adoption_rate.logged_in", grain="month", part="granted"),
    "active_users.last_30d": Asked("active_users.logged_in", start=START, end=END),
}
LEFT_OUT = {
    "active_users.dau_mean_last_30d": "the mean of thirty answers, asked below: our own leaves out idle days",
    "as_of": "a date: the last day on which somebody signed in",
    "marketing.opt_in_rate": "consent to a mailing list is a contact's, and these are members",
    "data_quality.duplicate_emails": "no e-mail address is among the facts, and no two members share one",
    "data_quality.no_last_session": "a blank in the file; who never signed in is 1 - users.ever_logged_in_rate",
}
EXPECTED = expected_values("relax-adoption")


@pytest.fixture(scope="module")
def facts_file(facts_of: Importer) -> Path:
    return facts_of("relax-adoption", "takehome_users.csv", "takehome_user_engagement.csv")


@pytest.mark.parametrize("name", ASKED)
def test_every_number_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    assert differences(ASKED[name], engine, EXPECTED[name]) == {}


def test_the_mean_of_the_last_thirty_days_is_that_of_their_daily_numbers(engine: Engine) -> None:
    days = Asked("active_users.logged_in", grain="day", start=START, end=END).answer(engine).cells
    assert len(days) == 30
    assert sum(cell.value or 0 for cell in days) / 30 == EXPECTED["active_users.dau_mean_last_30d"]


@pytest.mark.skipif(not EXPECTED, reason="the reference data set relax-adoption is not here")
def test_every_expected_value_is_asked_or_left_out_for_a_reason() -> None:
    assert set(ASKED) | set(LEFT_OUT) == set(EXPECTED)
    assert set(ASKED).isdisjoint(LEFT_OUT)
