# ruff: noqa: E501 (lines of data)
"""The leads family, from facts small enough to check by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from cadran.metrics import Catalogue, Question, Result, ask
from cadran.metrics.engines.duckdb import DuckDB

TODAY = date(2026, 9, 1)
MARCH = {"start": date(2026, 3, 1), "end": date(2026, 4, 1)}
Asking = Callable[..., Result]


@pytest.fixture
def asked(bare: DuckDB, catalogue: Catalogue) -> Asking:
    """Ask about March, five months later."""

    def answer(metric: str, **question: object) -> Result:
        return ask(bare, catalogue, Question(metric, **{**MARCH, **question}), today=TODAY)  # type: ignore[arg-type]

    return answer


def by_channel(result: Result) -> dict[object, Decimal | None]:
    """Values by channel."""
    return {cell.split["channel"]: cell.value for cell in result.cells}


def test_the_clock_of_an_answer_is_strict(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, created_on, response_minutes) VALUES
        (1, '2026-03-01', 1439), (2, '2026-03-02', 1440), (3, '2026-03-03', 1441), (4, '2026-03-04', NULL)"""
    )
    # 23:59 is in, 24:00 and 24:01 are out, and so is whoever was never answered
    assert asked("lead_sla").total.value == Decimal("0.25")
    assert asked("lead_sla.within").total.value == Decimal("0.5")
    assert asked("lead_sla").total.n == 4


def test_the_unanswered_are_not_forgotten_by_the_median(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, created_on, response_minutes) VALUES
        (1, '2026-03-01', 60), (2, '2026-03-02', 120), (3, '2026-03-03', 600), (4, '2026-03-04', NULL), (5, '2026-03-04', NULL)"""
    )
    assert asked("lead_response_time").total.value == 10
    assert asked("lead_response_time.mean").total.value == Decimal(780) / 3 / 60
    slowest = asked("lead_response_time.slowest_tenth").total
    assert slowest.value is None
    assert slowest.why == "too few of the 5 lead rows of slow have a known response_minutes"
    bare.connection.execute("UPDATE lead SET response_minutes = NULL")
    assert asked("lead_response_time").total.value is None
    assert asked("lead_sla").total.value == 0


def test_a_cohort_of_leads_has_ninety_days_and_a_period_may_exceed_the_whole(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, created_on, customer_on) VALUES
        (1, '2026-03-01', '2026-05-29'), (2, '2026-03-01', '2026-05-30'), (3, '2025-11-01', '2026-03-05'),
        (4, '2025-11-01', '2026-03-06'), (5, '2025-11-01', '2026-03-31')"""
    )
    assert asked("lead_conversion").total.value == Decimal("0.5")
    assert asked("lead_conversion.ever").total.value == 1
    assert asked("lead_conversion.period").total.value == Decimal("1.5")
    assert asked("lead_dropoff.unconverted").total.value == 1 - Decimal("0.5")
    assert asked("lead_conversion").total.ripe
    assert not asked("lead_conversion", start=date(2026, 6, 1), end=date(2026, 7, 1)).total.ripe


