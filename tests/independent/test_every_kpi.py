"""KPIs and variants computed twice over made-up companies: by the engine, and in plain Python over the records.

Each over two of weeks, months, quarters and years, whole and split by three of its dimensions, drawn anew for every
company.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadran.metrics.catalogue import shipped_catalogue
from cadran.metrics.engines.base import Engine
from cadran.metrics.engines.clickhouse import ClickHouse
from cadran.metrics.engines.postgres import PostgreSQL
from tests.independent.calendar import GRAINS
from tests.independent.company import Company, draw
from tests.independent.comparing import Difference, cohort_differences, differences, facts_of
from tests.independent.kpis import COHORTS, KPIS

EACH = settings(max_examples=2, suppress_health_check=list(HealthCheck), derandomize=True)


def found_in(company: Company, engine: Engine, seed: int) -> list[Difference]:
    """All differences on an engine; of each KPI over two of the grains, drawn anew for every company."""
    found: list[Difference] = []
    for key in (*KPIS, *COHORTS):
        random = Random(f"{seed} {key}")
        grains = tuple(random.sample(GRAINS, 2))
        if key in COHORTS:
            found += cohort_differences(key, COHORTS[key], company, engine, random, grains)
        else:
            found += differences(key, KPIS[key], company, engine, random, grains)
    return found


@pytest.mark.slow
@EACH
@given(seed=st.integers(1, 10_000))
def test_the_engine_and_plain_python_over_records_find_the_same_numbers(seed: int) -> None:
    company = draw(seed)
    found = found_in(company, facts_of(company), seed)
    assert not found, f"{len(found)} differences\n" + "\n".join(map(str, found[:20]))


def loaded(name: str, company: Company, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A company's facts in another engine."""
    source = facts_of(company)
    if name == "clickhouse":
        clickhouse = ClickHouse()
        clickhouse.load(source.tables, source)
        yield clickhouse
        clickhouse.close()
        return
    schema = f"independent_{uuid4().hex}"
    with psycopg.connect(request.getfixturevalue("postgres_url"), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"SET search_path TO {schema}")
        postgres = PostgreSQL(connection)
        postgres.load(source.tables, source)
        yield postgres
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param("postgres", marks=pytest.mark.postgres), "clickhouse"])
@pytest.mark.parametrize("seed", [7])
def test_so_do_the_other_engines(name: str, seed: int, request: pytest.FixtureRequest) -> None:
    company = draw(seed)
    for engine in loaded(name, company, request):
        found = found_in(company, engine, seed)
        assert not found, f"{len(found)} differences\n" + "\n".join(map(str, found[:20]))


def test_every_kpi_and_variant_is_computed_twice() -> None:
    assert set(KPIS) | set(COHORTS) == {metric.key for metric in shipped_catalogue()}
    assert not set(KPIS) & set(COHORTS)
