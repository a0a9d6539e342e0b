"""ClickHouse in this process (chdb): MergeTree tables in order of date, texts of few values as LowCardinality."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import chdb
import chdb.session
import pyarrow

from benchmarks.natural import TABLES, read
from benchmarks.peers.base import Answer, as_answer
from benchmarks.twelve import TWELVE

TYPES = {"int": "Int64", "money": "Decimal(19, 4)", "date": "Date", "flag": "Bool"}
SETTINGS = ("SET join_use_nulls = 1", "SET max_threads = 2", "SET output_format_arrow_string_as_string = 1")
SHOWN = "MergeTree ordered by date, LowCardinality texts, tables merged into one part, 2 threads"


class ClickHouse:
    """The natural tables in a chdb session. One session lives in a process at a time."""

    def __init__(self, natural: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cadran-bench-ch-"))
        self._session = chdb.session.Session(str(self._folder / "session"))
        self.name = f"chdb {chdb.__version__}"
        for setting in SETTINGS:
            self._session.query(setting)
        self._session.query("CREATE DATABASE IF NOT EXISTS bench")
        self._session.query("USE bench")
        with read(natural) as source:
            for table, columns in TABLES.items():
                file = self._folder / f"{table}.parquet"
                source.execute(f"COPY {table} TO '{file}' (FORMAT parquet)")
                first = next(iter(columns))
                order = next((name for name, kind in columns.items() if kind == "date"), first)
                typed = ", ".join(f"{name} {_type(kind, name != first)}" for name, kind in columns.items())
                self._session.query(
                    f"CREATE TABLE {table} ({typed}) ENGINE = MergeTree ORDER BY {order} "
                    "SETTINGS allow_nullable_key = 1"
                )
                self._session.query(f"INSERT INTO {table} SELECT * FROM file('{file}', Parquet)")
                self._session.query(f"OPTIMIZE TABLE {table} FINAL")
                file.unlink()

    def way(self, metric: str) -> Callable[[], pyarrow.Table]:
        """The SQL of the KPI, and its rows as an Arrow table."""
        kpi = next(kpi for kpi in TWELVE if kpi.metric == metric)
        text = kpi.clickhouse or kpi.sql
        return lambda: pyarrow.ipc.open_file(
            pyarrow.BufferReader(self._session.query(text, "Arrow").bytes())
        ).read_all()

    def answer(self, found: pyarrow.Table) -> Answer:
        """The rows as values."""
        return as_answer(zip(*(column.to_pylist() for column in found.columns), strict=True))

    def close(self) -> None:
        """End the session and remove its files."""
        self._session.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _type(kind: str, nullable: bool) -> str:
    if kind == "text":
        return "LowCardinality(Nullable(String))"
    return f"Nullable({TYPES[kind]})" if nullable else TYPES[kind]