def test_where_nothing_was_spent_there_is_no_return_nor_cost(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO spend (id, channel, purpose, category, amount, spent_on) VALUES
        (1, 'ads', 'acquisition', 'advertising', 600, '2026-03-03'), (2, 'ads', 'acquisition', 'salaries', 400, '2026-03-03'),
        (3, 'fair', 'acquisition', 'advertising', 500, '2026-03-04'), (4, 'post', 'acquisition', 'advertising', 50, '2026-02-04');
        INSERT INTO deal (id, channel, outcome, amount, closed_on) VALUES
        (1, 'ads', 'won', 2000, '2026-03-10'), (2, 'ads', 'won', 500, '2026-03-11'), (3, 'word of mouth', 'won', 700, '2026-03-11'),
        (4, 'fair', 'lost', 900, '2026-03-11'), (5, NULL, 'won', 300, '2026-03-11');
        INSERT INTO new_customer (account_id, channel, amount, became_on) VALUES
        (1, 'ads', 2000, '2026-03-10'), (2, 'word of mouth', 700, '2026-03-11'), (3, 'post', 700, '2026-03-11')"""
    )
    returns = asked("channel_roi", by=("channel",))
    assert by_channel(returns) == {"ads": Decimal("1.5"), "fair": -1, "word of mouth": None, None: None}
    assert {cell.why for cell in returns.cells if cell.value is None} == {"no spend recorded for cost"}
    costs = asked("customer_acquisition_cost", by=("channel",))
    assert by_channel(costs) == {"ads": 1000, "fair": None, "post": None, "word of mouth": None}
    assert {cell.split["channel"]: cell.why for cell in costs.cells if cell.value is None} == {
        "fair": "customers is 0",
        "post": "no spend recorded for cost",
        "word of mouth": "no spend recorded for cost",
    }
    assert asked("customer_acquisition_cost").total.value == 500
    assert asked("customer_acquisition_cost.paid", where={"channel": ("ads",)}).total.value == 600
    lagged = asked("customer_acquisition_cost.lagged", by=("channel",), grain="month")
    assert by_channel(lagged)["post"] == 50
    assert by_channel(lagged)["ads"] is None


def test_five_wins_of_a_thousand_against_one_cost_are_not_multiplied(bare: DuckDB, asked: Asking) -> None:
    wins = ", ".join(f"({n}, 'ads', 'spring', 'won', 1000, '2026-03-1{n}')" for n in range(5))
    bare.connection.execute(
        f"""INSERT INTO deal (id, channel, campaign, outcome, amount, closed_on) VALUES {wins};
        INSERT INTO spend (id, channel, campaign, purpose, amount, spent_on) VALUES (1, 'ads', 'spring', 'acquisition', 2000, '2026-03-01')"""
    )
    for metric in ("channel_roi", "marketing_roi"):
        assert asked(metric).total.value == Decimal("1.5")
        assert asked(metric, by=("campaign",)).cells[0].value == Decimal("1.5")


def test_attribution_moves_customers_between_channels_and_loses_none(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO new_customer (account_id, channel, amount, became_on) VALUES (1, 'ads', 100, '2026-03-10'), (2, 'fair', 60, '2026-03-12');
        INSERT INTO attribution (account_id, sequence, channel, became_on, first_share, last_share, linear_share, first_amount, last_amount, linear_amount) VALUES
        (1, 1, 'ads', '2026-03-10', 1, 0, 0.5, 100, 0, 50), (1, 2, 'mail', '2026-03-10', 0, 1, 0.5, 0, 100, 50),
        (2, 1, NULL, '2026-03-12', 1, 1, 1, 60, 60, 60)"""
    )
    assert by_channel(asked("new_customers", by=("channel",))) == {"ads": 1, "fair": 1}
    assert by_channel(asked("new_customers.first_touch", by=("channel",))) == {"ads": 1, "mail": 0, None: 1}
    assert by_channel(asked("new_customers.last_touch", by=("channel",))) == {"ads": 0, "mail": 1, None: 1}
    assert by_channel(asked("new_customers.linear", by=("channel",))) == {
        "ads": Decimal("0.5"), "mail": Decimal("0.5"), None: 1,
    }  # fmt: skip
    for variant in ("first_touch", "last_touch", "linear"):
        assert asked(f"new_customers.{variant}").total.value == asked("new_customers").total.value


def test_the_chain_from_mql_to_customer_follows_the_same_leads(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, created_on, mql_on, sql_on, deal_on, customer_on, disqualified_on) VALUES
        (1, '2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04', '2026-05-01', NULL), (2, '2026-03-01', '2026-03-02', '2026-03-03', '2026-03-09', NULL, NULL),
        (3, '2026-03-01', '2026-03-02', '2026-03-03', NULL, NULL, NULL), (4, '2026-03-01', '2026-03-05', NULL, NULL, NULL, '2026-03-20'),
        (5, '2026-03-01', NULL, NULL, NULL, NULL, '2026-03-02')"""
    )
    assert asked("lead_qualification").total.value == Decimal("0.8")
    assert asked("lead_qualification.sales").total.value == Decimal("0.6")
    assert asked("mql_conversion.to_sql").total.value == Decimal("0.75")
    assert asked("mql_conversion.sql_to_deal").total.value == Decimal(2) / 3
    assert asked("mql_conversion.deal_to_customer").total.value == Decimal("0.5")
    assert asked("mql_conversion").total.value == Decimal("0.25")
    assert asked("lead_dropoff.funnel").total.value == Decimal("0.4")


def test_a_lead_that_nobody_works_for_a_week_is_dropped(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, created_on, worked_on) VALUES
        (1, '2026-03-01', '2026-03-08'), (2, '2026-03-01', '2026-03-09'), (3, '2026-03-01', NULL), (4, '2026-03-01', '2026-03-01')"""
    )
    assert asked("lead_dropoff").total.value == Decimal("0.5")


def test_a_visitor_who_comes_back_is_one_visitor(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO visit (id, visitor, lead_id, landing_page, started_on) VALUES
        (1, 'a', NULL, '/', '2026-03-01'), (2, 'a', 7, '/offer', '2026-03-02'), (3, 'b', NULL, '/', '2026-03-02'), (4, NULL, NULL, '/', '2026-03-02')"""
    )
    assert asked("traffic_to_lead").total.value == Decimal("0.5")
    assert asked("traffic_to_lead.per_visit").total.value == Decimal("0.25")
    assert asked("traffic_to_lead", where={"landing_page": ("/",)}).total.value == 0


def test_the_points_of_a_score_add_up_to_it(bare: DuckDB, asked: Asking) -> None:
    bare.connection.execute(
        """INSERT INTO lead (id, created_on, customer_on, score, score_band, points_fit, points_interest, points_readiness) VALUES
        (1, '2026-03-01', '2026-03-09', 95, '90–100', 35, 40, 20), (2, '2026-03-01', NULL, 20, '20–29', 20, 0, 0)"""
    )
    points = [asked(f"lead_score.{variant}").total.value or 0 for variant in ("fit", "interest", "readiness")]
    assert sum(points) == asked("lead_score").total.value == Decimal("57.5")
    calibration = asked("lead_score.calibration", by=("score_band",)).cells
    assert {cell.split["score_band"]: cell.value for cell in calibration} == {"90–100": 1, "20–29": 0}
