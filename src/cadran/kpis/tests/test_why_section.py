"""Why a number changed, as its page says it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from cadran.kpis.tests.conftest import Company, words_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def why(client: Client, path: str, language: str = "en") -> str:
    """The words of the section."""
    words = words_of(client.get(path, headers={"accept-language": language}).content)
    return words.partition("Why did it change?" if language == "en" else "Pourquoi a-t-il changé ?")[2]


def test_a_page_says_what_each_group_did_to_the_change(ada: Client) -> None:
    words = why(ada, "/kpi/revenue?by=owner")
    assert "Revenue: €200 (Jul 1 – Aug 21, 2026), then €600 (Oct 1 – Nov 21, 2026), a change of +€400." in words
    assert "It lies above all with Alice (+€200), Bob (+€200)." in words
    assert "Alice €200 €400 +€200 Bob €0 €200 +€200 Change +€400" in words


def test_a_change_that_chance_explains_points_to_no_cause(ada: Client) -> None:
    assert "Chance alone could explain this change" in why(ada, "/kpi/win_rate")


def test_a_ratio_is_told_by_rate_and_by_weight(ada: Client) -> None:
    # Q3: Alice won 1 of 1, Bob 0 of 1; Q4: Alice 2 of 3, Bob 1 of 2. Rates: .55·(2/3 − 1) + .45·(1/2 − 0)
    words = why(ada, "/kpi/win_rate?by=owner")
    assert "Values of their own account for +4.2 pts" in words
    assert "weights for +5.8 pts" in words
    assert "Share of the change by its own value by its weight" in words


def test_the_parts_of_a_formula_share_the_change(ada: Client) -> None:
    # 1/2 to 3/5: two more wins from 1 lost (3/4) or from 2 lost (1/3 to 3/5)
    words = why(ada, "/kpi/win_rate").partition("By part of the formula")[2]
    assert "won 1 3 +25.8 pts" in words
    assert "lost 1 2 −15.8 pts" in words


def test_a_median_says_why_groups_have_no_share_of_its_change(ada: Client) -> None:
    words = why(ada, "/kpi/sales_cycle.median")
    assert "does not add up over segments" in words
    assert "Share of the change" not in words


def test_without_a_comparison_there_is_no_change_to_explain(ada: Client) -> None:
    assert "Choose what to compare with" in why(ada, "/kpi/revenue?compare=none")


def test_what_has_no_value_before_has_no_change_to_explain(ada: Client) -> None:
    assert "One of the two values cannot be computed" in why(ada, "/kpi/win_rate?period=year&compare=year_ago")


def test_a_representative_reads_of_his_own_change_alone(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend=BACKEND)
    words = why(client, "/kpi/revenue?by=owner")
    assert "Bob €0 €200 +€200 Change +€200" in words
    assert "Alice" not in words


def test_why_speaks_french(ada: Client) -> None:
    assert "Il tient surtout à Alice (+200 €), Bob (+200 €)." in why(ada, "/kpi/revenue?by=owner", "fr")
