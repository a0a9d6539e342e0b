"""What the facts answer is what is true of the made-up company."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from cadran.demo.generate import generate
from cadran.demo.sizes import SMALL
from cadran.demo.straight import build_facts
from cadran.demo.truth import Rates, Truth, truth

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def known() -> Truth:
    with duckdb.connect() as connection:
        generate(connection, SMALL, seed=7, today=TODAY)
        return truth(connection)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    path = build_facts(Path(tmp_path_factory.mktemp("facts")) / "small.duckdb", SMALL, seed=7, today=TODAY)
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def pairs(facts: DuckDBPyConnection, sql: str) -> dict[Any, Any]:
    return dict(facts.execute(sql).fetchall())


def by_month(facts: DuckDBPyConnection, value: str, table: str, day: str, where: str = "true") -> dict[date, Any]:
    return pairs(
        facts, f"SELECT date_trunc('month', {day})::DATE, {value} FROM main.\"{table}\" WHERE {where} GROUP BY 1"
    )


def test_won_deals_of_each_month(known: Truth, facts: DuckDBPyConnection) -> None:
    assert by_month(facts, "count(*)", "deal", "closed_on", "outcome = 'won'") == known.won_deals
    assert by_month(facts, "sum(amount)", "deal", "closed_on", "outcome = 'won'") == known.won_revenue


def test_lost_deals_of_each_month(known: Truth, facts: DuckDBPyConnection) -> None:
    assert by_month(facts, "count(*)", "deal", "closed_on", "outcome = 'lost'") == known.lost_deals
    assert 0.4 < known.whole_win_rate < 0.6


def test_open_deals(known: Truth, facts: DuckDBPyConnection) -> None:
    assert pairs(facts, "SELECT outcome = 'open', count(*) FROM main.deal GROUP BY 1")[True] == known.open_deals
    assert facts.execute(
        "SELECT count(*) FROM main.deal_stage WHERE left_at IS NULL AND outcome = 'open'"
    ).fetchall() == [(known.open_deals,)]


def test_won_deals_of_each_owner(known: Truth, facts: DuckDBPyConnection) -> None:
    won = pairs(facts, "SELECT owner, count(*) FROM main.deal WHERE outcome = 'won' GROUP BY 1")
    assert won == known.won_deals_by_owner


def test_leads(known: Truth, facts: DuckDBPyConnection) -> None:
    assert by_month(facts, "count(*)", "lead", "created_on") == known.leads
    assert pairs(facts, "SELECT 1, count(converted_on) FROM main.lead")[1] == known.converted_leads


def test_orders(known: Truth, facts: DuckDBPyConnection) -> None:
    assert by_month(facts, "sum(amount)", "order", "placed_on") == known.ordered


def test_monthly_recurring_revenue(known: Truth, facts: DuckDBPyConnection) -> None:
    running = facts.execute("SELECT sum(monthly_amount) FROM main.subscription WHERE ended_on IS NULL").fetchall()[0][0]
    moved = facts.execute("SELECT sum(amount) FROM main.mrr_move").fetchall()[0][0]
    assert running == moved == known.monthly_recurring


def test_recommendations(known: Truth, facts: DuckDBPyConnection) -> None:
    answers = "SELECT count(*) FILTER (score >= 9), count(*) FILTER (score <= 6), count(*) FROM main.answer"
    assert facts.execute(f"{answers} WHERE kind = 'nps'").fetchall() == [
        (known.promoters, known.detractors, known.recommendations)
    ]
    assert 0 < known.net_promoter_score < 60


def test_the_rate_is_the_last_one_known_on_the_day() -> None:
    rows = [
        {"day": date(2026, 1, 5), "currency": "CHF", "rate": Decimal("1.05")},
        {"day": date(2026, 1, 12), "currency": "CHF", "rate": Decimal("1.1")},
    ]
    rates = Rates(rows, own="EUR")
    assert rates.worth(Decimal(100), "CHF", date(2026, 1, 11)) == Decimal("105.0000")
    assert rates.worth(Decimal(100), "CHF", date(2026, 1, 12)) == Decimal("110.0000")
    assert rates.worth(Decimal(100), "EUR", date(2020, 1, 1)) == Decimal(100)


def test_every_amount_has_a_rate(facts: DuckDBPyConnection) -> None:
    for table, column in (
        ("deal", "amount"),
        ("order", "amount"),
        ("subscription", "monthly_amount"),
        ("payment", "amount"),
    ):
        assert facts.execute(f'SELECT count(*) FROM main."{table}" WHERE {column} IS NULL').fetchall() == [(0,)], table
