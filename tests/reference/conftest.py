"""The reference data sets: imported by the command line like anybody's files, their facts asked on every engine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from cadran.metrics.engines.base import Engine
from cadran.metrics.engines.clickhouse import ClickHouse
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.engines.postgres import PostgreSQL

ROOT = Path(__file__).parents[2]
MAPPINGS = ROOT / "tests" / "mappings"
ENGINES = ("duckdb", pytest.param("postgres", marks=pytest.mark.postgres, id="postgres"), "clickhouse")


def folder() -> Path:
    """The folder of the reference data sets, which are not shipped with the project."""
    return Path(os.environ.get("CADRAN_DATA") or ROOT.parent / "shared" / "data")


def cadran(home: Path, *arguments: str | Path) -> str:
    """Run the command as a person would, on a home folder; returns what it wrote to standard output."""
    done = subprocess.run(
        [Path(sys.executable).with_name("cadran"), *arguments],
        env={**os.environ, "CADRAN_HOME": str(home), "DATABASE_URL": ""},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


Importer = Callable[..., Path]


@pytest.fixture(scope="session")
def facts_of(tmp_path_factory: pytest.TempPathFactory) -> Importer:
    """Import files of a data set once by its mapping file; returns the published facts file."""
    known: dict[tuple[str, ...], Path] = {}

    def imported(dataset: str, *files: str) -> Path:
        data = folder() / dataset
        if not data.is_dir():
            pytest.skip(f"the reference data set {dataset} is not in {folder()}: its numbers were not checked")
        if (dataset, *files) not in known:
            home = tmp_path_factory.mktemp(dataset)
            paths = [data / name for name in files]
            cadran(home, "import", *paths, "--map", MAPPINGS / f"{dataset}.toml", "--json")
            known[dataset, *files] = Path(cadran(home, "facts").strip())
        return known[dataset, *files]

    return imported


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.postgres if name == "postgres" else ()) for name in ENGINES],
)
def engine(facts_file: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The facts of the module's data set (its fixture `facts_file`) in each engine in turn."""
    source = DuckDB.from_file(facts_file)
    match request.param:
        case "postgres":
            url = request.getfixturevalue("postgres_url")
            schema = f"reference_{uuid4().hex}"
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"CREATE SCHEMA {schema}")
                connection.execute(f"SET search_path TO {schema}")
                postgres = PostgreSQL(connection)
                postgres.load(source.tables, source)
                yield postgres
                connection.execute(f"DROP SCHEMA {schema} CASCADE")
        case "clickhouse":
            clickhouse = ClickHouse()
            clickhouse.load(source.tables, source)
            yield clickhouse
            clickhouse.close()
        case _:
            yield source
    source.connection.close()
