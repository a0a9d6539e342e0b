# ruff: noqa: E501 (lines of data)
# mypy: disable-error-code="comparison-overlap, arg-type"
"""Adoption, quality, goals and risk, worked out by hand from a few rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cadran.metrics import Catalogue, Question, Result, ask
from cadran.metrics.engines.duckdb import DuckDB

TODAY = date(2026, 3, 4)  # a Wednesday
ROWS = """
INSERT INTO licence (member_id, owner, team, from_on, to_on, adopted_on) VALUES
  (1, 'Alice', 'north', '2026-01-01', NULL, '2026-02-04'), (2, 'Bob', 'north', '2026-02-05', '2026-02-12', NULL),
  (3, 'Charlie', 'south', '2026-03-01', NULL, NULL);
INSERT INTO session (id, member_id, owner, team, member_day, logged_in_on) VALUES
  (1, 1, 'Alice', 'north', 101, '2026-02-02'), (2, 1, 'Alice', 'north', 101, '2026-02-02'),
  (3, 1, 'Alice', 'north', 102, '2026-02-03'), (4, 1, 'Alice', 'north', 103, '2026-02-04'),
  (5, 2, 'Bob', 'north', 204, '2026-02-05'), (6, 2, 'Bob', 'north', 210, '2026-02-11'),
  (7, 1, 'Alice', 'north', 130, '2026-03-03');
INSERT INTO change (id, record, record_id, field, member_id, owner, member_day, origin, created, changed_on) VALUES
  (1, 'session', 1, '', 1, 'Alice', 101, 'member', TRUE, '2026-02-02'),
  (2, 'deal', 1, '', 2, 'Bob', 204, 'member', TRUE, '2026-02-05'),
  (3, 'deal', 1, 'amount', 2, 'Bob', 204, 'member', FALSE, '2026-02-05'),
  (4, 'lead', 1, '', 1, 'Alice', 104, 'import', TRUE, '2026-02-05'),
  (5, 'account', 1, '', NULL, NULL, NULL, 'import', TRUE, '2026-02-06');
INSERT INTO record_check (id, record, required, filled, sound, single, created_on, stale_on, until_on, missing) VALUES
  (1, 'deal', 5, 5, TRUE, TRUE, '2026-01-01', NULL, NULL, NULL),
  (2, 'deal', 5, 3, TRUE, FALSE, '2026-01-01', '2026-02-10', NULL, 'several'),
  (3, 'lead', 5, 4, FALSE, TRUE, '2026-02-20', '2026-03-22', NULL, 'owner'),
  (4, 'lead', 5, 0, FALSE, FALSE, '2026-01-01', '2026-01-31', '2026-02-01', 'several');
INSERT INTO deal_outlook (deal_id, sequence, risk, risks, silent, planned, amount, score, from_on, to_on) VALUES
  (1, 1, 'none', 0, FALSE, TRUE,  100, 0.8,  '2026-01-01', '2026-02-01'), (1, 2, 'cold', 2, TRUE, FALSE, 100, 0.4, '2026-02-01', NULL),
  (2, 1, 'none', 0, FALSE, TRUE,  300, 0.6,  '2026-01-01', NULL), (3, 1, 'late', 1, FALSE, FALSE, 50, NULL, '2026-01-01', NULL);
INSERT INTO deal (id, outcome, owner, amount, closed_on, expected_close_on, forecast_category) VALUES
  (1, 'won', 'Alice', 40, '2026-02-10', NULL, NULL), (2, 'won', 'Bob', 20, '2026-03-02', NULL, NULL),
  (3, 'open', 'Bob', 30, NULL, '2026-03-20', 'commit'), (4, 'open', 'Bob', 10, NULL, '2026-03-20', 'best case'),
  (5, 'open', 'Bob', 7, NULL, '2026-03-20', 'pipeline'), (6, 'open', 'Bob', 9, NULL, '2026-04-01', 'commit');
INSERT INTO goal (id, kpi, whole, target, daily_target, starts_on, ends_on) VALUES (1, 'revenue', TRUE, 310, 10, '2026-03-01', '2026-04-01');
INSERT INTO goal_day (goal_id, kpi, whole, undivided, target, on_day)
  SELECT 1, 'revenue', TRUE, TRUE, 10, DATE '2026-03-01' + CAST(n AS INTEGER) FROM range(31) AS days(n);
