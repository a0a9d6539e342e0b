# mypy: disable-error-code="comparison-overlap, arg-type"
"""Who stays and what a customer is worth: the worked values of the field, and what must always hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadran.metrics import Question, Result, ask, shipped_catalogue
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tests.invented import empty

TODAY = date(2026, 7, 1)
MAY = {"start": date(2026, 5, 1), "end": date(2026, 6, 1)}
FIRST = date(2026, 1, 1)

days = st.integers(0, 150).map(lambda n: FIRST + timedelta(days=n))
spans = st.lists(st.tuples(days, st.none() | st.integers(0, 120)), max_size=12)


@pytest.fixture(scope="module")
def module_engine() -> Iterator[DuckDB]:
    made = empty()
    yield made
    made.connection.close()


@pytest.fixture
def engine(module_engine: DuckDB) -> DuckDB:
    """An engine whose tables are empty."""
    for name in ("customer_span", "customer_end", "order", "deal", "spend", "mrr_move", "health", "interaction"):
        module_engine.connection.execute(f'DELETE FROM "{name}"')
    return module_engine


def put(engine: DuckDB, table: str, columns: str, rows: str) -> None:
    engine.connection.execute(f'INSERT INTO "{table}" ({columns}) VALUES {rows}')
    if table == "customer_span":
        engine.connection.execute("DELETE FROM customer_end")
        engine.connection.execute("INSERT INTO customer_end BY NAME FROM customer_span WHERE ended_on IS NOT NULL")


def answer(engine: DuckDB, key: str, **question: object) -> Result:
    return ask(engine, shipped_catalogue(), Question(key, **question), today=TODAY)


def value(engine: DuckDB, key: str, **question: object) -> Decimal | None:
    return answer(engine, key, **question).total.value


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spans=spans, start=days, length=st.integers(1, 90))
def test_retention_is_what_the_field_says_and_the_complement_of_churn(
    engine: DuckDB, spans: list[tuple[date, int | None]], start: date, length: int
) -> None:
    engine.connection.execute("DELETE FROM customer_span")
    engine.connection.execute("DELETE FROM customer_end")
    end = start + timedelta(days=length)
    known = [(since, None if lasts is None else since + timedelta(days=lasts)) for since, lasts in spans]
    for place, (since, until) in enumerate(known):
        ended = f"'{until}'" if until else "NULL"
        put(
            engine,
            "customer_span",
            "account_id, sequence, basis, started_on, ended_on",
            f"({place}, 1, 'contract', '{since}', {ended})",
        )
    put(engine, "customer_span", "account_id, sequence, basis, started_on", "(99, 1, 'purchases', '2025-01-01')")

    def there(instant: date) -> set[int]:
        return {n for n, (since, until) in enumerate(known) if since < instant and (until is None or until >= instant)}

    at_start, at_end = there(start), there(min(end, TODAY + timedelta(days=1)))  # who leaves later is still there
    joined = at_end - at_start
    churn, retention = (value(engine, key, start=start, end=end) for key in ("churn_rate", "retention_rate"))
    if not at_start:
        assert (churn, retention) == (None, None)
        return
    assert churn is not None
    assert retention is not None
    assert abs(retention - Decimal(len(at_end) - len(joined)) / len(at_start)) < Decimal("1e-25")  # (E − N) / S
    assert abs(churn + retention - 1) < Decimal("1e-25")


def test_who_joins_and_leaves_in_the_same_month_counts_in_neither(engine: DuckDB) -> None:
    put(
        engine,
        "customer_span",
        "account_id, sequence, basis, started_on, ended_on",
        "(1, 1, 'contract', '2026-01-01', '2026-05-20'), (2, 1, 'contract', '2026-01-01', NULL), "
        "(3, 1, 'contract', '2026-05-02', '2026-05-30')",
    )
    assert value(engine, "churn_rate", **MAY) == Decimal("0.5")
    assert value(engine, "churn_rate.count", **MAY) == 2


def test_a_rate_is_annualised_by_compounding(engine: DuckDB) -> None:
    rows = ", ".join(f"({n}, 1, 'contract', '2026-01-01', {"'2026-05-20'" if n < 10 else 'NULL'})" for n in range(100))
    put(engine, "customer_span", "account_id, sequence, basis, started_on, ended_on", rows)
    yearly = value(engine, "churn_rate.annualised", **MAY)
    assert yearly is not None
    assert round(yearly, 6) == Decimal("0.717570")  # 1 − 0.9 ** 12, where twelve times 10 % would be 120 %
    assert value(engine, "customer_lifespan.by_churn", **MAY) == 10  # months
    quarter = {"start": date(2026, 4, 1), "end": date(2026, 7, 1)}
    assert value(engine, "customer_lifespan.by_churn", **quarter) == 30


def test_two_periods_are_compared_where_there_are_no_contracts(engine: DuckDB) -> None:
    put(
        engine,
        "order",
        "id, account_id, segment, refund, placed_on",
        "(1, 1, 'a', FALSE, '2026-04-02'), (2, 1, 'a', FALSE, '2026-05-03'), (3, 1, 'a', FALSE, '2026-05-04'), "
        "(4, 2, 'b', FALSE, '2026-04-30'), (5, 3, 'b', FALSE, '2026-05-01'), (6, 2, 'b', TRUE, '2026-05-09'), "
        "(7, 4, 'b', FALSE, '2025-05-31'), (8, 3, 'b', FALSE, '2025-05-01')",
    )
    result = answer(engine, "retention_rate.purchases", grain="month", **MAY)
    assert result.cells[0].parts == {"returned": 1, "previous(customers)": 2}
    assert [row["id"] for row in result.rows("returned", result.cells[0]).records()] == [2, 3]
    left = {row["id"]: row["reason"] for row in result.left_out("returned", result.cells[0]).records()}
    assert left[5] == "its account_id does not have previous(count(*)) >= 1"
    assert value(engine, "retention_rate.purchases_year", **MAY) == Decimal("0.5")
    by = answer(engine, "retention_rate.purchases", grain="month", by=("segment",), **MAY).cells
    assert {cell.split["segment"]: cell.value for cell in by} == {"a": 1, "b": 0}
    trend = answer(engine, "retention_rate.purchases", grain="month", start=date(2026, 3, 1), end=date(2026, 7, 1))
    assert [cell.value for cell in trend.cells] == [None, None, Decimal("0.5"), 0]


def test_growth_at_existing_customers_is_not_new(engine: DuckDB) -> None:
    # April: 500,000 of one customer. May: 100,000 more, of which 40,000 at that customer: 60,000 are net new.
    put(
        engine,
        "deal",
        "id, account_id, outcome, amount, closed_on, first_won_on",
        "(1, 1, 'won', 500000, '2026-04-10', '2026-04-10'), (2, 1, 'won', 540000, '2026-05-10', '2026-04-10'), "
        "(3, 2, 'won', 60000, '2026-05-20', '2026-05-20')",
    )
    growth = answer(engine, "revenue", grain="month", compare="previous", **MAY).cells[0].change
    assert (growth, value(engine, "net_new_revenue", **MAY)) == (100_000, 60_000)


def test_lifetime_value_is_value_times_frequency_times_lifespan_in_one_unit(engine: DuckDB) -> None:
    # Two customers who order for 50 each, twice in May: 24 times a year. One left after 304 days, the other after 608.
    rows = ", ".join(f"({n}, {n % 2}, 50, FALSE, '2026-05-0{1 + n}')" for n in range(4))
    put(engine, "order", "id, account_id, amount, refund, placed_on", rows)
    put(
        engine,
        "customer_span",
        "account_id, sequence, basis, started_on, ended_on",
        "(0, 1, 'any', '2024-01-01', '2024-10-31'), (1, 1, 'any', '2024-01-01', '2025-08-31')",
    )
    found = value(engine, "customer_lifetime_value", **MAY)
    assert found is not None
    assert round(found, 6) == round(50 * 24 * Decimal(456) / Decimal("365.2425"), 6)
    margin = answer(engine, "customer_lifetime_value.margin", **MAY).total
    assert (margin.value, margin.why) == (None, "no spend is recorded here, at any time")
    put(engine, "spend", "id, purpose, amount, spent_on", "(1, 'retention', 5, '2026-05-05')")
    margin = answer(engine, "customer_lifetime_value.margin", **MAY).total
    assert (margin.value, margin.parts["recorded(cost)"]) == (None, None)
    put(engine, "spend", "id, purpose, amount, spent_on", "(2, 'cost_of_sales', 150, '2026-05-31')")
    kept = value(engine, "customer_lifetime_value.margin", **MAY)
    assert kept is not None
    assert round(kept, 6) == round(found / 4, 6)


def test_revenue_retention_knows_growth_from_newcomers(engine: DuckDB) -> None:
    put(
        engine,
        "mrr_move",
        "account_id, move, amount, moved_on, since_on",
        "(1, 'new', 100, '2026-01-01', '2026-01-01'), (2, 'new', 100, '2026-02-01', '2026-02-01'), "
        "(1, 'expansion', 30, '2026-05-05', '2026-01-01'), (2, 'churn', -100, '2026-05-06', '2026-02-01'), "
        "(3, 'new', 500, '2026-05-07', '2026-05-07'), (3, 'contraction', -200, '2026-05-20', '2026-05-07')",
    )
    assert value(engine, "mrr", **MAY) == 430
    assert value(engine, "churn_rate.revenue", **MAY) == Decimal("0.5")
    assert value(engine, "retention_rate.gross_revenue", **MAY) == Decimal("0.5")
    assert value(engine, "retention_rate.net_revenue", **MAY) == Decimal("0.65")


def test_engaged_customers_are_among_the_active_ones(engine: DuckDB) -> None:
    put(
        engine,
        "customer_span",
        "account_id, sequence, basis, started_on, ended_on",
        "(1, 1, 'any', '2026-01-01', NULL), (2, 1, 'any', '2026-01-01', '2026-05-20'), "
        "(3, 1, 'any', '2026-01-01', NULL)",
    )
    put(
        engine,
        "interaction",
        "id, kind, account_id, on_day, customer_until",
        "(1, 'visit', 1, '2026-05-02', NULL), (2, 'visit', 1, '2026-05-03', NULL), "
        "(3, 'use', 2, '2026-05-03', '2026-05-20'), "
        "(4, 'use', 3, '2026-04-30', NULL)",
    )
    total = answer(engine, "engagement_rate", **MAY).total
    assert total.parts == {"engaged": 1, "active": 2}


def test_the_health_of_a_past_month_stays_what_it_was(engine: DuckDB) -> None:
    put(
        engine,
        "health",
        "account_id, sequence, score, coverage, level, from_on, to_on",
        "(1, 1, 80, 1, 'good', '2026-03-31', '2026-04-30'), (1, 2, 30, 0.75, 'poor', '2026-04-30', '2026-05-31'), "
        "(1, 3, 20, 0.75, 'poor', '2026-05-31', NULL), (2, 1, 60, 0.5, 'fair', '2026-05-31', NULL), "
        "(3, 1, NULL, 0, NULL, '2026-05-31', NULL)",
    )
    months = answer(engine, "health_score", grain="month", start=date(2026, 3, 1), end=date(2026, 7, 1)).cells
    assert [cell.value for cell in months] == [80, 30, 40, 40]
    assert value(engine, "health_score.poor", **MAY) == Decimal("0.5")
    coverage = value(engine, "health_score.coverage", **MAY)
    assert coverage is not None
    assert round(coverage, 6) == Decimal("0.416667")
