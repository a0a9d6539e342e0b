# mypy: disable-error-code="comparison-overlap, arg-type"
"""The same questions on DuckDB, PostgreSQL and ClickHouse give the same numbers, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from cadran.metrics import FactsError, Metric, Question, ask, dump_json, shipped_catalogue
from cadran.metrics.engines.base import Engine
from cadran.metrics.engines.clickhouse import ClickHouse
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.engines.postgres import PostgreSQL
from cadran.metrics.tests.invented import TODAY, empty, fill

CATALOGUE = shipped_catalogue()
START = date(2023, 1, 15)


@pytest.fixture(scope="module")
def facts() -> Iterator[DuckDB]:
    """Invented facts in every table."""
    engine = empty()
    fill(engine, engine.tables.by_name, seed=26, rows=150)
    yield engine
    engine.connection.close()


@pytest.fixture(scope="module")
def postgres(facts: DuckDB, postgres_url: str) -> Iterator[PostgreSQL]:
    """The same facts in a schema of PostgreSQL."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA facts_of_engines")
        connection.execute("SET search_path TO facts_of_engines")
        engine = PostgreSQL(connection)
        engine.load(facts.tables, facts)
        yield engine
        connection.execute("DROP SCHEMA facts_of_engines CASCADE")


@pytest.fixture(scope="module")
def clickhouse(facts: DuckDB) -> Iterator[ClickHouse]:
    """The same facts in ClickHouse."""
    engine = ClickHouse()
    engine.load(facts.tables, facts)
    yield engine
    engine.close()


def questions(metric: Metric) -> list[Question]:
    """Every way of asking about time, with own splits, linked splits and filters."""
    dimensions = metric.dimensions(CATALOGUE.tables)
    own, linked = dimensions[:1], [dim for dim in dimensions if "." in dim][:1]
    key, whole = metric.key, {"start": START, "end": date(2024, 6, 1)}
    if metric.needs_cohort:
        return [
            Question(key, grain=grain, cohort=True, by=tuple(by), **whole)
            for grain in ("week", "quarter")
            for by in ((), own)
        ]
    return [
        Question(key),
        Question(key, grain="month", compare="previous", **whole),
        Question(key, grain="week", compare="year_ago", start=START),
        Question(key, grain="quarter", by=tuple(own), **whole),
        Question(key, by=tuple(linked), where=dict.fromkeys(own, ("l'ouest", None)), **whole),
        Question(key, grain="month", rolling=28, **whole),
    ]


def shown(engine: Engine, question: Question) -> str:
    """The answer as JSON, with the sizes of its rows and of those left out by reason."""
    result = ask(engine, CATALOGUE, question, today=TODAY)
    answer: dict[str, Any] = {k: v for k, v in result.to_json().items() if k not in ("as_of", "data_version")}
    rows, left = result.rows(limit=1_000), result.left_out(limit=1_000)
    answer["rows"] = [rows.count, [str(row) for row in rows.rows]]
    answer["left out"] = [left.count, [reason["en"] for reason in left.reasons or []]]
    return dump_json(answer)


@pytest.mark.postgres
@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.key)
def test_postgresql_gives_the_numbers_of_duckdb(facts: DuckDB, postgres: PostgreSQL, metric: Metric) -> None:
    for question in questions(metric):
        assert shown(postgres, question) == shown(facts, question), question


@pytest.mark.parametrize("metric", CATALOGUE, ids=lambda metric: metric.key)
def test_clickhouse_gives_the_numbers_of_duckdb(facts: DuckDB, clickhouse: ClickHouse, metric: Metric) -> None:
    for question in questions(metric):
        assert shown(clickhouse, question) == shown(facts, question), question


def test_a_published_file_is_opened_read_only_and_locked_down(tmp_path: Path, facts: DuckDB) -> None:
    path = tmp_path / "17-abc.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE deal AS SELECT 1 AS id, DATE '2024-01-02' AS closed_on, 'won' AS outcome, 'x' AS colour"
        )
    engine = DuckDB.from_file(path)
    assert engine.data_version == "17-abc"
    assert engine.tables.dimension("deal", "colour")
    question = Question("deals_won", by=("colour",), start=date(2024, 1, 1), end=date(2024, 2, 1))
    assert ask(engine, CATALOGUE, question, today=TODAY).cells[0].value == 1
    for hostile in (
        "CREATE TABLE x (a INT)",
        "COPY deal TO 'x.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SET lock_configuration = false",
        "ATTACH 'y.db'",
    ):
        with pytest.raises(duckdb.Error):
            engine.connection.execute(hostile)
    with pytest.raises(FactsError, match="These facts lack a table"):
        ask(engine, CATALOGUE, Question("revenue.collected", start=START), today=TODAY)
    with pytest.raises(FactsError, match="cadran facts"):
        DuckDB.from_file(tmp_path / "none.duckdb")
    engine.connection.close()