INSERT INTO forecast (owner_id, id, owner, category, first, latest, amount, actual, error, miss, last_on) VALUES
  (1, 1, 'Alice', 'commit', TRUE, TRUE, 60, 40, 20, 20, '2026-02-28'), (2, 2, 'Bob', 'commit', TRUE, FALSE, 30, 60, -30, 30, '2026-02-28'),
  (2, 3, 'Bob', 'commit', FALSE, TRUE, 55, 60, -5, 5, '2026-02-28');
"""
FEBRUARY = {"start": date(2026, 2, 1), "end": date(2026, 3, 1)}
MARCH = {"start": date(2026, 3, 1), "end": date(2026, 4, 1)}


@pytest.fixture
def firm(bare: DuckDB) -> DuckDB:
    bare.connection.execute(ROWS)
    return bare


def asked(firm: DuckDB, catalogue: Catalogue, metric: str, **question: object) -> Result:
    return ask(firm, catalogue, Question(metric, **question), today=TODAY)


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        # Alice was licensed on 28 days and Bob on 7, on which they signed in six times, on five days.
        ("login_frequency", Decimal(7 * 6) / 35),
        ("login_frequency.days", Decimal(7 * 5) / 35),
        ("login_frequency.per_active_member", Decimal(5) / 2),
        ("active_users", 1),  # Bob wrote; Alice only signed in, and had a lead imported
        ("active_users.logged_in", 2),
        ("active_users.logged_in_daily", Decimal(5) / 5),
        ("adoption_rate", Decimal(1) / 2),
        ("adoption_rate.logged_in", 1),
        ("adoption_rate.adopted", 1),  # Bob has left
        ("adoption_rate.licence_use", Decimal(5) / 35),
        ("records_created", 3),
        ("records_created.by_members", 1),
        ("data_completeness.filled", Decimal(12) / 15),
        ("data_completeness.fresh", Decimal(2) / 3),
        ("data_completeness", (Decimal(12) / 15 + Decimal(2) / 3 + Decimal(2) / 3 + Decimal(2) / 3) / 4),
        ("data_completeness.with_gaps", 2),
        ("pipeline_quality", Decimal(100 * (40 + 180)) / 400),
        ("pipeline_quality.well_scored", Decimal(300) / 400),
        ("pipeline_quality.planned", Decimal(1) / 3),
        ("pipeline_activity.touched", Decimal(2) / 3),
        ("pipeline_at_risk", 150),
        ("pipeline_at_risk.share", Decimal(150) / 450),
        ("pipeline_at_risk.several", 100),
        ("sales_forecast.error", Decimal(50) / 100),
        ("sales_forecast.bias", Decimal(-10) / 100),
        ("sales_forecast.submitted", 60 + 55),
    ],
)
def test_february(firm: DuckDB, catalogue: Catalogue, metric: str, expected: Decimal) -> None:
    value = asked(firm, catalogue, metric, **FEBRUARY).total.value
    assert value is not None
    assert abs(value - expected) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("login_frequency", Decimal(7 * 1) / 8),  # two members, four days so far
        ("sales_forecast", 20 + 30 + 10),
        ("sales_forecast.commit", 20 + 30),
        ("sales_forecast.expected", 20 + 30 + 10 + 7),
        ("goal_attainment", Decimal(20) / 310),
        ("goal_attainment.pace", Decimal(20) / 40),
        ("goal_attainment.gap", 20 - 310),
    ],
)
def test_march_up_to_its_fourth_day(firm: DuckDB, catalogue: Catalogue, metric: str, expected: Decimal) -> None:
    value = asked(firm, catalogue, metric, **MARCH).total.value
    assert value is not None
    assert abs(value - expected) < Decimal("1e-20")


def test_a_member_who_came_for_a_week_counts_for_that_week(firm: DuckDB, catalogue: Catalogue) -> None:
    owners = asked(firm, catalogue, "login_frequency", by=("owner",), **FEBRUARY)
    # Alice: 4 sessions in four weeks. Bob: 2 in the week that he was there.
    assert {cell.split["owner"]: cell.value for cell in owners.cells} == {"Alice": 1, "Bob": 2}


def test_without_licences_there_is_no_rate_of_logins(bare: DuckDB, catalogue: Catalogue) -> None:
    total = asked(bare, catalogue, "login_frequency", **FEBRUARY).total
    assert total.value is None
    assert total.why


def test_a_deal_at_risk_is_under_its_gravest_reason(firm: DuckDB, catalogue: Catalogue) -> None:
    risks = asked(firm, catalogue, "pipeline_at_risk", by=("risk",), **FEBRUARY)
    assert {cell.split["risk"]: cell.value for cell in risks.cells} == {"cold": 100, "late": 50}
