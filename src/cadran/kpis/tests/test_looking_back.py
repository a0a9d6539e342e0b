"""Past days, the long term, and the form of filters."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from cadran.crm.save import change
from cadran.kpis.answer import answer
from cadran.kpis.long_term import long_term
from cadran.kpis.reader import reader_of
from cadran.kpis.selection import Selection
from cadran.kpis.tests.conftest import BY, Company, words_of


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def page(client: Client, path: str, language: str = "en") -> str:
    return words_of(client.get(path, headers={"accept-language": language}).content)


def test_a_page_shows_what_was_known_on_a_past_day(ada: Client, company: Company) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        change(company.deals["Roof"], {"amount": 150}, by=BY)
        assert "€650.00" in page(ada, "/kpi/revenue")
        words = page(ada, "/kpi/revenue?as_of=2026-11-22")
        assert "As known on Nov 22, 2026 × remove this filter" in words
        assert "€600.00" in words
        assert "€650.00" not in words
        assert "Oct 1 – Nov 22, 2026" in words
        assert "Au 22 nov. 2026" in page(ada, "/kpi/revenue?as_of=2026-11-22", "fr")


def test_today_is_no_past_day(ada: Client) -> None:
    assert "As known on Nov 21" not in page(ada, "/kpi/revenue?as_of=2026-11-21")


def test_the_long_term_is_the_mean_of_the_months_that_are_over(company: Company) -> None:
    selection = Selection(date(2026, 11, 21), date(2026, 10, 1), date(2027, 1, 1))
    trend = answer(selection.trend("revenue"), today=selection.today)
    means = long_term(trend, selection)
    # 200 in July and 300 in October (100 + 200) within the twelve months to October; November is in progress
    assert means[-1] is None
    assert means[-2] == Decimal(500) / 12
    assert len(means) == 36


def test_a_trend_without_a_signal_is_said_to_be_noise(ada: Client) -> None:
    assert "Noise: no period differs from a year before by more than chance." in page(ada, "/kpi/deals_won")


def test_the_long_term_stands_in_the_table_of_the_trend(ada: Client) -> None:
    words = page(ada, "/kpi/revenue")
    assert "Mean of 12 months" in words
    assert "€42" in words
    assert reader_of(None, "en").formats.value(Decimal(500) / 12, "money", short=True) == "€42"


def test_values_are_chosen_by_form_and_what_does_not_apply_says_why(ada: Client) -> None:
    body = ada.get("/kpi/revenue/filter?dimension=owner&filter.owner=Bob&period=year").content.decode()
    assert '<input type="hidden" name="period" value="year">' in body
    assert '<input type="checkbox" name="filter.owner" value="Bob" checked>' in body
    assert '<input type="checkbox" name="filter.owner" value="Alice">' in body
    assert 'name="filter.owner" type="hidden"' not in body
    assert "Survey nothing of the kind in: deal" in words_of(body.encode())
